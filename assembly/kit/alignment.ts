/**
 * Aligns scan lines: first each to its neighbour, from the middle outwards, then each to the mean of all. Lines that
 * disagree are left out. Knows no symbology.
 */
import { mark, release } from "../memory/arena";
import { addFloats, allocFloats, dotProduct, floatAt, setFloat } from "./floats";
import { Lines, PARTS, alignLine, boundAt, differentiate, lineOf, setBound, shiftAddress, shiftAt } from "./scan-lines";

/** Lines of one symbol correlate at least so; lines of text and clutter do not. */
const AGREEMENT: f32 = 0.5;

/** Bars lean against the region's normal by at most so much (tangent). */
const LEAN: f32 = 0.25;

/** Samples by which the second alignment may correct the first. */
const CORRECTION: i32 = 2;

/** Scratch of correlate(). */
const sums = memory.data(4 * 256);

/** Scratch of smooth(). */
const means = memory.data(4 * 64);

/** First alignment: from the middle outwards, each line to the last one that agreed. */
export function chain(lines: Lines): void {
  const middle = lines.count >> 1;
  weigh(lines, lineOf(lines.slope, middle, lines.samples));
  setFloat(lines.trust, middle, 1);
  const upper = walk(lines, middle, -1, 0);
  const lower = walk(lines, middle, 1, upper);
  if (upper == 0 && lower == 0) setFloat(lines.trust, middle, 0);
}

/** Parts the reference so that all parts hold the same gradient energy; finds their centres of gravity. */
function weigh(lines: Lines, slope: usize): void {
  const samples = lines.samples;
  let sum: f32 = 0;
  let mass: f32 = 0;
  let moment: f32 = 0;
  let part: i32 = 0;
  for (let i = 0; i < samples && part < PARTS; i++) {
    const v = floatAt(slope, i);
    sum += v * v;
    mass += v * v;
    moment += v * v * <f32>i;
    if (sum * <f32>PARTS >= <f32>(part + 1) * 0.9999 || i == samples - 1) {
      setFloat(lines.centres, part, mass > 0 ? moment / mass : <f32>i);
      part++;
      setBound(lines, part, i + 1);
      mass = 0;
      moment = 0;
    }
  }
  for (; part < PARTS; part++) {
    setFloat(lines.centres, part, <f32>(samples - 1));
    setBound(lines, part + 1, samples);
  }
  setBound(lines, PARTS, samples);
  // Distinct centres, so that shifts between them are defined.
  for (let k = 1; k < PARTS; k++) {
    setFloat(lines.centres, k, max(floatAt(lines.centres, k), floatAt(lines.centres, k - 1) + 1));
  }
}

/**
 * Aligns the parts of line b to those of line a, whose own shifts are those of line `j`, near the shift `moved`;
 * writes the shifts of line `to`. A part that does not agree goes with the whole.
 */
function alignParts(lines: Lines, a: usize, b: usize, j: i32, moved: f32, to: i32): void {
  const samples = lines.samples;
  const centre = <i32>nearest<f32>(moved);
  for (let part = 0; part < PARTS; part++) {
    const own = shiftAt(lines, j, part);
    const move = <i32>nearest<f32>(own);
    const from = max(0, min(samples - 2, boundAt(lines, part) + move));
    const end = max(from + 1, min(samples, boundAt(lines, part + 1) + move));
    correlate(a, b, from, end, centre, CORRECTION, lines);
    const agreed = lines.peak * <f32>PARTS >= AGREEMENT;
    store<f32>(shiftAddress(lines, to, part), own + (agreed ? lines.place : moved));
  }
}

/** Aligns lines in one direction; returns the shift per line that it ended with. */
function walk(lines: Lines, start: i32, direction: i32, slope0: f32): f32 {
  const samples = lines.samples;
  let last = start;
  let slope: f32 = -slope0;
  let known = slope0 != 0;
  let missed: i32 = 0;
  let accepted: i32 = 0;
  for (let j = start + direction; j >= 0 && j < lines.count; j += direction) {
    const gap = <f32>abs(j - last);
    const guess = <i32>nearest<f32>(slope * gap);
    const lean = (known ? <f32>0.08 : LEAN) * lines.dv * gap;
    const range = min(24, <i32>ceil<f32>(lean / lines.step) + 2);
    const a = lineOf(lines.slope, last, samples);
    const b = lineOf(lines.slope, j, samples);
    correlate(a, b, 0, samples, guess, range, lines);
    if (lines.peak < AGREEMENT) {
      missed++;
      if (missed > 2 + lines.count / 8) break;
      continue;
    }
    missed = 0;
    const peak = lines.peak;
    const moved = lines.place;
    alignParts(lines, a, b, last, moved, j);
    setFloat(lines.trust, j, peak);
    slope = known ? slope + 0.3 * (moved / gap - slope) : moved / gap;
    known = true;
    last = j;
    accepted++;
  }
  return accepted > 0 ? (slope == 0 ? <f32>0.0001 : slope) : 0;
}

/**
 * Correlation of a[i] with b[i + s] over from ≤ i < to, for s within `range` of `centre`; leaves the peak's height and
 * sub-sample place in `lines`.
 */
function correlate(a: usize, b: usize, from: i32, to: i32, centre: i32, range: i32, lines: Lines): void {
  let best: i32 = -range;
  const samples = lines.samples;
  for (let s = -range; s <= range; s++) {
    const shift = centre + s;
    const i0 = max(from, -shift);
    const i1 = min(to, samples - shift);
    const value: f32 = i1 > i0 ? dotProduct(a + ((<usize>i0) << 2), b + ((<usize>(i0 + shift)) << 2), i1 - i0) : 0;
    setFloat(sums, s + range, value);
    if (value > floatAt(sums, best + range)) best = s;
  }
  lines.peak = floatAt(sums, best + range);
  let part: f32 = 0;
  if (best > -range && best < range) {
    const l = floatAt(sums, best + range - 1);
    const c = lines.peak;
    const r = floatAt(sums, best + range + 1);
    const bend: f32 = 2 * c - l - r;
    if (bend > 0) part = max<f32>(-0.5, min<f32>(0.5, (0.5 * (r - l)) / bend));
  }
  lines.place = <f32>(centre + best) + part;
}

/** Second alignment: each line's two halves to the mean of all lines. */
export function refine(lines: Lines): void {
  const samples = lines.samples;
  const scratch = mark();
  const mean = allocFloats(samples);
  const slope = allocFloats(samples);
  if (mean != 0 && slope != 0) {
    smooth(lines);
    memory.fill(mean, 0, (<usize>samples) << 2);
    for (let j = 0; j < lines.count; j++) {
      if (!(floatAt(lines.trust, j) > 0)) continue;
      alignLine(lines, j, slope);
      addFloats(mean, slope, samples);
    }
    differentiate(mean, samples, slope);
    for (let j = 0; j < lines.count; j++) {
      if (!(floatAt(lines.trust, j) > 0)) continue;
      const line = lineOf(lines.slope, j, samples);
      let trust: f32 = 0;
      for (let part = 0; part < PARTS; part++) {
        const from = boundAt(lines, part);
        const end = boundAt(lines, part + 1);
        const own = shiftAt(lines, j, part);
        correlate(slope, line, from, end, <i32>nearest<f32>(own), CORRECTION, lines);
        trust += lines.peak;
        if (lines.peak * <f32>PARTS >= AGREEMENT) store<f32>(shiftAddress(lines, j, part), lines.place);
      }
      setFloat(lines.trust, j, trust >= AGREEMENT ? trust : 0);
    }
    smooth(lines);
  }
  release(scratch);
}

/**
 * What a part's shift differs from the line's mean shift changes along the height as perspective does: linearly.
 * Single values are noisy, their line is not. The mean shift stays: bars may be bent.
 */
function smooth(lines: Lines): void {
  for (let j = 0; j < lines.count; j++) {
    let sum: f32 = 0;
    for (let part = 0; part < PARTS; part++) sum += shiftAt(lines, j, part);
    setFloat(means, j, sum / <f32>PARTS);
  }
  for (let part = 0; part < PARTS; part++) {
    let n: f32 = 0;
    let sj: f32 = 0;
    let sjj: f32 = 0;
    let sb: f32 = 0;
    let sjb: f32 = 0;
    for (let j = 0; j < lines.count; j++) {
      if (!(floatAt(lines.trust, j) > 0)) continue;
      const b = shiftAt(lines, j, part) - floatAt(means, j);
      n += 1;
      sj += <f32>j;
      sjj += <f32>(j * j);
      sb += b;
      sjb += <f32>j * b;
    }
    const det = n * sjj - sj * sj;
    if (!(det > 0)) continue;
    const rise = (n * sjb - sj * sb) / det;
    const base = (sb - rise * sj) / n;
    for (let j = 0; j < lines.count; j++) {
      store<f32>(shiftAddress(lines, j, part), floatAt(means, j) + base + rise * <f32>j);
    }
  }
}
