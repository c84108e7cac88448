/**
 * Fits the bull's-eye on the grey image: along rays from the centre the rings' six edges are found at sub-pixel, and the
 * conic through them gives centre and affine shape (all but the rotation). Knows nothing of modules.
 */
import { planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { bilinear, isInside, levelFor } from "../../image/sampler";
import { spend } from "../../kit/budget";
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
/** Where rays stop, in module widths of the first guess, and their step. */
const REACH: f64 = 7;
const STEP: f64 = 0.125;
/** Part of the rays that must show all three rings. */
const LEAST_RAYS: i32 = 20;
/** Contrast below which there is nothing but noise, in grey levels. */
const LEAST_CONTRAST: f32 = 10;
/** By how much of the outer radius an edge may lie off where the rings' proportions put it. */
const TOLERANCE: f64 = 0.09;
/** Module widths of this many pixels are measured best. */
const BEST_SIZE: f64 = 3;

const UNKNOWNS: i32 = 5;
const COLUMNS: i32 = UNKNOWNS + 1;

/** Fits the shape of a bull's-eye; false where there is none. */
export function fitEye(eye: Eye, shape: EyeShape): bool {
  const level = levelFor(eye.size, BEST_SIZE);
  const plane = planeAt(level);
  if (plane == null) return false;
  const scale = <f64>(1 << level);
  shape.cx = eye.x / scale;
  shape.cy = eye.y / scale;
  shape.a = eye.size / scale;
  shape.d = shape.a;
  shape.b = 0;
  const scratch = mark();
  const system = alloc((<usize>(UNKNOWNS * COLUMNS)) << 3);
  let isFit = system != 0;
  for (let pass = 0; pass < 3 && isFit; pass++) isFit = spend(8) && fitOnce(plane, shape, system);
  release(scratch);
  shape.cx *= scale;
  shape.cy *= scale;
  shape.a *= scale;
  shape.b *= scale;
  shape.d *= scale;
  return isFit;
}

/**
 * One pass around the shape so far. With p relative to its centre the rings are m11·x² + 2·m12·xy + m22·y² + p·x + q·y = R²,
 * where p and q move the centre; each equation is divided by R so that all rings weigh alike in pixels.
 */
function fitOnce(plane: Plane, shape: EyeShape, system: usize): bool {
  memory.fill(system, 0, (<usize>(UNKNOWNS * COLUMNS)) << 3);
  let good: i32 = 0;
  for (let k = 0; k < RAYS; k++) {
    const angle = (<f64>k * 2 * Math.PI) / <f64>RAYS;
    const u = Math.cos(angle);
    const v = Math.sin(angle);
    const dx = shape.a * u + shape.b * v;
    const dy = shape.b * u + shape.d * v;
    if (!castRay(plane, shape.cx, shape.cy, dx, dy)) continue;
    good++;
    for (let j = 0; j < EDGES; j++) {
      const t = load<f64>(found + ((<usize>j) << 3));
      addEquation(system, dx * t, dy * t, ringRadius(j));
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

/** f64 per edge: where the last ray crossed the rings, in its own steps. */
const found = memory.data(64);

/** True if the ray crosses the six edges of the rings about where they should be. */
function castRay(plane: Plane, x: f64, y: f64, dx: f64, dy: f64): bool {
  let dark: f32 = 0;
  let light = bilinear(plane, x, y);
  for (let j = 0; j < EDGES - 1; j++) {
    const middle = (ringRadius(j) + ringRadius(j + 1)) * 0.5;
    const value = bilinear(plane, x + dx * middle, y + dy * middle);
    if ((j & 1) == 0) dark += value;
    else light += value;
  }
  dark /= 3;
  light /= 3;
  if (light - dark < LEAST_CONTRAST) return false;
  const threshold = (dark + light) * 0.5;
  let edges: i32 = 0;
  let before = bilinear(plane, x, y);
  if (before <= threshold) return false;
  for (let r = STEP; r < REACH; r += STEP) {
    const value = bilinear(plane, x + dx * r, y + dy * r);
    const isCrossing = (edges & 1) == 0 ? value <= threshold : value > threshold;
    if (isCrossing) {
      const part = <f64>((before - threshold) / (before - value));
      store<f64>(found + ((<usize>edges) << 3), r - STEP + STEP * part);
      edges++;
      if (edges == EDGES) break;
    }
    before = value;
  }
  if (edges < EDGES) return false;
  const outer = load<f64>(found, 40);
  for (let j = 0; j < EDGES - 1; j++) {
    const want = ringRadius(j) / ringRadius(EDGES - 1);
    if (Math.abs(load<f64>(found + ((<usize>j) << 3)) / outer - want) > TOLERANCE) return false;
  }
  return true;
}
