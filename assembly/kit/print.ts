/**
 * How a symbol of a code was printed and seen: wide against narrow, ink spread, blur. Templates of all its characters
 * follow from these, and are kept for the prints met last. Knows codes, not profiles.
 *
 * Ink spread moves the ends of bars: leading edges (light to dark) are where a symbol is measured from, so a template
 * has them at their nominal place and trailing edges later by the spread.
 */
import { Code, MOST_ROWS, elementWidth, elementsOf, firstStart, firstStop, rowCount } from "./code";
import { setFloat } from "./floats";
import { PER_MODULE, buildEdges } from "./template";

/**
 * Light behind a stop row that belongs to its template, in modules: more than a wide space, as a character may begin as
 * the stop pattern does.
 */
export const TAIL: f32 = 4.5;

/** Light behind any other row that ends in a bar: the gap's beginning, so that a longer last bar is seen to be longer. */
const GAP: f32 = 0.7;

/** Widths in modules that differ by less are sums of the same in another order. */
const SAME_WIDTH: f32 = 1e-3;

const LEAST_RATIO: f32 = 1.5;
const RATIO_STEPS: f32 = 8;
const RATIOS: i32 = 17;
const SPREAD_STEP: f32 = 0.15;
const SPREADS: i32 = 9;
const RADII: i32 = 4;

/** Samples that a row's template may have: 22 modules. */
export const ROW_SAMPLES: i32 = 88;
const ROW_BYTES: usize = 88 * 4;
/** Prints whose templates are kept. */
const SLOTS: i32 = 8;
const templates = memory.data(8 * 132 * 88 * 4);
const keys = memory.data(8 * 4);
/** u8 for each row of each slot: see groupEnd(). */
const groups = memory.data(8 * 132);
let turn: i32 = 0;
const places = memory.data(24 * 4);

/** A print as one number: code, ratio, spread, radius, each on its grid; never 0. */
export function printOf(code: Code, ratio: f32, spread: f32, radius: i32): i32 {
  const r = code.hasTwoWidths ? max(0, min(RATIOS - 1, <i32>nearest<f32>((ratio - LEAST_RATIO) * RATIO_STEPS))) : 0;
  const s = max(0, min(SPREADS - 1, <i32>nearest<f32>(spread / SPREAD_STEP) + (SPREADS >> 1)));
  return ((code.id + 1) << 12) | (r << 7) | (s << 3) | max(0, min(RADII - 1, radius));
}

/** The print so many grid steps away; the same where the grid ends. */
export function printBeside(code: Code, print: i32, ratioSteps: i32, spreadSteps: i32, radiusSteps: i32): i32 {
  return printOf(
    code,
    ratioOf(code, print) + <f32>ratioSteps / RATIO_STEPS,
    spreadOf(print) + <f32>spreadSteps * SPREAD_STEP,
    (print & 7) + radiusSteps,
  );
}

export function ratioOf(code: Code, print: i32): f32 {
  return code.hasTwoWidths ? LEAST_RATIO + <f32>((print >> 7) & 31) / RATIO_STEPS : 1;
}

/** By how many modules bars are wider than nominal. */
export function spreadOf(print: i32): f32 {
  return <f32>(((print >> 3) & 15) - (SPREADS >> 1)) * SPREAD_STEP;
}

/** Radius of the blur in modules. */
export function radiusOf(print: i32): f32 {
  const index = print & 7;
  return index == 0 ? 0.5 : index == 1 ? 0.9 : index == 2 ? 1.35 : 1.8;
}

/** Width of a row in modules from its first leading edge to its last edge, without a tail. */
export function rowWidth(code: Code, row: i32, print: i32): f32 {
  const ratio = ratioOf(code, print);
  const n = elementsOf(code, row);
  let width: f32 = 0;
  for (let e = 0; e < n; e++) width += elementWidth(code, row, e, ratio);
  return (n & 1) != 0 ? width + spreadOf(print) : width;
}

/** Modules that a row's template goes on behind its last edge. */
export function tailOf(code: Code, row: i32): f32 {
  return row >= firstStop(code) ? TAIL : (elementsOf(code, row) & 1) != 0 ? GAP : 0;
}

/** Samples of a row's template for a width in modules, a multiple of four. */
export function samplesOf(width: f32): i32 {
  return min(ROW_SAMPLES, max(4, (<i32>nearest<f32>(width * <f32>PER_MODULE * 0.25)) << 2));
}

/** Templates of all rows of a print, ROW_SAMPLES f32 apart. */
export function templatesOf(code: Code, print: i32): usize {
  for (let s = 0; s < SLOTS; s++) {
    if (load<i32>(keys + ((<usize>s) << 2)) == print) return templates + <usize>(s * MOST_ROWS) * ROW_BYTES;
  }
  const slot = turn;
  turn = (turn + 1) % SLOTS;
  const base = templates + <usize>(slot * MOST_ROWS) * ROW_BYTES;
  for (let row = 0, n = rowCount(code); row < n; row++) buildRow(code, row, print, base + <usize>row * ROW_BYTES);
  markGroups(code, print, groups + <usize>(slot * MOST_ROWS));
  store<i32>(keys + ((<usize>slot) << 2), print);
  return base;
}

/** Notes for each row of a print where the rows end that share its width, parity and role. */
function markGroups(code: Code, print: i32, out: usize): void {
  for (let row = rowCount(code) - 1; row >= 0; row--) {
    const next = row + 1;
    const isLast = next == firstStart(code) || next == firstStop(code) || next == rowCount(code);
    const isAlike =
      !isLast &&
      abs<f32>(rowWidth(code, next, print) - rowWidth(code, row, print)) < SAME_WIDTH &&
      ((elementsOf(code, next) ^ elementsOf(code, row)) & 1) == 0;
    store<u8>(out + <usize>row, isAlike ? load<u8>(out + <usize>next) : <u8>next);
  }
}

/** One past the last of the rows that share a row's width, parity and role, in what templatesOf() gave. */
export function groupEnd(all: usize, row: i32): i32 {
  const slot = (all - templates) / ROW_BYTES / <usize>MOST_ROWS;
  return <i32>load<u8>(groups + slot * <usize>MOST_ROWS + <usize>row);
}

export function templateOf(all: usize, row: i32): usize {
  return all + <usize>row * ROW_BYTES;
}

/** Writes one row's template; returns its number of samples. */
export function buildRow(code: Code, row: i32, print: i32, out: usize): i32 {
  const ratio = ratioOf(code, print);
  const spread = spreadOf(print);
  const n = elementsOf(code, row);
  let at: f32 = 0;
  for (let e = 0; e < n; e++) {
    setFloat(places, e, (e & 1) != 0 ? at + spread : at);
    at += elementWidth(code, row, e, ratio);
  }
  if ((n & 1) != 0) at += spread;
  setFloat(places, n, at);
  const width = at + tailOf(code, row);
  const samples = samplesOf(width);
  buildEdges(places, n + 1, width / <f32>samples, radiusOf(print), samples, out);
  return samples;
}
