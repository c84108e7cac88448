/**
 * Bars and spaces of one character to a pattern of modules, by distances between edges of like sign (ISO/IEC 15438
 * clause 9): ink spread and blur shift those edges alike. Knows no table of characters.
 */
import { floatAt } from "./floats";

/** Largest deviation of an edge distance from a whole number of modules that is still taken for it. */
const MOST_DEVIATION: f32 = 0.46;
/** Ink may spread by so much of a module on each side of a bar. */
const MOST_SPREAD: f32 = 0.62;
/** What readElements() gives where the edges make no character. */
export const NO_PATTERN: u32 = 0;

/** Largest deviation of the last character read, in modules: 0 for a perfect one. */
export let deviation: f32 = 0;

/** i32 distances over two elements, and f32 widths of single elements, in modules. */
const pairs = memory.data(4 * 8);
const widths = memory.data(4 * 8);

function pairAt(index: i32): i32 {
  return load<i32>(pairs + ((<usize>index) << 2));
}

/**
 * The pattern of `count` elements (6 or 8, at most 6 modules each) between count + 1 edges from `edges[first]` on, a bar
 * first, `modules` in all; highest bit first. NO_PATTERN where distances are no whole numbers of modules.
 */
export function readElements(edges: usize, first: i32, count: i32, modules: i32): u32 {
  const start = floatAt(edges, first);
  const length = floatAt(edges, first + count) - start;
  if (!(length > 0)) return NO_PATTERN;
  const scale = <f32>modules / length;
  let odd: i32 = 0;
  let worst: f32 = 0;
  // The pair that rounding decided by the least margin, among those that add up to the whole.
  let weak: i32 = 0;
  let weakest: f32 = 0;
  for (let i = 0; i < count - 1; i++) {
    const value = (floatAt(edges, first + i + 2) - floatAt(edges, first + i)) * scale;
    const whole = <i32>nearest<f32>(value);
    const off = value - <f32>whole;
    store<i32>(pairs + ((<usize>i) << 2), whole);
    worst = max(worst, abs(off));
    if ((i & 1) == 0) {
      odd += whole;
      if (abs(off) > abs(weakest)) {
        weakest = off;
        weak = i;
      }
    }
  }
  if (odd != modules) {
    // One pair rounded the wrong way, to be seen by how near to a half it was.
    const more = modules - odd;
    if (abs(more) != 1 || <f32>more * weakest < 0.3) return NO_PATTERN;
    store<i32>(pairs + ((<usize>weak) << 2), pairAt(weak) + more);
    worst = 1 - abs(weakest);
    if (worst > 0.7) return NO_PATTERN;
  } else if (worst > MOST_DEVIATION) {
    return NO_PATTERN;
  }
  deviation = worst;
  for (let i = 0; i < count; i++) {
    const width = (floatAt(edges, first + i + 1) - floatAt(edges, first + i)) * scale;
    store<f32>(widths + ((<usize>i) << 2), width);
  }
  return bestOf(count);
}

/**
 * All widths follow from the first, which makes bars wider and spaces narrower by as much as it is wider itself: takes the
 * one that asks for least ink spread of those that leave no element narrower than 1 module or wider than 6.
 */
function bestOf(count: i32): u32 {
  let from: i32 = 1;
  let to: i32 = 6;
  let spread: f32 = 0;
  let own: i32 = 0;
  // Elements where the first had no width: a bar is `own` modules more than the first, a space so many less.
  for (let i = 0; i < count; i++) {
    const isDark = (i & 1) == 0;
    if (i > 0) own = pairAt(i - 1) - own;
    from = max(from, isDark ? 1 - own : own - 6);
    to = min(to, isDark ? 6 - own : own - 1);
    const more = floatAt(widths, i) - <f32>own;
    spread += isDark ? more : -more;
  }
  if (from > to) return NO_PATTERN;
  spread /= <f32>count;
  // Of two as near the narrower.
  let width = max(from, min(to, <i32>ceil<f32>(spread - 0.5)));
  if (!(abs(spread - <f32>width) < MOST_SPREAD)) return NO_PATTERN;
  let pattern: u32 = 0;
  for (let i = 0; i < count; i++) {
    if (i > 0) width = pairAt(i - 1) - width;
    pattern = (pattern << (<u32>width)) | ((i & 1) == 0 ? ((<u32>1) << (<u32>width)) - 1 : 0);
  }
  return pattern;
}
