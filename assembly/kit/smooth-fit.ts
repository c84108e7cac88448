/**
 * A smooth curve through scattered values, most of which agree: a weighted parabola, or a line where there are few values,
 * refitted while outliers lose their weight. Knows nothing of what the values are.
 */
import { solveSystem } from "../math/homography";
import { alloc, mark, release } from "../memory/arena";
import { floatAt } from "./floats";

/** y = c + b·t + a·t², t = (x − middle) · scale. */
@unmanaged
export class SmoothFit {
  a: f64;
  b: f64;
  c: f64;
  middle: f64;
  scale: f64;
  /** Root of the mean square distance of what was not left out, and how many that were. */
  error: f32;
  inliers: i32;
}

const ROUNDS: i32 = 6;
/** Values that a parabola needs; fewer give a line, fewer than LEAST_FOR_LINE a constant. */
const LEAST_FOR_PARABOLA: i32 = 9;
const LEAST_FOR_LINE: i32 = 3;

export function valueAt(fit: SmoothFit, x: f64): f64 {
  const t = (x - fit.middle) * fit.scale;
  return fit.c + t * (fit.b + t * fit.a);
}

/** Slope of the curve at x. */
export function slopeAt(fit: SmoothFit, x: f64): f64 {
  return (fit.b + 2 * fit.a * (x - fit.middle) * fit.scale) * fit.scale;
}

/**
 * Fits values y[i] (f32) at x = i, 0 ≤ i < count, with weights w[i] (f32; 0 leaves a value out). Values farther than
 * `tolerance` from the curve lose their weight, at first only those much farther. False without any value.
 */
export function fitSmooth(fit: SmoothFit, y: usize, w: usize, count: i32, tolerance: f32, most: i32): bool {
  let used: i32 = 0;
  let first = -1;
  let last = 0;
  for (let i = 0; i < count; i++) {
    if (!(floatAt(w, i) > 0)) continue;
    if (first < 0) first = i;
    last = i;
    used++;
  }
  if (used == 0) return false;
  fit.middle = 0.5 * <f64>(first + last);
  fit.scale = last > first ? 2 / <f64>(last - first) : 1;
  fit.a = 0;
  fit.b = 0;
  fit.c = medianOf(y, w, count);
  const terms = min(most, used >= LEAST_FOR_PARABOLA ? 3 : used >= LEAST_FOR_LINE ? 2 : 1);
  const scratch = mark();
  const system = alloc(3 * 4 * 8);
  if (system == 0) return false;
  let isFitted = true;
  for (let round = 0; round < ROUNDS && isFitted; round++) {
    // From a constant to a line to a parabola, the window closing in on the values that agree.
    const width = tolerance * (round == 0 ? 16 : round == 1 ? 6 : round == 2 ? 2.5 : 1);
    isFitted = refit(fit, y, w, count, width, min(terms, round + 2), system);
  }
  release(scratch);
  return isFitted || fit.inliers > 0;
}

function refit(fit: SmoothFit, y: usize, w: usize, count: i32, width: f32, terms: i32, system: usize): bool {
  memory.fill(system, 0, 3 * 4 * 8);
  const row = terms + 1;
  let square: f64 = 0;
  let mass: f64 = 0;
  let inliers: i32 = 0;
  for (let i = 0; i < count; i++) {
    const weight = <f64>floatAt(w, i);
    if (!(weight > 0)) continue;
    const value = <f64>floatAt(y, i);
    const off = (value - valueAt(fit, <f64>i)) / <f64>width;
    if (off * off >= 1) continue;
    inliers++;
    const tukey = (1 - off * off) * (1 - off * off) * weight;
    square += tukey * off * off;
    mass += tukey;
    const t = (<f64>i - fit.middle) * fit.scale;
    let left = tukey;
    for (let r = 0; r < terms; r++) {
      let term = left;
      for (let c = 0; c < terms; c++) {
        add(system, r * row + c, term);
        term *= t;
      }
      add(system, r * row + terms, left * value);
      left *= t;
    }
  }
  if (inliers == 0) return false;
  fit.inliers = inliers;
  fit.error = mass > 0 ? <f32>Math.sqrt(square / mass) * width : width;
  // A whisper of a prior towards the simpler curve keeps the system regular.
  for (let r = 1; r < terms; r++) add(system, r * row + r, 1e-3 * (mass + 1e-9));
  if (!solveSystem(system, terms)) return false;
  fit.c = load<f64>(system + <usize>(terms << 3));
  fit.b = terms > 1 ? load<f64>(system + <usize>((row + terms) << 3)) : 0;
  fit.a = terms > 2 ? load<f64>(system + <usize>((2 * row + terms) << 3)) : 0;
  return true;
}

function add(system: usize, index: i32, value: f64): void {
  const at = system + <usize>(index << 3);
  store<f64>(at, load<f64>(at) + value);
}

/** Weighted median by bisection: no sorting, no memory. */
function medianOf(y: usize, w: usize, count: i32): f64 {
  let low: f32 = 1e30;
  let high: f32 = -1e30;
  let mass: f32 = 0;
  for (let i = 0; i < count; i++) {
    const weight = floatAt(w, i);
    if (!(weight > 0)) continue;
    low = min(low, floatAt(y, i));
    high = max(high, floatAt(y, i));
    mass += weight;
  }
  for (let round = 0; round < 24; round++) {
    const middle: f32 = (low + high) * 0.5;
    let under: f32 = 0;
    for (let i = 0; i < count; i++) if (floatAt(w, i) > 0 && floatAt(y, i) < middle) under += floatAt(w, i);
    if (under * 2 < mass) low = middle;
    else high = middle;
  }
  return <f64>high;
}
