/**
 * Regions of one direction: neighbouring blocks whose gradients agree are one region, which may hold the bars of a
 * linear symbol. Any angle costs the same. Knows nothing of bars or symbologies.
 */
import { Directions } from "../image/direction";
import { alloc, allocZero } from "../memory/arena";
import { Region } from "./region";
import { FRAME, measureRegion } from "./region-extents";

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
    const region = measureRegion(field, queue, size);
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

/** An entry of the list that findRegions() made. */
export function regionAt(list: usize, index: i32): Region {
  return changetype<Region>(<usize>load<u32>(list + ((<usize>index) << 2)));
}
