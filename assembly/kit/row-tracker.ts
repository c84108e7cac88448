/**
 * Keeps the lines of a stack on its rows: clusters of codewords follow each other from row to row, so that each column
 * tells by how much the lines have come off. A stack has a fixed number of lines per row then. Knows no symbology.
 */
import { CLUSTERS, VALUES, codewordOf } from "./codeword-patterns";
import { setFloat } from "./floats";
import { fitSmooth, valueAt } from "./smooth-fit";
import { Stack, cellAt, moduleAt, placeX, placeY, setPlace, trustAt, turnStack } from "./stack";

/** Rows by which what a cluster tells may differ from the smooth course and still count for it. */
const TOLERANCE: f32 = 0.95;
/** Part of the error that is taken away at once, and part that turns the direction of what follows. */
const GAIN: f64 = 0.8;
const TURN: f64 = 0.4;
/** Part of the lines of a column that must have been read to learn anything from it. */
const LEAST_PART: i32 = 12;

/** Position in rows, from the first row's upper edge, of a line. */
export function rowPlace(line: i32, perRow: i32): f32 {
  return (<f32>line + 0.5) / <f32>perRow;
}

/**
 * Row of a line's codeword: the one of its cluster nearest to where the line lies, `first` being the first row's cluster.
 */
export function nearestRow(place: f32, cluster: i32, first: i32): i32 {
  const guess = <i32>floor<f32>(place);
  const want = (((cluster - first) % CLUSTERS) + CLUSTERS) % CLUSTERS;
  const have = ((guess % CLUSTERS) + CLUSTERS) % CLUSTERS;
  let step = (want - have + CLUSTERS) % CLUSTERS;
  if (step == 2) step = -1;
  return guess + step;
}

/**
 * Measures by how many rows the lines of the column last read lie off and puts the boundary behind it right. Writes the
 * error at the first and the last line to `errors` (two f64), in rows; false where too little was read to tell.
 */
export function trackRows(stack: Stack, perRow: i32, first: i32, errors: usize): bool {
  const column = stack.columns - 1;
  const lines = stack.lines;
  let read: i32 = 0;
  for (let line = 0; line < lines; line++) {
    const codeword = codewordOf(cellAt(stack, column, line));
    setFloat(stack.weights, line, 0);
    if (codeword < 0) continue;
    const place = rowPlace(line, perRow);
    const row = nearestRow(place, codeword / VALUES, first);
    setFloat(stack.offsets, line, <f32>row + 0.5 - place);
    setFloat(stack.weights, line, trustAt(stack, column, line));
    read++;
  }
  store<f64>(errors, 0);
  store<f64>(errors + 8, 0);
  if (read * LEAST_PART < lines || read < 3) return false;
  const fit = stack.fit;
  if (!fitSmooth(fit, stack.offsets, stack.weights, lines, TOLERANCE, 2)) return false;
  const top = max<f64>(-1.2, min<f64>(1.2, valueAt(fit, 0)));
  const bottom = max<f64>(-1.2, min<f64>(1.2, valueAt(fit, <f64>(lines - 1))));
  store<f64>(errors, top);
  store<f64>(errors + 8, bottom);
  shift(stack, perRow, top, bottom);
  return true;
}

/** Moves the last boundary along the bars, and turns the direction of reading. */
function shift(stack: Stack, perRow: i32, top: f64, bottom: f64): void {
  const boundary = stack.columns;
  const lines = stack.lines;
  if (lines < 2) return;
  const last = lines - 1;
  // Vector of one row's height along the bars.
  const scale = <f64>perRow / <f64>last;
  const hx = <f64>(placeX(stack, boundary, last) - placeX(stack, boundary, 0)) * scale;
  const hy = <f64>(placeY(stack, boundary, last) - placeY(stack, boundary, 0)) * scale;
  for (let line = 0; line < lines; line++) {
    const error = top + ((bottom - top) * <f64>line) / <f64>last;
    // A line that shows a later row than it should lies too low.
    const move = -GAIN * error;
    const x = <f64>placeX(stack, boundary, line) + move * hx;
    const y = <f64>placeY(stack, boundary, line) + move * hy;
    setPlace(stack, boundary, line, x, y);
  }
  const height = Math.sqrt(hx * hx + hy * hy);
  const width = 17 * moduleAt(stack, last >> 1);
  // Downwards is clockwise from the reading direction of a stack that is read forward in an image that is not mirrored.
  const side = stack.dx0 * hy - stack.dy0 * hx > 0 ? 1.0 : -1.0;
  turnStack(stack, (-TURN * side * (0.5 * (top + bottom)) * height) / width);
}
