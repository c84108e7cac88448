/**
 * Walks along a Code 128 symbol character by character: each one's template and end are those that explain the grey
 * profile best, the module width drifts along. Knows no check character and no content.
 */
import { sampleModules } from "../../kit/darkness";
import { floatAt, setFloat, squaredDistance } from "../../kit/floats";
import { PER_MODULE, buildTemplate } from "../../kit/template";
import { CHARACTERS, CHARACTER_MODULES, ELEMENTS, START_A, STOP, WIDTHS } from "./tables";

/** Most characters of a symbol, start, check and stop included. */
export const MOST_CHARACTERS: i32 = 96;
const SAMPLES: i32 = CHARACTER_MODULES * PER_MODULE;
const TEMPLATE_BYTES: usize = (<usize>SAMPLES) << 2;
/** Blur radii in modules that templates are kept for. */
export const SHAPES: i32 = 3;
const templates = memory.data(3 * 107 * 44 * 4);
const isBuilt = memory.data(4);
const window = memory.data(44 * 4);

/** Boundaries of the walked characters, one more than characters, in samples. */
export const boundaries = memory.data(97 * 4);
/** Costs of all characters at each position, f32 [position][character]. */
export const costs = memory.data(96 * 107 * 4);
/** Cheapest character at each position. */
export const characters = memory.data(96);
/** Number of characters walked, and the sum of their costs. */
export let walked: i32 = 0;
export let walkedCost: f32 = 0;

/** Mean squared error per sample above which a character is not one. */
const MOST_ERROR: f32 = 0.09;
/** Ends tried: module width changes by so many hundredths from one character to the next. */
const DRIFT: f32 = 0.02;

function radiusOf(shape: i32): f32 {
  return shape == 0 ? 0.5 : shape == 1 ? 0.95 : 1.45;
}

function templateOf(shape: i32, character: i32): usize {
  return templates + <usize>(shape * CHARACTERS + character) * TEMPLATE_BYTES;
}

function build(shape: i32): void {
  if (load<u8>(isBuilt + <usize>shape) != 0) return;
  store<u8>(isBuilt + <usize>shape, 1);
  for (let c = 0; c < CHARACTERS; c++) {
    const widths = WIDTHS + <usize>(c * ELEMENTS);
    buildTemplate(widths, ELEMENTS, CHARACTER_MODULES, true, radiusOf(shape), 0, templateOf(shape, c));
  }
}

/** Cost of the best start character between two places. */
export function startCost(darkness: usize, length: i32, from: f32, to: f32, shape: i32): f32 {
  build(shape);
  sampleModules(darkness, length, from, to, CHARACTER_MODULES, window);
  let least: f32 = 1e9;
  for (let c = START_A; c < STOP; c++) least = min(least, squaredDistance(window, templateOf(shape, c), SAMPLES));
  return least / <f32>SAMPLES;
}

/** Walks from a start character between two places to the stop character; false where the characters end before. */
export function walk(darkness: usize, length: i32, from: f32, to: f32, shape: i32): bool {
  build(shape);
  let at = from;
  let module = (to - from) / <f32>CHARACTER_MODULES;
  walked = 0;
  walkedCost = 0;
  while (walked < MOST_CHARACTERS) {
    if (at + 11 * module > <f32>length) return false;
    const cost = step(darkness, length, at, module, shape);
    if (cost > MOST_ERROR * <f32>SAMPLES) return false;
    const end = floatAt(boundaries, walked + 1);
    module += 0.5 * ((end - at) / <f32>CHARACTER_MODULES - module);
    at = end;
    const character = <i32>load<u8>(characters + <usize>walked);
    if (walked == 0 && (character < START_A || character == STOP)) return false;
    if (walked > 0 && character >= START_A && character < STOP) return false;
    walked++;
    walkedCost += cost;
    if (character == STOP) return walked >= 4;
  }
  return false;
}

/** Finds the character that begins at a place, writes its costs, end and value; returns the least cost. */
function step(darkness: usize, length: i32, at: f32, module: f32, shape: i32): f32 {
  const row = costs + ((<usize>(walked * CHARACTERS)) << 2);
  for (let c = 0; c < CHARACTERS; c++) setFloat(row, c, 1e8);
  let least: f32 = 1e9;
  let bestEnd: f32 = at + module * 11;
  let best: i32 = 0;
  let left: f32 = 0;
  let right: f32 = 0;
  let previous: f32 = 0;
  for (let s = -2; s <= 2; s++) {
    const end = at + module * 11 * (1 + DRIFT * <f32>s);
    sampleModules(darkness, length, at, end, CHARACTER_MODULES, window);
    const penalty = <f32>(s * s) * 0.05;
    let here: f32 = 1e9;
    let code: i32 = 0;
    for (let c = 0; c < CHARACTERS; c++) {
      const cost = squaredDistance(window, templateOf(shape, c), SAMPLES) + penalty;
      if (cost < floatAt(row, c)) setFloat(row, c, cost);
      if (cost < here) {
        here = cost;
        code = c;
      }
    }
    if (here < least) {
      least = here;
      best = code;
      bestEnd = end;
      left = previous;
      right = 0;
    } else if (right == 0) {
      right = here;
    }
    previous = here;
  }
  if (left > 0 && right > 0) {
    const bend = left + right - 2 * least;
    if (bend > 0) bestEnd += (0.5 * DRIFT * module * 11 * (left - right)) / bend;
  }
  setFloat(boundaries, walked, at);
  setFloat(boundaries, walked + 1, bestEnd);
  store<u8>(characters + <usize>walked, <u8>best);
  return least;
}

/** Costs of all characters in another profile at the walked boundaries; returns how many are cheapest where they were. */
export function compareBand(darkness: usize, length: i32, shape: i32, wanted: usize): i32 {
  let same: i32 = 0;
  for (let k = 0; k < walked; k++) {
    sampleModules(darkness, length, floatAt(boundaries, k), floatAt(boundaries, k + 1), CHARACTER_MODULES, window);
    let least: f32 = 1e9;
    let best: i32 = -1;
    for (let c = 0; c < CHARACTERS; c++) {
      const cost = squaredDistance(window, templateOf(shape, c), SAMPLES);
      if (cost < least) {
        least = cost;
        best = c;
      }
    }
    if (best == <i32>load<u8>(wanted + <usize>k)) same++;
  }
  return same;
}
