/**
 * Regions of one direction: neighbouring blocks whose gradients agree are one region, which may hold the bars of a
 * linear symbol. Any angle costs the same. Knows nothing of bars or symbologies.
 */
import { Directions } from "../image/direction";
import { BLOCK } from "../image/plane";
import { alloc, allocZero } from "../memory/arena";

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
  /** Made of parts on both sides of a gap. */
  isJoined: bool;
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
export const LEAST_LENGTH: f32 = 40;

/** A centre line climbs only where that is marked, and makes the region so much less high. */
const LEAST_CLIMB: f32 = 0.08;
const LESS_HEIGHT: f32 = 0.7;

/** Empty blocks around state and units, so that neighbours need no checks. */
const FRAME: i32 = 1;
/** A block that no region has taken. */
const FREE: u8 = 1;
const TAKEN: u8 = 2;

/** Parts: what is too small to be a region of its own, and the regions. */
export const MOST_PARTS: i32 = 64;
const LEAST_PART: i32 = 3;
/** Number of parts that findRegions() listed. */
export let partCount: i32 = 0;

/**
 * Lists regions, heaviest first, as u32 addresses at `out` (room for MOST_REGIONS); returns how many. Their parts go to
 * `parts` (room for MOST_PARTS) where that is given. Short bars, whose ends count, ask for less coherence.
 */
export function findRegions(
  field: Directions,
  step: i32,
  out: usize,
  parts: usize = 0,
  coherence2: f32 = COHERENCE2,
): i32 {
  partCount = 0;
  const pitch = field.columns + 2 * FRAME;
  const count = pitch * (field.rows + 2 * FRAME);
  // Cosine and sine of each active block's doubled angle.
  const units = alloc((<usize>count) << 3);
  const state = allocZero(<usize>count);
  if (units == 0 || state == 0) return 0;
  const active = activate(field, ENERGY / (step * step), coherence2, pitch, units, state);
  if (active < LEAST_BLOCKS) return 0;
  const queue = alloc((<usize>active) << 2);
  if (queue == 0) return 0;
  let found: i32 = 0;
  let seed: i32 = 0;
  while (seed < count) {
    // The next of eight that is free.
    const free = load<u64>(state + <usize>seed) & 0x0101010101010101;
    if (free == 0) {
      seed += 8;
      continue;
    }
    seed += <i32>ctz(free) >> 3;
    const size = grow(seed, pitch, units, state, queue);
    if (size < (parts != 0 ? LEAST_PART : LEAST_BLOCKS)) continue;
    const region = measure(field, queue, size);
    if (region == null) continue;
    if (parts != 0 && partCount < MOST_PARTS) {
      store<u32>(parts + ((<usize>partCount) << 2), <u32>changetype<usize>(region));
      partCount++;
    }
    if (size >= LEAST_BLOCKS && region.length >= LEAST_LENGTH) found = keepRegion(region, out, found);
  }
  return found;
}

/** Marks blocks that have a direction as free and stores cosine and sine of their doubled angle; returns how many. */
function activate(field: Directions, energy: i32, coherence2: f32, pitch: i32, units: usize, state: usize): i32 {
  const columns = field.columns;
  const rows = field.rows;
  const line = (<usize>field.pitch) << 2;
  let active: i32 = 0;
  for (let by = 0; by < rows; by++) {
    const row = <usize>by * line;
    const up = by > 0 ? line : 0;
    const down = by < rows - 1 ? line : 0;
    const to = (by + FRAME) * pitch + FRAME;
    if (ASC_FEATURE_SIMD) {
      active += activateRow(field, row, up, down, energy, coherence2, units + ((<usize>to) << 3), state + <usize>to);
    } else {
      for (let bx = 0; bx < columns; bx++) {
        const at = row + ((<usize>bx) << 2);
        const e = around(field.energies + at, up, down);
        if (e < energy) continue;
        const c = around(field.cosines + at, up, down);
        active += point(e, c, around(field.sines + at, up, down), coherence2, to + bx, units, state);
      }
    }
  }
  return active;
}

/** Marks a block if the tensor around it has a direction; returns 1 if so. */
function point(energy: i32, cosine: i32, sine: i32, coherence2: f32, at: i32, units: usize, state: usize): i32 {
  const e = <f32>energy;
  const c = <f32>cosine;
  const s = <f32>sine;
  const m = c * c + s * s;
  if (m < coherence2 * e * e) return 0;
  const inverse: f32 = 1 / sqrt<f32>(m);
  const unit = units + ((<usize>at) << 3);
  store<f32>(unit, c * inverse);
  store<f32>(unit, s * inverse, 4);
  store<u8>(state + <usize>at, FREE);
  return 1;
}

/** Sum over 3×3 blocks; distances to the rows above and below in bytes, 0 where the field ends. */
function around(at: usize, up: usize, down: usize): i32 {
  return three(at - up) + three(at) + three(at + down);
}

function three(at: usize): i32 {
  return load<i32>(at - 4) + load<i32>(at) + load<i32>(at, 4);
}

/** A row of activate(), four blocks at a time. Units of blocks without a direction are left undefined. */
function activateRow(
  field: Directions,
  row: usize,
  up: usize,
  down: usize,
  energy: i32,
  coherence2: f32,
  units: usize,
  state: usize,
): i32 {
  const columns = field.columns;
  const energies = field.energies + row;
  const cosines = field.cosines + row;
  const sines = field.sines + row;
  const least = i32x4.splat(energy - 1);
  const share = f32x4.splat(coherence2);
  const one = f32x4.splat(1);
  let e0 = columnsOf(energies - 16, up, down);
  let c0 = columnsOf(cosines - 16, up, down);
  let s0 = columnsOf(sines - 16, up, down);
  let e1 = columnsOf(energies, up, down);
  let c1 = columnsOf(cosines, up, down);
  let s1 = columnsOf(sines, up, down);
  let active: i32 = 0;
  for (let bx = 0; bx < columns; bx += 4) {
    const next = (<usize>(bx + 4)) << 2;
    const e2 = columnsOf(energies + next, up, down);
    const c2 = columnsOf(cosines + next, up, down);
    const s2 = columnsOf(sines + next, up, down);
    const sum = threes(e0, e1, e2);
    const e = f32x4.convert_i32x4_s(sum);
    const c = f32x4.convert_i32x4_s(threes(c0, c1, c2));
    const s = f32x4.convert_i32x4_s(threes(s0, s1, s2));
    e0 = e1;
    c0 = c1;
    s0 = s1;
    e1 = e2;
    c1 = c2;
    s1 = s2;
    const m = f32x4.add(f32x4.mul(c, c), f32x4.mul(s, s));
    const isActive = v128.and(i32x4.gt_s(sum, least), f32x4.ge(m, f32x4.mul(f32x4.mul(share, e), e)));
    const lanes = i32x4.bitmask(isActive) & (bx + 4 <= columns ? 15 : (1 << (columns - bx)) - 1);
    if (lanes == 0) continue;
    const inverse = f32x4.div(one, f32x4.sqrt(m));
    const x = f32x4.mul(c, inverse);
    const y = f32x4.mul(s, inverse);
    const unit = units + ((<usize>bx) << 3);
    v128.store(unit, i32x4.shuffle(x, y, 0, 4, 1, 5));
    v128.store(unit, i32x4.shuffle(x, y, 2, 6, 3, 7), 16);
    // One byte for each bit.
    store<u32>(state + <usize>bx, (<u32>lanes * 0x204081) & 0x01010101);
    active += popcnt<i32>(lanes);
  }
  return active;
}

/** Sums of three blocks one above the other, of four columns. */
function columnsOf(at: usize, up: usize, down: usize): v128 {
  return i32x4.add(i32x4.add(v128.load(at - up), v128.load(at)), v128.load(at + down));
}

/** Each lane of `own` with its two neighbours; `before` and `after` are the vectors on both sides. */
function threes(before: v128, own: v128, after: v128): v128 {
  const left = i32x4.shuffle(before, own, 3, 4, 5, 6);
  return i32x4.add(i32x4.add(left, own), i32x4.shuffle(own, after, 1, 2, 3, 4));
}

/** Collects the seed's region into the queue, as places in the framed field; returns its size in blocks. */
function grow(seed: i32, pitch: i32, units: usize, state: usize, queue: usize): i32 {
  let c = load<f32>(units + ((<usize>seed) << 3));
  let s = load<f32>(units + ((<usize>seed) << 3), 4);
  let size: i32 = 1;
  store<i32>(queue, seed);
  store<u8>(state + <usize>seed, TAKEN);
  for (let head = 0; head < size; head++) {
    const at = load<i32>(queue + ((<usize>head) << 2));
    const above = load<u32>(state + <usize>(at - pitch - 1));
    const beside = load<u32>(state + <usize>(at - 1));
    const below = load<u32>(state + <usize>(at + pitch - 1));
    // Most have no free neighbour left.
    if (((above | beside | below) & 0x010101) == 0) continue;
    const norm = sqrt<f32>(c * c + s * s) * LIKE;
    for (let first = at - pitch - 1, end = at + pitch; first < end; first += pitch) {
      let free = load<u32>(state + <usize>first) & 0x010101;
      while (free != 0) {
        const next = first + (ctz<i32>(<i32>free) >> 3);
        free &= free - 1;
        const nc = load<f32>(units + ((<usize>next) << 3));
        const ns = load<f32>(units + ((<usize>next) << 3), 4);
        if (nc * c + ns * s < norm) continue;
        c += nc;
        s += ns;
        store<u8>(state + <usize>next, TAKEN);
        store<i32>(queue + ((<usize>size) << 2), next);
        size++;
      }
    }
  }
  return size;
}

/** Angle by gradient energy, extents by projection of the block centres; null where there is no angle. */
function measure(field: Directions, queue: usize, size: i32): Region | null {
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

/** Puts a region into the list, which stays sorted by weight; returns the new count. */
export function keepRegion(region: Region, out: usize, count: i32): i32 {
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
  region.isJoined = false;
  region.weight = 0;
  return region;
}

/** An entry of the list that findRegions() made. */
export function regionAt(list: usize, index: i32): Region {
  return changetype<Region>(<usize>load<u32>(list + ((<usize>index) << 2)));
}
