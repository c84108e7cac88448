/**
 * Where dots of about one size lie close together: runs of the rows that are as high as they are wide, counted in cells.
 * Almost free where there are none. Knows nothing of lattices.
 */
import { everyNthRowAt, planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { RunTable, lineEdgeCount, lineEdges } from "../../image/runs";
import { alloc, allocZero } from "../../memory/arena";

/** Side of a cell in pixels, as a power of two. */
const CELL_SHIFT: i32 = 5;
/** Widest run that is looked at. */
const WIDEST: i32 = 16;
/** Dots that a cell and those around it hold at least, and that it holds itself. */
const LEAST_AROUND: i32 = 8;
const LEAST_OWN: i32 = 2;

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

/** Cells of one colour: number of dots, and sums of their places and widths. */
@unmanaged
class Cell {
  count: i32;
  x: i32;
  y: i32;
  size: i32;
}

/**
 * Looks at every `step`th row of a level for dots of at least `least` pixels; light ones too if asked for. Memory of the cells
 * stays allocated.
 */
export function scanDots(level: i32, step: i32, least: i32, withInverted: bool): void {
  const table = everyNthRowAt(level, step);
  const plane = planeAt(level);
  if (table == null || plane == null) return;
  const columns = (plane.width >> CELL_SHIFT) + 3;
  const rows = (plane.height >> CELL_SHIFT) + 3;
  // A border of empty cells, so that every cell has eight around it.
  const bytes = <usize>(columns * rows) * offsetof<Cell>();
  const dark = allocZero(bytes);
  const light = withInverted ? allocZero(bytes) : 0;
  if (dark == 0) return;
  const every = max(1, step / table.step);
  for (let line = every >> 1; line < table.lines; line += every) {
    const y = line * table.step;
    const own = <usize>(((y >> CELL_SHIFT) + 1) * columns + 1) * offsetof<Cell>();
    scanLine(table, line, plane, y, least, dark + own, light == 0 ? 0 : light + own);
  }
  collect(dark, columns, rows, level, false);
  if (light != 0) collect(light, columns, rows, level, true);
}

function scanLine(table: RunTable, line: i32, plane: Plane, y: i32, least: i32, dark: usize, light: usize): void {
  const edges = lineEdges(table, line);
  const edgeCount = lineEdgeCount(table, line);
  const row = plane.bits + <usize>y * <usize>plane.bitStride;
  const end = (<usize>(edgeCount - 2)) << 1;
  let before = <i32>load<u16>(edges);
  let from = <i32>load<u16>(edges, 2);
  if (edgeCount < 4) return;
  // The first run of a line is dark, so that runs from odd edges on are light.
  let isLight = true;
  for (let at: usize = 2; at < end; at += 2) {
    const to = <i32>load<u16>(edges + at, 2);
    const after = <i32>load<u16>(edges + at, 4);
    const width = to - from;
    if (width <= WIDEST && width >= least && 2 * (from - before) >= width && 2 * (after - to) >= width) {
      const cells = isLight ? light : dark;
      if (cells != 0) offer(plane, row, from, width, y, isLight, cells);
    }
    before = from;
    from = to;
    isLight = !isLight;
  }
}

/** Counts a run that ends within its own width above and below, and that does not lie flat. */
function offer(plane: Plane, row: usize, from: i32, width: i32, y: i32, isLight: bool, cells: usize): void {
  const reach = width + 1;
  if (y < reach || y + reach >= plane.height) return;
  const x = from + (width >> 1);
  const at = row + <usize>(x >> 3);
  const bit = x & 7;
  const stride = <usize>plane.bitStride;
  const flip = isLight ? 1 : 0;
  const far = <usize>reach * stride;
  const ends = (<i32>load<u8>(at - far) >> bit) & 1;
  if ((ends ^ flip) != 0) return;
  if ((((<i32>load<u8>(at + far) >> bit) & 1) ^ flip) != 0) return;
  const near = <usize>(width >> 2) * stride;
  const inner = ((<i32>load<u8>(at - near) >> bit) & 1) + ((<i32>load<u8>(at + near) >> bit) & 1);
  if (inner == (isLight ? 2 : 0)) return;
  const cell = changetype<Cell>(cells + <usize>(x >> CELL_SHIFT) * offsetof<Cell>());
  cell.count++;
  cell.x += x;
  cell.y += y;
  cell.size += width;
}

/** Cells with enough dots around them, none fewer than those around it, become seeds. */
function collect(cells: usize, columns: i32, rows: i32, level: i32, isInverted: bool): void {
  for (let cy = 1; cy < rows - 1; cy++) {
    for (let cx = 1; cx < columns - 1; cx++) {
      const own = cellAt(cells, columns, cx, cy).count;
      if (own < LEAST_OWN) continue;
      let total: i32 = 0;
      let x: i32 = 0;
      let y: i32 = 0;
      let size: i32 = 0;
      let isMost = true;
      for (let k = 0; k < 9; k++) {
        const cell = cellAt(cells, columns, cx + (k % 3) - 1, cy + k / 3 - 1);
        // Of equals the first one is it.
        if (cell.count > own || (cell.count == own && k < 4)) isMost = false;
        total += cell.count;
        x += cell.x;
        y += cell.y;
        size += cell.size;
      }
      if (!isMost || total < LEAST_AROUND) continue;
      const n = <f64>total;
      insert(level, <f64>x / n, <f64>y / n, <f64>size / n, isInverted, total);
    }
  }
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
