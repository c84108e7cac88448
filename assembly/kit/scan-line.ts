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
  for (let i = first; i <= last; i++) {
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
