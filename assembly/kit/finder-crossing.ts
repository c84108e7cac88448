/**
 * Whether a line through a bull's-eye's core crosses its rings in the proportion 1:1:3:1:1. Straight lines are read from
 * words of bits, slanted ones pixel by pixel. Knows nothing of finders found before.
 */
import { bitsAhead, bitsBack } from "../image/bit-line";
import { Plane } from "../image/plane";
import { turnedBits } from "../image/runs";
import { turnedStride } from "../image/transpose";
import { isFinder } from "./finder-pattern";

/** Columns of a frame that are followed pixel by pixel: to turn a plane costs about as much. */
const WORTH_TURNING: i32 = 400;
let columnsFollowed: i32 = 0;

/** Distance of the core's centre from the start along the way of the last crossing that was one, in steps. */
export let crossingOffset: f64 = 0;

/** Forgets what the last frame's crossings cost. */
export function openCrossings(): void {
  columnsFollowed = 0;
}

/** As slantedCrossing(), along the plane's column or row through (x, y). */
export function straightCrossing(plane: Plane, isColumn: bool, x: i32, y: i32, ink: i32, limit: i32): i32 {
  if (<u32>x >= <u32>plane.width || <u32>y >= <u32>plane.height) return 0;
  if (isColumn && plane.turned == 0 && (++columnsFollowed <= WORTH_TURNING || turnedBits(plane) == 0))
    return slantedCrossing(plane, x, y, 0, 1, ink, limit);
  const line = isColumn
    ? plane.turned + <usize>x * <usize>turnedStride(plane.height)
    : plane.bits + <usize>y * <usize>plane.bitStride;
  const length = isColumn ? plane.height : plane.width;
  const at = isColumn ? y : x;
  const b0 = bitsBack(line, at, ink, limit);
  const f0 = bitsAhead(line, length, at, ink, limit);
  if (b0 == 0 || f0 == 0) return 0;
  const ring = ringLimit(b0 + f0 - 1, limit);
  const b1 = bitsBack(line, at - b0, ink ^ 1, ring);
  const f1 = bitsAhead(line, length, at + f0, ink ^ 1, ring);
  if (b1 == 0 || f1 == 0) return 0;
  const b2 = bitsBack(line, at - b0 - b1, ink, limit);
  const f2 = bitsAhead(line, length, at + f0 + f1, ink, limit);
  return crossing(b2, b1, b0, f0, f1, f2);
}

/**
 * Steps that seven modules take from (x, y) both ways along (dx, dy); 0 where the proportions are not a finder's. Runs of
 * more than `limit` steps are none. Sets crossingOffset.
 */
export function slantedCrossing(plane: Plane, x: i32, y: i32, dx: i32, dy: i32, ink: i32, limit: i32): i32 {
  const b0 = run(plane, x, y, -dx, -dy, ink, limit);
  if (b0 == 0) return 0;
  const f0 = run(plane, x, y, dx, dy, ink, limit);
  if (f0 == 0) return 0;
  const ring = ringLimit(b0 + f0 - 1, limit);
  const b1 = run(plane, x - b0 * dx, y - b0 * dy, -dx, -dy, ink ^ 1, ring);
  if (b1 == 0) return 0;
  const f1 = run(plane, x + f0 * dx, y + f0 * dy, dx, dy, ink ^ 1, ring);
  if (f1 == 0) return 0;
  const b2 = run(plane, x - (b0 + b1) * dx, y - (b0 + b1) * dy, -dx, -dy, ink, limit);
  const f2 = run(plane, x + (f0 + f1) * dx, y + (f0 + f1) * dy, dx, dy, ink, limit);
  return crossing(b2, b1, b0, f0, f1, f2);
}

/**
 * Longest light run beside a core: of the sum s of the distances that isFinder() compares, the core is more than an eighth, and
 * the light is less than its first or last, 0.22 s and 0.7 pixels at most.
 */
function ringLimit(core: i32, limit: i32): i32 {
  return min(limit, core << 1);
}

/** The steps of six runs, the core's from its start both ways, or 0. */
function crossing(b2: i32, b1: i32, b0: i32, f0: i32, f1: i32, f2: i32): i32 {
  // Edges are pixel borders: the run that holds the start begins b0 − 1 pixels before it.
  const e2 = 1 - b0;
  const e3 = f0;
  const e1 = e2 - b1;
  const e4 = e3 + f1;
  if (!isFinder(e1 - b2, e1, e2, e3, e4, e4 + f2)) return 0;
  crossingOffset = <f64>(e2 + e3) * 0.5;
  return f2 + e4 - e1 + b2;
}

/** Pixels of colour `ink` from (x, y) on, that pixel included; 0 where there are more than `limit`. */
function run(plane: Plane, x: i32, y: i32, dx: i32, dy: i32, ink: i32, limit: i32): i32 {
  if (<u32>x >= <u32>plane.width || <u32>y >= <u32>plane.height) return 0;
  const toEnd = dy > 0 ? plane.height - y : y + 1;
  const down = <usize>(dy * plane.bitStride);
  let row = plane.bits + <usize>y * <usize>plane.bitStride;
  let length: i32 = 0;
  if (dx == 0) {
    const most = min(limit + 1, toEnd);
    const bit: u32 = 1 << (x & 7);
    const same: u32 = ink != 0 ? bit : 0;
    row += <usize>x >> 3;
    while (length < most && (<u32>load<u8>(row) & bit) == same) {
      length++;
      row += down;
    }
    return length > limit ? 0 : length;
  }
  const most = min(limit + 1, min(dx > 0 ? plane.width - x : x + 1, toEnd));
  while (length < most && ((<i32>load<u8>(row + (<usize>x >> 3)) >> (x & 7)) & 1) == ink) {
    length++;
    x += dx;
    row += down;
  }
  return length > limit ? 0 : length;
}
