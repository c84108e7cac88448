/** In which direction the bars of a row stand, and where its middle runs; then their heights. Knows no code. */
import { Plane } from "../image/plane";
import { bilinear } from "../image/sampler";
import { measureHeights } from "./bar-heights";
import { BarRow } from "./bar-row";
import { floatAt, setFloat } from "./floats";

/** Leans of the bars that are tried (tangent): a region's normal takes in what stands around the row. */
const LEANS: i32 = 8;
const LEAN_STEP: f32 = 0.03;
const LEAN_PART: f32 = 0.8;
const leans = memory.data(4 * 20);

/** Finds the direction in which the bars go on beyond their trackers; false where there is none. */
function aimBars(plane: Plane, row: BarRow): bool {
  const n = row.bars - 1;
  // Along the row as it was followed.
  const dx = floatAt(row.xs, n) - floatAt(row.xs, 0);
  const dy = floatAt(row.ys, n) - floatAt(row.ys, 0);
  const length = sqrt<f32>(dx * dx + dy * dy);
  if (!(length > 0)) return false;
  row.alongX = dx / length;
  row.alongY = dy / length;
  row.pitch = length / <f32>n;
  const baseX = row.downX;
  const baseY = row.downY;
  let best: f32 = 0;
  for (let k = -LEANS; k <= LEANS; k++) {
    const sum = contrastAlong(plane, row, baseX, baseY, LEAN_STEP * <f32>k);
    setFloat(leans, k + LEANS, sum);
    best = max(best, sum);
  }
  if (!(best > 0)) return false;
  // Bars are wide: the middle of all leans that stay within them is better than the best one.
  let mass: f32 = 0;
  let lean: f32 = 0;
  for (let k = -LEANS; k <= LEANS; k++) {
    const weight = max<f32>(0, floatAt(leans, k + LEANS) - LEAN_PART * best);
    mass += weight;
    lean += weight * LEAN_STEP * <f32>k;
  }
  lean /= mass;
  const norm: f32 = 1 / sqrt<f32>(1 + lean * lean);
  row.downX = (baseX - lean * baseY) * norm;
  row.downY = (baseY + lean * baseX) * norm;
  return true;
}

/** By how much spaces are lighter than bars, a pitch above and below the trackers, where bars lean so much more. */
function contrastAlong(plane: Plane, row: BarRow, baseX: f32, baseY: f32, lean: f32): f32 {
  const vx = (baseX - lean * baseY) * row.pitch;
  const vy = (baseY + lean * baseX) * row.pitch;
  const halfX: f32 = 0.5 * row.alongX * row.pitch;
  const halfY: f32 = 0.5 * row.alongY * row.pitch;
  let sum: f32 = 0;
  for (let i = 0; i < row.bars; i++) {
    for (let side = -1; side <= 1; side += 2) {
      const x = floatAt(row.xs, i) + <f32>side * vx;
      const y = floatAt(row.ys, i) + <f32>side * vy;
      const spaces =
        bilinear(plane, <f64>(x + halfX), <f64>(y + halfY)) + bilinear(plane, <f64>(x - halfX), <f64>(y - halfY));
      sum += spaces - 2 * bilinear(plane, <f64>x, <f64>y);
    }
  }
  return row.isInverted ? -sum : sum;
}

/** Measures a row, and once more where its trackers' middle is now known to be. */
export function measureRow(plane: Plane, row: BarRow): bool {
  if (!aimBars(plane, row) || !measureHeights(plane, row)) return false;
  const middle: f32 = 0.5 * <f32>(row.bars - 1);
  for (let i = 0; i < row.bars; i++) {
    const shift = row.pitch * (row.offset + row.climb * (<f32>i - middle));
    setFloat(row.xs, i, floatAt(row.xs, i) + row.downX * shift);
    setFloat(row.ys, i, floatAt(row.ys, i) + row.downY * shift);
  }
  return aimBars(plane, row) && measureHeights(plane, row);
}
