/**
 * Lays a symbol's module grid onto the image: a projective map about the bull's-eye, and a displacement in modules that
 * grows as a polynomial for what is bent or was not yet seen. Knows nothing of what modules mean.
 */
import { planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { areaMean, bilinear, levelFor } from "../../image/sampler";
import { distance } from "../../math/geometry";
import { Homography, mapX, mapY, rectangleToQuad } from "../../math/homography";
import { alloc } from "../../memory/arena";

/** Terms of a cubic in two variables: 1, u, v, u², uv, v², u³, u²v, uv², v³. */
export const TERMS: i32 = 10;
/** Modules by which u and v are divided in them, so that their sizes stay alike. */
const UNIT: f64 = 8;

/** Least pixels of a module on the plane that is sampled. */
const LEAST_PIXELS: f64 = 2.5;

@unmanaged
export class Grid {
  isInverted: bool;
  /** Module size in pixels of level 0: the square root of a module's area at the middle. */
  module: f64;
  /** Plane that is sampled, and its pixels per level-0 pixel. */
  plane: Plane;
  scale: f64;
  map: Homography;
  /** TERMS f64 each: displacement in modules along u and v. */
  bendU: usize;
  bendV: usize;
  isBent: bool;
  /** Part of a module by which dark areas are larger on each side. */
  spread: f64;
}

/** Where place() puts a grid point, in level-0 pixels. */
export let placeX: f64 = 0;
export let placeY: f64 = 0;

export function allocGrid(): Grid | null {
  const at = alloc(offsetof<Grid>());
  const map = alloc(offsetof<Homography>());
  const bendU = alloc((<usize>TERMS) << 3);
  const bendV = alloc((<usize>TERMS) << 3);
  if (at == 0 || map == 0 || bendU == 0 || bendV == 0) return null;
  memory.fill(at, 0, offsetof<Grid>());
  const grid = changetype<Grid>(at);
  grid.map = changetype<Homography>(map);
  grid.bendU = bendU;
  grid.bendV = bendV;
  return grid;
}

/**
 * Lays the grid through four points: the images of (−r, −r), (r, −r), (r, r), (−r, r). False where they are no convex
 * quadrilateral or there is no plane.
 */
export function layGrid(
  grid: Grid,
  r: f64,
  x0: f64,
  y0: f64,
  x1: f64,
  y1: f64,
  x2: f64,
  y2: f64,
  x3: f64,
  y3: f64,
): bool {
  if (!rectangleToQuad(grid.map, -r, -r, r, r, x0, y0, x1, y1, x2, y2, x3, y3)) return false;
  memory.fill(grid.bendU, 0, (<usize>TERMS) << 3);
  memory.fill(grid.bendV, 0, (<usize>TERMS) << 3);
  grid.isBent = false;
  const across = (distance(x0, y0, x1, y1) + distance(x3, y3, x2, y2)) / (4 * r);
  const down = (distance(x0, y0, x3, y3) + distance(x1, y1, x2, y2)) / (4 * r);
  grid.module = Math.sqrt(across * down);
  const level = levelFor(min(across, down), LEAST_PIXELS);
  const plane = planeAt(level);
  if (plane == null || !(grid.module > 0.5)) return false;
  grid.plane = plane;
  grid.scale = 1 / <f64>(1 << level);
  return true;
}

/** Makes the projective map take over what the displacement says at the corners of a square of ±r. */
export function rebase(grid: Grid, r: f64): bool {
  place(grid, -r, -r);
  const x0 = placeX;
  const y0 = placeY;
  place(grid, r, -r);
  const x1 = placeX;
  const y1 = placeY;
  place(grid, r, r);
  const x2 = placeX;
  const y2 = placeY;
  place(grid, -r, r);
  return layGrid(grid, r, x0, y0, x1, y1, x2, y2, placeX, placeY);
}

/** Writes the terms at (u, v), `count` of them (1, 3, 6 or 10). */
export function fillTerms(out: usize, u: f64, v: f64, count: i32): void {
  const s = u / UNIT;
  const t = v / UNIT;
  store<f64>(out, 1);
  if (count < 3) return;
  store<f64>(out, s, 8);
  store<f64>(out, t, 16);
  if (count < 6) return;
  store<f64>(out, s * s, 24);
  store<f64>(out, s * t, 32);
  store<f64>(out, t * t, 40);
  if (count < 10) return;
  store<f64>(out, s * s * s, 48);
  store<f64>(out, s * s * t, 56);
  store<f64>(out, s * t * t, 64);
  store<f64>(out, t * t * t, 72);
}

function polynomial(at: usize, s: f64, t: f64): f64 {
  return (
    load<f64>(at) +
    s *
      (load<f64>(at, 8) +
        s * (load<f64>(at, 24) + s * load<f64>(at, 48) + t * load<f64>(at, 56)) +
        t * load<f64>(at, 32)) +
    t * (load<f64>(at, 16) + t * (load<f64>(at, 40) + s * load<f64>(at, 64) + t * load<f64>(at, 72)))
  );
}

/** Sets placeX and placeY to where (u, v) lies; module centres are at whole numbers. */
export function place(grid: Grid, u: f64, v: f64): void {
  let a = u;
  let b = v;
  if (grid.isBent) {
    const s = u / UNIT;
    const t = v / UNIT;
    a += polynomial(grid.bendU, s, t);
    b += polynomial(grid.bendV, s, t);
  }
  placeX = mapX(grid.map, a, b);
  placeY = mapY(grid.map, a, b);
}

/** Grey value at (u, v) with dark high for the symbol's ink. */
export function inkAt(grid: Grid, u: f64, v: f64): f32 {
  place(grid, u, v);
  const value = bilinear(grid.plane, placeX * grid.scale, placeY * grid.scale);
  return grid.isInverted ? value : 255 - value;
}

/** Samples the square of ±radius modules: (2·radius + 1)² values of ink, f32, row by row; means over 0.2 modules. */
export function sampleGrid(grid: Grid, radius: i32, out: usize): void {
  const reach: f64 = 0.2;
  let at = out;
  for (let row = -radius; row <= radius; row++) {
    for (let column = -radius; column <= radius; column++) {
      const u = <f64>column;
      const v = <f64>row;
      place(grid, u, v);
      const x = placeX * grid.scale;
      const y = placeY * grid.scale;
      place(grid, u + reach, v);
      const ux = placeX * grid.scale - x;
      const uy = placeY * grid.scale - y;
      place(grid, u, v + reach);
      const value = areaMean(grid.plane, x, y, ux, uy, placeX * grid.scale - x, placeY * grid.scale - y);
      store<f32>(at, grid.isInverted ? value : 255 - value);
      at += 4;
    }
  }
}

/** Bytes of what saveGrid() keeps: the map, both displacements, spread and module size. */
const SAVED: usize = 9 * 8 + 2 * 10 * 8 + 3 * 8;

/** Keeps how the grid lies; 0 where memory is exhausted. */
export function saveGrid(grid: Grid): usize {
  const at = alloc(SAVED);
  if (at == 0) return 0;
  memory.copy(at, changetype<usize>(grid.map), 72);
  memory.copy(at + 72, grid.bendU, 80);
  memory.copy(at + 152, grid.bendV, 80);
  store<f64>(at + 232, grid.spread);
  store<f64>(at + 240, grid.module);
  store<f64>(at + 248, grid.isBent ? 1 : 0);
  return at;
}

/** Lays the grid as it was when it was saved. */
export function restoreGrid(grid: Grid, at: usize): void {
  memory.copy(changetype<usize>(grid.map), at, 72);
  memory.copy(grid.bendU, at + 72, 80);
  memory.copy(grid.bendV, at + 152, 80);
  grid.spread = load<f64>(at + 232);
  grid.module = load<f64>(at + 240);
  grid.isBent = load<f64>(at + 248) != 0;
}
