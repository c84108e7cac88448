/**
 * The core's four exports. A frame is: options written to OPTIONS_ADDRESS, begin(), pixels (push() for each strip of a
 * colour frame), decode(), the result block copied out, begin(0, 0, 0).
 */
import { ABI_VERSION, LAYOUT_GREY, LAYOUT_RGBX, MAX_PIXELS, MAX_SIDE } from "./abi/layout";
import { clearFrame, openFrame, pushStrip } from "./image/frame";
import { reset, wipe } from "./memory/arena";
import { readFrame } from "./reader/read";

/** ABI_VERSION of abi/layout.ts that this file was built with. */
export function abiVersion(): i32 {
  return ABI_VERSION;
}

/**
 * Starts a frame and returns the address where its pixels go (LAYOUT_* in abi/layout.ts). Returns 0 for a size or a
 * layout out of bounds or where memory is exhausted: decode() then finds nothing. begin(0, 0, 0) forgets the last
 * frame: all its memory is overwritten.
 */
export function begin(width: i32, height: i32, layout: i32): usize {
  clearFrame();
  if (width == 0 && height == 0) {
    wipe();
    return 0;
  }
  if (width <= 0 || height <= 0 || width > MAX_SIDE || height > MAX_SIDE) return 0;
  if (<i64>width * <i64>height > <i64>MAX_PIXELS) return 0;
  if (layout < LAYOUT_GREY || layout > LAYOUT_RGBX) return 0;
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
