/**
 * Lays a symbol's module grid onto the image: the four outer corners, a projective map through them, and a bend for
 * surfaces that are not plane. Knows which modules have a known colour, not how well the grid lies.
 */
import { planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { bilinear, levelFor } from "../../image/sampler";
import { Homography, mapX, mapY, rectangleToQuad } from "../../math/homography";
import { alloc } from "../../memory/arena";
import { MOST_SIDE, columnsOf, fixedModule, isSolid, regionColumnsOf, regionRowsOf, rowsOf } from "./tables";

/** Numbers of a bend. */
export const BENDS: i32 = 10;
/** Most known modules that are listed: the four sides of the largest symbol, its inner bars thinned out, the quiet zone. */
const MOST_KNOWN: i32 = 1600;
/** Known modules within the symbol beyond which they are thinned out. */
const ENOUGH_INNER: i32 = 500;

@unmanaged
export class Grid {
  /** Index into the table of sizes. */
  size: i32;
  rows: i32;
  columns: i32;
  isInverted: bool;
  /** Mean module size in pixels of level 0. */
  module: f64;
  /** Plane that is sampled, and its pixels per level-0 pixel. */
  plane: Plane;
  scale: f64;
  map: Homography;
  /** Eight f64 in level-0 pixels: the symbol's top left, top right, bottom right and bottom left corner. */
  corners: usize;
  /** Ten f64: by how many level-0 pixels the middles of top, left, right, bottom and the centre lie off the map. */
  bend: usize;
  hasBend: bool;
  /** Where the borders of columns and rows lie on the map, columns + 1 and rows + 1 f32 in modules; evenly without. */
  warpU: usize;
  warpV: usize;
  hasWarp: bool;
  /** Modules whose colour is known as f32 triples (u, v, kind): clock tracks ±1, solid sides 2, quiet zone −2. */
  known: usize;
  knownCount: i32;
  /** Work units of the frame's budget that moving this grid must leave. */
  floor: i32;
}

/** Where place() puts a grid point, in level-0 pixels. */
export let placeX: f64 = 0;
export let placeY: f64 = 0;

export function allocGrid(): Grid | null {
  const at = alloc(offsetof<Grid>());
  const corners = alloc(8 << 3);
  const bend = alloc((<usize>BENDS) << 3);
  const known = alloc(<usize>MOST_KNOWN * 12);
  const warpU = alloc((<usize>(MOST_SIDE + 1)) << 2);
  const warpV = alloc((<usize>(MOST_SIDE + 1)) << 2);
  const map = alloc(offsetof<Homography>());
  if (at == 0 || corners == 0 || bend == 0 || known == 0 || warpU == 0 || warpV == 0 || map == 0) return null;
  memory.fill(at, 0, offsetof<Grid>());
  const grid = changetype<Grid>(at);
  grid.corners = corners;
  grid.bend = bend;
  grid.known = known;
  grid.warpU = warpU;
  grid.warpV = warpV;
  grid.map = changetype<Homography>(map);
  return grid;
}

export function corner(grid: Grid, index: i32): f64 {
  return load<f64>(grid.corners + ((<usize>index) << 3));
}

export function setCorner(grid: Grid, index: i32, x: f64, y: f64): void {
  store<f64>(grid.corners + ((<usize>index) << 4), x);
  store<f64>(grid.corners + ((<usize>index) << 4), y, 8);
}

/** Makes the grid ready for a size once its corners are set; false where they make no convex quadrilateral. */
export function startGrid(grid: Grid, size: i32): bool {
  grid.size = size;
  grid.rows = rowsOf(size);
  grid.columns = columnsOf(size);
  grid.hasBend = false;
  grid.hasWarp = false;
  memory.fill(grid.bend, 0, (<usize>BENDS) << 3);
  if (!refreshMap(grid)) return false;
  const area = quadArea(grid);
  grid.module = Math.sqrt(area / <f64>(grid.rows * grid.columns));
  const level = levelFor(grid.module, 2.5);
  const plane = planeAt(level);
  if (plane == null) return false;
  grid.plane = plane;
  grid.scale = 1 / <f64>(1 << level);
  listKnown(grid);
  return true;
}

function quadArea(grid: Grid): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < 4; k++) {
    const n = (k + 1) & 3;
    sum += corner(grid, 2 * k) * corner(grid, 2 * n + 1) - corner(grid, 2 * n) * corner(grid, 2 * k + 1);
  }
  return Math.abs(sum) * 0.5;
}

/** Recomputes the map from the corners. */
export function refreshMap(grid: Grid): bool {
  return rectangleToQuad(
    grid.map,
    0,
    0,
    <f64>grid.columns,
    <f64>grid.rows,
    corner(grid, 0),
    corner(grid, 1),
    corner(grid, 2),
    corner(grid, 3),
    corner(grid, 4),
    corner(grid, 5),
    corner(grid, 6),
    corner(grid, 7),
  );
}

/** Puts a grid point (in modules from the symbol's top left corner) onto the image: placeX, placeY. */
export function place(grid: Grid, u: f64, v: f64): void {
  if (grid.hasWarp) {
    u = warped(grid.warpU, grid.columns, u);
    v = warped(grid.warpV, grid.rows, v);
  }
  placeX = mapX(grid.map, u, v);
  placeY = mapY(grid.map, u, v);
  if (!grid.hasBend) return;
  const s = u / <f64>grid.columns;
  const t = v / <f64>grid.rows;
  // Lagrange's polynomials over 0, ½ and 1; the corners stay.
  const s0 = (1 - s) * (1 - 2 * s);
  const s1 = 4 * s * (1 - s);
  const s2 = s * (2 * s - 1);
  const t0 = (1 - t) * (1 - 2 * t);
  const t1 = 4 * t * (1 - t);
  const t2 = t * (2 * t - 1);
  const top = s1 * t0;
  const left = s0 * t1;
  const right = s2 * t1;
  const bottom = s1 * t2;
  const centre = s1 * t1;
  const at = grid.bend;
  placeX +=
    top * load<f64>(at) +
    left * load<f64>(at, 16) +
    right * load<f64>(at, 32) +
    bottom * load<f64>(at, 48) +
    centre * load<f64>(at, 64);
  placeY +=
    top * load<f64>(at, 8) +
    left * load<f64>(at, 24) +
    right * load<f64>(at, 40) +
    bottom * load<f64>(at, 56) +
    centre * load<f64>(at, 72);
}

function warped(warp: usize, count: i32, at: f64): f64 {
  const index = max(0, min(<i32>at, count - 1));
  const from = warp + ((<usize>index) << 2);
  const border = <f64>load<f32>(from);
  return border + (<f64>load<f32>(from, 4) - border) * (at - <f64>index);
}

/** Ink (0 ground … 255 full, of the symbol's own polarity) at a grid point. */
export function inkAt(grid: Grid, u: f64, v: f64): f32 {
  place(grid, u, v);
  const value = bilinear(grid.plane, placeX * grid.scale, placeY * grid.scale);
  return grid.isInverted ? value : 255 - value;
}

function addKnown(grid: Grid, u: f64, v: f64, kind: f32): void {
  if (grid.knownCount >= MOST_KNOWN) return;
  const at = grid.known + <usize>grid.knownCount * 12;
  store<f32>(at, <f32>u);
  store<f32>(at, <f32>v, 4);
  store<f32>(at, kind, 8);
  grid.knownCount++;
}

/** Lists the modules that every symbol of the size has, with the quiet zone beside its sides, thinned out where many. */
function listKnown(grid: Grid): void {
  grid.knownCount = 0;
  const rows = grid.rows;
  const columns = grid.columns;
  const inner = 2 * ((regionRowsOf(grid.size) - 1) * columns + (regionColumnsOf(grid.size) - 1) * rows);
  const stride = 1 + inner / ENOUGH_INNER;
  let count: i32 = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const fixed = fixedModule(grid.size, row, column);
      if (fixed == 0) continue;
      const isOuter = row == 0 || column == 0 || row == rows - 1 || column == columns - 1;
      if (!isOuter && count++ % stride != 0) continue;
      addKnown(grid, <f64>column + 0.5, <f64>row + 0.5, isSolid(grid.size, row, column) ? 2 : <f32>fixed);
    }
  }
  for (let column = 0; column < columns; column += 2) {
    addKnown(grid, <f64>column + 0.5, <f64>rows + 0.5, -2);
    addKnown(grid, <f64>column + 0.5, -0.5, -2);
  }
  for (let row = 0; row < rows; row += 2) {
    addKnown(grid, -0.5, <f64>row + 0.5, -2);
    addKnown(grid, <f64>columns + 0.5, <f64>row + 0.5, -2);
  }
}
