/** Samples a fitted grid: grey values of all modules. */
import { areaMean } from "../../image/sampler";
import { Grid, place, placeX, placeY } from "./grid";
import { fixedModule } from "./tables";

function at(values: usize, columns: i32, row: i32, column: i32): f32 {
  return load<f32>(values + ((<usize>(row * columns + column)) << 2));
}

function put(values: usize, columns: i32, row: i32, column: i32, value: f32): void {
  store<f32>(values + ((<usize>(row * columns + column)) << 2), value);
}

/** Samples rows × columns values of ink (0–255, f32) row by row; `reach` is how far about the centre, in modules. */
export function sampleGrid(grid: Grid, reach: f64, out: usize): void {
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const u = <f64>column + 0.5;
      const v = <f64>row + 0.5;
      place(grid, u, v);
      const x = placeX * grid.scale;
      const y = placeY * grid.scale;
      place(grid, u + reach, v);
      const ux = placeX * grid.scale - x;
      const uy = placeY * grid.scale - y;
      place(grid, u, v + reach);
      const value = areaMean(grid.plane, x, y, ux, uy, placeX * grid.scale - x, placeY * grid.scale - y);
      put(out, grid.columns, row, column, grid.isInverted ? value : 255 - value);
    }
  }
}

/** Part of the fixed modules (finders and clock tracks of all regions) that have the right colour. */
export function fixedShare(soft: usize, grid: Grid): f32 {
  let right: i32 = 0;
  let all: i32 = 0;
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const fixed = fixedModule(grid.size, row, column);
      if (fixed == 0) continue;
      all++;
      if (at(soft, grid.columns, row, column) > 0 == fixed > 0) right++;
    }
  }
  return <f32>right / <f32>all;
}
