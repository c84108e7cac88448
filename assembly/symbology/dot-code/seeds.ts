/**
 * Where dots of about one size lie close together: runs of the rows that are as high as they are wide, counted in cells.
 * Almost free where there are none. Knows nothing of lattices.
 */
import { everyNthRowAt, planeAt } from "../../image/frame";
import { BLOCK, Plane } from "../../image/plane";
import { RunTable, lineEdgeCount, lineEdges } from "../../image/runs";
import { alloc, allocZero } from "../../memory/arena";

/** Side of a cell in pixels, as a power of two. */
const CELL_SHIFT: i32 = 5;
const CELL: i32 = 1 << CELL_SHIFT;
/** Rows of a live frame from one that is always scanned to the next; dots in three cells that make the others worth it. */
const FIRST_STEP: i32 = 16;
const FIRST_DOTS: i32 = 3;
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
  count: i32;
}

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

/** A seed; those with most dots first. */
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
 * Looks at a level for dots of at least `least` pixels; light ones too if asked for. Every `step`th row is looked
 * at; if `strict`, only where a few rows promise something, and what is hardly a field of dots is left out. Memory of the
 * cells stays allocated.
 */
export function scanDots(level: i32, step: i32, least: i32, withInverted: bool, strict: bool): void {
  const table = everyNthRowAt(level, step);
  const plane = planeAt(level);
  if (table == null || plane == null || plane.height < 2) return;
  const columns = (plane.width >> CELL_SHIFT) + 3;
  const rows = (plane.height >> CELL_SHIFT) + 3;
  // A border of empty cells, so that every cell has others around it.
  const bytes = <usize>(columns * rows) * offsetof<Cell>();
  const dark = allocZero(bytes);
  const light: usize = withInverted ? allocZero(bytes) : 0;
  if (dark == 0) return;
  leastWidth = least;
  leastContrast = strict ? STRICT_CONTRAST : 0;
  for (let row = 0; row < rows - 2; row++) {
    const offset = <usize>((row + 1) * columns + 1) * offsetof<Cell>();
    const darkRow = dark + offset;
    const lightRow: usize = light == 0 ? 0 : light + offset;
    const top = row << CELL_SHIFT;
    const every = strict ? FIRST_STEP : step;
    for (let y = top + (every >> 1); y < top + CELL; y += every) {
      scanLine(table, plane, y, 0, plane.width, darkRow, lightRow);
    }
    // Neighbouring cells that are worth it are scanned as one stretch. The border's cell ends the last one.
    let begin: i32 = strict ? -1 : columns;
    for (let cell = 0; cell < columns - 1 && begin < columns; cell++) {
      const isWorth = isPromising(darkRow, cell) || (lightRow != 0 && isPromising(lightRow, cell));
      if (isWorth && begin < 0) begin = cell;
      if (isWorth || begin < 0) continue;
      for (let y = top; y < top + CELL; y += step) {
        if ((y & (FIRST_STEP - 1)) == FIRST_STEP >> 1) continue;
        scanLine(table, plane, y, begin << CELL_SHIFT, cell << CELL_SHIFT, darkRow, lightRow);
      }
      begin = -1;
    }
  }
  collect(dark, columns, rows, level, false, strict);
  if (light != 0) collect(light, columns, rows, level, true, strict);
}

/** True if a cell, with those beside it, holds more dots than other short runs. */
function isPromising(row: usize, index: i32): bool {
  const cell = changetype<Cell>(row + <usize>index * offsetof<Cell>());
  if (cell.count == 0) return false;
  const before = changetype<Cell>(changetype<usize>(cell) - offsetof<Cell>());
  const after = changetype<Cell>(changetype<usize>(cell) + offsetof<Cell>());
  const count = before.count + cell.count + after.count;
  return count >= FIRST_DOTS && 2 * count >= before.runs + cell.runs + after.runs;
}

/** Counts the runs of a row that begin at left ≤ x < right. */
function scanLine(table: RunTable, plane: Plane, y: i32, left: i32, right: i32, dark: usize, light: usize): void {
  const line = y / table.step;
  if (line >= table.lines) return;
  const edges = lineEdges(table, line);
  // A run ends at the next edge; behind the last one there are sentinels.
  const last = lineEdgeCount(table, line) - 1;
  const blocks = <usize>((y / BLOCK) * plane.blockColumns);
  const blockMin = plane.blockMin + blocks;
  const blockMax = plane.blockMax + blocks;
  const least = leastWidth;
  const contrast = leastContrast;
  const index = left == 0 ? 0 : firstEdge(edges, last, left);
  if (index >= last) return;
  let at = edges + ((<usize>index) << 1);
  const end = edges + ((<usize>last) << 1);
  let before = index == 0 ? -WIDEST : <i32>load<u16>(at - 2);
  let from = <i32>load<u16>(at);
  // The first run of a line is dark, so that runs from odd edges on are light.
  let isLight = (index & 1) == 1;
  for (; at < end && from < right; at += 2) {
    const to = <i32>load<u16>(at, 2);
    const width = to - from;
    if (width <= WIDEST && width >= least) {
      const cells = isLight ? light : dark;
      const x = from + (width >> 1);
      const block = <usize>(x >> 3);
      if (cells != 0 && <i32>load<u8>(blockMax + block) - <i32>load<u8>(blockMin + block) >= contrast) {
        const cell = changetype<Cell>(cells + <usize>(x >> CELL_SHIFT) * offsetof<Cell>());
        cell.runs++;
        const isApart = 4 * (from - before) >= width && 4 * (<i32>load<u16>(at, 4) - to) >= width;
        const dot = isApart ? dotHeight(plane, x, y, width, isLight) : 0;
        if (dot > 0) {
          cell.count++;
          cell.x += x;
          cell.y += y;
          cell.size += dot;
          cell.squares += dot * dot;
        }
      }
    }
    before = from;
    from = to;
    isLight = !isLight;
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
      if (!isField(total, strict)) total.count = 0;
      memory.copy(changetype<usize>(own), sums, offsetof<Cell>());
    }
  }
  for (let cy = 0; cy < rows - 1; cy++) {
    for (let cx = 0; cx < columns - 1; cx++) {
      const own = cellAt(cells, columns, cx, cy);
      if (own.count == 0 || !isMost(cells, columns, rows, cx, cy)) continue;
      const n = <f64>own.count;
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
