/**
 * Local threshold: luma to one bit per pixel. Blocks of 8×8 give smallest, largest and mean luma; a block without
 * contrast is background and takes its threshold from its neighbours; thresholds are smoothed over 5×5 blocks.
 */
import { alloc, allocZero, mark, release } from "../memory/arena";
import { BLOCK, Plane } from "./plane";

/** Luma range below which a block is flat: sensor noise of a dim phone camera stays under it. */
export const FLAT_RANGE: i32 = 24;

/** Fills blockMin, blockMax and blockMean. */
export function measureBlocks(plane: Plane): void {
  const columns = plane.blockColumns;
  const count = <usize>(columns * plane.blockRows);
  plane.blockMin = alloc(count);
  plane.blockMax = alloc(count);
  plane.blockMean = alloc(count);
  for (let by = 0; by < plane.blockRows; by++) {
    for (let bx = 0; bx < columns; bx++) {
      const x1 = min((bx + 1) * BLOCK, plane.width);
      const y1 = min((by + 1) * BLOCK, plane.height);
      let low: i32 = 255;
      let high: i32 = 0;
      let sum: i32 = 0;
      let n: i32 = 0;
      for (let y = by * BLOCK; y < y1; y++) {
        const row = plane.luma + <usize>y * <usize>plane.stride;
        for (let x = bx * BLOCK; x < x1; x++) {
          const v = <i32>load<u8>(row + <usize>x);
          low = min(low, v);
          high = max(high, v);
          sum += v;
          n++;
        }
      }
      const at = <usize>(by * columns + bx);
      store<u8>(plane.blockMin + at, <u8>low);
      store<u8>(plane.blockMax + at, <u8>high);
      store<u8>(plane.blockMean + at, <u8>(sum / n));
    }
  }
}

/** Threshold of every block, before smoothing. */
function blockThresholds(plane: Plane, out: usize): void {
  const columns = plane.blockColumns;
  for (let by = 0; by < plane.blockRows; by++) {
    for (let bx = 0; bx < columns; bx++) {
      const at = <usize>(by * columns + bx);
      const low = <i32>load<u8>(plane.blockMin + at);
      let threshold = <i32>load<u8>(plane.blockMean + at);
      if (<i32>load<u8>(plane.blockMax + at) - low <= FLAT_RANGE) {
        // A flat block is taken for light ground unless its surroundings say that it lies within a dark module.
        threshold = low >> 1;
        if (bx > 0 && by > 0) {
          const up = <i32>load<u8>(out + at - <usize>columns);
          const left = <i32>load<u8>(out + at - 1);
          const corner = <i32>load<u8>(out + at - <usize>columns - 1);
          const around = (up + 2 * left + corner) >> 2;
          if (low < around) threshold = around;
        }
      }
      store<u8>(out + at, <u8>threshold);
    }
  }
}

/** Makes `plane.bits` from `plane.luma`; also measures the blocks. */
export function binarize(plane: Plane): void {
  if (plane.blockMin == 0) measureBlocks(plane);
  const columns = plane.blockColumns;
  const rows = plane.blockRows;
  plane.bits = allocZero(<usize>plane.bitStride * <usize>plane.height);
  const scratch = mark();
  const thresholds = alloc(<usize>(columns * rows));
  blockThresholds(plane, thresholds);
  for (let by = 0; by < rows; by++) {
    const cy = max(min(by, rows - 3), min(2, rows >> 1));
    for (let bx = 0; bx < columns; bx++) {
      const cx = max(min(bx, columns - 3), min(2, columns >> 1));
      let sum: i32 = 0;
      let n: i32 = 0;
      for (let dy = -2; dy <= 2; dy++) {
        for (let dx = -2; dx <= 2; dx++) {
          const y = cy + dy;
          const x = cx + dx;
          if (<u32>y >= <u32>rows || <u32>x >= <u32>columns) continue;
          sum += <i32>load<u8>(thresholds + <usize>(y * columns + x));
          n++;
        }
      }
      thresholdBlock(plane, bx, by, sum / n);
    }
  }
  release(scratch);
}

function thresholdBlock(plane: Plane, bx: i32, by: i32, threshold: i32): void {
  const y1 = min((by + 1) * BLOCK, plane.height);
  const width = min(BLOCK, plane.width - bx * BLOCK);
  for (let y = by * BLOCK; y < y1; y++) {
    const row = plane.luma + <usize>y * <usize>plane.stride + <usize>(bx * BLOCK);
    let byte: u32 = 0;
    for (let x = 0; x < width; x++) {
      if (<i32>load<u8>(row + <usize>x) <= threshold) byte |= 1 << x;
    }
    store<u8>(plane.bits + <usize>y * <usize>plane.bitStride + <usize>bx, <u8>byte);
  }
}
