/**
 * Finds where symbols of the family may stand in a strip: pairs of outer edges whose distance, number of edges and
 * guards fit. A place is a proposal; the digits decide.
 */
import { floatAt, sampleAt, setFloat } from "../../kit/floats";
import { Strip, profileOf } from "../../kit/strip";
import { EAN_13, edgesOf, guardStart, modulesOf, UPC_E } from "./layout";

/** Most places kept per kind of symbol. */
const MOST_PLACES: i32 = 6;

/** f32 of a place: first and last edge in samples, shift of the middle guard in modules, score, index of the first edge where none is missing (else −1). */
const PLACE_FLOATS: i32 = 5;
export const PLACE_FROM: i32 = 0;
export const PLACE_TO: i32 = 1;
export const PLACE_SHIFT: i32 = 2;
const PLACE_SCORE: i32 = 3;
export const PLACE_EDGE: i32 = 4;

/**
 * Quiet zone asked for, in modules: the standard's 7 to 11, less for tight crops. The half of an EAN-13 resembles a
 * UPC-E and more: the short symbols need more than the 4 modules that a space within a symbol may have.
 */
const QUIET: f32 = 3.5;
const QUIET_SHORT: f32 = 5.5;
/** Least mean swing of the guards' bars against the symbol's range. */
const LEAST_GUARD: f32 = 0.06;
/** By which part a guard counts less at the square of its distance from the middle, in modules. */
const FARTHER: f32 = 0.1;
/** Narrowest module in samples: one pixel at half-pixel steps, less blur. */
const LEAST_MODULE: f32 = 0.9;

/** Writes the best places, best first, into `out`; returns how many. */
export function findPlaces(strip: Strip, kind: i32, out: usize): i32 {
  const modules = modulesOf(kind);
  const nominal = edgesOf(kind);
  const quiet = kind == EAN_13 ? QUIET : QUIET_SHORT;
  const edges = strip.edges;
  const count = strip.edgeCount;
  // Blur swallows the narrowest bars and spaces, two edges at a time; glare and dirt add some.
  const fewest = (nominal * 6) / 10;
  const mostEdges = nominal + 4;
  let found: i32 = 0;
  for (let i = 0; i + fewest <= count; i += 2) {
    const from = floatAt(edges, i);
    const before = i > 0 ? from - floatAt(edges, i - 1) : from + 10000;
    const lastIndex = min(count - 1, i + mostEdges - 1);
    for (let j = i + fewest - 1; j <= lastIndex; j += 2) {
      const to = floatAt(edges, j);
      const module = (to - from) / <f32>modules;
      if (module < LEAST_MODULE) continue;
      if (before < quiet * module) break;
      const after = j + 1 < count ? floatAt(edges, j + 1) - to : 10000;
      if (after < quiet * module) continue;
      const missing = <f32>abs(nominal - (j - i + 1));
      found = propose(strip, kind, from, to, missing, i, out, found);
    }
  }
  return found;
}

/** Scores the guards of a place and puts it into the list; returns the new count. */
function propose(strip: Strip, kind: i32, from: f32, to: f32, missing: f32, first: i32, out: usize, count: i32): i32 {
  const profile = profileOf(strip, strip.band);
  const module = (to - from) / <f32>modulesOf(kind);
  let low: f32 = 1e9;
  let high: f32 = -1e9;
  for (let i = <i32>from, n = min(<i32>to, strip.length - 1); i <= n; i++) {
    const v = floatAt(profile, i);
    low = min(low, v);
    high = max(high, v);
  }
  const range = max<f32>(high - low, 1);
  const start = swing(profile, strip.length, from + 1.5 * module, module) / range;
  if (start < LEAST_GUARD) return count;
  const end = swing(profile, strip.length, to - 1.5 * module, module) / range;
  if (end < LEAST_GUARD) return count;
  let best: f32 = 0;
  let shift: f32 = 0;
  for (let s: f32 = kind == UPC_E ? -0.5 : -2; s <= (kind == UPC_E ? <f32>0.5 : <f32>2); s += 0.25) {
    const centre = from + (<f32>guardStart(kind) + 2.5 + s) * module;
    // A space between two bars between two spaces.
    const bars =
      swing(profile, strip.length, centre - module, module) + swing(profile, strip.length, centre + module, module);
    // Digits beside the guard may continue its pattern: the nearer place is the likelier.
    const score = (swing(profile, strip.length, centre, module) - 0.5 * bars) * (1 - FARTHER * s * s);
    if (score > best) {
      best = score;
      shift = s;
    }
  }
  if (kind == UPC_E) shift = 0;
  best /= 2 * range;
  if (best < LEAST_GUARD) return count;
  const score = start + end + 2 * best - 0.03 * missing;
  let at = count;
  if (count == MOST_PLACES) {
    at = MOST_PLACES - 1;
    if (placeFloat(out, at, PLACE_SCORE) >= score) return count;
  }
  while (at > 0 && placeFloat(out, at - 1, PLACE_SCORE) < score) {
    memory.copy(placeAddress(out, at), placeAddress(out, at - 1), PLACE_FLOATS << 2);
    at--;
  }
  const place = placeAddress(out, at);
  setFloat(place, PLACE_FROM, from);
  setFloat(place, PLACE_TO, to);
  setFloat(place, PLACE_SHIFT, shift);
  setFloat(place, PLACE_SCORE, score);
  setFloat(place, PLACE_EDGE, missing == 0 ? <f32>first : -1);
  return min(count + 1, MOST_PLACES);
}

/** How much lighter a space of one module is than the bars at its sides. */
function swing(profile: usize, length: i32, centre: f32, module: f32): f32 {
  return (
    sampleAt(profile, length, centre) -
    0.5 * (sampleAt(profile, length, centre - module) + sampleAt(profile, length, centre + module))
  );
}

function placeAddress(list: usize, index: i32): usize {
  return list + ((<usize>(index * PLACE_FLOATS)) << 2);
}

/** A field of an entry of the list. */
export function placeFloat(list: usize, index: i32, field: i32): f32 {
  return floatAt(placeAddress(list, index), field);
}
