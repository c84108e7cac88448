/**
 * On how many lines running a pattern was seen: those of a line are matched with those of the line before it. Knows nothing
 * of what the patterns are.
 *
 *   lists   three arrays of i32 each, from left to right, closed by NONE: twice the centre; the width in pixels, which for
 *           light patterns is WIDER more, so that they match none that are dark; the number of lines
 */
import { alloc } from "../memory/arena";

/** Patterns that one line may hold. */
export const MOST_STREAKS: i32 = 512;
/** Entries of an array: vectors overrun. */
const ROOM: usize = 520;
const WIDTHS: usize = ROOM << 2;
const LENGTHS: usize = ROOM << 3;

const NONE: i32 = 0x7fffffff;
const WIDER: i32 = 1 << 20;

/** The line's list and that of the line before it, which change places. */
let list: usize = 0;
let lastList: usize = 0;
/** Bytes of the line's list so far. */
let end: usize = 0;
/** Where the first pattern of the line before stands that may go on in this line's next. */
let behind: usize = 0;
/** Farthest that a centre moves from one line to the next, doubled. */
let drift: i32 = 0;

/** Room for the lists of a frame; false where memory is exhausted. */
export function openStreaks(): bool {
  list = alloc(3 * WIDTHS);
  lastList = alloc(3 * WIDTHS);
  return list != 0 && lastList != 0;
}

/** Starts with no line. A slanted pattern's centre moves by two pixels a line at most; lines are `step` pixels apart. */
export function startStreaks(step: i32): void {
  drift = 4 * step;
  end = 0;
  nextLine();
}

/** Starts the next line. */
export function nextLine(): void {
  // As many as a vector may look at behind the last.
  store<i32>(list + end, NONE);
  store<i32>(list + end, NONE, 4);
  store<i32>(list + end, NONE, 8);
  store<i32>(list + end, NONE, 12);
  const swap = lastList;
  lastList = list;
  list = swap;
  end = 0;
  behind = 0;
}

/** Adds a pattern of the line, from left to right; returns on how many lines running it was seen. */
export function addStreak(centre2: i32, width: i32, isInverted: bool): i32 {
  const tolerance = 2 + (width >> 2);
  const marked = isInverted ? width + WIDER : width;
  let longest: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const low = i32x4.splat(centre2 - drift);
    const high = i32x4.splat(centre2 + drift);
    const widths = i32x4.splat(marked);
    const most = i32x4.splat(tolerance);
    let best = i32x4.splat(0);
    let at = behind;
    let isAbove: i32 = 0;
    do {
      const centres = v128.load(lastList + at);
      // Centres ascend: those too far to the left are the first lanes.
      const isBelow = i32x4.lt_s(centres, low);
      const above = i32x4.gt_s(centres, high);
      const apart = i32x4.abs(i32x4.sub(v128.load(lastList + at + WIDTHS), widths));
      const other = v128.or(v128.or(isBelow, above), i32x4.gt_s(apart, most));
      best = i32x4.max_s(best, v128.andnot(v128.load(lastList + at + LENGTHS), other));
      behind += (<usize>popcnt<i32>(i32x4.bitmask(isBelow))) << 2;
      isAbove = i32x4.bitmask(above);
      at += 16;
    } while (isAbove == 0);
    const half = i32x4.max_s(best, i32x4.shuffle(best, best, 2, 3, 0, 1));
    longest = max(i32x4.extract_lane(half, 0), i32x4.extract_lane(half, 1));
  } else {
    while (load<i32>(lastList + behind) < centre2 - drift) behind += 4;
    for (let at = behind; load<i32>(lastList + at) <= centre2 + drift; at += 4) {
      if (abs(load<i32>(lastList + at + WIDTHS) - marked) > tolerance) continue;
      longest = max(longest, load<i32>(lastList + at + LENGTHS));
    }
  }
  const to = list + end;
  store<i32>(to, centre2);
  store<i32>(to + WIDTHS, marked);
  store<i32>(to + LENGTHS, longest + 1);
  end += 4;
  return longest + 1;
}
