/**
 * Tells a transparent image from one whose fourth byte means nothing. The core lays translucent pixels on white, so
 * what cameras deliver as RGBX or BGRX, with zeros for X, would be a white sheet. Pure.
 */

/** A packed, opaque copy where alpha is zero in every pixel; undefined where alpha is used. */
export function opaqueIfAlphaIsUnused(
  data: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  stride: number,
): Uint8ClampedArray | undefined {
  for (let y = 0; y < height; y++) {
    const end = y * stride + width * 4;
    for (let i = y * stride + 3; i < end; i += 4) if (data[i] !== 0) return undefined;
  }
  const out = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) out.set(data.subarray(y * stride, y * stride + width * 4), y * width * 4);
  for (let i = 3; i < out.length; i += 4) out[i] = 255;
  return out;
}
