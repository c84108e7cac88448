/**
 * DX film edge barcode (ANSI/NAPM IT1.14): two tracks along the edge of a 35 mm film. The clock track is a pattern of its
 * own, found in a strip; it gives the grid for the data track below it, which is sampled in the frame.
 *
 *   clock   11111 0101…01 0 111      17 elements without a frame number, 25 with one
 *   data    101010 product(7) 0 generation(4) [frame(6) half(1) 0] parity 0101
 */
import { FORMAT_DX_FILM_EDGE } from "../../abi/formats";
import { ECI_ASCII } from "../../abi/layout";
import { planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { isFull, report } from "../../io/results";
import { Symbol, allocSymbol, beginSegment, putByte } from "../../io/symbol";
import { spend } from "../../kit/budget";
import { allocFloats, floatAt, sampleAt } from "../../kit/floats";
import { outline } from "../../kit/outline";
import { sampleLine } from "../../kit/scan-line";
import { Strip, linesOf, profileOf } from "../../kit/strip";

const SHORT: i32 = 23;
const LONG: i32 = 31;
/** First and last bar of the clock track; elements of one module lie between. */
const FIRST_BAR: i32 = 5;
const LAST_BAR: i32 = 3;
/** An edge of the clock may be off by so many modules. */
const MOST_OFF: f32 = 0.42;
const LEAST_MODULE: f32 = 1.8;
/** Data lines tried: from so many modules below the clock's lower end to so many, and how many have to agree. */
const NEAREST: f32 = 0.2;
const FARTHEST: f32 = 4;
const LINES: i32 = 20;
const LEAST_AGREED: i32 = 3;
const START: i32 = 0b101010;
const STOP: i32 = 0b0101;

/** Bits of the lines sampled, 0 where they are no data track. */
const words = memory.data(20 * 4);

/** Reads all DX film edge barcodes whose clock track is in a strip. */
export function read(strip: Strip): void {
  for (let edge = 0; edge + 2 * ((SHORT - FIRST_BAR - LAST_BAR) >> 1) + 3 < strip.edgeCount && !isFull(); edge += 2) {
    if (isClock(strip, edge, LONG)) readData(strip, edge, LONG);
    else if (isClock(strip, edge, SHORT)) readData(strip, edge, SHORT);
  }
}

/** Index of the last edge of a clock track of so many modules that begins at an edge. */
function lastEdge(edge: i32, modules: i32): i32 {
  return edge + modules - FIRST_BAR - LAST_BAR + 2;
}

/** True if a clock track of so many modules begins at an edge. */
function isClock(strip: Strip, edge: i32, modules: i32): bool {
  const last = lastEdge(edge, modules);
  if (last >= strip.edgeCount) return false;
  const from = floatAt(strip.edges, edge);
  const module = (floatAt(strip.edges, last) - from) / <f32>modules;
  if (module < LEAST_MODULE) return false;
  for (let k = edge + 1; k < last; k++) {
    const place = (floatAt(strip.edges, k) - from) / module;
    if (abs<f32>(place - <f32>(FIRST_BAR + k - edge - 1)) > MOST_OFF) return false;
  }
  return true;
}

/** Samples lines below the clock; reports what enough of them say. */
function readData(strip: Strip, edge: i32, modules: i32): void {
  const plane = planeAt(0);
  const line = allocFloats(modules);
  if (plane == null || line == 0 || !spend(40)) return;
  let best: i32 = 0;
  let agreed: i32 = 0;
  let lowest: f32 = 0;
  const module = (floatAt(strip.edges, lastEdge(edge, modules)) - floatAt(strip.edges, edge)) / <f32>modules;
  for (let k = 0; k < LINES; k++) {
    const down = NEAREST + ((FARTHEST - NEAREST) * <f32>k) / <f32>(LINES - 1);
    store<i32>(words + ((<usize>k) << 2), bitsBelow(strip, plane, edge, modules, module, down, line));
  }
  for (let k = 0; k < LINES; k++) {
    const word = load<i32>(words + ((<usize>k) << 2));
    if (word == 0) continue;
    let alike: i32 = 0;
    let last: i32 = k;
    for (let j = k; j < LINES; j++) {
      if (load<i32>(words + ((<usize>j) << 2)) != word) continue;
      alike++;
      last = j;
    }
    if (alike <= agreed) continue;
    agreed = alike;
    best = word;
    lowest = NEAREST + ((FARTHEST - NEAREST) * <f32>last) / <f32>(LINES - 1);
  }
  if (agreed < LEAST_AGREED) return;
  const symbol = allocSymbol(FORMAT_DX_FILM_EDGE, 12, 1);
  if (symbol == null) return;
  decode(best, modules, symbol);
  symbol.confidence = min(95, 45 + 5 * agreed);
  symbol.scanLines = linesOf(strip, strip.band);
  outline(strip, floatAt(strip.edges, edge), floatAt(strip.edges, lastEdge(edge, modules)), modules, symbol);
  reach(strip, symbol, lowest * module);
  report(symbol);
}

/** Moves the lower corners by so many samples along the bars. */
function reach(strip: Strip, symbol: Symbol, samples: f32): void {
  symbol.x2 -= strip.bottomStepY * samples;
  symbol.y2 += strip.bottomStepX * samples;
  symbol.x3 -= strip.bottomStepY * samples;
  symbol.y3 += strip.bottomStepX * samples;
}

/** The data track's bits, first module highest, so many modules below the clock's lower end; 0 where there is none. */
function bitsBelow(strip: Strip, plane: Plane, edge: i32, modules: i32, module: f32, down: f32, line: usize): i32 {
  const from = floatAt(strip.edges, edge) + 0.5 * module;
  // Square to the direction of reading, on the side of the bars' lower end.
  const x = strip.bottomX + strip.bottomStepX * from - strip.bottomStepY * down * module - 0.5;
  const y = strip.bottomY + strip.bottomStepY * from + strip.bottomStepX * down * module - 0.5;
  if (!sampleLine(plane, x, y, strip.bottomStepX * module, strip.bottomStepY * module, modules, line)) return 0;
  const profile = profileOf(strip, strip.band);
  let word: i32 = 0;
  let ones: i32 = 0;
  for (let m = 0; m < modules; m++) {
    const value: f32 = strip.inverted ? 255 - floatAt(line, m) : floatAt(line, m);
    const isDark = value < levelAt(strip, profile, edge, modules, m);
    word = (word << 1) | (isDark ? 1 : 0);
  }
  const data = modules - 10;
  if (word >>> (modules - 6) != START || (word & 15) != STOP) return 0;
  // Separators are 0; with its parity bit the data has an even number of bars.
  for (let bit = 4; bit < 4 + data; bit++) ones += (word >> bit) & 1;
  if ((ones & 1) != 0 || ((word >> (modules - 14)) & 1) != 0) return 0;
  if (modules == LONG && ((word >> 5) & 1) != 0) return 0;
  return word;
}

/** Grey between dark and light of the clock track around one of its modules. */
function levelAt(strip: Strip, profile: usize, edge: i32, modules: i32, m: i32): f32 {
  const from = floatAt(strip.edges, edge);
  const module = (floatAt(strip.edges, lastEdge(edge, modules)) - from) / <f32>modules;
  // Light and dark modules alternate from the fifth to the third last.
  const near = max(FIRST_BAR - 1, min(m, modules - LAST_BAR - 1));
  const a = sampleAt(profile, strip.length, from + (<f32>near + 0.5) * module);
  const b = sampleAt(profile, strip.length, from + (<f32>near + 1.5) * module);
  return 0.5 * (a + b);
}

/** Appends product, generation and frame: "36-2/21A". */
function decode(word: i32, modules: i32, symbol: Symbol): void {
  beginSegment(symbol, ECI_ASCII);
  symbol.aimModifier = 0x30;
  putNumber(symbol, (word >> (modules - 13)) & 127);
  putByte(symbol, 45);
  putNumber(symbol, (word >> (modules - 18)) & 15);
  if (modules == SHORT) return;
  putByte(symbol, 47);
  putNumber(symbol, (word >> 7) & 63);
  if (((word >> 6) & 1) != 0) putByte(symbol, 65);
}

function putNumber(symbol: Symbol, value: i32): void {
  if (value >= 100) putByte(symbol, 48 + value / 100);
  if (value >= 10) putByte(symbol, 48 + ((value / 10) % 10));
  putByte(symbol, 48 + (value % 10));
}
