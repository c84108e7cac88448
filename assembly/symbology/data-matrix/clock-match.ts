/**
 * The clock track of a side where it is too blurred or torn to be walked along: every number of modules, lean and length
 * in reach is compared with the alternation it should show. Knows no sizes.
 */
import { spend } from "../../kit/budget";
import { measureExtremes } from "../../kit/darkness";
import { allocFloats, floatAt, setFloat } from "../../kit/floats";
import { mark, release } from "../../memory/arena";
import { BEYOND, Clock, ClockSide, MOST_SAMPLES, PER_MODULE, sampleTrack } from "./clock";
import { LEAST_SIDE, MOST_SIDE } from "./tables";

/** Modules that are tried, as parts of what the thickness of the sides says. */
const FEWEST: f64 = 0.6;
const MOST: f64 = 1.45;
/** Steps of lean about the one that findClock() left. */
const NEAR: i32 = 4;
/** Lengths that are tried, as parts of the opposite side's. */
const SHORTEST: f64 = 0.86;
const LONGEST: f64 = 1.14;
/** Agreement that must be reached: so much and, as chance finds a few modules that alternate, more for few of them. */
const LEAST: f64 = 0.3;
const LEAST_BY_ROOT: f64 = 1.5;

/** Puts the best agreement into `clock`; leaves it alone where there is none. */
export function matchClock(side: ClockSide, most: f64, clock: Clock): void {
  const length = Math.hypot(side.alongX, side.alongY);
  const depth = Math.hypot(side.outX, side.outY);
  const expected = length / side.along;
  const samples = min(MOST_SAMPLES, <i32>(expected * (1 + BEYOND) * <f64>PER_MODULE) + 4);
  const fewest = max(LEAST_SIDE, <i32>(expected * FEWEST)) & ~1;
  const largest = min(MOST_SIDE, <i32>(expected * MOST));
  const scratch = mark();
  const line = allocFloats(samples);
  const low = allocFloats(samples);
  const high = allocFloats(samples);
  if (high != 0) {
    const step = (0.3 * side.across) / depth;
    const half = <i32>min<f64>(most / step, 30);
    const inset = (0.5 * side.across) / depth;
    let best: f64 = 0;
    const near = <i32>Math.round(clock.lean / step);
    for (let k = max(-half, near - NEAR); k <= min(half, near + NEAR); k++) {
      if (!spend(2 + samples / 20)) break;
      sampleTrack(side, <f64>k * step, inset, 0, samples, samples, line);
      normalise(line, samples, low, high);
      for (let modules = fewest; modules <= largest; modules += 2) {
        const least = LEAST + LEAST_BY_ROOT / Math.sqrt(<f64>modules);
        for (let reach = SHORTEST; reach <= LONGEST; reach += 0.4 / <f64>modules) {
          const merit = alternation(line, (<f64>samples * reach) / (1 + BEYOND), modules) - least;
          if (merit <= best) continue;
          best = merit;
          clock.lean = <f64>k * step;
          clock.modules = modules;
          clock.reach = reach;
        }
      }
    }
  }
  release(scratch);
}

/** Values become −1 ground … 1 ink, within the local extremes. */
function normalise(line: usize, samples: i32, low: usize, high: usize): void {
  measureExtremes(line, samples, <f32>(1.2 * <f64>PER_MODULE), low, high);
  let widest: f32 = 8;
  for (let i = 0; i < samples; i++) widest = max(widest, floatAt(high, i) - floatAt(low, i));
  for (let i = 0; i < samples; i++) {
    const range = max<f32>(floatAt(high, i) - floatAt(low, i), widest * 0.4);
    setFloat(line, i, (<f32>2 * floatAt(line, i) - floatAt(high, i) - floatAt(low, i)) / range);
  }
}

/** Mean of the values at the middles of so many modules over a length, every second one counted the other way. */
function alternation(line: usize, length: f64, modules: i32): f64 {
  const step = length / <f64>modules;
  let at = 0.5 * step;
  let sum: f64 = 0;
  for (let k = 0; k < modules; k++) {
    const value = <f64>floatAt(line, <i32>at);
    sum += (k & 1) == 0 ? value : -value;
    at += step;
  }
  return sum / <f64>modules;
}
