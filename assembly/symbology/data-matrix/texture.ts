/** A first look at what lies between two sides that meet, on bits alone: content changes colour all over. */
import { Plane, bitAt } from "../../image/plane";

/** Of six lines: most with fewer than two changes of colour, and fewest changes in all. */
const MOST_PLAIN: i32 = 3;
const LEAST_CHANGES: i32 = 9;
/** Most places of one line that are looked at. */
const MOST_STEPS: i32 = 160;

/** Changes of colour that isTextured() met. */
export let changes: i32 = 0;

/**
 * True if three lines along each of the sides from (x0, y0) to (x1, y1) and to (x2, y2), through the middle of what they
 * span, meet changes of colour as a symbol's content has them.
 */
export function isTextured(plane: Plane, x0: f64, y0: f64, x1: f64, y1: f64, x2: f64, y2: f64): bool {
  const ax = x1 - x0;
  const ay = y1 - y0;
  const bx = x2 - x0;
  const by = y2 - y0;
  changes = 0;
  let plain: i32 = 0;
  for (let k = 0; k < 6; k++) {
    const part = 0.3 + 0.2 * <f64>(k >> 1);
    const isFirst = (k & 1) == 0;
    const met = isFirst
      ? changesAlong(plane, x0 + bx * part, y0 + by * part, ax, ay)
      : changesAlong(plane, x0 + ax * part, y0 + ay * part, bx, by);
    changes += met;
    if (met < 2 && ++plain > MOST_PLAIN) return false;
  }
  return changes >= LEAST_CHANGES;
}

/** Changes of colour from a twentieth of the way along (dx, dy) to the last twentieth. */
function changesAlong(plane: Plane, x: f64, y: f64, dx: f64, dy: f64): i32 {
  const steps = min(MOST_STEPS, <i32>(Math.max(Math.abs(dx), Math.abs(dy)) * 0.9) + 1);
  const stepX = (0.9 * dx) / <f64>steps;
  const stepY = (0.9 * dy) / <f64>steps;
  x += 0.05 * dx;
  y += 0.05 * dy;
  let before = bitAt(plane, <i32>x, <i32>y);
  let met: i32 = 0;
  for (let i = 0; i < steps; i++) {
    x += stepX;
    y += stepY;
    const bit = bitAt(plane, <i32>x, <i32>y);
    met += bit ^ before;
    before = bit;
  }
  return met;
}
