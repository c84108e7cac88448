/**
 * Code 128 in a strip (ISO/IEC 15417): start characters from edges, the rest by walking, the string by its check
 * character. Accepts only what stands clear of the second best string.
 */
import { FORMAT_CODE_128 } from "../../abi/formats";
import { OK } from "../../abi/status";
import { isThorough } from "../../io/options";
import { isFull, report } from "../../io/results";
import { allocSymbol } from "../../io/symbol";
import { spend } from "../../kit/budget";
import { measureDarkness } from "../../kit/darkness";
import { allocFloats, floatAt, sampleAt } from "../../kit/floats";
import { outline } from "../../kit/outline";
import { PER_MODULE } from "../../kit/template";
import { Strip, linesOf, noteError, profileOf, isWithinFrame } from "../../kit/strip";
import { mark, release } from "../../memory/arena";
import { lead, settle } from "./check";
import { decodeContent } from "./content";
import { CHARACTER_MODULES, FINAL_BAR } from "./tables";
import {
  SHAPES,
  boundaries,
  characters,
  compareBand,
  costs,
  sampleStart,
  startCost,
  walk,
  walked,
  walkedCost,
} from "./walk";

/** Quiet zone asked for, in modules: the standard's 10, less for tight crops. */
const QUIET: f32 = 4;
const LEAST_MODULE: f32 = 0.9;
/** Error of a start character above which it is none, per sample. */
const MOST_START_ERROR: f32 = 0.04;
const MOST_ERROR: f32 = 0.035;
/** So many characters in a row that look right may be a damaged symbol: texture gives a start character and one more. */
const PROMISING: i32 = 4;
/** Log-likelihood that the check character may cost against the characters taken one by one. */
const MOST_CORRECTION: f32 = 3;
/** Log-likelihood by which the best string must beat the second best; without agreement of a second band. */
const LEAST_MARGIN: f32 = 9;
const LONE_MARGIN: f32 = 45;
/** Error that even a perfect print shows, per sample. */
const FLOOR: f32 = 0.002;
/** Samples that a character is compared by. */
const SAMPLES: f32 = 44;

/** Reads all Code 128 symbols in a strip. */
export function read(strip: Strip): void {
  const darkness = allocFloats(strip.length);
  if (darkness == 0) return;
  const edges = strip.edges;
  let readTo: f32 = -1;
  for (let i = 0; i + 7 < strip.edgeCount; i += 2) {
    const from = floatAt(edges, i);
    if (from < readTo) continue;
    const to = floatAt(edges, i + 6);
    const module = (to - from) / <f32>CHARACTER_MODULES;
    if (module < LEAST_MODULE) continue;
    if (i > 0 && from - floatAt(edges, i - 1) < QUIET * module) continue;
    // Leading edge to leading edge: all start characters begin 3 modules, then 5 + 3 or 3 + 5.
    const first = (floatAt(edges, i + 2) - from) / module;
    const second = (floatAt(edges, i + 4) - floatAt(edges, i + 2)) / module;
    if (abs<f32>(first - 3) > 0.8 || (abs<f32>(second - 5) > 0.8 && abs<f32>(second - 3) > 0.8)) continue;
    if (!spend(40)) return;
    const end = readFrom(strip, from, to, module, darkness);
    if (end > 0) readTo = end;
    if (isFull()) return;
  }
}

/** Reads the symbol that begins at a place; returns its end, or 0. */
function readFrom(strip: Strip, from: f32, to: f32, module: f32, darkness: usize): f32 {
  const length = strip.length;
  const begin = <i32>(from - (QUIET + 2) * module);
  const profile = profileOf(strip, strip.band);
  // Most places are no start character: the rest of the profile waits until this one is.
  measureDarkness(profile, length, begin, <i32>(to + 6 * module), 6 * module, darkness);
  sampleStart(darkness, length, from, to);
  let shape: i32 = 0;
  let least: f32 = 1e9;
  let second: i32 = -1;
  for (let s = 0; s < SHAPES; s++) {
    const cost = startCost(s);
    if (cost < least) {
      least = cost;
      second = shape;
      shape = s;
    }
  }
  if (least > MOST_START_ERROR || !isOpened(darkness, length, from, module)) return 0;
  measureDarkness(profile, length, begin, length, 6 * module, darkness);
  const isWalked = walk(strip, darkness, from, to, shape);
  if (walked >= PROMISING) noteError(strip, MOST_ERROR, MOST_ERROR);
  if (!isWalked) {
    if (second < 0 || !isThorough() || !walk(strip, darkness, from, to, second)) return 0;
  }
  const count = walked - 1;
  const error = walkedCost / (<f32>walked * SAMPLES);
  // Cost per unit of log-likelihood: noise is judged over the whole symbol, one sample per module counted.
  const unit: f32 = 2 * <f32>PER_MODULE * (error + FLOOR);
  // The check character chooses between near readings; it does not overrule a clear character.
  if (!settle(characters, costs, count, MOST_CORRECTION * unit)) return 0;
  const margin = lead / unit;
  if (margin < LEAST_MARGIN || error > MOST_ERROR) return 0;
  const end = floatAt(boundaries, walked);
  const width = (end - from) / <f32>(walked * CHARACTER_MODULES);
  const last = end + <f32>FINAL_BAR * width;
  if (!isWithinFrame(strip, from, last, width) || !isClosed(darkness, length, end, width)) return 0;
  let agreed: i32 = 1;
  for (let band = 1; band < strip.bands; band++) {
    if (band == strip.band) continue;
    measureDarkness(profileOf(strip, band), length, begin, <i32>(last + 2 * module), 6 * module, darkness);
    if (compareBand(darkness, length, characters) == walked) agreed++;
  }
  if (agreed < 2 && margin < LONE_MARGIN) return 0;
  const scratch = mark();
  const symbol = allocSymbol(FORMAT_CODE_128, 2 * walked, 1);
  if (symbol == null) return 0;
  if (decodeContent(characters, count - 1, symbol) != OK) {
    release(scratch);
    return 0;
  }
  symbol.confidence = <i32>max<f32>(1, min<f32>(100, 40 + margin * 0.8 + <f32>(agreed - 1) * 8 - error * 500));
  symbol.scanLines = linesOf(strip, strip.band);
  outline(strip, from, last, walked * CHARACTER_MODULES + FINAL_BAR, symbol);
  if (!report(symbol)) release(scratch);
  return last;
}

/** True where a light quiet zone lies before the start character: blurred bars leave no edges, but they are not light. */
function isOpened(darkness: usize, length: i32, from: f32, module: f32): bool {
  for (let m: f32 = 1; m < QUIET; m += 0.5) {
    const x = from - m * module;
    if (x > 0 && sampleAt(darkness, length, x) > 0.5) return false;
  }
  return true;
}

/** True where the stop character's final bar of two modules and a quiet zone follow. */
function isClosed(darkness: usize, length: i32, end: f32, module: f32): bool {
  if (sampleAt(darkness, length, end + module) < 0.5) return false;
  for (let m: f32 = 3.5; m < 2 + QUIET; m += 0.5) {
    const x = end + m * module;
    if (x < <f32>length && sampleAt(darkness, length, x) > 0.5) return false;
  }
  return true;
}
