/**
 * Fits the bull's-eye on the grey image: along rays from the centre the rings' six edges are found at sub-pixel, and the
 * conic through them gives centre and affine shape (all but the rotation). Knows nothing of modules.
 */
import { planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { isInside, levelFor } from "../../image/sampler";
import { spend } from "../../kit/budget";
import { sampleLine } from "../../kit/scan-line";
import { solveSystem } from "../../math/homography";
import { alloc, mark, release } from "../../memory/arena";
import { Eye } from "./eye-finder";
import { EDGES, ringRadius } from "./ring-pattern";

/** x = cx + a·u + b·v, y = cy + b·u + d·v: the symmetric map from module widths to pixels of level 0. */
@unmanaged
export class EyeShape {
  cx: f64;
  cy: f64;
  a: f64;
  b: f64;
  d: f64;
}

const RAYS: i32 = 32;
/** Step along a ray in module widths of the shape so far, and steps: a good half more than the outer ring. */
const STEP: f64 = 0.125;
const SAMPLES: i32 = 56;
/** Part of the rays that must show all three rings. */
const LEAST_RAYS: i32 = 20;
/** The same of a first look at a quarter of them. */
const LEAST_GLANCE: i32 = 5;
/** Contrast below which there is nothing but noise, in grey levels. */
const LEAST_CONTRAST: f32 = 10;
/** Part of a ray's contrast by which light and dark differ at least: blur leaves little of thin rings. */
const TURN: f32 = 0.25;
/** By how much of the outer radius an edge may lie off the standard's proportions (writers differ), and off all rays' mean. */
const TOLERANCE: f64 = 0.15;
const SPREAD: f64 = 0.07;
/** Module widths of this many pixels are measured best. */
const BEST_SIZE: f64 = 3;

const UNKNOWNS: i32 = 5;
const COLUMNS: i32 = UNKNOWNS + 1;

/** Fits the shape of a bull's-eye; false where there is none. */
export function fitEye(eye: Eye, shape: EyeShape): bool {
  const level = levelFor(eye.size, BEST_SIZE);
  const plane = planeAt(level);
  if (plane == null) return false;
  fillDirections();
  const scale = <f64>(1 << level);
  shape.cx = eye.x / scale;
  shape.cy = eye.y / scale;
  shape.a = eye.size / scale;
  shape.d = shape.a;
  shape.b = 0;
  const scratch = mark();
  const system = alloc((<usize>(UNKNOWNS * COLUMNS)) << 3);
  let isFit = system != 0;
  if (isFit) isFit = spend(2) && glance(plane, shape);
  for (let pass = 0; pass < 3 && isFit; pass++) isFit = spend(8) && fitOnce(plane, shape, system);
  release(scratch);
  shape.cx *= scale;
  shape.cy *= scale;
  shape.a *= scale;
  shape.b *= scale;
  shape.d *= scale;
  return isFit;
}

/** True if enough of a quarter of the rays show the rings: that tells most texture from a bull's-eye. */
function glance(plane: Plane, shape: EyeShape): bool {
  let missing = RAYS / 4 - LEAST_GLANCE;
  for (let k = 0; k < RAYS; k += 4) {
    if (!castRay(plane, shape.cx, shape.cy, rayX(shape, k), rayY(shape, k), k) && --missing < 0) return false;
  }
  return true;
}

/** RAYS × EDGES f64: where rays crossed the rings, in their own steps; a ray that did not has 0 for its outer edge. */
const crossings = memory.data(RAYS * EDGES * 8);
/** Mean radius of each edge in outer radii: any two rings of a symbol keep their proportion along all rays. */
const shares = memory.data(EDGES * 8);

function crossing(ray: i32, edge: i32): usize {
  return crossings + ((<usize>(ray * EDGES + edge)) << 3);
}

/** Fills in `shares` and drops the rays that are off them; returns how many stay. */
function compareRays(): i32 {
  let good: i32 = 0;
  memory.fill(shares, 0, EDGES * 8);
  for (let k = 0; k < RAYS; k++) {
    const outer = load<f64>(crossing(k, EDGES - 1));
    if (outer == 0) continue;
    good++;
    for (let j = 0; j < EDGES; j++) {
      const at = shares + ((<usize>j) << 3);
      store<f64>(at, load<f64>(at) + load<f64>(crossing(k, j)) / outer);
    }
  }
  if (good == 0) return 0;
  for (let j = 0; j < EDGES; j++)
    store<f64>(shares + ((<usize>j) << 3), load<f64>(shares + ((<usize>j) << 3)) / <f64>good);
  let stay: i32 = 0;
  for (let k = 0; k < RAYS; k++) {
    const outer = load<f64>(crossing(k, EDGES - 1));
    if (outer == 0) continue;
    let isOff = false;
    for (let j = 0; j < EDGES - 1; j++) {
      const off = load<f64>(crossing(k, j)) / outer - load<f64>(shares + ((<usize>j) << 3));
      if (Math.abs(off) > SPREAD) isOff = true;
    }
    if (isOff) store<f64>(crossing(k, EDGES - 1), 0);
    else stay++;
  }
  return stay;
}

/**
 * One pass around the shape so far. With p relative to its centre the rings are m11·x² + 2·m12·xy + m22·y² + p·x + q·y = R²,
 * where p and q move the centre; each equation is divided by R so that all rings weigh alike in pixels.
 */
function fitOnce(plane: Plane, shape: EyeShape, system: usize): bool {
  memory.fill(system, 0, (<usize>(UNKNOWNS * COLUMNS)) << 3);
  let missing = RAYS - LEAST_RAYS;
  for (let k = 0; k < RAYS; k++) {
    if (castRay(plane, shape.cx, shape.cy, rayX(shape, k), rayY(shape, k), k)) continue;
    if (--missing < 0) return false;
    store<f64>(crossing(k, EDGES - 1), 0);
  }
  const good = compareRays();
  for (let k = 0; k < RAYS; k++) {
    if (load<f64>(crossing(k, EDGES - 1)) == 0) continue;
    for (let j = 0; j < EDGES; j++) {
      const t = load<f64>(crossing(k, j));
      const radius = load<f64>(shares + ((<usize>j) << 3)) * ringRadius(EDGES - 1);
      addEquation(system, rayX(shape, k) * t, rayY(shape, k) * t, radius);
    }
  }
  if (good < LEAST_RAYS || !solveSystem(system, UNKNOWNS)) return false;
  const m11 = solution(system, 0);
  const m12 = solution(system, 1);
  const m22 = solution(system, 2);
  const det = m11 * m22 - m12 * m12;
  if (!(det > 0) || !(m11 > 0)) return false;
  const p = solution(system, 3);
  const q = solution(system, 4);
  shape.cx -= (0.5 * (m22 * p - m12 * q)) / det;
  shape.cy -= (0.5 * (m11 * q - m12 * p)) / det;
  // The square root of the inverse: a symmetric map that takes circles to these ellipses.
  const n11 = m22 / det;
  const n22 = m11 / det;
  const n12 = -m12 / det;
  const root = Math.sqrt(1 / det);
  const scale = 1 / Math.sqrt(n11 + n22 + 2 * root);
  shape.a = (n11 + root) * scale;
  shape.b = n12 * scale;
  shape.d = (n22 + root) * scale;
  return isInside(plane, shape.cx, shape.cy);
}

function solution(system: usize, row: i32): f64 {
  return load<f64>(system + ((<usize>(row * COLUMNS + UNKNOWNS)) << 3));
}

const equation = memory.data(64);

function addEquation(system: usize, x: f64, y: f64, radius: f64): void {
  const weight = 1 / radius;
  store<f64>(equation, x * x * weight);
  store<f64>(equation, 2 * x * y * weight, 8);
  store<f64>(equation, y * y * weight, 16);
  store<f64>(equation, x * weight, 24);
  store<f64>(equation, y * weight, 32);
  store<f64>(equation, radius, 40);
  for (let r = 0; r < UNKNOWNS; r++) {
    const left = load<f64>(equation + ((<usize>r) << 3));
    for (let c = 0; c < COLUMNS; c++) {
      const at = system + ((<usize>(r * COLUMNS + c)) << 3);
      store<f64>(at, load<f64>(at) + left * load<f64>(equation + ((<usize>c) << 3)));
    }
  }
}

/** Step of ray k in pixels: a module width. */
function rayX(shape: EyeShape, k: i32): f64 {
  const at = directions + ((<usize>k) << 4);
  return shape.a * load<f64>(at) + shape.b * load<f64>(at, 8);
}

function rayY(shape: EyeShape, k: i32): f64 {
  const at = directions + ((<usize>k) << 4);
  return shape.b * load<f64>(at) + shape.d * load<f64>(at, 8);
}

/** Cosine and sine of each ray's angle; the first cosine is 0 until they are there. */
const directions = memory.data(RAYS * 16);

function fillDirections(): void {
  if (load<f64>(directions) != 0) return;
  for (let k = 0; k < RAYS; k++) {
    const angle = (<f64>k * 2 * Math.PI) / <f64>RAYS;
    store<f64>(directions + ((<usize>k) << 4), Math.cos(angle));
    store<f64>(directions + ((<usize>k) << 4), Math.sin(angle), 8);
  }
}

/** Grey values along a ray (f32), and where they turn between light and dark (i32 indices): core, ring, gap … */
const profile = memory.data(SAMPLES * 4);
const extremes = memory.data((EDGES + 1) * 4);

function sample(index: i32): f32 {
  return load<f32>(profile + ((<usize>index) << 2));
}

/** True if the ray crosses the six edges of the rings about where they should be; fills in its crossings. */
function castRay(plane: Plane, x: f64, y: f64, dx: f64, dy: f64, ray: i32): bool {
  let least: f32 = 255;
  let most: f32 = 0;
  // Pixel centres are whole numbers there.
  if (!sampleLine(plane, <f32>(x - 0.5), <f32>(y - 0.5), <f32>(dx * STEP), <f32>(dy * STEP), SAMPLES, profile))
    return false;
  for (let i = 0; <f64>i * STEP <= ringRadius(EDGES - 1); i++) {
    least = min(least, sample(i));
    most = max(most, sample(i));
  }
  if (most - least < LEAST_CONTRAST || !findExtremes((most - least) * TURN)) return false;
  for (let j = 0; j < EDGES; j++) {
    const from = load<i32>(extremes + ((<usize>j) << 2));
    // Behind the outer ring anything may stand: its edge is judged by the gap before it.
    const to = j < EDGES - 1 ? load<i32>(extremes + ((<usize>(j + 1)) << 2)) : SAMPLES - 1;
    const other = j < EDGES - 1 ? to : load<i32>(extremes + ((<usize>(j - 1)) << 2));
    const threshold = (sample(from) + sample(other)) * 0.5;
    const isFalling = (j & 1) == 0;
    let index = from + 1;
    while (index <= to && (isFalling ? sample(index) > threshold : sample(index) < threshold)) index++;
    if (index > to) return false;
    const before = sample(index - 1);
    const part = <f64>((before - threshold) / (before - sample(index)));
    store<f64>(crossing(ray, j), (<f64>(index - 1) + part) * STEP);
  }
  const outer = load<f64>(crossing(ray, EDGES - 1));
  for (let j = 0; j < EDGES - 1; j++) {
    const want = ringRadius(j) / ringRadius(EDGES - 1);
    if (Math.abs(load<f64>(crossing(ray, j)) / outer - want) > TOLERANCE) return false;
  }
  return true;
}

/** Fills in the core's lightest place, the darkest of the first ring, and so on to the third; false where there are fewer. */
function findExtremes(turn: f32): bool {
  let found: i32 = 0;
  let best: i32 = 0;
  for (let i = 1; i < SAMPLES; i++) {
    const isLight = (found & 1) == 0;
    const gain = isLight ? sample(i) - sample(best) : sample(best) - sample(i);
    if (gain >= 0) {
      best = i;
    } else if (-gain > turn) {
      store<i32>(extremes + ((<usize>found) << 2), best);
      found++;
      if (found == EDGES) return true;
      best = i;
    }
  }
  return false;
}
