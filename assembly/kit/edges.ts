/**
 * Edges of a grey profile at sub-pixel: where it crosses the middle between a local extremum and the next. Local
 * extrema rather than one threshold, so that shadows and the low contrast of narrow bars under blur do no harm.
 *
 *   edges   f32 positions in samples; light to dark and dark to light in turn, the first is light to dark
 */
import { floatAt, setFloat } from "./floats";

/** Least swing between extrema, in grey levels: above the noise of an averaged profile. */
const LEAST_SWING: f32 = 3;
/** Least swing as a part of the profile's range around it: one that passes over ringing, one that sees blurred bars. */
export const COARSE: f32 = 0.12;
export const FINE: f32 = 0.05;
/** … and one for a sharpened profile, where bars are whole again and ringing is not. */
export const SHARP: f32 = 0.28;
/** A slope has ended where it falls below this part of its steepest sample. */
const SHOULDER: f32 = 0.12;
/** Samples of a segment over which the range is measured; three segments make a window. */
const SEGMENT: i32 = 48;

/** Indices of the extrema in turn: light, dark, light … */
const extrema = memory.data(4 * 1032);
const MOST_EXTREMA: i32 = 1030;

/** Writes at most `most` edges (1024), returns how many. `part` is COARSE, FINE or SHARP. */
export function findEdges(profile: usize, length: i32, part: f32, out: usize, most: i32): i32 {
  const count = findExtrema(profile, length, part);
  // The light before the first bar and after the last counts as an extremum wherever the profile begins and ends.
  const edges = min(most, count - 1);
  for (let k = 0; k < edges; k++) putEdge(profile, k, count, out);
  return max(0, edges);
}

/** Lists the extrema between which the profile swings far enough; returns how many. */
function findExtrema(profile: usize, length: i32, part: f32): i32 {
  let count: i32 = 0;
  let dark = false;
  // The extremum being followed.
  let best: i32 = 0;
  // The swing asked for where the profile is and where that extremum was.
  let swing: f32 = LEAST_SWING;
  let least: f32 = LEAST_SWING;
  let peak: f32 = length > 0 ? floatAt(profile, 0) : 0;
  // Ranges of the segment before, of the one at hand and of the next.
  let lowBefore: f32 = 1e9;
  let highBefore: f32 = -1e9;
  measureSegment(profile, length, 0);
  let low = segmentLow;
  let high = segmentHigh;
  for (let from = 0; from < length && count < MOST_EXTREMA; from += SEGMENT) {
    const to = min(length, from + SEGMENT);
    measureSegment(profile, length, to);
    const range = max(max(highBefore, high), segmentHigh) - min(min(lowBefore, low), segmentLow);
    swing = max(LEAST_SWING, range * part);
    lowBefore = low;
    highBefore = high;
    low = segmentLow;
    high = segmentHigh;
    let most = max(swing, least);
    for (let i = from; i < to && count < MOST_EXTREMA; i++) {
      const v = floatAt(profile, i);
      const ahead = dark ? peak - v : v - peak;
      if (ahead <= 0 && -ahead <= most) continue;
      if (ahead <= 0) {
        store<i32>(extrema + ((<usize>count) << 2), best);
        count++;
        dark = !dark;
      }
      best = i;
      peak = v;
      least = swing;
      most = swing;
    }
  }
  if (count == 0) return 0;
  store<i32>(extrema + ((<usize>count) << 2), best);
  return count + 1;
}

function extremum(index: i32): i32 {
  return load<i32>(extrema + ((<usize>index) << 2));
}

/**
 * The edge between extrema k and k + 1. Light is where the slope from the dark extremum ends, not where the lightest
 * sample is: a quiet zone may lie in a shade of its own. A slope has ended only if it rose at least half as far as the
 * dark extremum's other side does: ringing within a bar is no slope.
 */
function putEdge(profile: usize, k: i32, count: i32, out: usize): void {
  const falling = (k & 1) == 0;
  const bottom = extremum(falling ? k + 1 : k);
  const end = extremum(falling ? k : k + 1);
  const other = falling ? k + 2 : k - 1;
  const step = falling ? -1 : 1;
  const dark = floatAt(profile, bottom);
  const least: f32 = other < count ? 0.5 * (floatAt(profile, extremum(other)) - dark) : 1e9;
  let steepest: f32 = 0;
  let light = dark;
  for (let i = bottom; i != end; i += step) {
    const next = floatAt(profile, i + step);
    const slope = next - light;
    if (slope < SHOULDER * steepest && light - dark > least) break;
    steepest = max(steepest, slope);
    light = next;
  }
  const middle: f32 = (dark + light) * 0.5;
  let i = bottom;
  while (i != end && floatAt(profile, i + step) < middle) i += step;
  const p = floatAt(profile, i);
  const q = i != end ? floatAt(profile, i + step) : p;
  const t: f32 = q != p ? (middle - p) / (q - p) : 0;
  setFloat(out, k, <f32>i + <f32>step * max<f32>(0, min<f32>(t, 1)));
}

/** Least and greatest value of the segment last measured. */
let segmentLow: f32 = 0;
let segmentHigh: f32 = 0;

/** Measures the segment that begins at a sample; an empty one leaves a range as it is. */
function measureSegment(profile: usize, length: i32, from: i32): void {
  const to = min(length, from + SEGMENT);
  let low: f32 = 1e9;
  let high: f32 = -1e9;
  let i = from;
  if (ASC_FEATURE_SIMD) {
    let lows = f32x4.splat(low);
    let highs = f32x4.splat(high);
    for (; i + 4 <= to; i += 4) {
      const values = v128.load(profile + ((<usize>i) << 2));
      lows = f32x4.pmin(values, lows);
      highs = f32x4.pmax(values, highs);
    }
    low = min(
      min(f32x4.extract_lane(lows, 0), f32x4.extract_lane(lows, 1)),
      min(f32x4.extract_lane(lows, 2), f32x4.extract_lane(lows, 3)),
    );
    high = max(
      max(f32x4.extract_lane(highs, 0), f32x4.extract_lane(highs, 1)),
      max(f32x4.extract_lane(highs, 2), f32x4.extract_lane(highs, 3)),
    );
  }
  for (; i < to; i++) {
    const v = floatAt(profile, i);
    low = min(low, v);
    high = max(high, v);
  }
  segmentLow = low;
  segmentHigh = high;
}
