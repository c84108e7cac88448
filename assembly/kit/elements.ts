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

/** All widths follow from the first: takes the one that asks for least ink spread. */
function bestOf(count: i32): u32 {
  let best: u32 = NO_PATTERN;
  let least = MOST_SPREAD;
  for (let w1 = 1; w1 <= 6; w1++) {
    let pattern: u32 = 0;
    let width = w1;
    let spread: f32 = 0;
    let isWhole = true;
    for (let i = 0; i < count; i++) {
      if (i > 0) width = pairAt(i - 1) - width;
      if (width < 1 || width > 6) {
        isWhole = false;
        break;
      }
      const dark: u32 = (i & 1) == 0 ? 1 : 0;
      pattern = (pattern << (<u32>width)) | (dark != 0 ? ((<u32>1) << (<u32>width)) - 1 : 0);
      const more = floatAt(widths, i) - <f32>width;
      spread += dark != 0 ? more : -more;
    }
    if (!isWhole) continue;
    spread = abs(spread / <f32>count);
    if (spread >= least) continue;
    least = spread;
    best = pattern;
  }
  return best;
}
