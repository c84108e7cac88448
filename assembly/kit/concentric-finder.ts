/**
 * Finds the square bull's-eyes of the QR family: runs in the proportion 1:1:3:1:1 along a line, confirmed across it, then
 * measured on the grey image by rays from the centre. Knows nothing of symbols made of several finders.
 */
import { binaryAt, columnsAt, everyNthRowAt, planeAt } from "../image/frame";
import { Plane } from "../image/plane";
import { RunTable, lineEdgeCount, lineEdges } from "../image/runs";
import { alloc } from "../memory/arena";
import { spend, unitsLeft } from "./budget";
import { Finder, RAYS } from "./finder";
import { crossingOffset, openCrossings, slantedCrossing, straightCrossing } from "./finder-crossing";
import { edge, findPatterns, isFinder } from "./finder-pattern";
import { MOST_STREAKS, addStreak, nextLine, openStreaks, startStreaks } from "./finder-streaks";
import { measureRings } from "./rings";

/** Bytes of a finder's outline, which lies behind the list. */
const RADII: usize = (<usize>RAYS) << 2;

export const ANY_WIDTH: i32 = 0xffff;

/** Most finders of a frame. */
export const MOST_FINDERS: i32 = 192;
/** Cross-checks that take about a microsecond. */
const CHECKS_OF_UNIT: i32 = 4;
/** Part of the budget that is left which one scan may take, and part of that which its first lines may. */
const SCAN_SHARE: i32 = 4;
const START_SHARE: i32 = 4;
/** Part of the rays above which a finder is taken for sure. */
const SURE_QUALITY: f32 = 0.85;
/** Part of the rays that must fit: half of a finder may be torn or hidden. */
const LEAST_QUALITY: f32 = 0.45;

let finders: usize = 0;
let count: i32 = 0;
let checks: i32 = 0;
let isOpen = false;

/** Empties the list for a new frame. */
export function openFinders(): void {
  // One more than the list may hold: the place where the next one is measured.
  finders = alloc(<usize>(MOST_FINDERS + 1) * (offsetof<Finder>() + RADII));
  count = 0;
  checks = 0;
  openCrossings();
  patterns = alloc((<usize>MOST_STREAKS) << 1);
  isOpen = openStreaks() && finders != 0 && patterns != 0;
}

export function finderCount(): i32 {
  return count;
}

export function finderAt(index: i32): Finder {
  return changetype<Finder>(finders + <usize>index * offsetof<Finder>());
}

/**
 * Adds the finders that show in every `step`th row of a pyramid level; light ones on dark ground too where asked for. Two
 * rows must hit a core, three modules high: with a step of 2 modules of 1.4 pixels and more are found.
 * Finders of more than `widest` pixels of the level are left to the next one (ANY_WIDTH: none are).
 */
export function scanRows(level: i32, withInverted: bool, step: i32, widest: i32): void {
  const table = everyNthRowAt(level, step);
  if (table != null) scanTable(table, level, false, withInverted, step, widest);
}

/** The same in the columns, where a finder's rows are damaged. */
export function scanColumns(level: i32, withInverted: bool, step: i32, widest: i32): void {
  const table = columnsAt(level);
  if (table != null) scanTable(table, level, true, withInverted, step, widest);
}

/** u16 indices of edges. */
let patterns: usize = 0;

/** Lines on which the smallest pattern must be seen. */
const LEAST_LINES: i32 = 2;

/** A core, three modules high, is seen on three times the lines that are asked for, and some more where it is stretched. */
const MOST_LOOKS: i32 = 4;

/**
 * Lines on which a pattern of this width must be seen: the core is three modules high, so a finder shows on three sevenths
 * of its width in lines whatever its rotation, and one seventh is asked for. Noise breaks off after one or two.
 */
function neededLines(width: i32, step: i32): i32 {
  return max(LEAST_LINES, width / (7 * step));
}

function scanTable(table: RunTable, level: i32, isColumns: bool, withInverted: bool, step: i32, widest: i32): void {
  if (!isOpen) return;
  startStreaks(step);
  // Texture at one place must not take what finders at another need: what may be spent grows with the lines.
  const before = unitsLeft();
  const share = before / SCAN_SHARE;
  const stride = step / table.step;
  for (let index = 0; index < table.lines; index += stride) {
    const line = index * table.step;
    const edges = lineEdges(table, index);
    const found = findPatterns(edges, lineEdgeCount(table, index), withInverted, widest, patterns, MOST_STREAKS);
    const least = before - share / START_SHARE - <i32>((<i64>share * <i64>index) / table.lines);
    for (let n = 0; n < found; n++) {
      const k = <i32>load<u16>(patterns + ((<usize>n) << 1));
      const at = edges + ((<usize>k) << 1);
      const width = edge(at, 5) - edge(at, 0);
      const centre2 = edge(at, 2) + edge(at, 3);
      const isInverted = (k & 1) == 1;
      const length = addStreak(centre2, width, isInverted);
      if (length < LEAST_LINES) continue;
      // Looked at when it is long enough, and again at each multiple of that, until it is longer than a core is high.
      const needed = neededLines(width, step);
      if (length % needed != 0 || length > MOST_LOOKS * needed) continue;
      if (unitsLeft() > least) consider(level, isColumns, line, centre2, width, isInverted);
    }
    if (withInverted && unitsLeft() > least) considerBorders(table, index, level, isColumns, line, widest);
    nextLine();
  }
}

/**
 * Looks at light patterns at the ends of a line: pictures are often cropped to the symbol, and where light meets the border
 * there is no edge.
 */
function considerBorders(table: RunTable, index: i32, level: i32, isColumns: bool, line: i32, widest: i32): void {
  const n = lineEdgeCount(table, index);
  if (n < 4) return;
  const first = lineEdges(table, index);
  // A line of nothing but a finder.
  if (n == 4) {
    if (edge(first, 0) == 0 || edge(first, 3) == table.length || table.length > widest) return;
    if (isFinder(0, edge(first, 0), edge(first, 1), edge(first, 2), edge(first, 3), table.length)) {
      consider(level, isColumns, line, edge(first, 1) + edge(first, 2), table.length, true);
    }
    return;
  }
  const end = edge(first, 4);
  if (edge(first, 0) > 0 && end <= widest) {
    if (isFinder(0, edge(first, 0), edge(first, 1), edge(first, 2), edge(first, 3), end)) {
      consider(level, isColumns, line, edge(first, 1) + edge(first, 2), end, true);
    }
  }
  const last = first + ((<usize>(n - 5)) << 1);
  const width = table.length - edge(last, 0);
  if (edge(last, 4) < table.length && width <= widest) {
    if (isFinder(edge(last, 0), edge(last, 1), edge(last, 2), edge(last, 3), edge(last, 4), table.length)) {
      consider(level, isColumns, line, edge(last, 2) + edge(last, 3), width, true);
    }
  }
}

/** Looks at a hit: on line `line`, core centred at `centre2` / 2, seven modules `width` pixels wide. */
function consider(level: i32, isColumns: bool, line: i32, centre2: i32, width: i32, isInverted: bool): void {
  const plane = binaryAt(level);
  if (plane == null) return;
  const scale = <f64>(1 << level);
  const along = <f64>centre2 * 0.5;
  const across = <f64>line + 0.5;
  const x = (isColumns ? across : along) * scale;
  const y = (isColumns ? along : across) * scale;
  for (let i = 0; i < count; i++) {
    const known = finderAt(i);
    if (known.isInverted != isInverted) continue;
    // A doubtful finder must not hide a true one beside it, a sure one has the place for itself.
    const reach = known.size * (known.quality >= SURE_QUALITY ? 1.8 : 0.6);
    if (Math.abs(known.x - x) < reach && Math.abs(known.y - y) < reach) {
      known.hits++;
      return;
    }
  }
  if (++checks % CHECKS_OF_UNIT == 0) spend(1);
  const size = crossCheck(plane, isColumns, line, centre2 >> 1, width, isInverted);
  if (size == 0) return;
  const finder = finderAt(count);
  finder.x = x;
  finder.y = y;
  const crossScaled = <f64>size * scale;
  // Centre across the line, from the cross-check.
  if (isColumns) finder.x = crossCentre * scale;
  else finder.y = crossCentre * scale;
  finder.size = Math.sqrt((<f64>width * scale * crossScaled) / 49);
  finder.isInverted = isInverted;
  finder.isFresh = true;
  finder.isUsed = false;
  finder.hits = 1;
  finder.radii = finders + <usize>(MOST_FINDERS + 1) * offsetof<Finder>() + <usize>count * RADII;
  if (!measureRings(finder, LEAST_QUALITY)) return;
  for (let i = 0; i < count; i++) {
    const known = finderAt(i);
    if (known.isInverted != isInverted) continue;
    if (Math.abs(known.x - finder.x) + Math.abs(known.y - finder.y) < known.size * 2) {
      if (finder.quality > known.quality) {
        finder.hits += known.hits;
        replace(known, finder);
      }
      return;
    }
  }
  if (count < MOST_FINDERS) {
    count++;
    return;
  }
  // A full list is one of texture: the best are kept.
  let worst = finderAt(0);
  for (let i = 1; i < count; i++) {
    const known = finderAt(i);
    if (worst.isUsed || (!known.isUsed && known.quality < worst.quality)) worst = known;
  }
  if (!worst.isUsed && finder.quality > worst.quality) replace(worst, finder);
}

/** Puts a finder in the place of another one of the list. */
function replace(known: Finder, finder: Finder): void {
  const radii = known.radii;
  memory.copy(radii, finder.radii, RADII);
  memory.copy(changetype<usize>(known), changetype<usize>(finder), offsetof<Finder>());
  known.radii = radii;
}

let crossCentre: f64 = 0;

/**
 * Follows the bits across a line through the core and returns the width of seven modules there in pixels, 0 where the
 * proportions are not those of a finder. Sets crossCentre. Of the line through the new centre and the two diagonals two
 * must agree: any line through a bull's-eye has its proportions.
 */
function crossCheck(plane: Plane, isColumns: bool, line: i32, position: i32, width: i32, isInverted: bool): i32 {
  const x = isColumns ? line : position;
  const y = isColumns ? position : line;
  const ink = isInverted ? 0 : 1;
  // Foreshortening to a half or double is far more than a readable symbol has.
  const total = straightCrossing(plane, !isColumns, x, y, ink, width * 2);
  if (total == 0 || total * 5 < width * 2 || total * 2 > width * 5) return 0;
  crossCentre = <f64>(isColumns ? x : y) + crossingOffset;
  const cx = isColumns ? <i32>crossCentre : x;
  const cy = isColumns ? y : <i32>crossCentre;
  let agreed: i32 = 0;
  if (straightCrossing(plane, isColumns, cx, cy, ink, width * 2) != 0) agreed++;
  if (slantedCrossing(plane, cx, cy, 1, 1, ink, width * 2) != 0) agreed++;
  if (agreed == 0) return 0;
  if (agreed == 1 && slantedCrossing(plane, cx, cy, 1, -1, ink, width * 2) == 0) return 0;
  return total;
}

/** True if a level can be scanned. */
export function hasLevel(level: i32): bool {
  return planeAt(level) != null;
}
