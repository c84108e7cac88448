/**
 * Interleaved colour to luma, strip by strip: (R + 2G + B) / 4, rounded as the SIMD average rounds. Transparent
 * pixels are put on white. Red and blue weigh the same, so RGBA and BGRA are one layout here.
 */
import { Plane } from "./plane";

const OPAQUE: u32 = 0xff000000;

/**
 * Converts `rows` rows of 4-byte pixels at `strip` (rows width × 4 bytes apart) to luma rows from `firstRow` on.
 * `hasAlpha` says whether the fourth byte means anything.
 */
export function pushColour(plane: Plane, strip: usize, firstRow: i32, rows: i32, hasAlpha: bool): void {
  for (let y = 0; y < rows; y++) {
    const from = strip + <usize>(y * plane.width) * 4;
    const to = plane.luma + <usize>(firstRow + y) * <usize>plane.stride;
    const isOpaque = convertRow(from, to, plane.width);
    if (hasAlpha && !isOpaque) blendRow(from, to, plane.width);
  }
}

/** One row as if it were opaque; returns whether it is. */
function convertRow(from: usize, to: usize, width: i32): bool {
  let together: u32 = OPAQUE;
  let x: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    let all = i8x16.splat(-1);
    const low = i16x8.splat(0xff);
    for (; x + 16 <= width; x += 16) {
      const at = from + ((<usize>x) << 2);
      const p0 = v128.load(at);
      const p1 = v128.load(at, 16);
      const p2 = v128.load(at, 32);
      const p3 = v128.load(at, 48);
      // Bytes R B R B … and G A G A … of eight pixels each.
      const rb0 = i8x16.narrow_i16x8_u(v128.and(p0, low), v128.and(p1, low));
      const rb1 = i8x16.narrow_i16x8_u(v128.and(p2, low), v128.and(p3, low));
      const ga0 = i8x16.narrow_i16x8_u(i16x8.shr_u(p0, 8), i16x8.shr_u(p1, 8));
      const ga1 = i8x16.narrow_i16x8_u(i16x8.shr_u(p2, 8), i16x8.shr_u(p3, 8));
      all = v128.and(all, v128.and(ga0, ga1));
      // In the lower byte of each two: R with B, then with G.
      const first = v128.and(i8x16.avgr_u(i8x16.avgr_u(rb0, i16x8.shr_u(rb0, 8)), ga0), low);
      const last = v128.and(i8x16.avgr_u(i8x16.avgr_u(rb1, i16x8.shr_u(rb1, 8)), ga1), low);
      v128.store(to + <usize>x, i8x16.narrow_i16x8_u(first, last));
    }
    // The upper byte of each two is alpha.
    if (!i16x8.all_true(i16x8.ge_u(all, i16x8.splat(<i16>0xff00)))) together = 0;
  }
  for (; x < width; x++) {
    const pixel = load<u32>(from + ((<usize>x) << 2));
    together &= pixel;
    store<u8>(to + <usize>x, <u8>mix(pixel & 0xff, (pixel >> 8) & 0xff, (pixel >> 16) & 0xff));
  }
  return together == OPAQUE;
}

/** One row with its pixels put on white. */
function blendRow(from: usize, to: usize, width: i32): void {
  for (let x = 0; x < width; x++) {
    const pixel = load<u32>(from + ((<usize>x) << 2));
    const a = pixel >> 24;
    const white = 255 * (255 - a) + 127;
    const r = ((pixel & 0xff) * a + white) / 255;
    const g = (((pixel >> 8) & 0xff) * a + white) / 255;
    const b = (((pixel >> 16) & 0xff) * a + white) / 255;
    store<u8>(to + <usize>x, <u8>mix(r, g, b));
  }
}

/** Averages of two bytes, rounded up as i8x16.avgr_u rounds. */
function mix(r: u32, g: u32, b: u32): u32 {
  return (((r + b + 1) >> 1) + g + 1) >> 1;
}
