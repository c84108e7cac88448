/**
 * Grey values between pixels. Coordinates have (0, 0) at the top left corner of the top left pixel of level 0, so that
 * level L is reached by dividing by 2^L; values outside are those of the border.
 */
import { planeAt } from "./frame";
import { Plane } from "./plane";

/** Bilinear luma of a plane at (x, y) in that plane's own pixels. */
export function bilinear(plane: Plane, x: f64, y: f64): f32 {
  const fx = max<f64>(0, min<f64>(x - 0.5, <f64>(plane.width - 1)));
  const fy = max<f64>(0, min<f64>(y - 0.5, <f64>(plane.height - 1)));
  const ix = <i32>fx;
  const iy = <i32>fy;
  const ax = <f32>(fx - <f64>ix);
  const ay = <f32>(fy - <f64>iy);
  const right: usize = ix + 1 < plane.width ? 1 : 0;
  const below: usize = iy + 1 < plane.height ? <usize>plane.stride : 0;
  const at = plane.luma + <usize>iy * <usize>plane.stride + <usize>ix;
  const v00 = <f32>(<u32>load<u8>(at));
  const v01 = <f32>(<u32>load<u8>(at + right));
  const v10 = <f32>(<u32>load<u8>(at + below));
  const v11 = <f32>(<u32>load<u8>(at + below + right));
  const top = v00 + (v01 - v00) * ax;
  const bottom = v10 + (v11 - v10) * ax;
  return top + (bottom - top) * ay;
}

/** True if the point lies on the plane. */
export function isInside(plane: Plane, x: f64, y: f64): bool {
  return x >= 0 && y >= 0 && x <= <f64>plane.width && y <= <f64>plane.height;
}

/**
 * Pyramid level at which a module of `size` level-0 pixels is still at least `least` pixels wide: the coarser level is
 * the mean over the module's centre part at no cost.
 */
export function levelFor(size: f64, least: f64): i32 {
  let level: i32 = 0;
  while (level < 3 && size >= least * 2 && planeAt(level + 1) != null) {
    size *= 0.5;
    level++;
  }
  return level;
}

/** Mean of five bilinear samples: the point and four around it at `reach` pixels along the two given unit steps. */
export function areaMean(plane: Plane, x: f64, y: f64, ux: f64, uy: f64, vx: f64, vy: f64): f32 {
  return (
    (bilinear(plane, x, y) +
      bilinear(plane, x + ux, y + uy) +
      bilinear(plane, x - ux, y - uy) +
      bilinear(plane, x + vx, y + vy) +
      bilinear(plane, x - vx, y - vy)) *
    0.2
  );
}
