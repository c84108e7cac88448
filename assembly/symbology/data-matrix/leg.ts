/** One solid side of a symbol as it was tracked: a line with a slight bow, its ends, its thickness. */
import { Plane } from "../../image/plane";
import { isThorough } from "../../io/options";
import { solveSystem } from "../../math/homography";
import { alloc } from "../../memory/arena";
import { crossing, edgeOffset, inkOf } from "./edge-track";

/**
 * An outer edge through tracked points: base + direction · t + normal · (a + b·t + c·t²), where the normal points out of
 * the symbol. All in pixels of the plane.
 */
@unmanaged
export class Leg {
  x: f64;
  y: f64;
  dx: f64;
  dy: f64;
  /** Unit normal, outwards. */
  ox: f64;
  oy: f64;
  a: f64;
  b: f64;
  c: f64;
  /** Where the first and last point lie. */
  from: f64;
  to: f64;
  points: i32;
}

export let legX: f64 = 0;
export let legY: f64 = 0;

export function allocLeg(): Leg | null {
  const at = alloc(offsetof<Leg>());
  return at == 0 ? null : changetype<Leg>(at);
}

const system = memory.data(3 * 4 * 8);

function cell(row: i32, column: i32): usize {
  return system + ((<usize>(row * 4 + column)) << 3);
}

/** Points farther than this from the first fit are left out of the second, in pixels. */
const STRAY: f64 = 1.2;

/**
 * Fits a leg to points (pairs of f32) that run roughly from first to last; `outX`, `outY` says which side is outside.
 * False where they make no line.
 */
export function fitLeg(leg: Leg, points: usize, count: i32, outX: f64, outY: f64): bool {
  if (count < 4) return false;
  const x0 = <f64>load<f32>(points);
  const y0 = <f64>load<f32>(points, 4);
  const end = points + ((<usize>(count - 1)) << 3);
  const length = Math.hypot(<f64>load<f32>(end) - x0, <f64>load<f32>(end, 4) - y0);
  if (!(length >= 3)) return false;
  leg.x = x0;
  leg.y = y0;
  leg.dx = (<f64>load<f32>(end) - x0) / length;
  leg.dy = (<f64>load<f32>(end, 4) - y0) / length;
  leg.ox = -leg.dy;
  leg.oy = leg.dx;
  if (leg.ox * outX + leg.oy * outY < 0) {
    leg.ox = -leg.ox;
    leg.oy = -leg.oy;
  }
  leg.a = 0;
  leg.b = 0;
  leg.c = 0;
  leg.from = 0;
  leg.to = length;
  leg.points = count;
  for (let round = 0; round < 2; round++) {
    memory.fill(system, 0, 3 * 4 * 8);
    let used: i32 = 0;
    for (let i = 0; i < count; i++) {
      const at = points + ((<usize>i) << 3);
      const px = <f64>load<f32>(at) - x0;
      const py = <f64>load<f32>(at, 4) - y0;
      // In units of the length, so that the equations stay well conditioned.
      const t = (px * leg.dx + py * leg.dy) / length;
      const o = px * leg.ox + py * leg.oy;
      if (round > 0 && Math.abs(o - (leg.a + leg.b * t + leg.c * t * t)) > STRAY) continue;
      used++;
      let p: f64 = 1;
      for (let r = 0; r < 3; r++) {
        let q = p;
        for (let c = 0; c < 3; c++) {
          store<f64>(cell(r, c), load<f64>(cell(r, c)) + q);
          q *= t;
        }
        store<f64>(cell(r, 3), load<f64>(cell(r, 3)) + p * o);
        p *= t;
      }
    }
    // A little stiffness: short edges have no bow to speak of.
    store<f64>(cell(2, 2), load<f64>(cell(2, 2)) + 0.3);
    if (used < 4 || !solveSystem(system, 3)) return false;
    leg.a = load<f64>(cell(0, 3));
    leg.b = load<f64>(cell(1, 3));
    leg.c = load<f64>(cell(2, 3));
  }
  leg.b /= length;
  leg.c /= length * length;
  return true;
}

/** Puts the place at t on the edge, `out` pixels outward, into legX and legY. */
export function legPlace(leg: Leg, t: f64, out: f64): void {
  const o = leg.a + leg.b * t + leg.c * t * t + out;
  legX = leg.x + leg.dx * t + leg.ox * o;
  legY = leg.y + leg.dy * t + leg.oy * o;
}

/** Where two legs cross, as their t's: set by meet(). */
export let meetFirst: f64 = 0;
export let meetSecond: f64 = 0;

/** Crossing of two legs by a few steps of Newton's on their tangents; false where they are nearly parallel. */
export function meet(one: Leg, two: Leg, t: f64, s: f64): bool {
  for (let round = 0; round < 4; round++) {
    legPlace(one, t, 0);
    const ax = legX;
    const ay = legY;
    legPlace(two, s, 0);
    const dx = legX - ax;
    const dy = legY - ay;
    const slope1 = one.b + 2 * one.c * t;
    const slope2 = two.b + 2 * two.c * s;
    const ux = one.dx + one.ox * slope1;
    const uy = one.dy + one.oy * slope1;
    const vx = two.dx + two.ox * slope2;
    const vy = two.dy + two.oy * slope2;
    const det = ux * vy - uy * vx;
    if (Math.abs(det) < 0.3) return false;
    t += (dx * vy - dy * vx) / det;
    s += (dx * uy - dy * ux) / det;
  }
  meetFirst = t;
  meetSecond = s;
  return true;
}

/** Places along a leg where its thickness is measured. */
const PROBES: i32 = 40;
const FEW_PROBES: i32 = 20;
const depths = memory.data(4 * 40);

/**
 * Thickness of a leg in pixels: where it borders on light modules it ends after one module, elsewhere later. Half of them
 * are light on average, but not in every symbol: taken at an eighth of the sorted depths. 0 where there is nothing light within `most`
 * pixels or where no thickness is frequent.
 */
export function thickness(plane: Plane, leg: Leg, t0: f64, t1: f64, isInverted: bool, most: f64): f64 {
  let count: i32 = 0;
  let even: i32 = 0;
  const probes = isThorough() ? PROBES : FEW_PROBES;
  for (let k = 0; k < probes; k++) {
    const t = t0 + ((t1 - t0) * (<f64>k + 0.5)) / <f64>probes;
    legPlace(leg, t, 0);
    const x = legX;
    const y = legY;
    if (!crossing(plane, x, y, leg.ox, leg.oy, isInverted)) continue;
    const start = edgeOffset;
    // Levels on both sides of the outer edge say what is ink here.
    const ground = inkOf(plane, x + leg.ox * (start + 1.5), y + leg.oy * (start + 1.5), isInverted);
    let full: f32 = ground;
    let before: f32 = ground;
    let depth: f64 = most;
    let last: f64 = 0;
    for (let d: f64 = 0.5; d < most; d += d < 5 ? 0.5 : 1) {
      const value = inkOf(plane, x + leg.ox * (start - d), y + leg.oy * (start - d), isInverted);
      full = max(full, value);
      const middle: f32 = (full + ground) * 0.5;
      if (d > 0.9 && value < middle && before >= middle) {
        depth = last + (d - last) * <f64>((before - middle) / max<f32>(before - value, 1));
        break;
      }
      before = value;
      last = d;
    }
    let at = count++;
    while (at > 0 && load<f32>(depths + ((<usize>(at - 1)) << 2)) > <f32>depth) {
      store<f32>(depths + ((<usize>at) << 2), load<f32>(depths + ((<usize>(at - 1)) << 2)));
      at--;
    }
    store<f32>(depths + ((<usize>at) << 2), <f32>depth);
  }
  if (count < probes >> 1) return 0;
  const depth = load<f32>(depths + ((<usize>(count >> 3)) << 2));
  if (!(<f64>depth < most - 1)) return 0;
  for (let k = 0; k < count; k++) {
    const ratio = load<f32>(depths + ((<usize>k) << 2)) / depth;
    if (ratio > 0.7 && ratio < 1.4) even++;
  }
  return even * 6 >= count ? <f64>depth : 0;
}
