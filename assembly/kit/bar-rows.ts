/**
 * Finds the rows of equally spaced bars of a frame: regions of one direction are crossed by lines; where one sees many bars
 * at one pitch, a row is followed to both ends and its heights are measured. Made once per frame, on the first demand. Knows
 * no code.
 */
import { directionsOf } from "../image/direction";
import { LEVELS, planeAt } from "../image/frame";
import { BLOCK, Plane } from "../image/plane";
import { bilinear } from "../image/sampler";
import { isThorough, seeksInverted } from "../io/options";
import { frameSerial } from "../io/results";
import { alloc, allocZero, mark, release } from "../memory/arena";
import { chainCentres, chainPitch, longestChain } from "./bar-chain";
import { measureHeights } from "./bar-heights";
import { BarRow, MOST_BARS, allocRow } from "./bar-row";
import { isSpent, spend } from "./budget";
import { allocFloats, floatAt, mirrorFloats, setFloat } from "./floats";
import { MOST_REGIONS, Region, findRegions, regionAt, wholeRegion } from "./regions";
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
/** Part of the mean contrast that a next bar must have, and pitches by which it may lie beside its place. */
const LEAST_NEXT: f32 = 0.4;
const SWAY: f32 = 0.3;
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
  const contrast = meanContrast(lines.plane, row);
  for (let end = 0; end < 2; end++) {
    while (row.bars > LEAST_SEED && !isClear(lines.plane, row, contrast)) row.bars--;
    while (row.bars < MOST_BARS && extend(lines.plane, row, contrast));
    reverse(row);
  }
  if (row.bars >= LEAST_BARS && !isKnown(row) && measureRow(lines.plane, row)) {
    store<u32>(rows + ((<usize>count) << 2), <u32>changetype<usize>(row));
    count++;
    return;
  }
  release(scratch);
}

/** Turns the order of the bars, and with it the direction of the row. */
function reverse(row: BarRow): void {
  for (let i = 0, j = row.bars - 1; i < j; i++, j--) {
    swap(row.xs, i, j);
    swap(row.ys, i, j);
  }
  row.alongX = -row.alongX;
  row.alongY = -row.alongY;
  row.downX = -row.downX;
  row.downY = -row.downY;
}

function swap(array: usize, i: i32, j: i32): void {
  const v = floatAt(array, i);
  setFloat(array, i, floatAt(array, j));
  setFloat(array, j, v);
}

/** Grey at a place of the row, mean over the height of a tracker. */
function greyAt(plane: Plane, row: BarRow, x: f32, y: f32): f32 {
  const dx = row.downX * row.pitch * 0.22;
  const dy = row.downY * row.pitch * 0.22;
  const grey: f32 =
    (bilinear(plane, <f64>x, <f64>y) +
      bilinear(plane, <f64>(x + dx), <f64>(y + dy)) +
      bilinear(plane, <f64>(x - dx), <f64>(y - dy))) /
    3;
  return row.isInverted ? 255 - grey : grey;
}

/** By how much spaces are lighter than bars. */
function meanContrast(plane: Plane, row: BarRow): f32 {
  let sum: f32 = 0;
  for (let i = 1; i < row.bars; i++) {
    const x0 = floatAt(row.xs, i - 1);
    const y0 = floatAt(row.ys, i - 1);
    const x1 = floatAt(row.xs, i);
    const y1 = floatAt(row.ys, i);
    sum += greyAt(plane, row, 0.5 * (x0 + x1), 0.5 * (y0 + y1)) - greyAt(plane, row, x1, y1);
  }
  return sum / <f32>(row.bars - 1);
}

/** True if the last bar stands out from both sides as the others do; noise at a row's end may look like one more. */
function isClear(plane: Plane, row: BarRow, contrast: f32): bool {
  const n = row.bars - 1;
  const x = floatAt(row.xs, n);
  const y = floatAt(row.ys, n);
  const dx: f32 = 0.5 * (x - floatAt(row.xs, n - 1));
  const dy: f32 = 0.5 * (y - floatAt(row.ys, n - 1));
  const lightest = min(greyAt(plane, row, x - dx, y - dy), greyAt(plane, row, x + dx, y + dy));
  return lightest - greyAt(plane, row, x, y) >= LEAST_NEXT * contrast;
}

/** Adds the bar behind the last one; false where there is none. */
function extend(plane: Plane, row: BarRow, contrast: f32): bool {
  const n = row.bars;
  // The last distances tell where: perspective changes the pitch slowly.
  const back = min(n - 1, 8);
  const x1 = floatAt(row.xs, n - 1);
  const y1 = floatAt(row.ys, n - 1);
  const dx = (x1 - floatAt(row.xs, n - 1 - back)) / <f32>back;
  const dy = (y1 - floatAt(row.ys, n - 1 - back)) / <f32>back;
  if (!(x1 + dx > 0 && y1 + dy > 0 && x1 + dx < <f32>plane.width && y1 + dy < <f32>plane.height)) return false;
  let best: f32 = 1e9;
  let at: f32 = 0;
  for (let k = -3; k <= 3; k++) {
    const t: f32 = 1 + (SWAY / 3) * <f32>k;
    const grey = greyAt(plane, row, x1 + dx * t, y1 + dy * t);
    // Among equals the expected place.
    const value = grey + 0.05 * contrast * <f32>abs(k);
    if (value >= best) continue;
    best = value;
    at = t;
  }
  const near = greyAt(plane, row, x1 + dx * (at - 0.5), y1 + dy * (at - 0.5));
  const far = greyAt(plane, row, x1 + dx * (at + 0.5), y1 + dy * (at + 0.5));
  const grey = greyAt(plane, row, x1 + dx * at, y1 + dy * at);
  if (min(near, far) - grey < LEAST_NEXT * contrast) return false;
  // Half of what it lies off: one bar's noise must not lead astray.
  const t: f32 = 0.5 * (1 + at);
  setFloat(row.xs, n, x1 + dx * t);
  setFloat(row.ys, n, y1 + dy * t);
  row.bars = n + 1;
  return true;
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

/** Measures a row, and once more where its trackers' middle is now known to be. */
function measureRow(plane: Plane, row: BarRow): bool {
  if (!aimBars(plane, row) || !measureHeights(plane, row)) return false;
  const middle: f32 = 0.5 * <f32>(row.bars - 1);
  for (let i = 0; i < row.bars; i++) {
    const shift = row.pitch * (row.offset + row.climb * (<f32>i - middle));
    setFloat(row.xs, i, floatAt(row.xs, i) + row.downX * shift);
    setFloat(row.ys, i, floatAt(row.ys, i) + row.downY * shift);
  }
  return aimBars(plane, row) && measureHeights(plane, row);
}

/** Leans of the bars that are tried (tangent): a region's normal takes in what stands around the row. */
const LEANS: i32 = 8;
const LEAN_STEP: f32 = 0.03;
const LEAN_PART: f32 = 0.8;
const leans = memory.data(4 * 20);

/** Finds the direction in which the bars go on beyond their trackers; false where there is none. */
function aimBars(plane: Plane, row: BarRow): bool {
  const n = row.bars - 1;
  // Along the row as it was followed.
  const dx = floatAt(row.xs, n) - floatAt(row.xs, 0);
  const dy = floatAt(row.ys, n) - floatAt(row.ys, 0);
  const length = sqrt<f32>(dx * dx + dy * dy);
  if (!(length > 0)) return false;
  row.alongX = dx / length;
  row.alongY = dy / length;
  row.pitch = length / <f32>n;
  const baseX = row.downX;
  const baseY = row.downY;
  let best: f32 = 0;
  for (let k = -LEANS; k <= LEANS; k++) {
    const sum = contrastAlong(plane, row, baseX, baseY, LEAN_STEP * <f32>k);
    setFloat(leans, k + LEANS, sum);
    best = max(best, sum);
  }
  if (!(best > 0)) return false;
  // Bars are wide: the middle of all leans that stay within them is better than the best one.
  let mass: f32 = 0;
  let lean: f32 = 0;
  for (let k = -LEANS; k <= LEANS; k++) {
    const weight = max<f32>(0, floatAt(leans, k + LEANS) - LEAN_PART * best);
    mass += weight;
    lean += weight * LEAN_STEP * <f32>k;
  }
  lean /= mass;
  const norm: f32 = 1 / sqrt<f32>(1 + lean * lean);
  row.downX = (baseX - lean * baseY) * norm;
  row.downY = (baseY + lean * baseX) * norm;
  return true;
}

/** By how much spaces are lighter than bars, a pitch above and below the trackers, where bars lean so much more. */
function contrastAlong(plane: Plane, row: BarRow, baseX: f32, baseY: f32, lean: f32): f32 {
  const vx = (baseX - lean * baseY) * row.pitch;
  const vy = (baseY + lean * baseX) * row.pitch;
  const halfX: f32 = 0.5 * row.alongX * row.pitch;
  const halfY: f32 = 0.5 * row.alongY * row.pitch;
  let sum: f32 = 0;
  for (let i = 0; i < row.bars; i++) {
    for (let side = -1; side <= 1; side += 2) {
      const x = floatAt(row.xs, i) + <f32>side * vx;
      const y = floatAt(row.ys, i) + <f32>side * vy;
      const spaces =
        bilinear(plane, <f64>(x + halfX), <f64>(y + halfY)) + bilinear(plane, <f64>(x - halfX), <f64>(y - halfY));
      sum += spaces - 2 * bilinear(plane, <f64>x, <f64>y);
    }
  }
  return row.isInverted ? -sum : sum;
}
