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
import { MISSING_BELOW, MISSING_CORNER, MISSING_RIGHT, Triple } from "./triples";

/** Numbers of a bend. */
const BENDS: i32 = 10;
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
  /**
   * Bend: ten f64, by how many level-0 pixels the middles of the top, left, right and bottom side and the centre lie off
   * the map; biquadratic in between, nothing at the corners.
   */
  bend: usize;
  hasBend: bool;
  /** LATTICE² pairs of f64: displacement of alignment patterns in level-0 pixels, where hasLattice. */
  lattice: usize;
  hasLattice: bool;
  /** Known modules as f32 triples (u, v, +1 dark or −1 light). */
  known: usize;
  knownCount: i32;
  /** The first of them that belong to finders. */
  finderModules: i32;
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
  fit.bend = alloc((<usize>BENDS) << 3);
  fit.lattice = alloc((<usize>(LATTICE * LATTICE)) << 4);
  fit.known = alloc(<usize>MOST_KNOWN * 12);
  const map = alloc(offsetof<Homography>());
  if (fit.corners == 0 || fit.bend == 0 || fit.lattice == 0 || fit.known == 0 || map == 0) return null;
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
  fit.hasBend = false;
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
  listKnown(fit, triple.missing);
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
  if (fit.hasBend) bend(fit, u, v);
  if (fit.hasLattice) displace(fit, u, v);
}

/** Adds the bend. */
function bend(fit: GridFit, u: f64, v: f64): void {
  const span = 1 / (<f64>fit.dimension - 7);
  const s = (u - 3.5) * span;
  const t = (v - 3.5) * span;
  // Lagrange's polynomials over 0, ½ and 1.
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
  const at = fit.bend;
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

/** Adds the displacement of the surrounding alignment patterns, bilinear, and on in the same slope beyond the outermost. */
function displace(fit: GridFit, u: f64, v: f64): void {
  const count = alignmentCount(fit.version);
  const i = cellOf(fit.version, count, u);
  const j = cellOf(fit.version, count, v);
  const u0 = <f64>alignmentAt(fit.version, i) + 0.5;
  const u1 = <f64>alignmentAt(fit.version, i + 1) + 0.5;
  const v0 = <f64>alignmentAt(fit.version, j) + 0.5;
  const v1 = <f64>alignmentAt(fit.version, j + 1) + 0.5;
  const s = (u - u0) / (u1 - u0);
  const t = (v - v0) / (v1 - v0);
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

/**
 * Lists the modules whose colour the standard fixes (the last alignment pattern stands for all), without a finder that is
 * missing.
 */
function listKnown(fit: GridFit, missing: i32): void {
  const d = fit.dimension;
  fit.knownCount = 0;
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) {
      const ring = max(abs(i - 3), abs(j - 3));
      const isDark = ring != 2 && ring != 4;
      if (missing != MISSING_CORNER) addKnown(fit, i, j, isDark);
      if (missing != MISSING_RIGHT) addKnown(fit, d - 1 - i, j, isDark);
      if (missing != MISSING_BELOW) addKnown(fit, i, d - 1 - j, isDark);
    }
  }
  fit.finderModules = fit.knownCount;
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

/** Agreement of the timing patterns with their alternation, −1 … 1. One of the two may be damaged. */
export function timingScore(fit: GridFit): f32 {
  const d = fit.dimension;
  let best: f32 = -1;
  // Half a module aside as well: the first map may be off by that much.
  for (let k = -1; k <= 1; k++) {
    const row = timingLine(fit, d, true, <f64>k * 0.5);
    const column = timingLine(fit, d, false, <f64>k * 0.5);
    best = max<f32>(best, max<f32>((row + column) * 0.5, max<f32>(row, column) - 0.3));
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

/** Mean darkness of the finders' dark modules less that of their light ones, and the level between, as levelBetween. */
export function finderContrast(fit: GridFit): f32 {
  let dark: f32 = 0;
  let light: f32 = 0;
  let darks: f32 = 0;
  let lights: f32 = 0;
  for (let k = 0; k < fit.finderModules; k++) {
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
  levelBetween = (dark / darks + light / lights) * 0.5;
  return dark / darks - light / lights;
}

/** Set by finderContrast(). */
export let levelBetween: f32 = 0;

/**
 * Spread of the grey values at all module centres. Where the grid lies right it is largest: off the centres values run
 * into their neighbours'. It needs no module's colour.
 */
function spread(fit: GridFit): f32 {
  const d = fit.dimension;
  // About 1,500 modules tell as much as all of them.
  const stride = d > 45 ? (d > 90 ? 5 : 3) : 1;
  let sum: f32 = 0;
  let squares: f32 = 0;
  let count: f32 = 0;
  let at = 0;
  while (at < d * d) {
    const value = inkAt(fit, <f64>(at % d) + 0.5, <f64>(at / d) + 0.5);
    sum += value;
    squares += value * value;
    count += 1;
    at += stride;
  }
  const mean = sum / count;
  return Mathf.sqrt(max<f32>(0, squares / count - mean * mean));
}

/** What refine() may move and go by. */
export const BY_KNOWN: i32 = 0;
export const BY_ALL: i32 = 1;
export const BY_ALL_BENT: i32 = 2;

function merit(fit: GridFit, by: i32): f32 {
  const known = agreement(fit);
  // Twice the spread of two equal halves is their distance: both terms are contrasts.
  return by == BY_KNOWN ? known : known + 2 * spread(fit);
}

/** Rounds of hill climbing at one step size. */
const ROUNDS: i32 = 4;

/**
 * Moves the control points (and the bend, for BY_ALL_BENT) to where the known modules, or all, agree best. `first` is the
 * first step in modules.
 */
export function refine(fit: GridFit, first: f64, by: i32): void {
  if (by == BY_ALL_BENT) {
    fit.hasBend = true;
    memory.fill(fit.bend, 0, (<usize>BENDS) << 3);
  }
  let best = merit(fit, by);
  const parameters = by == BY_ALL_BENT ? 8 + BENDS : 8;
  for (let step = first; step > 0.04; step *= 0.5) {
    const move = step * fit.size;
    for (let round = 0; round < ROUNDS; round++) {
      let isBetter = false;
      for (let k = 0; k < parameters; k++) {
        const at = k < 8 ? fit.corners + ((<usize>k) << 3) : fit.bend + ((<usize>(k - 8)) << 3);
        const old = load<f64>(at);
        for (let sign = -1; sign <= 1; sign += 2) {
          store<f64>(at, old + <f64>sign * move);
          const score = refreshMap(fit) ? merit(fit, by) : -1;
          if (score > best) {
            best = score;
            isBetter = true;
            break;
          }
          store<f64>(at, old);
        }
      }
      if (!isBetter) break;
    }
  }
  refreshMap(fit);
}

/** Search radius for an alignment pattern in modules: beside a known neighbour, and where that fails. */
const NEAR: f64 = 1.5;
const FAR: f64 = 5;

/**
 * Finds the alignment patterns one by one, from the top left outwards, and keeps their displacements (version ≥ 7). With
 * `isPatient` a pattern that is not near its guess is sought farther off: paper that bends.
 */
export function fitLattice(fit: GridFit, contrast: f32, isPatient: bool): void {
  const count = alignmentCount(fit.version);
  if (count < 3) return;
  fit.hasLattice = false;
  memory.fill(fit.lattice, 0, (<usize>(LATTICE * LATTICE)) << 4);
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < count; i++) {
      const isFinder = (i == 0 && j == 0) || (i == 0 && j == count - 1) || (i == count - 1 && j == 0);
      if (isFinder) continue;
      guessNode(fit, i, j);
      const u = <f64>alignmentAt(fit.version, i) + 0.5;
      const v = <f64>alignmentAt(fit.version, j) + 0.5;
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
      const at = nodeAt(fit, i, j);
      const guessX = load<f64>(at);
      const guessY = load<f64>(at, 8);
      const du = (guessX * vy - guessY * vx) / det;
      const dv = (guessY * ux - guessX * uy) / det;
      let isFound = findAlignment(fit, u + du, v + dv, NEAR, contrast * 0.5);
      if (!isFound && isPatient) isFound = findAlignment(fit, u + du, v + dv, FAR, contrast * 0.65);
      if (!isFound) continue;
      place(fit, foundU, foundV);
      store<f64>(at, placeX - x);
      store<f64>(at, placeY - y, 8);
    }
  }
  fillFinderNode(fit, 0, 0, 1, 1);
  fillFinderNode(fit, count - 1, 0, count - 2, 1);
  fillFinderNode(fit, 0, count - 1, 1, count - 2);
  fit.hasLattice = true;
}

/** Guesses a node's displacement from those before it: a surface bends smoothly. */
function guessNode(fit: GridFit, i: i32, j: i32): void {
  const at = nodeAt(fit, i, j);
  for (let axis: usize = 0; axis < 16; axis += 8) {
    let guess: f64 = 0;
    if (i > 0 && j > 0) {
      guess =
        load<f64>(nodeAt(fit, i - 1, j) + axis) +
        load<f64>(nodeAt(fit, i, j - 1) + axis) -
        load<f64>(nodeAt(fit, i - 1, j - 1) + axis);
    } else if (i > 0) {
      guess = load<f64>(nodeAt(fit, i - 1, j) + axis);
      if (i > 1) guess += guess - load<f64>(nodeAt(fit, i - 2, j) + axis);
    } else {
      guess = load<f64>(nodeAt(fit, i, j - 1) + axis);
      if (j > 1) guess += guess - load<f64>(nodeAt(fit, i, j - 2) + axis);
    }
    store<f64>(at + axis, guess);
  }
}

/**
 * A finder's node lies three modules inside the finder's centre, where the map is exact: its displacement is the part of
 * its neighbours' (i1, j) and (i, j1) that falls to three modules.
 */
function fillFinderNode(fit: GridFit, i: i32, j: i32, i1: i32, j1: i32): void {
  const gapU = 3 + Math.abs(<f64>(alignmentAt(fit.version, i1) - alignmentAt(fit.version, i)));
  const gapV = 3 + Math.abs(<f64>(alignmentAt(fit.version, j1) - alignmentAt(fit.version, j)));
  for (let axis: usize = 0; axis < 16; axis += 8) {
    const along = (load<f64>(nodeAt(fit, i1, j) + axis) * 3) / gapU;
    const across = (load<f64>(nodeAt(fit, i, j1) + axis) * 3) / gapV;
    store<f64>(nodeAt(fit, i, j) + axis, along + across);
  }
}
