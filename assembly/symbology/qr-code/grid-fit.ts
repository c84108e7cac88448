/**
 * Lays a symbol's module grid onto the image: four control points, a projective map through them, a bend for
 * surfaces that are not plane, and displacements at the alignment patterns. Knows which modules have a known colour, not
 * how well the grid lies.
 */
import { planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { bilinear, levelFor } from "../../image/sampler";
import { Homography, mapX, mapY, rectangleToQuad } from "../../math/homography";
import { alloc } from "../../memory/arena";
import { alignmentAt, alignmentCount, dimensionOf } from "./tables";
import { MISSING_BELOW, MISSING_CORNER, MISSING_RIGHT, Triple } from "./triples";

/** Numbers of a bend. */
export const BENDS: i32 = 10;
/** Most alignment pattern coordinates in one direction. */
export const LATTICE: i32 = 7;

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

export function corner(fit: GridFit, index: i32): f64 {
  return load<f64>(fit.corners + ((<usize>index) << 3));
}

export function setCorner(fit: GridFit, index: i32, value: f64): void {
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

export function nodeAt(fit: GridFit, i: i32, j: i32): usize {
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
