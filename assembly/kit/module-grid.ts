/**
 * A grid of modules on the image that grows out of one finder pattern: a projective map held by four points. Knows neither how
 * it is moved to where it fits nor any symbology.
 */
import { Symbol } from "../io/symbol";
import { SYMBOL_INVERTED } from "../abi/layout";
import { direction, distance } from "../math/geometry";
import { planeAt } from "../image/frame";
import { Plane } from "../image/plane";
import { areaMean, bilinear, isInside, levelFor } from "../image/sampler";
import { Homography, mapX, mapY, rectangleToQuad } from "../math/homography";
import { alloc } from "../memory/arena";
import { Finder } from "./finder";
import { finderCornerX, finderCornerY, finderSpread } from "./finder-corners";
import { MODULE_DARK, MODULE_LIGHT } from "./module-map";

@unmanaged
export class ModuleGrid {
  isInverted: bool;
  /** Module size in pixels of level 0. */
  size: f64;
  /** How far off a module's centre it is looked at to feel a shift, in modules. */
  aside: f64;
  /** Plane that is sampled, and what level-0 pixels are multiplied by. */
  plane: Plane;
  scale: f64;
  map: Homography;
  /** Eight f64 in level-0 pixels: images of (0, 0), (right, 0), (right, bottom), (0, bottom). */
  points: usize;
  right: f64;
  bottom: f64;
  /** Known modules as f32 triples: centre (u, v), +1 dark or −1 light. */
  known: usize;
  knownCount: i32;
  knownCapacity: i32;
}

/** Modules of a finder pattern. */
const FINDER: f64 = 7;

/** A grid with room for so many known modules; null where memory is exhausted. */
export function allocGrid(knownCapacity: i32): ModuleGrid | null {
  const at = alloc(offsetof<ModuleGrid>());
  const map = alloc(offsetof<Homography>());
  const points = alloc(8 << 3);
  const known = alloc(<usize>knownCapacity * 12);
  if (at == 0 || map == 0 || points == 0 || known == 0) return null;
  memory.fill(at, 0, offsetof<ModuleGrid>());
  const grid = changetype<ModuleGrid>(at);
  grid.map = changetype<Homography>(map);
  grid.points = points;
  grid.known = known;
  grid.knownCapacity = knownCapacity;
  return grid;
}

/**
 * Lays the grid on a finder whose corners were found: its own top left corner is corner `first`, and it runs clockwise on
 * the screen, or counter-clockwise for a mirrored symbol.
 */
export function startGrid(grid: ModuleGrid, finder: Finder, first: i32, isMirrored: bool): bool {
  grid.isInverted = finder.isInverted;
  grid.size = finder.size;
  // A third of a module, but within what spread leaves of it, and not into its neighbours where a pixel is as large.
  const room = min<f64>(0.33, 0.7 * (0.5 - Math.abs(finderSpread)));
  grid.aside = max<f64>(0.1, min<f64>(room, 0.23 * finder.size - 0.13));
  const level = levelFor(finder.size, 2.5);
  const plane = planeAt(level);
  if (plane == null) return false;
  grid.plane = plane;
  grid.scale = 1 / <f64>(1 << level);
  grid.right = FINDER;
  grid.bottom = FINDER;
  for (let k = 0; k < 4; k++) {
    const corner = first + (isMirrored ? 4 - k : k);
    setPoint(grid, 2 * k, finderCornerX(corner));
    setPoint(grid, 2 * k + 1, finderCornerY(corner));
  }
  return refreshGrid(grid);
}

/** Moves the points that hold the map to a larger part of the symbol; the map stays. */
export function growGrid(grid: ModuleGrid, right: f64, bottom: f64): bool {
  grid.right = right;
  grid.bottom = bottom;
  const m = grid.map;
  setPoint(grid, 0, mapX(m, 0, 0));
  setPoint(grid, 1, mapY(m, 0, 0));
  setPoint(grid, 2, mapX(m, right, 0));
  setPoint(grid, 3, mapY(m, right, 0));
  setPoint(grid, 4, mapX(m, right, bottom));
  setPoint(grid, 5, mapY(m, right, bottom));
  setPoint(grid, 6, mapX(m, 0, bottom));
  setPoint(grid, 7, mapY(m, 0, bottom));
  return refreshGrid(grid);
}

export function pointAt(grid: ModuleGrid, index: i32): f64 {
  return load<f64>(grid.points + ((<usize>index) << 3));
}

export function setPoint(grid: ModuleGrid, index: i32, value: f64): void {
  store<f64>(grid.points + ((<usize>index) << 3), value);
}

/** Makes the map that the points hold; false where there is none. */
export function refreshGrid(grid: ModuleGrid): bool {
  return rectangleToQuad(
    grid.map,
    0,
    0,
    grid.right,
    grid.bottom,
    pointAt(grid, 0),
    pointAt(grid, 1),
    pointAt(grid, 2),
    pointAt(grid, 3),
    pointAt(grid, 4),
    pointAt(grid, 5),
    pointAt(grid, 6),
    pointAt(grid, 7),
  );
}

/** Darkness (0–255, of the symbol's own polarity) at a grid point. Beyond the image is ground. */
export function gridInk(grid: ModuleGrid, u: f64, v: f64): f32 {
  const x = mapX(grid.map, u, v) * grid.scale;
  const y = mapY(grid.map, u, v) * grid.scale;
  if (!isInside(grid.plane, x, y)) return 0;
  const value = bilinear(grid.plane, x, y);
  return grid.isInverted ? value : 255 - value;
}

/** Lists the modules of fixed colour in the first `right` columns and `bottom` rows of a map (see module-map.ts). */
export function listKnown(grid: ModuleGrid, map: usize, columns: i32, right: i32, bottom: i32): void {
  grid.knownCount = 0;
  for (let row = 0; row < bottom; row++) {
    for (let column = 0; column < right; column++) {
      const kind = load<u8>(map + <usize>(row * columns + column));
      if (kind != MODULE_DARK && kind != MODULE_LIGHT) continue;
      if (grid.knownCount >= grid.knownCapacity) return;
      const at = grid.known + <usize>grid.knownCount * 12;
      store<f32>(at, <f32>column + 0.5);
      store<f32>(at, <f32>row + 0.5, 4);
      store<f32>(at, kind == MODULE_DARK ? 1 : -1, 8);
      grid.knownCount++;
    }
  }
}

/** Set by measureLevels(): what dark and light modules look like. */
export let darkLevel: f32 = 0;
export let lightLevel: f32 = 0;

/** Measures the levels at the centres of the known modules; their distance. */
export function measureLevels(grid: ModuleGrid): f32 {
  let darks: f32 = 0;
  let lights: f32 = 0;
  darkLevel = 0;
  lightLevel = 0;
  for (let k = 0; k < grid.knownCount; k++) {
    const at = grid.known + <usize>k * 12;
    const value = gridInk(grid, <f64>load<f32>(at), <f64>load<f32>(at, 4));
    if (load<f32>(at, 8) > 0) {
      darkLevel += value;
      darks += 1;
    } else {
      lightLevel += value;
      lights += 1;
    }
  }
  if (darks == 0 || lights == 0) return 0;
  darkLevel /= darks;
  lightLevel /= lights;
  return darkLevel - lightLevel;
}

/** Softness at a grid point by the levels last measured: 1 dark, −1 light. */
export function softInk(grid: ModuleGrid, u: f64, v: f64): f32 {
  const half = max<f32>((darkLevel - lightLevel) * 0.5, 4);
  const value = (gridInk(grid, u, v) - (darkLevel + lightLevel) * 0.5) / half;
  return max<f32>(-1, min<f32>(1, value));
}

/** How well the known modules from a column on show their colours: 1 where all do, about 0 on texture. */
export function knownAgreement(grid: ModuleGrid, column: i32): f32 {
  let sum: f32 = 0;
  let count: f32 = 0;
  for (let k = 0; k < grid.knownCount; k++) {
    const at = grid.known + <usize>k * 12;
    const u = load<f32>(at);
    if (u < <f32>column) continue;
    sum += softInk(grid, <f64>u, <f64>load<f32>(at, 4)) * load<f32>(at, 8);
    count += 1;
  }
  return count > 0 ? sum / count : 0;
}

/** Samples `rows` × `columns` modules and a ring of one module around them (f32, darkness), row by row. */
export function sampleRinged(grid: ModuleGrid, rows: i32, columns: i32, out: usize): void {
  const plane = grid.plane;
  const width = columns + 2;
  for (let row = 0; row < rows + 2; row++) {
    for (let column = 0; column < width; column++) {
      const u = <f64>column - 0.5;
      const v = <f64>row - 0.5;
      const x = mapX(grid.map, u, v) * grid.scale;
      const y = mapY(grid.map, u, v) * grid.scale;
      // A fifth of a module aside: within the module's centre even where the grid is a little off.
      const ux = mapX(grid.map, u + 0.2, v) * grid.scale - x;
      const uy = mapY(grid.map, u + 0.2, v) * grid.scale - y;
      let value: f32 = 0;
      if (isInside(plane, x, y)) {
        value = areaMean(plane, x, y, ux, uy, -uy, ux);
        if (!grid.isInverted) value = 255 - value;
      }
      store<f32>(out + ((<usize>(row * width + column)) << 2), value);
    }
  }
}

/** Takes the symbol's own modules out of a ringed grid. */
export function dropRing(ringed: usize, rows: i32, columns: i32, out: usize): void {
  const bytes = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++) {
    const from = ringed + ((<usize>((row + 1) * (columns + 2) + 1)) << 2);
    memory.copy(out + <usize>row * bytes, from, bytes);
  }
}

/** Part of the ring's modules that are light. */
export function lightRing(ringed: usize, rows: i32, columns: i32): f32 {
  const width = columns + 2;
  let light: i32 = 0;
  let count: i32 = 0;
  for (let row = 0; row < rows + 2; row++) {
    const step = row == 0 || row == rows + 1 ? 1 : width - 1;
    for (let column = 0; column < width; column += step) {
      count++;
      if (load<f32>(ringed + ((<usize>(row * width + column)) << 2)) < 0) light++;
    }
  }
  return <f32>light / <f32>count;
}

/** Modules of fixed colour that a softened grid has in the other colour. */
export function wrongModules(soft: usize, map: usize, modules: i32): i32 {
  let wrong: i32 = 0;
  for (let k = 0; k < modules; k++) {
    const kind = load<u8>(map + <usize>k);
    if (kind != MODULE_DARK && kind != MODULE_LIGHT) continue;
    if (load<f32>(soft + ((<usize>k) << 2)) > 0 != (kind == MODULE_DARK)) wrong++;
  }
  return wrong;
}

/** Fills in place, size and direction of a symbol that was read. */
export function fillGridPlace(grid: ModuleGrid, rows: i32, columns: i32, symbol: Symbol): void {
  const m = grid.map;
  const right = <f64>columns;
  const bottom = <f64>rows;
  if (grid.isInverted) symbol.flags |= SYMBOL_INVERTED;
  symbol.x0 = <f32>mapX(m, 0, 0);
  symbol.y0 = <f32>mapY(m, 0, 0);
  symbol.x1 = <f32>mapX(m, right, 0);
  symbol.y1 = <f32>mapY(m, right, 0);
  symbol.x2 = <f32>mapX(m, right, bottom);
  symbol.y2 = <f32>mapY(m, right, bottom);
  symbol.x3 = <f32>mapX(m, 0, bottom);
  symbol.y3 = <f32>mapY(m, 0, bottom);
  symbol.orientation = <f32>direction(<f64>(symbol.x1 - symbol.x0), <f64>(symbol.y1 - symbol.y0));
  symbol.moduleSize = <f32>(
    ((distance(symbol.x0, symbol.y0, symbol.x1, symbol.y1) +
      distance(symbol.x1, symbol.y1, symbol.x2, symbol.y2) +
      distance(symbol.x2, symbol.y2, symbol.x3, symbol.y3) +
      distance(symbol.x3, symbol.y3, symbol.x0, symbol.y0)) /
      (2 * (right + bottom)))
  );
}
