/**
 * The core's four exports. A frame is: options written to OPTIONS_ADDRESS, begin(), pixels (push() for each strip of a
 * colour frame), decode(), the result block copied out, begin(0, 0, 0).
 */
import { ABI_VERSION, LAYOUT_BGRA, LAYOUT_GREY, MAX_PIXELS, MAX_SIDE } from "./abi/layout";
import { clearFrame, openFrame, pushStrip } from "./image/frame";
import { reset, wipe } from "./memory/arena";
import { readFrame } from "./reader/read";

/** ABI_VERSION of abi/layout.ts that this file was built with. */
export function abiVersion(): i32 {
  return ABI_VERSION;
}

/**
 * Starts a frame and returns the address where its pixels go: a grey frame's rows (ROW_ALIGN), or a strip buffer of
 * STRIP_ROWS rows of 4-byte pixels. Returns 0 for a size out of bounds or where memory is exhausted. begin(0, 0, 0)
 * forgets the last frame: all its memory is overwritten.
 */
export function begin(width: i32, height: i32, layout: i32): usize {
  if (width == 0 && height == 0) {
    clearFrame();
    wipe();
    return 0;
  }
  if (width <= 0 || height <= 0 || width > MAX_SIDE || height > MAX_SIDE) return 0;
  if (<i64>width * <i64>height > <i64>MAX_PIXELS) return 0;
  if (layout < LAYOUT_GREY || layout > LAYOUT_BGRA) return 0;
  reset();
  return openFrame(width, height, layout);
}

/** Converts the rows (at most STRIP_ROWS) that were put into the strip buffer. */
export function push(rows: i32): void {
  pushStrip(rows);
}

/** Reads the frame and returns the address of its result block, or 0 where memory is exhausted. */
export function decode(): usize {
  return readFrame();
}
