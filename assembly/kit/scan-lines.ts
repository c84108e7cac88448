/**
 * The parallel scan lines over one region: their samples, and by how much each is shifted against the reference. Knows
 * neither how they are aligned nor what they show.
 */
import { Plane } from "../image/plane";
import { alloc } from "../memory/arena";
import { allocFloats, dotProduct, floatAt, sampleAt, scaleFloats, setFloat } from "./floats";
import { Region } from "./region";
import { sampleLine } from "./scan-line";

/** Most scan lines of a strip, and most samples of a line. */
export const MOST_LINES: i32 = 40;
const MOST_SAMPLES: f32 = 3000;

/** Parts of a line that are aligned one by one: perspective and bent surfaces stretch a line unevenly. */
export const PARTS: i32 = 5;

/** Scan lines of a region while they are aligned. */
@unmanaged
export class Lines {
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

/** Samples the lines; null where memory is exhausted or the region misses the plane. */
export function openLines(plane: Plane, region: Region, v0: f32, height: f32, most: i32): Lines | null {
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

export function lineOf(array: usize, line: i32, samples: i32): usize {
  return array + ((<usize>(line * samples)) << 2);
}

/** Derivative over two samples, scaled to unit norm (zeros for a flat line). */
export function differentiate(grey: usize, samples: i32, out: usize): void {
  setFloat(out, 0, 0);
  setFloat(out, samples - 1, 0);
  let i: i32 = 1;
  if (ASC_FEATURE_SIMD) {
    for (; i + 4 < samples; i += 4) {
      const at = grey + ((<usize>i) << 2);
      v128.store(out + ((<usize>i) << 2), f32x4.sub(v128.load(at, 4), v128.load(at - 4)));
    }
  }
  for (; i < samples - 1; i++) setFloat(out, i, floatAt(grey, i + 1) - floatAt(grey, i - 1));
  const norm = sqrt<f32>(dotProduct(out, out, samples));
  if (norm > 0) scaleFloats(out, samples, 1 / norm);
}

/** Address of a line's shift at a part. */
export function shiftAddress(lines: Lines, j: i32, part: i32): usize {
  return lines.shifts + ((<usize>(j * PARTS + part)) << 2);
}

export function shiftAt(lines: Lines, j: i32, part: i32): f32 {
  return load<f32>(shiftAddress(lines, j, part));
}

/** Writes a line as the reference has it: its samples at the shifted places. */
export function alignLine(lines: Lines, j: i32, out: usize): void {
  const samples = lines.samples;
  const line = lineOf(lines.grey, j, samples);
  let i: i32 = 0;
  for (let part = 0; part < PARTS - 1; part++) {
    const from = floatAt(lines.centres, part);
    const to = floatAt(lines.centres, part + 1);
    const shift = shiftAt(lines, j, part);
    const rise = (shiftAt(lines, j, part + 1) - shift) / (to - from);
    const end = part == PARTS - 2 ? samples : <i32>to;
    if (ASC_FEATURE_SIMD) i = alignFours(line, samples, i, end, shift, from, rise, out);
    for (; i < end; i++) setFloat(out, i, alignedSample(line, samples, i, shift, from, rise));
  }
}

function alignedSample(line: usize, samples: i32, i: i32, shift: f32, from: f32, rise: f32): f32 {
  return sampleAt(line, samples, <f32>i + shift + (<f32>i - from) * rise);
}

/** As many samples of alignLine() as go in fours; returns the next one. */
function alignFours(line: usize, samples: i32, i: i32, end: i32, shift: f32, from: f32, rise: f32, out: usize): i32 {
  const shifts = f32x4.splat(shift);
  const origin = f32x4.splat(from);
  const rises = f32x4.splat(rise);
  let index = f32x4.add(f32x4.splat(<f32>i), f32x4(0, 1, 2, 3));
  for (; i + 4 <= end; i += 4) {
    const moved = f32x4.mul(f32x4.sub(index, origin), rises);
    const place = f32x4.add(f32x4.add(index, shifts), moved);
    index = f32x4.add(index, f32x4.splat(4));
    const whole = i32x4.trunc_sat_f32x4_s(place);
    const first = i32x4.extract_lane(whole, 0);
    // All four lie between five neighbours of the line, but at its ends and where one of those is left out or taken twice.
    const steps = i32x4.sub(whole, i32x4(0, 1, 2, 3));
    if (first < 1 || first + 5 > samples || !i32x4.all_true(i32x4.eq(steps, i32x4.splat(first)))) {
      for (let k = i; k < i + 4; k++) setFloat(out, k, alignedSample(line, samples, k, shift, from, rise));
      continue;
    }
    const at = line + ((<usize>first) << 2);
    const a = v128.load(at);
    const part = f32x4.sub(place, f32x4.convert_i32x4_s(whole));
    v128.store(out + ((<usize>i) << 2), f32x4.add(a, f32x4.mul(f32x4.sub(v128.load(at, 4), a), part)));
  }
  return i;
}

/** By how much the bars lean against the lines: the mean shift from the first line to the last, over their distance. */
export function leanOf(lines: Lines, first: i32, last: i32): f32 {
  if (last <= first) return 0;
  let moved: f32 = 0;
  for (let part = 0; part < PARTS; part++) moved += shiftAt(lines, last, part) - shiftAt(lines, first, part);
  return (moved * lines.step) / (<f32>PARTS * <f32>(last - first) * lines.dv);
}

/** First sample of a part of the reference; that of part PARTS is one past the last. */
export function boundAt(lines: Lines, part: i32): i32 {
  return load<i32>(lines.bounds + ((<usize>part) << 2));
}

export function setBound(lines: Lines, part: i32, sample: i32): void {
  store<i32>(lines.bounds + ((<usize>part) << 2), sample);
}
