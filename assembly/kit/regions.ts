/**
 * Regions of one direction: neighbouring blocks whose gradients agree are one region, which may hold the bars of a
 * linear symbol. Any angle costs the same. Knows nothing of bars or symbologies.
 */
import { Directions } from "../image/direction";
import { BLOCK } from "../image/plane";
import { alloc, allocZero } from "../memory/arena";
import { floatAt, setFloat } from "./floats";

@unmanaged
export class Region {
  /** Unit normal to the bars. */
  nx: f32;
  ny: f32;
  /** Centre of its extents, in pixels of the level. */
  cx: f32;
  cy: f32;
  /** Extents across the bars and along them, in pixels of the level. */
  length: f32;
  height: f32;
  /**
   * By how much the centre line climbs along the bars per pixel across them: a symbol that the frame's edge cuts may
   * have no line square to its bars that crosses all of them.
   */
  climb: f32;
  /** How much gradient energy it holds: the order in which regions are tried. */
  weight: f32;
}

/** Most regions that one level gives. */
export const MOST_REGIONS: i32 = 48;
/** A block takes part where |tensor|² ≥ this part of energy²: noise stays near 0, straight edges near 1. */
const COHERENCE2: f32 = 0.36;
/** Summed over 3×3 blocks of 64 gradients: edges of some 10 grey levels on a ground of sensor noise. */
const ENERGY: i32 = 60000;
/** Cosine of the doubled angle within which a block joins a region: 20°. */
const LIKE: f32 = 0.766;
/** Fewest blocks and least extent across the bars (an EAN-8 of one pixel per module has 67 pixels). */
const LEAST_BLOCKS: i32 = 7;
const LEAST_LENGTH: f32 = 40;

/** A centre line climbs only where that is marked, and makes the region so much less high. */
const LEAST_CLIMB: f32 = 0.08;
const LESS_HEIGHT: f32 = 0.7;

/** Lists regions, heaviest first, as u32 addresses at `out` (room for MOST_REGIONS); returns how many. */
export function findRegions(field: Directions, step: i32, out: usize): i32 {
  const columns = field.columns;
  const rows = field.rows;
  const count = columns * rows;
  const cos2 = alloc((<usize>count) << 2);
  const sin2 = alloc((<usize>count) << 2);
  const state = allocZero(<usize>count);
  const queue = alloc((<usize>count) << 2);
  if (cos2 == 0 || sin2 == 0 || state == 0 || queue == 0) return 0;
  if (activate(field, ENERGY / step, cos2, sin2, state) < LEAST_BLOCKS) return 0;
  let found: i32 = 0;
  for (let seed = 0; seed < count; seed++) {
    if (<u32>load<u8>(state + <usize>seed) != 1) continue;
    const size = grow(seed, columns, rows, cos2, sin2, state, queue);
    if (size < LEAST_BLOCKS) continue;
    found = keep(measure(field, queue, size), out, found);
  }
  return found;
}

/** Marks blocks that have a direction (state 1) and stores cosine and sine of their doubled angle. */
function activate(field: Directions, energy: i32, cos2: usize, sin2: usize, state: usize): i32 {
  const columns = field.columns;
  const rows = field.rows;
  let active: i32 = 0;
  for (let by = 0; by < rows; by++) {
    const up = by > 0 ? (<usize>columns) << 2 : 0;
    const down = by < rows - 1 ? (<usize>columns) << 2 : 0;
    for (let bx = 0; bx < columns; bx++) {
      const at = by * columns + bx;
      if (ASC_FEATURE_SIMD) {
        if (bx > 0 && bx + 4 < columns) {
          active += activateFour(field, at, up, down, energy, cos2, sin2, state);
          bx += 3;
          continue;
        }
      }
      const left: usize = bx > 0 ? 4 : 0;
      const right: usize = bx < columns - 1 ? 4 : 0;
      const xx = around(field.xx, at, up, down, left, right);
      const yy = around(field.yy, at, up, down, left, right);
      if (xx + yy < energy) continue;
      const xy = around(field.xy, at, up, down, left, right);
      const e = <f32>(xx + yy);
      const c = <f32>(xx - yy);
      const s: f32 = 2 * <f32>xy;
      const m = c * c + s * s;
      if (m < COHERENCE2 * e * e) continue;
      const inverse: f32 = 1 / sqrt<f32>(m);
      setFloat(cos2, at, c * inverse);
      setFloat(sin2, at, s * inverse);
      store<u8>(state + <usize>at, 1);
      active++;
    }
  }
  return active;
}

/** Four blocks at once, none of them the first or last of its row; returns how many have a direction. */
function activateFour(
  field: Directions,
  at: i32,
  up: usize,
  down: usize,
  energy: i32,
  cos2: usize,
  sin2: usize,
  state: usize,
): i32 {
  const p = (<usize>at) << 2;
  const xx = fourSums(field.xx + p, up, down);
  const yy = fourSums(field.yy + p, up, down);
  const sum = i32x4.add(xx, yy);
  const strong = i32x4.ge_s(sum, i32x4.splat(energy));
  if (!v128.any_true(strong)) return 0;
  const e = f32x4.convert_i32x4_s(sum);
  const c = f32x4.convert_i32x4_s(i32x4.sub(xx, yy));
  const s = f32x4.mul(f32x4.splat(2), f32x4.convert_i32x4_s(fourSums(field.xy + p, up, down)));
  const m = f32x4.add(f32x4.mul(c, c), f32x4.mul(s, s));
  const coherent = f32x4.ge(m, f32x4.mul(f32x4.mul(f32x4.splat(COHERENCE2), e), e));
  const mask = i32x4.bitmask(v128.and(strong, coherent));
  if (mask == 0) return 0;
  const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(m));
  v128.store(cos2 + p, f32x4.mul(c, inverse));
  v128.store(sin2 + p, f32x4.mul(s, inverse));
  // One byte of state for each bit of the mask.
  store<u32>(state + <usize>at, (mask & 1) | ((mask & 2) << 7) | ((mask & 4) << 14) | ((mask & 8) << 21));
  return popcnt(mask);
}

/** Sums over 3×3 of four blocks side by side. */
function fourSums(p: usize, up: usize, down: usize): v128 {
  return i32x4.add(i32x4.add(fourRows(p - up), fourRows(p)), fourRows(p + down));
}

function fourRows(p: usize): v128 {
  return i32x4.add(i32x4.add(v128.load(p - 4), v128.load(p)), v128.load(p + 4));
}

/** Sum over 3×3 blocks; distances to the neighbours in bytes, 0 where the field ends. */
function around(values: usize, at: i32, up: usize, down: usize, left: usize, right: usize): i32 {
  const p = values + ((<usize>at) << 2);
  return row(p - up, left, right) + row(p, left, right) + row(p + down, left, right);
}

function row(p: usize, left: usize, right: usize): i32 {
  return load<i32>(p - left) + load<i32>(p) + load<i32>(p + right);
}

/** Collects the seed's region into the queue; returns its size in blocks. */
function grow(seed: i32, columns: i32, rows: i32, cos2: usize, sin2: usize, state: usize, queue: usize): i32 {
  let c = floatAt(cos2, seed);
  let s = floatAt(sin2, seed);
  let size: i32 = 1;
  store<i32>(queue, seed);
  store<u8>(state + <usize>seed, 2);
  for (let head = 0; head < size; head++) {
    const at = load<i32>(queue + ((<usize>head) << 2));
    const norm = sqrt<f32>(c * c + s * s) * LIKE;
    const bx = at % columns;
    const by = at / columns;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const x = bx + dx;
        const y = by + dy;
        if (<u32>x >= <u32>columns || <u32>y >= <u32>rows) continue;
        const next = y * columns + x;
        if (<u32>load<u8>(state + <usize>next) != 1) continue;
        const nc = floatAt(cos2, next);
        const ns = floatAt(sin2, next);
        if (nc * c + ns * s < norm) continue;
        c += nc;
        s += ns;
        store<u8>(state + <usize>next, 2);
        store<i32>(queue + ((<usize>size) << 2), next);
        size++;
      }
    }
  }
  return size;
}

/** Angle by gradient energy, extents by projection of the block centres; null where it is too short for a symbol. */
function measure(field: Directions, queue: usize, size: i32): Region | null {
  let xx: f32 = 0;
  let yy: f32 = 0;
  let xy: f32 = 0;
  for (let i = 0; i < size; i++) {
    const at = (<usize>load<i32>(queue + ((<usize>i) << 2))) << 2;
    xx += <f32>load<i32>(field.xx + at);
    yy += <f32>load<i32>(field.yy + at);
    xy += <f32>load<i32>(field.xy + at);
  }
  const c = xx - yy;
  const s: f32 = 2 * xy;
  const m = sqrt<f32>(c * c + s * s);
  if (!(m > 0)) return null;
  // Half-angle formulas; the normal points to the right, or straight down.
  const nx = sqrt<f32>(max<f32>(0, 0.5 * (1 + c / m)));
  const ny = (s < 0 ? <f32>-1 : <f32>1) * sqrt<f32>(max<f32>(0, 0.5 * (1 - c / m)));
  let u0: f32 = 1e9;
  let u1: f32 = -1e9;
  let v0: f32 = 1e9;
  let v1: f32 = -1e9;
  let su: f32 = 0;
  let sv: f32 = 0;
  let suu: f32 = 0;
  let suv: f32 = 0;
  for (let i = 0; i < size; i++) {
    const at = load<i32>(queue + ((<usize>i) << 2));
    const x = <f32>((at % field.columns) * BLOCK + BLOCK / 2);
    const y = <f32>((at / field.columns) * BLOCK + BLOCK / 2);
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
  const n = <f32>size;
  const spread = suu - (su * su) / n;
  let climb: f32 = spread > 0 ? (suv - (su * sv) / n) / spread : 0;
  const u: f32 = (u0 + u1) * 0.5;
  let v: f32 = (v0 + v1) * 0.5;
  let height = v1 - v0;
  if (abs<f32>(climb) > LEAST_CLIMB) {
    let low: f32 = 1e9;
    let high: f32 = -1e9;
    for (let i = 0; i < size; i++) {
      const at = load<i32>(queue + ((<usize>i) << 2));
      const x = <f32>((at % field.columns) * BLOCK + BLOCK / 2);
      const y = <f32>((at / field.columns) * BLOCK + BLOCK / 2);
      const w = y * nx - x * ny - climb * (x * nx + y * ny - u);
      low = min(low, w);
      high = max(high, w);
    }
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
  if (length < LEAST_LENGTH) return null;
  const at = alloc(offsetof<Region>());
  if (at == 0) return null;
  const region = changetype<Region>(at);
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

/** Puts a region into the list, which stays sorted by weight; returns the new count. */
function keep(region: Region | null, out: usize, count: i32): i32 {
  if (region == null) return count;
  let at = count;
  if (count == MOST_REGIONS) {
    at = MOST_REGIONS - 1;
    if (regionAt(out, at).weight >= region.weight) return count;
  }
  while (at > 0 && regionAt(out, at - 1).weight < region.weight) {
    store<u32>(out + ((<usize>at) << 2), <u32>changetype<usize>(regionAt(out, at - 1)));
    at--;
  }
  store<u32>(out + ((<usize>at) << 2), <u32>changetype<usize>(region));
  return min(count + 1, MOST_REGIONS);
}

/** The whole plane as a region, its bars across the longer side: for frames too flat to hold blocks. */
export function wholeRegion(width: i32, height: i32): Region | null {
  const at = alloc(offsetof<Region>());
  if (at == 0) return null;
  const region = changetype<Region>(at);
  const isWide = width >= height;
  region.nx = isWide ? 1 : 0;
  region.ny = isWide ? 0 : 1;
  region.cx = <f32>width * 0.5;
  region.cy = <f32>height * 0.5;
  region.length = <f32>max(width, height);
  region.height = <f32>min(width, height);
  region.climb = 0;
  region.weight = 0;
  return region;
}

/** An entry of the list that findRegions() made. */
export function regionAt(list: usize, index: i32): Region {
  return changetype<Region>(<usize>load<u32>(list + ((<usize>index) << 2)));
}
