/**
 * A stretch of a grey profile as darkness: 0 the light of its surroundings … 1 the dark of its surroundings. Light and
 * dark levels follow the local extremes, so that shadows and gradients drop out.
 */
import { floatAt, sampleAt, sampleFour, setFloat } from "./floats";
import { PER_MODULE } from "./template";

/** Most windows of one stretch. */
const MOST_WINDOWS: i32 = 128;
const lows = memory.data(4 * 128);
const highs = memory.data(4 * 128);

/** Fills `lows` and `highs` with the extremes of first ≤ i < end in so many windows and their neighbours. */
function measureWindows(profile: usize, first: i32, end: i32, count: i32): f32 {
  const size = <f32>(end - first) / <f32>count;
  for (let k = 0; k < count; k++) {
    const a = first + <i32>(<f32>k * size);
    const b = min(end, first + <i32>(<f32>(k + 1) * size) + 1);
    let low: f32 = 1e9;
    let high: f32 = -1e9;
    for (let i = a; i < b; i++) {
      const v = floatAt(profile, i);
      low = min(low, v);
      high = max(high, v);
    }
    setFloat(lows, k, low);
    setFloat(highs, k, high);
  }
  // In place: a window takes the extremes of itself and both neighbours.
  let worst: f32 = 1e9;
  let lowBefore = floatAt(lows, 0);
  let highBefore = floatAt(highs, 0);
  for (let k = 0; k < count; k++) {
    const low = floatAt(lows, k);
    const high = floatAt(highs, k);
    const next = min(k + 1, count - 1);
    const l = min(min(lowBefore, low), floatAt(lows, next));
    const h = max(max(highBefore, high), floatAt(highs, next));
    setFloat(lows, k, l);
    setFloat(highs, k, h);
    worst = min(worst, h - l);
    lowBefore = low;
    highBefore = high;
  }
  return worst;
}

/** Windows of about `window` samples that a stretch of so many samples is divided into. */
function windowsOf(samples: i32, window: f32): i32 {
  return max(2, min(MOST_WINDOWS, <i32>(<f32>samples / window + 0.5)));
}

/**
 * Writes darkness of samples from ≤ i < to into `out` (indexed as the profile). `window` is the length in samples over
 * which extremes are taken (three of them overlap): some five modules. Returns the smallest contrast met, grey levels.
 */
export function measureDarkness(profile: usize, length: i32, from: i32, to: i32, window: f32, out: usize): f32 {
  const first = max(0, from);
  const end = min(length, to);
  if (end - first < 4) return 0;
  const count = windowsOf(end - first, window);
  const worst = measureWindows(profile, first, end, count);
  const inverse = <f32>count / <f32>(end - first);
  for (let i = first; i < end; i++) {
    const place = (<f32>(i - first) + 0.5) * inverse - 0.5;
    const low = sampleAt(lows, count, place);
    const high = sampleAt(highs, count, place);
    setFloat(out, i, (high - floatAt(profile, i)) / max<f32>(high - low, 4));
  }
  return worst;
}

/** Writes the local extremes around every sample of a profile; the window as above. */
export function measureExtremes(profile: usize, length: i32, window: f32, low: usize, high: usize): void {
  const count = windowsOf(length, window);
  measureWindows(profile, 0, length, count);
  const inverse = <f32>count / <f32>length;
  for (let i = 0; i < length; i++) {
    const place = (<f32>i + 0.5) * inverse - 0.5;
    setFloat(low, i, sampleAt(lows, count, place));
    setFloat(high, i, sampleAt(highs, count, place));
  }
}

/** Samples darkness between two places for comparison with templates of so many modules. */
export function sampleModules(darkness: usize, length: i32, from: f32, to: f32, modules: i32, out: usize): void {
  const count = modules * PER_MODULE;
  const step = (to - from) / <f32>count;
  const first = from + step * 0.5;
  if (ASC_FEATURE_SIMD) {
    let index = f32x4(0, 1, 2, 3);
    // PER_MODULE is four.
    for (let i = 0; i < count; i += 4) {
      const places = f32x4.add(f32x4.splat(first), f32x4.mul(index, f32x4.splat(step)));
      v128.store(out + ((<usize>i) << 2), sampleFour(darkness, length, places));
      index = f32x4.add(index, f32x4.splat(4));
    }
  } else {
    for (let i = 0; i < count; i++) setFloat(out, i, sampleAt(darkness, length, first + <f32>i * step));
  }
}

/**
 * Samples darkness from one place on, where the module shrinks or grows: `count` samples, a multiple of four, of which `own` reach to the
 * other place. `bend` is half the part by which the module shrinks from the one place to the other.
 */
export function sampleBent(
  darkness: usize,
  length: i32,
  from: f32,
  to: f32,
  bend: f32,
  own: f32,
  count: i32,
  out: usize,
): void {
  const width = to - from;
  const inverse: f32 = 1 / own;
  if (ASC_FEATURE_SIMD) {
    const one = f32x4.splat(1);
    let index = f32x4(0.5, 1.5, 2.5, 3.5);
    for (let i = 0; i < count; i += 4) {
      const t = f32x4.mul(index, f32x4.splat(inverse));
      const bent = f32x4.add(one, f32x4.mul(f32x4.splat(bend), f32x4.sub(one, t)));
      const places = f32x4.add(f32x4.splat(from), f32x4.mul(f32x4.mul(f32x4.splat(width), t), bent));
      v128.store(out + ((<usize>i) << 2), sampleFour(darkness, length, places));
      index = f32x4.add(index, f32x4.splat(4));
    }
    return;
  }
  for (let i = 0; i < count; i++) {
    const t = (<f32>i + 0.5) * inverse;
    setFloat(out, i, sampleAt(darkness, length, from + width * t * (1 + bend * (1 - t))));
  }
}
