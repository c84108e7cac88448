/**
 * Whether the dots around a place stand in a lattice, and its two shortest steps: every dot of a DotCode has others
 * diagonally beside it, in two directions that cross. Knows nothing of symbols.
 */
import { Plane } from "../../image/plane";
import { floatAt, setFloat } from "../../kit/floats";
import { alloc, allocZero, mark, release } from "../../memory/arena";
import { MOST_SIDE, findPeaks } from "./peaks";

/** Half the side of the window that is looked at, in widths of a dot, and its bounds in pixels. */
const WINDOW: f64 = 10;
const LEAST_WINDOW: i32 = 14;
const MOST_WINDOW: i32 = MOST_SIDE >> 1;
/** More peaks than the window has of dots as wide as their places: noise. */
const MOST_PEAKS: i32 = 220;
const LEAST_PEAKS: i32 = 10;
/** Part of the peaks whose next one lies a step away: of the dots of a lattice all but one in twenty-four have one there. */
const LEAST_BESIDE: f32 = 0.7;
/** Bins of half a turn. */
const BINS: i32 = 36;
/** Bins on either side that belong to a direction. */
const SPREAD: i32 = 2;
/** The two directions are at least so many bins apart (45°). */
const APART: i32 = 9;
/** Part of the steps of about the right length that lie in the two directions; chance puts 28 % there. */
const LEAST_SHARE: f32 = 0.62;
/** Part of them that the lesser direction has, of chance and of lattices. */
const LEAST_LESSER: f32 = 0.15;
/** Steps that there are at least. */
const LEAST_STEPS: i32 = 14;

@unmanaged
export class Basis {
  /** A dot near the middle. */
  x: f64;
  y: f64;
  /** Steps to the dots diagonally beside it: a + b runs along one side of the symbol, a − b along the other. */
  ax: f64;
  ay: f64;
  bx: f64;
  by: f64;
}

/** Finds the lattice around (x, y) of dots of about `size` pixels. */
export function findBasis(basis: Basis, plane: Plane, isInverted: bool, x: f64, y: f64, size: f64): bool {
  const scratch = mark();
  const xs = alloc((<usize>MOST_PEAKS) << 2);
  const ys = alloc((<usize>MOST_PEAKS) << 2);
  const nearest = alloc((<usize>MOST_PEAKS) << 2);
  const bins = allocZero((<usize>BINS) << 2);
  let isFound = false;
  if (xs != 0 && ys != 0 && nearest != 0 && bins != 0) {
    const count = collectPeaks(plane, isInverted, x, y, size, xs, ys);
    if (count >= LEAST_PEAKS && count < MOST_PEAKS) isFound = solve(basis, x, y, xs, ys, nearest, count, bins);
  }
  release(scratch);
  return isFound;
}

/** Peaks of ink in the window, those that count as dark. */
function collectPeaks(plane: Plane, isInverted: bool, x: f64, y: f64, size: f64, xs: usize, ys: usize): i32 {
  const reach = max(LEAST_WINDOW, min(MOST_WINDOW, <i32>(WINDOW * size)));
  const left = max(1, <i32>x - reach);
  const right = min(plane.width - 1, <i32>x + reach);
  const top = max(1, <i32>y - reach);
  const bottom = min(plane.height - 1, <i32>y + reach);
  return findPeaks(plane, isInverted, left, top, right, bottom, xs, ys, MOST_PEAKS);
}

function solve(basis: Basis, x: f64, y: f64, xs: usize, ys: usize, nearest: usize, count: i32, bins: usize): bool {
  let middle: i32 = 0;
  let closest: f32 = 1e30;
  for (let i = 0; i < count; i++) {
    let least: f32 = 1e30;
    const px = floatAt(xs, i);
    const py = floatAt(ys, i);
    for (let k = 0; k < count; k++) {
      if (k == i) continue;
      const dx = floatAt(xs, k) - px;
      const dy = floatAt(ys, k) - py;
      least = min(least, dx * dx + dy * dy);
    }
    setFloat(nearest, i, least);
    const off = (px - <f32>x) * (px - <f32>x) + (py - <f32>y) * (py - <f32>y);
    if (off < closest) {
      closest = off;
      middle = i;
    }
  }
  const step = medianOf(nearest, count);
  // Squares of lengths from 0.75 to 1.25 of the usual step: √2 farther lies the next place of a lattice.
  const low = step * 0.56;
  const high = step * 1.56;
  let beside: i32 = 0;
  for (let i = 0; i < count; i++) if (floatAt(nearest, i) >= low && floatAt(nearest, i) <= high) beside++;
  if (<f32>beside < LEAST_BESIDE * <f32>count) return false;
  const steps = countDirections(xs, ys, count, low, high, bins);
  if (steps < LEAST_STEPS) return false;
  const first = bestBin(bins, -1);
  const second = bestBin(bins, first);
  if (second < 0) return false;
  const most = around(bins, first);
  const less = around(bins, second);
  if (most + less < LEAST_SHARE * <f32>steps || less < LEAST_LESSER * <f32>steps) return false;
  basis.x = <f64>floatAt(xs, middle);
  basis.y = <f64>floatAt(ys, middle);
  meanStep(xs, ys, count, low, high, first);
  basis.ax = meanX;
  basis.ay = meanY;
  meanStep(xs, ys, count, low, high, second);
  basis.bx = meanX;
  basis.by = meanY;
  // (a + b, a − b) turn as (right, down) do.
  if (basis.ax * basis.by - basis.ay * basis.bx > 0) {
    basis.bx = -basis.bx;
    basis.by = -basis.by;
  }
  return true;
}

/** Median by bisection. */
function medianOf(values: usize, count: i32): f32 {
  let low: f32 = 0;
  let high: f32 = 1e5;
  for (let round = 0; round < 22; round++) {
    const middle: f32 = (low + high) * 0.5;
    let under: i32 = 0;
    for (let i = 0; i < count; i++) if (floatAt(values, i) < middle) under++;
    if (under * 2 < count) low = middle;
    else high = middle;
  }
  return high;
}

/** Bin of the direction of a step, either way along it. */
function binOf(dx: f32, dy: f32): i32 {
  const turn = Math.atan2(<f64>dy, <f64>dx) / Math.PI + 2;
  return <i32>(turn * <f64>BINS) % BINS;
}

/** Counts the steps of a length (squared) by direction; returns how many there are. */
function countDirections(xs: usize, ys: usize, count: i32, low: f32, high: f32, bins: usize): i32 {
  let steps: i32 = 0;
  for (let i = 0; i < count; i++) {
    for (let k = i + 1; k < count; k++) {
      const dx = floatAt(xs, k) - floatAt(xs, i);
      const dy = floatAt(ys, k) - floatAt(ys, i);
      const square = dx * dx + dy * dy;
      if (square < low || square > high) continue;
      const bin = bins + ((<usize>binOf(dx, dy)) << 2);
      store<i32>(bin, load<i32>(bin) + 1);
      steps++;
    }
  }
  return steps;
}

/** Steps in a bin and those beside it. */
function around(bins: usize, bin: i32): f32 {
  let sum: i32 = 0;
  for (let k = -SPREAD; k <= SPREAD; k++) sum += load<i32>(bins + ((<usize>((bin + k + BINS) % BINS)) << 2));
  return <f32>sum;
}

/** The bin with most around it, apart from another one; −1 for none. */
function bestBin(bins: usize, other: i32): i32 {
  let best: i32 = -1;
  let most: f32 = 0;
  for (let bin = 0; bin < BINS; bin++) {
    if (other >= 0) {
      const apart = (bin - other + BINS) % BINS;
      if (min(apart, BINS - apart) < APART) continue;
    }
    const sum = around(bins, bin);
    if (sum <= most) continue;
    most = sum;
    best = bin;
  }
  return best;
}

let meanX: f64 = 0;
let meanY: f64 = 0;

/** Mean of the steps in a bin and those beside it, all turned the same way. */
function meanStep(xs: usize, ys: usize, count: i32, low: f32, high: f32, bin: i32): void {
  const angle = ((<f64>bin + 0.5) / <f64>BINS) * Math.PI;
  const ux = <f32>Math.cos(angle);
  const uy = <f32>Math.sin(angle);
  let sumX: f64 = 0;
  let sumY: f64 = 0;
  let n: i32 = 0;
  for (let i = 0; i < count; i++) {
    for (let k = i + 1; k < count; k++) {
      const dx = floatAt(xs, k) - floatAt(xs, i);
      const dy = floatAt(ys, k) - floatAt(ys, i);
      const square = dx * dx + dy * dy;
      if (square < low || square > high) continue;
      const apart = (binOf(dx, dy) - bin + BINS) % BINS;
      if (min(apart, BINS - apart) > SPREAD) continue;
      const sign: f32 = dx * ux + dy * uy < 0 ? -1 : 1;
      sumX += <f64>(sign * dx);
      sumY += <f64>(sign * dy);
      n++;
    }
  }
  meanX = sumX / <f64>max(n, 1);
  meanY = sumY / <f64>max(n, 1);
}
