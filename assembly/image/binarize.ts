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
  const end = to + <usize>bytes;
  for (let at = to; at < end; at += 8) {
    store<u64>(at, darkWord(luma, thresholds));
    luma += 64;
    thresholds += 64;
  }
  const over = (bytes << 3) - width;
  if (over > 0) store<u64>(end - 8, load<u64>(end - 8) & (0xffffffffffffffff >> <u64>over));
}

/** Bit set of 64 pixels below their thresholds. */
function darkWord(luma: usize, thresholds: usize): u64 {
  let word: u64 = 0;
  if (ASC_FEATURE_SIMD) {
    const a = v128.load(thresholds);
    const b = v128.load(thresholds, 16);
    const c = v128.load(thresholds, 32);
    const d = v128.load(thresholds, 48);
    const low = lightMask(v128.load(luma), a) | (lightMask(v128.load(luma, 16), b) << 16);
    const high = lightMask(v128.load(luma, 32), c) | (lightMask(v128.load(luma, 48), d) << 16);
    return ~(<u64>low | ((<u64>high) << 32));
  }
  for (let i: usize = 0; i < 64; i++) {
    const isDark = <u32>load<u8>(luma + i) < <u32>load<u8>(thresholds + i);
    word |= (<u64>isDark) << (<u64>i);
  }
  return word;
}

/** Bit set of 16 values that are not below their thresholds. */
function lightMask(values: v128, thresholds: v128): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(i8x16.min_u(values, thresholds), thresholds));
}
