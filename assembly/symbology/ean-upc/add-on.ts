/**
 * Add-on symbols of two or five digits to the right of a symbol (ISO/IEC 15420). They have no check digit of
 * their own, only sets of parity: what is not clear is left out.
 */
import { continueStrip } from "../../kit/extension";
import { allocFloats, floatAt } from "../../kit/floats";
import { Strip, profileOf } from "../../kit/strip";
import { measureStrip } from "../../kit/strip-views";
import { PER_MODULE } from "../../kit/template";
import { darken, fitDigits, openGeometry } from "./digits";
import { bestCost, bestDigits, secondCost, solveEan2, solveEan5 } from "./lattice";
import { ADD_ON_2, ADD_ON_5, digitsOf, modulesOf } from "./layout";
import { DIGIT_MODULES } from "./tables";
import { marginOf } from "./margin";

/** Light modules between symbol and add-on: 7 to 12 by the standard, with room for perspective. */
const LEAST_GAP: f32 = 5;
const MOST_GAP: f32 = 17;
/** The add-on's module against the symbol's. */
const SLACK: f32 = 0.1;
/** Modules looked at behind the symbol, and before its end. */
const REACH: f32 = 84;
const BEFORE: f32 = 8;
const MOST_SAMPLES: i32 = 1200;
const MOST_ERROR: f32 = 0.05;
const LEAST_MARGIN: f32 = 5;

const costs = memory.data(5 * 20 * 4);
const found = memory.data(8);
/** Digits of the add-on that readAddOn() found. */
export const addOnDigits = memory.data(8);

/** Looks for an add-on behind the bar that ends at `end`; returns its number of digits, 0 where there is none. */
export function readAddOn(strip: Strip, end: f32, module: f32, darkness: usize): i32 {
  const digits = readIn(strip, end, module, darkness);
  if (digits > 0) return digits;
  // A region of its own, the add-on may lie outside of the strip or beside its lines.
  const samples = min(MOST_SAMPLES, <i32>(REACH * module)) & ~3;
  const more = continueStrip(strip, end - BEFORE * module, samples);
  const room = allocFloats(samples);
  if (more == null || room == 0) return 0;
  for (let band = 1; band < more.bands; band += 2) {
    more.band = band;
    measureStrip(more);
    const found = readIn(more, BEFORE * module, module, room);
    if (found > 0) return found;
  }
  return 0;
}

function readIn(strip: Strip, end: f32, module: f32, darkness: usize): i32 {
  let best: f32 = LEAST_MARGIN;
  let digits: i32 = 0;
  for (let i = 0; i < strip.edgeCount; i += 2) {
    const from = floatAt(strip.edges, i);
    if (from < end + LEAST_GAP * module) continue;
    if (from > end + MOST_GAP * module) break;
    for (let kind = ADD_ON_5; kind >= ADD_ON_2; kind--) {
      const length = <f32>modulesOf(kind) * module;
      // The two-digit add-on is not the beginning of a longer one: light follows.
      const quiet: f32 = kind == ADD_ON_2 ? 4.5 : 0;
      for (let j = i + 1; j < strip.edgeCount; j += 2) {
        const to = floatAt(strip.edges, j);
        if (to < from + length * (1 - SLACK)) continue;
        if (to > from + length * (1 + SLACK)) break;
        if (j + 1 < strip.edgeCount && floatAt(strip.edges, j + 1) - to < quiet * module) continue;
        const margin = bestBand(strip, kind, from, to, darkness);
        if (margin <= best) continue;
        best = margin;
        digits = digitsOf(kind);
        memory.copy(addOnDigits, found, 5);
      }
    }
    // The first bar after the gap is the add-on's or there is none.
    break;
  }
  return digits;
}

/** Reads an add-on at a place in every band; the digits of the clearest go to `found`. Returns its margin. */
function bestBand(strip: Strip, kind: i32, from: f32, to: f32, darkness: usize): f32 {
  let best: f32 = 0;
  const samples = <f32>(digitsOf(kind) * DIGIT_MODULES * PER_MODULE);
  for (let band = 0; band < strip.bands; band++) {
    openGeometry(from, to, 0, kind);
    darken(profileOf(strip, band), strip.length, kind, darkness);
    fitDigits(darkness, strip.length, kind, costs);
    if (kind == ADD_ON_5) solveEan5(costs);
    else solveEan2(costs);
    if (bestCost > MOST_ERROR * samples) continue;
    const margin = marginOf(kind, bestCost, secondCost);
    if (margin <= best) continue;
    best = margin;
    memory.copy(found, bestDigits, 5);
  }
  return best;
}
