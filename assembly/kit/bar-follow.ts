/**
 * Follows a row of bars to both ends in grey: the last bars tell where the next one has to stand. Knows neither heights nor
 * codes.
 */
import { Plane } from "../image/plane";
import { bilinear } from "../image/sampler";
import { BarRow, MOST_BARS } from "./bar-row";
import { floatAt, setFloat } from "./floats";

/** Bars that a row keeps at least. */
const LEAST_ROW: i32 = 8;
/** Part of the mean contrast that a next bar must have, and pitches by which it may lie beside its place. */
const LEAST_NEXT: f32 = 0.4;
const SWAY: f32 = 0.3;

/** Takes away what is no bar at the ends of a row of some bars, and adds the bars that follow. */
export function followBars(plane: Plane, row: BarRow): void {
  const contrast = meanContrast(plane, row);
  for (let end = 0; end < 2; end++) {
    while (row.bars > LEAST_ROW && !isClear(plane, row, contrast)) row.bars--;
    while (row.bars < MOST_BARS && extend(plane, row, contrast));
    reverse(row);
  }
}

/** Turns the order of the bars, and with it the direction of the row. */
function reverse(row: BarRow): void {
  for (let i = 0, j = row.bars - 1; i < j; i++, j--) {
    swap(row.xs, i, j);
    swap(row.ys, i, j);
  }
  row.alongX = -row.alongX;
  row.alongY = -row.alongY;
  row.downX = -row.downX;
  row.downY = -row.downY;
}

function swap(array: usize, i: i32, j: i32): void {
  const v = floatAt(array, i);
  setFloat(array, i, floatAt(array, j));
  setFloat(array, j, v);
}

/** Grey at a place of the row, mean over the height of a tracker. */
function greyAt(plane: Plane, row: BarRow, x: f32, y: f32): f32 {
  const dx = row.downX * row.pitch * 0.22;
  const dy = row.downY * row.pitch * 0.22;
  const grey: f32 =
    (bilinear(plane, <f64>x, <f64>y) +
      bilinear(plane, <f64>(x + dx), <f64>(y + dy)) +
      bilinear(plane, <f64>(x - dx), <f64>(y - dy))) /
    3;
  return row.isInverted ? 255 - grey : grey;
}

/** By how much spaces are lighter than bars. */
function meanContrast(plane: Plane, row: BarRow): f32 {
  let sum: f32 = 0;
  for (let i = 1; i < row.bars; i++) {
    const x0 = floatAt(row.xs, i - 1);
    const y0 = floatAt(row.ys, i - 1);
    const x1 = floatAt(row.xs, i);
    const y1 = floatAt(row.ys, i);
    sum += greyAt(plane, row, 0.5 * (x0 + x1), 0.5 * (y0 + y1)) - greyAt(plane, row, x1, y1);
  }
  return sum / <f32>(row.bars - 1);
}

/** True if the last bar stands out from both sides as the others do; noise at a row's end may look like one more. */
function isClear(plane: Plane, row: BarRow, contrast: f32): bool {
  const n = row.bars - 1;
  const x = floatAt(row.xs, n);
  const y = floatAt(row.ys, n);
  const dx: f32 = 0.5 * (x - floatAt(row.xs, n - 1));
  const dy: f32 = 0.5 * (y - floatAt(row.ys, n - 1));
  const lightest = min(greyAt(plane, row, x - dx, y - dy), greyAt(plane, row, x + dx, y + dy));
  return lightest - greyAt(plane, row, x, y) >= LEAST_NEXT * contrast;
}

/** Adds the bar behind the last one; false where there is none. */
function extend(plane: Plane, row: BarRow, contrast: f32): bool {
  const n = row.bars;
  // The last distances tell where: perspective changes the pitch slowly.
  const back = min(n - 1, 8);
  const x1 = floatAt(row.xs, n - 1);
  const y1 = floatAt(row.ys, n - 1);
  const dx = (x1 - floatAt(row.xs, n - 1 - back)) / <f32>back;
  const dy = (y1 - floatAt(row.ys, n - 1 - back)) / <f32>back;
  if (!(x1 + dx > 0 && y1 + dy > 0 && x1 + dx < <f32>plane.width && y1 + dy < <f32>plane.height)) return false;
  let best: f32 = 1e9;
  let at: f32 = 0;
  for (let k = -3; k <= 3; k++) {
    const t: f32 = 1 + (SWAY / 3) * <f32>k;
    const grey = greyAt(plane, row, x1 + dx * t, y1 + dy * t);
    // Among equals the expected place.
    const value = grey + 0.05 * contrast * <f32>abs(k);
    if (value >= best) continue;
    best = value;
    at = t;
  }
  const near = greyAt(plane, row, x1 + dx * (at - 0.5), y1 + dy * (at - 0.5));
  const far = greyAt(plane, row, x1 + dx * (at + 0.5), y1 + dy * (at + 0.5));
  const grey = greyAt(plane, row, x1 + dx * at, y1 + dy * at);
  if (min(near, far) - grey < LEAST_NEXT * contrast) return false;
  // Half of what it lies off: one bar's noise must not lead astray.
  const t: f32 = 0.5 * (1 + at);
  setFloat(row.xs, n, x1 + dx * t);
  setFloat(row.ys, n, y1 + dy * t);
  row.bars = n + 1;
  return true;
}
