/**
 * Finds bull's-eyes of single-module rings in run tables: equal runs along a row, confirmed down the column through their
 * middle and along the diagonals. Knows nothing of grey values.
 */
import { binaryAt, everyNthRowAt } from "../../image/frame";
import { runAhead, runBack } from "../../image/bit-line";
import { Plane } from "../../image/plane";
import { lineEdgeCount, lineEdges, turnedBits } from "../../image/runs";
import { turnedStride } from "../../image/transpose";
import { alloc } from "../../memory/arena";
import { isSpent, spend } from "../../kit/budget";
import { EDGES, findEqualRuns, unevenness } from "../../kit/equal-runs";

/** A bull's-eye as the bits show it. */
@unmanaged
export class Eye {
  /** Middle in pixels of level 0. */
  x: f64;
  y: f64;
  /** Width of a module along the row, and along the column, in pixels of level 0. */
  size: f64;
  sizeDown: f64;
  /** By how much its runs differ along the row, the column and a diagonal, in modules together. */
  misfit: f32;
  isInverted: bool;
  /** Given out by nextEye(). */
  isTried: bool;
}

/** Most bull's-eyes of a frame: those with the least misfit are kept. */
const MOST_EYES: i32 = 64;
/** Misfit that is as good as none: the place needs no second look. */
const SURE_MISFIT: f32 = 0.5;
/** Misfit of a diagonal that does not show the rings. */
const NO_DIAGONAL: f32 = 1.5;
/** Patterns that one row may hold. */
const MOST_PATTERNS: i32 = 256;
/**
 * Confirmations of a level: texture is full of equal runs. Rows are looked at in INTERLEAVED turns, so that those that are
 * left out stand between others.
 */
const MOST_CHECKS: i32 = 6000;
const INTERLEAVED: i32 = 4;
/** Confirmations that take about a microsecond. */
const CHECKS_OF_UNIT: i32 = 4;
/** Modules may be so many times longer in one direction than in another: a symbol seen at a flat angle. */
const MOST_STRETCH: f64 = 3;
/** Grey levels from one ring to the next at least, and the most that one such step may be larger than another. */
const LEAST_STEP: i32 = 6;
const STEPS_RATIO: i32 = 4;
/** Modules of so many lines are seen twice by every second one. */
const SEEN_TWICE: i32 = 4;
/** Two finds nearer than so many modules are one. */
const SAME: f64 = 1.5;

let eyes: usize = 0;
let count: i32 = 0;
let checks: i32 = 0;
let patterns: usize = 0;
/** Edges (u16) of a way through a middle. */
const way = memory.data(32);

export function openEyes(): bool {
  eyes = alloc(<usize>MOST_EYES * offsetof<Eye>());
  patterns = alloc((<usize>MOST_PATTERNS) << 1);
  count = 0;
  checks = 0;
  return eyes != 0 && patterns != 0;
}

function eyeAt(index: i32): Eye {
  return changetype<Eye>(eyes + <usize>index * offsetof<Eye>());
}

/**
 * Adds the bull's-eyes that show in every `step`th row of a level; light ones on dark ground too where asked for. Patterns
 * of seven modules that are narrower than `narrowest` pixels of the level or wider than `widest` are left to other levels.
 */
export function scanLevel(level: i32, withInverted: bool, step: i32, narrowest: i32, widest: i32): void {
  const table = everyNthRowAt(level, step);
  const plane = binaryAt(level);
  if (table == null || plane == null) return;
  const stride = step / table.step;
  columns = turnedBits(plane);
  if (columns == 0) return;
  const end = checks + MOST_CHECKS;
  for (let turn = 0; turn < INTERLEAVED; turn++) {
    // Wide ones show on several lines, the middle being a module high, and on one of two or four of them too.
    const most = turn == 0 ? widest : min(widest, (turn == 2 ? 14 : 7) * SEEN_TWICE * step);
    for (let index = turn * stride; index < table.lines; index += INTERLEAVED * stride) {
      const edges = lineEdges(table, index);
      const total = lineEdgeCount(table, index);
      const found = findEqualRuns(edges, total, withInverted, narrowest, most, patterns, MOST_PATTERNS);
      for (let n = 0; n < found; n++) {
        const k = <i32>load<u16>(patterns + ((<usize>n) << 1));
        consider(plane, level, index * table.step, edges + ((<usize>k) << 1), (k & 1) == 0);
        if (checks >= end || isSpent()) return;
      }
    }
  }
}

function edge(at: usize, index: i32): i32 {
  return <i32>load<u16>(at + ((<usize>index) << 1));
}

/** Looks at eight edges of a row that stand a module apart. */
function consider(plane: Plane, level: i32, row: i32, at: usize, isInverted: bool): void {
  const scale = <f64>(1 << level);
  // The middle run lies between the fourth and the fifth edge; all eight together say where it is more finely.
  const middle = <f64>(edge(at, 0) + edge(at, 7) + edge(at, 3) + edge(at, 4)) * 0.25;
  const column = (edge(at, 3) + edge(at, 4)) >> 1;
  const size = <f64>(edge(at, 7) - edge(at, 0)) / 7;
  if (!isEven(plane, row, at)) return;
  if (++checks % CHECKS_OF_UNIT == 0) spend(1);
  const ink = isInverted ? 0 : 1;
  const limit = <i32>(size * MOST_STRETCH) + 2;
  const down = through(plane, column, row, 0, 1, ink, limit);
  if (down == 0 || <f64>down > 7 * size * MOST_STRETCH || <f64>down * MOST_STRETCH < 7 * size) return;
  const y = (<f64>row + 0.5) * scale;
  const known = eyeNear(middle * scale, y, size * scale, isInverted);
  if (known != null && known.misfit < SURE_MISFIT && known.size > 0.7 * size * scale) return;
  let misfit = unevenness(at) + throughMisfit;
  const shift = throughShift;
  const middleRow = row + throughOffset;
  let diagonals: i32 = 0;
  for (let slope = -1; slope <= 1; slope += 2) {
    if (through(plane, column, middleRow, 1, slope, ink, limit) == 0) misfit += NO_DIAGONAL;
    else {
      misfit += throughMisfit;
      diagonals++;
    }
  }
  if (diagonals == 0 || (known != null && known.misfit <= misfit)) return;
  const eye = known != null ? known : placeFor(misfit);
  if (eye == null) return;
  eye.x = middle * scale;
  eye.y = y + shift * scale;
  eye.size = size * scale;
  eye.sizeDown = (<f64>down / 7) * scale;
  eye.misfit = misfit;
  eye.isInverted = isInverted;
  eye.isTried = false;
}

/** True if seven runs of a row differ from their neighbours, and no pair by much less than another. */
function isEven(plane: Plane, row: i32, at: usize): bool {
  const line = plane.luma + <usize>row * <usize>plane.stride;
  let before = <i32>load<u8>(line + <usize>((edge(at, 0) + edge(at, 1)) >> 1));
  let least: i32 = 255;
  let most: i32 = 0;
  for (let k = 1; k < EDGES - 1; k++) {
    const value = <i32>load<u8>(line + <usize>((edge(at, k) + edge(at, k + 1)) >> 1));
    const step = abs(value - before);
    if (step < LEAST_STEP) return false;
    least = min(least, step);
    most = max(most, step);
    before = value;
  }
  return least * STEPS_RATIO >= most;
}

/** A free place in the list, or that of the worst one where it is worse; null where there is none. */
function placeFor(misfit: f32): Eye | null {
  if (count < MOST_EYES) {
    count++;
    return eyeAt(count - 1);
  }
  let worst = eyeAt(0);
  for (let i = 1; i < count; i++) {
    const eye = eyeAt(i);
    if (eye.misfit > worst.misfit) worst = eye;
  }
  return worst.misfit > misfit ? worst : null;
}

/** The best bull's-eye that was not given out yet, null where there is none. */
export function nextEye(): Eye | null {
  let best: Eye | null = null;
  for (let i = 0; i < count; i++) {
    const eye = eyeAt(i);
    if (!eye.isTried && (best == null || eye.misfit < best.misfit)) best = eye;
  }
  if (best != null) best.isTried = true;
  return best;
}

function eyeNear(x: f64, y: f64, size: f64, isInverted: bool): Eye | null {
  for (let i = 0; i < count; i++) {
    const known = eyeAt(i);
    const reach = SAME * max(known.size, known.sizeDown);
    if (known.isInverted != isInverted || size > 2 * known.size || known.size > 2 * size) continue;
    if (Math.abs(known.x - x) < reach && Math.abs(known.y - y) < reach) return known;
  }
  return null;
}

/** Columns of the level that is scanned, as lines of bits. */
let columns: usize = 0;
/** Pixels from the start to the middle along the last way, whole and exactly. */
let throughOffset: i32 = 0;
let throughShift: f64 = 0;
/** By how much its runs differ, in modules. */
let throughMisfit: f32 = 0;

/** Steps that seven modules take along (dx, dy) through (x, y), which is in the middle run; 0 where runs are not equal. */
function through(plane: Plane, x: i32, y: i32, dx: i32, dy: i32, ink: i32, limit: i32): i32 {
  // Distances from the start, shifted so that they are not negative.
  const base = 16384;
  let back: i32 = 0;
  let ahead: i32 = 0;
  let lastBack: i32 = 0;
  let lastAhead: i32 = 0;
  let lastSpan: i32 = 0;
  let shortest: i32 = limit;
  let longest: i32 = 0;
  let colour = ink;
  for (let k = 0; k < EDGES / 2; k++) {
    back = runEnd(plane, x, y, -dx, -dy, back, colour, limit);
    ahead = runEnd(plane, x, y, dx, dy, ahead, colour, limit);
    if (back < 0 || ahead < 0) return 0;
    if (k > 0) {
      const before = back - lastBack;
      const behind = ahead - lastAhead;
      shortest = min(shortest, min(before, behind));
      longest = max(longest, max(before, behind));
      // The middle with the ring on one side and on the other: two modules each, which differ no more than unevenness() allows.
      if (k == 1 && 4 * abs(before - behind) > back + ahead + lastBack + lastAhead + 8) return 0;
      // Ink spread to a third of a module makes one ring twice as thick as the next.
      if (longest > 3 * shortest + 2) return 0;
      // From three modules to five to seven.
      const span = back + ahead - 1;
      if (k > 1 && abs((2 * k - 1) * span - (2 * k + 1) * lastSpan) > span + 6) return 0;
      lastSpan = span;
    }
    lastBack = back;
    lastAhead = ahead;
    store<u16>(way + ((<usize>(EDGES / 2 - 1 - k)) << 1), <u16>(base + 1 - back));
    store<u16>(way + ((<usize>(EDGES / 2 + k)) << 1), <u16>(base + ahead));
    colour ^= 1;
  }
  throughMisfit = unevenness(way);
  if (throughMisfit < 0) return 0;
  throughShift = <f64>(edge(way, 0) + edge(way, 7) + edge(way, 3) + edge(way, 4)) * 0.25 - <f64>base - 0.5;
  throughOffset = <i32>Math.floor(throughShift + 0.5);
  return edge(way, 7) - edge(way, 0);
}

/** First step from `from` on that is not of a colour; −1 where the run is longer than `limit` or leaves the plane. */
function runEnd(plane: Plane, x: i32, y: i32, dx: i32, dy: i32, from: i32, colour: i32, limit: i32): i32 {
  let px = x + from * dx;
  const py = y + from * dy;
  if (<u32>px >= <u32>plane.width || <u32>py >= <u32>plane.height) return -1;
  if (dx == 0) {
    const line = columns + <usize>px * <usize>turnedStride(plane.height);
    const run = dy > 0 ? runAhead(line, plane.height, py, colour, limit) : runBack(line, py, colour, limit);
    return run < 0 ? -1 : from + run;
  }
  const toSide = dx > 0 ? plane.width - px : px + 1;
  const toEnd = dy > 0 ? plane.height - py : py + 1;
  const most = min(limit + 1, min(toSide, toEnd));
  const down = <usize>(dy * plane.bitStride);
  let row = plane.bits + <usize>py * <usize>plane.bitStride;
  for (let k = 0; k < most; k++) {
    if (((<i32>load<u8>(row + (<usize>px >> 3)) >> (px & 7)) & 1) != colour) return from + k;
    px += dx;
    row += down;
  }
  return -1;
}
