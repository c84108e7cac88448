/**
 * From sampled modules to softness: blur between modules undone, then each module against the black and white levels of its
 * own neighbourhood, so that shadows and glare move the threshold and not the colour. Knows no symbology.
 */
import { alloc, mark, release } from "../memory/arena";

/**
 * Undoes part of the blur between modules: each value moves away from its four neighbours' mean by `strength`. In the
 * grid blur is a small kernel, whatever it was in the image.
 */
export function sharpen(values: usize, rows: i32, columns: i32, strength: f32, out: usize): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = at(values, columns, row, column);
      const around =
        at(values, columns, max(row - 1, 0), column) +
        at(values, columns, min(row + 1, rows - 1), column) +
        at(values, columns, row, max(column - 1, 0)) +
        at(values, columns, row, min(column + 1, columns - 1));
      store<f32>(out + ((<usize>(row * columns + column)) << 2), value + strength * (value - around * 0.25));
    }
  }
}

function at(values: usize, columns: i32, row: i32, column: i32): f32 {
  return load<f32>(values + ((<usize>(row * columns + column)) << 2));
}

/**
 * Softness of every module: > 0 dark, 1 = the neighbourhood's full contrast. `reach` is the neighbourhood's radius in
 * modules. Data masking keeps dark and light about equal everywhere, so that the mean splits them; the means of both
 * halves then give the levels.
 */
export function soften(values: usize, rows: i32, columns: i32, reach: i32, out: usize): void {
  const scratch = mark();
  const size = (rows + 1) * (columns + 1);
  const sums = alloc((<usize>size) << 2);
  const darkSums = alloc((<usize>size) << 2);
  const darkCounts = alloc((<usize>size) << 2);
  if (sums == 0 || darkSums == 0 || darkCounts == 0) return;
  integrate(values, rows, columns, sums, 0);
  // First threshold: the mean around.
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const threshold = boxSum(sums, rows, columns, row, column, reach) / boxArea(rows, columns, row, column, reach);
      const value = at(values, columns, row, column);
      store<f32>(out + ((<usize>(row * columns + column)) << 2), value > threshold ? value : -1);
    }
  }
  integrate(out, rows, columns, darkSums, 1);
  integrate(out, rows, columns, darkCounts, 2);
  const all = <f32>(rows * columns);
  const darks = max<f32>(1, boxSum(darkCounts, rows, columns, 0, 0, max(rows, columns)));
  const darkMean = boxSum(darkSums, rows, columns, 0, 0, max(rows, columns)) / darks;
  const lightMean =
    (boxSum(sums, rows, columns, 0, 0, max(rows, columns)) -
      boxSum(darkSums, rows, columns, 0, 0, max(rows, columns))) /
    max<f32>(1, all - darks);
  // Flat neighbourhoods (glare, ink) must not blow noise up to certainty.
  const least = max<f32>(2, (darkMean - lightMean) * 0.15);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const area = boxArea(rows, columns, row, column, reach);
      const n = boxSum(darkCounts, rows, columns, row, column, reach);
      const darkSum = boxSum(darkSums, rows, columns, row, column, reach);
      const dark = n > 0 ? darkSum / n : darkMean;
      const light = n < area ? (boxSum(sums, rows, columns, row, column, reach) - darkSum) / (area - n) : lightMean;
      const half = max<f32>((dark - light) * 0.5, least);
      const value = (at(values, columns, row, column) - (dark + light) * 0.5) / half;
      store<f32>(out + ((<usize>(row * columns + column)) << 2), max<f32>(-1, min<f32>(1, value)));
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
    store<f32>(out + ((<usize>((row + 1) * width)) << 2), 0);
    for (let column = 0; column < columns; column++) {
      const value = at(values, columns, row, column);
      if (kind == 0) line += value;
      else if (value >= 0) line += kind == 1 ? value : 1;
      const above = load<f32>(out + ((<usize>(row * width + column + 1)) << 2));
      store<f32>(out + ((<usize>((row + 1) * width + column + 1)) << 2), above + line);
    }
  }
}

function boxSum(table: usize, rows: i32, columns: i32, row: i32, column: i32, reach: i32): f32 {
  const r0 = max(row - reach, 0);
  const r1 = min(row + reach + 1, rows);
  const c0 = max(column - reach, 0);
  const c1 = min(column + reach + 1, columns);
  return (
    corner(table, columns, r1, c1) -
    corner(table, columns, r0, c1) -
    corner(table, columns, r1, c0) +
    corner(table, columns, r0, c0)
  );
}

function boxArea(rows: i32, columns: i32, row: i32, column: i32, reach: i32): f32 {
  const down = min(row + reach + 1, rows) - max(row - reach, 0);
  const across = min(column + reach + 1, columns) - max(column - reach, 0);
  return <f32>(down * across);
}

function corner(table: usize, columns: i32, row: i32, column: i32): f32 {
  return load<f32>(table + ((<usize>(row * (columns + 1) + column)) << 2));
}
