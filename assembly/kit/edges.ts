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

/** Writes at most `most` edges, returns how many. `part` is COARSE, FINE or SHARP. */
export function findEdges(profile: usize, length: i32, part: f32, out: usize, most: i32): i32 {
  let count: i32 = 0;
  let dark = false;
  // The extremum last confirmed and the one being followed.
  let held: i32 = 0;
  let best: i32 = 0;
  let swing: f32 = LEAST_SWING;
  for (let i = 0; i < length && count < most; i++) {
    if (i % SEGMENT == 0) swing = swingAt(profile, length, part, i);
    const v = floatAt(profile, i);
    const b = floatAt(profile, best);
    if (dark ? v < b : v > b) {
      best = i;
    } else if (dark ? v - b > swing : b - v > swing) {
      // The extremum at `best` stands; what led to it from `held` is an edge, except before the first extremum.
      if (count > 0 || dark) count = putEdge(profile, held, best, swing, out, count);
      held = best;
      best = i;
      dark = !dark;
    }
  }
  if (dark && count < most) count = putEdge(profile, held, best, swing, out, count);
  else if (!dark && count > 0 && count < most) count = putEdge(profile, held, best, swing, out, count);
  return count;
}

/**
 * The edge between two extrema. Light is where the slope from the dark extremum ends, not where the lightest sample is:
 * a quiet zone may lie in a shade of its own.
 */
function putEdge(profile: usize, from: i32, to: i32, swing: f32, out: usize, count: i32): i32 {
  const falling = floatAt(profile, to) < floatAt(profile, from);
  const bottom = falling ? to : from;
  const step = falling ? -1 : 1;
  const end = falling ? from : to;
  const dark = floatAt(profile, bottom);
  let steepest: f32 = 0;
  let light = dark;
  for (let i = bottom; i != end; i += step) {
    const next = floatAt(profile, i + step);
    const slope = next - light;
    if (slope < SHOULDER * steepest && light - dark > 2 * swing) break;
    steepest = max(steepest, slope);
    light = next;
  }
  const middle: f32 = (dark + light) * 0.5;
  let i = bottom;
  while (i != end && floatAt(profile, i + step) < middle) i += step;
  const p = floatAt(profile, i);
  const q = i != end ? floatAt(profile, i + step) : p;
  const t: f32 = q != p ? (middle - p) / (q - p) : 0;
  setFloat(out, count, <f32>i + <f32>step * max<f32>(0, min<f32>(t, 1)));
  return count + 1;
}

/** Least swing around a sample. */
function swingAt(profile: usize, length: i32, part: f32, at: i32): f32 {
  const from = max(0, at - SEGMENT);
  const to = min(length, at + 2 * SEGMENT);
  let low: f32 = 1e9;
  let high: f32 = -1e9;
  for (let i = from; i < to; i++) {
    const v = floatAt(profile, i);
    low = min(low, v);
    high = max(high, v);
  }
  return max(LEAST_SWING, (high - low) * part);
}
