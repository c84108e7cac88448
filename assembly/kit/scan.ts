/**
 * From a region to a strip: parallel scan lines over the height of the bars, each shifted and stretched until it
 * agrees with the others, then averaged. Lines that disagree are left out. Knows no symbology.
 */
import { Plane } from "../image/plane";
import { alloc, mark, release } from "../memory/arena";
import { spend } from "./budget";
import { COARSE, findEdges } from "./edges";
import { allocFloats, dotProduct, floatAt, sampleAt, setFloat } from "./floats";
import { Region } from "./regions";
import { sampleLine } from "./scan-line";
import { Strip } from "./strip";

/** Most scan lines of a strip, and most samples of a line. */
export const MOST_LINES: i32 = 40;
const MOST_SAMPLES: f32 = 3000;
/** Narrow bands of a strip of many lines. */
const NARROW: i32 = 8;
/** Lines of one symbol correlate at least so; lines of text and clutter do not. */
const AGREEMENT: f32 = 0.5;
/** Bars lean against the region's normal by at most so much (tangent). */
const LEAN: f32 = 0.25;
/** Samples by which the second alignment may correct the first. */
const CORRECTION: i32 = 2;

/** Edges that a first look must find: half of the 34 of the shortest symbol, so that blur and shadow may have the rest. */
const FEW_EDGES: i32 = 17;
/** Parts of a line that are aligned one by one: perspective and bent surfaces stretch a line unevenly. */
const PARTS: i32 = 5;

/** Scan lines of a region while they are aligned. */
@unmanaged
class Lines {
  plane: Plane;
  count: i32;
  samples: i32;
  step: f32;
  /** First sample of the line at v = 0, and the unit normal, in pixels of the level. */
  x: f32;
  y: f32;
  nx: f32;
  ny: f32;
  /** Direction of the lines: the normal, and what they climb along the bars. */
  dx: f32;
  dy: f32;
  /** Place of line 0 along the bars, and distance between lines. */
  v0: f32;
  dv: f32;
  grey: usize;
  /** Derivatives with unit norm. */
  slope: usize;
  /**
   * Sample i of the reference is sample i + s of the line. s is known at the centres of gravity of PARTS parts of the
   * reference and linear between and beyond: f32 [line][part].
   */
  shifts: usize;
  /** First sample of each part and one past the last (i32), and their centres (f32). */
  bounds: usize;
  centres: usize;
  /** Agreement of each line; 0 for a line that is left out. */
  trust: usize;
  /** Last correlation peak: its height and place. */
  peak: f32;
  place: f32;
}

/** Scratch of correlate(). */
const sums = memory.data(4 * 256);
/** Scratch of smooth(). */
const means = memory.data(4 * 64);

/**
 * Scans a region. The strips found (stacked symbols give several) go to `out` as u32 addresses; returns how many.
 * `step` is in pixels of the level.
 */
export function scanRegion(plane: Plane, level: i32, region: Region, lines: i32, out: usize, most: i32): i32 {
  return scanPart(plane, level, region, -0.5 * region.height, region.height, lines, out, most, 0);
}

function scanPart(
  plane: Plane,
  level: i32,
  region: Region,
  v0: f32,
  height: f32,
  most: i32,
  out: usize,
  room: i32,
  depth: i32,
): i32 {
  if (room <= 0 || (height < 3 && depth > 0)) return 0;
  const before = mark();
  if (!isStriped(plane, region, v0, height)) {
    release(before);
    return 0;
  }
  const lines = openLines(plane, region, v0, height, most);
  if (lines == null) return 0;
  if (!spend((lines.count * lines.samples) >> 7)) return 0;
  chain(lines);
  let first = lines.count;
  let last = -1;
  let accepted: i32 = 0;
  for (let j = 0; j < lines.count; j++) {
    if (!(floatAt(lines.trust, j) > 0)) continue;
    first = min(first, j);
    last = j;
    accepted++;
  }
  let found: i32 = 0;
  const used = accepted >= 3;
  if (used) {
    refine(lines);
    const strip = average(lines, level, first, last);
    if (strip != null) {
      store<u32>(out, <u32>changetype<usize>(strip));
      found = 1;
    }
  } else {
    first = lines.count >> 1;
    last = first - 1;
  }
  const dv = lines.dv;
  const count = lines.count;
  if (!used) release(before);
  if (depth >= 2) return found;
  // What lies above and below the agreeing lines may be another symbol.
  if (<f32>first * dv >= max<f32>(6, height * 0.15)) {
    found += scanPart(plane, level, region, v0, <f32>first * dv, most, at(out, found), room - found, depth + 1);
  }
  const rest = <f32>(count - 1 - last) * dv;
  if (rest >= max<f32>(6, height * 0.15)) {
    const from = v0 + height - rest;
    found += scanPart(plane, level, region, from, rest, most, at(out, found), room - found, depth + 1);
  }
  return found;
}

function at(list: usize, index: i32): usize {
  return list + ((<usize>index) << 2);
}

/** A first look: true if any of three lines over the height crosses as many edges as a symbol has, or nearly. */
function isStriped(plane: Plane, region: Region, v0: f32, height: f32): bool {
  const samples = min(1024, <i32>(region.length + 1)) & ~3;
  const step = region.length / <f32>samples;
  const dx = region.nx - region.climb * region.ny;
  const dy = region.ny + region.climb * region.nx;
  const grey = allocFloats(samples);
  const edges = allocFloats(FEW_EDGES);
  if (grey == 0 || edges == 0) return false;
  for (let k = 1; k <= 3; k++) {
    const v = v0 + height * 0.25 * <f32>k;
    const x = region.cx - dx * region.length * 0.5 - region.ny * v - 0.5;
    const y = region.cy - dy * region.length * 0.5 + region.nx * v - 0.5;
    if (!sampleLine(plane, x, y, dx * step, dy * step, samples, grey)) continue;
    if (findEdges(grey, samples, COARSE, edges, FEW_EDGES) == FEW_EDGES) return true;
  }
  return false;
}

/** Samples the lines; null where memory is exhausted or the region misses the plane. */
function openLines(plane: Plane, region: Region, v0: f32, height: f32, most: i32): Lines | null {
  const margin = max<f32>(20, region.length * 0.15);
  const length = region.length + 2 * margin;
  const step = max<f32>(length <= 800 ? 0.5 : 1, length / MOST_SAMPLES);
  const samples = <i32>(length / step) & ~3;
  const count = max(3, min(min(most, MOST_LINES), <i32>(height * 0.5)));
  const head = alloc(offsetof<Lines>());
  const tableSize = (PARTS + 1) * MOST_LINES + 2 * PARTS + 1;
  const table = allocFloats(tableSize);
  const greys = allocFloats(count * samples);
  const slopes = allocFloats(count * samples);
  if (head == 0 || table == 0 || greys == 0 || slopes == 0) return null;
  const lines = changetype<Lines>(head);
  lines.plane = plane;
  lines.count = count;
  lines.samples = samples;
  lines.step = step;
  lines.nx = region.nx;
  lines.ny = region.ny;
  lines.dx = region.nx - region.climb * region.ny;
  lines.dy = region.ny + region.climb * region.nx;
  lines.x = region.cx - lines.dx * length * 0.5;
  lines.y = region.cy - lines.dy * length * 0.5;
  lines.dv = height / <f32>count;
  lines.v0 = v0 + lines.dv * 0.5;
  lines.grey = greys;
  lines.slope = slopes;
  lines.shifts = table;
  lines.trust = table + ((<usize>(PARTS * MOST_LINES)) << 2);
  lines.bounds = lines.trust + ((<usize>MOST_LINES) << 2);
  lines.centres = lines.bounds + ((<usize>(PARTS + 1)) << 2);
  memory.fill(table, 0, (<usize>tableSize) << 2);
  for (let j = 0; j < count; j++) {
    const v = lines.v0 + <f32>j * lines.dv;
    const to = lineOf(greys, j, samples);
    // Blocks were measured with pixels as cells; sample places are pixel centres.
    const x = lines.x - region.ny * v - 0.5;
    const y = lines.y + region.nx * v - 0.5;
    const hit = sampleLine(plane, x, y, lines.dx * step, lines.dy * step, samples, to);
    if (!hit) memory.fill(to, 0, (<usize>samples) << 2);
    differentiate(to, samples, lineOf(slopes, j, samples));
  }
  return lines;
}

function lineOf(array: usize, line: i32, samples: i32): usize {
  return array + ((<usize>(line * samples)) << 2);
}

/** Derivative over two samples, scaled to unit norm (zeros for a flat line). */
function differentiate(grey: usize, samples: i32, out: usize): void {
  setFloat(out, 0, 0);
  setFloat(out, samples - 1, 0);
  for (let i = 1; i < samples - 1; i++) setFloat(out, i, floatAt(grey, i + 1) - floatAt(grey, i - 1));
  const norm = sqrt<f32>(dotProduct(out, out, samples));
  if (!(norm > 0)) return;
  const inverse: f32 = 1 / norm;
  for (let i = 0; i < samples; i++) setFloat(out, i, floatAt(out, i) * inverse);
}

/** First alignment: from the middle outwards, each line to the last one that agreed. */
function chain(lines: Lines): void {
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
      store<i32>(at(lines.bounds, part), i + 1);
      mass = 0;
      moment = 0;
    }
  }
  for (; part < PARTS; part++) {
    setFloat(lines.centres, part, <f32>(samples - 1));
    store<i32>(at(lines.bounds, part + 1), samples);
  }
  store<i32>(at(lines.bounds, PARTS), samples);
  // Distinct centres, so that shifts between them are defined.
  for (let k = 1; k < PARTS; k++) {
    setFloat(lines.centres, k, max(floatAt(lines.centres, k), floatAt(lines.centres, k - 1) + 1));
  }
}

/** Address of a line's shift at a part. */
function shiftAddress(lines: Lines, j: i32, part: i32): usize {
  return lines.shifts + ((<usize>(j * PARTS + part)) << 2);
}

function shiftAt(lines: Lines, j: i32, part: i32): f32 {
  return load<f32>(shiftAddress(lines, j, part));
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
    const from = max(0, min(samples - 2, load<i32>(at(lines.bounds, part)) + move));
    const end = max(from + 1, min(samples, load<i32>(at(lines.bounds, part + 1)) + move));
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
function refine(lines: Lines): void {
  const samples = lines.samples;
  const scratch = mark();
  const mean = allocFloats(samples);
  const slope = allocFloats(samples);
  if (mean != 0 && slope != 0) {
    smooth(lines);
    memory.fill(mean, 0, (<usize>samples) << 2);
    for (let j = 0; j < lines.count; j++) {
      if (floatAt(lines.trust, j) > 0) addLine(lines, j, mean);
    }
    differentiate(mean, samples, slope);
    for (let j = 0; j < lines.count; j++) {
      if (!(floatAt(lines.trust, j) > 0)) continue;
      const line = lineOf(lines.slope, j, samples);
      let trust: f32 = 0;
      for (let part = 0; part < PARTS; part++) {
        const from = load<i32>(at(lines.bounds, part));
        const end = load<i32>(at(lines.bounds, part + 1));
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

/** Adds a line, aligned, to a sum. */
function addLine(lines: Lines, j: i32, sum: usize): void {
  const samples = lines.samples;
  const line = lineOf(lines.grey, j, samples);
  let i: i32 = 0;
  for (let part = 0; part < PARTS - 1; part++) {
    const from = floatAt(lines.centres, part);
    const to = floatAt(lines.centres, part + 1);
    const shift = shiftAt(lines, j, part);
    const rise = (shiftAt(lines, j, part + 1) - shift) / (to - from);
    const end = part == PARTS - 2 ? samples : <i32>to;
    for (; i < end; i++) {
      const place = <f32>i + shift + (<f32>i - from) * rise;
      setFloat(sum, i, floatAt(sum, i) + sampleAt(line, samples, place));
    }
  }
}

/** Adds a line to one band of a strip. */
function addToBand(lines: Lines, j: i32, profiles: usize, counts: usize, band: i32): void {
  addLine(lines, j, lineOf(profiles, band, lines.samples));
  store<i32>(at(counts, band), load<i32>(at(counts, band)) + 1);
}

/** The strip of the lines that agreed; null where memory is exhausted. */
function average(lines: Lines, level: i32, first: i32, last: i32): Strip | null {
  const samples = lines.samples;
  let accepted: i32 = 0;
  for (let j = 0; j < lines.count; j++) if (floatAt(lines.trust, j) > 0) accepted++;
  if (accepted < 2) return null;
  const parts = accepted >= 12 ? 4 : accepted >= 6 ? 3 : accepted >= 4 ? 2 : 0;
  // Narrow bands find the lines that pass between tears and glare.
  const narrow = accepted >= 2 * NARROW ? NARROW : 0;
  const bands = 1 + parts + narrow;
  const head = alloc(offsetof<Strip>());
  const counts = alloc((<usize>bands) << 2);
  const profiles = allocFloats(bands * samples);
  if (head == 0 || counts == 0 || profiles == 0) return null;
  memory.fill(head, 0, offsetof<Strip>());
  memory.fill(counts, 0, (<usize>bands) << 2);
  memory.fill(profiles, 0, (<usize>(bands * samples)) << 2);
  let k: i32 = 0;
  let trust: f32 = 0;
  for (let j = 0; j < lines.count; j++) {
    if (!(floatAt(lines.trust, j) > 0)) continue;
    trust += floatAt(lines.trust, j);
    addLine(lines, j, profiles);
    store<i32>(counts, load<i32>(counts) + 1);
    if (parts > 0) addToBand(lines, j, profiles, counts, 1 + (k * parts) / accepted);
    if (narrow > 0) addToBand(lines, j, profiles, counts, 1 + parts + (k * narrow) / accepted);
    k++;
  }
  for (let band = 0; band < bands; band++) {
    const inverse: f32 = 1 / <f32>max(1, load<i32>(at(counts, band)));
    const profile = lineOf(profiles, band, samples);
    for (let i = 0; i < samples; i++) setFloat(profile, i, floatAt(profile, i) * inverse);
  }
  const strip = changetype<Strip>(head);
  strip.length = samples;
  strip.bands = bands;
  strip.profiles = profiles;
  strip.lines = counts;
  strip.trust = trust / <f32>accepted;
  const size = <f32>(1 << level);
  strip.scale = lines.step * size;
  const lean = lines.dx == lines.nx && lines.dy == lines.ny ? leanOf(lines, first, last) : 0;
  place(lines, strip, first, size, lean, false);
  place(lines, strip, last, size, lean, true);
  return strip;
}

/**
 * Where the profile's samples lie on the uppermost or lowest line of the strip. Reading goes square to the bars, whose
 * lean against the lines is `lean` (tangent): the region's normal is only nearly that.
 */
function place(lines: Lines, strip: Strip, j: i32, size: f32, lean: f32, isBottom: bool): void {
  const half = lines.dv * (isBottom ? <f32>0.5 : <f32>-0.5);
  const v = lines.v0 + <f32>j * lines.dv + half;
  const first = shiftAt(lines, j, 0);
  const start = floatAt(lines.centres, 0);
  const rise = (shiftAt(lines, j, PARTS - 1) - first) / (floatAt(lines.centres, PARTS - 1) - start);
  const stretch: f32 = 1 + rise;
  const from = (first - rise * start + (lean * half) / lines.step) * lines.step;
  const dx = lines.step * (lines.dx * stretch + lean * lines.ny) * size;
  const dy = lines.step * (lines.dy * stretch - lean * lines.nx) * size;
  // The middle of the strip stays where it is.
  const middle = lean * lines.step * <f32>lines.samples * 0.5;
  const x = (lines.x - lines.ny * (v + middle) + lines.dx * from) * size;
  const y = (lines.y + lines.nx * (v + middle) + lines.dy * from) * size;
  if (isBottom) {
    strip.bottomX = x;
    strip.bottomY = y;
    strip.bottomStepX = dx;
    strip.bottomStepY = dy;
  } else {
    strip.topX = x;
    strip.topY = y;
    strip.topStepX = dx;
    strip.topStepY = dy;
  }
}

/** By how much the bars lean against the lines: the mean shift from the first line to the last, over their distance. */
function leanOf(lines: Lines, first: i32, last: i32): f32 {
  if (last <= first) return 0;
  let moved: f32 = 0;
  for (let part = 0; part < PARTS; part++) moved += shiftAt(lines, last, part) - shiftAt(lines, first, part);
  return (moved * lines.step) / (<f32>PARTS * <f32>(last - first) * lines.dv);
}
