/**
 * Tells a transparent image from one whose fourth byte means nothing. The core lays translucent pixels on white, so
 * what cameras deliver as RGBX or BGRX, with zeros for X, would be a white sheet. Pure.
 */

/** True where alpha is zero in every pixel of four bytes. */
export function isAlphaUnused(
  data: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  stride: number,
): boolean {
  for (let y = 0; y < height; y++) {
    const end = y * stride + width * 4;
    for (let i = y * stride + 3; i < end; i += 4) if (data[i] !== 0) return false;
  }
  return true;
}
