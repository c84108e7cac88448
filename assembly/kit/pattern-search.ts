/**
 * Which bars and spaces a stretch of grey shows: of all patterns with so many modules and elements the likeliest ones,
 * found by branch and bound on the whole blurred profile rather than from edges. Knows no symbology.
 */
import { floatAt, setFloat } from "./floats";
import { measureModules, moduleCost } from "./blurred-modules";

/** Patterns that a search keeps. */
export const KEPT: i32 = 6;

const MOST_ELEMENTS: i32 = 14;
/** Elements placed before a search is given up: clear patterns take some hundred. */
const MOST_STEPS: i32 = 6000;

/** Widths of the patterns found, cheapest first, MOST_ELEMENTS bytes each, and their costs. */
export const foundWidths = memory.data(6 * 14);
export const foundCosts = memory.data(6 * 4);

/** Least cost still to come, f32 [module][last four colours]. */
const ahead = memory.data(29 * 16 * 4);
const current = memory.data(14);

let modules: i32 = 0;
let elements: i32 = 0;
let widest: i32 = 0;
let after: i32 = 0;
let oddSums: i32 = 0;
let isTurned = false;
let limit: f32 = 0;
let found: i32 = 0;
let steps: i32 = 0;

/** Bytes of the pattern at an index of the list. */
export function widthsFound(index: i32): usize {
  return foundWidths + <usize>(index * MOST_ELEMENTS);
}

/**
 * Prepares a search in samples of `count` modules; returns a cost that no pattern undercuts. `nextColours` are those of
 * the two modules behind, two bits.
 */
export function openSearch(samples: usize, count: i32, shape: i32, lastColours: i32, nextColours: i32): f32 {
  modules = count;
  after = nextColours;
  measureModules(samples, count, shape);
  memory.fill(ahead + ((<usize>((count + 2) << 4)) << 2), 0, 64);
  for (let i = count + 1; i >= 0; i--) {
    for (let last = 0; last < 16; last++) {
      let least: f32 = 1e9;
      for (let bit = 0; bit < 2; bit++) {
        if (i >= count && bit != colourBehind(i)) continue;
        least = min(least, costOfNext(i, (last << 1) | bit) + aheadOf(i + 1, (last << 1) | bit));
      }
      setFloat(ahead, (i << 4) + last, least);
    }
  }
  return aheadOf(0, lastColours);
}

/** Colour of a module behind the stretch. */
function colourBehind(module: i32): i32 {
  return module == modules ? after >> 1 : after & 1;
}

/** Cost of the module whose right neighbours become known with module i. */
function costOfNext(i: i32, colours: i32): f32 {
  return i >= 2 ? moduleCost(i - 2, colours & 31) : 0;
}

function aheadOf(i: i32, colours: i32): f32 {
  return floatAt(ahead, (i << 4) + (colours & 15));
}

/**
 * Searches what openSearch() prepared; returns how many patterns of `parts` elements cost less than `most`. Sums of the
 * widths of the odd elements are those whose bit is set in `sums`. With `turned` element 1 is the last in the profile.
 */
export function searchPatterns(
  parts: i32,
  widestElement: i32,
  darkFirst: bool,
  lastColours: i32,
  sums: i32,
  turned: bool,
  most: f32,
): i32 {
  elements = parts;
  widest = widestElement;
  oddSums = sums;
  isTurned = turned;
  limit = most;
  found = 0;
  steps = 0;
  extend(0, 0, lastColours, darkFirst ? 1 : 0, 0, 0);
  return found;
}

/** Places element `e` in every width at module i; `odd` is the sum of the odd elements so far. */
function extend(e: i32, i: i32, colours: i32, bit: i32, cost: f32, odd: i32): void {
  if (++steps > MOST_STEPS) return;
  const left = elements - 1 - e;
  const isLast = left == 0;
  const from = isLast ? modules - i : max(1, modules - i - left * widest);
  const to = min(widest, modules - i - left);
  const isOdd = ((isTurned ? left : e) & 1) == 0;
  for (let width = 1; width <= to; width++) {
    colours = ((colours << 1) | bit) & 31;
    cost += costOfNext(i, colours);
    i++;
    if (cost + aheadOf(i, colours) >= limit) return;
    if (width < from) continue;
    store<u8>(current + <usize>e, <u8>width);
    const sum = isOdd ? odd + width : odd;
    if (isLast) {
      if (((oddSums >> sum) & 1) == 0) return;
      keep(cost + aheadOf(i, colours));
      return;
    }
    // The next element begins with the other colour.
    const next = ((colours << 1) | (1 - bit)) & 31;
    if (cost + costOfNext(i, next) + aheadOf(i + 1, next) >= limit) continue;
    extend(e + 1, i, colours, 1 - bit, cost, sum);
  }
}

/** Puts the current pattern into the list, which stays sorted by cost. */
function keep(cost: f32): void {
  let at = min(found, KEPT - 1);
  while (at > 0 && floatAt(foundCosts, at - 1) > cost) {
    setFloat(foundCosts, at, floatAt(foundCosts, at - 1));
    memory.copy(widthsFound(at), widthsFound(at - 1), MOST_ELEMENTS);
    at--;
  }
  setFloat(foundCosts, at, cost);
  const to = widthsFound(at);
  for (let e = 0; e < elements; e++) {
    store<u8>(to + <usize>e, load<u8>(current + <usize>(isTurned ? elements - 1 - e : e)));
  }
  found = min(found + 1, KEPT);
  if (found == KEPT) limit = min(limit, floatAt(foundCosts, KEPT - 1));
}
