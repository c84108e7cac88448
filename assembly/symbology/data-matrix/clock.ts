/**
 * The clock track of a side: the line along which ink alternates evenly, sought across from a solid side. Gives its lean
 * and its number of modules. Knows no sizes.
 */
import { Plane } from "../../image/plane";
import { allocFloats, floatAt, setFloat } from "../../kit/floats";
import { isThorough } from "../../io/options";
import { measureExtremes } from "../../kit/darkness";
import { spend } from "../../kit/budget";
import { mark, release } from "../../memory/arena";
import { inkOf } from "./edge-track";

/** Samples per expected module, and most of a line. */
export const PER_MODULE: i32 = 5;
export const MOST_SAMPLES: i32 = 1200;
/** Samples of a line that are looked at first. */
const FIRST_SAMPLES: i32 = 40;
/** Lines are so many modules apart, and so many on either side at most. */
const LINE_STEP: f64 = 0.3;
const MOST_LINES: f64 = 40;
/** A line is followed so far beyond the expected corner, as a part of the side. */
export const BEYOND: f64 = 0.3;
/** Reach of a track that was followed to its end. */
const WHOLE_LEAST: f64 = 0.85;
const WHOLE_MOST: f64 = 1.2;
/** Least contrast within a line as a part of its largest. */
const LEAST_CONTRAST: f32 = 0.3;
/** Least and largest run as a part of what is expected: of the first, and of later ones against the mean of those before. */
const FIRST_LEAST: f64 = 0.4;
const FIRST_MOST: f64 = 2.1;
/** Runs that must follow on a module that ran together with its neighbours. */
const LEAST_BEHIND: i32 = 3;
/** How far past the middle, of −1 … 1, a run must go to be one. */
const HYSTERESIS: f32 = 0.25;
/** Modules by which the first may begin late. */
const FIRST_LATE: f64 = 0.7;
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
  /** By how much the middle of the parallel side lies off its chord. */
  bowX: f64;
  bowY: f64;
  /** Module size in pixels across and along the track, as the solid sides' thickness says. */
  across: f64;
  along: f64;
}

/** Finds the best line among leans of about `lean`, `most` more or less. */
export function findClock(side: ClockSide, lean: f64, most: f64, clock: Clock): void {
  clock.modules = 0;
  clock.lean = 0;
  clock.score = 0;
  clock.reach = 0;
  const length = Math.hypot(side.alongX, side.alongY);
  const depth = Math.hypot(side.outX, side.outY);
  const expected = length / side.along;
  const samples = min(MOST_SAMPLES, <i32>(expected * (1 + BEYOND) * <f64>PER_MODULE) + 4);
  const scratch = mark();
  const line = allocFloats(samples);
  const low = allocFloats(samples);
  const high = allocFloats(samples);
  if (high != 0) {
    const step = (LINE_STEP * side.across) / depth;
    const half = <i32>min<f64>(most / step, MOST_LINES);
    // The side's end and the module's width are known to half a module only: lines further in and out, where need be.
    const shifts = isThorough() ? 3 : 1;
    for (let shift = 0; shift < shifts; shift++) {
      const inset = ((shift == 0 ? 0.5 : shift == 1 ? 0.85 : 0.15) * side.across) / depth;
      let sampled: i32 = 0;
      for (let k = -half; k <= half; k++) {
        sampled += measureLine(side, lean + <f64>k * step, inset, expected, samples, line, low, high, clock);
      }
      if (!spend(1 + sampled / 50) || (clock.reach > WHOLE_LEAST && clock.reach < WHOLE_MOST)) break;
    }
  }
  release(scratch);
}

/** Tries one lean; keeps it if it is the best so far. Returns how many samples that took. */
function measureLine(
  side: ClockSide,
  lean: f64,
  inset: f64,
  expected: f64,
  samples: i32,
  line: usize,
  low: usize,
  high: usize,
  clock: Clock,
): i32 {
  const module = <f64>samples / ((1 + BEYOND) * expected);
  // Most lines show within a few modules that they are none.
  let count = min(samples, FIRST_SAMPLES);
  sampleTrack(side, lean, inset, 0, count, samples, line);
  walk(line, count, module, low, high);
  if (count < samples && walkedTo > <f64>count - 3 * module) {
    sampleTrack(side, lean, inset, count, samples, samples, line);
    count = samples;
    walk(line, count, module, low, high);
  }
  if (walkedScore > clock.score) {
    clock.score = walkedScore;
    clock.lean = lean;
    // The last module is light and runs into the quiet zone.
    clock.modules = walkedRuns + 1;
    clock.reach = (walkedTo * (1 + BEYOND)) / <f64>samples;
  }
  return count;
}

export function sampleTrack(
  side: ClockSide,
  lean: f64,
  inset: f64,
  from: i32,
  to: i32,
  samples: i32,
  line: usize,
): void {
  const step = (1 + BEYOND) / <f64>samples;
  for (let i = from; i < to; i++) {
    const s = (<f64>i + 0.5) * step;
    const out = lean * s - inset;
    const bow = 4 * s * (1 - s);
    const x = side.x + side.alongX * s + side.outX * out + side.bowX * bow;
    const y = side.y + side.alongY * s + side.outY * out + side.bowY * bow;
    setFloat(line, i, inkOf(side.plane, x, y, side.isInverted));
  }
}

/** What walk() found: alternations, their score, and where the module behind the last one ends, in samples. */
export let walkedRuns: i32 = 0;
let walkedScore: f64 = 0;
let walkedTo: f64 = 0;
/** … and where they lie, f32 samples: a module that ran together has its borders spread evenly. */
export const walkedAt = memory.data(4 * 256);
const MOST_RUNS: i32 = 250;

/** Walks along a profile from run to run while they are even; `module` is what one is expected to take. */
export function walk(line: usize, samples: i32, module: f64, low: usize, high: usize): void {
  measureExtremes(line, samples, <f32>(1.2 * <f64>PER_MODULE), low, high);
  let widest: f32 = 0;
  for (let i = 0; i < samples; i++) widest = max(widest, floatAt(high, i) - floatAt(low, i));
  const least = max<f32>(6, widest * LEAST_CONTRAST);
  let mean = module;
  let start: f64 = 0;
  let crossed: f64 = 0;
  let isDark = true;
  let isBegun = false;
  let runs: i32 = 0;
  let merged: i32 = 0;
  // The walk as it stood before the last module that ran together.
  let soundRuns: i32 = 0;
  let soundScore: f64 = 0;
  let soundTo: f64 = 0;
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
    if (!isBegun) {
      // The side's end may have been put a little too far.
      start = <f64>i;
      if (start > FIRST_LATE * module) break;
      isBegun = value > 0;
      before = value;
      continue;
    }
    if (before > 0 != value > 0) crossed = <f64>i - <f64>(value / (value - before));
    before = value;
    if (isDark ? value > -HYSTERESIS : value < HYSTERESIS) continue;
    const run = (crossed - start) / mean;
    // The first module is the solid side's own.
    if (runs == 0 ? run > FIRST_LEAST && run < FIRST_MOST : run > RUN_LEAST && run < RUN_MOST) {
      score += <f64>(contrast / widest) * (1 - Math.abs(run - 1));
      setFloat(walkedAt, runs, <f32>crossed);
      mean *= runs == 0 ? 0.5 + 0.5 * run : 0.75 + 0.25 * run;
      runs++;
    } else if (runs > 3 && run > 2.4 && run < 3.6 && merged < runs >> 3) {
      // A module that ran together with its neighbours.
      merged++;
      soundRuns = runs;
      soundScore = score;
      soundTo = start + mean;
      for (let k = 0; k < 3; k++) setFloat(walkedAt, runs + k, <f32>(start + ((crossed - start) * <f64>(k + 1)) / 3));
      runs += 3;
    } else {
      break;
    }
    start = crossed;
    isDark = !isDark;
    if (runs > MOST_RUNS) break;
  }
  // Few runs behind it: not a module that ran together, but the track's end, the quiet zone and what lies beyond.
  const isSound = merged == 0 || runs >= soundRuns + 3 + LEAST_BEHIND;
  walkedRuns = isSound ? runs : soundRuns;
  walkedScore = isSound ? score : soundScore;
  walkedTo = isSound ? start + mean : soundTo;
}
