/**
 * A row of equally spaced bars that tell their data by height, as postal codes have them: where each bar stands and how
 * surely it reaches up and down. Knows no code.
 *
 *        |   |       |      ascenders   ⎫ a bar that has both is full, one that has neither a tracker
 *      | | | | | | | |      tracker     ⎬
 *      |     | |     |      descenders  ⎭
 */
import { SYMBOL_INVERTED } from "../abi/layout";
import { Symbol } from "../io/symbol";
import { alloc } from "../memory/arena";
import { floatAt, setFloat } from "./floats";

/** Bars that a row may have: those of PLANET's longest, and some that are not its own. */
export const MOST_BARS: i32 = 128;
const DEGREES: f32 = 57.29577951308232;

@unmanaged
export class BarRow {
  bars: i32;
  /** Pixels of level 0 per pixel of the plane that it was found in. */
  size: f32;
  isInverted: bool;
  /** Unit vectors along the row and along the bars (a quarter turn clockwise from it, or nearly), in the plane. */
  alongX: f32;
  alongY: f32;
  downX: f32;
  downY: f32;
  /** Mean distance of neighbouring bars. */
  pitch: f32;
  /** f32 × MOST_BARS each: centres of the bars' trackers in pixels of the plane. */
  xs: usize;
  ys: usize;
  /**
   * f32 × MOST_BARS each: about 1 for a bar that reaches up (down), about −1 for one that does not, 0 for one that may be
   * either.
   */
  ups: usize;
  downs: usize;
  /** Whether there are both kinds above and below: a row of two states differs on one side only. */
  differsAbove: bool;
  differsBelow: bool;
  /** How far the longest bars reach from the centre line, in pitches. */
  above: f32;
  below: f32;
  /**
   * How far below the centre line the trackers' middle lies at the row's middle, and by how much more from bar to bar, in
   * pitches.
   */
  offset: f32;
  climb: f32;
  /** Root mean square distance of the scores from 1 or −1, the worse side. */
  unrest: f32;
}

/** An empty row; null where memory is exhausted. */
export function allocRow(): BarRow | null {
  const head = alloc(offsetof<BarRow>());
  const arrays = alloc((<usize>(4 * MOST_BARS)) << 2);
  if (head == 0 || arrays == 0) return null;
  memory.fill(head, 0, offsetof<BarRow>());
  memory.fill(arrays, 0, (<usize>(4 * MOST_BARS)) << 2);
  const row = changetype<BarRow>(head);
  const part = (<usize>MOST_BARS) << 2;
  row.xs = arrays;
  row.ys = arrays + part;
  row.ups = arrays + 2 * part;
  row.downs = arrays + 3 * part;
  return row;
}

const ascenders = memory.data(4 * 128);
const descenders = memory.data(4 * 128);

/** Takes bars of a row for ascenderAt() and descenderAt(), `from` on as they stand, or upside down. */
export function takeBars(row: BarRow, isTurned: bool, from: i32, count: i32): void {
  for (let i = 0; i < count; i++) {
    const k = isTurned ? row.bars - 1 - from - i : from + i;
    setFloat(ascenders, i, floatAt(isTurned ? row.downs : row.ups, k));
    setFloat(descenders, i, floatAt(isTurned ? row.ups : row.downs, k));
  }
}

/** How surely the i-th bar taken reaches up: −1 to 1, about. */
export function ascenderAt(i: i32): f32 {
  return floatAt(ascenders, i);
}

/** How surely the i-th bar taken reaches down. */
export function descenderAt(i: i32): f32 {
  return floatAt(descenders, i);
}

/** Puts the place of the bars taken into a symbol: corners, orientation, module size (the pitch). */
export function placeBars(row: BarRow, isTurned: bool, from: i32, count: i32, symbol: Symbol): void {
  const first = isTurned ? row.bars - 1 - from : from;
  const last = isTurned ? first - count + 1 : from + count - 1;
  const sign: f32 = isTurned ? -1 : 1;
  // Half the width of a bar lies beyond its centre.
  const side: f32 = 0.25 * row.pitch * sign;
  const up = (isTurned ? row.below : row.above) * row.pitch * sign;
  const down = (isTurned ? row.above : row.below) * row.pitch * sign;
  const x0 = floatAt(row.xs, first) - row.alongX * side;
  const y0 = floatAt(row.ys, first) - row.alongY * side;
  const x1 = floatAt(row.xs, last) + row.alongX * side;
  const y1 = floatAt(row.ys, last) + row.alongY * side;
  symbol.x0 = (x0 - row.downX * up) * row.size;
  symbol.y0 = (y0 - row.downY * up) * row.size;
  symbol.x1 = (x1 - row.downX * up) * row.size;
  symbol.y1 = (y1 - row.downY * up) * row.size;
  symbol.x2 = (x1 + row.downX * down) * row.size;
  symbol.y2 = (y1 + row.downY * down) * row.size;
  symbol.x3 = (x0 + row.downX * down) * row.size;
  symbol.y3 = (y0 + row.downY * down) * row.size;
  const angle = Mathf.atan2(y1 - y0, x1 - x0) * DEGREES;
  symbol.orientation = angle < 0 ? angle + 360 : angle >= 360 ? 0 : angle;
  symbol.moduleSize = row.pitch * row.size;
  symbol.columns = count;
  if (row.isInverted) symbol.flags |= SYMBOL_INVERTED;
}
