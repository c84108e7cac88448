/**
 * Direction of the luma gradient, block by block: the structure tensor, summed over 8×8 pixels. Knows nothing of
 * bars; linear codes are where many blocks agree in direction.
 *
 * Gradients are the diagonal differences of 2×2 pixels (Roberts), turned by 45°: of all small kernels they lose least
 * at the finest bars, where central differences vanish (a period of two pixels).
 */
import { alloc } from "../memory/arena";
import { BLOCK, Plane } from "./plane";

@unmanaged
export class Directions {
  columns: i32;
  rows: i32;
  /** i32 per block: sums of gx², gy² and gx·gy, where gx and gy are twice the difference of pixel means. */
  xx: usize;
  yy: usize;
  xy: usize;
}

/** Tensor of every block, from each `step`-th row of pixels; null where memory is exhausted. */
export function measureDirections(plane: Plane, step: i32): Directions | null {
  const columns = plane.blockColumns;
  const rows = plane.blockRows;
  const head = alloc(offsetof<Directions>());
  const bytes = (<usize>(columns * rows)) << 2;
  const xx = alloc(bytes);
  const yy = alloc(bytes);
  const xy = alloc(bytes);
  if (head == 0 || xx == 0 || yy == 0 || xy == 0) return null;
  const field = changetype<Directions>(head);
  field.columns = columns;
  field.rows = rows;
  field.xx = xx;
  field.yy = yy;
  field.xy = xy;
  // A block's gradients reach into the pixel right of it: the last block of a row may lack it.
  const whole = (plane.width - 1) / BLOCK;
  for (let by = 0; by < rows; by++) {
    const y0 = by * BLOCK;
    const y1 = min(y0 + BLOCK, plane.height - 1);
    const first = plane.luma + <usize>y0 * <usize>plane.stride;
    const out = (<usize>(by * columns)) << 2;
    if (ASC_FEATURE_SIMD) {
      wholeBlocks(first, plane.stride, step, y1 - y0, whole, xx + out, yy + out, xy + out);
    } else {
      for (let bx = 0; bx < whole; bx++) {
        const to = out + ((<usize>bx) << 2);
        anyBlock(first + <usize>(bx * BLOCK), plane.stride, step, y1 - y0, BLOCK, xx + to, yy + to, xy + to);
      }
    }
    for (let bx = whole; bx < columns; bx++) {
      const to = out + ((<usize>bx) << 2);
      const width = max(0, min(BLOCK, plane.width - 1 - bx * BLOCK));
      anyBlock(first + <usize>(bx * BLOCK), plane.stride, step, y1 - y0, width, xx + to, yy + to, xy + to);
    }
  }
  return field;
}

/** `count` blocks side by side, all eight columns wide. */
function wholeBlocks(
  first: usize,
  stride: i32,
  step: i32,
  height: i32,
  count: i32,
  xx: usize,
  yy: usize,
  xy: usize,
): void {
  const down = <usize>stride;
  const jump = <usize>(stride * step);
  for (let bx = 0; bx < count; bx++) {
    let sxx = i32x4.splat(0);
    let syy = i32x4.splat(0);
    let sxy = i32x4.splat(0);
    let at = first + <usize>(bx * BLOCK);
    for (let y = 0; y < height; y += step) {
      const a = v128.load_ext<u8>(at);
      const b = v128.load_ext<u8>(at, 1);
      const c = v128.load_ext<u8>(at + down);
      const d = v128.load_ext<u8>(at + down, 1);
      const fall = i16x8.sub(d, a);
      const rise = i16x8.sub(b, c);
      const gx = i16x8.add(fall, rise);
      const gy = i16x8.sub(fall, rise);
      sxx = i32x4.add(sxx, i32x4.dot_i16x8_s(gx, gx));
      syy = i32x4.add(syy, i32x4.dot_i16x8_s(gy, gy));
      sxy = i32x4.add(sxy, i32x4.dot_i16x8_s(gx, gy));
      at += jump;
    }
    const to = (<usize>bx) << 2;
    store<i32>(xx + to, laneSum(sxx));
    store<i32>(yy + to, laneSum(syy));
    store<i32>(xy + to, laneSum(sxy));
  }
}

function laneSum(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}

function anyBlock(
  first: usize,
  stride: i32,
  step: i32,
  height: i32,
  width: i32,
  xx: usize,
  yy: usize,
  xy: usize,
): void {
  let sxx: i32 = 0;
  let syy: i32 = 0;
  let sxy: i32 = 0;
  for (let y = 0; y < height; y += step) {
    const row = first + <usize>(y * stride);
    for (let x = 0; x < width; x++) {
      const at = row + <usize>x;
      const fall = <i32>load<u8>(at + <usize>stride + 1) - <i32>load<u8>(at);
      const rise = <i32>load<u8>(at + 1) - <i32>load<u8>(at + <usize>stride);
      const gx = fall + rise;
      const gy = fall - rise;
      sxx += gx * gx;
      syy += gy * gy;
      sxy += gx * gy;
    }
  }
  store<i32>(xx, sxx);
  store<i32>(yy, syy);
  store<i32>(xy, sxy);
}
