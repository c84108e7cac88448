/** The next pyramid level: every pixel the mean of 2×2, so that coarse symbols cost a quarter. */
import { Plane, allocPlane } from "./plane";

/** Half-size copy of a plane's luma (odd last rows and columns are dropped). Null where memory is exhausted. */
export function half(plane: Plane): Plane | null {
  const width = plane.width >> 1;
  const height = plane.height >> 1;
  if (width == 0 || height == 0) return null;
  const out = allocPlane(width, height);
  if (out == null) return null;
  for (let y = 0; y < height; y++) {
    const a = plane.luma + <usize>(y << 1) * <usize>plane.stride;
    const b = a + <usize>plane.stride;
    const to = out.luma + <usize>y * <usize>out.stride;
    for (let x = 0; x < width; x++) {
      const at = (<usize>x) << 1;
      const sum = <u32>load<u8>(a + at) + <u32>load<u8>(a + at + 1) + <u32>load<u8>(b + at) + <u32>load<u8>(b + at + 1);
      store<u8>(to + <usize>x, <u8>((sum + 2) >> 2));
    }
  }
  return out;
}
