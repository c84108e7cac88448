/**
 * The hexagonal grid in the image: a projective map from module widths around the bull's-eye to pixels, its rotation found
 * by the six orientation patterns, then refined by the contrast of neighbouring modules. Knows nothing of codewords.
 */
import { planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { bilinear, levelFor } from "../../image/sampler";
import { spend } from "../../kit/budget";
import { Homography, mapX, mapY, rectangleToQuad } from "../../math/homography";
import { EyeShape } from "./eye-fit";
import { COLUMNS, FIXED, MODULES, fixedModule, isFixedDark, isModule, moduleU, moduleV } from "./placement";
import { ringRadius } from "./ring-pattern";

@unmanaged
export class Grid {
  /** From module widths to pixels of `plane`. */
  map: Homography;
  /** The same while a step is tried. */
  trial: Homography;
  plane: Plane;
  /** Size of a pixel of `plane` in pixels of level 0. */
  scale: f64;
  /** Module width in pixels of `plane`. */
  size: f64;
  /** MODULES × f32. */
  values: usize;
}

/** Module widths of this many pixels are sampled best: finer pixels are averaged by the pyramid. */
const BEST_SIZE: f64 = 3;

/** Modules of the orientation patterns at the bull's-eye: all fixed ones but the two at the corner. */
const AROUND: i32 = FIXED - 2;

/** Turns that are looked at: half a module at the patterns' distance is 4.4°. */
export const TURNS: i32 = 180;

/** Puts the grid on a bull's-eye, turned by `angle`. False where there is no such plane. */
export function placeGrid(grid: Grid, shape: EyeShape, angle: f64): bool {
  const size = Math.sqrt(Math.abs(shape.a * shape.d - shape.b * shape.b));
  const level = levelFor(size, BEST_SIZE);
  const plane = planeAt(level);
  if (plane == null) return false;
  const scale = 1 / <f64>(1 << level);
  grid.plane = plane;
  grid.scale = <f64>(1 << level);
  grid.size = size * scale;
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const map = grid.map;
  map.a = (shape.a * c + shape.b * s) * scale;
  map.b = (shape.b * c - shape.a * s) * scale;
  map.c = shape.cx * scale;
  map.d = (shape.b * c + shape.d * s) * scale;
  map.e = (shape.d * c - shape.b * s) * scale;
  map.f = shape.cy * scale;
  map.g = 0;
  map.h = 0;
  map.i = 1;
  return true;
}

/** Grey value at a place of the grid. */
function at(grid: Grid, map: Homography, u: f64, v: f64): f32 {
  return bilinear(grid.plane, mapX(map, u, v), mapY(map, u, v));
}

/**
 * How well the orientation patterns agree with the grid as it lies: 1 for all modules as dark or light as the rings are, 0
 * for chance.
 */
export function orientationScore(grid: Grid): f32 {
  let dark: f32 = 0;
  let light: f32 = 0;
  for (let k = 0; k < 6; k++) {
    const u = Math.cos((<f64>k * Math.PI) / 3);
    const v = Math.sin((<f64>k * Math.PI) / 3);
    const ring = (ringRadius(4) + ringRadius(5)) * 0.5;
    const gap = (ringRadius(3) + ringRadius(4)) * 0.5;
    dark += at(grid, grid.map, u * ring, v * ring);
    light += at(grid, grid.map, u * gap, v * gap);
  }
  const middle = (dark + light) / 12;
  const half = (light - dark) / 12;
  if (!(half > 1)) return 0;
  let sum: f32 = 0;
  for (let k = 0; k < AROUND; k++) {
    const module = fixedModule(k);
    const level = (middle - at(grid, grid.map, moduleU(module), moduleV(module))) / half;
    const agreed = isFixedDark(k) ? level : -level;
    sum += max<f32>(-1, min<f32>(1, agreed));
  }
  return sum / <f32>AROUND;
}

/** Modules next to each other: to the right, and two below. */
const LINKS: i32 = 3;

/** The module that link k of a module leads to; −1 where it leaves the grid. */
function linked(module: i32, k: i32): i32 {
  const row = module / COLUMNS;
  const column = module % COLUMNS;
  const to = k == 0 ? module + 1 : module + COLUMNS + k - 2 + (row & 1);
  const toColumn = k == 0 ? column + 1 : column + k - 2 + (row & 1);
  return toColumn < 0 || toColumn >= COLUMNS || to >= MODULES || !isModule(to) ? -1 : to;
}

/** Places of all modules (u, v: f64), then the modules that their links lead to (i16); made once, it outlives frames. */
const NODE: usize = 24;
const nodes = memory.data(990 * 24);
let hasNodes = false;
/** Modules (u16) that contrast() looks at. */
const near = memory.data(990 * 2);
let nearCount: i32 = 0;

function node(module: i32): usize {
  return nodes + <usize>module * NODE;
}

function fillNodes(): void {
  if (hasNodes) return;
  hasNodes = true;
  for (let module = 0; module < MODULES; module++) {
    store<f64>(node(module), moduleU(module));
    store<f64>(node(module), moduleV(module), 8);
    for (let k = 0; k < LINKS; k++) store<i16>(node(module) + ((<usize>k) << 1), <i16>linked(module, k), 16);
  }
}

/** Lets contrast() look at the modules within `reach` of the centre. */
function reachOut(grid: Grid, reach: f64): void {
  fillNodes();
  nearCount = 0;
  for (let module = 0; module < MODULES; module++) {
    store<f32>(grid.values + ((<usize>module) << 2), -1);
    if (Math.abs(load<f64>(node(module))) > reach || Math.abs(load<f64>(node(module), 8)) > reach) continue;
    if (!isModule(module)) continue;
    store<u16>(near + ((<usize>nearCount) << 1), <u16>module);
    nearCount++;
  }
}

/** Sum of squared differences of neighbouring modules within reach: largest where samples meet modules. */
function contrast(grid: Grid, map: Homography): f64 {
  const values = grid.values;
  for (let k = 0; k < nearCount; k++) {
    const module = <usize>load<u16>(near + ((<usize>k) << 1));
    const from = nodes + module * NODE;
    store<f32>(values + (module << 2), at(grid, map, load<f64>(from), load<f64>(from, 8)));
  }
  let sum: f32 = 0;
  for (let k = 0; k < nearCount; k++) {
    const module = <usize>load<u16>(near + ((<usize>k) << 1));
    const value = load<f32>(values + (module << 2));
    const links = nodes + module * NODE + 16;
    for (let link: usize = 0; link < (<usize>LINKS) << 1; link += 2) {
      const to = <i32>load<i16>(links + link);
      if (to < 0) continue;
      const other = load<f32>(values + ((<usize>to) << 2));
      if (other >= 0) sum += (value - other) * (value - other);
    }
  }
  return <f64>sum;
}

/** Modes of the refinement: shifts, stretches, shears, and the two of perspective. */
const MODES: i32 = 8;
/** Budget units of a look at all modules. */
const LOOK: i32 = 8;
/** The part that is looked at grows from the modules around the bull's-eye to all of them, in module widths. */
const FIRST_REACH: f64 = 7;
const LAST_REACH: f64 = 15.5;
const GROWTH: f64 = 1.2;
/** First and last steps at the border of that part. */
const FIRST_STEP: f64 = 0.4;
const LAST_STEP: f64 = 0.1;
const FINAL_STEP: f64 = 0.03;

/** Ways to refine a grid: with perspective from the start, and without it until the part is large enough to show it. */
export const PLANS: i32 = 2;
/** Agreement of the orientation patterns then: those of symbols have 0.6 and more, of texture that looks like rings 0.4. */
const LEAST_SETTLED: f32 = 0.5;
const AFFINE_MODES: i32 = 6;
const AFFINE_REACH: f64 = 9;

/**
 * Refines the grid from the middle to its border: what is known of the perspective reaches a little beyond the part that it
 * was fitted to. False where the orientation patterns do not agree once it lies right around the bull's-eye.
 */
export function refineGrid(grid: Grid, plan: i32): bool {
  for (let reach = FIRST_REACH; reach < LAST_REACH; reach *= GROWTH) {
    climb(grid, reach, plan == 1 && reach < AFFINE_REACH ? AFFINE_MODES : MODES, LAST_STEP);
    if (reach == FIRST_REACH && orientationScore(grid) < LEAST_SETTLED) return false;
  }
  climb(grid, LAST_REACH, MODES, FINAL_STEP);
  return true;
}

/** Moves the corners of the part within `reach` by one mode after the other for as long as contrast grows. */
function climb(grid: Grid, reach: f64, modes: i32, last: f64): void {
  reachOut(grid, reach);
  let best = contrast(grid, grid.map);
  for (let step = FIRST_STEP; step >= last; step *= 0.5) {
    for (let round = 0; round < 2; round++) {
      let isBetter = false;
      for (let mode = 0; mode < modes; mode++) {
        for (let sign: f64 = -1; sign <= 1; sign += 2) {
          if (!spend(LOOK)) return;
          if (!distort(grid, reach, mode, step * sign)) continue;
          const merit = contrast(grid, grid.trial);
          if (!(merit > best)) continue;
          best = merit;
          memory.copy(changetype<usize>(grid.map), changetype<usize>(grid.trial), offsetof<Homography>());
          isBetter = true;
          break;
        }
      }
      if (!isBetter) break;
    }
  }
}

/** Sets grid.trial to the grid with the corners of a square of ±reach moved by a mode. False where that is no map. */
function distort(grid: Grid, reach: f64, mode: i32, amount: f64): bool {
  corner(grid, -reach, -reach, -1, -1, mode, amount);
  const x0 = cornerX;
  const y0 = cornerY;
  corner(grid, reach, -reach, 1, -1, mode, amount);
  const x1 = cornerX;
  const y1 = cornerY;
  corner(grid, reach, reach, 1, 1, mode, amount);
  const x2 = cornerX;
  const y2 = cornerY;
  corner(grid, -reach, reach, -1, 1, mode, amount);
  return rectangleToQuad(grid.trial, -reach, -reach, reach, reach, x0, y0, x1, y1, x2, y2, cornerX, cornerY);
}

let cornerX: f64 = 0;
let cornerY: f64 = 0;

function corner(grid: Grid, u: f64, v: f64, right: f64, below: f64, mode: i32, amount: f64): void {
  // Even modes move along u, odd ones along v: alike, by own side, by the other side, by both.
  const kind = mode >> 1;
  const isAcross = (mode & 1) == 0;
  const own = isAcross ? right : below;
  const other = isAcross ? below : right;
  const move = amount * (kind == 0 ? 1 : kind == 1 ? own : kind == 2 ? other : own * other);
  const toU = isAcross ? u + move : u;
  const toV = isAcross ? v : v + move;
  cornerX = mapX(grid.map, toU, toV);
  cornerY = mapY(grid.map, toU, toV);
}
