/**
 * Follows an edge between ink and ground at sub-pixel, step by step along its own direction, over small gaps and slight
 * bends. Knows nothing of symbols.
 */
import { Plane } from "../../image/plane";
import { bilinear, isInside } from "../../image/sampler";
import { spend } from "../../kit/budget";

/** Points of one track, pairs of f32 in pixels of the plane; forward and backward ones have their own room. */
export const MOST_POINTS: i32 = 800;

/** Longest gap beside the given one, in pixels. */
const MOST_GAP: f64 = 6;
/** Longest edge that is followed, in pixels. */
const LONGEST: f64 = 2400;

/** Half width in pixels of the profile across the edge. */
const REACH: i32 = 3;
/** Points over which position and direction are remembered. */
const MEMORY: i32 = 28;
/** How far beside the prediction the edge may be found, and at the first few points. */
const TOLERANCE: f64 = 1.1;
const FIRST_TOLERANCE: f64 = 2.2;
const FIRST_POINTS: i32 = 5;
/** Least part of the usual contrast that an edge must have. */
const LEAST_CONTRAST: f32 = 0.35;
/** Least contrast of an edge in grey levels. */
export const FAINT: f32 = 9;

const profile = memory.data(4 * 8);

/** What crossing() found: how far outward the edge lies (in pixels), and the contrast there. */
export let edgeOffset: f64 = 0;
export let edgeContrast: f32 = 0;

/** Ink (0 ground … 255 full) at a place; beyond the plane is ground: a symbol may be cut out to its very edge. */
export function inkOf(plane: Plane, x: f64, y: f64, isInverted: bool): f32 {
  if (!isInside(plane, x, y)) return 0;
  const value = bilinear(plane, x, y);
  return isInverted ? value : 255 - value;
}

/** Looks for the edge across (x, y): ink on the side of −o, ground on the side of +o. False where there is none. */
export function crossing(plane: Plane, x: f64, y: f64, ox: f64, oy: f64, isInverted: bool): bool {
  let high: f32 = 0;
  let low: f32 = 255;
  for (let k = -REACH; k <= REACH; k++) {
    const value = inkOf(plane, x + ox * <f64>k, y + oy * <f64>k, isInverted);
    store<f32>(profile + ((<usize>(k + REACH)) << 2), value);
    if (k <= 1) high = max(high, value);
    if (k >= -1) low = min(low, value);
  }
  edgeContrast = high - low;
  if (edgeContrast < FAINT) return false;
  const middle: f32 = (high + low) * 0.5;
  let best: f64 = 99;
  for (let k = -REACH; k < REACH; k++) {
    const a = load<f32>(profile + ((<usize>(k + REACH)) << 2));
    const b = load<f32>(profile + ((<usize>(k + REACH + 1)) << 2));
    if (!(a > middle && b <= middle)) continue;
    const at = <f64>k + <f64>((a - middle) / (a - b));
    if (Math.abs(at) < Math.abs(best)) best = at;
  }
  edgeOffset = best;
  return best < 99;
}

/**
 * Follows the edge from (x, y) along (dx, dy), ink on the side of −o. Points go to `out`; returns how many. A gap of more
 * than `gap` pixels and a part of the length so far ends it.
 */
export function followEdge(
  plane: Plane,
  x: f64,
  y: f64,
  dx: f64,
  dy: f64,
  ox: f64,
  oy: f64,
  isInverted: bool,
  gap: f64,
  out: usize,
): i32 {
  let count: i32 = 0;
  let offset: f64 = 0;
  let slope: f64 = 0;
  let contrast: f32 = 0;
  let n: i32 = 0;
  let last: f64 = 0;
  // Strides grow along a good edge; where it is lost, the look goes back to the last place and on pixel by pixel.
  let stride: f64 = 1;
  let streak: i32 = 0;
  for (let t: f64 = 0; count < MOST_POINTS && t < LONGEST; t += stride) {
    const guess = offset + slope * (t - last);
    const px = x + dx * t + ox * guess;
    const py = y + dy * t + oy * guess;
    if (!isInside(plane, px - ox * 2, py - oy * 2)) break;
    const isFound = crossing(plane, px, py, ox, oy, isInverted);
    const room = n < FIRST_POINTS ? FIRST_TOLERANCE : TOLERANCE;
    if (isFound && Math.abs(edgeOffset) <= room && edgeContrast >= contrast * LEAST_CONTRAST) {
      // Growing-memory line filter: the gains of a least-squares line through the last MEMORY points.
      n = min(n + 1, MEMORY);
      const k = <f64>n;
      const step = t - last;
      offset = guess + ((2 * (2 * k - 1)) / (k * (k + 1))) * edgeOffset;
      if (n > 1 && step > 0) slope += ((6 / (k * (k + 1))) * edgeOffset) / step;
      last = t;
      contrast = contrast == 0 ? edgeContrast : contrast + (edgeContrast - contrast) * 0.1;
      const at = out + ((<usize>count) << 3);
      store<f32>(at, <f32>(px + ox * edgeOffset));
      store<f32>(at, <f32>(py + oy * edgeOffset), 4);
      count++;
      streak++;
      stride = streak < 24 ? 1 : streak < 48 ? 2 : 4;
      continue;
    }
    streak = 0;
    if (stride > 1) {
      stride = 1;
      t = last;
      continue;
    }
    if (t - last > gap + min<f64>(0.08 * last, MOST_GAP)) break;
    if (Math.abs(slope) > 1.2) break;
  }
  spend(1 + count / 6);
  return count;
}
