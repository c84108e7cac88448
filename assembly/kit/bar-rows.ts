/**
 * Finds the rows of equally spaced bars of a frame: regions of one direction are crossed by lines; where one sees many bars
 * at one pitch, a row is followed to both ends and its heights are measured. Made once per frame, on the first demand. Knows
 * no code.
 */
import { directionsOf } from "../image/direction";
import { LEVELS, planeAt } from "../image/frame";
import { BLOCK, Plane } from "../image/plane";
import { isThorough, seeksInverted } from "../io/options";
import { frameSerial } from "../io/results";
import { alloc, allocZero, mark, release } from "../memory/arena";
import { chainCentres, chainPitch, longestChain } from "./bar-chain";
import { followBars } from "./bar-follow";
import { measureRow } from "./bar-lean";
import { BarRow, MOST_BARS, allocRow } from "./bar-row";
import { isSpent, spend } from "./budget";
import { allocFloats, floatAt, mirrorFloats, setFloat } from "./floats";
import { Region, wholeRegion } from "./region";
import { MOST_REGIONS, findRegions, regionAt } from "./regions";
import { sampleLine } from "./scan-line";

/** Rows that a frame may give. */
const MOST_ROWS: i32 = 48;
/** Regions of a level that a live frame looks at, and levels. */
const FAST_REGIONS: i32 = 12;
const FAST_LEVELS: i32 = 2;
/** Trackers are two and a half times as high as they are wide: of their edges 5 of 7 go along them, 2 of 7 across. */
const COHERENCE2: f32 = 0.06;
/** Tilts of lines against a region's normal: so many to each side, so far apart (tangent), ±5° as USPS allows a row to lean. */
const TILTS: i32 = 6;
const TILT_STEP: f32 = 0.014;
/** Lines of a tilt. */
const MOST_LINES: i32 = 64;
/** Bars that any first line must see, and that a row begins with. */
const LEAST_GLANCE: i32 = 6;
const LEAST_SEED: i32 = 12;
/** Fewest bars of a row: POSTNET's ZIP code has 32, a KIX of postcode and one digit 28. */
const LEAST_BARS: i32 = 26;
/** Part of the longest run's bars that lines of its band see. */
const BAND_PART: f32 = 0.7;
/** Rows that a region may hold. */
const ROWS_PER_REGION: i32 = 3;
/** Samples of a line. */
const MOST_SAMPLES: i32 = 1020;

let rows: usize = 0;
let count: i32 = 0;
let serial: i32 = -1;

/** Number of rows in the frame. */
export function barRows(): i32 {
  if (serial != frameSerial()) {
    serial = frameSerial();
    count = 0;
    rows = alloc((<usize>MOST_ROWS) << 2);
    if (rows != 0) findRows();
  }
  return count;
}

export function barRowAt(index: i32): BarRow {
  return changetype<BarRow>(<usize>load<u32>(rows + ((<usize>index) << 2)));
}

function findRows(): void {
  const regions = alloc((<usize>MOST_REGIONS) << 2);
  const lines = alloc(offsetof<Lines>());
  if (regions == 0 || lines == 0) return;
  const levels = isThorough() ? LEVELS : FAST_LEVELS;
  for (let level = 0; level < levels; level++) {
    const plane = planeAt(level);
    if (plane == null) return;
    const step = isThorough() || level > 0 ? 1 : 2;
    let found: i32 = 0;
    const field = directionsOf(plane, step);
    if (field != null) found = findRegions(field, step, regions, 0, COHERENCE2);
    if (found == 0 && min(plane.width, plane.height) < 2 * BLOCK) {
      const region = wholeRegion(plane.width, plane.height);
      if (region == null) return;
      store<u32>(regions, <u32>changetype<usize>(region));
      found = 1;
    }
    const most = isThorough() ? found : min(found, FAST_REGIONS);
    for (let i = 0; i < most && !isSpent(); i++) {
      const region = regionAt(regions, i);
      searchRegion(plane, level, region, changetype<Lines>(lines), false);
      if (seeksInverted()) searchRegion(plane, level, region, changetype<Lines>(lines), true);
    }
  }
}

/** Lines across a region: all tilts, side by side. */
@unmanaged
class Lines {
  plane: Plane;
  level: i32;
  isInverted: bool;
  region: Region;
  /** Pixels from one sample to the next and from one line to the next. */
  step: f32;
  dv: f32;
  samples: i32;
  count: i32;
  grey: usize;
  /** Length of the longest run, i32 for every line of every tilt; its pitch in pixels, f32. */
  runs: usize;
  pitches: usize;
}

function searchRegion(plane: Plane, level: i32, region: Region, lines: Lines, isInverted: bool): void {
  const before = mark();
  const rowsBefore = count;
  lines.plane = plane;
  lines.level = level;
  lines.isInverted = isInverted;
  lines.region = region;
  const length = region.length + 4 * <f32>BLOCK;
  lines.samples = min(MOST_SAMPLES, <i32>length) & ~3;
  lines.step = length / <f32>lines.samples;
  const height = region.height + <f32>BLOCK;
  lines.dv = max<f32>(1, height / <f32>MOST_LINES);
  lines.count = min(MOST_LINES, <i32>(height / lines.dv) + 1);
  lines.grey = allocFloats(lines.samples);
  lines.runs = allocZero((<usize>((2 * TILTS + 1) * MOST_LINES)) << 2);
  lines.pitches = allocZero((<usize>((2 * TILTS + 1) * MOST_LINES)) << 2);
  if (lines.grey == 0 || lines.runs == 0 || lines.pitches == 0) return;
  if (crossAll(lines)) {
    for (let i = 0; i < ROWS_PER_REGION && count < MOST_ROWS; i++) if (!takeBand(lines)) break;
  }
  if (count == rowsBefore) release(before);
}

/** Looks along the lines of all tilts where the first ones see a few bars at one pitch. */
function crossAll(lines: Lines): bool {
  if (!spend((3 * lines.count * lines.samples) >> 8)) return false;
  let most = crossTilt(lines, 0, 2);
  if (most < LEAST_GLANCE) most = max(crossTilt(lines, -TILTS / 2, 2), crossTilt(lines, TILTS / 2, 2));
  if (most < LEAST_GLANCE || !spend((2 * TILTS * lines.count * lines.samples) >> 7)) return false;
  most = 0;
  for (let tilt = -TILTS; tilt <= TILTS; tilt++) most = max(most, crossTilt(lines, tilt, 1));
  return most >= LEAST_SEED;
}

/** Looks along every `every`-th line of one tilt; returns the most bars. */
function crossTilt(lines: Lines, tilt: i32, every: i32): i32 {
  let most: i32 = 0;
  for (let j = 0; j < lines.count; j += every) {
    const run = crossLine(lines, tilt, <f32>j);
    const at = ((tilt + TILTS) * MOST_LINES + j) << 2;
    store<i32>(lines.runs + <usize>at, run);
    store<f32>(lines.pitches + <usize>at, chainPitch * lines.step);
    most = max(most, run);
  }
  return most;
}

function runAt(lines: Lines, tilt: i32, j: i32): i32 {
  return load<i32>(lines.runs + ((<usize>((tilt + TILTS) * MOST_LINES + j)) << 2));
}

/** Place of a line in the plane: its first sample and the way to the next. */
let startX: f32 = 0;
let startY: f32 = 0;
let stepX: f32 = 0;
let stepY: f32 = 0;

function placeLine(lines: Lines, tilt: f32, j: f32): void {
  const region = lines.region;
  const lean = region.climb + tilt * TILT_STEP;
  const v = (j - 0.5 * <f32>(lines.count - 1)) * lines.dv;
  const half: f32 = 0.5 * lines.step * <f32>lines.samples;
  const dx = region.nx - lean * region.ny;
  const dy = region.ny + lean * region.nx;
  startX = region.cx - dx * half - region.ny * v;
  startY = region.cy - dy * half + region.nx * v;
  stepX = dx * lines.step;
  stepY = dy * lines.step;
}

/** Bars of the longest run on a line. */
function crossLine(lines: Lines, tilt: i32, j: f32): i32 {
  placeLine(lines, <f32>tilt, j);
  if (!sampleLine(lines.plane, startX - 0.5, startY - 0.5, stepX, stepY, lines.samples, lines.grey)) return 0;
  if (lines.isInverted) mirrorFloats(lines.grey, lines.samples, 255);
  return longestChain(lines.grey, lines.samples);
}

/**
 * Takes the band of lines that sees most bars: a row if its bars can be followed. False where no band is left. The tilt
 * whose band is highest lies along the row.
 */
function takeBand(lines: Lines): bool {
  let most: i32 = 0;
  for (let tilt = -TILTS; tilt <= TILTS; tilt++) {
    for (let j = 0; j < lines.count; j++) most = max(most, runAt(lines, tilt, j));
  }
  if (most < LEAST_SEED) return false;
  const least = <i32>(BAND_PART * <f32>most);
  let best: i32 = 0;
  let bestTilt: i32 = 0;
  let centre: f32 = 0;
  for (let tilt = -TILTS; tilt <= TILTS; tilt++) {
    let sum: i32 = 0;
    let moment: i32 = 0;
    let gap: i32 = 0;
    for (let j = 0; j <= lines.count; j++) {
      const run = j < lines.count ? runAt(lines, tilt, j) : 0;
      if (run >= least && j < lines.count) {
        sum += run;
        moment += run * j;
        gap = 0;
        continue;
      }
      if (++gap < 2 && j < lines.count) continue;
      if (sum > best) {
        best = sum;
        bestTilt = tilt;
        centre = <f32>moment / <f32>sum;
      }
      sum = 0;
      moment = 0;
    }
  }
  const middle = <i32>nearest<f32>(centre);
  const pitch = load<f32>(lines.pitches + ((<usize>((bestTilt + TILTS) * MOST_LINES + middle)) << 2));
  followRow(lines, bestTilt, centre);
  // Whatever came of it, the band is not looked at again.
  const reach = max<f32>(2, (1.5 * pitch) / lines.dv);
  for (let tilt = -TILTS; tilt <= TILTS; tilt++) {
    for (let j = max(0, <i32>(centre - reach)); j <= min(lines.count - 1, <i32>(centre + reach)); j++) {
      store<i32>(lines.runs + ((<usize>((tilt + TILTS) * MOST_LINES + j)) << 2), 0);
    }
  }
  return true;
}

/** Follows the bars of a line to both ends of their row and measures them. */
function followRow(lines: Lines, tilt: i32, j: f32): void {
  const run = min(crossLine(lines, tilt, j), MOST_BARS);
  if (run < LEAST_SEED || !spend(200)) return;
  const scratch = mark();
  const row = allocRow();
  const centres = allocFloats(run);
  if (row == null || centres == 0) return;
  chainCentres(run, centres);
  const length = sqrt<f32>(stepX * stepX + stepY * stepY);
  row.size = <f32>(1 << lines.level);
  row.isInverted = lines.isInverted;
  row.alongX = stepX / length;
  row.alongY = stepY / length;
  row.downX = -lines.region.ny;
  row.downY = lines.region.nx;
  row.pitch = chainPitch * length;
  for (let i = 0; i < run; i++) {
    setFloat(row.xs, i, startX + stepX * floatAt(centres, i));
    setFloat(row.ys, i, startY + stepY * floatAt(centres, i));
  }
  row.bars = run;
  followBars(lines.plane, row);
  if (row.bars >= LEAST_BARS && !isKnown(row) && measureRow(lines.plane, row)) {
    store<u32>(rows + ((<usize>count) << 2), <u32>changetype<usize>(row));
    count++;
    return;
  }
  release(scratch);
}

/** True if the same row stands in the list: of another level, or of a neighbouring region. */
function isKnown(row: BarRow): bool {
  for (let i = 0; i < count; i++) {
    const other = barRowAt(i);
    if (other.isInverted != row.isInverted || other.bars < row.bars) continue;
    if (isNear(other, row, 0) && isNear(other, row, row.bars - 1) && isNear(other, row, row.bars >> 1)) return true;
  }
  return false;
}

/** True if a bar of a row lies on one of another row. */
function isNear(row: BarRow, other: BarRow, bar: i32): bool {
  const x = floatAt(other.xs, bar) * other.size;
  const y = floatAt(other.ys, bar) * other.size;
  const reach: f32 = 0.4 * row.pitch * row.size;
  for (let i = 0; i < row.bars; i++) {
    if (abs(floatAt(row.xs, i) * row.size - x) < reach && abs(floatAt(row.ys, i) * row.size - y) < reach) return true;
  }
  return false;
}
