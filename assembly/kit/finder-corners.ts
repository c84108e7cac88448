/**
 * The four corners of a finder pattern's outer square from its measured outline: a line is laid through the rays of each
 * side, and neighbours are crossed. Knows no symbol and no pixels.
 */
import { isConvex } from "../math/geometry";
import { Finder, RAYS } from "./finder";

/** Rays next to a corner show the corner's rounding: they are left out. */
const CORNER_RAYS: f64 = 0.8;
/** Lines through the sides, corners from them, sides from the corners: so often. */
const ROUNDS: i32 = 3;

/** Four pairs of f64 (x, y), clockwise on the screen, in level-0 pixels. */
const corners = memory.data(64);
/** Direction of each corner from the centre, in rays. */
const turns = memory.data(32);
/** Four lines as f64 triples: unit normal, distance. */
const lines = memory.data(96);

/** Set by findFinderCorners(): by how much dark modules reach over their edges, in modules; negative for thin print. */
export let finderSpread: f64 = 0;

export function finderCornerX(index: i32): f64 {
  return load<f64>(corners + ((<usize>(index & 3)) << 4));
}

export function finderCornerY(index: i32): f64 {
  return load<f64>(corners + ((<usize>(index & 3)) << 4), 8);
}

function rayAngle(k: f64): f64 {
  return (k * 2 * Math.PI) / <f64>RAYS;
}

function radiusAt(finder: Finder, k: i32): f64 {
  return <f64>load<f32>(finder.radii + ((<usize>(k & (RAYS - 1))) << 2));
}

/** Finds the corners, which finderCornerX() and finderCornerY() then give; false where the outline has no four sides. */
export function findFinderCorners(finder: Finder): bool {
  // A square's outline is longest towards its corners: the fourth harmonic says where they are.
  let re: f64 = 0;
  let im: f64 = 0;
  for (let k = 0; k < RAYS; k++) {
    const angle = rayAngle(<f64>(4 * k));
    re += radiusAt(finder, k) * Math.cos(angle);
    im += radiusAt(finder, k) * Math.sin(angle);
  }
  const first = (Math.atan2(im, re) / (2 * Math.PI)) * (<f64>RAYS / 4);
  for (let j = 0; j < 4; j++) store<f64>(turns + ((<usize>j) << 3), first + <f64>(j * (RAYS / 4)));
  for (let round = 0; round < ROUNDS; round++) {
    for (let j = 0; j < 4; j++) if (!fitSide(finder, j)) return false;
    for (let j = 0; j < 4; j++) if (!crossSides(finder, j)) return false;
  }
  takeOffSpread(finder);
  return isConvex(
    finderCornerX(0),
    finderCornerY(0),
    finderCornerX(1),
    finderCornerY(1),
    finderCornerX(2),
    finderCornerY(2),
    finderCornerX(3),
    finderCornerY(3),
  );
}

/**
 * Moves the corners to where they are without ink spread: the finder's size is half its outer square's, which spread makes
 * larger or smaller, and half that of the outline between its edges, which stays.
 */
function takeOffSpread(finder: Finder): void {
  let area: f64 = 0;
  for (let k = 0; k < RAYS; k++) area += radiusAt(finder, k) * radiusAt(finder, k + 1);
  const outer = Math.sqrt(area * 0.5 * Math.sin(rayAngle(1))) / 7;
  if (!(outer > 0)) return;
  finderSpread = 3.5 * (outer / (2 * finder.size - outer) - 1);
  const factor = max<f64>(0.8, min<f64>(1.25, (2 * finder.size) / outer - 1));
  for (let j = 0; j < 4; j++) {
    const at = corners + ((<usize>j) << 4);
    store<f64>(at, finder.x + (load<f64>(at) - finder.x) * factor);
    store<f64>(at, finder.y + (load<f64>(at, 8) - finder.y) * factor, 8);
  }
}

function turnAt(index: i32): f64 {
  const turn = load<f64>(turns + ((<usize>(index & 3)) << 3));
  return index > 3 ? turn + <f64>RAYS : turn;
}

/** Lays a line through the ends of the rays between corners j and j + 1: the principal axis of the points. */
function fitSide(finder: Finder, j: i32): bool {
  let n: f64 = 0;
  let sx: f64 = 0;
  let sy: f64 = 0;
  let sxx: f64 = 0;
  let sxy: f64 = 0;
  let syy: f64 = 0;
  const from = turnAt(j) + CORNER_RAYS;
  const to = turnAt(j + 1) - CORNER_RAYS;
  for (let k = <i32>Math.ceil(from); <f64>k <= to; k++) {
    const r = radiusAt(finder, k + RAYS);
    const x = r * Math.cos(rayAngle(<f64>k));
    const y = r * Math.sin(rayAngle(<f64>k));
    n += 1;
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
    syy += y * y;
  }
  if (n < 2) return false;
  sx /= n;
  sy /= n;
  const along = 0.5 * Math.atan2(2 * (sxy / n - sx * sy), sxx / n - sx * sx - (syy / n - sy * sy));
  const nx = -Math.sin(along);
  const ny = Math.cos(along);
  const at = lines + <usize>(j * 24);
  store<f64>(at, nx);
  store<f64>(at, ny, 8);
  store<f64>(at, nx * sx + ny * sy, 16);
  return true;
}

/** Puts corner j where the sides before and behind it cross. */
function crossSides(finder: Finder, j: i32): bool {
  const a = lines + <usize>(((j + 3) & 3) * 24);
  const b = lines + <usize>(j * 24);
  const det = load<f64>(a) * load<f64>(b, 8) - load<f64>(a, 8) * load<f64>(b);
  // Sides that meet at less than about 20 degrees are no square's, however it is seen.
  if (Math.abs(det) < 0.35) return false;
  const x = (load<f64>(a, 16) * load<f64>(b, 8) - load<f64>(a, 8) * load<f64>(b, 16)) / det;
  const y = (load<f64>(a) * load<f64>(b, 16) - load<f64>(a, 16) * load<f64>(b)) / det;
  if (x * x + y * y > 64 * finder.size * finder.size) return false;
  const before = turnAt(j);
  let turn = (Math.atan2(y, x) / (2 * Math.PI)) * <f64>RAYS;
  turn += <f64>RAYS * Math.round((before - turn) / <f64>RAYS);
  // A corner stays in its own quarter.
  if (Math.abs(turn - before) > <f64>(RAYS / 8)) return false;
  store<f64>(turns + ((<usize>j) << 3), turn);
  store<f64>(corners + ((<usize>j) << 4), finder.x + x);
  store<f64>(corners + ((<usize>j) << 4), finder.y + y, 8);
  return true;
}
