/**
 * A family of parallel scan lines in the image: the rows or columns of a level, or lines at any angle. Places along a line
 * and numbers of lines become points through it.
 */
import { alloc } from "../memory/arena";

@unmanaged
export class ScanGrid {
  /** Place 0 of line 0, in pixels of level 0. */
  x: f64;
  y: f64;
  /** Unit vectors along a line and from line to line. */
  dx: f64;
  dy: f64;
  nx: f64;
  ny: f64;
  /** Places per pixel of level 0, and pixels of level 0 from line to line. */
  unit: f64;
  pitch: f64;
}

/** The rows or columns of a level. Null where memory is exhausted. */
export function gridOf(level: i32, isColumns: bool): ScanGrid | null {
  const grid = allocGrid();
  if (grid == null) return null;
  const size = <f64>(1 << level);
  // Lines are measured through their pixels' middle.
  grid.x = isColumns ? 0.5 * size : 0;
  grid.y = isColumns ? 0 : 0.5 * size;
  grid.dx = isColumns ? 0 : 1;
  grid.dy = isColumns ? 1 : 0;
  grid.nx = grid.dy;
  grid.ny = grid.dx;
  grid.unit = 1 / size;
  grid.pitch = size;
  return grid;
}

export function allocGrid(): ScanGrid | null {
  const at = alloc(offsetof<ScanGrid>());
  return at == 0 ? null : changetype<ScanGrid>(at);
}

export function gridX(grid: ScanGrid, place: f64, line: f64): f64 {
  return grid.x + (grid.dx * place) / grid.unit + grid.nx * grid.pitch * line;
}

export function gridY(grid: ScanGrid, place: f64, line: f64): f64 {
  return grid.y + (grid.dy * place) / grid.unit + grid.ny * grid.pitch * line;
}
