/**
 * The clock track of a side: the line along which ink alternates evenly, sought across from a solid side. Gives its lean
 * and its number of modules. Knows no sizes.
 */
import { Plane } from "../../image/plane";
import { allocFloats, floatAt, setFloat } from "../../kit/floats";
import { measureExtremes } from "../../kit/darkness";
import { spend } from "../../kit/budget";
import { mark, release } from "../../memory/arena";
import { inkOf } from "./edge-track";

/** Samples per expected module, and most of a line. */
const PER_MODULE: i32 = 5;
const MOST_SAMPLES: i32 = 1200;
/** A line is followed so far beyond the expected corner, as a part of the side. */
const BEYOND: f64 = 0.3;
/** Least contrast within a line as a part of its largest. */
const LEAST_CONTRAST: f32 = 0.3;
/** Least and largest run as a part of what is expected: of the first, and of later ones against the mean of those before. */
const FIRST_LEAST: f64 = 0.4;
const FIRST_MOST: f64 = 2.1;
const RUN_LEAST: f64 = 0.5;
const RUN_MOST: f64 = 1.6;

@unmanaged
export class Clock {
  /** By how much the far end lies further out than the parallel side says, as a part of the other side. */
  lean: f64;
  /** Modules. */
  modules: i32;
  /** Its length as a part of the parallel side. */
  reach: f64;
  /** Sum over its runs of their evenness and contrast: what the best line has most of. */
  score: f64;
}

/** The side that is sought: from where, along what, bowed how, and how far apart its lines lie. */
@unmanaged
export class ClockSide {
  plane: Plane;
  isInverted: bool;
  /** The solid side's far end, where the clock track begins. */
  x: f64;
  y: f64;
  /** The other solid side from the corner to its end. */
  alongX: f64;
  alongY: f64;
  /** The vector by which a lean of 1 moves the far end outwards: the first solid side from the corner to its end. */
  outX: f64;
  outY: f64;
  /** Bow at the middle in pixels, of the parallel side, and its direction. */
  bow: f64;
  bowX: f64;
  bowY: f64;
  /** Module size in pixels across and along the track, as the solid sides' thickness says. */
  across: f64;
  along: f64;
}

/** Finds the best line among leans of −most … most. */
export function findClock(side: ClockSide, most: f64, clock: Clock): void {
  clock.modules = 0;
  clock.score = 0;
  const length = Math.hypot(side.alongX, side.alongY);
  const depth = Math.hypot(side.outX, side.outY);
  const expected = length / side.along;
  const samples = min(MOST_SAMPLES, (<i32>(expected * (1 + BEYOND) * <f64>PER_MODULE) + 4) & ~3);
  const scratch = mark();
  const line = allocFloats(samples);
  const low = allocFloats(samples);
  const high = allocFloats(samples);
  if (high != 0) {
    const step = (0.3 * side.across) / depth;
    const half = <i32>min<f64>(most / step, 40);
    for (let k = -half; k <= half; k++) {
      if (!spend(1 + samples / 60)) break;
      measureLine(side, <f64>k * step, expected, samples, line, low, high, clock);
    }
  }
  release(scratch);
}

/** Tries one lean; keeps it if it is the best so far. */
function measureLine(
  side: ClockSide,
  lean: f64,
  expected: f64,
  samples: i32,
  line: usize,
  low: usize,
  high: usize,
  clock: Clock,
): void {
  const depth = Math.hypot(side.outX, side.outY);
  // Half a module inside of the outer edge.
  const inset = (0.5 * side.across) / depth;
  const step = (1 + BEYOND) / <f64>samples;
  for (let i = 0; i < samples; i++) {
    const s = (<f64>i + 0.5) * step;
    const out = lean * s - inset;
    const bow = side.bow * 4 * s * (1 - s);
    const x = side.x + side.alongX * s + side.outX * out + side.bowX * bow;
    const y = side.y + side.alongY * s + side.outY * out + side.bowY * bow;
    setFloat(line, i, inkOf(side.plane, x, y, side.isInverted));
  }
  measureExtremes(line, samples, <f32>(1.2 * <f64>PER_MODULE), low, high);
  let widest: f32 = 0;
  for (let i = 0; i < samples; i++) widest = max(widest, floatAt(high, i) - floatAt(low, i));
  const least = max<f32>(6, widest * LEAST_CONTRAST);
  // Runs from the corner on: the first module is the solid side's own, dark.
  const module = <f64>samples / ((1 + BEYOND) * expected);
  let mean = module;
  let start: f64 = 0;
  let isDark = true;
  let runs: i32 = 0;
  let score: f64 = 0;
  let before: f32 = 1;
  for (let i = 0; i < samples; i++) {
    const contrast = floatAt(high, i) - floatAt(low, i);
    if (contrast < least) {
      if (<f64>i - start > mean * 2.5) break;
      continue;
    }
    // −1 ground … 1 ink, within the local extremes.
    const value: f32 = (<f32>2 * floatAt(line, i) - floatAt(high, i) - floatAt(low, i)) / contrast;
    if (isDark ? value < 0 : value > 0) {
      const at = <f64>i - <f64>(value / (value - before));
      const run = at - start;
      const isEven =
        runs == 0
          ? run > FIRST_LEAST * mean && run < FIRST_MOST * mean
          : run > RUN_LEAST * mean && run < RUN_MOST * mean;
      if (!isEven) break;
      const deviation = Math.abs(run / mean - 1);
      score += <f64>(contrast / widest) * (1 - deviation);
      mean = runs == 0 ? (mean + run) * 0.5 : mean + (run - mean) * 0.25;
      runs++;
      start = at;
      isDark = !isDark;
    }
    before = value;
  }
  if (score <= clock.score) return;
  clock.score = score;
  clock.lean = lean;
  // The last module is light and runs into the quiet zone.
  clock.modules = runs + 1;
  clock.reach = ((start + mean) * (1 + BEYOND)) / <f64>samples;
}
