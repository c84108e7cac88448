/**
 * Moves a grid's points to where modules of known colour agree best: first near the finder and then farther and farther off.
 * Knows no symbology.
 */
import { isThorough } from "../io/options";
import { spend } from "./budget";
import { ModuleGrid, gridInk, pointAt, refreshGrid, setPoint } from "./module-grid";

/** Modules of which as many tell as much as all of them. */
const ENOUGH: i32 = 160;

/** Odd, so that the ways to look at a module take turns. */
function strideOf(count: i32): i32 {
  return max(1, count / ENOUGH) | 1;
}

/** Mean darkness of known dark modules less that of known light ones, sampled off the centres to feel a small shift. */
function knownContrast(grid: ModuleGrid): f32 {
  let dark: f32 = 0;
  let light: f32 = 0;
  let darks: f32 = 0;
  let lights: f32 = 0;
  const stride = strideOf(grid.knownCount);
  for (let k = 0; k < grid.knownCount; k += stride) {
    const at = grid.known + <usize>k * 12;
    const u = <f64>load<f32>(at);
    const v = <f64>load<f32>(at, 4);
    // Towards two opposite corners, the other two at every second module; every second pair farther out: near the edges
    // the smallest shift is felt, nearer the centres a large one.
    const aside = (k & 2) == 0 ? grid.aside : grid.aside * 1.4;
    const tilt = (k & 1) == 0 ? aside : -aside;
    const value = gridInk(grid, u + aside, v + tilt) + gridInk(grid, u - aside, v - tilt);
    if (load<f32>(at, 8) > 0) {
      dark += value;
      darks += 2;
    } else {
      light += value;
      lights += 2;
    }
  }
  return darks > 0 && lights > 0 ? dark / darks - light / lights : 0;
}

/**
 * Spread of the values at all centres of the grown part. Where the grid lies right it is largest: off the centres values
 * run into their neighbours'. It needs no module's colour.
 */
function spreadOf(grid: ModuleGrid): f32 {
  let sum: f32 = 0;
  let squares: f32 = 0;
  let count: f32 = 0;
  const rows = <i32>grid.bottom;
  const columns = <i32>grid.right;
  const stride = strideOf((rows * columns) / 2);
  for (let at = 0; at < rows * columns; at += stride) {
    const value = gridInk(grid, <f64>(at % columns) + 0.5, <f64>(at / columns) + 0.5);
    sum += value;
    squares += value * value;
    count += 1;
  }
  const mean = sum / count;
  return Mathf.sqrt(max<f32>(0, squares / count - mean * mean));
}

function merit(grid: ModuleGrid, byAll: bool): f32 {
  const known = knownContrast(grid);
  // Twice the spread of two equal halves is their distance: both terms are contrasts.
  return byAll ? known + 2 * spreadOf(grid) : known;
}

/** Samples that cost a unit of the budget. */
const SAMPLES_PER_UNIT: i32 = 50;
/** Rounds of hill climbing at one step size, and the size, in modules, to which steps are halved: of stills and live frames. */
const ROUNDS: i32 = 5;
const FINEST: f64 = 0.03;
const FAST_ROUNDS: i32 = 2;
const FAST_FINEST: f64 = 0.06;

/** Ways to move the grid: each coordinate of its points, and for long grids the far end as a whole (stretch, swing, flare). */
const COORDINATES: i32 = 8;
const STRETCH: i32 = 8;
const FLARE: i32 = 10;
const MOVES: i32 = 11;

/** The far end's points as they were before a move of both. */
const before = memory.data(32);

/**
 * Moves the points in one of the ways by `step` modules. In a long grid the end's height says how modules shrink towards it,
 * so that a hair's breadth there moves the middle by a module: flaring takes the part that moves the middle by `step`.
 */
function move(grid: ModuleGrid, way: i32, step: f64): void {
  if (way < COORDINATES) {
    setPoint(grid, way, pointAt(grid, way) + step * grid.size);
    return;
  }
  const ux = (pointAt(grid, 2) - pointAt(grid, 0)) / grid.right;
  const uy = (pointAt(grid, 3) - pointAt(grid, 1)) / grid.right;
  const vx = (pointAt(grid, 6) - pointAt(grid, 0)) / grid.bottom;
  const vy = (pointAt(grid, 7) - pointAt(grid, 1)) / grid.bottom;
  const part = way == FLARE ? (2 * step * grid.bottom) / grid.right : step;
  const dx = part * (way == STRETCH ? ux : vx);
  const dy = part * (way == STRETCH ? uy : vy);
  const sign: f64 = way == FLARE ? -1 : 1;
  setPoint(grid, 2, pointAt(grid, 2) + sign * dx);
  setPoint(grid, 3, pointAt(grid, 3) + sign * dy);
  setPoint(grid, 4, pointAt(grid, 4) + dx);
  setPoint(grid, 5, pointAt(grid, 5) + dy);
}

/**
 * Moves the four points to where the known modules agree best (and all modules stand clear, with `byAll`). `first` is the
 * first step in modules.
 */
export function refineGrid(grid: ModuleGrid, first: f64, byAll: bool): void {
  const area = <i32>(grid.right * grid.bottom);
  const all = byAll ? area / strideOf(area / 2) : 0;
  const cost = 1 + ((2 * grid.knownCount) / strideOf(grid.knownCount) + all) / SAMPLES_PER_UNIT;
  const ways = grid.right > 1.5 * grid.bottom ? MOVES : COORDINATES;
  const rounds = isThorough() ? ROUNDS : FAST_ROUNDS;
  const finest = isThorough() ? FINEST : FAST_FINEST;
  let best = merit(grid, byAll);
  for (let step = first; step > finest; step *= 0.5) {
    for (let round = 0; round < rounds; round++) {
      let isBetter = false;
      for (let k = 0; k < ways; k++) {
        // The end as a whole first: its points one by one only tilt it.
        const way = ways - 1 - k;
        for (let sign = -1; sign <= 1; sign += 2) {
          if (!spend(cost)) {
            refreshGrid(grid);
            return;
          }
          const old = way < COORDINATES ? pointAt(grid, way) : 0;
          if (way >= COORDINATES) memory.copy(before, grid.points + 16, 32);
          move(grid, way, <f64>sign * step);
          const score = refreshGrid(grid) ? merit(grid, byAll) : -1;
          if (score > best) {
            best = score;
            isBetter = true;
            break;
          }
          if (way < COORDINATES) setPoint(grid, way, old);
          else memory.copy(grid.points + 16, before, 32);
        }
      }
      if (!isBetter) break;
    }
  }
  refreshGrid(grid);
}
