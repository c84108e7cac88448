/**
 * From a region to strips: parallel scan lines over the height of the bars, aligned and averaged in bands. Knows no
 * symbology.
 */
import { Plane } from "../image/plane";
import { alloc, mark, release } from "../memory/arena";
import { chain, refine } from "./alignment";
import { spend } from "./budget";
import { COARSE, findEdges } from "./edges";
import { addFloats, allocFloats, floatAt, scaleFloats } from "./floats";
import { Region } from "./region";
import { sampleLine } from "./scan-line";
import { Lines, PARTS, alignLine, leanOf, lineOf, openLines, shiftAt } from "./scan-lines";
import { NARROW_BANDS, Strip } from "./strip";
import { fewEdges } from "./strip-views";

/** Grey levels of a turn that a glance counts: half of what the calmest blocks range over, within bounds. */
const LEAST_TURN: i32 = 2;
const MOST_TURN: i32 = 8;

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
  if (!mayBeStriped(plane, region, v0, height)) return 0;
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

/**
 * A glance before the first look: true if any of the three lines may cross so many edges. Counts turns of the nearest
 * pixels' values that are higher than noise, which bounds the edges from above.
 */
function mayBeStriped(plane: Plane, region: Region, v0: f32, height: f32): bool {
  const samples = min(1024, <i32>(region.length + 1));
  const dx = region.nx - region.climb * region.ny;
  const dy = region.ny + region.climb * region.nx;
  const turn = max(LEAST_TURN, min(plane.calmRange >> 1, MOST_TURN));
  for (let k = 1; k <= 3; k++) {
    const v = v0 + height * 0.25 * <f32>k;
    const x = region.cx - dx * region.length * 0.5 - region.ny * v;
    const y = region.cy - dy * region.length * 0.5 + region.nx * v;
    if (countTurns(plane, x, y, dx, dy, samples, turn) >= fewEdges) return true;
  }
  return false;
}

/** Turns from falling to rising and back of more than `turn` grey levels, fewEdges at most, pixel by pixel on a line. */
function countTurns(plane: Plane, x: f32, y: f32, dx: f32, dy: f32, samples: i32, turn: i32): i32 {
  // 16 bits behind the point; planes have sides of at most 2^14.
  let px = <i32>(x * 65536);
  let py = <i32>(y * 65536);
  const sx = <i32>(dx * 65536);
  const sy = <i32>(dy * 65536);
  const right = plane.width - 1;
  const bottom = plane.height - 1;
  let best: i32 = -1;
  let isFalling = false;
  let count: i32 = 0;
  for (let i = 0; i < samples; i++) {
    const ix = max(0, min(px >> 16, right));
    const iy = max(0, min(py >> 16, bottom));
    const value = <i32>load<u8>(plane.luma + <usize>iy * <usize>plane.stride + <usize>ix);
    px += sx;
    py += sy;
    if (best < 0) best = value;
    const ahead = isFalling ? best - value : value - best;
    if (ahead >= 0) best = value;
    else if (-ahead > turn) {
      if (++count == fewEdges) return count;
      best = value;
      isFalling = !isFalling;
    }
  }
  return count;
}

/** A first look: true if any of three lines over the height crosses as many edges as a symbol has, or nearly. */
function isStriped(plane: Plane, region: Region, v0: f32, height: f32): bool {
  const samples = min(1024, <i32>(region.length + 1)) & ~3;
  const step = region.length / <f32>samples;
  const dx = region.nx - region.climb * region.ny;
  const dy = region.ny + region.climb * region.nx;
  const grey = allocFloats(samples);
  const edges = allocFloats(fewEdges);
  if (grey == 0 || edges == 0) return false;
  for (let k = 1; k <= 3; k++) {
    const v = v0 + height * 0.25 * <f32>k;
    const x = region.cx - dx * region.length * 0.5 - region.ny * v - 0.5;
    const y = region.cy - dy * region.length * 0.5 + region.nx * v - 0.5;
    if (!sampleLine(plane, x, y, dx * step, dy * step, samples, grey)) continue;
    if (findEdges(grey, samples, COARSE, edges, fewEdges) == fewEdges) return true;
  }
  return false;
}

/** Adds an aligned line to one band of a strip. */
function addToBand(line: usize, samples: i32, profiles: usize, counts: usize, band: i32): void {
  addFloats(lineOf(profiles, band, samples), line, samples);
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
  const narrow = accepted >= 2 * NARROW_BANDS ? NARROW_BANDS : 0;
  const bands = 1 + parts + narrow;
  const head = alloc(offsetof<Strip>());
  const counts = alloc((<usize>bands) << 2);
  const profiles = allocFloats(bands * samples);
  const aligned = allocFloats(samples);
  if (head == 0 || counts == 0 || profiles == 0 || aligned == 0) return null;
  memory.fill(head, 0, offsetof<Strip>());
  memory.fill(counts, 0, (<usize>bands) << 2);
  memory.fill(profiles, 0, (<usize>(bands * samples)) << 2);
  let k: i32 = 0;
  let trust: f32 = 0;
  for (let j = 0; j < lines.count; j++) {
    if (!(floatAt(lines.trust, j) > 0)) continue;
    trust += floatAt(lines.trust, j);
    alignLine(lines, j, aligned);
    addToBand(aligned, samples, profiles, counts, 0);
    if (parts > 0) addToBand(aligned, samples, profiles, counts, 1 + (k * parts) / accepted);
    if (narrow > 0) addToBand(aligned, samples, profiles, counts, 1 + parts + (k * narrow) / accepted);
    k++;
  }
  for (let band = 0; band < bands; band++) {
    const inverse: f32 = 1 / <f32>max(1, load<i32>(at(counts, band)));
    scaleFloats(lineOf(profiles, band, samples), samples, inverse);
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
  findEnds(strip, <f32>lines.plane.width * size, <f32>lines.plane.height * size);
  return strip;
}

/** Finds which samples lie within the frame. */
export function findEnds(strip: Strip, width: f32, height: f32): void {
  let first: i32 = 0;
  let last = strip.length - 1;
  while (first < last && !isInside(strip, first, width, height)) first++;
  while (last > first && !isInside(strip, last, width, height)) last--;
  strip.first = first;
  strip.last = last;
}

/** True if a sample of the upper or lower end of the bars, or between them, lies in the frame. */
function isInside(strip: Strip, sample: i32, width: f32, height: f32): bool {
  const i = <f32>sample;
  const x0 = strip.topX + strip.topStepX * i;
  const x1 = strip.bottomX + strip.bottomStepX * i;
  const y0 = strip.topY + strip.topStepY * i;
  const y1 = strip.bottomY + strip.bottomStepY * i;
  return max(x0, x1) > 0 && min(x0, x1) < width && max(y0, y1) > 0 && min(y0, y1) < height;
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
