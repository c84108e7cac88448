/**
 * How well a grid lies, by the modules whose colour is known and by the spread of all values; and the search that moves the
 * grid to where it lies best.
 */
import { spend, unitsLeft } from "../../kit/budget";
import { BENDS, Grid, inkAt, refreshMap } from "./grid";

/** Weight of the solid sides against the quiet zone beside that of the clock tracks: the quiet zone may not be one. */
const SOLID_WEIGHT: f32 = 0.5;

/**
 * Mean ink of the clock tracks' dark modules less that of their light ones, and the same of solid sides and quiet zone,
 * sampled off the centres to feel a small shift.
 */
export function agreement(grid: Grid): f32 {
  let dark: f32 = 0;
  let light: f32 = 0;
  let solid: f32 = 0;
  let quiet: f32 = 0;
  let darks: f32 = 0;
  let lights: f32 = 0;
  let solids: f32 = 0;
  let quiets: f32 = 0;
  for (let k = 0; k < grid.knownCount; k++) {
    const at = grid.known + <usize>k * 12;
    const u = <f64>load<f32>(at);
    const v = <f64>load<f32>(at, 4);
    const kind = load<f32>(at, 8);
    // A third of a module towards two opposite corners, the other two at every second module.
    const tilt: f64 = (k & 2) == 0 ? 0.33 : -0.33;
    const value = inkAt(grid, u + 0.33, v + tilt) + inkAt(grid, u - 0.33, v - tilt);
    if (kind > 1) {
      solid += value;
      solids += 2;
    } else if (kind > 0) {
      dark += value;
      darks += 2;
    } else if (kind > -2) {
      light += value;
      lights += 2;
    } else {
      quiet += value;
      quiets += 2;
    }
  }
  return (dark / darks - light / lights + SOLID_WEIGHT * (solid / solids - quiet / quiets)) / (1 + SOLID_WEIGHT);
}

/** Agreement of both clock tracks with their alternation, −1 … 1: the mean of the two. */
export function clockScore(grid: Grid): f32 {
  return (clockLine(grid, grid.columns, true) + clockLine(grid, grid.rows, false)) * 0.5;
}

/** Steps along a track that go the right way, as a part of all. */
function clockLine(grid: Grid, count: i32, isRow: bool): f32 {
  let sum: f32 = 0;
  let energy: f32 = 0;
  let before: f32 = 0;
  const side = <f64>grid.columns - 0.5;
  for (let i = 0; i < count; i++) {
    const along = <f64>i + 0.5;
    const value = isRow ? inkAt(grid, along, 0.5) : inkAt(grid, side, along);
    if (i > 0) {
      const step = value - before;
      // The top track is dark at even columns, the right one at odd rows.
      sum += ((i & 1) == 0) == isRow ? step : -step;
      energy += step < 0 ? -step : step;
    }
    before = value;
  }
  // A step counts as one only against a contrast that is worth the name.
  return sum / max<f32>(energy, <f32>count * 8);
}

/**
 * Spread of the values at all module centres. Where the grid lies right it is largest: off the centres values run into
 * their neighbours'. It needs no module's colour.
 */
function spread(grid: Grid): f32 {
  const total = grid.rows * grid.columns;
  // About 1,500 modules tell as much as all of them; an odd stride meets all rows and columns.
  const stride = (total / 1500) | 1;
  let sum: f32 = 0;
  let squares: f32 = 0;
  let count: f32 = 0;
  for (let at = 0; at < total; at += stride) {
    const value = inkAt(grid, <f64>(at % grid.columns) + 0.5, <f64>(at / grid.columns) + 0.5);
    sum += value;
    squares += value * value;
    count += 1;
  }
  const mean = sum / count;
  return Mathf.sqrt(max<f32>(0, squares / count - mean * mean));
}

/** What refine() may move and go by. */
export const BY_KNOWN: i32 = 0;
export const BY_KNOWN_BENT: i32 = 1;
export const BY_ALL: i32 = 2;
export const BY_ALL_BENT: i32 = 3;

function merit(grid: Grid, by: i32): f32 {
  const known = agreement(grid);
  // Twice the spread of two equal halves is their distance: both terms are contrasts.
  return by <= BY_KNOWN_BENT ? known : known + 2 * spread(grid);
}

/** Samples that cost a unit of the budget: a mapped, interpolated sample takes some 20 ns. */
const SAMPLES_PER_UNIT: i32 = 50;
/** Rounds of hill climbing at one step size. */
const ROUNDS: i32 = 4;

/** Moves the corners (and the bend) to where the known modules, or all, agree best. `first` is the first step in modules. */
export function refine(grid: Grid, first: f64, by: i32): void {
  const isBent = by == BY_KNOWN_BENT || by == BY_ALL_BENT;
  if (isBent) grid.hasBend = true;
  const all = by <= BY_KNOWN_BENT ? 0 : min(grid.rows * grid.columns, 2000);
  const cost = 1 + (2 * grid.knownCount + all) / SAMPLES_PER_UNIT;
  let best = merit(grid, by);
  const parameters = isBent ? 8 + BENDS : 8;
  for (let step = first; step > 0.04; step *= 0.5) {
    const move = step * grid.module;
    for (let round = 0; round < ROUNDS; round++) {
      let isBetter = false;
      for (let k = 0; k < parameters; k++) {
        const at = k < 8 ? grid.corners + ((<usize>k) << 3) : grid.bend + ((<usize>(k - 8)) << 3);
        const old = load<f64>(at);
        for (let sign = -1; sign <= 1; sign += 2) {
          if (!spend(cost) || unitsLeft() < grid.floor) {
            refreshMap(grid);
            return;
          }
          store<f64>(at, old + <f64>sign * move);
          const score = refreshMap(grid) ? merit(grid, by) : -1;
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
  refreshMap(grid);
}
