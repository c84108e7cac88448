/** Makes the record of a symbol that was read from a row of bars: place, evidence, confidence. Knows no code. */
import { ECI_ASCII } from "../abi/layout";
import { centreX, centreY, resultAt, resultCount } from "../io/results";
import { Symbol, allocSymbol, beginSegment } from "../io/symbol";
import { BarRow, ascenderAt, descenderAt, placeBars } from "./bar-row";
import { floatAt } from "./floats";

/** A record with room for so many ASCII bytes; null where memory is exhausted. */
export function openBarSymbol(
  format: i32,
  row: BarRow,
  isTurned: bool,
  from: i32,
  count: i32,
  bytes: i32,
  confidence: i32,
): Symbol | null {
  const symbol = allocSymbol(format, bytes, 1);
  if (symbol == null) return null;
  beginSegment(symbol, ECI_ASCII);
  symbol.confidence = confidence;
  placeBars(row, isTurned, from, count, symbol);
  return symbol;
}

/**
 * 1–100: from the least margin by which a bar or character stands clear (2 where bars are as they should be), the row's
 * unrest, and what checks are worth: the decimal logarithm of how seldom they agree by chance.
 */
export function barConfidence(row: BarRow, margin: f32, checks: f32): i32 {
  const sure: f32 = 30 + 20 * min<f32>(2, max<f32>(0, margin)) + 7 * min<f32>(5, checks) - 40 * row.unrest;
  return <i32>max<f32>(1, min<f32>(100, sure));
}

/** True if a symbol was read already where the row's middle lies: its bars are not another's. */
export function isTaken(row: BarRow): bool {
  const middle = row.bars >> 1;
  const x = floatAt(row.xs, middle) * row.size;
  const y = floatAt(row.ys, middle) * row.size;
  for (let i = 0; i < resultCount(); i++) if (covers(resultAt(i), x, y)) return true;
  return false;
}

/** True if the point lies within a symbol's corners: on the same side of all its sides as its centre. */
function covers(s: Symbol, x: f32, y: f32): bool {
  const cx = centreX(s);
  const cy = centreY(s);
  return (
    isBeside(s.x0, s.y0, s.x1, s.y1, x, y, cx, cy) &&
    isBeside(s.x1, s.y1, s.x2, s.y2, x, y, cx, cy) &&
    isBeside(s.x2, s.y2, s.x3, s.y3, x, y, cx, cy) &&
    isBeside(s.x3, s.y3, s.x0, s.y0, x, y, cx, cy)
  );
}

/** True if two points lie on the same side of the line from a to b. */
function isBeside(ax: f32, ay: f32, bx: f32, by: f32, px: f32, py: f32, qx: f32, qy: f32): bool {
  const p = (bx - ax) * (py - ay) - (by - ay) * (px - ax);
  const q = (bx - ax) * (qy - ay) - (by - ay) * (qx - ax);
  return p * q >= 0;
}

/** Margin of the character last chosen: how much more its bars say than those of the next best. */
export let chosenMargin: f32 = 0;

/**
 * Of `count` ≤ 8 bars from `at` on, those `tall` that most surely reach up (down), as bits, the first bar the highest: what
 * a code of so many tall bars per character says.
 */
export function tallestOf(at: i32, count: i32, tall: i32, isBelow: bool): i32 {
  let bits: i32 = 0;
  let least: f32 = 1e9;
  for (let k = 0; k < tall; k++) {
    let best: f32 = -1e9;
    let place: i32 = 0;
    for (let i = 0; i < count; i++) {
      if (((bits >> (count - 1 - i)) & 1) != 0) continue;
      const score = isBelow ? descenderAt(at + i) : ascenderAt(at + i);
      if (score <= best) continue;
      best = score;
      place = i;
    }
    bits |= 1 << (count - 1 - place);
    least = best;
  }
  let next: f32 = -1e9;
  for (let i = 0; i < count; i++) {
    if (((bits >> (count - 1 - i)) & 1) != 0) continue;
    next = max(next, isBelow ? descenderAt(at + i) : ascenderAt(at + i));
  }
  chosenMargin = least - next;
  return bits;
}
