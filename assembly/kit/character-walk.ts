/**
 * Walks along a symbol of any code of bars and spaces, character by character: each one's row and end are those whose
 * template explains the grey profile best; the module drifts along. Knows no check characters and no content.
 */
import { spend } from "./budget";
import { Code, elementsOf, firstStart, firstStop, rowCount } from "./code";
import { sampleBent } from "./darkness";
import { floatAt, setFloat, squaredDistance } from "./floats";
import {
  buildRow,
  groupEnd,
  printBeside,
  rowWidth,
  samplesOf,
  spreadOf,
  tailOf,
  templateOf,
  templatesOf,
} from "./print";
import { Strip } from "./strip";

/** Most positions of a symbol, start and stop included. */
export const MOST_POSITIONS: i32 = 96;
const ROW_ROOM: i32 = 132;

/** Position by position: row, first and last sample, f32 mean squared errors of all rows. */
export const rowsWalked = memory.data(96);
const begins = memory.data(96 * 4);
const ends = memory.data(96 * 4);
const costs = memory.data(96 * 132 * 4);
/** Print of each position: ink spread changes along a symbol, as the print and the light do. */
const prints = memory.data(96 * 4);
/** How the module changes within each position: see sampleBent(). */
const bends = memory.data(96 * 4);
const window = memory.data(88 * 4);
const built = memory.data(88 * 4);
/** Positions walked. */
export let walked: i32 = 0;

/** Mean squared error per sample above which a character is not one. */
const MOST_ERROR: f32 = 0.11;
/** … and above which no other print and bend makes one of it. */
const HOPELESS: f32 = 0.25;
/** … and below which no other end is tried. */
const CLEAR: f32 = 0.012;
/**
 * Mean of the errors of the first positions above which no symbol comes of them, once there are so many: those of symbols
 * that are read reach 0.05 in the corpus, texture goes on at 0.1.
 */
const MOST_MEAN: f32 = 0.07;
const MEAN_POSITIONS: i32 = 3;
/** Rows that come so near, in parts of the best one's error and beyond, are compared with other bends and prints too. */
const RIVAL_PART: f32 = 2;
const RIVAL: f32 = 0.1;
/** Ends tried: a character's width changes by so many hundredths from one to the next. */
const DRIFT: f32 = 0.02;
/** Errors that an end beside all edges costs, at once and per step of drift squared. */
const NO_EDGE: f32 = 0.003;
const PER_STEP: f32 = 0.0008;
/** An edge so near, in modules, may be the end of a character. */
const SNAP: f32 = 0.8;
/** A character's width may differ so many modules from the nominal one where its edges say so. */
const FAR: f32 = 1.6;
/** Errors by which a stop pattern is preferred: a character may be alike but for the light behind it. */
const STOP_FIRST: f32 = 0.003;
/** Bends tried beside the one that the last characters say, and the most. */
const BEND_STEP: f32 = 0.03;
const MOST_BEND: f32 = 0.1;
/** Gaps between characters, in modules; by how much those of one symbol may differ. */
const LEAST_GAP: f32 = 0.3;
const MOST_GAP: f32 = 5.5;
const GAP_CHANGE: f32 = 1;

let best: i32 = 0;
let bestEnd: f32 = 0;
let bestPrint: i32 = 0;
let bestBend: f32 = 0;
/** The bend that rows are compared with. */
let bend: f32 = 0;
let least: f32 = 0;
/** Error at the position so far above which a row is left out. */
let rivals: f32 = 0;

export function printAt(position: i32): i32 {
  return load<i32>(prints + ((<usize>position) << 2));
}

function setPrint(position: i32, print: i32): void {
  store<i32>(prints + ((<usize>position) << 2), print);
}

export function beginOf(position: i32): f32 {
  return floatAt(begins, position);
}

export function endOf(position: i32): f32 {
  return floatAt(ends, position);
}

export function walkedRow(position: i32): i32 {
  return <i32>load<u8>(rowsWalked + <usize>position);
}

/** Mean squared error of a row at a position; large where it was not compared. */
export function costAt(position: i32, row: i32): f32 {
  return floatAt(costs, position * ROW_ROOM + row);
}

/** Walks from a start pattern to a stop pattern; false where the characters end before. */
export function walk(code: Code, strip: Strip, darkness: usize, from: f32, module: f32, print: i32): bool {
  const units = 2 + (rowCount(code) >> 3);
  const last = <f32>strip.length;
  let at = from;
  let gap: f32 = -1;
  let trend: f32 = 0;
  let errors: f32 = 0;
  walked = 0;
  while (walked < MOST_POSITIONS) {
    if (at + 2 * module > last || !spend(units)) return false;
    clearCosts();
    least = 1e9;
    bend = trend;
    rivals = 1e9;
    step(code, strip, darkness, at, module, print);
    if (least > CLEAR) {
      if (least > HOPELESS) return false;
      rivals = RIVAL_PART * least + RIVAL;
      for (let k = 0; k < 4 && least > CLEAR; k++) {
        const away = 1 + (k >> 1);
        bend = trend + BEND_STEP * <f32>((k & 1) != 0 ? away : -away);
        step(code, strip, darkness, at, module, print);
      }
      if (least > 1.5 * MOST_ERROR) return false;
      bend = bestBend;
      const thinner = printBeside(code, print, 0, -1, 0);
      const thicker = printBeside(code, print, 0, 1, 0);
      if (thinner != print) step(code, strip, darkness, at, module, thinner);
      if (thicker != print) step(code, strip, darkness, at, module, thicker);
    }
    if (least > MOST_ERROR) return false;
    print = bestPrint;
    store<u8>(rowsWalked + <usize>walked, <u8>best);
    setFloat(begins, walked, at);
    setFloat(ends, walked, bestEnd);
    setPrint(walked, print);
    setFloat(bends, walked, bestBend);
    walked++;
    errors += least;
    if (walked >= MEAN_POSITIONS && errors > MOST_MEAN * <f32>walked) return false;
    if (best >= firstStop(code)) return true;
    const width = (bestEnd - at) / rowWidth(code, best, print);
    if (walked > 1) {
      const change = (module - width) / (module + width);
      trend = max<f32>(-MOST_BEND, min<f32>(MOST_BEND, 0.5 * (trend + change)));
    }
    module = walked > 1 ? width : 0.5 * (module + width);
    at = bestEnd;
    if ((elementsOf(code, best) & 1) == 0) continue;
    // The next character begins with the next bar.
    const next = barAfter(strip, bestEnd + LEAST_GAP * module);
    if (next < 0 || next > bestEnd + MOST_GAP * module) return false;
    const seen = (next - bestEnd) / module + spreadOf(print);
    if (gap >= 0 && abs<f32>(seen - gap) > GAP_CHANGE + 0.25 * gap) return false;
    gap = gap < 0 ? seen : gap + 0.5 * (seen - gap);
    at = next;
  }
  return false;
}

/** Light-to-dark edge behind a place; −1 where there is none. */
function barAfter(strip: Strip, place: f32): f32 {
  const k = lowerBound(strip, place, 0);
  return 2 * k < strip.edgeCount ? floatAt(strip.edges, 2 * k) : -1;
}

/** Number of edges of a parity (0 light to dark, 1 dark to light) before a place. */
function lowerBound(strip: Strip, place: f32, parity: i32): i32 {
  let low: i32 = 0;
  let high = (strip.edgeCount + 1 - parity) >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (floatAt(strip.edges, 2 * middle + parity) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the nearest edge of a parity within `reach` of a place; −1 where there is none. */
function edgeNear(strip: Strip, place: f32, parity: i32, reach: f32): i32 {
  const k = lowerBound(strip, place, parity);
  const after = 2 * k + parity;
  const before = after - 2;
  const a: f32 = after < strip.edgeCount ? abs<f32>(floatAt(strip.edges, after) - place) : 1e9;
  const b: f32 = before >= 0 ? abs<f32>(floatAt(strip.edges, before) - place) : 1e9;
  return min(a, b) > reach ? -1 : a < b ? after : before;
}

/** Finds the character that begins at a place: `best`, `bestEnd`, `least`, and the costs of all rows. */
function step(code: Code, strip: Strip, darkness: usize, at: f32, module: f32, print: i32): void {
  const all = templatesOf(code, print);
  const from = walked == 0 ? firstStart(code) : 0;
  const to = walked == 0 ? firstStop(code) : rowCount(code);
  let row = from;
  while (row < to) {
    if (row == firstStart(code) && walked > 0) row = firstStop(code);
    const end = min(to, groupEnd(all, row));
    if (hasRival(row, end)) fitGroup(code, strip, darkness, at, module, print, all, row, end);
    row = end;
  }
}

function clearCosts(): void {
  const base = walked * ROW_ROOM;
  for (let c = 0; c < ROW_ROOM; c++) setFloat(costs, base + c, 1e8);
}

/** True if any row of a group came so near that it is to be compared. */
function hasRival(first: i32, last: i32): bool {
  const base = walked * ROW_ROOM;
  for (let row = first; row < last; row++) if (isRival(base + row)) return true;
  return false;
}

function isRival(cost: i32): bool {
  return rivals >= 1e9 || floatAt(costs, cost) <= rivals;
}

/** Compares the rows of a group at all ends that edges or the module propose. */
function fitGroup(
  code: Code,
  strip: Strip,
  darkness: usize,
  at: f32,
  module: f32,
  print: i32,
  all: usize,
  first: i32,
  last: i32,
): void {
  const n = elementsOf(code, first);
  const parity = n & 1;
  const width = rowWidth(code, first, print);
  const nominal = at + width * module * (1 - 2 * bend);
  // Where all edges were found, an end by counting holds however fast the module changes.
  const start = edgeNear(strip, at, 0, 0.5 * module);
  let counted: f32 = -1;
  if (start >= 0 && start + n < strip.edgeCount) {
    counted = floatAt(strip.edges, start + n);
    if (abs<f32>(counted - nominal) > FAR * module) counted = -1;
  }
  let here: f32 = 1e9;
  if (counted >= 0) here = fitRows(code, strip, darkness, at, counted, print, all, first, last, 0);
  const near = edgeNear(strip, nominal, parity, SNAP * module);
  if (near >= 0 && floatAt(strip.edges, near) != counted) {
    here = min(here, fitRows(code, strip, darkness, at, floatAt(strip.edges, near), print, all, first, last, 0));
  }
  if (here < CLEAR || min(here, least) < CLEAR) return;
  // Other bends and prints move an end by themselves.
  const most = rivals < 1e9 ? 0 : 2;
  for (let s = -most; s <= most; s++) {
    const end = nominal + (nominal - at) * DRIFT * <f32>s;
    fitRows(code, strip, darkness, at, end, print, all, first, last, NO_EDGE + PER_STEP * <f32>(s * s));
  }
}

/** Compares the rows of a group with what stands between two places; returns the least error. */
function fitRows(
  code: Code,
  strip: Strip,
  darkness: usize,
  from: f32,
  to: f32,
  print: i32,
  all: usize,
  first: i32,
  last: i32,
  penalty: f32,
): f32 {
  const samples = sampleRow(code, strip.length, darkness, from, to, print, first);
  const inverse: f32 = 1 / <f32>samples;
  const base = walked * ROW_ROOM;
  const extra = first >= firstStop(code) ? penalty - STOP_FIRST : penalty;
  let here: f32 = 1e9;
  for (let row = first; row < last; row++) {
    if (!isRival(base + row)) continue;
    const error = squaredDistance(window, templateOf(all, row), samples) * inverse + extra;
    if (error < floatAt(costs, base + row)) setFloat(costs, base + row, error);
    here = min(here, error);
    if (error < least) {
      least = error;
      best = row;
      bestEnd = to;
      bestPrint = print;
      bestBend = bend;
    }
  }
  return here;
}

/** Samples a row's stretch, tail included, into `window`; returns how many samples. */
function sampleRow(code: Code, length: i32, darkness: usize, from: f32, to: f32, print: i32, row: i32): i32 {
  const width = rowWidth(code, row, print);
  const whole = width + tailOf(code, row);
  const samples = samplesOf(whole);
  sampleBent(darkness, length, from, to, bend, (<f32>samples * width) / whole, samples, window);
  return samples;
}

/** Mean squared error of one row between two places. */
export function rowError(code: Code, length: i32, darkness: usize, from: f32, to: f32, print: i32, row: i32): f32 {
  bend = 0;
  const n = sampleRow(code, length, darkness, from, to, print, row);
  buildRow(code, row, print, built);
  return squaredDistance(window, built, n) / <f32>n;
}

/**
 * Mean squared error of the walked rows at the walked places, their prints moved by so many steps of ratio, spread and
 * radius; given up once it passes `most`.
 */
export function errorOf(
  code: Code,
  length: i32,
  darkness: usize,
  ratio: i32,
  spread: i32,
  radius: i32,
  most: f32,
): f32 {
  let sum: f32 = 0;
  let total: i32 = 0;
  for (let k = 0; k < walked; k++) total += samplesOf(rowWidth(code, walkedRow(k), printAt(k)));
  const limit = most * <f32>total;
  for (let k = 0; k < walked && sum <= limit; k++) {
    const row = walkedRow(k);
    const print = printBeside(code, printAt(k), ratio, spread, radius);
    bend = floatAt(bends, k);
    const n = sampleRow(code, length, darkness, beginOf(k), endOf(k), print, row);
    buildRow(code, row, print, built);
    sum += squaredDistance(window, built, n);
  }
  return sum / <f32>max(1, total);
}

/** Moves the prints of all walked positions by so many steps. */
export function movePrints(code: Code, ratio: i32, spread: i32, radius: i32): void {
  for (let k = 0; k < walked; k++) setPrint(k, printBeside(code, printAt(k), ratio, spread, radius));
}

/**
 * Compares all rows at the walked places in a profile's darkness; rows of another width end where their own width has
 * them. Returns at how many positions the walked row is the best, or stands first among its likes.
 */
export function compare(code: Code, length: i32, darkness: usize): i32 {
  const count = walked;
  let same: i32 = 0;
  for (let k = 0; k < count; k++) {
    walked = k;
    clearCosts();
    bend = floatAt(bends, k);
    const print = printAt(k);
    const all = templatesOf(code, print);
    const chosen = walkedRow(k);
    const module = (endOf(k) - beginOf(k)) / rowWidth(code, chosen, print);
    const to = k == 0 ? firstStop(code) : rowCount(code);
    let row = k == 0 ? firstStart(code) : 0;
    let bestRow: i32 = -1;
    let bestCost: f32 = 1e9;
    while (row < to) {
      if (row == firstStart(code) && k > 0) row = firstStop(code);
      const end = min(to, groupEnd(all, row));
      const width = rowWidth(code, row, print);
      const samples = sampleRow(code, length, darkness, beginOf(k), beginOf(k) + width * module, print, row);
      const extra: f32 = row >= firstStop(code) ? -STOP_FIRST : 0;
      for (let r = row; r < end; r++) {
        const error = squaredDistance(window, templateOf(all, r), samples) / <f32>samples + extra;
        setFloat(costs, k * ROW_ROOM + r, error);
        if (error < bestCost) {
          bestCost = error;
          bestRow = r;
        }
      }
      row = end;
    }
    if (bestRow == chosen) same++;
  }
  walked = count;
  return same;
}
