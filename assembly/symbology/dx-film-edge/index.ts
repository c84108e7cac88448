/**
 * DX film edge barcode (ANSI/NAPM IT1.14): two tracks along the edge of a 35 mm film. The clock track is a pattern of its
 * own, found in a strip; it gives the grid for the data track beside it, which is sampled in the frame.
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
import { findEdges } from "../../kit/edges";
import { allocFloats, floatAt, sampleAt } from "../../kit/floats";
import { outline } from "../../kit/outline";
import { sampleLine } from "../../kit/scan-line";
import { Strip, profileOf } from "../../kit/strip";
import { EDGE_ROOM } from "../../kit/strip-views";

const SHORT: i32 = 23;
const LONG: i32 = 31;
/** First and last bar of the clock track; elements of one module lie between. */
const FIRST_BAR: i32 = 5;
const LAST_BAR: i32 = 3;
/** An edge of the clock may be off by so many modules. */
const MOST_OFF: f32 = 0.42;
const LEAST_MODULE: f32 = 1.8;
/** Data lines tried over the strip and so many modules beyond it, and how many have to agree. */
const BEYOND: f32 = 4;
const LINES: i32 = 40;
const LEAST_AGREED: i32 = 3;
const START: i32 = 0b101010;
const STOP: i32 = 0b0101;

/** Bits of the lines sampled, 0 where they are no data track. */
const words = memory.data(40 * 4);

/** Edges of the band looked at. */
let edges: usize = 0;
let edgeCount: i32 = 0;
let profile: usize = 0;

/** Reads all DX film edge barcodes whose clock track is in a strip; the data track is often in the same one. */
export function read(strip: Strip): void {
  const room = allocFloats(EDGE_ROOM);
  if (room == 0 || strip.band > 0) return;
  for (let band = 0; band < strip.bands; band++) {
    profile = profileOf(strip, band);
    edges = room;
    edgeCount = findEdges(profile, strip.length, strip.swing, room, EDGE_ROOM);
    for (let edge = 0; lastEdge(edge, SHORT) < edgeCount; edge += 2) {
      if (isFull()) return;
      if (isClock(edge, LONG)) readData(strip, edge, LONG);
      else if (isClock(edge, SHORT)) readData(strip, edge, SHORT);
    }
  }
}

/** Index of the last edge of a clock track of so many modules that begins at an edge. */
function lastEdge(edge: i32, modules: i32): i32 {
  return edge + modules - FIRST_BAR - LAST_BAR + 2;
}

/** True if a clock track of so many modules begins at an edge. */
function isClock(edge: i32, modules: i32): bool {
  const last = lastEdge(edge, modules);
  if (last >= edgeCount) return false;
  const from = floatAt(edges, edge);
  const module = (floatAt(edges, last) - from) / <f32>modules;
  if (module < LEAST_MODULE) return false;
  for (let k = edge + 1; k < last; k++) {
    const place = (floatAt(edges, k) - from) / module;
    if (abs<f32>(place - <f32>(FIRST_BAR + k - edge - 1)) > MOST_OFF) return false;
  }
  return true;
}

/** Samples lines along the clock; reports what enough of them say. */
function readData(strip: Strip, edge: i32, modules: i32): void {
  const plane = planeAt(0);
  const line = allocFloats(modules);
  if (plane == null || line == 0 || !spend(60)) return;
  const module = (floatAt(edges, lastEdge(edge, modules)) - floatAt(edges, edge)) / <f32>modules;
  const across = sqrt<f32>(strip.topStepX * strip.topStepX + strip.topStepY * strip.topStepY) * module;
  const dx = strip.bottomX - strip.topX;
  const dy = strip.bottomY - strip.topY;
  const beyond: f32 = (BEYOND * across) / max<f32>(1, sqrt<f32>(dx * dx + dy * dy));
  for (let k = 0; k < LINES; k++) {
    const at = -beyond + ((1 + 2 * beyond) * <f32>k) / <f32>(LINES - 1);
    store<i32>(words + ((<usize>k) << 2), bitsAt(strip, plane, edge, modules, module, at, line));
  }
  let best: i32 = 0;
  let agreed: i32 = 0;
  for (let k = 0; k < LINES; k++) {
    const word = load<i32>(words + ((<usize>k) << 2));
    let alike: i32 = 0;
    for (let j = k; j < LINES; j++) if (load<i32>(words + ((<usize>j) << 2)) == word) alike++;
    if (word == 0 || alike <= agreed) continue;
    agreed = alike;
    best = word;
  }
  if (agreed < LEAST_AGREED) return;
  const symbol = allocSymbol(FORMAT_DX_FILM_EDGE, 12, 1);
  if (symbol == null) return;
  decode(best, modules, symbol);
  symbol.confidence = min(95, 40 + 5 * agreed);
  symbol.scanLines = agreed;
  outline(strip, floatAt(edges, edge), floatAt(edges, lastEdge(edge, modules)), modules, symbol);
  report(symbol);
}

/** The data track's bits, first module highest, on a line at a part of the strip's height; 0 where there are none. */
function bitsAt(strip: Strip, plane: Plane, edge: i32, modules: i32, module: f32, at: f32, line: usize): i32 {
  const from = floatAt(edges, edge) + 0.5 * module;
  const dx = strip.topStepX + (strip.bottomStepX - strip.topStepX) * at;
  const dy = strip.topStepY + (strip.bottomStepY - strip.topStepY) * at;
  const x = strip.topX + (strip.bottomX - strip.topX) * at + dx * from - 0.5;
  const y = strip.topY + (strip.bottomY - strip.topY) * at + dy * from - 0.5;
  if (!sampleLine(plane, x, y, dx * module, dy * module, modules, line)) return 0;
  let word: i32 = 0;
  for (let m = 0; m < modules; m++) {
    const value: f32 = strip.inverted ? 255 - floatAt(line, m) : floatAt(line, m);
    word = (word << 1) | (value < levelAt(strip, edge, modules, module, m) ? 1 : 0);
  }
  if (word >>> (modules - 6) != START || (word & 15) != STOP) return 0;
  // Separators are 0; with its parity bit the data has an even number of bars.
  if ((popcnt((word >>> 4) & ((1 << (modules - 10)) - 1)) & 1) != 0 || ((word >> (modules - 14)) & 1) != 0) return 0;
  if (modules == LONG && ((word >> 5) & 1) != 0) return 0;
  return word;
}

/** Grey between dark and light of the clock track around one of its modules. */
function levelAt(strip: Strip, edge: i32, modules: i32, module: f32, m: i32): f32 {
  const from = floatAt(edges, edge);
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
