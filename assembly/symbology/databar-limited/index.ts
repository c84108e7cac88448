/**
 * GS1 DataBar Limited in a strip (ISO/IEC 24724, 6): a place from the edges between its three characters, the characters
 * by search, the pair of values by the check character. Accepts only what stands clear of the second best pair.
 */
import { FORMAT_DATABAR_LIMITED } from "../../abi/formats";
import { ECI_ASCII, SYMBOL_GS1, SYMBOL_LINKED } from "../../abi/layout";
import {
  LIMITED_SET,
  characterValue,
  modulesOfSet,
  oddSumsOf,
  weightAt,
  weightedSum,
} from "../../content/databar-characters";
import { putGtin } from "../../content/gtin";
import { report } from "../../io/results";
import { allocSymbol, beginSegment, putByte } from "../../io/symbol";
import { SHAPES, patternError } from "../../kit/blurred-modules";
import { spend } from "../../kit/budget";
import { measureDarkness, sampleModules } from "../../kit/darkness";
import { allocFloats, floatAt, setFloat } from "../../kit/floats";
import { outline } from "../../kit/outline";
import { KEPT, foundCosts, openSearch, searchPatterns, widthsFound } from "../../kit/pattern-search";
import { Strip, linesOf, noteError, profileOf } from "../../kit/strip";
import { PER_MODULE } from "../../kit/template";
import { mark, release } from "../../memory/arena";
import { CHECK_ELEMENTS, CHECK_MODULES, CHECK_PRIME, checkWidths } from "./tables";

/** From the first guard bar to the last: 1 + 26 + 18 + 26 + 2 modules, and the edges where they meet. */
const MODULES: i32 = 73;
const CHARACTER_ELEMENTS: i32 = 14;
const EDGES: i32 = 46;
const LEFT: i32 = 1;
const CHECK: i32 = 15;
const RIGHT: i32 = 29;
const END: i32 = 43;
/**
 * Light asked for before the first bar and behind the last, in modules: the standard's guards have 1 and 5; within other
 * symbols there are spaces of four.
 */
const LIGHT_BEFORE: f32 = 1.8;
const LIGHT_BEHIND: f32 = 4.6;
/** Narrowest module in samples. */
const LEAST_MODULE: f32 = 0.9;
/** By which part the widths of the three characters may differ from nominal. */
const SLACK: f32 = 0.07;
/** Widest guard bar and space, in modules. */
const MOST_GUARD: f32 = 1.9;
/** Mean squared error per sample above which a character is none. */
const MOST_ERROR: f32 = 0.03;
/** Error that even a perfect print shows, per sample. */
const FLOOR: f32 = 0.002;
/** Log-likelihood that the check character may cost against the characters taken one by one. */
const MOST_CORRECTION: f32 = 4;
/** Log-likelihood by which the best pair must beat the second best; without agreement of a second band. */
const LEAST_MARGIN: f32 = 22;
const LONE_MARGIN: f32 = 60;
/** Values of the right character; what the linkage flag adds; symbols begin with 0 or 1. */
const VALUES: f64 = 2013571;
const LINKED: f64 = 2015133531096;
const GTINS: f64 = 2000000000000;
const DARK_GUARD: i32 = 1;

const samples = memory.data(26 * 4 * 4);
const checkCosts = memory.data(89 * 4);
/** Readings of the two characters: values, weighted sums, costs. */
const values = memory.data(2 * 6 * 4);
const sums = memory.data(2 * 6 * 4);
const costs = memory.data(2 * 6 * 4);

/** The cheapest consistent pair of readings, its cost, and by how much the second is dearer. */
let leftReading: i32 = 0;
let rightReading: i32 = 0;
let pairCost: f32 = 0;
let lead: f32 = 0;

/** Reads all DataBar Limited symbols in a strip. */
export function read(strip: Strip): void {
  const edges = strip.edges;
  let darkness: usize = 0;
  for (let i = 0; i + EDGES <= strip.edgeCount; i += 2) {
    if (!isPlace(edges, i) || !isAlone(strip, i)) continue;
    if (darkness == 0) darkness = allocFloats(strip.length);
    if (darkness == 0 || !spend(60)) return;
    if (readPlace(strip, i, darkness)) i += EDGES - 2;
  }
}

/** True where the edges lie as those of a symbol that begins with edge i do. */
function isPlace(edges: usize, i: i32): bool {
  const from = floatAt(edges, i);
  const module = (floatAt(edges, i + EDGES - 1) - from) / <f32>MODULES;
  if (module < LEAST_MODULE) return false;
  const first = floatAt(edges, i + LEFT);
  const check = floatAt(edges, i + CHECK);
  const right = floatAt(edges, i + RIGHT);
  const end = floatAt(edges, i + END);
  return (
    isNear(check - first, 26 * module) &&
    isNear(right - check, 18 * module) &&
    isNear(end - right, 26 * module) &&
    first - from < MOST_GUARD * module &&
    floatAt(edges, i + END + 1) - end < MOST_GUARD * module &&
    floatAt(edges, i + END + 2) - floatAt(edges, i + END + 1) < MOST_GUARD * module
  );
}

/** True where light lies before the symbol that begins with edge i and behind it. */
function isAlone(strip: Strip, i: i32): bool {
  const from = floatAt(strip.edges, i);
  const to = floatAt(strip.edges, i + EDGES - 1);
  const module = (to - from) / <f32>MODULES;
  if (i > 0 && from - floatAt(strip.edges, i - 1) < LIGHT_BEFORE * module) return false;
  return i + EDGES >= strip.edgeCount || floatAt(strip.edges, i + EDGES) - to > LIGHT_BEHIND * module;
}

function isNear(width: f32, nominal: f32): bool {
  return abs<f32>(width - nominal) < SLACK * nominal;
}

function readPlace(strip: Strip, i: i32, darkness: usize): bool {
  const from = floatAt(strip.edges, i);
  const to = floatAt(strip.edges, i + EDGES - 1);
  const module = (to - from) / <f32>MODULES;
  const profile = profileOf(strip, strip.band);
  const begin = <i32>(from - 3 * module);
  const end = <i32>(to + 3 * module);
  measureDarkness(profile, strip.length, begin, end, 6 * module, darkness);
  const shape = fitCheck(strip, i, darkness);
  if (!solve(strip, i, shape, darkness)) return false;
  const modules = 2 * modulesOfSet(LIMITED_SET) + CHECK_MODULES;
  const error = pairCost / <f32>(modules * PER_MODULE);
  noteError(strip, error, MOST_ERROR);
  if (error > MOST_ERROR) return false;
  // Noise is judged over the whole symbol, one sample per module counted.
  const unit: f32 = 2 * <f32>PER_MODULE * (error + FLOOR);
  if (pairCost - leastCost() > MOST_CORRECTION * unit) return false;
  const margin = lead / unit;
  if (margin < LEAST_MARGIN) return false;
  const left = valueAt(0, leftReading);
  const right = valueAt(1, rightReading);
  let agreed: i32 = 1;
  for (let band = 1; band < strip.bands; band++) {
    if (band == strip.band) continue;
    measureDarkness(profileOf(strip, band), strip.length, begin, end, 6 * module, darkness);
    fitCheckCosts(strip, i, shape, darkness);
    if (!solve(strip, i, shape, darkness)) continue;
    if (valueAt(0, leftReading) == left && valueAt(1, rightReading) == right) agreed++;
  }
  if (agreed < 2 && margin < LONE_MARGIN) return false;
  const sure: f32 = 45 + margin * 0.8 + <f32>min(agreed - 1, 4) * 6 - error * 500;
  return put(strip, from, to, left, right, <i32>max<f32>(1, min<f32>(100, sure)));
}

function put(strip: Strip, from: f32, to: f32, left: i32, right: i32, confidence: i32): bool {
  const value = <f64>left * VALUES + <f64>right;
  const isLinked = value >= LINKED;
  const number = isLinked ? value - LINKED : value;
  if (number >= GTINS) return false;
  const scratch = mark();
  const symbol = allocSymbol(FORMAT_DATABAR_LIMITED, 16, 1);
  if (symbol == null) return false;
  beginSegment(symbol, ECI_ASCII);
  putByte(symbol, 0x30);
  putByte(symbol, 0x31);
  putGtin(symbol, number);
  symbol.flags |= isLinked ? SYMBOL_GS1 | SYMBOL_LINKED : SYMBOL_GS1;
  symbol.confidence = confidence;
  symbol.scanLines = linesOf(strip, strip.band);
  outline(strip, from, to, MODULES, symbol);
  if (report(symbol)) return true;
  release(scratch);
  return false;
}

/** Finds the blur and ink spread at which some check character explains its place best; fills `checkCosts` with them. */
function fitCheck(strip: Strip, i: i32, darkness: usize): i32 {
  let best: i32 = 0;
  let least: f32 = 1e9;
  for (let shape = 0; shape < SHAPES; shape++) {
    const cost = fitCheckCosts(strip, i, shape, darkness);
    if (cost >= least) continue;
    least = cost;
    best = shape;
  }
  fitCheckCosts(strip, i, best, darkness);
  return best;
}

/** Fills `checkCosts`; returns the least. */
function fitCheckCosts(strip: Strip, i: i32, shape: i32, darkness: usize): f32 {
  sampleBetween(strip, i + CHECK, i + RIGHT, CHECK_MODULES, darkness);
  let least: f32 = 1e9;
  for (let value = 0; value < CHECK_PRIME; value++) {
    const cost = patternError(samples, checkWidths(value), CHECK_ELEMENTS, false, shape);
    setFloat(checkCosts, value, cost);
    least = min(least, cost);
  }
  return least;
}

function sampleBetween(strip: Strip, a: i32, b: i32, modules: i32, darkness: usize): void {
  sampleModules(darkness, strip.length, floatAt(strip.edges, a), floatAt(strip.edges, b), modules, samples);
}

function valueAt(side: i32, reading: i32): i32 {
  return load<i32>(values + ((<usize>(side * KEPT + reading)) << 2));
}

function costAt(side: i32, reading: i32): f32 {
  return floatAt(costs, side * KEPT + reading);
}

/** Cost of characters and check character taken one by one. */
function leastCost(): f32 {
  let least: f32 = 1e9;
  for (let value = 0; value < CHECK_PRIME; value++) least = min(least, floatAt(checkCosts, value));
  return least + costAt(0, 0) + costAt(1, 0);
}

/** Lists the readings of one character; returns how many. */
function list(strip: Strip, side: i32, edge: i32, behind: i32, shape: i32, darkness: usize): i32 {
  const modules = modulesOfSet(LIMITED_SET);
  sampleBetween(strip, edge, edge + CHARACTER_ELEMENTS, modules, darkness);
  const limit: f32 = 2 * MOST_ERROR * <f32>(modules * PER_MODULE);
  if (openSearch(samples, modules, shape, DARK_GUARD, behind) >= limit) return 0;
  const found = searchPatterns(CHARACTER_ELEMENTS, 8, false, DARK_GUARD, oddSumsOf(LIMITED_SET), false, limit);
  let count: i32 = 0;
  for (let k = 0; k < found; k++) {
    const value = characterValue(LIMITED_SET, widthsFound(k));
    if (value < 0) continue;
    const at = (<usize>(side * KEPT + count)) << 2;
    store<i32>(values + at, value);
    store<i32>(sums + at, weightedSum(widthsFound(k), CHARACTER_ELEMENTS, CHECK_PRIME));
    store<f32>(costs + at, floatAt(foundCosts, k));
    count++;
  }
  return count;
}

/** Finds the cheapest pair of readings whose sum the check character confirms; false where there is none. */
function solve(strip: Strip, i: i32, shape: i32, darkness: usize): bool {
  // Behind the left character is the check character's space, behind the right one a space and the guard's bar.
  const left = list(strip, 0, i + LEFT, 0, shape, darkness);
  if (left == 0) return false;
  const right = list(strip, 1, i + RIGHT, DARK_GUARD, shape, darkness);
  const weight = weightAt(CHARACTER_ELEMENTS, CHECK_PRIME);
  pairCost = 1e9;
  let second: f32 = 1e9;
  for (let a = 0; a < left; a++) {
    for (let b = 0; b < right; b++) {
      const sum = load<i32>(sums + ((<usize>a) << 2)) + weight * load<i32>(sums + ((<usize>(KEPT + b)) << 2));
      const check = sum % CHECK_PRIME;
      const cost = costAt(0, a) + costAt(1, b) + floatAt(checkCosts, check);
      if (cost < pairCost) {
        second = pairCost;
        pairCost = cost;
        leftReading = a;
        rightReading = b;
      } else {
        second = min(second, cost);
      }
    }
  }
  lead = second - pairCost;
  return pairCost < 1e9;
}
