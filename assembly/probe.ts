/** Test and bench builds only: everything that unit tests and kernels' measurements reach into. */
import { columnsAt as everyNthColumnAt } from "./image/frame";
import { RunTable } from "./image/runs";

export * from "./index";
export { binarize } from "./image/binarize";
export { measureBlocks } from "./image/blocks";
export { binaryAt, everyNthRowAt, planeAt, rowsAt } from "./image/frame";
export { half } from "./image/half";
export { columnRuns, rowRuns } from "./image/runs";
export { blockThresholds } from "./image/threshold";
export { transpose, turnedStride } from "./image/transpose";
export {
  frameNumber,
  givenBudget,
  isThorough,
  isWanted,
  maxSymbols,
  minConfidence,
  seeksInverted,
} from "./io/options";
export { clearResults, isFull, report, resultAt, resultCount, writeResults } from "./io/results";
export { allocSymbol, beginSegment, clearContent, putByte } from "./io/symbol";
export * from "./probe-aztec";
export * from "./probe-composite";
export * from "./probe-data-matrix";
export * from "./probe-databar";
export * from "./probe-dot-code";
export * from "./probe-inspect";
export * from "./probe-linear";
export * from "./probe-micro-qr";
export * from "./probe-maxi-code";
export * from "./probe-postal";
export * from "./probe-qr";
export * from "./probe-stacked";
export { alloc, mark, release, reset, wipe } from "./memory/arena";

/** The runs of every column: an export cannot leave arguments out. */
export function columnsAt(level: i32): RunTable | null {
  return everyNthColumnAt(level, 1);
}

/** The unit of the bench: reads so many bytes (a multiple of 64) once, as fast as memory gives them. */
export function sumBytes(at: usize, bytes: usize): u32 {
  let total: u32 = 0;
  if (ASC_FEATURE_SIMD) {
    let sum = i32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 64) {
      const a = i16x8.extadd_pairwise_i8x16_u(v128.load(at + i));
      const b = i16x8.extadd_pairwise_i8x16_u(v128.load(at + i, 16));
      const c = i16x8.extadd_pairwise_i8x16_u(v128.load(at + i, 32));
      const d = i16x8.extadd_pairwise_i8x16_u(v128.load(at + i, 48));
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.add(i16x8.add(a, b), i16x8.add(c, d))));
    }
    total = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1);
    total += i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
  } else {
    for (let i: usize = 0; i < bytes; i++) total += <u32>load<u8>(at + i);
  }
  return total;
}
