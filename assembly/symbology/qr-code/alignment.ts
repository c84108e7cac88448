/**
 * Alignment patterns: finds them on the grey image around where the grid has them, moves the fourth control point to the
 * last one, and keeps the displacements of all of them (version ≥ 7). Knows no data modules.
 */
import { spend } from "../../kit/budget";
import { GridFit, LATTICE, corner, inkAt, nodeAt, place, placeX, placeY, refreshMap, setCorner } from "./grid-fit";
import { alignmentAt, alignmentCount } from "./tables";

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
  const steps = <i32>(reach * 4) + 1;
  if (!spend((steps * steps) / 2)) return false;
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
