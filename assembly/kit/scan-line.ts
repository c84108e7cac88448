/** One straight scan line over a plane: bilinear grey samples at sub-pixel places. */
import { Plane } from "../image/plane";
import { setFloat } from "./floats";

/**
 * Writes `count` samples from (x, y) on, (dx, dy) apart, in pixels (pixel centres at whole numbers). Samples outside
 * the plane repeat the last one inside. False where the line misses the plane.
 */
export function sampleLine(plane: Plane, x: f32, y: f32, dx: f32, dy: f32, count: i32, out: usize): bool {
  // The right and lower neighbour of a sample must exist, except on a plane of one row or column.
  const right = max<f32>(<f32>(plane.width - 1) - 0.01, 0);
  const bottom = max<f32>(<f32>(plane.height - 1) - 0.01, 0);
  let first: i32 = 0;
  let last = count - 1;
  if (dx != 0) {
    const a = -x / dx;
    const b = (right - x) / dx;
    first = max(first, <i32>ceil<f32>(max<f32>(min(a, b), -1)));
    last = min(last, <i32>floor<f32>(min<f32>(max(a, b), <f32>count)));
  } else if (x < -0.5 || x > right + 0.51) return false;
  if (dy != 0) {
    const a = -y / dy;
    const b = (bottom - y) / dy;
    first = max(first, <i32>ceil<f32>(max<f32>(min(a, b), -1)));
    last = min(last, <i32>floor<f32>(min<f32>(max(a, b), <f32>count)));
  } else if (y < -0.5 || y > bottom + 0.51) return false;
  if (first > last) return false;
  const stride = plane.height > 1 ? <usize>plane.stride : 0;
  const next: usize = plane.width > 1 ? 1 : 0;
  const luma = plane.luma;
  let i = first;
  if (ASC_FEATURE_SIMD) {
    if (next == 1) i = sampleFours(luma, <i32>stride, x, y, dx, dy, right, bottom, first, last, out);
  }
  for (; i <= last; i++) {
    const px = max<f32>(0, min(x + dx * <f32>i, right));
    const py = max<f32>(0, min(y + dy * <f32>i, bottom));
    const ix = <i32>px;
    const iy = <i32>py;
    const fx = px - <f32>ix;
    const fy = py - <f32>iy;
    const p = luma + <usize>iy * stride + <usize>ix;
    const a = <f32>(<i32>load<u8>(p));
    const b = <f32>(<i32>load<u8>(p + next));
    const c = <f32>(<i32>load<u8>(p + stride));
    const d = <f32>(<i32>load<u8>(p + stride + next));
    const upper = a + (b - a) * fx;
    const lower = c + (d - c) * fx;
    setFloat(out, i, upper + (lower - upper) * fy);
  }
  const head = load<f32>(out + ((<usize>first) << 2));
  for (let i = 0; i < first; i++) setFloat(out, i, head);
  const tail = load<f32>(out + ((<usize>last) << 2));
  for (let i = last + 1; i < count; i++) setFloat(out, i, tail);
  return true;
}

/** As the loop in sampleLine(), four samples at a time, as many as go into first ≤ i ≤ last; returns the next i. */
function sampleFours(
  luma: usize,
  stride: i32,
  x: f32,
  y: f32,
  dx: f32,
  dy: f32,
  right: f32,
  bottom: f32,
  first: i32,
  last: i32,
  out: usize,
): i32 {
  const zero = f32x4.splat(0);
  const x0 = f32x4.splat(x);
  const y0 = f32x4.splat(y);
  const sx = f32x4.splat(dx);
  const sy = f32x4.splat(dy);
  const mostX = f32x4.splat(right);
  const mostY = f32x4.splat(bottom);
  const byte = i32x4.splat(0xff);
  const down = <usize>stride;
  let index = f32x4.add(f32x4.splat(<f32>first), f32x4(0, 1, 2, 3));
  let i = first;
  for (; i + 3 <= last; i += 4) {
    const px = f32x4.max(zero, f32x4.min(f32x4.add(x0, f32x4.mul(sx, index)), mostX));
    const py = f32x4.max(zero, f32x4.min(f32x4.add(y0, f32x4.mul(sy, index)), mostY));
    const ix = i32x4.trunc_sat_f32x4_s(px);
    const iy = i32x4.trunc_sat_f32x4_s(py);
    const fx = f32x4.sub(px, f32x4.convert_i32x4_s(ix));
    const fy = f32x4.sub(py, f32x4.convert_i32x4_s(iy));
    const at = i32x4.add(i32x4.mul(iy, i32x4.splat(stride)), ix);
    const p0 = luma + <usize>i32x4.extract_lane(at, 0);
    const p1 = luma + <usize>i32x4.extract_lane(at, 1);
    const p2 = luma + <usize>i32x4.extract_lane(at, 2);
    const p3 = luma + <usize>i32x4.extract_lane(at, 3);
    // The pixel and its right neighbour, in a row and in the one below.
    const high = i32x4(load<u16>(p0), load<u16>(p1), load<u16>(p2), load<u16>(p3));
    const low = i32x4(load<u16>(p0 + down), load<u16>(p1 + down), load<u16>(p2 + down), load<u16>(p3 + down));
    const a = f32x4.convert_i32x4_s(v128.and(high, byte));
    const b = f32x4.convert_i32x4_s(i32x4.shr_u(high, 8));
    const c = f32x4.convert_i32x4_s(v128.and(low, byte));
    const d = f32x4.convert_i32x4_s(i32x4.shr_u(low, 8));
    const upper = f32x4.add(a, f32x4.mul(f32x4.sub(b, a), fx));
    const lower = f32x4.add(c, f32x4.mul(f32x4.sub(d, c), fx));
    v128.store(out + ((<usize>i) << 2), f32x4.add(upper, f32x4.mul(f32x4.sub(lower, upper), fy)));
    index = f32x4.add(index, f32x4.splat(4));
  }
  return i;
}
