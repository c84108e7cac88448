/**
 * Where a symbol of a code may begin: edges whose distances are those of a start pattern behind a quiet zone, and what
 * they say of the print. Knows no grey values.
 */
import { Code, elementWidth, elementsOf, firstStop, rowOf } from "./code";
import { floatAt } from "./floats";
import { Strip } from "./strip";

/** Samples of the narrowest module that can be told. */
const LEAST_MODULE: f32 = 0.9;
/** An element's width may be off by so many modules, and by so much of its width: blur moves edges. */
const MOST_OFF: f32 = 0.45;
const MOST_OFF_PART: f32 = 0.12;
const MOST_SPREAD: f32 = 0.7;
/** A ratio is known only coarsely from one pattern. */
const RATIO_SLACK: f32 = 0.35;
/** No start pattern's elements are wider in the mean, in modules. */
const MOST_MEAN: f32 = 2.4;
/** Modules by which what is seen of a quiet zone may be mismeasured. */
export const SEEN_SLACK: f32 = 0.25;
/** Widths whose extremes differ less than so are all of one kind. */
const ONE_KIND: f32 = 1.45;

/** What the last pattern found says: its row, samples per module, wide over narrow, ink spread in modules. */
export let startRow: i32 = 0;
export let startModule: f32 = 0;
export let startRatio: f32 = 0;
export let startSpread: f32 = 0;
/** Its last edge. */
export let startEnd: f32 = 0;

/** Sums and numbers of narrow and wide elements: bars, spaces. */
const sums = memory.data(4 * 4);
const counts = memory.data(4 * 4);
/** Narrow and wide elements as splitNext() tells them. */
const split = memory.data(16);
const NARROW: i32 = 0;
const WIDE: i32 = 2;

/** True if a start pattern begins at an edge (light to dark); says what it tells of the print. */
export function findStart(code: Code, strip: Strip, edge: i32): bool {
  for (let row = code.data; row < firstStop(code); row++) {
    const n = elementsOf(code, row);
    if (!isApart(code, strip, edge, n)) continue;
    if (
      !(code.hasTwoWidths ? measureTwoWidths(code, strip, edge, row, n) : measureModules(code, strip, edge, row, n))
    ) {
      continue;
    }
    if (!(startModule >= LEAST_MODULE) || !(abs<f32>(startSpread) <= MOST_SPREAD)) continue;
    if (edge > 0 && widthAt(strip, edge - 1) < code.quiet * startModule) continue;
    const seen = code.croppedQuiet > 0 ? code.croppedQuiet : code.seenQuiet;
    if (seen > 0 && floatAt(strip.edges, edge) - <f32>strip.first < (seen - SEEN_SLACK) * startModule) continue;
    if (!fits(code, strip, edge, row, n)) continue;
    startRow = row;
    startEnd = floatAt(strip.edges, edge + n);
    return true;
  }
  return false;
}

/** Elements of a code's start patterns, 0 where they differ. */
export function startElements(code: Code): i32 {
  const n = elementsOf(code, code.data);
  for (let row = code.data + 1; row < firstStop(code); row++) if (elementsOf(code, row) != n) return 0;
  return n;
}

/** A first look: true if the light before an edge is as wide as the quiet zone of any pattern as long as what follows. */
export function isApart(code: Code, strip: Strip, edge: i32, n: i32): bool {
  if (edge + n >= strip.edgeCount) return false;
  if (edge == 0) return true;
  const length = floatAt(strip.edges, edge + n) - floatAt(strip.edges, edge);
  return widthAt(strip, edge - 1) * <f32>n * MOST_MEAN >= code.quiet * length;
}

/** Distance from an edge to the next. */
function widthAt(strip: Strip, edge: i32): f32 {
  return floatAt(strip.edges, edge + 1) - floatAt(strip.edges, edge);
}

function add(kind: i32, width: f32): void {
  const at = (<usize>kind) << 2;
  store<f32>(sums + at, load<f32>(sums + at) + width);
  store<i32>(counts + at, load<i32>(counts + at) + 1);
}

/** Mean of a kind, 0 where there is none. */
function meanOf(kind: i32): f32 {
  const n = load<i32>(counts + ((<usize>kind) << 2));
  return n > 0 ? load<f32>(sums + ((<usize>kind) << 2)) / <f32>n : 0;
}

function measureTwoWidths(code: Code, strip: Strip, edge: i32, row: i32, n: i32): bool {
  memory.fill(sums, 0, 16);
  memory.fill(counts, 0, 16);
  const at = rowOf(code, row);
  let wides: i32 = 0;
  for (let e = 0; e < n; e++) {
    const byte = <i32>load<u8>(at + <usize>e);
    if (byte > 2) continue;
    if (byte == 2) wides++;
    add((byte == 2 ? WIDE : NARROW) + (e & 1), widthAt(strip, edge + e));
  }
  const isWhole = wides > 0 && meanOf(NARROW) > 0 && meanOf(NARROW + 1) > 0;
  if (!isWhole && !splitNext(code, strip, edge + n)) return false;
  const bar = meanOf(NARROW);
  const space = meanOf(NARROW + 1);
  const isBoth = bar > 0 && space > 0;
  startModule = isBoth ? (bar + space) * 0.5 : max(bar, space);
  if (!(startModule > 0)) return false;
  startSpread = isBoth ? (bar - space) / (2 * startModule) : 0;
  const wideBar = meanOf(WIDE);
  const wideSpace = meanOf(WIDE + 1);
  let ratio: f32 = 0;
  if (wideBar > 0) ratio += wideBar / startModule - startSpread;
  if (wideSpace > 0) ratio += wideSpace / startModule + startSpread;
  if (wideBar > 0 && wideSpace > 0) ratio *= 0.5;
  startRatio = max(code.leastRatio, min(ratio, code.mostRatio));
  return abs<f32>(startRatio - ratio) <= RATIO_SLACK;
}

/** Tells narrow from wide in the character behind a start pattern that does not have both in both colours. */
function splitNext(code: Code, strip: Strip, edge: i32): bool {
  const n = code.elements;
  if (edge + n >= strip.edgeCount) return false;
  for (let colour = 0; colour < 2; colour++) {
    let low: f32 = 1e9;
    let high: f32 = 0;
    for (let e = colour; e < n; e += 2) {
      const width = widthAt(strip, edge + e);
      low = min(low, width);
      high = max(high, width);
    }
    // All alike: narrow or wide by what the start pattern has.
    const narrow = meanOf(NARROW + colour);
    const isOne = high < ONE_KIND * low;
    const isWide = isOne && narrow > 0 && low > ONE_KIND * narrow;
    for (let e = colour; e < n; e += 2) {
      const width = widthAt(strip, edge + e);
      const kind = (isOne ? isWide : width > 0.5 * (low + high)) ? WIDE : NARROW;
      add(kind + colour, width);
      store<u8>(split + <usize>e, kind == WIDE ? 2 : 1);
    }
  }
  // What stands there has to be a character.
  for (let row = 0; row < code.data; row++) {
    if (memory.compare(rowOf(code, row), split, <usize>elementsOf(code, row)) == 0) return true;
  }
  return false;
}

function measureModules(code: Code, strip: Strip, edge: i32, row: i32, n: i32): bool {
  const even = n & ~1;
  let modules: f32 = 0;
  for (let e = 0; e < even; e++) modules += elementWidth(code, row, e, 1);
  // From leading edge to leading edge: ink spread moves both alike.
  startModule = (floatAt(strip.edges, edge + even) - floatAt(strip.edges, edge)) / modules;
  if (!(startModule > 0)) return false;
  let wider: f32 = 0;
  for (let e = 0; e < even; e += 2) {
    wider += widthAt(strip, edge + e) / startModule - elementWidth(code, row, e, 1);
  }
  startSpread = wider / <f32>(even >> 1);
  startRatio = 1;
  return true;
}

/** True if every element is as wide as the measured print has it. */
function fits(code: Code, strip: Strip, edge: i32, row: i32, n: i32): bool {
  for (let e = 0; e < n; e++) {
    const wanted = elementWidth(code, row, e, startRatio);
    const seen = widthAt(strip, edge + e) / startModule + ((e & 1) != 0 ? startSpread : -startSpread);
    if (abs<f32>(seen - wanted) > MOST_OFF + MOST_OFF_PART * wanted) return false;
  }
  return true;
}
