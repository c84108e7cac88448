/**
 * The lattice of a field of dots, grown from a dot to its neighbours, over unlit places too, as far as there are any: it
 * follows tilt and bends. Knows what dots look like and nothing of codewords.
 *
 *   places (p, q) are p·a + q·b away from the first dot; column = p + q, row = p − q
 */
import { Plane } from "../../image/plane";
import { Homography, PointPair, fitHomography, mapX, mapY, pairAt } from "../../math/homography";
import { alloc, allocZero, mark, release } from "../../memory/arena";
import { Basis } from "./basis";
import { climb, inkNear, lookAt, peakInk, peakX, peakY } from "./ink";

/** Rows and columns that a lattice may reach from its first dot; one more than the largest symbol has. */
const REACH: i32 = 202;
const SPAN: i32 = 2 * REACH;
const MOST_NODES: i32 = 40000;
const QUEUE: i32 = 80000;

/** Unlit places in a row that are passed: the quiet zone is three places wide (clause 5.9). */
const MOST_GAP: i32 = 2;
/** How far from its place a dot may lie, in steps: print heads and fast webs put dots off. */
const TOLERANCE: f64 = 0.3;
/** Part of the contrast of the dot before that a dot has. */
const LEAST_CONTRAST: f32 = 0.45;
/** Contrast of the first dot, in sixteenths of a grey level. */
const LEAST_INK: f32 = 96;
/**
 * Root of the mean square distance of dots from where they are expected, in places, that is too much: dots put anywhere within
 * the tolerance have 0.3. It is looked at whenever so many dots more were found.
 */
const MOST_SCATTER: f64 = 0.24;
const CHECK_EVERY: i32 = 48;
/** Part of the places that are dots, of those looked at: 5/9 within a symbol, none around it. */
const LEAST_PART: f64 = 0.22;
const MOST_PART: f64 = 0.75;
/** How fast steps and contrast follow what is seen. */
const FOLLOW: f32 = 0.2;
/** Rounds of the fit, and the distance in places at which a dot counts half. */
const ROUNDS: i32 = 3;
const HALF_WEIGHT: f64 = 0.15;
/** Places around one whose dots say how far the surface lies from the plane there. */
const NEAR: i32 = 2;
/** What speaks for the plane itself, in dots. */
const PRIOR: f64 = 2;

@unmanaged
class Node {
  p: i32;
  q: i32;
  x: f32;
  y: f32;
  ax: f32;
  ay: f32;
  bx: f32;
  by: f32;
  contrast: f32;
  /** Unlit places since the last dot; 0 for a dot. */
  gap: i32;
}

@unmanaged
export class Lattice {
  plane: Plane;
  isInverted: bool;
  /** u16 per place: 1 + index of its node. */
  grid: usize;
  nodes: usize;
  count: i32;
  /** Dots, and their outermost columns and rows. */
  lit: i32;
  left: i32;
  right: i32;
  top: i32;
  bottom: i32;
  /** Pixels that the dots lie within. */
  minX: f32;
  minY: f32;
  maxX: f32;
  maxY: f32;
  /** Sum of squared distances of dots from where they were expected, in pixels, and how many. */
  scatter: f64;
  expected: i32;
  /** (column, row) to pixels of the plane. */
  map: Homography;
  /** A u16 queue for each gap. */
  queue: usize;
}

/** Null where memory is exhausted. */
export function allocLattice(plane: Plane, isInverted: bool): Lattice | null {
  const head = alloc(offsetof<Lattice>());
  const map = alloc(offsetof<Homography>());
  const grid = allocZero((<usize>(SPAN * SPAN)) << 1);
  const nodes = alloc(<usize>MOST_NODES * offsetof<Node>());
  const queue = alloc((<usize>(QUEUE * MOST_GAP)) << 1);
  if (head == 0 || map == 0 || grid == 0 || nodes == 0 || queue == 0) return null;
  const lattice = changetype<Lattice>(head);
  lattice.plane = plane;
  lattice.isInverted = isInverted;
  lattice.grid = grid;
  lattice.nodes = nodes;
  lattice.count = 0;
  lattice.queue = queue;
  lattice.map = changetype<Homography>(map);
  return lattice;
}

function nodeAt(lattice: Lattice, index: i32): Node {
  return changetype<Node>(lattice.nodes + <usize>index * offsetof<Node>());
}

function placeOf(lattice: Lattice, p: i32, q: i32): usize {
  return lattice.grid + ((<usize>((p + REACH) * SPAN + q + REACH)) << 1);
}

/** Heads and tails of the queues. */
let head0: i32 = 0;
let tail0: i32 = 0;
let head1: i32 = 0;
let tail1: i32 = 0;

/** Ink between the places for dots, beside one at (x, y). */
function paperAt(x: f64, y: f64, ax: f64, ay: f64, bx: f64, by: f64): f32 {
  const cx = 0.5 * (ax + bx);
  const cy = 0.5 * (ay + by);
  const rx = 0.5 * (ax - bx);
  const ry = 0.5 * (ay - by);
  return (inkNear(x + cx, y + cy) + inkNear(x - cx, y - cy) + inkNear(x + rx, y + ry) + inkNear(x - rx, y - ry)) * 0.25;
}

/** Grows the lattice from its basis; false where dots are scattered, or are everywhere, as in prints and fabrics. */
export function growLattice(lattice: Lattice, basis: Basis): bool {
  lookAt(lattice.plane, lattice.isInverted);
  lattice.left = 0;
  lattice.right = 0;
  lattice.top = 0;
  lattice.bottom = 0;
  lattice.lit = 0;
  lattice.minX = <f32>basis.x;
  lattice.minY = <f32>basis.y;
  lattice.maxX = <f32>basis.x;
  lattice.maxY = <f32>basis.y;
  lattice.scatter = 0;
  lattice.expected = 0;
  head0 = 0;
  tail0 = 0;
  head1 = 0;
  tail1 = 0;
  if (!climb(basis.x, basis.y, 1)) return false;
  const contrast = peakInk - paperAt(peakX, peakY, basis.ax, basis.ay, basis.bx, basis.by);
  if (contrast < LEAST_INK) return false;
  const first = nodeAt(lattice, 0);
  lattice.count = 1;
  first.p = 0;
  first.q = 0;
  first.ax = <f32>basis.ax;
  first.ay = <f32>basis.ay;
  first.bx = <f32>basis.bx;
  first.by = <f32>basis.by;
  first.contrast = contrast;
  store<u16>(placeOf(lattice, 0, 0), 1);
  light(lattice, first, 0);
  let next = CHECK_EVERY;
  while (true) {
    if (lattice.lit >= next) {
      if (!isLikely(lattice)) return false;
      next += CHECK_EVERY;
    }
    // Dots first: what lies behind unlit places is seen less surely from there.
    let index: i32 = -1;
    if (head0 < tail0) {
      index = <i32>load<u16>(lattice.queue + ((<usize>head0) << 1));
      head0++;
    } else if (head1 < tail1) {
      index = <i32>load<u16>(lattice.queue + ((<usize>(QUEUE + head1)) << 1));
      head1++;
      if (nodeAt(lattice, index).gap == 0) continue;
    } else break;
    const node = nodeAt(lattice, index);
    step(lattice, node, 1, 0);
    step(lattice, node, -1, 0);
    step(lattice, node, 0, 1);
    step(lattice, node, 0, -1);
  }
  return isLikely(lattice);
}

/** True if dots lie where they are expected, and not everywhere. */
function isLikely(lattice: Lattice): bool {
  const most = MOST_SCATTER * pitchOf(lattice);
  if (lattice.scatter > most * most * <f64>max(lattice.expected, 1)) return false;
  const part = <f64>lattice.lit / <f64>lattice.count;
  return part >= LEAST_PART && part <= MOST_PART;
}

/** Makes a node a dot, at the peak. */
function light(lattice: Lattice, node: Node, index: i32): void {
  node.x = <f32>peakX;
  node.y = <f32>peakY;
  node.gap = 0;
  const column = node.p + node.q;
  const row = node.p - node.q;
  lattice.left = min(lattice.left, column);
  lattice.right = max(lattice.right, column);
  lattice.top = min(lattice.top, row);
  lattice.bottom = max(lattice.bottom, row);
  lattice.minX = min(lattice.minX, node.x);
  lattice.minY = min(lattice.minY, node.y);
  lattice.maxX = max(lattice.maxX, node.x);
  lattice.maxY = max(lattice.maxY, node.y);
  lattice.lit++;
  if (tail0 == QUEUE) return;
  store<u16>(lattice.queue + ((<usize>tail0) << 1), <u16>index);
  tail0++;
}

/** Looks for a dot a step along a (dp) or b (dq) from a node. */
function step(lattice: Lattice, from: Node, dp: i32, dq: i32): void {
  const p = from.p + dp;
  const q = from.q + dq;
  if (abs(p + q) >= REACH || abs(p - q) >= REACH) return;
  const place = placeOf(lattice, p, q);
  const known = <i32>load<u16>(place);
  if (known != 0 && nodeAt(lattice, known - 1).gap <= from.gap + 1) return;
  const signP = <f32>dp;
  const signQ = <f32>dq;
  const x = from.x + signP * from.ax + signQ * from.bx;
  const y = from.y + signP * from.ay + signQ * from.by;
  const plane = lattice.plane;
  if (!(x > 1 && y > 1 && x < <f32>(plane.width - 1) && y < <f32>(plane.height - 1))) return;
  if (known == 0 && lattice.count == MOST_NODES) return;
  const index = known == 0 ? lattice.count++ : known - 1;
  store<u16>(place, <u16>(index + 1));
  const node = nodeAt(lattice, index);
  node.p = p;
  node.q = q;
  node.x = x;
  node.y = y;
  node.ax = from.ax;
  node.ay = from.ay;
  node.bx = from.bx;
  node.by = from.by;
  node.contrast = from.contrast;
  node.gap = from.gap + 1;
  const length = Math.sqrt(<f64>(from.ax * from.ax + from.ay * from.ay));
  if (climb(<f64>x, <f64>y, TOLERANCE * length)) {
    const paper = paperAt(peakX, peakY, <f64>from.ax, <f64>from.ay, <f64>from.bx, <f64>from.by);
    const contrast = peakInk - paper;
    if (contrast >= LEAST_CONTRAST * from.contrast) {
      node.contrast += FOLLOW * (contrast - node.contrast);
      if (from.gap == 0) {
        const dx = peakX - <f64>x;
        const dy = peakY - <f64>y;
        lattice.scatter += dx * dx + dy * dy;
        lattice.expected++;
        follow(node, from, signP, signQ);
      }
      light(lattice, node, index);
      return;
    }
  }
  if (node.gap >= MOST_GAP || tail1 == QUEUE) return;
  store<u16>(lattice.queue + ((<usize>(QUEUE + tail1)) << 1), <u16>index);
  tail1++;
}

/** The step that led here, as it was seen. */
function follow(node: Node, from: Node, signP: f32, signQ: f32): void {
  const dx = <f32>peakX - from.x;
  const dy = <f32>peakY - from.y;
  if (signP != 0) {
    node.ax += FOLLOW * (dx * signP - node.ax);
    node.ay += FOLLOW * (dy * signP - node.ay);
  } else {
    node.bx += FOLLOW * (dx * signQ - node.bx);
    node.by += FOLLOW * (dy * signQ - node.by);
  }
}

/** Fits the map to the dots, those far off counting less. */
export function fitLattice(lattice: Lattice): bool {
  const scratch = mark();
  const pairs = alloc(<usize>lattice.lit * offsetof<PointPair>());
  if (pairs == 0) return false;
  let count: i32 = 0;
  for (let i = 0; i < lattice.count && count < lattice.lit; i++) {
    const node = nodeAt(lattice, i);
    if (node.gap != 0) continue;
    const pair = pairAt(pairs, count);
    pair.u = <f64>(node.p + node.q);
    pair.v = <f64>(node.p - node.q);
    pair.x = <f64>node.x;
    pair.y = <f64>node.y;
    pair.weight = 1;
    count++;
  }
  let isFitted = true;
  for (let round = 0; round < ROUNDS && isFitted; round++) {
    isFitted = fitHomography(lattice.map, pairs, count);
    const half = HALF_WEIGHT * pitchOf(lattice);
    for (let k = 0; k < count; k++) {
      const pair = pairAt(pairs, k);
      const dx = mapX(lattice.map, pair.u, pair.v) - pair.x;
      const dy = mapY(lattice.map, pair.u, pair.v) - pair.y;
      pair.weight = 1 / (1 + (dx * dx + dy * dy) / (half * half));
    }
  }
  release(scratch);
  return isFitted;
}

/** Pixels from one column to the next, about the first dot. */
export function pitchOf(lattice: Lattice): f64 {
  const node = nodeAt(lattice, 0);
  const x = <f64>(node.ax + node.bx);
  const y = <f64>(node.ay + node.by);
  return 0.5 * Math.sqrt(x * x + y * y);
}

/** Where locate() found a place, and the ink of its dot if there is one (else 0). */
export let locatedX: f64 = 0;
export let locatedY: f64 = 0;
export let locatedInk: f32 = 0;

/** Finds a place: on the map, moved as the dots around it lie off it. */
export function locate(lattice: Lattice, column: i32, row: i32): void {
  const u = <f64>column;
  const v = <f64>row;
  let offX: f64 = 0;
  let offY: f64 = 0;
  let count = PRIOR;
  locatedInk = 0;
  const p = (column + row) >> 1;
  const q = (column - row) >> 1;
  for (let dp = -NEAR; dp <= NEAR; dp++) {
    for (let dq = -NEAR; dq <= NEAR; dq++) {
      if (abs(p + dp) >= REACH || abs(q + dq) >= REACH) continue;
      const known = <i32>load<u16>(placeOf(lattice, p + dp, q + dq));
      if (known == 0) continue;
      const node = nodeAt(lattice, known - 1);
      if (node.gap != 0) continue;
      const c = <f64>(node.p + node.q);
      const r = <f64>(node.p - node.q);
      offX += <f64>node.x - mapX(lattice.map, c, r);
      offY += <f64>node.y - mapY(lattice.map, c, r);
      count++;
      if (dp == 0 && dq == 0 && ((column + row) & 1) == 0) locatedInk = inkNear(<f64>node.x, <f64>node.y);
    }
  }
  locatedX = mapX(lattice.map, u, v) + offX / count;
  locatedY = mapY(lattice.map, u, v) + offY / count;
}
