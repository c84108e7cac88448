/**
 * Finds bull's-eyes in the bits: the ring pattern along a row, confirmed down the column and along the diagonals. Knows
 * nothing of grey values or modules.
 */
import { binaryAt, everyNthRowAt } from "../../image/frame";
import { runAhead, runBack } from "../../image/bit-line";
import { Plane, bitAt } from "../../image/plane";
import { lineEdgeCount, lineEdges, turnedBits } from "../../image/runs";
import { turnedStride } from "../../image/transpose";
import { isSpent, spend } from "../../kit/budget";
import { alloc } from "../../memory/arena";
import {
  EDGES,
  MOST_SUM,
  PATTERN_EDGES,
  SUM_MODULES,
  edge,
  eyeWidth,
  findEyes,
  isEye,
  ringRadius,
} from "./ring-pattern";

/** A bull's-eye as bits show it, in pixels of level 0. */
@unmanaged
export class Eye {
  x: f64;
  y: f64;
  /** Module width. */
  size: f64;
}

/** Most bull's-eyes of a frame, and patterns of a line. */
const MOST_EYES: i32 = 32;
const MOST_PATTERNS: i32 = 64;
/** Pixels that a line is followed either way. */
const MOST_REACH: i32 = 1200;
/** Width and height of a bull's-eye seen at a slant differ by so much at most. */
const MOST_ASPECT: f64 = 2.2;
/** By how much more than its own radius a ring may lie from a place in the core, in modules: writers differ in the core. */
const MOST_ASIDE: f64 = 1.43;
/** Quantised widths keep the sum of their inverse squares to so much. */
const LEAST_ROUND: f64 = 0.75;
/** Modules of so many lines are seen twice by every second one. */
const SEEN_TWICE: i32 = 4;
/** Cross-checks that take about a microsecond. */
const CHECKS_OF_UNIT: i32 = 2;
/**
 * Patterns of a level that are looked at: texture is full of equal runs. Rows are looked at in INTERLEAVED turns, so that
 * those that are left out stand between others.
 */
const MOST_CHECKS: i32 = 6000;
const INTERLEAVED: i32 = 4;

let eyes: usize = 0;
let count: i32 = 0;
let patterns: usize = 0;
let checks: i32 = 0;
/** Columns of the level that is scanned, as lines of bits. */
let columns: usize = 0;

/** Empties the list for a new frame; false where memory is exhausted. */
export function openEyes(): bool {
  eyes = alloc(<usize>MOST_EYES * offsetof<Eye>());
  patterns = alloc((<usize>MOST_PATTERNS) << 1);
  count = 0;
  checks = 0;
  return eyes != 0 && patterns != 0;
}

export function eyeCount(): i32 {
  return count;
}

export function eyeAt(index: i32): Eye {
  return changetype<Eye>(eyes + <usize>index * offsetof<Eye>());
}

/**
 * Adds the bull's-eyes that show in every `step`th row of a level; those whose modules are narrower than `narrowest` pixels
 * of the level or wider than `widest` are left to other levels.
 */
export function scanEyes(level: i32, step: i32, narrowest: f64, widest: i32): void {
  const plane = binaryAt(level);
  const table = everyNthRowAt(level, step);
  if (plane == null || table == null) return;
  const least = <i32>(narrowest * <f64>SUM_MODULES);
  const most = min(widest * SUM_MODULES, MOST_SUM);
  const end = checks + MOST_CHECKS;
  const stride = step / table.step;
  columns = turnedBits(plane);
  if (columns == 0) return;
  for (let turn = 0; turn < INTERLEAVED; turn++) {
    // Wide ones show on several lines, the core being a module high and more, and on one of two or four of them too.
    const limit = turn == 0 ? most : min(most, (turn == 2 ? 2 : 1) * SEEN_TWICE * SUM_MODULES * step);
    for (let index = turn * stride; index < table.lines; index += INTERLEAVED * stride) {
      const edges = lineEdges(table, index);
      const total = lineEdgeCount(table, index);
      const found = findEyes(edges, total, least, limit, patterns, MOST_PATTERNS);
      for (let n = 0; n < found; n++) {
        const at = edges + ((<usize>load<u16>(patterns + ((<usize>n) << 1))) << 1);
        consider(plane, level, index * table.step, edge(at, 5) + edge(at, 6), eyeWidth(at));
        if (checks >= end || isSpent() || count == MOST_EYES) return;
      }
    }
  }
}

/** Looks at a pattern: centred at `centre2` / 2 of a row, `width` pixels wide. */
function consider(plane: Plane, level: i32, row: i32, centre2: i32, width: f64): void {
  const scale = <f64>(1 << level);
  const column = centre2 >> 1;
  const size = width / (2 * ringRadius(EDGES - 1));
  if (isKnown(<f64>column * scale, <f64>row * scale, size * scale)) return;
  checks++;
  if (checks % CHECKS_OF_UNIT == 0) spend(1);
  const limit = min(MOST_REACH, <i32>width);
  // Down the column the pattern's centre is found, then all lines must agree there.
  const line = columns + <usize>column * <usize>turnedStride(plane.height);
  if (!along(line, plane.height, row, size, limit)) return;
  const y = <f64>row + centre;
  const down = outerWidth;
  if (!along(plane.bits + <usize>(<i32>y) * <usize>plane.bitStride, plane.width, column, size, limit)) return;
  const x = <f64>column + centre;
  const across = outerWidth;
  if (across > MOST_ASPECT * down || down > MOST_ASPECT * across) return;
  if (!isEllipse(plane, <i32>x, <i32>y, across, down, limit)) return;
  if (isKnown(x * scale, y * scale, size * scale)) return;
  const eye = eyeAt(count);
  eye.x = x * scale;
  eye.y = y * scale;
  eye.size = (Math.sqrt(across * down) / (2 * ringRadius(EDGES - 1))) * scale;
  count++;
}

/** True if a bull's-eye is known whose core is there: what looks like one beside it does not hide it. */
function isKnown(x: f64, y: f64, size: f64): bool {
  for (let i = 0; i < count; i++) {
    const known = eyeAt(i);
    const reach = min(known.size, size) * 0.5;
    if (Math.abs(known.x - x) < reach && Math.abs(known.y - y) < reach) return true;
  }
  return false;
}

/**
 * True if the diagonals fit to the ellipse that row and column show: of all pairs of lines at right angles through its
 * centre the sum of 1 / width² is the same. One diagonal may be damaged.
 */
function isEllipse(plane: Plane, x: i32, y: i32, across: f64, down: f64, limit: i32): bool {
  const reach = 1 + 0.08 * min(across, down);
  const isFirst = through(plane, x, y, 1, 1, limit) && Math.abs(centre - 0.5) < reach;
  const first = outerWidth * Math.SQRT2;
  const isSecond = through(plane, x, y, 1, -1, limit) && Math.abs(centre - 0.5) < reach;
  const second = outerWidth * Math.SQRT2;
  if (!isFirst || !isSecond) return isFirst || isSecond;
  const sum = 1 / (across * across) + 1 / (down * down);
  const other = 1 / (first * first) + 1 / (second * second);
  return other > sum * LEAST_ROUND && sum > other * LEAST_ROUND;
}

/** Where the centre lies on the last line that agreed, from the start's border on, and the outer ring's width, in steps. */
let centre: f64 = 0;
let outerWidth: f64 = 0;
/** u16 positions of the twelve edges on a line; the first and the last are left out. */
const crossings = memory.data(64);

/** True if the line through (x, y) along (dx, dy) crosses the rings either way in the right proportions. */
function through(plane: Plane, x: i32, y: i32, dx: i32, dy: i32, limit: i32): bool {
  return walk(plane, x, y, -dx, -dy, limit, false) && walk(plane, x, y, dx, dy, limit, true) && measureCrossings(limit);
}

/** The same along a line of bits, a row or a column, from place `at` of it on; modules are `size` wide across the pattern. */
function along(line: usize, length: i32, at: i32, size: f64, limit: i32): bool {
  return (
    followLine(line, length, at, size, limit, false) &&
    followLine(line, length, at, size, limit, true) &&
    measureCrossings(limit)
  );
}

/** True if the crossings are those of a bull's-eye, whose centre and width they then say. */
function measureCrossings(limit: i32): bool {
  if (!isEye(crossings)) return false;
  outerWidth = eyeWidth(crossings);
  let sum: i32 = 0;
  let least: i32 = i32.MAX_VALUE;
  let most: i32 = 0;
  for (let k = 1; k < EDGES; k++) {
    const pair = edge(crossings, k) + edge(crossings, PATTERN_EDGES - 1 - k);
    sum += pair;
    least = min(least, pair);
    most = max(most, pair);
  }
  centre = <f64>sum / (2 * <f64>(EDGES - 1)) - <f64>limit;
  // All rings have one centre.
  return <f64>(most - least) <= 4 + outerWidth * 0.1;
}

/** As walk(), 64 bits at a time; given up at the first ring that lies farther out than a slant explains. */
function followLine(line: usize, length: i32, at: i32, size: f64, limit: i32, isAhead: bool): bool {
  let ink: i32 = 0;
  let steps: i32 = 0;
  for (let k = 0; k < EDGES - 1; k++) {
    const most = min(limit, <i32>((ringRadius(k) + MOST_ASIDE) * MOST_ASPECT * size) + 2) - steps;
    if (most < 0) return false;
    const run = isAhead ? runAhead(line, length, at + steps, ink, most) : runBack(line, at - steps, ink, most);
    if (run < 1) return false;
    steps += run;
    // Edges are pixel borders: backwards the last pixel of a run begins a step before its end.
    const slot = isAhead ? EDGES + k : EDGES - 1 - k;
    store<u16>(crossings + ((<usize>slot) << 1), <u16>(isAhead ? limit + steps : limit + 1 - steps));
    ink ^= 1;
  }
  return true;
}

/**
 * Writes where five runs from the light pixel (x, y) on end, `limit` steps on so that numbers stay positive; false where
 * there are fewer within `limit` steps. The sixth, the outer ring's, may touch modules.
 */
function walk(plane: Plane, x: i32, y: i32, dx: i32, dy: i32, limit: i32, isAhead: bool): bool {
  let ink: i32 = 0;
  let found: i32 = 0;
  for (let n = 0; n <= limit; n++) {
    if (<u32>x >= <u32>plane.width || <u32>y >= <u32>plane.height) return false;
    if (bitAt(plane, x, y) != ink) {
      if (n == 0) return false;
      // Edges are pixel borders: backwards the last pixel of a run begins a step before its end.
      const slot = isAhead ? EDGES + found : EDGES - 1 - found;
      store<u16>(crossings + ((<usize>slot) << 1), <u16>(isAhead ? limit + n : limit + 1 - n));
      found++;
      if (found == EDGES - 1) return true;
      ink ^= 1;
    }
    x += dx;
    y += dy;
  }
  return false;
}
