/** Luma to one bit per pixel by the local threshold. What a threshold is worth is threshold.ts's affair. */
import { alloc, mark, release } from "../memory/arena";
import { measureBlocks } from "./blocks";
import { BLOCK, Plane } from "./plane";
import { blockThresholds } from "./threshold";

/** Makes `plane.bits` from `plane.luma`, measuring the blocks unless that is done. False where memory is exhausted. */
export function binarize(plane: Plane): bool {
  if (plane.blockMin == 0 && !measureBlocks(plane)) return false;
  const bits = alloc(<usize>plane.bitStride * <usize>plane.height);
  if (bits == 0) return false;
  const scratch = mark();
  const thresholds = blockThresholds(plane);
  // One threshold per pixel column of a row of blocks: vectors are compared as they lie.
  const spread = alloc(<usize>plane.stride);
  if (thresholds == 0 || spread == 0) {
    release(scratch);
    return false;
  }
  for (let by = 0; by < plane.blockRows; by++) {
    spreadRow(thresholds + <usize>(by * plane.blockColumns), spread, plane.stride);
    const end = min((by + 1) * BLOCK, plane.height);
    for (let y = by * BLOCK; y < end; y++) {
      thresholdRow(
        plane.luma + <usize>y * <usize>plane.stride,
        spread,
        bits + <usize>y * <usize>plane.bitStride,
        plane.width,
        plane.bitStride,
      );
    }
  }
  release(scratch);
  plane.bits = bits;
  return true;
}

/** Each threshold eight times, for `stride` pixels. */
function spreadRow(thresholds: usize, to: usize, stride: i32): void {
  const end = <usize>stride;
  if (ASC_FEATURE_SIMD) {
    for (let x: usize = 0; x < end; x += 64) {
      const eight = v128.load64_zero(thresholds + (x >> 3));
      v128.store(to + x, i8x16.shuffle(eight, eight, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
      v128.store(to + x, i8x16.shuffle(eight, eight, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3), 16);
      v128.store(to + x, i8x16.shuffle(eight, eight, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5), 32);
      v128.store(to + x, i8x16.shuffle(eight, eight, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7), 48);
    }
  } else {
    for (let x: usize = 0; x < end; x++) store<u8>(to + x, load<u8>(thresholds + (x >> 3)));
  }
}

/** One row of bits: dark where luma is less than its threshold; padding bits become 0. */
function thresholdRow(luma: usize, thresholds: usize, to: usize, width: i32, bytes: i32): void {
  const end = <usize>bytes;
  for (let at: usize = 0; at < end; at += 8) {
    const x = at << 3;
    let word: u64 = 0;
    if (ASC_FEATURE_SIMD) {
      word = ~(
        <u64>lightMask(luma + x, thresholds + x) |
        ((<u64>lightMask(luma + x + 16, thresholds + x + 16)) << 16) |
        ((<u64>lightMask(luma + x + 32, thresholds + x + 32)) << 32) |
        ((<u64>lightMask(luma + x + 48, thresholds + x + 48)) << 48)
      );
    } else {
      for (let i: usize = 0; i < 64; i++) {
        const isDark = <u32>load<u8>(luma + x + i) < <u32>load<u8>(thresholds + x + i);
        word |= (<u64>isDark) << (<u64>i);
      }
    }
    const left = width - <i32>x;
    if (left < 64) word &= ((<u64>1) << (<u64>left)) - 1;
    store<u64>(to + at, word);
  }
}

/** Bit set of 16 pixels that are not below their thresholds. */
function lightMask(luma: usize, thresholds: usize): u32 {
  const level = v128.load(thresholds);
  return <u32>i8x16.bitmask(i8x16.eq(i8x16.min_u(v128.load(luma), level), level));
}
