/**
 * Takes blur out of a profile: Jansson's iteration, x ← x + (y − h∗x) with x held between the local light and dark,
 * h a triangle. An averaged profile has little noise, so that bars which a lens out of focus left as ripples come back;
 * the bounds are what keeps them from ringing.
 */
import { floatAt, setFloat } from "./floats";
import { measureExtremes } from "./darkness";

const ROUNDS: i32 = 12;
/** Windows of the local light and dark, in half widths of the blur: extremes of several characters. */
const WINDOW: f32 = 6;
/** Blur keeps bars and spaces from reaching their level: bounds lie so much of the local range further out. */
const HEADROOM: f32 = 0.08;

/** f32 that sharpen() needs per sample. */
export const SHARPEN_SCRATCH: i32 = 4;

/** Sharpens in place against a blur whose triangle has this half width in samples. */
export function sharpen(profile: usize, length: i32, radius: i32, scratch: usize): void {
  const bytes = (<usize>length) << 2;
  const seen = scratch;
  const blurred = scratch + bytes;
  const low = scratch + 2 * bytes;
  const high = scratch + 3 * bytes;
  memory.copy(seen, profile, bytes);
  measureExtremes(profile, length, WINDOW * <f32>radius, low, high);
  for (let i = 0; i < length; i++) {
    const room = (floatAt(high, i) - floatAt(low, i)) * HEADROOM;
    setFloat(low, i, floatAt(low, i) - room);
    setFloat(high, i, floatAt(high, i) + room);
  }
  for (let round = 0; round < ROUNDS; round++) {
    // Two running means make a triangle; for even widths they are centred to either side.
    box(profile, blurred, length, radius);
    correct(blurred, seen, profile, length, radius, low, high);
  }
}

/** Running mean of `width` samples, the ends repeated. */
function box(from: usize, to: usize, length: i32, width: i32): void {
  const left = width >> 1;
  const inverse: f32 = 1 / <f32>width;
  let sum: f32 = 0;
  for (let k = 0; k < width; k++) sum += clamped(from, length, k - left);
  for (let i = 0; i < length; i++) {
    setFloat(to, i, sum * inverse);
    sum += clamped(from, length, i - left + width) - clamped(from, length, i - left);
  }
}

/** The second running mean, and the correction of the estimate by what it differs from what was seen. */
function correct(blurred: usize, seen: usize, estimate: usize, length: i32, width: i32, low: usize, high: usize): void {
  const left = (width - 1) >> 1;
  const inverse: f32 = 1 / <f32>width;
  let sum: f32 = 0;
  for (let k = 0; k < width; k++) sum += clamped(blurred, length, k - left);
  for (let i = 0; i < length; i++) {
    const next = floatAt(estimate, i) + floatAt(seen, i) - sum * inverse;
    setFloat(estimate, i, max(floatAt(low, i), min(next, floatAt(high, i))));
    sum += clamped(blurred, length, i - left + width) - clamped(blurred, length, i - left);
  }
}

function clamped(array: usize, length: i32, index: i32): f32 {
  return floatAt(array, max(0, min(index, length - 1)));
}
