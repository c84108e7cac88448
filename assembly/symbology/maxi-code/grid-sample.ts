/** Grey values of a grid's modules, and from them how dark each is beside those around it. Knows nothing of codewords. */
import { areaMean } from "../../image/sampler";
import { mapX, mapY } from "../../math/homography";
import { Grid } from "./grid";
import { COLUMNS, FIXED, MODULES, ROWS, fixedModule, isFixedDark, isModule, moduleU, moduleV } from "./placement";

/** Part of a module width around its centre that is averaged. */
const REACH: f64 = 0.22;
/** Rows and columns either way whose modules tell dark from light. */
const NEAR: i32 = 4;
/** Part of the whole symbol's contrast that a neighbourhood must have to be judged by itself. */
const LEAST_SHARE: f32 = 0.35;

function get(values: usize, module: i32): f32 {
  return load<f32>(values + ((<usize>module) << 2));
}

/** Fills `values` (MODULES × f32) with the grey values of modules, −1 where there is none. */
export function sampleModules(grid: Grid, values: usize): void {
  const map = grid.map;
  const reach = grid.size * REACH;
  for (let module = 0; module < MODULES; module++) {
    let value: f32 = -1;
    if (isModule(module)) {
      const u = moduleU(module);
      const v = moduleV(module);
      value = areaMean(grid.plane, mapX(map, u, v), mapY(map, u, v), reach, 0, 0, reach);
    }
    store<f32>(values + ((<usize>module) << 2), value);
  }
}

/** The six neighbours' mean is taken off `strength` times: what blur took from a module to those around it. */
export function sharpenModules(values: usize, strength: f32, out: usize): void {
  for (let module = 0; module < MODULES; module++) {
    const value = get(values, module);
    let sharp = value;
    if (value >= 0 && strength > 0) {
      let sum: f32 = 0;
      let count: f32 = 0;
      const row = module / COLUMNS;
      const column = module % COLUMNS;
      for (let k = 0; k < 6; k++) {
        const toRow = k < 2 ? row : k < 4 ? row - 1 : row + 1;
        const toColumn = k < 2 ? column - 1 + 2 * k : column - 1 + (k & 1) + (row & 1);
        if (toRow < 0 || toRow >= ROWS || toColumn < 0 || toColumn >= COLUMNS) continue;
        const other = get(values, toRow * COLUMNS + toColumn);
        if (other < 0) continue;
        sum += other;
        count += 1;
      }
      if (count > 0) sharp = max<f32>(0, value + strength * (value - sum / count));
    }
    store<f32>(out + ((<usize>module) << 2), sharp);
  }
}

let darkMean: f32 = 0;
let lightMean: f32 = 0;

/** Means of the darker and the lighter modules of a part of the grid, split at the mean of all. False where it has none. */
function split(values: usize, fromRow: i32, toRow: i32, fromColumn: i32, toColumn: i32): bool {
  let sum: f32 = 0;
  let count: f32 = 0;
  for (let row = fromRow; row <= toRow; row++) {
    for (let column = fromColumn; column <= toColumn; column++) {
      const value = get(values, row * COLUMNS + column);
      if (value < 0) continue;
      sum += value;
      count += 1;
    }
  }
  if (count < 2) return false;
  const mean = sum / count;
  let dark: f32 = 0;
  let darks: f32 = 0;
  for (let row = fromRow; row <= toRow; row++) {
    for (let column = fromColumn; column <= toColumn; column++) {
      const value = get(values, row * COLUMNS + column);
      if (value < 0 || value > mean) continue;
      dark += value;
      darks += 1;
    }
  }
  if (darks == 0 || darks == count) return false;
  darkMean = dark / darks;
  lightMean = (sum - dark) / (count - darks);
  return true;
}

/** Fills `soft` (MODULES × f32) with −1 (light for certain) to 1 (dark); false where all modules are alike. */
export function softenModules(values: usize, soft: usize): bool {
  if (!split(values, 0, ROWS - 1, 0, COLUMNS - 1)) return false;
  const wholeDark = darkMean;
  const wholeLight = lightMean;
  const least = (wholeLight - wholeDark) * LEAST_SHARE;
  if (!(least > 1)) return false;
  for (let module = 0; module < MODULES; module++) {
    const value = get(values, module);
    let level: f32 = 0;
    if (value >= 0) {
      const row = module / COLUMNS;
      const column = module % COLUMNS;
      const isSplit = split(
        values,
        max(0, row - NEAR),
        min(ROWS - 1, row + NEAR),
        max(0, column - NEAR),
        min(COLUMNS - 1, column + NEAR),
      );
      const isClear = isSplit && lightMean - darkMean > least;
      const dark = isClear ? darkMean : wholeDark;
      const light = isClear ? lightMean : wholeLight;
      level = (dark + light - 2 * value) / (light - dark);
    }
    store<f32>(soft + ((<usize>module) << 2), max<f32>(-1, min<f32>(1, level)));
  }
  return true;
}

/** Part of the fixed modules that have the right colour. */
export function fixedShare(soft: usize): f32 {
  let right: i32 = 0;
  for (let k = 0; k < FIXED; k++) {
    if (get(soft, fixedModule(k)) > 0 == isFixedDark(k)) right++;
  }
  return <f32>right / <f32>FIXED;
}
