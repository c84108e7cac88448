/**
 * Pharmacode in a strip (Laetus): narrow and wide bars, spaces that are all alike. It has neither start nor stop pattern
 * nor check character, and reads as another number from the other side: it is looked for only when named, and read from
 * left to right, or from top to bottom where its bars lie.
 */
import { FORMAT_PHARMACODE } from "../../abi/formats";
import { ECI_ASCII } from "../../abi/layout";
import { isFull, report } from "../../io/results";
import { allocSymbol, beginSegment, putByte } from "../../io/symbol";
import { findEdges } from "../../kit/edges";
import { allocFloats, floatAt } from "../../kit/floats";
import { outline } from "../../kit/outline";
import { Strip, linesOf, profileOf } from "../../kit/strip";
import { EDGE_ROOM } from "../../kit/strip-views";

/** Bars: 131070 is sixteen wide ones; two would be any pair of lines. */
const LEAST_BARS: i32 = 3;
const MOST_BARS: i32 = 16;
/** Narrow bar, space and wide bar are 1, 2 and 3 modules: bars against the mean space. */
const MOST_NARROW: f32 = 0.85;
const LEAST_WIDE: f32 = 1.15;
const LEAST_BAR: f32 = 0.25;
const MOST_BAR: f32 = 2.2;
/** Bars of a kind, and spaces, are alike within so much of the mean space. */
const ALIKE: f32 = 0.25;
/** Light asked for on both sides, in spaces (two modules each): 6 millimetres are 6 of them. */
const QUIET: f32 = 3;
const LEAST_SPACE: f32 = 2;
/** Bands that have to show the same bars, of all there are. */
const LEAST_BANDS: i32 = 3;

/** Reads all Pharmacode symbols in a strip. */
export function read(strip: Strip): void {
  if (strip.reversed || strip.bands < LEAST_BANDS) return;
  const room = allocFloats(EDGE_ROOM);
  if (room == 0) return;
  const count = strip.edgeCount;
  let first: i32 = 0;
  while (first + 2 * LEAST_BARS <= count && !isFull()) {
    const bars = barsFrom(strip, strip.edges, count, first);
    const value = bars > 0 ? valueOf(strip.edges, first, bars) : 0;
    if (value > 0) {
      const agreed = agreeing(strip, room, value, first, bars);
      if (agreed >= LEAST_BANDS) put(strip, value, first, bars, agreed);
    }
    first += 2 * max(1, bars);
  }
}

/** Bars of the symbol that begins at an edge behind light and ends before light; 0 where none does. */
function barsFrom(strip: Strip, edges: usize, count: i32, first: i32): i32 {
  if (first + 2 * LEAST_BARS > count) return 0;
  const space = floatAt(edges, first + 2) - floatAt(edges, first + 1);
  if (space < LEAST_SPACE) return 0;
  const before = first > 0 ? floatAt(edges, first - 1) : <f32>strip.first;
  if (floatAt(edges, first) - before < QUIET * space) return 0;
  let bars: i32 = 1;
  for (; bars <= MOST_BARS; bars++) {
    const end = first + 2 * bars - 1;
    const next = end + 1 < count ? floatAt(edges, end + 1) : <f32>strip.last;
    if (next - floatAt(edges, end) >= QUIET * space) return bars >= LEAST_BARS ? bars : 0;
    if (end + 1 >= count) return 0;
  }
  return 0;
}

/** Number that so many bars stand for; 0 where their widths are not those of a symbol. */
function valueOf(edges: usize, first: i32, bars: i32): i32 {
  let mean: f32 = 0;
  for (let k = 1; k < bars; k++) mean += floatAt(edges, first + 2 * k) - floatAt(edges, first + 2 * k - 1);
  mean /= <f32>(bars - 1);
  let narrow: f32 = 0;
  let wide: f32 = 0;
  let value: i32 = 0;
  for (let k = 0; k < bars; k++) {
    const bar = (floatAt(edges, first + 2 * k + 1) - floatAt(edges, first + 2 * k)) / mean;
    if (bar < LEAST_BAR || bar > MOST_BAR || (bar > MOST_NARROW && bar < LEAST_WIDE)) return 0;
    if (k > 0) {
      const space = (floatAt(edges, first + 2 * k) - floatAt(edges, first + 2 * k - 1)) / mean;
      if (abs<f32>(space - 1) > ALIKE) return 0;
    }
    const isWide = bar >= LEAST_WIDE;
    const like = isWide ? wide : narrow;
    if (like > 0 && abs<f32>(bar - like) > ALIKE) return 0;
    if (isWide) wide = bar;
    else narrow = bar;
    // The last bar counts 1 or 2, each one before it twice as much.
    value = 2 * value + (isWide ? 2 : 1);
  }
  return value;
}

/** Bands, the one read included, that show the same bars in the same place. */
function agreeing(strip: Strip, room: usize, value: i32, first: i32, bars: i32): i32 {
  const from = floatAt(strip.edges, first);
  const module = (floatAt(strip.edges, first + 2) - floatAt(strip.edges, first + 1)) * 0.5;
  let agreed: i32 = 0;
  for (let band = 0; band < strip.bands; band++) {
    const count = findEdges(profileOf(strip, band), strip.length, strip.swing, room, EDGE_ROOM);
    let k: i32 = 0;
    while (k < count && floatAt(room, k) < from - module) k += 2;
    if (barsFrom(strip, room, count, k) == bars && valueOf(room, k, bars) == value) agreed++;
  }
  return agreed;
}

function put(strip: Strip, value: i32, first: i32, bars: i32, agreed: i32): void {
  const symbol = allocSymbol(FORMAT_PHARMACODE, 8, 1);
  if (symbol == null) return;
  beginSegment(symbol, ECI_ASCII);
  let place: i32 = 1;
  while (place * 10 <= value) place *= 10;
  for (; place > 0; place /= 10) putByte(symbol, 48 + ((value / place) % 10));
  symbol.confidence = min(80, 30 + 3 * bars + 3 * agreed);
  symbol.scanLines = linesOf(strip, strip.band);
  const from = floatAt(strip.edges, first);
  const to = floatAt(strip.edges, first + 2 * bars - 1);
  const space = floatAt(strip.edges, first + 2) - floatAt(strip.edges, first + 1);
  outline(strip, from, to, max(1, <i32>nearest<f32>((2 * (to - from)) / space)), symbol);
  report(symbol);
}
