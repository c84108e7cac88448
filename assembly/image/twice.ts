/**
 * A plane at twice its size, for symbols whose modules are hardly larger than pixels: what measures edges and modules in steps
 * of pixels gets steps of half of one. Knows no frame.
 */
import { alloc, mark, release } from "../memory/arena";
import { Plane, allocPlane } from "./plane";

/**
 * Weights of the four nearest pixels of a quarter of a pixel beside one, in 1/128: cubic convolution with a = −1/2 (Keys, 1981),
 * which follows an edge that a lens has blurred better than a straight line does.
 */
const FAR: i32 = -3;
const NEXT: i32 = 29;
const OWN: i32 = 111;
const BEHIND: i32 = -9;

/** Double-size copy of a plane's luma. Null where memory is exhausted. */
export function twice(plane: Plane): Plane | null {
  const out = allocPlane(plane.width << 1, plane.height << 1);
  if (out == null) return null;
  const keep = mark();
  const wide = alloc(<usize>out.width * <usize>plane.height);
  if (wide == 0) return null;
  const width = <usize>out.width;
  for (let y = 0; y < plane.height; y++) {
    doubled(plane.luma + <usize>y * <usize>plane.stride, 1, plane.width, wide + <usize>y * width, 1);
  }
  for (let x = 0; x < out.width; x++) {
    doubled(wide + <usize>x, width, plane.height, out.luma + <usize>x, <usize>out.stride);
  }
  release(keep);
  return out;
}

/** Twice as many values as there are `count` ones, `step` bytes apart, the first and last of them going on for ever. */
function doubled(from: usize, step: usize, count: i32, to: usize, toStep: usize): void {
  let behind = <i32>load<u8>(from);
  let before = behind;
  let own = behind;
  let next = <i32>load<u8>(from + step * <usize>min(1, count - 1));
  for (let i = 0; i < count; i++) {
    const ahead = <i32>load<u8>(from + step * <usize>min(i + 2, count - 1));
    store<u8>(to, clamped(BEHIND * next + OWN * own + NEXT * before + FAR * behind));
    store<u8>(to + toStep, clamped(BEHIND * before + OWN * own + NEXT * next + FAR * ahead));
    to += toStep << 1;
    behind = before;
    before = own;
    own = next;
    next = ahead;
  }
}

function clamped(sum: i32): u8 {
  return <u8>max(0, min(255, (sum + 64) >> 7));
}
