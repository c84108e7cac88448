/**
 * Samples a fitted grid: grey values of all modules, then each module's softness against black and white levels of its
 * own neighbourhood, so that shadows and glare move the threshold and not the colour.
 */
import { areaMean } from "../../image/sampler";
import { alloc, mark, release } from "../../memory/arena";
import { GridFit, place, placeX, placeY } from "./grid-fit";

/** Samples dimension² values of darkness (0–255, f32) row by row. */
export function sampleGrid(fit: GridFit, out: usize): void {
  const d = fit.dimension;
  const plane = fit.plane;
  for (let row = 0; row < d; row++) {
    for (let column = 0; column < d; column++) {
      const u = <f64>column + 0.5;
      const v = <f64>row + 0.5;
      place(fit, u, v);
      const x = placeX * fit.scale;
      const y = placeY * fit.scale;
      place(fit, u + 0.2, v);
      const ux = placeX * fit.scale - x;
      const uy = placeY * fit.scale - y;
      // A fifth of a module aside: within the module's centre even where the grid is a little off.
      const value = areaMean(plane, x, y, ux, uy, -uy, ux);
      store<f32>(out + ((<usize>(row * d + column)) << 2), fit.isInverted ? value : 255 - value);
    }
  }
}

/**
 * Undoes part of the blur between modules: each value moves away from its four neighbours' mean by `strength`. In the
 * grid blur is a small kernel, whatever it was in the image.
 */
export function sharpen(values: usize, d: i32, strength: f32, out: usize): void {
  for (let row = 0; row < d; row++) {
    for (let column = 0; column < d; column++) {
      const value = at(values, d, row, column);
      const around =
        at(values, d, max(row - 1, 0), column) +
        at(values, d, min(row + 1, d - 1), column) +
        at(values, d, row, max(column - 1, 0)) +
        at(values, d, row, min(column + 1, d - 1));
      store<f32>(out + ((<usize>(row * d + column)) << 2), value + strength * (value - around * 0.25));
    }
  }
}

function at(values: usize, d: i32, row: i32, column: i32): f32 {
  return load<f32>(values + ((<usize>(row * d + column)) << 2));
}

/**
 * Softness of every module: > 0 dark, 1 = the neighbourhood's full contrast. `reach` is the neighbourhood's radius in
 * modules. Data masking keeps dark and light about equal everywhere, so that the mean splits them; the means of both
 * halves then give the levels.
 */
export function soften(values: usize, d: i32, reach: i32, out: usize): void {
  const scratch = mark();
  const size = (d + 1) * (d + 1);
  const sums = alloc((<usize>size) << 2);
  const darkSums = alloc((<usize>size) << 2);
  const darkCounts = alloc((<usize>size) << 2);
  if (sums == 0 || darkSums == 0 || darkCounts == 0) return;
  integrate(values, d, sums, 0);
  // First threshold: the mean around.
  for (let row = 0; row < d; row++) {
    for (let column = 0; column < d; column++) {
      const threshold = boxSum(sums, d, row, column, reach) / boxArea(d, row, column, reach);
      const value = at(values, d, row, column);
      store<f32>(out + ((<usize>(row * d + column)) << 2), value > threshold ? value : -1);
    }
  }
  integrate(out, d, darkSums, 1);
  integrate(out, d, darkCounts, 2);
  const all = boxArea(d, 0, 0, d);
  const darks = max<f32>(1, boxSum(darkCounts, d, 0, 0, d));
  const darkMean = boxSum(darkSums, d, 0, 0, d) / darks;
  const lightMean = (boxSum(sums, d, 0, 0, d) - boxSum(darkSums, d, 0, 0, d)) / max<f32>(1, all - darks);
  // Flat neighbourhoods (glare, ink) must not blow noise up to certainty.
  const least = max<f32>(2, (darkMean - lightMean) * 0.15);
  for (let row = 0; row < d; row++) {
    for (let column = 0; column < d; column++) {
      const area = boxArea(d, row, column, reach);
      const n = boxSum(darkCounts, d, row, column, reach);
      const darkSum = boxSum(darkSums, d, row, column, reach);
      const dark = n > 0 ? darkSum / n : darkMean;
      const light = n < area ? (boxSum(sums, d, row, column, reach) - darkSum) / (area - n) : lightMean;
      const half = max<f32>((dark - light) * 0.5, least);
      const value = (at(values, d, row, column) - (dark + light) * 0.5) / half;
      store<f32>(out + ((<usize>(row * d + column)) << 2), max<f32>(-1, min<f32>(1, value)));
    }
  }
  release(scratch);
}

/** Summed-area table of values (0), of those not negative (1), or of their number (2). */
function integrate(values: usize, d: i32, out: usize, kind: i32): void {
  const width = d + 1;
  memory.fill(out, 0, (<usize>width) << 2);
  for (let row = 0; row < d; row++) {
    let line: f32 = 0;
    store<f32>(out + ((<usize>((row + 1) * width)) << 2), 0);
    for (let column = 0; column < d; column++) {
      const value = at(values, d, row, column);
      if (kind == 0) line += value;
      else if (value >= 0) line += kind == 1 ? value : 1;
      const above = load<f32>(out + ((<usize>(row * width + column + 1)) << 2));
      store<f32>(out + ((<usize>((row + 1) * width + column + 1)) << 2), above + line);
    }
  }
}

function boxSum(table: usize, d: i32, row: i32, column: i32, reach: i32): f32 {
  const r0 = max(row - reach, 0);
  const r1 = min(row + reach + 1, d);
  const c0 = max(column - reach, 0);
  const c1 = min(column + reach + 1, d);
  return corner(table, d, r1, c1) - corner(table, d, r0, c1) - corner(table, d, r1, c0) + corner(table, d, r0, c0);
}

function boxArea(d: i32, row: i32, column: i32, reach: i32): f32 {
  const rows = min(row + reach + 1, d) - max(row - reach, 0);
  const columns = min(column + reach + 1, d) - max(column - reach, 0);
  return <f32>(rows * columns);
}

function corner(table: usize, d: i32, row: i32, column: i32): f32 {
  return load<f32>(table + ((<usize>(row * (d + 1) + column)) << 2));
}
