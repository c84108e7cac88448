/**
 * Moves a grid to where the borders between its modules are seen: wherever two neighbours differ, the place of the edge
 * between them is measured, and the displacement that fits all of these is found by least squares. It needs no module's
 * colour, so the grid can be grown outwards from what is certain.
 */
import { spend } from "../../kit/budget";
import { solveSystem } from "../../math/homography";
import { alloc, mark, release } from "../../memory/arena";
import { Grid, TERMS, fillTerms, inkAt } from "./grid";

/** Edges further off than this part of a module count for less: they are noise, or another edge. */
const SURE_OFFSET: f64 = 0.2;
/** Weight by which second and third order terms are held, as a part of all edges' weight. */
const HOLD: f64 = 0.004;
/** Largest ink spread that is believed, in modules. */
const MOST_SPREAD: f64 = 0.35;
/** Modules that are looked at, about; of larger symbols every second or third row and column. */
const ENOUGH: i32 = 2500;

/** Mean weight of the last fit's edges, 0–1: 1 where all lie where they should. */
export let edgeFitQuality: f32 = 0;

/**
 * One step of the fit within ±radius modules; `terms` is 3 (affine), 6 or 10. False where the budget is spent or too little
 * is seen.
 */
export function fitEdges(grid: Grid, radius: i32, terms: i32): bool {
  const side = 2 * radius + 1;
  const stride = side * side <= ENOUGH ? 1 : side * side <= 4 * ENOUGH ? 2 : 3;
  const scratch = mark();
  const size = terms + 1;
  const systemBytes = (<usize>(size * (size + 1))) << 3;
  const values = alloc((<usize>(side * side)) << 2);
  const systemU = alloc(systemBytes);
  const systemV = alloc(systemBytes);
  const row = alloc((<usize>(TERMS + 2)) << 3);
  let isFit = false;
  if (values != 0 && systemU != 0 && systemV != 0 && row != 0 && spend(1 + (side * side * 4) / (stride * 50))) {
    const contrast = sampleCentres(grid, radius, stride, values);
    memory.fill(systemU, 0, systemBytes);
    memory.fill(systemV, 0, systemBytes);
    weightSum = 0;
    edgeCount = 0;
    // Noise alone.
    if (contrast > 2) {
      for (let j = -radius; j <= radius; j += stride) {
        for (let i = -radius; i < radius; i++) edge(grid, radius, values, i, j, true, contrast, terms, row, systemU);
      }
      for (let i = -radius; i <= radius; i += stride) {
        for (let j = -radius; j < radius; j++) edge(grid, radius, values, i, j, false, contrast, terms, row, systemV);
      }
      edgeFitQuality = edgeCount > 0 ? <f32>(weightSum / <f64>edgeCount) : 0;
      isFit = edgeCount > 4 * size && solve(grid, systemU, systemV, terms);
    }
  }
  release(scratch);
  return isFit;
}

let weightSum: f64 = 0;
let edgeCount: i32 = 0;

/** Ink at the centres on the lines that are looked at; returns the mean difference of neighbours: half the contrast. */
function sampleCentres(grid: Grid, radius: i32, stride: i32, values: usize): f32 {
  const side = 2 * radius + 1;
  let sum: f32 = 0;
  let count: f32 = 0;
  for (let j = 0; j < side; j++) {
    let before: f32 = -1;
    for (let i = 0; i < side; i++) {
      if (i % stride != 0 && j % stride != 0) continue;
      const value = inkAt(grid, <f64>(i - radius), <f64>(j - radius));
      store<f32>(values + ((<usize>(j * side + i)) << 2), value);
      if (j % stride != 0) continue;
      if (before >= 0) {
        sum += abs<f32>(value - before);
        count += 1;
      }
      before = value;
    }
  }
  return count > 0 ? sum / count : 0;
}

/** Adds what the edge between a module and its right or lower neighbour says, where there is one. */
function edge(
  grid: Grid,
  radius: i32,
  values: usize,
  i: i32,
  j: i32,
  isAcross: bool,
  contrast: f32,
  terms: i32,
  row: usize,
  system: usize,
): void {
  const side = 2 * radius + 1;
  const at = values + ((<usize>((j + radius) * side + i + radius)) << 2);
  const a = load<f32>(at);
  const b = load<f32>(at + ((<usize>(isAcross ? 1 : side)) << 2));
  const step = abs<f32>(a - b);
  if (step < contrast) return;
  const middle = (a + b) * 0.5;
  const u = <f64>i;
  const v = <f64>j;
  let before = a;
  let offset: f64 = 0;
  for (let k = 1; k <= 4; k++) {
    const part = <f64>k * 0.25;
    const value = k == 4 ? b : isAcross ? inkAt(grid, u + part, v) : inkAt(grid, u, v + part);
    if ((value - middle) * (before - middle) <= 0 && value != before) {
      offset = part - 0.25 + 0.25 * <f64>((before - middle) / (before - value)) - 0.5;
      break;
    }
    before = value;
  }
  const sign: f64 = a > b ? 1 : -1;
  const rest = offset - sign * grid.spread;
  const fit = 1 / (1 + (rest / SURE_OFFSET) * (rest / SURE_OFFSET));
  weightSum += fit;
  edgeCount++;
  fillTerms(row, isAcross ? u + 0.5 : u, isAcross ? v : v + 0.5, terms);
  store<f64>(row + ((<usize>terms) << 3), sign);
  store<f64>(row + ((<usize>(terms + 1)) << 3), rest);
  const weight = fit * <f64>min<f32>(2, step / contrast);
  for (let r = 0; r <= terms; r++) {
    const left = load<f64>(row + ((<usize>r) << 3)) * weight;
    const line = system + ((<usize>(r * (terms + 2))) << 3);
    for (let c = 0; c <= terms + 1; c++) {
      const to = line + ((<usize>c) << 3);
      store<f64>(to, load<f64>(to) + left * load<f64>(row + ((<usize>c) << 3)));
    }
  }
}

function solve(grid: Grid, systemU: usize, systemV: usize, terms: i32): bool {
  const size = terms + 1;
  const width = size + 1;
  for (let k = 0; k < size; k++) {
    const hold = k >= 3 && k < terms ? HOLD * weightSum : 1e-6;
    const at = (<usize>(k * width + k)) << 3;
    store<f64>(systemU + at, load<f64>(systemU + at) + hold);
    store<f64>(systemV + at, load<f64>(systemV + at) + hold);
  }
  if (!solveSystem(systemU, size) || !solveSystem(systemV, size)) return false;
  for (let k = 0; k < terms; k++) {
    add(grid.bendU, k, solution(systemU, k, width));
    add(grid.bendV, k, solution(systemV, k, width));
  }
  grid.isBent = true;
  const spread = grid.spread + (solution(systemU, terms, width) + solution(systemV, terms, width)) * 0.5;
  grid.spread = max<f64>(-MOST_SPREAD, min<f64>(MOST_SPREAD, spread));
  return true;
}

function solution(system: usize, row: i32, width: i32): f64 {
  return load<f64>(system + ((<usize>(row * width + width - 1)) << 3));
}

function add(terms: usize, index: i32, value: f64): void {
  const at = terms + ((<usize>index) << 3);
  // A step of more than half a module is one edge taken for another.
  store<f64>(at, load<f64>(at) + max<f64>(-0.5, min<f64>(0.5, value)));
}
