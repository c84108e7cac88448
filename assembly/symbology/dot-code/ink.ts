/** How dark a place of a plane is, smoothed a little, and where the next darkest place is. Knows nothing of lattices. */
import { Plane } from "../../image/plane";

let luma: usize = 0;
let stride: i32 = 0;
let width: i32 = 0;
let height: i32 = 0;
let flip: i32 = 0;

/** Sets the plane that the functions below look at; light places count as ink if `isInverted`. */
export function lookAt(from: Plane, isInverted: bool): void {
  luma = from.luma;
  stride = from.stride;
  width = from.width;
  height = from.height;
  flip = isInverted ? 0 : 255 * 16;
}

/** Ink of a pixel with its neighbours, weights 1 2 1 both ways, 0–4,080; 0 at the plane's border and beyond. */
export function inkAt(x: i32, y: i32): i32 {
  if (x < 1 || y < 1 || x > width - 2 || y > height - 2) return 0;
  const at = luma + <usize>(y * stride + x - 1);
  const sum = lineAt(at - <usize>stride) + 2 * lineAt(at) + lineAt(at + <usize>stride);
  return flip == 0 ? sum : flip - sum;
}

function lineAt(at: usize): i32 {
  return <i32>load<u8>(at) + 2 * <i32>load<u8>(at, 1) + <i32>load<u8>(at, 2);
}

/** Ink between pixels. */
export function inkNear(x: f64, y: f64): f32 {
  const fx = x - 0.5;
  const fy = y - 0.5;
  const ix = <i32>Math.floor(fx);
  const iy = <i32>Math.floor(fy);
  const ax = <f32>(fx - <f64>ix);
  const ay = <f32>(fy - <f64>iy);
  const top = <f32>inkAt(ix, iy) * (1 - ax) + <f32>inkAt(ix + 1, iy) * ax;
  const bottom = <f32>inkAt(ix, iy + 1) * (1 - ax) + <f32>inkAt(ix + 1, iy + 1) * ax;
  return top + (bottom - top) * ay;
}

/** Where the peak that climb() or peakOf() found lies, and its ink. */
export let peakX: f64 = 0;
export let peakY: f64 = 0;
export let peakInk: f32 = 0;

/** The top of a parabola through three values, −0.5–0.5 from the middle one. */
function topOf(before: i32, own: i32, after: i32): f64 {
  const bend = 2 * own - before - after;
  if (bend <= 0) return 0;
  return Math.max(-0.5, Math.min(0.5, (0.5 * <f64>(after - before)) / <f64>bend));
}

/** Sets the peak from the pixel that is one. */
export function peakOf(x: i32, y: i32): void {
  const own = inkAt(x, y);
  peakX = <f64>x + 0.5 + topOf(inkAt(x - 1, y), own, inkAt(x + 1, y));
  peakY = <f64>y + 0.5 + topOf(inkAt(x, y - 1), own, inkAt(x, y + 1));
  peakInk = <f32>own;
}

/** Climbs from a place to the peak of its dot; false where that is farther than `reach` pixels. */
export function climb(fromX: f64, fromY: f64, reach: f64): bool {
  let x = <i32>Math.floor(fromX);
  let y = <i32>Math.floor(fromY);
  const steps = <i32>reach + 2;
  for (let step = 0; step <= steps; step++) {
    let best = inkAt(x, y);
    let toX = x;
    let toY = y;
    for (let k = 0; k < 9; k++) {
      const nx = x + (k % 3) - 1;
      const ny = y + k / 3 - 1;
      const ink = inkAt(nx, ny);
      if (ink <= best) continue;
      best = ink;
      toX = nx;
      toY = ny;
    }
    if (toX == x && toY == y) {
      peakOf(x, y);
      const dx = peakX - fromX;
      const dy = peakY - fromY;
      return dx * dx + dy * dy <= reach * reach;
    }
    x = toX;
    y = toY;
  }
  return false;
}
