/**
 * Projective maps of the plane: exactly from a rectangle's four corners, and by weighted least squares from many points.
 *
 *   x = (a·u + b·v + c) / (g·u + h·v + i)      y = (d·u + e·v + f) / (g·u + h·v + i)
 */
import { alloc, mark, release } from "../memory/arena";
import { isConvex } from "./geometry";

@unmanaged
export class Homography {
  a: f64;
  b: f64;
  c: f64;
  d: f64;
  e: f64;
  f: f64;
  g: f64;
  h: f64;
  i: f64;
}

/** A correspondence for fitHomography(). */
@unmanaged
export class PointPair {
  u: f64;
  v: f64;
  x: f64;
  y: f64;
  weight: f64;
}

export function mapX(m: Homography, u: f64, v: f64): f64 {
  return (m.a * u + m.b * v + m.c) / (m.g * u + m.h * v + m.i);
}

export function mapY(m: Homography, u: f64, v: f64): f64 {
  return (m.d * u + m.e * v + m.f) / (m.g * u + m.h * v + m.i);
}

/**
 * Maps the rectangle (u0, v0)–(u1, v1) to the quadrilateral given clockwise from the image of (u0, v0).
 * False (and `m` undefined) where the quadrilateral is not convex.
 */
export function rectangleToQuad(
  m: Homography,
  u0: f64,
  v0: f64,
  u1: f64,
  v1: f64,
  x0: f64,
  y0: f64,
  x1: f64,
  y1: f64,
  x2: f64,
  y2: f64,
  x3: f64,
  y3: f64,
): bool {
  if (!isConvex(x0, y0, x1, y1, x2, y2, x3, y3)) return false;
  const sx = x0 - x1 + x2 - x3;
  const sy = y0 - y1 + y2 - y3;
  const dx1 = x1 - x2;
  const dx2 = x3 - x2;
  const dy1 = y1 - y2;
  const dy2 = y3 - y2;
  const det = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / det;
  const h = (dx1 * sy - sx * dy1) / det;
  const a = x1 - x0 + g * x1;
  const b = x3 - x0 + h * x3;
  const d = y1 - y0 + g * y1;
  const e = y3 - y0 + h * y3;
  // Unit square to quadrilateral, after (u, v) → ((u − u0)/(u1 − u0), (v − v0)/(v1 − v0)).
  const su = 1 / (u1 - u0);
  const sv = 1 / (v1 - v0);
  m.a = a * su;
  m.b = b * sv;
  m.c = x0 - m.a * u0 - m.b * v0;
  m.d = d * su;
  m.e = e * sv;
  m.f = y0 - m.d * u0 - m.e * v0;
  m.g = g * su;
  m.h = h * sv;
  m.i = 1 - m.g * u0 - m.h * v0;
  return true;
}

/**
 * Weighted least squares (direct linear transform, algebraic error) over at least four PointPairs in general position.
 * Coordinates are centred and scaled first, so that the normal equations stay well conditioned. False where degenerate.
 */
export function fitHomography(m: Homography, pairs: usize, count: i32): bool {
  if (count < 4) return false;
  let su: f64 = 0;
  let sv: f64 = 0;
  let sx: f64 = 0;
  let sy: f64 = 0;
  for (let k = 0; k < count; k++) {
    const p = pairAt(pairs, k);
    su += p.u;
    sv += p.v;
    sx += p.x;
    sy += p.y;
  }
  const n = <f64>count;
  su /= n;
  sv /= n;
  sx /= n;
  sy /= n;
  let from: f64 = 0;
  let to: f64 = 0;
  for (let k = 0; k < count; k++) {
    const p = pairAt(pairs, k);
    from += Math.abs(p.u - su) + Math.abs(p.v - sv);
    to += Math.abs(p.x - sx) + Math.abs(p.y - sy);
  }
  if (!(from > 0) || !(to > 0)) return false;
  from = n / from;
  to = n / to;

  const scratch = mark();
  const system = alloc(8 * 9 * 8);
  const row = alloc(9 * 8);
  if (system == 0 || row == 0) return false;
  memory.fill(system, 0, 8 * 9 * 8);
  for (let k = 0; k < count; k++) {
    const p = pairAt(pairs, k);
    const u = (p.u - su) * from;
    const v = (p.v - sv) * from;
    const x = (p.x - sx) * to;
    const y = (p.y - sy) * to;
    equation(row, u, v, 1, 0, 0, 0, -u * x, -v * x, x);
    accumulate(system, row, p.weight);
    equation(row, 0, 0, 0, u, v, 1, -u * y, -v * y, y);
    accumulate(system, row, p.weight);
  }
  const solved = solveSystem(system, 8);
  if (solved) {
    // Undo the scaling: H = T⁻¹ · H' · S.
    const a = entry(system, 0);
    const b = entry(system, 1);
    const c = entry(system, 2);
    const d = entry(system, 3);
    const e = entry(system, 4);
    const f = entry(system, 5);
    const g = entry(system, 6) * from;
    const h = entry(system, 7) * from;
    const i = 1 - g * su - h * sv;
    m.a = (a * from) / to + sx * g;
    m.b = (b * from) / to + sx * h;
    m.c = (c - a * from * su - b * from * sv) / to + sx * i;
    m.d = (d * from) / to + sy * g;
    m.e = (e * from) / to + sy * h;
    m.f = (f - d * from * su - e * from * sv) / to + sy * i;
    m.g = g;
    m.h = h;
    m.i = i;
  }
  release(scratch);
  return solved;
}

export function pairAt(pairs: usize, index: i32): PointPair {
  return changetype<PointPair>(pairs + <usize>index * offsetof<PointPair>());
}

function entry(system: usize, row: i32): f64 {
  return load<f64>(system + <usize>((row * 9 + 8) << 3));
}

function equation(row: usize, a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, right: f64): void {
  store<f64>(row, a, 0);
  store<f64>(row, b, 8);
  store<f64>(row, c, 16);
  store<f64>(row, d, 24);
  store<f64>(row, e, 32);
  store<f64>(row, f, 40);
  store<f64>(row, g, 48);
  store<f64>(row, h, 56);
  store<f64>(row, right, 64);
}

/** Adds one weighted equation to the normal equations (8 unknowns, right side in column 8). */
function accumulate(system: usize, row: usize, weight: f64): void {
  for (let r = 0; r < 8; r++) {
    const left = load<f64>(row + ((<usize>r) << 3)) * weight;
    if (left == 0) continue;
    for (let c = 0; c < 9; c++) {
      const at = system + <usize>((r * 9 + c) << 3);
      store<f64>(at, load<f64>(at) + left * load<f64>(row + ((<usize>c) << 3)));
    }
  }
}

/**
 * Gauss–Jordan elimination with row pivots of `size` equations, each size + 1 numbers (f64, row by row); the solution
 * stands in the last column. False where the system is singular.
 */
export function solveSystem(system: usize, size: i32): bool {
  const width = size + 1;
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let r = k + 1; r < size; r++) {
      if (Math.abs(at(system, width, r, k)) > Math.abs(at(system, width, pivot, k))) pivot = r;
    }
    const head = at(system, width, pivot, k);
    if (!(Math.abs(head) > 1e-12)) return false;
    for (let c = k; c < width; c++) {
      const value = at(system, width, pivot, c) / head;
      set(system, width, pivot, c, at(system, width, k, c));
      set(system, width, k, c, value);
    }
    for (let r = 0; r < size; r++) {
      if (r == k) continue;
      const factor = at(system, width, r, k);
      if (factor == 0) continue;
      for (let c = k; c < width; c++)
        set(system, width, r, c, at(system, width, r, c) - factor * at(system, width, k, c));
    }
  }
  return true;
}

function at(system: usize, width: i32, row: i32, column: i32): f64 {
  return load<f64>(system + <usize>((row * width + column) << 3));
}

function set(system: usize, width: i32, row: i32, column: i32, value: f64): void {
  store<f64>(system + <usize>((row * width + column) << 3), value);
}
