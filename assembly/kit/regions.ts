/**
 * Regions of one direction: neighbouring blocks whose gradients agree are one region, which may hold the bars of a
 * linear symbol. Any angle costs the same. Knows nothing of bars or symbologies.
 */
import { COSINE, Directions, SINE, TENSOR_SHIFT } from "../image/direction";
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
  const active = activate(field, ENERGY / step, coherence2, pitch, units, state);
  if (active < LEAST_BLOCKS) return 0;
  const queue = alloc((<usize>active) << 2);
  if (queue == 0) return 0;
  let found: i32 = 0;
  for (let seed = 0; seed < count; seed++) {
    // Eight blocks at a time where none is free.
    while (seed < count && (load<u64>(state + <usize>seed) & 0x0101010101010101) == 0) seed += 8;
    if (seed >= count) break;
    if (load<u8>(state + <usize>seed) != FREE) continue;
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
  let active: i32 = 0;
  for (let by = 0; by < rows; by++) {
    const middle = field.tensors + ((<usize>(by * columns)) << TENSOR_SHIFT);
    const up = by > 0 ? (<usize>columns) << TENSOR_SHIFT : 0;
    const down = by < rows - 1 ? (<usize>columns) << TENSOR_SHIFT : 0;
    const to = (by + FRAME) * pitch + FRAME;
    if (ASC_FEATURE_SIMD) {
      let cur = columnOf(middle, up, down);
      let prev = cur;
      for (let bx = 0; bx < columns; bx++) {
        const at = middle + ((<usize>bx) << TENSOR_SHIFT);
        const next = bx + 1 < columns ? columnOf(at + (1 << TENSOR_SHIFT), up, down) : cur;
        const sum = i32x4.add(i32x4.add(prev, cur), next);
        prev = cur;
        cur = next;
        const e = i32x4.extract_lane(sum, 0);
        if (e < energy) continue;
        active += point(e, i32x4.extract_lane(sum, 1), i32x4.extract_lane(sum, 2), coherence2, to + bx, units, state);
      }
    } else {
      for (let bx = 0; bx < columns; bx++) {
        const at = middle + ((<usize>bx) << TENSOR_SHIFT);
        const left: usize = bx > 0 ? 1 << TENSOR_SHIFT : 0;
        const right: usize = bx < columns - 1 ? 1 << TENSOR_SHIFT : 0;
        const e = around(at, up, down, left, right);
        if (e < energy) continue;
        const c = around(at + COSINE, up, down, left, right);
        active += point(e, c, around(at + SINE, up, down, left, right), coherence2, to + bx, units, state);
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

/** Sum of three tensors one above the other. */
function columnOf(at: usize, up: usize, down: usize): v128 {
  return i32x4.add(i32x4.add(v128.load(at - up), v128.load(at)), v128.load(at + down));
}

/** Sum over 3×3 blocks; distances to the neighbours in bytes, 0 where the field ends. */
function around(at: usize, up: usize, down: usize, left: usize, right: usize): i32 {
  return row(at - up, left, right) + row(at, left, right) + row(at + down, left, right);
}

function row(p: usize, left: usize, right: usize): i32 {
  return load<i32>(p - left) + load<i32>(p) + load<i32>(p + right);
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
    const norm = sqrt<f32>(c * c + s * s) * LIKE;
    for (let first = at - pitch - 1, end = at + pitch; first < end; first += pitch) {
      // Three neighbours at a time: most have no free one left.
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
  for (let i = 0; i < size; i++) {
    const place = load<i32>(queue + ((<usize>i) << 2));
    const by = place / pitch - FRAME;
    const bx = (place % pitch) - FRAME;
    const at = field.tensors + ((<usize>(by * field.columns + bx)) << TENSOR_SHIFT);
    c += <f32>load<i32>(at, COSINE);
    s += <f32>load<i32>(at, SINE);
    const centre = queue + ((<usize>i) << 2);
    store<u16>(centre, <u16>(bx * BLOCK + BLOCK / 2));
    store<u16>(centre, <u16>(by * BLOCK + BLOCK / 2), 2);
  }
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
    const centre = queue + ((<usize>i) << 2);
    const x = <f32>(<i32>load<u16>(centre));
    const y = <f32>(<i32>load<u16>(centre, 2));
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
      const centre = queue + ((<usize>i) << 2);
      const x = <f32>(<i32>load<u16>(centre));
      const y = <f32>(<i32>load<u16>(centre, 2));
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
