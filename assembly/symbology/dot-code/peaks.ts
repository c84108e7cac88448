/**
 * The peaks of ink in a window of a plane: dark pixels that have more smoothed ink than all around them. What ink.ts says of
 * one place is said of all of a window at once. Knows nothing of lattices.
 */
import { Plane } from "../../image/plane";
import { setFloat } from "../../kit/floats";
import { alloc, mark, release } from "../../memory/arena";
import { lookAt, peakOf, peakX, peakY } from "./ink";

/** Longest side of a window in pixels. */
export const MOST_SIDE: i32 = 64;
/** Pixels of a line of the window with those beside it, in whole vectors of eight, and the neighbour behind the last. */
const PITCH: i32 = MOST_SIDE + 16;
const LINES: i32 = MOST_SIDE + 2;

/**
 * Writes the places (f32) of the peaks at left ≤ x < right, top ≤ y < bottom, which lie within the plane's border, and
 * returns how many there are, `most` at most.
 */
export function findPeaks(
  plane: Plane,
  isInverted: bool,
  left: i32,
  top: i32,
  right: i32,
  bottom: i32,
  xs: usize,
  ys: usize,
  most: i32,
): i32 {
  if (left >= right || top >= bottom) return 0;
  const scratch = mark();
  const inks = alloc((<usize>(LINES * PITCH)) << 1);
  if (inks == 0) return 0;
  lookAt(plane, isInverted);
  const columns = min(right - left, MOST_SIDE);
  const rows = min(bottom - top, MOST_SIDE);
  for (let line = 0; line < rows + 2; line++) {
    const at = inks + ((<usize>(line * PITCH)) << 1);
    const y = top - 1 + line;
    // Whatever lies around the last column is never asked for.
    if (y < 1 || y > plane.height - 2) memory.fill(at, 0, (<usize>PITCH) << 1);
    else smoothLine(plane, left - 1, y, columns + 2, isInverted, at);
    if (left == 1) store<u16>(at, 0);
    if (left + columns == plane.width - 1) store<u16>(at + ((<usize>(columns + 1)) << 1), 0);
  }
  const flip: u32 = isInverted ? 0xff : 0;
  let count: i32 = 0;
  for (let line = 0; line < rows; line++) {
    const at = inks + ((<usize>((line + 1) * PITCH + 1)) << 1);
    const bits = plane.bits + <usize>(top + line) * <usize>plane.bitStride;
    for (let column = 0; column < columns; column += 8) {
      const x = left + column;
      let mask = ((<u32>load<u16>(bits + <usize>(x >> 3)) >> <u32>(x & 7)) ^ flip) & 0xff;
      if (columns - column < 8) mask &= ((<u32>1) << (<u32>(columns - column))) - 1;
      if (mask != 0) mask &= peakMask(at + ((<usize>column) << 1));
      for (; mask != 0; mask &= mask - 1) {
        if (count == most) {
          release(scratch);
          return count;
        }
        peakOf(x + <i32>ctz(mask), top + line);
        setFloat(xs, count, <f32>peakX);
        setFloat(ys, count, <f32>peakY);
        count++;
      }
    }
  }
  release(scratch);
  return count;
}

/** Ink (u16) of `count` pixels from (x, y) on and some more: inkAt() of those within the plane's border. */
function smoothLine(plane: Plane, x: i32, y: i32, count: i32, isInverted: bool, out: usize): void {
  const stride = <usize>plane.stride;
  const middle = plane.luma + <usize>y * stride + <usize>x - 1;
  const whole = 255 * 16;
  for (let i: usize = 0; i < <usize>count; i += 8) {
    const at = middle + i;
    const to = out + (i << 1);
    if (ASC_FEATURE_SIMD) {
      const before = downAt(at, stride);
      const own = downAt(at + 1, stride);
      const after = downAt(at + 2, stride);
      const sum = i16x8.add(i16x8.add(before, after), i16x8.shl(own, 1));
      v128.store(to, isInverted ? sum : i16x8.sub(i16x8.splat(<i16>whole), sum));
    } else {
      for (let k: usize = 0; k < 8; k++) {
        const sum = oneAt(at + k - stride) + 2 * oneAt(at + k) + oneAt(at + k + stride);
        store<u16>(to + (k << 1), <u16>(isInverted ? sum : whole - sum));
      }
    }
  }
}

/** Three pixels below each other, weights 1 2 1, of eight columns. */
function downAt(at: usize, stride: usize): v128 {
  const own = v128.load8x8_u(at);
  return i16x8.add(i16x8.add(v128.load8x8_u(at - stride), v128.load8x8_u(at + stride)), i16x8.shl(own, 1));
}

/** Three pixels beside each other, weights 1 2 1. */
function oneAt(at: usize): i32 {
  return <i32>load<u8>(at) + 2 * <i32>load<u8>(at, 1) + <i32>load<u8>(at, 2);
}

/** Bit i is set where none of the eight around entry i has more ink; of equals the first one is the peak. */
function peakMask(at: usize): u32 {
  const up = at - ((<usize>PITCH) << 1);
  const down = at + ((<usize>PITCH) << 1);
  if (ASC_FEATURE_SIMD) {
    const own = v128.load(at);
    const before = i16x8.max_s(
      i16x8.max_s(v128.load(up - 2), v128.load(up)),
      i16x8.max_s(v128.load(up, 2), v128.load(at - 2)),
    );
    const behind = i16x8.max_s(
      i16x8.max_s(v128.load(down - 2), v128.load(down)),
      i16x8.max_s(v128.load(down, 2), v128.load(at, 2)),
    );
    return <u32>i16x8.bitmask(v128.and(i16x8.gt_s(own, before), i16x8.ge_s(own, behind)));
  }
  let mask: u32 = 0;
  for (let i: usize = 0; i < 8; i++) {
    const k = i << 1;
    const own = inkOf(at + k);
    const before = max(max(inkOf(up + k - 2), inkOf(up + k)), max(inkOf(up + k + 2), inkOf(at + k - 2)));
    const behind = max(max(inkOf(down + k - 2), inkOf(down + k)), max(inkOf(down + k + 2), inkOf(at + k + 2)));
    if (own > before && own >= behind) mask |= (<u32>1) << (<u32>i);
  }
  return mask;
}

function inkOf(at: usize): i32 {
  return <i32>load<i16>(at);
}
