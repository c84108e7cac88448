/**
 * How well a grid lies, by the modules whose colour is known, by the timing patterns, and by the spread of all values; and
 * the search that moves the grid to where it lies best.
 */
import { spend } from "../../kit/budget";
import { BENDS, GridFit, inkAt, refreshMap } from "./grid-fit";

/** Mean darkness of known dark modules less that of known light ones, sampled off the centres to feel a small shift. */
export function agreement(fit: GridFit): f32 {
  let dark: f32 = 0;
  let light: f32 = 0;
  let darks: f32 = 0;
  let lights: f32 = 0;
  for (let k = 0; k < fit.knownCount; k++) {
    const at = fit.known + <usize>k * 12;
    const u = <f64>load<f32>(at);
    const v = <f64>load<f32>(at, 4);
    // A third of a module towards two opposite corners, the other two at every second module.
    const tilt: f64 = (k & 1) == 0 ? 0.33 : -0.33;
    const value = inkAt(fit, u + 0.33, v + tilt) + inkAt(fit, u - 0.33, v - tilt);
    if (load<f32>(at, 8) > 0) {
      dark += value;
      darks += 2;
    } else {
      light += value;
      lights += 2;
    }
  }
  return dark / darks - light / lights;
}

/** Agreement of the timing patterns with their alternation, −1 … 1. One of the two may be damaged. */
export function timingScore(fit: GridFit): f32 {
  const d = fit.dimension;
  let best: f32 = -1;
  // Half a module aside as well: the first map may be off by that much.
  for (let k = -1; k <= 1; k++) {
    const row = timingLine(fit, d, true, <f64>k * 0.5);
    const column = timingLine(fit, d, false, <f64>k * 0.5);
    best = max<f32>(best, max<f32>((row + column) * 0.5, max<f32>(row, column) - 0.3));
  }
  return best;
}

function timingLine(fit: GridFit, d: i32, isRow: bool, aside: f64): f32 {
  let sum: f32 = 0;
  let energy: f32 = 0;
  let before = timingInk(fit, 7, isRow, aside);
  for (let i = 8; i < d - 8; i++) {
    const value = timingInk(fit, i, isRow, aside);
    const step = value - before;
    sum += (i & 1) == 0 ? step : -step;
    energy += step < 0 ? -step : step;
    before = value;
  }
  // A step counts as one only against a contrast that is worth the name.
  return sum / max<f32>(energy, <f32>(d - 16) * 12);
}

function timingInk(fit: GridFit, i: i32, isRow: bool, aside: f64): f32 {
  const along = <f64>i + 0.5;
  return isRow ? inkAt(fit, along, 6.5 + aside) : inkAt(fit, 6.5 + aside, along);
}

/** Mean darkness of the finders' dark modules less that of their light ones, and the level between, as levelBetween. */
export function finderContrast(fit: GridFit): f32 {
  let dark: f32 = 0;
  let light: f32 = 0;
  let darks: f32 = 0;
  let lights: f32 = 0;
  for (let k = 0; k < fit.finderModules; k++) {
    const at = fit.known + <usize>k * 12;
    const value = inkAt(fit, <f64>load<f32>(at), <f64>load<f32>(at, 4));
    if (load<f32>(at, 8) > 0) {
      dark += value;
      darks += 1;
    } else {
      light += value;
      lights += 1;
    }
  }
  levelBetween = (dark / darks + light / lights) * 0.5;
  return dark / darks - light / lights;
}

/** Set by finderContrast(). */
export let levelBetween: f32 = 0;

/**
 * Spread of the grey values at all module centres. Where the grid lies right it is largest: off the centres values run
 * into their neighbours'. It needs no module's colour.
 */
function spread(fit: GridFit): f32 {
  const d = fit.dimension;
  // About 1,500 modules tell as much as all of them.
  const stride = d > 45 ? (d > 90 ? 5 : 3) : 1;
  let sum: f32 = 0;
  let squares: f32 = 0;
  let count: f32 = 0;
  let at = 0;
  while (at < d * d) {
    const value = inkAt(fit, <f64>(at % d) + 0.5, <f64>(at / d) + 0.5);
    sum += value;
    squares += value * value;
    count += 1;
    at += stride;
  }
  const mean = sum / count;
  return Mathf.sqrt(max<f32>(0, squares / count - mean * mean));
}

/** What refine() may move and go by. */
export const BY_KNOWN: i32 = 0;
export const BY_ALL: i32 = 1;
export const BY_ALL_BENT: i32 = 2;

function merit(fit: GridFit, by: i32): f32 {
  const known = agreement(fit);
  // Twice the spread of two equal halves is their distance: both terms are contrasts.
  return by == BY_KNOWN ? known : known + 2 * spread(fit);
}

/** Samples that cost a unit of the budget: a mapped, interpolated sample takes some 20 ns. */
const SAMPLES_PER_UNIT: i32 = 50;

/** What one merit() costs. */
function costOf(fit: GridFit, by: i32): i32 {
  const all = by == BY_KNOWN ? 0 : fit.dimension * fit.dimension;
  return 1 + (2 * fit.knownCount + min(all, 2000)) / SAMPLES_PER_UNIT;
}

/** Rounds of hill climbing at one step size. */
const ROUNDS: i32 = 4;

/**
 * Moves the control points (and the bend, for BY_ALL_BENT) to where the known modules, or all, agree best. `first` is the
 * first step in modules.
 */
export function refine(fit: GridFit, first: f64, by: i32): void {
  if (by == BY_ALL_BENT) {
    fit.hasBend = true;
    memory.fill(fit.bend, 0, (<usize>BENDS) << 3);
  }
  const cost = costOf(fit, by);
  let best = merit(fit, by);
  const parameters = by == BY_ALL_BENT ? 8 + BENDS : 8;
  for (let step = first; step > 0.04; step *= 0.5) {
    const move = step * fit.size;
    for (let round = 0; round < ROUNDS; round++) {
      let isBetter = false;
      for (let k = 0; k < parameters; k++) {
        const at = k < 8 ? fit.corners + ((<usize>k) << 3) : fit.bend + ((<usize>(k - 8)) << 3);
        const old = load<f64>(at);
        for (let sign = -1; sign <= 1; sign += 2) {
          if (!spend(cost)) {
            refreshMap(fit);
            return;
          }
          store<f64>(at, old + <f64>sign * move);
          const score = refreshMap(fit) ? merit(fit, by) : -1;
          if (score > best) {
            best = score;
            isBetter = true;
            break;
          }
          store<f64>(at, old);
        }
      }
      if (!isBetter) break;
    }
  }
  refreshMap(fit);
}
