/**
 * Smallest, largest and mean luma of every 8×8 block. Blocks at the right and lower border cover only the pixels that
 * there are. It knows nothing of thresholds.
 */
import { alloc, allocZero, mark, release } from "../memory/arena";
import { BLOCK, Plane } from "./plane";

/** The calmest blocks: one in so many. */
const CALM_SHARE: i32 = 10;
/** About so many blocks are looked at for the calmest. */
const CALM_SAMPLES: i32 = 2048;

/** Room for the blocks of a plane; false where memory is exhausted. */
export function allocBlocks(plane: Plane): bool {
  const count = <usize>(plane.blockColumns * plane.blockRows);
  const low = alloc(count);
  const high = alloc(count);
  const mean = alloc(count);
  if (low == 0 || high == 0 || mean == 0) return false;
  plane.blockMin = low;
  plane.blockMax = high;
  plane.blockMean = mean;
  return true;
}

/** Measures every block of a plane that has luma. False where memory is exhausted. */
export function measureBlocks(plane: Plane): bool {
  if (!allocBlocks(plane)) return false;
  measureBlockRows(plane, 0, plane.blockRows);
  return true;
}

/** Luma range that the calmest blocks of a measured plane stay below; −1 where memory is exhausted. */
export function calmRange(plane: Plane): i32 {
  if (plane.calmRange >= 0) return plane.calmRange;
  const to = mark();
  const histogram = allocZero(256 << 2);
  if (histogram == 0) return -1;
  const count = plane.blockColumns * plane.blockRows;
  // An odd step goes through all columns of blocks.
  const step = (count / CALM_SAMPLES) | 1;
  let seen: i32 = 0;
  for (let i = 0; i < count; i += step) {
    const range = <usize>load<u8>(plane.blockMax + <usize>i) - <usize>load<u8>(plane.blockMin + <usize>i);
    const at = histogram + (range << 2);
    store<u32>(at, load<u32>(at) + 1);
    seen++;
  }
  let left = seen / CALM_SHARE;
  let calm: i32 = 0;
  for (; calm < 255; calm++) {
    left -= load<i32>(histogram + ((<usize>calm) << 2));
    if (left < 0) break;
  }
  release(to);
  plane.calmRange = calm;
  return calm;
}

/** Measures the block rows first ≤ by < end, whose luma must be there. In ascending order only. */
export function measureBlockRows(plane: Plane, first: i32, end: i32): void {
  for (let by = first; by < end; by++) {
    let bx: i32 = 0;
    if (ASC_FEATURE_SIMD) {
      if ((by + 1) * BLOCK <= plane.height) {
        measureWholeBlocks(plane, by);
        bx = plane.width / BLOCK;
      }
    }
    for (; bx < plane.blockColumns; bx++) measureBlock(plane, bx, by);
  }
}

/** One block, whatever part of it lies within the plane. */
function measureBlock(plane: Plane, bx: i32, by: i32): void {
  const width = min(BLOCK, plane.width - bx * BLOCK);
  const height = min(BLOCK, plane.height - by * BLOCK);
  let low: u32 = 255;
  let high: u32 = 0;
  let sum: u32 = 0;
  let row = plane.luma + <usize>(by * BLOCK) * <usize>plane.stride + <usize>(bx * BLOCK);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const v = <u32>load<u8>(row + <usize>x);
      low = min(low, v);
      high = max(high, v);
      sum += v;
    }
    row += <usize>plane.stride;
  }
  const at = <usize>(by * plane.blockColumns + bx);
  store<u8>(plane.blockMin + at, <u8>low);
  store<u8>(plane.blockMax + at, <u8>high);
  store<u8>(plane.blockMean + at, <u8>(sum / <u32>(width * height)));
}

/**
 * A row of blocks that is eight pixels high, eight blocks (64 pixels) at a time. Writes up to seven blocks too many,
 * over the next row's, which is measured later, or over the buffer's slack.
 */
function measureWholeBlocks(plane: Plane, by: i32): void {
  const stride = <usize>plane.stride;
  const row = plane.luma + <usize>(by * BLOCK) * stride;
  const at = <usize>(by * plane.blockColumns);
  const end = <usize>(plane.width / BLOCK);
  for (let bx: usize = 0; bx < end; bx += 8) measureEight(row + bx * 8, stride, plane, at + bx);
}

/** Ranges first, then means: in one loop they would be more than there are registers. */
function measureEight(from: usize, stride: usize, plane: Plane, to: usize): void {
  let low0 = v128.load(from);
  let low1 = v128.load(from, 16);
  let low2 = v128.load(from, 32);
  let low3 = v128.load(from, 48);
  let high0 = low0;
  let high1 = low1;
  let high2 = low2;
  let high3 = low3;
  let sum0 = i16x8.extadd_pairwise_i8x16_u(low0);
  let sum1 = i16x8.extadd_pairwise_i8x16_u(low1);
  let sum2 = i16x8.extadd_pairwise_i8x16_u(low2);
  let sum3 = i16x8.extadd_pairwise_i8x16_u(low3);
  let at = from;
  for (let y = 1; y < BLOCK; y++) {
    at += stride;
    const v0 = v128.load(at);
    const v1 = v128.load(at, 16);
    const v2 = v128.load(at, 32);
    const v3 = v128.load(at, 48);
    low0 = i8x16.min_u(low0, v0);
    low1 = i8x16.min_u(low1, v1);
    low2 = i8x16.min_u(low2, v2);
    low3 = i8x16.min_u(low3, v3);
    high0 = i8x16.max_u(high0, v0);
    high1 = i8x16.max_u(high1, v1);
    high2 = i8x16.max_u(high2, v2);
    high3 = i8x16.max_u(high3, v3);
  }
  for (let y = 1; y < BLOCK; y++) {
    from += stride;
    sum0 = i16x8.add(sum0, i16x8.extadd_pairwise_i8x16_u(v128.load(from)));
    sum1 = i16x8.add(sum1, i16x8.extadd_pairwise_i8x16_u(v128.load(from, 16)));
    sum2 = i16x8.add(sum2, i16x8.extadd_pairwise_i8x16_u(v128.load(from, 32)));
    sum3 = i16x8.add(sum3, i16x8.extadd_pairwise_i8x16_u(v128.load(from, 48)));
  }
  const low = leastOfEach(low0, low1, low2, low3);
  // The largest is the smallest of the complements.
  const high = v128.not(leastOfEach(v128.not(high0), v128.not(high1), v128.not(high2), v128.not(high3)));
  // Four u16 sums a block, at most 4,080 each: in pairs, then whole blocks, at most 16,320.
  const sum = i16x8.narrow_i32x4_u(
    i32x4.extadd_pairwise_i16x8_u(
      i16x8.narrow_i32x4_u(i32x4.extadd_pairwise_i16x8_u(sum0), i32x4.extadd_pairwise_i16x8_u(sum1)),
    ),
    i32x4.extadd_pairwise_i16x8_u(
      i16x8.narrow_i32x4_u(i32x4.extadd_pairwise_i16x8_u(sum2), i32x4.extadd_pairwise_i16x8_u(sum3)),
    ),
  );
  const mean = i16x8.shr_u(sum, 6);
  v128.store64_lane(plane.blockMin + to, low, 0);
  v128.store64_lane(plane.blockMax + to, high, 0);
  v128.store64_lane(plane.blockMean + to, i8x16.narrow_i16x8_u(mean, mean), 0);
}

/** The smallest of each eight bytes in turn, as the first eight bytes. */
function leastOfEach(a: v128, b: v128, c: v128, d: v128): v128 {
  const eights = leastOfTwos(leastOfTwos(a, b), leastOfTwos(c, d));
  return leastOfTwos(eights, eights);
}

/** The smaller of each two neighbouring bytes. */
function leastOfTwos(a: v128, b: v128): v128 {
  // The upper byte of each two becomes 0, which is less than anything.
  return i8x16.narrow_i16x8_u(i8x16.min_u(a, i16x8.shr_u(a, 8)), i8x16.min_u(b, i16x8.shr_u(b, 8)));
}
