/**
 * Interleaved colour to luma, strip by strip: (R + 2G + B) / 4, rounded as the SIMD average rounds. Transparent
 * pixels are put on white.
 */
import { Plane } from "./plane";

/** Average of two bytes, rounded up: what i8x16.avgr_u does. */
function average(a: u32, b: u32): u32 {
  return (a + b + 1) >> 1;
}

/** Luma of one pixel given as a little-endian word; red and blue have equal weight, so RGBA and BGRA are the same. */
function lumaOf(pixel: u32): u32 {
  const a = pixel >> 24;
  let r = pixel & 0xff;
  let g = (pixel >> 8) & 0xff;
  let b = (pixel >> 16) & 0xff;
  if (a != 255) {
    const white = 255 * (255 - a) + 127;
    r = (r * a + white) / 255;
    g = (g * a + white) / 255;
    b = (b * a + white) / 255;
  }
  return average(average(r, b), g);
}

/** Converts `rows` rows of 4-byte pixels at `strip` (rows width × 4 bytes apart) to luma rows from `firstRow` on. */
export function pushColour(plane: Plane, strip: usize, firstRow: i32, rows: i32): void {
  const width = plane.width;
  for (let y = 0; y < rows; y++) {
    const from = strip + <usize>(y * width) * 4;
    const to = plane.luma + <usize>(firstRow + y) * <usize>plane.stride;
    for (let x = 0; x < width; x++) {
      store<u8>(to + <usize>x, <u8>lumaOf(load<u32>(from + ((<usize>x) << 2))));
    }
  }
}
