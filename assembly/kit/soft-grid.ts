/**
 * Grey values of a grid of modules as softness against dark and light levels of their own neighbourhood, so that shadows and
 * glare move the threshold and not the colour. Knows no symbology and no image.
 */
import { alloc, mark, release } from "../memory/arena";

function at(values: usize, columns: i32, row: i32, column: i32): f32 {
  return load<f32>(values + ((<usize>(row * columns + column)) << 2));
}

function put(values: usize, columns: i32, row: i32, column: i32, value: f32): void {
  store<f32>(values + ((<usize>(row * columns + column)) << 2), value);
}

/** Undoes part of the blur between modules: each value moves away from its four neighbours' mean by `strength`. */
export function sharpen(values: usize, rows: i32, columns: i32, strength: f32, out: usize): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = at(values, columns, row, column);
      const around =
        at(values, columns, max(row - 1, 0), column) +
        at(values, columns, min(row + 1, rows - 1), column) +
        at(values, columns, row, max(column - 1, 0)) +
        at(values, columns, row, min(column + 1, columns - 1));
      put(out, columns, row, column, value + strength * (value - around * 0.25));
    }
  }
}

/**
 * Softness of every module: > 0 dark, 1 = the neighbourhood's full contrast. `reach` is the neighbourhood's radius in
 * modules. Dark and light levels are the means of what lies above and below the neighbourhood's mean: where nothing masks
 * a symbol's content the mean alone may lie off.
 */
export function soften(values: usize, rows: i32, columns: i32, reach: i32, out: usize): void {
  const scratch = mark();
  const bytes = (<usize>((rows + 1) * (columns + 1))) << 2;
  const sums = alloc(bytes);
  const darkSums = alloc(bytes);
  const darkCounts = alloc(bytes);
  if (sums == 0 || darkSums == 0 || darkCounts == 0) return;
  integrate(values, rows, columns, sums, 0);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const area = boxArea(rows, columns, row, column, reach);
      const threshold = boxSum(sums, rows, columns, row, column, reach) / area;
      const value = at(values, columns, row, column);
      put(out, columns, row, column, value > threshold ? value : -1);
    }
  }
  integrate(out, rows, columns, darkSums, 1);
  integrate(out, rows, columns, darkCounts, 2);
  const whole = rows + columns;
  const all = <f32>(rows * columns);
  const darks = max<f32>(1, boxSum(darkCounts, rows, columns, 0, 0, whole));
  const darkSum = boxSum(darkSums, rows, columns, 0, 0, whole);
  const darkMean = darkSum / darks;
  const lightMean = (boxSum(sums, rows, columns, 0, 0, whole) - darkSum) / max<f32>(1, all - darks);
  // Flat neighbourhoods (glare, ink) must not blow noise up to certainty.
  const least = max<f32>(2, (darkMean - lightMean) * 0.15);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const area = boxArea(rows, columns, row, column, reach);
      const n = boxSum(darkCounts, rows, columns, row, column, reach);
      const ink = boxSum(darkSums, rows, columns, row, column, reach);
      const dark = n > 0 ? ink / n : darkMean;
      const light = n < area ? (boxSum(sums, rows, columns, row, column, reach) - ink) / (area - n) : lightMean;
      const half = max<f32>((dark - light) * 0.5, least);
      const value = (at(values, columns, row, column) - (dark + light) * 0.5) / half;
      put(out, columns, row, column, max<f32>(-1, min<f32>(1, value)));
    }
  }
  release(scratch);
}

/** Summed-area table of values (0), of those not negative (1), or of their number (2). */
function integrate(values: usize, rows: i32, columns: i32, out: usize, kind: i32): void {
  const width = columns + 1;
  memory.fill(out, 0, (<usize>width) << 2);
  for (let row = 0; row < rows; row++) {
    let line: f32 = 0;
    put(out, width, row + 1, 0, 0);
    for (let column = 0; column < columns; column++) {
      const value = at(values, columns, row, column);
      if (kind == 0) line += value;
      else if (value >= 0) line += kind == 1 ? value : 1;
      put(out, width, row + 1, column + 1, at(out, width, row, column + 1) + line);
    }
  }
}

function boxSum(table: usize, rows: i32, columns: i32, row: i32, column: i32, reach: i32): f32 {
  const r0 = max(row - reach, 0);
  const r1 = min(row + reach + 1, rows);
  const c0 = max(column - reach, 0);
  const c1 = min(column + reach + 1, columns);
  const width = columns + 1;
  return at(table, width, r1, c1) - at(table, width, r0, c1) - at(table, width, r1, c0) + at(table, width, r0, c0);
}

function boxArea(rows: i32, columns: i32, row: i32, column: i32, reach: i32): f32 {
  const down = min(row + reach + 1, rows) - max(row - reach, 0);
  const across = min(column + reach + 1, columns) - max(column - reach, 0);
  return <f32>(down * across);
}
