/**
 * Lays a symbol's module grid onto the image: four control points, a projective map through them, a bow for bent
 * surfaces, and displacements at the alignment patterns. Moves them until the modules whose colour is known agree best
 * with the grey values. Knows no data modules.
 */
import { planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { bilinear, levelFor } from "../../image/sampler";
import { Homography, mapX, mapY, rectangleToQuad } from "../../math/homography";
import { alloc } from "../../memory/arena";
import { alignmentAt, alignmentCount, dimensionOf } from "./tables";
import { Triple } from "./triples";

/** Most alignment pattern coordinates in one direction. */
const LATTICE: i32 = 7;

@unmanaged
export class GridFit {
  version: i32;
  dimension: i32;
  isInverted: bool;
  /** Mean module size in pixels of level 0. */
  size: f64;
  /** Plane that is sampled, and its pixels per level-0 pixel as a divisor. */
  plane: Plane;
  scale: f64;
  map: Homography;
  /** Eight f64 in level-0 pixels: images of the finder centres and of the fourth point of their square, clockwise. */
  corners: usize;
  /** Bow along rows and columns in level-0 pixels: how far the middle of a line lies off. */
  rowBowX: f64;
  rowBowY: f64;
  columnBowX: f64;
  columnBowY: f64;
  hasBow: bool;
  /** LATTICE² pairs of f64: displacement of alignment patterns in level-0 pixels, where hasLattice. */
  lattice: usize;
  hasLattice: bool;
  /** Known modules as f32 triples (u, v, +1 dark or −1 light). */
  known: usize;
  knownCount: i32;
}

/** Where place() puts a grid point, in level-0 pixels. */
export let placeX: f64 = 0;
export let placeY: f64 = 0;

/** A fit with its buffers; null where memory is exhausted. */
export function allocFit(): GridFit | null {
  const at = alloc(offsetof<GridFit>());
  if (at == 0) return null;
  memory.fill(at, 0, offsetof<GridFit>());
  const fit = changetype<GridFit>(at);
  fit.corners = alloc(8 << 3);
  fit.lattice = alloc((<usize>(LATTICE * LATTICE)) << 4);
  fit.known = alloc(<usize>MOST_KNOWN * 12);
  const map = alloc(offsetof<Homography>());
  if (fit.corners == 0 || fit.lattice == 0 || fit.known == 0 || map == 0) return null;
  fit.map = changetype<Homography>(map);
  return fit;
}

/** Finders with separators, both timing patterns, one alignment pattern of the largest version. */
const MOST_KNOWN: i32 = 3 * 64 + 2 * 161 + 25;

function corner(fit: GridFit, index: i32): f64 {
  return load<f64>(fit.corners + ((<usize>index) << 3));
}

function setCorner(fit: GridFit, index: i32, value: f64): void {
  store<f64>(fit.corners + ((<usize>index) << 3), value);
}

/**
 * Starts a fit for a version from three finders. The fourth point follows from the finders' sizes: under a projective
 * map a size goes with w^(−3/2), so w is known at three corners, and w and w·point are linear over the grid.
 */
export function startFit(fit: GridFit, triple: Triple, version: i32): bool {
  fit.version = version;
  fit.dimension = dimensionOf(version);
  fit.isInverted = triple.corner.isInverted;
  fit.hasBow = false;
  fit.hasLattice = false;
  const a = triple.corner;
  const b = triple.right;
  const c = triple.below;
  fit.size = Math.pow(a.size * b.size * c.size, 1 / 3.0);
  const level = levelFor(fit.size, 2.5);
  const plane = planeAt(level);
  if (plane == null) return false;
  fit.plane = plane;
  fit.scale = 1 / <f64>(1 << level);
  const wa = Math.pow(a.size, -2 / 3.0);
  const wb = Math.pow(b.size, -2 / 3.0);
  const wc = Math.pow(c.size, -2 / 3.0);
  const wd = max<f64>(wb + wc - wa, wa * 0.3);
  setCorner(fit, 0, a.x);
  setCorner(fit, 1, a.y);
  setCorner(fit, 2, b.x);
  setCorner(fit, 3, b.y);
  setCorner(fit, 4, (wb * b.x + wc * c.x - wa * a.x) / wd);
  setCorner(fit, 5, (wb * b.y + wc * c.y - wa * a.y) / wd);
  setCorner(fit, 6, c.x);
  setCorner(fit, 7, c.y);
  if (!refreshMap(fit)) {
    // Sizes that contradict each other: the parallelogram is a convex start at least.
    setCorner(fit, 4, b.x + c.x - a.x);
    setCorner(fit, 5, b.y + c.y - a.y);
    if (!refreshMap(fit)) return false;
  }
  listKnown(fit);
  return true;
}

/** Recomputes the map from the control points; false where they are not convex. */
export function refreshMap(fit: GridFit): bool {
  const far = <f64>fit.dimension - 3.5;
  return rectangleToQuad(
    fit.map,
    3.5,
    3.5,
    far,
    far,
    corner(fit, 0),
    corner(fit, 1),
    corner(fit, 2),
    corner(fit, 3),
    corner(fit, 4),
    corner(fit, 5),
    corner(fit, 6),
    corner(fit, 7),
  );
}

/** Puts a grid point (in modules from the symbol's top left corner) onto the image: placeX, placeY. */
export function place(fit: GridFit, u: f64, v: f64): void {
  placeX = mapX(fit.map, u, v);
  placeY = mapY(fit.map, u, v);
  if (fit.hasBow) {
    const span = 1 / (<f64>fit.dimension - 7);
    const s = (u - 3.5) * span;
    const t = (v - 3.5) * span;
    const row = 4 * s * (1 - s);
    const column = 4 * t * (1 - t);
    placeX += row * fit.rowBowX + column * fit.columnBowX;
    placeY += row * fit.rowBowY + column * fit.columnBowY;
  }
  if (fit.hasLattice) displace(fit, u, v);
}

/** Adds the displacement of the surrounding alignment patterns, bilinear; beyond the outermost it stays the same. */
function displace(fit: GridFit, u: f64, v: f64): void {
  const count = alignmentCount(fit.version);
  const i = cellOf(fit.version, count, u);
  const j = cellOf(fit.version, count, v);
  const u0 = <f64>alignmentAt(fit.version, i) + 0.5;
  const u1 = <f64>alignmentAt(fit.version, i + 1) + 0.5;
  const v0 = <f64>alignmentAt(fit.version, j) + 0.5;
  const v1 = <f64>alignmentAt(fit.version, j + 1) + 0.5;
  const s = max<f64>(0, min<f64>(1, (u - u0) / (u1 - u0)));
  const t = max<f64>(0, min<f64>(1, (v - v0) / (v1 - v0)));
  const p00 = nodeAt(fit, i, j);
  const p10 = nodeAt(fit, i + 1, j);
  const p01 = nodeAt(fit, i, j + 1);
  const p11 = nodeAt(fit, i + 1, j + 1);
  placeX +=
    (load<f64>(p00) * (1 - s) + load<f64>(p10) * s) * (1 - t) + (load<f64>(p01) * (1 - s) + load<f64>(p11) * s) * t;
  placeY +=
    (load<f64>(p00, 8) * (1 - s) + load<f64>(p10, 8) * s) * (1 - t) +
    (load<f64>(p01, 8) * (1 - s) + load<f64>(p11, 8) * s) * t;
}

function cellOf(version: i32, count: i32, u: f64): i32 {
  let cell: i32 = 0;
  while (cell < count - 2 && u > <f64>alignmentAt(version, cell + 1) + 0.5) cell++;
  return cell;
}

function nodeAt(fit: GridFit, i: i32, j: i32): usize {
  return fit.lattice + ((<usize>(j * LATTICE + i)) << 4);
}

/** Darkness (0 light … 255 dark, of the symbol's own polarity) at a grid point. */
export function inkAt(fit: GridFit, u: f64, v: f64): f32 {
  place(fit, u, v);
  const value = bilinear(fit.plane, placeX * fit.scale, placeY * fit.scale);
  return fit.isInverted ? value : 255 - value;
}

function addKnown(fit: GridFit, u: i32, v: i32, isDark: bool): void {
  const at = fit.known + <usize>fit.knownCount * 12;
  store<f32>(at, <f32>u + 0.5);
  store<f32>(at, <f32>v + 0.5, 4);
  store<f32>(at, isDark ? 1 : -1, 8);
  fit.knownCount++;
}

/** Lists the modules whose colour the standard fixes (the last alignment pattern stands for all). */
function listKnown(fit: GridFit): void {
  const d = fit.dimension;
  fit.knownCount = 0;
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) {
      const ring = max(abs(i - 3), abs(j - 3));
      const isDark = ring != 2 && ring != 4;
      addKnown(fit, i, j, isDark);
      addKnown(fit, d - 1 - i, j, isDark);
      addKnown(fit, i, d - 1 - j, isDark);
    }
  }
  for (let i = 8; i < d - 8; i++) {
    addKnown(fit, i, 6, (i & 1) == 0);
    addKnown(fit, 6, i, (i & 1) == 0);
  }
  if (fit.version == 1) return;
  for (let i = -2; i <= 2; i++) {
    for (let j = -2; j <= 2; j++) addKnown(fit, d - 7 + i, d - 7 + j, max(abs(i), abs(j)) != 1);
  }
}

/** Mean darkness of known dark modules less that of known light ones, sampled off the centres to feel a small shift. */
export function agreement(fit: GridFit): f32 {
  let dark: f32 = 0;
  let light: f32 = 0;
  let darks: f32 = 0;
  let lights: f32 = 0;
  for (let k = 0; k < fit.knownCount; k++) {
    const at = fit.known + <usize>k * 12;
    const u = <f64>load<f32>(at);
    const v = <f64>load<f32>(at, 4);
    // A third of a module towards two opposite corners, the other two at every second module.
    const tilt: f64 = (k & 1) == 0 ? 0.33 : -0.33;
    const value = inkAt(fit, u + 0.33, v + tilt) + inkAt(fit, u - 0.33, v - tilt);
    if (load<f32>(at, 8) > 0) {
      dark += value;
      darks += 2;
    } else {
      light += value;
      lights += 2;
    }
  }
  return dark / darks - light / lights;
}

/** Agreement of the timing patterns with their alternation, −1 … 1. */
export function timingScore(fit: GridFit): f32 {
  const d = fit.dimension;
  let best: f32 = -1;
  // Half a module aside as well: the first map may be off by that much.
  for (let k = -1; k <= 1; k++) {
    let sum: f32 = 0;
    for (let axis = 0; axis < 2; axis++) sum += timingLine(fit, d, axis == 0, <f64>k * 0.5);
    best = max<f32>(best, sum * 0.5);
  }
  return best;
}

function timingLine(fit: GridFit, d: i32, isRow: bool, aside: f64): f32 {
  let sum: f32 = 0;
  let energy: f32 = 0;
  let before = timingInk(fit, 7, isRow, aside);
  for (let i = 8; i < d - 8; i++) {
    const value = timingInk(fit, i, isRow, aside);
    const step = value - before;
    sum += (i & 1) == 0 ? step : -step;
    energy += step < 0 ? -step : step;
    before = value;
  }
  // A step counts as one only against a contrast that is worth the name.
  return sum / max<f32>(energy, <f32>(d - 16) * 12);
}

function timingInk(fit: GridFit, i: i32, isRow: bool, aside: f64): f32 {
  const along = <f64>i + 0.5;
  return isRow ? inkAt(fit, along, 6.5 + aside) : inkAt(fit, 6.5 + aside, along);
}

/** Contrast of an alignment pattern (ring and core against the light ring) centred at a grid point. */
function alignmentContrast(fit: GridFit, u: f64, v: f64): f32 {
  let dark: f32 = 0;
  let light: f32 = 0;
  for (let i = -2; i <= 2; i++) {
    for (let j = -2; j <= 2; j++) {
      const value = inkAt(fit, u + <f64>i, v + <f64>j);
      if (max(abs(i), abs(j)) == 1) light += value;
      else dark += value;
    }
  }
  return dark / 17 - light / 8;
}

/** Where findAlignment() found the pattern, in grid coordinates of the map as it is. */
let foundU: f64 = 0;
let foundV: f64 = 0;

/**
 * Searches an alignment pattern around a grid point, within `reach` modules. False where nothing there has at least
 * `least` of contrast. Distance costs a little, so that texture far off does not win over the pattern nearby.
 */
function findAlignment(fit: GridFit, u: f64, v: f64, reach: f64, least: f32): bool {
  let best: f32 = least;
  let isFound = false;
  let bestU = u;
  let bestV = v;
  const cost = least / <f32>(reach * 4);
  for (let dv = -reach; dv <= reach; dv += 0.5) {
    for (let du = -reach; du <= reach; du += 0.5) {
      const score = alignmentContrast(fit, u + du, v + dv) - cost * <f32>(Math.abs(du) + Math.abs(dv));
      if (score > best) {
        best = score;
        bestU = u + du;
        bestV = v + dv;
        isFound = true;
      }
    }
  }
  if (!isFound) return false;
  let top = alignmentContrast(fit, bestU, bestV);
  for (let step: f64 = 0.25; step > 0.05; step *= 0.5) {
    for (let k = 0; k < 4; k++) {
      const tu = bestU + (k == 0 ? step : k == 1 ? -step : 0);
      const tv = bestV + (k == 2 ? step : k == 3 ? -step : 0);
      const score = alignmentContrast(fit, tu, tv);
      if (score > top) {
        top = score;
        bestU = tu;
        bestV = tv;
      }
    }
  }
  foundU = bestU;
  foundV = bestV;
  return true;
}

/** Moves the fourth control point so that the last alignment pattern lies where the image has it. */
export function snapToAlignment(fit: GridFit, contrast: f32): bool {
  if (fit.version == 1) return false;
  const at = <f64>fit.dimension - 6.5;
  const reach = max<f64>(3, min<f64>(6, <f64>fit.dimension * 0.08));
  if (!findAlignment(fit, at, at, reach, contrast * 0.35)) return false;
  place(fit, foundU, foundV);
  const x = placeX;
  const y = placeY;
  // The point's pull on the pattern is nearly one to one: two steps of Newton are exact enough.
  for (let k = 0; k < 3; k++) {
    place(fit, at, at);
    setCorner(fit, 4, corner(fit, 4) + x - placeX);
    setCorner(fit, 5, corner(fit, 5) + y - placeY);
    if (!refreshMap(fit)) return false;
  }
  return true;
}

/** Mean contrast of the finders' modules. */
export function finderContrast(fit: GridFit): f32 {
  let dark: f32 = 0;
  let light: f32 = 0;
  let darks: f32 = 0;
  let lights: f32 = 0;
  for (let k = 0; k < 192; k++) {
    const at = fit.known + <usize>k * 12;
    const value = inkAt(fit, <f64>load<f32>(at), <f64>load<f32>(at, 4));
    if (load<f32>(at, 8) > 0) {
      dark += value;
      darks += 1;
    } else {
      light += value;
      lights += 1;
    }
  }
  return dark / darks - light / lights;
}

/** Rounds of hill climbing at one step size. */
const ROUNDS: i32 = 4;

/** Moves the control points (and the bow, where `withBow`) to where agreement() is largest. */
export function refine(fit: GridFit, first: f64, withBow: bool): void {
  let best = agreement(fit);
  if (withBow) fit.hasBow = true;
  const parameters = withBow ? 12 : 8;
  for (let step = first; step > 0.04; step *= 0.5) {
    const move = step * fit.size;
    for (let round = 0; round < ROUNDS; round++) {
      let isBetter = false;
      for (let k = 0; k < parameters; k++) {
        for (let sign = -1; sign <= 1; sign += 2) {
          const old = parameter(fit, k);
          setParameter(fit, k, old + <f64>sign * move);
          const score = refreshMap(fit) ? agreement(fit) : -1;
          if (score > best) {
            best = score;
            isBetter = true;
            break;
          }
          setParameter(fit, k, old);
        }
      }
      if (!isBetter) break;
    }
  }
  refreshMap(fit);
}

function parameter(fit: GridFit, index: i32): f64 {
  switch (index) {
    case 8:
      return fit.rowBowX;
    case 9:
      return fit.rowBowY;
    case 10:
      return fit.columnBowX;
    case 11:
      return fit.columnBowY;
    default:
      return corner(fit, index);
  }
}

function setParameter(fit: GridFit, index: i32, value: f64): void {
  switch (index) {
    case 8:
      fit.rowBowX = value;
      break;
    case 9:
      fit.rowBowY = value;
      break;
    case 10:
      fit.columnBowX = value;
      break;
    case 11:
      fit.columnBowY = value;
      break;
    default:
      setCorner(fit, index, value);
  }
}

/** Finds the alignment patterns one by one, from the top left outwards, and keeps their displacements (version ≥ 7). */
export function fitLattice(fit: GridFit, contrast: f32): void {
  const count = alignmentCount(fit.version);
  if (count < 3) return;
  fit.hasLattice = false;
  memory.fill(fit.lattice, 0, (<usize>(LATTICE * LATTICE)) << 4);
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < count; i++) {
      const isFinder = (i == 0 && j == 0) || (i == 0 && j == count - 1) || (i == count - 1 && j == 0);
      if (isFinder) continue;
      const u = <f64>alignmentAt(fit.version, i) + 0.5;
      const v = <f64>alignmentAt(fit.version, j) + 0.5;
      // A surface bends smoothly: the plane through the neighbours that are known is the guess.
      let guessX: f64 = 0;
      let guessY: f64 = 0;
      if (i > 0 && j > 0) {
        guessX =
          load<f64>(nodeAt(fit, i - 1, j)) + load<f64>(nodeAt(fit, i, j - 1)) - load<f64>(nodeAt(fit, i - 1, j - 1));
        guessY =
          load<f64>(nodeAt(fit, i - 1, j), 8) +
          load<f64>(nodeAt(fit, i, j - 1), 8) -
          load<f64>(nodeAt(fit, i - 1, j - 1), 8);
      } else if (i > 0) {
        guessX = load<f64>(nodeAt(fit, i - 1, j));
        guessY = load<f64>(nodeAt(fit, i - 1, j), 8);
      } else {
        guessX = load<f64>(nodeAt(fit, i, j - 1));
        guessY = load<f64>(nodeAt(fit, i, j - 1), 8);
      }
      const at = nodeAt(fit, i, j);
      store<f64>(at, guessX);
      store<f64>(at, guessY, 8);
      place(fit, u, v);
      const x = placeX;
      const y = placeY;
      // The guess as a shift in grid coordinates, by the map's slope there.
      place(fit, u + 1, v);
      const ux = placeX - x;
      const uy = placeY - y;
      place(fit, u, v + 1);
      const vx = placeX - x;
      const vy = placeY - y;
      const det = ux * vy - uy * vx;
      if (det == 0) continue;
      const du = (guessX * vy - guessY * vx) / det;
      const dv = (guessY * ux - guessX * uy) / det;
      if (!findAlignment(fit, u + du, v + dv, 1.5, contrast * 0.4)) continue;
      place(fit, foundU, foundV);
      store<f64>(at, placeX - x);
      store<f64>(at, placeY - y, 8);
    }
  }
  fit.hasLattice = true;
}
