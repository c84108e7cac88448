/**
 * Whether what was walked has the form of a symbol: its bars and spaces stand nearer to what its characters have there
 * than to anything else, and start and stop pattern are as wide as the characters between them say. Knows no symbology.
 *
 * The few elements of a start or stop pattern are met within symbols too, in texture, and in a symbol read from its
 * other end: nearly, with one narrow element in the place of a wide one. Nothing else competes with them in a walk.
 */
import { beginOf, endOf, printAt, rowError, walked, walkedRow } from "./character-walk";
import { Code, beginsAs, elementsOf, rowOf } from "./code";
import { rowWidth, samplesOf } from "./print";
import { PER_MODULE } from "./template";

/**
 * Modules by which a start or stop pattern may differ from the width expected, and the part of that width: blur moves
 * the outermost edges towards the quiet zone, perspective changes modules along the symbol.
 */
const MOST_OFF: f32 = 0.5;
const MOST_OFF_PART: f32 = 0.09;
/** Characters that tell how the module changes along a symbol. */
const LEAST_FOR_SLOPE: f32 = 4;
const NARROW: u8 = 1;
const WIDE: u8 = 2;

/** Widths by which start and stop pattern are off, against what is allowed: 1 at the limit. */
export function unevenness(code: Code): f32 {
  let sx: f32 = 0;
  let sy: f32 = 0;
  let sxx: f32 = 0;
  let sxy: f32 = 0;
  let n: f32 = 0;
  for (let k = 1; k < walked - 1; k++) {
    const x = middleOf(k);
    const module = (endOf(k) - beginOf(k)) / rowWidth(code, walkedRow(k), printAt(k));
    sx += x;
    sy += module;
    sxx += x * x;
    sxy += x * module;
    n += 1;
  }
  if (!(n > 0)) return 0;
  const spread = n * sxx - sx * sx;
  const slope: f32 = n >= LEAST_FOR_SLOPE && spread > 0 ? (n * sxy - sx * sy) / spread : 0;
  const first = (sy - slope * sx) / n;
  return max(offAt(code, 0, first, slope), offAt(code, walked - 1, first, slope));
}

function middleOf(position: i32): f32 {
  return 0.5 * (beginOf(position) + endOf(position)) - beginOf(0);
}

function offAt(code: Code, position: i32, first: f32, slope: f32): f32 {
  const module = first + slope * middleOf(position);
  if (!(module > 0)) return 1e9;
  const width = rowWidth(code, walkedRow(position), printAt(position));
  const off = abs<f32>((endOf(position) - beginOf(position)) / module - width);
  return off / (MOST_OFF + MOST_OFF_PART * width);
}

/**
 * Least log-likelihood by which the walked rows beat what is no other row of their place, in units of the error `unit`:
 * in a code of two widths the same elements with one of them narrow instead of wide or the other way round, in others
 * the data characters in the place of start and stop pattern.
 */
export function formMargin(code: Code, length: i32, darkness: usize, unit: f32): f32 {
  let margin: f32 = 1e9;
  for (let k = 0; k < walked; k++) {
    if (!code.hasTwoWidths && k > 0 && k < walked - 1) continue;
    const row = walkedRow(k);
    const own = errorAt(code, length, darkness, k, row);
    const other = code.hasTwoWidths ? leastChanged(code, length, darkness, k) : leastData(code, length, darkness, k);
    margin = min(margin, ((other - own) * <f32>samplesOf(rowWidth(code, row, printAt(k)))) / unit);
  }
  return margin;
}

/** Log-likelihood is counted with one sample per module; `error` is that of the whole symbol. */
export function unitOf(error: f32): f32 {
  return 2 * <f32>PER_MODULE * error;
}

function errorAt(code: Code, length: i32, darkness: usize, position: i32, row: i32): f32 {
  return rowError(code, length, darkness, beginOf(position), endOf(position), printAt(position), row);
}

function leastChanged(code: Code, length: i32, darkness: usize, position: i32): f32 {
  const row = walkedRow(position);
  const at = rowOf(code, row);
  let least: f32 = 1e9;
  for (let e = 0, n = elementsOf(code, row); e < n; e++) {
    const byte = load<u8>(at + <usize>e);
    if (byte > WIDE) continue;
    store<u8>(at + <usize>e, NARROW + WIDE - byte);
    least = min(least, errorAt(code, length, darkness, position, row));
    store<u8>(at + <usize>e, byte);
  }
  return least;
}

function leastData(code: Code, length: i32, darkness: usize, position: i32): f32 {
  const row = walkedRow(position);
  const elements = elementsOf(code, row);
  let least: f32 = 1e9;
  for (let other = 0; other < code.data; other++) {
    // What only goes on longer, or is the same, is no rival.
    if (elementsOf(code, other) != elements || beginsAs(code, other, row)) continue;
    least = min(least, errorAt(code, length, darkness, position, other));
  }
  return least;
}
