/** Edges between ink and ground on the bits of one row, with ground for two pixels outside. Knows no symbols. */
import { Plane } from "../../image/plane";

/** Where a window's middle lies in its word. */
const MIDDLE: i32 = 28;
/** Pixels to either side of it that edges are seen in. */
const IN_REACH: u64 = 0x007ffffffffffffc;

/** What edgeNear() gives where there is no edge. */
export const NONE: i32 = 1000;

/** 64 pixels of a row, of which the first 57 are there; bit MIDDLE is pixel x. What is not on the plane is light. */
function windowAt(plane: Plane, x: i32, y: i32): u64 {
  const from = x - MIDDLE;
  const row = plane.bits + <usize>y * <usize>plane.bitStride;
  if (from < 0) return load<u64>(row) << (<u64>-from);
  const last = (plane.bitStride << 3) - 64;
  if (from > last) return load<u64>(row + <usize>(last >> 3)) >> <u64>(from - last);
  return load<u64>(row + <usize>(from >> 3)) >> <u64>(from & 7);
}

/** The edges among pixels (1 = ink) that have ink right of them, or left, and two pixels of ground opposite to it. */
function marksOf(pixels: u64, isInkRight: bool): u64 {
  return isInkRight ? pixels & ~(pixels << 1) & ~(pixels << 2) : (pixels << 1) & ~pixels & ~(pixels >> 1);
}

/**
 * Distance from x of the nearest edge on row y that has ink (1 dark, 0 light) right or left of it; NONE where none is near.
 * An edge lies between its pixel and the one before.
 */
export function edgeNear(plane: Plane, x: i32, y: i32, ink: i32, isInkRight: bool): i32 {
  const window = windowAt(plane, x, y);
  const marks = marksOf(ink == 1 ? window : ~window, isInkRight) & IN_REACH;
  const right = marks >> MIDDLE;
  const left = marks << (64 - MIDDLE);
  const r = right != 0 ? <i32>ctz(right) : NONE;
  const l = left != 0 ? <i32>clz(left) + 1 : NONE;
  return r <= l ? r : -l;
}
