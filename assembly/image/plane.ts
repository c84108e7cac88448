/**
 * One grey image and what is derived from it, as pointers into the arena. A plane knows its pixels, not what they mean.
 *
 *   luma   height rows of `stride` bytes                    0 dark … 255 light
 *   bits   height rows of `bitStride` bytes, least significant bit first, 1 = dark; padding bits are 0
 *   blocks one byte each per 8×8 pixels: smallest, largest and mean luma, row by row, `blockColumns` apart
 */
import { ROW_ALIGN } from "../abi/layout";
import { alloc } from "../memory/arena";

/** Side of a threshold block in pixels. */
export const BLOCK: i32 = 8;

@unmanaged
export class Plane {
  width: i32;
  height: i32;
  stride: i32;
  luma: usize;
  bitStride: i32;
  /** 0 until binarize() ran. */
  bits: usize;
  blockColumns: i32;
  blockRows: i32;
  /** 0 until binarize() ran. */
  blockMin: usize;
  blockMax: usize;
  blockMean: usize;
  /** Luma range of the calmest blocks, −1 until it is asked for: see calmRange(). */
  calmRange: i32;
  /** 0 until rowRuns() or columnRuns() ran. */
  rows: usize;
  columns: usize;
  /** Transposed bits; 0 until columnRuns() ran. */
  turned: usize;
  /** 0 until directionsOf() ran, and the step it ran with. */
  directions: usize;
  directionStep: i32;
}

/** A plane with room for luma only; 0 fields elsewhere. Null where memory is exhausted. */
export function allocPlane(width: i32, height: i32): Plane | null {
  const at = alloc(offsetof<Plane>());
  if (at == 0) return null;
  memory.fill(at, 0, offsetof<Plane>());
  const plane = changetype<Plane>(at);
  plane.width = width;
  plane.height = height;
  plane.stride = (width + ROW_ALIGN - 1) & ~(ROW_ALIGN - 1);
  plane.calmRange = -1;
  plane.luma = alloc(<usize>plane.stride * <usize>height);
  plane.bitStride = plane.stride >> 3;
  plane.blockColumns = (width + BLOCK - 1) / BLOCK;
  plane.blockRows = (height + BLOCK - 1) / BLOCK;
  return plane.luma == 0 ? null : plane;
}

/** Luma of a pixel; coordinates are clamped to the plane. */
export function lumaAt(plane: Plane, x: i32, y: i32): i32 {
  const cx = max(0, min(x, plane.width - 1));
  const cy = max(0, min(y, plane.height - 1));
  return <i32>load<u8>(plane.luma + <usize>cy * <usize>plane.stride + <usize>cx);
}

/** 1 for a dark pixel, 0 for a light one or outside the plane. */
export function bitAt(plane: Plane, x: i32, y: i32): i32 {
  if (<u32>x >= <u32>plane.width || <u32>y >= <u32>plane.height) return 0;
  const byte = <i32>load<u8>(plane.bits + <usize>y * <usize>plane.bitStride + (<usize>x >> 3));
  return (byte >> (x & 7)) & 1;
}
