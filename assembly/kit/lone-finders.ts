/**
 * Finders that may be a symbol's only one: good, not part of a symbol that was read, not inside of one. Knows no symbol.
 */
import { isWithin, resultAt, resultCount } from "../io/results";
import { finderAt, finderCount } from "./concentric-finder";

/** The next finder from `index` on of at least so much quality that stands alone; −1 where there is none. */
export function nextLoneFinder(index: i32, least: f32): i32 {
  for (; index < finderCount(); index++) {
    const finder = finderAt(index);
    if (finder.isUsed || finder.quality < least) continue;
    if (!isCovered(<f32>finder.x, <f32>finder.y)) return index;
  }
  return -1;
}

function isCovered(x: f32, y: f32): bool {
  for (let i = 0; i < resultCount(); i++) if (isWithin(resultAt(i), x, y)) return true;
  return false;
}
