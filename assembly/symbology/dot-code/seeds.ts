/**
 * Where dots of about one size lie close together: runs of the rows that are as high as they are wide, counted in cells.
 * Almost free where there are none. Knows nothing of lattices.
 */
import { everyNthRowAt, planeAt } from "../../image/frame";
import { BLOCK, Plane } from "../../image/plane";
import { RunTable, lineEdgeCount, lineEdges } from "../../image/runs";
import { alloc, allocZero, mark, release } from "../../memory/arena";

/** Side of a cell in pixels, as a power of two. */
const CELL_SHIFT: i32 = 5;
const CELL: i32 = 1 << CELL_SHIFT;
/** Rows from one that is glanced at to the next; dots in nine cells there that make them worth more looks. */
const FIRST_STEP: i32 = 8;
const FIRST_DOTS: i32 = 8;
/** Cells of a level and colour that are looked at once more: those of the most dots where there would be more. */
const MOST_CELLS: i32 = 96;
/** Widest run that is looked at. */
const WIDEST: i32 = 16;
/** Dots that a square of four cells holds at least. */
const LEAST_DOTS: i32 = 8;
/**
 * Part of the short runs that look like dots, and variance of their heights: what rows of pixels make of it, and what is due
 * to the dots, as a part of the mean's square. Drawn symbols stay below 0.3 in all, photographs without one are mostly above 5.
 * Dots that touch are looked for in stills only.
 */
const STRICT_SHARE: f32 = 0.6;
const STRICT_VARIANCE: f32 = 0.35;
const STRICT_SPREAD: f32 = 0.01;
/** Grey levels between dark and light within a block of 8 × 8 pixels: half of what print has in poor light. */
const STRICT_CONTRAST: i32 = 28;
const LOOSE_CONTRAST: i32 = 14;
const LOOSE_SHARE: f32 = 0.4;
const LOOSE_VARIANCE: f32 = 0.6;
const LOOSE_SPREAD: f32 = 0.06;

@unmanaged
export class Seed {
  level: i32;
  /** Middle of the dots, and their mean width, in pixels of the level. */
  x: f64;
  y: f64;
  size: f64;
  isInverted: bool;
  /** Dots that were counted, and SURE more where there is hardly anything else. */
  count: i32;
}

/** Is more than a square holds. */
export const SURE: i32 = 10000;

/** Most seeds of a frame. */
const CAPACITY: i32 = 24;

let seeds: usize = 0;
let count: i32 = 0;
/** Narrowest run, and least contrast of its block, of the scan at work. */
let leastWidth: i32 = 1;
let leastContrast: i32 = 0;
/** A cell for sums. */
const sums = memory.data(24);

/** Empties the list; false where memory is exhausted. */
export function openSeeds(): bool {
  seeds = alloc(<usize>CAPACITY * offsetof<Seed>());
  count = 0;
  return seeds != 0;
}

export function seedCount(): i32 {
  return count;
}

/** A seed; the sure ones first, of these and of the others those with most dots. */
export function seedAt(index: i32): Seed {
  return changetype<Seed>(seeds + <usize>index * offsetof<Seed>());
}

/** What a cell holds of one colour: short runs of any kind, dots, sums of their places and heights. */
@unmanaged
class Cell {
  runs: i32;
  count: i32;
  x: i32;
  y: i32;
  size: i32;
  squares: i32;
}

/**
 * Looks at a level for dots of at least `least` pixels; light ones too if asked for. Cells that a few rows promise
 * something of are looked at in every `step`th row. If `strict`, what is hardly a field of dots is left out.
 */
export function scanDots(level: i32, step: i32, least: i32, withInverted: bool, strict: bool): void {
  const table = everyNthRowAt(level, step);
  const plane = planeAt(level);
  if (table == null || plane == null || plane.height < 2) return;
  leastWidth = least;
  leastContrast = strict ? STRICT_CONTRAST : LOOSE_CONTRAST;
  const scratch = mark();
  scanColour(table, plane, level, step, false, strict);
  release(scratch);
  if (withInverted) scanColour(table, plane, level, step, true, strict);
  release(scratch);
}

/** Looks for dots of one colour. */
function scanColour(table: RunTable, plane: Plane, level: i32, step: i32, isInverted: bool, strict: bool): void {
  // A border of empty cells, so that every cell has others around it.
  const columns = (plane.width >> CELL_SHIFT) + 3;
  const rows = (plane.height >> CELL_SHIFT) + 3;
  const size = <usize>(columns * rows);
  const glances = allocZero(size);
  if (glances == 0) return;
  for (let y = FIRST_STEP >> 1; y < plane.height; y += FIRST_STEP) {
    glance(table, plane, y, isInverted, glances + <usize>(((y >> CELL_SHIFT) + 1) * columns + 1));
  }
  const promises = alloc(size);
  if (promises == 0) return;
  const worth = worthOf(glances, columns, rows, promises);
  if (worth == 0) return;
  const cells = allocZero(size * offsetof<Cell>());
  if (cells == 0) return;
  for (let row = 1; row < rows - 1; row++) {
    const top = (row - 1) << CELL_SHIFT;
    const at = promises + <usize>(row * columns);
    const line = cells + <usize>(row * columns + 1) * offsetof<Cell>();
    // Neighbouring cells that are worth it are scanned as one stretch. The border's cell ends the last one.
    let begin: i32 = 0;
    for (let column = 1; column < columns; column++) {
      const isWorth = column < columns - 1 && <i32>load<u8>(at + <usize>column) >= worth;
      if (isWorth && begin == 0) begin = column;
      if (isWorth || begin == 0) continue;
      for (let y = top + (step >> 1); y < top + CELL; y += step) {
        scanLine(table, plane, y, (begin - 1) << CELL_SHIFT, (column - 1) << CELL_SHIFT, line, isInverted);
      }
      begin = 0;
    }
  }
  collect(cells, columns, rows, level, isInverted, strict);
}

/**
 * Fills `promises` (u8 per cell) with the dots glanced at in a cell and the eight around it, and returns how many of them
 * make a cell worth more looks, so that not too many are; 0 where none is.
 */
function worthOf(glances: usize, columns: i32, rows: i32, promises: usize): i32 {
  memory.fill(promises, 0, <usize>(columns * rows));
  let most: i32 = 0;
  for (let row = 1; row < rows - 1; row++) {
    for (let column = 1; column < columns - 1; column++) {
      const at = <usize>(row * columns + column);
      const sum =
        threeAt(glances + at - <usize>columns) + threeAt(glances + at) + threeAt(glances + at + <usize>columns);
      store<u8>(promises + at, <u8>min(sum, 255));
      most = max(most, sum);
    }
  }
  for (let worth = FIRST_DOTS; worth <= min(most, 255); worth += worth >> 1) {
    let found: i32 = 0;
    for (let i = 0; i < columns * rows; i++) if (<i32>load<u8>(promises + <usize>i) >= worth) found++;
    if (found <= MOST_CELLS) return found == 0 ? 0 : worth;
  }
  return 0;
}

function threeAt(at: usize): i32 {
  return <i32>load<u8>(at - 1) + <i32>load<u8>(at) + <i32>load<u8>(at + 1);
}

/** Counts (u8) the dots of a row in its cells where several follow each other: short runs between longer ones, as high as wide. */
function glance(table: RunTable, plane: Plane, y: i32, isInverted: bool, counts: usize): void {
  const line = y / table.step;
  if (line >= table.lines) return;
  const edges = lineEdges(table, line);
  const count = lineEdgeCount(table, line);
  const colour = isInverted ? 0xaa : 0x55;
  const blocks = <usize>((y / BLOCK) * plane.blockColumns);
  for (let k = 0; k < count; k += 8) {
    const at = edges + ((<usize>k) << 1);
    let mask = loneRuns(at) & colour;
    // Two of four.
    if ((mask & (mask - 1)) == 0) continue;
    for (; mask != 0; mask &= mask - 1) {
      const edge = at + ((<usize>ctz(mask)) << 1);
      const from = <i32>load<u16>(edge);
      const width = <i32>load<u16>(edge, 2) - from;
      const x = from + (width >> 1);
      const block = blocks + <usize>(x >> 3);
      if (<i32>load<u8>(plane.blockMax + block) - <i32>load<u8>(plane.blockMin + block) < leastContrast) continue;
      if (dotHeight(plane, x, y, width, isInverted) == 0) continue;
      const cell = counts + <usize>(x >> CELL_SHIFT);
      store<u8>(cell, <u8>min(<i32>load<u8>(cell) + 1, 255));
    }
  }
}

/** Bit i is set where the run from edge i on, of eight, is short, those beside it half as long, and as long on the mean. */
function loneRuns(at: usize): i32 {
  if (ASC_FEATURE_SIMD) {
    const from = v128.load(at);
    const to = v128.load(at, 2);
    const width = i16x8.sub(to, from);
    const before = i16x8.sub(from, v128.load(at - 2));
    const after = i16x8.sub(v128.load(at, 4), to);
    const least = i16x8.min_u(before, after);
    const twice = i16x8.add_sat_u(i16x8.add_sat_u(least, least), i16x8.splat(2));
    const both = i16x8.add_sat_u(before, after);
    const isShort = v128.and(
      i16x8.ge_u(width, i16x8.splat(<i16>leastWidth)),
      i16x8.le_u(width, i16x8.splat(<i16>WIDEST)),
    );
    return i16x8.bitmask(v128.and(isShort, v128.and(i16x8.ge_u(twice, width), i16x8.ge_u(both, i16x8.shl(width, 1)))));
  }
  let mask: i32 = 0;
  for (let i = 0; i < 8; i++) {
    const edge = at + ((<usize>i) << 1);
    const from = <i32>load<u16>(edge);
    const to = <i32>load<u16>(edge, 2);
    const width = to - from;
    if (width < leastWidth || width > WIDEST) continue;
    const before = (from - <i32>load<u16>(edge - 2)) & 0xffff;
    const after = <i32>load<u16>(edge, 4) - to;
    if (2 * min(before, after) + 2 >= width && before + after >= 2 * width) mask |= 1 << i;
  }
  return mask;
}

/** Counts the runs of one colour of a row that begin at left ≤ x < right. */
function scanLine(table: RunTable, plane: Plane, y: i32, left: i32, right: i32, cells: usize, isLight: bool): void {
  const line = y / table.step;
  if (line >= table.lines) return;
  const edges = lineEdges(table, line);
  // A run ends at the next edge; behind the last one there are sentinels.
  const last = lineEdgeCount(table, line) - 1;
  const blocks = <usize>((y / BLOCK) * plane.blockColumns);
  // The first run of a line is dark, so that runs from odd edges on are light.
  let index = left == 0 ? 0 : firstEdge(edges, last, left);
  if ((index & 1) != (isLight ? 1 : 0)) index++;
  for (; index < last; index += 2) {
    const at = edges + ((<usize>index) << 1);
    const from = <i32>load<u16>(at);
    if (from >= right) return;
    const to = <i32>load<u16>(at, 2);
    const width = to - from;
    if (width > WIDEST || width < leastWidth) continue;
    const x = from + (width >> 1);
    const block = blocks + <usize>(x >> 3);
    if (<i32>load<u8>(plane.blockMax + block) - <i32>load<u8>(plane.blockMin + block) < leastContrast) continue;
    const cell = changetype<Cell>(cells + <usize>(x >> CELL_SHIFT) * offsetof<Cell>());
    cell.runs++;
    const before = index == 0 ? WIDEST : from - <i32>load<u16>(at - 2);
    if (4 * before < width || 4 * (<i32>load<u16>(at, 4) - to) < width) continue;
    const dot = dotHeight(plane, x, y, width, isLight);
    if (dot == 0) continue;
    cell.count++;
    cell.x += x;
    cell.y += y;
    cell.size += dot;
    cell.squares += dot * dot;
  }
}

/** Index of the first of `count` edges at x or beyond. */
function firstEdge(edges: usize, count: i32, x: i32): i32 {
  let low: i32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (<i32>load<u16>(edges + ((<usize>middle) << 1)) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Height of a run at its middle, 0 where that is much more or less than its width. */
function dotHeight(plane: Plane, x: i32, y: i32, width: i32, isLight: bool): i32 {
  const most = 2 * width;
  if (y < most || y + most >= plane.height) return 0;
  const stride = <usize>plane.bitStride;
  const middle = plane.bits + <usize>y * stride + <usize>(x >> 3);
  const mask: u32 = (<u32>1) << (x & 7);
  const paper: u32 = isLight ? mask : 0;
  let at = middle - stride;
  let height: i32 = 1;
  for (; height <= most && (<u32>load<u8>(at) & mask) != paper; height++) at -= stride;
  at = middle + stride;
  for (; height <= most && (<u32>load<u8>(at) & mask) != paper; height++) at += stride;
  return height <= most && 2 * height >= width ? height : 0;
}

/** Squares of four cells with enough dots of one size, none with fewer than those that overlap it, become seeds. */
function collect(cells: usize, columns: i32, rows: i32, level: i32, isInverted: bool, strict: bool): void {
  const total = changetype<Cell>(sums);
  // Squares are kept where their first cell is: every cell is read before it is written over.
  for (let cy = 0; cy < rows - 1; cy++) {
    for (let cx = 0; cx < columns - 1; cx++) {
      const own = cellAt(cells, columns, cx, cy);
      const right = cellAt(cells, columns, cx + 1, cy);
      const below = cellAt(cells, columns, cx, cy + 1);
      const last = cellAt(cells, columns, cx + 1, cy + 1);
      if (own.count + right.count + below.count + last.count < LEAST_DOTS) {
        own.count = 0;
        continue;
      }
      memory.copy(sums, changetype<usize>(own), offsetof<Cell>());
      add(total, right);
      add(total, below);
      add(total, last);
      if (isField(total, true)) total.count += SURE;
      else if (strict || !isField(total, false)) total.count = 0;
      memory.copy(changetype<usize>(own), sums, offsetof<Cell>());
    }
  }
  for (let cy = 0; cy < rows - 1; cy++) {
    for (let cx = 0; cx < columns - 1; cx++) {
      const own = cellAt(cells, columns, cx, cy);
      if (own.count == 0 || !isMost(cells, columns, rows, cx, cy)) continue;
      const n = <f64>(own.count % SURE);
      insert(level, <f64>own.x / n, <f64>own.y / n, <f64>own.size / n, isInverted, own.count);
    }
  }
}

function add(total: Cell, cell: Cell): void {
  total.runs += cell.runs;
  total.count += cell.count;
  total.x += cell.x;
  total.y += cell.y;
  total.size += cell.size;
  total.squares += cell.squares;
}

/** True if a square holds dots, little else, and all of one size: print and texture differ there more than anything. */
function isField(total: Cell, strict: bool): bool {
  const count = <f32>total.count;
  const share: f32 = strict ? STRICT_SHARE : LOOSE_SHARE;
  if (count < share * <f32>total.runs) return false;
  const mean = <f32>total.size / count;
  const variance = <f32>total.squares / count - mean * mean;
  return (
    variance <= (strict ? STRICT_VARIANCE : LOOSE_VARIANCE) + (strict ? STRICT_SPREAD : LOOSE_SPREAD) * mean * mean
  );
}

/** True if no square that overlaps has more dots; of equals the first one is it. */
function isMost(cells: usize, columns: i32, rows: i32, cx: i32, cy: i32): bool {
  const own = cellAt(cells, columns, cx, cy).count;
  for (let k = 0; k < 9; k++) {
    const x = cx + (k % 3) - 1;
    const y = cy + k / 3 - 1;
    // What lies in the last row and column was never made a square.
    if (x < 0 || y < 0 || x >= columns - 1 || y >= rows - 1) continue;
    const other = cellAt(cells, columns, x, y).count;
    if (other > own || (other == own && k < 4)) return false;
  }
  return true;
}

function cellAt(cells: usize, columns: i32, cx: i32, cy: i32): Cell {
  return changetype<Cell>(cells + <usize>(cy * columns + cx) * offsetof<Cell>());
}

function insert(level: i32, x: f64, y: f64, size: f64, isInverted: bool, total: i32): void {
  if (count == CAPACITY) {
    if (seedAt(count - 1).count >= total) return;
    count--;
  }
  let k = count;
  for (; k > 0 && seedAt(k - 1).count < total; k--) {
    memory.copy(changetype<usize>(seedAt(k)), changetype<usize>(seedAt(k - 1)), offsetof<Seed>());
  }
  const seed = seedAt(k);
  seed.level = level;
  seed.x = x;
  seed.y = y;
  seed.size = size;
  seed.isInverted = isInverted;
  seed.count = total;
  count++;
}
