/**
 * Measures a region from the blocks that it was grown from: its angle by their gradients, its extents by their centres. Knows
 * not how it was grown.
 */
import { Directions } from "../image/direction";
import { BLOCK } from "../image/plane";
import { alloc } from "../memory/arena";
import { Region } from "./region";

/** Empty blocks around the field in which places are counted. */
export const FRAME: i32 = 1;

/** A centre line climbs only where that is marked, and makes the region so much less high. */
const LEAST_CLIMB: f32 = 0.08;
const LESS_HEIGHT: f32 = 0.7;

/** Angle by gradient energy, extents by projection of the block centres; null where there is no angle. */
export function measureRegion(field: Directions, queue: usize, size: i32): Region | null {
  let c: f32 = 0;
  let s: f32 = 0;
  // Places become centres in pixels of the level, x and y in 16 bits each.
  const pitch = field.columns + 2 * FRAME;
  // Division by a multiplication: exact for places below 2^21 and rows of less than 2^13 blocks.
  const inverse = (((<u64>1) << 40) + <u64>pitch - 1) / <u64>pitch;
  for (let i = 0; i < size; i++) {
    const place = load<i32>(queue + ((<usize>i) << 2));
    const line = <i32>((<u64>place * inverse) >> 40);
    const by = line - FRAME;
    const bx = place - line * pitch - FRAME;
    const at = (<usize>(by * field.pitch + bx)) << 2;
    c += <f32>load<i32>(field.cosines + at);
    s += <f32>load<i32>(field.sines + at);
    const centre = queue + ((<usize>i) << 2);
    store<u16>(centre, <u16>(bx * BLOCK + BLOCK / 2));
    store<u16>(centre, <u16>(by * BLOCK + BLOCK / 2), 2);
  }
  const m = sqrt<f32>(c * c + s * s);
  if (!(m > 0)) return null;
  // Half-angle formulas; the normal points to the right, or straight down.
  const nx = sqrt<f32>(max<f32>(0, 0.5 * (1 + c / m)));
  const ny = (s < 0 ? <f32>-1 : <f32>1) * sqrt<f32>(max<f32>(0, 0.5 * (1 - c / m)));
  extend(queue, size, nx, ny);
  const u0 = load<f32>(lows);
  const u1 = load<f32>(highs);
  const v0 = load<f32>(lows, 4);
  const v1 = load<f32>(highs, 4);
  const su = load<f32>(moments);
  const sv = load<f32>(moments, 4);
  const suu = load<f32>(moments, 8);
  const suv = load<f32>(moments, 12);
  const n = <f32>size;
  const spread = suu - (su * su) / n;
  let climb: f32 = spread > 0 ? (suv - (su * sv) / n) / spread : 0;
  const u: f32 = (u0 + u1) * 0.5;
  let v: f32 = (v0 + v1) * 0.5;
  let height = v1 - v0;
  if (abs<f32>(climb) > LEAST_CLIMB) {
    shear(queue, size, nx, ny, climb, u);
    const low = load<f32>(lows);
    const high = load<f32>(highs);
    if (high - low < LESS_HEIGHT * height) {
      v = (low + high) * 0.5;
      height = high - low;
    } else {
      climb = 0;
    }
  } else {
    climb = 0;
  }
  const length = u1 - u0 + <f32>BLOCK;
  const at = alloc(offsetof<Region>());
  if (at == 0) return null;
  const region = changetype<Region>(at);
  region.isJoined = false;
  region.climb = climb;
  region.nx = nx;
  region.ny = ny;
  region.cx = u * nx - v * ny;
  region.cy = u * ny + v * nx;
  region.length = length;
  region.height = height + <f32>BLOCK;
  region.weight = m;
  return region;
}

/** What extend() finds: smallest and largest u and v, and the sums of u, v, u² and u·v. */
const lows = memory.data(16);
const highs = memory.data(16);
const moments = memory.data(16);

/** Projects the centres in the queue on the normal (u) and on the bars (v). */
function extend(queue: usize, size: i32, nx: f32, ny: f32): void {
  const end = queue + ((<usize>size) << 2);
  if (ASC_FEATURE_SIMD) {
    // Lanes: u, v, u, v.
    const alongX = f32x4(nx, -ny, nx, -ny);
    const alongY = f32x4(ny, nx, ny, nx);
    const ones = f32x4.splat(1);
    let low = f32x4.splat(1e9);
    let high = f32x4.splat(-1e9);
    let sums = f32x4.splat(0);
    for (let at = queue; at < end; at += 4) {
      const x = f32x4.splat(<f32>(<i32>load<u16>(at)));
      const y = f32x4.splat(<f32>(<i32>load<u16>(at, 2)));
      const place = f32x4.add(f32x4.mul(x, alongX), f32x4.mul(y, alongY));
      low = f32x4.pmin(low, place);
      high = f32x4.pmax(high, place);
      sums = f32x4.add(sums, f32x4.mul(place, i32x4.shuffle(place, ones, 4, 4, 0, 0)));
    }
    v128.store(lows, low);
    v128.store(highs, high);
    v128.store(moments, sums);
    return;
  }
  let u0: f32 = 1e9;
  let u1: f32 = -1e9;
  let v0: f32 = 1e9;
  let v1: f32 = -1e9;
  let su: f32 = 0;
  let sv: f32 = 0;
  let suu: f32 = 0;
  let suv: f32 = 0;
  for (let at = queue; at < end; at += 4) {
    const x = <f32>(<i32>load<u16>(at));
    const y = <f32>(<i32>load<u16>(at, 2));
    const u = x * nx + y * ny;
    const v = y * nx - x * ny;
    u0 = min(u0, u);
    u1 = max(u1, u);
    v0 = min(v0, v);
    v1 = max(v1, v);
    su += u;
    sv += v;
    suu += u * u;
    suv += u * v;
  }
  store<f32>(lows, u0);
  store<f32>(lows, v0, 4);
  store<f32>(highs, u1);
  store<f32>(highs, v1, 4);
  store<f32>(moments, su);
  store<f32>(moments, sv, 4);
  store<f32>(moments, suu, 8);
  store<f32>(moments, suv, 12);
}

/** The centres' smallest and largest v above a line through u0 that climbs, as the first of `lows` and `highs`. */
function shear(queue: usize, size: i32, nx: f32, ny: f32, climb: f32, u0: f32): void {
  const end = queue + ((<usize>size) << 2);
  let least: f32 = 1e9;
  let most: f32 = -1e9;
  if (ASC_FEATURE_SIMD) {
    // Four at a time: the last stands for those that lack.
    const last = i32x4.splat(load<i32>(end - 4));
    v128.store(end, last);
    const alongX = f32x4.splat(nx);
    const alongY = f32x4.splat(ny);
    const rise = f32x4.splat(climb);
    const middle = f32x4.splat(u0);
    let low = f32x4.splat(least);
    let high = f32x4.splat(most);
    for (let at = queue; at < end; at += 16) {
      const centres = v128.load(at);
      const x = f32x4.convert_i32x4_s(v128.and(centres, i32x4.splat(0xffff)));
      const y = f32x4.convert_i32x4_s(i32x4.shr_u(centres, 16));
      const v = f32x4.sub(f32x4.mul(y, alongX), f32x4.mul(x, alongY));
      const u = f32x4.add(f32x4.mul(x, alongX), f32x4.mul(y, alongY));
      const w = f32x4.sub(v, f32x4.mul(rise, f32x4.sub(u, middle)));
      low = f32x4.pmin(low, w);
      high = f32x4.pmax(high, w);
    }
    low = f32x4.pmin(low, i32x4.shuffle(low, low, 2, 3, 0, 1));
    high = f32x4.pmax(high, i32x4.shuffle(high, high, 2, 3, 0, 1));
    least = min(f32x4.extract_lane(low, 0), f32x4.extract_lane(low, 1));
    most = max(f32x4.extract_lane(high, 0), f32x4.extract_lane(high, 1));
  } else {
    for (let at = queue; at < end; at += 4) {
      const x = <f32>(<i32>load<u16>(at));
      const y = <f32>(<i32>load<u16>(at, 2));
      const w = y * nx - x * ny - climb * (x * nx + y * ny - u0);
      least = min(least, w);
      most = max(most, w);
    }
  }
  store<f32>(lows, least);
  store<f32>(highs, most);
}
