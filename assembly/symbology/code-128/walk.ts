/**
 * Walks along a Code 128 symbol character by character: each one's template and end are those that explain the grey
 * profile best, the module width drifts along. Knows no check character and no content.
 */
import { spend } from "../../kit/budget";
import { sampleModules } from "../../kit/darkness";
import { floatAt, setFloat, squaredDistance } from "../../kit/floats";
import { Strip } from "../../kit/strip";
import { PER_MODULE, buildTemplate } from "../../kit/template";
import { CHARACTERS, CHARACTER_MODULES, ELEMENTS, START_A, STOP, WIDTHS } from "./tables";

/** Most characters of a symbol, start, check and stop included. */
const MOST_CHARACTERS: i32 = 96;
const SAMPLES: i32 = CHARACTER_MODULES * PER_MODULE;
const TEMPLATE_BYTES: usize = (<usize>SAMPLES) << 2;
/** Templates are kept for three blur radii with four ink spreads each: shape = radius + 3 · spread. */
export const SHAPES: i32 = 12;
const SPREADS: i32 = 4;
const RADII: i32 = 3;
const templates = memory.data(12 * 107 * 44 * 4);
const isBuilt = memory.data(12);
const window = memory.data(44 * 4);
/** Costs with the last character's ink spread. */
const own = memory.data(107 * 4);

/** Boundaries of the walked characters, one more than characters, in samples. */
export const boundaries = memory.data(97 * 4);
/** Costs of all characters at each position, f32 [position][character]. */
export const costs = memory.data(96 * 107 * 4);
/** Cheapest character at each position. */
export const characters = memory.data(96);
/** Shape of the template that it matched. */
const shapes = memory.data(96);
/** Number of characters walked, and the sum of their costs. */
export let walked: i32 = 0;
export let walkedCost: f32 = 0;

/** Work units of a character. */
const CHARACTER_UNITS: i32 = 15;
/** Mean squared error per sample above which a character is not one. */
const MOST_ERROR: f32 = 0.07;
/** … and below which no other end is tried. */
const CLEAR: f32 = 0.012;
/** Ends tried: module width changes by so many hundredths from one character to the next. */
const DRIFT: f32 = 0.02;
/** An edge so near, in modules, may be the end of a character: less than half the narrowest element and space. */
const SNAP: f32 = 0.8;
/** A character's width may differ so many modules from the last one's where its edges say so. */
const FAR: f32 = 2;

/** In modules. */
function radiusOf(shape: i32): f32 {
  const blur = shape % RADII;
  return blur == 0 ? 0.5 : blur == 1 ? 0.95 : 1.45;
}

function spreadOf(shape: i32): f32 {
  return <f32>(shape / RADII) * 0.33 - 0.33;
}

function templateOf(shape: i32, character: i32): usize {
  return templates + <usize>(shape * CHARACTERS + character) * TEMPLATE_BYTES;
}

function build(shape: i32): void {
  if (load<u8>(isBuilt + <usize>shape) != 0) return;
  store<u8>(isBuilt + <usize>shape, 1);
  for (let c = 0; c < CHARACTERS; c++) {
    const widths = WIDTHS + <usize>(c * ELEMENTS);
    buildTemplate(widths, ELEMENTS, CHARACTER_MODULES, true, radiusOf(shape), spreadOf(shape), templateOf(shape, c));
  }
}

/** Samples what stands between two places, for startCost(). */
export function sampleStart(darkness: usize, length: i32, from: f32, to: f32): void {
  sampleModules(darkness, length, from, to, CHARACTER_MODULES, window);
}

/** Cost of the best start character in what sampleStart() took. */
export function startCost(shape: i32): f32 {
  build(shape);
  let least: f32 = 1e9;
  for (let c = START_A; c < STOP; c++) least = min(least, squaredDistance(window, templateOf(shape, c), SAMPLES));
  return least / <f32>SAMPLES;
}

/** Walks from a start character between two places to the stop character; false where the characters end before. */
export function walk(strip: Strip, darkness: usize, from: f32, to: f32, shape: i32): bool {
  const length = strip.length;
  build(shape);
  let at = from;
  let module = (to - from) / <f32>CHARACTER_MODULES;
  walked = 0;
  walkedCost = 0;
  while (walked < MOST_CHARACTERS) {
    if (at + 11 * module > <f32>length || !spend(CHARACTER_UNITS)) return false;
    const cost = step(strip, darkness, at, module, shape);
    if (cost > MOST_ERROR * <f32>SAMPLES) return false;
    shape = <i32>load<u8>(shapes + <usize>walked);
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

/** Nearest light-to-dark edge within `reach` of a place; −1 where there is none. */
function edgeNear(strip: Strip, place: f32, reach: f32): f32 {
  let low: i32 = 0;
  let high = strip.edgeCount >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (floatAt(strip.edges, 2 * middle) < place) low = middle + 1;
    else high = middle;
  }
  const after = 2 * low < strip.edgeCount ? floatAt(strip.edges, 2 * low) : 1e9;
  const before = low > 0 ? floatAt(strip.edges, 2 * low - 2) : -1e9;
  const edge = after - place < place - before ? after : before;
  return abs<f32>(edge - place) <= reach ? edge : -1;
}

/**
 * The third light-to-dark edge behind the one at `at`: where all edges were found, the end of a character of three bars
 * however fast the module changes. −1 where it is too far from the nominal place.
 */
function thirdEdge(strip: Strip, at: f32, nominal: f32, module: f32): f32 {
  const start = edgeNear(strip, at, SNAP * module);
  if (start < 0) return -1;
  for (let i: i32 = 0; i + 6 < strip.edgeCount; i += 2) {
    if (floatAt(strip.edges, i) != start) continue;
    const edge = floatAt(strip.edges, i + 6);
    return abs<f32>(edge - nominal) <= FAR * module ? edge : -1;
  }
  return -1;
}

/** Finds the character that begins at a place, writes its costs, end and value; returns the least cost. */
function step(strip: Strip, darkness: usize, at: f32, module: f32, shape: i32): f32 {
  const length = strip.length;
  const spread = shape / RADII;
  // Ink spread changes along a symbol, as the print and the light do: its neighbours compete.
  const fewest = max(0, spread - 1);
  const most = min(SPREADS - 1, spread + 1);
  const nominal = at + module * <f32>CHARACTER_MODULES;
  // The next character begins with a bar: where an edge was found near its place, that is the first choice.
  const edge = edgeNear(strip, nominal, SNAP * module);
  const third = thirdEdge(strip, at, nominal, module);
  const row = costs + ((<usize>(walked * CHARACTERS)) << 2);
  for (let c = 0; c < CHARACTERS; c++) setFloat(row, c, 1e8);
  let least: f32 = 1e9;
  let bestEnd: f32 = at + module * 11;
  let best: i32 = 0;
  let bestShape = shape;
  let left: f32 = 0;
  let right: f32 = 0;
  let previous: f32 = 0;
  for (let s = -4; s <= 2; s++) {
    if (s == -4 && (third < 0 || third == edge)) continue;
    if (s == -3 && edge < 0) continue;
    if (s == -2 && least < CLEAR * <f32>SAMPLES) break;
    const end = s == -4 ? third : s == -3 ? edge : nominal + (nominal - at) * DRIFT * <f32>s;
    sampleModules(darkness, length, at, end, CHARACTER_MODULES, window);
    const penalty: f32 = s <= -3 ? 0 : 0.2 + <f32>(s * s) * 0.05;
    let here: f32 = 1e9;
    let code: i32 = 0;
    let shapeHere = shape;
    for (let c = 0; c < CHARACTERS; c++) {
      const cost = squaredDistance(window, templateOf(shape, c), SAMPLES) + penalty;
      setFloat(own, c, cost);
      if (cost < floatAt(row, c)) setFloat(row, c, cost);
      if (cost < here) {
        here = cost;
        code = c;
      }
    }
    // Another spread helps the characters that are near, it does not bring in others.
    const near: f32 = 2 * here + 2;
    for (let k = fewest; k <= most; k++) {
      if (k == spread) continue;
      const like = (shape % RADII) + RADII * k;
      build(like);
      for (let c = 0; c < CHARACTERS; c++) {
        if (floatAt(own, c) > near) continue;
        const cost = squaredDistance(window, templateOf(like, c), SAMPLES) + penalty + 0.2;
        if (cost < floatAt(row, c)) setFloat(row, c, cost);
        if (cost < here) {
          here = cost;
          code = c;
          shapeHere = like;
        }
      }
    }
    if (here < least) {
      least = here;
      best = code;
      bestShape = shapeHere;
      bestEnd = end;
      left = s > -2 ? previous : 0;
      right = s <= -3 ? -1 : 0;
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
  store<u8>(shapes + <usize>walked, <u8>bestShape);
  return least;
}

/** Costs of all characters in another profile at the walked boundaries; returns how many are cheapest where they were. */
export function compareBand(darkness: usize, length: i32, wanted: usize): i32 {
  let same: i32 = 0;
  for (let k = 0; k < walked; k++) {
    sampleModules(darkness, length, floatAt(boundaries, k), floatAt(boundaries, k + 1), CHARACTER_MODULES, window);
    let least: f32 = 1e9;
    let best: i32 = -1;
    const shape = <i32>load<u8>(shapes + <usize>k);
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
