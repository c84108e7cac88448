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
    const from = plane.luma + <usize>(y << 1) * <usize>plane.stride;
    halfRow(from, from + <usize>plane.stride, out.luma + <usize>y * <usize>out.stride, width);
  }
  return out;
}

/** `width` means of 2×2 from two rows. Vectors overrun into the rows' padding. */
function halfRow(a: usize, b: usize, to: usize, width: i32): void {
  if (ASC_FEATURE_SIMD) {
    const two = i16x8.splat(2);
    for (let x = 0; x < width; x += 16) {
      const at = (<usize>x) << 1;
      const left = i16x8.add(
        i16x8.extadd_pairwise_i8x16_u(v128.load(a + at)),
        i16x8.extadd_pairwise_i8x16_u(v128.load(b + at)),
      );
      const right = i16x8.add(
        i16x8.extadd_pairwise_i8x16_u(v128.load(a + at, 16)),
        i16x8.extadd_pairwise_i8x16_u(v128.load(b + at, 16)),
      );
      v128.store(
        to + <usize>x,
        i8x16.narrow_i16x8_u(i16x8.shr_u(i16x8.add(left, two), 2), i16x8.shr_u(i16x8.add(right, two), 2)),
      );
    }
  } else {
    for (let x = 0; x < width; x++) {
      const at = (<usize>x) << 1;
      const sum = <u32>load<u8>(a + at) + <u32>load<u8>(a + at, 1) + <u32>load<u8>(b + at) + <u32>load<u8>(b + at, 1);
      store<u8>(to + <usize>x, <u8>((sum + 2) >> 2));
    }
  }
}
