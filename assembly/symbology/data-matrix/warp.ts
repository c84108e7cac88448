/**
 * Uneven modules: where labels stretch, bend away or are printed unevenly, columns and rows are of unlike width. The clock
 * tracks say how wide each is. Knows nothing of content.
 */
import { allocFloats, floatAt, setFloat } from "../../kit/floats";
import { mark, release } from "../../memory/arena";
import { PER_MODULE, walk, walkedAt, walkedRuns } from "./clock";
import { Grid, inkAt } from "./grid";
import { clockScore } from "./grid-merit";

/** Deviation in modules from which on a track is taken for uneven. */
const UNEVEN: f32 = 0.12;

/**
 * Measures both clock tracks on the grid as it lies, and takes their module widths over where that makes the tracks agree
 * better. Returns the agreement then.
 */
export function fitWarp(grid: Grid): f32 {
  grid.hasWarp = false;
  const before = clockScore(grid);
  const isUneven = measureTrack(grid, true);
  if (!measureTrack(grid, false) && !isUneven) return before;
  grid.hasWarp = true;
  const after = clockScore(grid);
  if (after > before) return after;
  grid.hasWarp = false;
  return before;
}

/** Fills the warp of columns (from the upper track) or of rows (from the right one); false where it is even or unclear. */
function measureTrack(grid: Grid, isRow: bool): bool {
  const count = isRow ? grid.columns : grid.rows;
  const warp = isRow ? grid.warpU : grid.warpV;
  for (let k = 0; k <= count; k++) setFloat(warp, k, <f32>k);
  const samples = (count + 1) * PER_MODULE;
  const scratch = mark();
  const line = allocFloats(samples);
  const low = allocFloats(samples);
  const high = allocFloats(samples);
  let isUneven = false;
  if (high != 0) {
    for (let i = 0; i < samples; i++) {
      const at = (<f64>i + 0.5) / <f64>PER_MODULE;
      setFloat(line, i, isRow ? inkAt(grid, at, 0.5) : inkAt(grid, <f64>grid.columns - 0.5, <f64>count - at));
    }
    walk(line, samples, <f64>PER_MODULE, low, high);
    if (walkedRuns == count - 1) isUneven = takeBorders(warp, count, isRow);
  }
  release(scratch);
  return isUneven;
}

/** Takes the borders between modules over; ink spread moves neighbouring ones against each other, so they are smoothed. */
function takeBorders(warp: usize, count: i32, isRow: bool): bool {
  let most: f32 = 0;
  for (let k = 1; k < count; k++) {
    const shift =
      (deviation(k - 1, count) + 2 * deviation(k, count) + deviation(k + 1, count)) * (isRow ? 0.25 : <f32>-0.25);
    const index = isRow ? k : count - k;
    setFloat(warp, index, <f32>index + shift);
    most = max(most, abs(shift));
  }
  return most > UNEVEN;
}

/** By how many modules the k-th border of the walked track lies off; the first and last of a symbol stay. */
function deviation(k: i32, count: i32): f32 {
  if (k <= 0 || k >= count) return 0;
  return floatAt(walkedAt, k - 1) / <f32>PER_MODULE - <f32>k;
}
