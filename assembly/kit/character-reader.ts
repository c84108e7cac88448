/**
 * Symbols of one code in a strip: start patterns behind a quiet zone, the walk to the stop pattern, the print fitted to
 * the whole symbol, and how surely its characters stand against all others: by grey values and by agreement of bands.
 * Knows no check characters and no content; a symbology judges what it gets.
 */
import { isThorough } from "../io/options";
import { isFull } from "../io/results";
import { spend } from "./budget";
import {
  beginOf,
  compare,
  costAt,
  endOf,
  errorOf,
  movePrints,
  printAt,
  rowError,
  walk,
  walked,
  walkedRow,
} from "./character-walk";
import { Code, beginsAs, firstStart, firstStop, rowCount } from "./code";
import { measureDarkness } from "./darkness";
import { allocFloats, floatAt, sampleAt } from "./floats";
import { formMargin, unevenness, unitOf } from "./form";
import { seenBefore, seenBehind } from "./frame-ends";
import { printOf, ratioOf, rowWidth, samplesOf } from "./print";
import {
  SEEN_SLACK,
  findStart,
  isApart,
  startElements,
  startEnd,
  startModule,
  startRatio,
  startRow,
  startSpread,
} from "./start-pattern";
import { Strip, isWithinFrame, noteError, profileOf } from "./strip";

/** Mean squared error per sample above which a string of characters is none. */
export const MOST_ERROR: f32 = 0.045;
/** Error that even a perfect print shows. */
const FLOOR: f32 = 0.002;
/** So many characters in a row that look so right may be a damaged symbol. */
const PROMISING: i32 = 6;
const CLEAR_ERROR: f32 = 0.03;
/** Positions that a walk has to come to before more is made of it. */
const LEAST_WALK: i32 = 4;
/** Error of a start pattern above which it is none: of one whose print was only guessed. */
const MOST_START_ERROR: f32 = 0.07;
/** Windows of the local light and dark, in modules. */
const WINDOW: f32 = 7;
/** Radii that a start pattern is tried with, as indices on the print's grid. */
const START_RADII: i32 = 3;
/** Modules by which the margins of a cropped image may differ. */
const CROPPED_ALIKE: f32 = 0.6;
/** Steps by which a print is fitted. */
const FIT_ROUNDS: i32 = 3;

/** The symbol last read: its outer edges in samples, samples per module, mean squared error per sample. */
export let symbolFrom: f32 = 0;
export let symbolTo: f32 = 0;
export let symbolModule: f32 = 0;
export let symbolError: f32 = 0;
/** Log-likelihood by which its least sure character beats the second best one. */
export let symbolMargin: f32 = 0;
/** Bands in which every character is the best, the one read included. */
export let symbolBands: i32 = 0;
/** … by which its elements beat what differs in one of them: see kit/form.ts. */
export let symbolForm: f32 = 0;
/** Off-width of its start and stop pattern, 1 where it is as much as blur explains. */
export let symbolUnevenness: f32 = 0;
let leastStartError: f32 = 0;
/** Wide over narrow. */
export let symbolRatio: f32 = 0;

/** Characters between start and stop of the symbol last read. */
export function characterCount(): i32 {
  return walked - 2;
}

/** Row of a character between start and stop, or of the start (−1) and stop pattern (characterCount()). */
export function characterAt(index: i32): i32 {
  return walkedRow(index + 1);
}

/** Reads all symbols of a code in a strip: hands over each one that was found, until no more are asked for. */
export function readSymbols(code: Code, strip: Strip, use: (strip: Strip) => void): void {
  const darkness = allocFloats(strip.length);
  if (darkness == 0) return;
  let edge: i32 = 0;
  while (!isFull()) {
    edge = findSymbol(code, strip, edge, darkness);
    if (edge == 0) return;
    use(strip);
  }
}

/**
 * Looks for the next symbol that begins at an edge `from` or later; returns the index of the first edge behind it, 0
 * where there is none. `darkness` has room for a profile.
 */
function findSymbol(code: Code, strip: Strip, from: i32, darkness: usize): i32 {
  const n = startElements(code);
  for (let edge = from & ~1; edge + 6 < strip.edgeCount; edge += 2) {
    if (n > 0 && !isApart(code, strip, edge, n)) continue;
    if (!findStart(code, strip, edge)) continue;
    if (!spend(20)) return 0;
    if (!readAt(code, strip, floatAt(strip.edges, edge), darkness)) continue;
    while (edge < strip.edgeCount && floatAt(strip.edges, edge) < symbolTo) edge++;
    return edge + 1;
  }
  return 0;
}

/** Reads the symbol whose start pattern findStart() saw at a place. */
function readAt(code: Code, strip: Strip, from: f32, darkness: usize): bool {
  const length = strip.length;
  const module = startModule;
  const begin = <i32>(from - (code.quiet + 1) * module);
  const profile = profileOf(strip, strip.band);
  // Most places are no start pattern: the rest of the profile waits until this one is.
  const near = <i32>(startEnd + WINDOW * module);
  measureDarkness(profile, length, begin, near, WINDOW * module, darkness);
  if (!isLight(darkness, length, from, -module, 1, code.quiet)) return false;
  const print = printOf(code, startRatio, startSpread, bestRadius(code, length, darkness, from));
  if (leastStartError > MOST_START_ERROR) return false;
  measureDarkness(profile, length, begin, length, WINDOW * module, darkness);
  let hasWalked = walk(code, strip, darkness, from, module, print);
  if (walked < LEAST_WALK && !hasWalked) return false;
  // What was walked tells more of the print than the start pattern did.
  let error = fitPrints(code, length, darkness);
  if (!hasWalked && printAt(0) != print && (walked >= PROMISING || isThorough())) {
    hasWalked = walk(code, strip, darkness, from, module, printAt(0));
    error = fitPrints(code, length, darkness);
  }
  if (walked >= PROMISING && error < CLEAR_ERROR) noteError(strip, error, MOST_ERROR);
  if (!hasWalked || walked < 2 + code.leastData) return false;
  symbolFrom = from;
  symbolTo = endOf(walked - 1);
  symbolError = error;
  symbolRatio = ratioOf(code, printAt(0));
  let modules: f32 = 0;
  let samples: f32 = 0;
  for (let k = 0; k < walked; k++) {
    modules += rowWidth(code, walkedRow(k), printAt(k));
    samples += endOf(k) - beginOf(k);
  }
  symbolModule = samples / modules;
  noteError(strip, symbolError, MOST_ERROR);
  if (symbolError > MOST_ERROR || !isLight(darkness, length, symbolTo, symbolModule, 1, code.quiet)) return false;
  if (!isWithinFrame(strip, symbolFrom, symbolTo, symbolModule) || !isSeenWhole(code, strip)) return false;
  if (compare(code, length, darkness) != walked) return false;
  symbolMargin = leastMargin(code);
  symbolUnevenness = unevenness(code);
  symbolForm = formMargin(code, length, darkness, unitOf(symbolError + FLOOR));
  symbolBands = 1;
  const end = <i32>(symbolTo + (code.quiet + 1) * module);
  for (let band = 1; band < strip.bands; band++) {
    if (band == strip.band) continue;
    measureDarkness(profileOf(strip, band), length, begin, end, WINDOW * module, darkness);
    if (compare(code, length, darkness) == walked) symbolBands++;
  }
  return true;
}

/** The radius on the print's grid that explains the start pattern best; sets `leastStartError`. */
function bestRadius(code: Code, length: i32, darkness: usize, from: f32): i32 {
  leastStartError = 1e9;
  let best: i32 = 0;
  for (let radius = 0; radius < START_RADII; radius++) {
    const print = printOf(code, startRatio, startSpread, radius);
    const error = rowError(code, length, darkness, from, startEnd, print, startRow);
    if (error >= leastStartError) continue;
    leastStartError = error;
    best = radius;
  }
  return best;
}

/** True if the frame shows as much of the quiet zones as the code asks for. */
function isSeenWhole(code: Code, strip: Strip): bool {
  if (code.seenQuiet <= 0) return true;
  const before = seenBefore(strip, symbolFrom) / symbolModule;
  const after = seenBehind(strip, symbolTo) / symbolModule;
  const less = min(before, after);
  if (less >= code.seenQuiet - SEEN_SLACK) return true;
  return code.croppedQuiet > 0 && less >= code.croppedQuiet - SEEN_SLACK && abs<f32>(before - after) <= CROPPED_ALIKE;
}

/** True if the profile is light from one to `quiet` modules beside a place; `module` is negative to the left. */
function isLight(darkness: usize, length: i32, place: f32, module: f32, from: f32, quiet: f32): bool {
  for (let m = from; m < quiet; m += 0.5) {
    const x = place + m * module;
    if (x > 0 && x < <f32>length && sampleAt(darkness, length, x) > 0.5) return false;
  }
  return true;
}

/** Moves the prints to where they explain the walked rows best; returns their mean squared error. */
function fitPrints(code: Code, length: i32, darkness: usize): f32 {
  let least = errorOf(code, length, darkness, 0, 0, 0, 1);
  for (let round = 0; round < FIT_ROUNDS; round++) {
    let hasMoved = false;
    for (let way = 0; way < 6; way++) {
      const by = (way & 1) != 0 ? 1 : -1;
      const ratio = way >> 1 == 2 && code.hasTwoWidths ? by : 0;
      const spread = way >> 1 == 1 ? by : 0;
      const radius = way >> 1 == 0 ? by : 0;
      const error = errorOf(code, length, darkness, ratio, spread, radius, least);
      if (error >= least) continue;
      least = error;
      movePrints(code, ratio, spread, radius);
      hasMoved = true;
    }
    if (!hasMoved) break;
  }
  return least;
}

/** Least log-likelihood ratio of a walked row to the next best one. */
function leastMargin(code: Code): f32 {
  const unit = unitOf(symbolError + FLOOR);
  let margin: f32 = 1e9;
  for (let k = 0; k < walked; k++) {
    const own = walkedRow(k);
    const samples = <f32>samplesOf(rowWidth(code, own, printAt(k)));
    const from = k == 0 ? firstStart(code) : 0;
    const to = k == 0 ? firstStop(code) : rowCount(code);
    let second: f32 = 1e9;
    for (let row = from; row < to; row++) {
      // What differs from a stop pattern by nothing but the light behind it is no other reading.
      if (row == own || (own >= firstStop(code) && beginsAs(code, row, own))) continue;
      second = min(second, costAt(k, row));
    }
    margin = min(margin, ((second - costAt(k, own)) * samples) / unit);
  }
  return margin;
}
