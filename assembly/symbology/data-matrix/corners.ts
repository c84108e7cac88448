/**
 * Corners of symbols: from a seed of a solid side to its ends, where another side must lead off; what is found becomes a
 * candidate. A cheap look at bits alone. Knows no sizes.
 */
import { BLOCK, Plane, bitAt } from "../../image/plane";
import { NONE, edgeNear } from "./bit-edges";
import { roomFor } from "./candidates";
import { clockEvidence, firstLean, firstRuns, inkAlong, secondLean, secondRuns } from "./clock-bits";
import { SideScan, seedInk, seedInkRight, seedSlope, seedX, seedY, takeEdge } from "./sides";
import { isTextured } from "./texture";
import { TextureMap, blocksWithin, changesAlong, changesDown, changesWithin, moduleOf } from "./texture-map";

/** Rows over which a tracked edge may be lost. */
const GAP: i32 = 2;
/** Hits from which on every second row is looked at, every fourth, every eighth. */
const STEADY: i32 = 4;
const LONG: i32 = 10;
const ENDLESS: i32 = 24;
/** Most places of the second side that are looked at. */
const MOST_PLACES: i32 = 400;

/**
 * Shortest side in modules as its texture tells them: of 8, the fewest that a side has, less what few modules' chance and
 * perspective may be off by. Symbols of all sizes in the test images have 5.4 and more, squares 8.
 */
const LEAST_MODULES: f64 = 4.8;
/**
 * Modules of the shorter side, as texture tells them, below which the symbol is a rectangle, whose sides are then as 18 to 8 at
 * least: squares of 10 modules show 8 and more. Half of that ratio is left to perspective.
 */
const LEAST_SQUARE: f64 = 7;
const LEAST_RATIO: f64 = 1.5;
/** Half a block, in pixels: texture beside short sides is told from blocks that reach beyond them. */
const SLACK: f64 = 4;

/**
 * Where the quiet zone and the solid side are looked at, in modules from the edge, and how much ink may be and must be there: the
 * module's size is known to a third only. Symbols of the test images have 0.16 of ink beside the seed's own side at most,
 * 0.76 beside the other one, whose direction is rough yet, and 0.75 on both solid sides together at least.
 */
const QUIET_AT: f64 = 0.8;
const SOLID_AT: f64 = 0.25;
const MOST_INK: f64 = 0.3;
const MOST_INK_BESIDE: f64 = 0.8;
const LEAST_SOLID: f64 = 0.72;
const LEAST_SOLID_OF_ONE: f64 = 0.18;

/** Where the edge was last seen by endOf(), or by leadsOff(). */
let endX: f64 = 0;
let endY: f64 = 0;

/**
 * Offers the corners that the last seed's side may end in as candidates: at its lower end (corner 0) and at its upper one (1).
 * The side is followed to its ends, and there another one must lead off, towards the ink, that has ink on its inner side;
 * opposite to both ink must alternate.
 */
export function offerCorners(scan: SideScan, leastSide: i32): void {
  const plane = scan.plane;
  const down = endOf(scan, 1);
  const downX = endX;
  const up = endOf(scan, -1);
  const upX = endX;
  const rise = <f64>(down - up);
  const run = downX - upX;
  const length = Math.sqrt(rise * rise + run * run);
  if (length < <f64>leastSide) return;
  const dx = run / length;
  const dy = rise / length;
  // Towards the ink.
  const ux = seedInkRight ? dy : -dy;
  const uy = seedInkRight ? -dx : dx;
  const midX = (downX + upX) * 0.5;
  const midY = <f64>(down + up) * 0.5;
  let module = moduleBeside(scan.texture, midX, midY, dx, dy, ux, uy, length, length);
  if (module == 0 || length + SLACK < LEAST_MODULES * module) return;
  for (let k = 0; k < 2; k++) {
    const isDown = k == 0;
    const x = isDown ? downX : upX;
    const y = <f64>(isDown ? down : up);
    const farX = isDown ? upX : downX;
    const farY = <f64>(isDown ? up : down);
    const wx = isDown ? dx : -dx;
    const wy = isDown ? dy : -dy;
    const other = leadsOff(plane, x, y, wx, wy, ux, uy, length, seedInk);
    if (other < <f64>leastSide) continue;
    if (other + SLACK < LEAST_MODULES * module) {
      // The texture was looked for too far inside, if the side is the long one of a rectangle.
      const nearer = moduleBeside(scan.texture, midX, midY, dx, dy, ux, uy, length, other);
      if (nearer == 0 || other + SLACK < LEAST_MODULES * nearer) continue;
      module = nearer;
    }
    const shorter = min(length, other);
    if (shorter + SLACK < LEAST_SQUARE * module && max(length, other) < LEAST_RATIO * shorter) continue;
    const out = Math.max(QUIET_AT * module, 1.5);
    const inn = Math.max(SOLID_AT * module, 0.5);
    const alongX = farX - x;
    const alongY = farY - y;
    const q1 = inkAlong(plane, x - out * ux, y - out * uy, alongX, alongY, module, seedInk);
    if (q1 > MOST_INK) continue;
    const s1 = inkAlong(plane, x + inn * ux, y + inn * uy, alongX, alongY, module, seedInk);
    if (s1 < LEAST_SOLID_OF_ONE) continue;
    const q2 = inkAlong(plane, x + out * wx, y + out * wy, endX - x, endY - y, module, seedInk);
    if (q2 > MOST_INK_BESIDE) continue;
    const s2 = inkAlong(plane, x - inn * wx, y - inn * wy, endX - x, endY - y, module, seedInk);
    if (s1 + s2 < LEAST_SOLID) continue;
    if (!isTextured(plane, x, y, farX, farY, endX, endY)) continue;
    const evidence = clockEvidence(plane, x, y, farX, farY, endX, endY, module, seedInk);
    if (evidence == 0) continue;
    const candidate = roomFor(evidence);
    if (candidate == null) continue;
    const scale = <f64>(1 << scan.level);
    candidate.level = scan.level;
    candidate.x = seedX;
    candidate.y = seedY;
    candidate.slope = seedSlope;
    candidate.isDarkRight = seedInkRight == (seedInk == 1);
    candidate.isInverted = seedInk == 0;
    candidate.isAtEnd = isDown;
    candidate.evidence = evidence;
    candidate.firstRuns = firstRuns;
    candidate.firstLean = firstLean;
    candidate.secondRuns = secondRuns;
    candidate.secondLean = secondLean;
    candidate.cornerX = x * scale;
    candidate.cornerY = y * scale;
    candidate.size = min(length, other) * scale;
  }
}

/**
 * Module size that three squares along the side, a quarter of its length wide, speak of, within so much of its inner side; 0
 * where there is no texture.
 */
function moduleBeside(
  map: TextureMap,
  x: f64,
  y: f64,
  dx: f64,
  dy: f64,
  nx: f64,
  ny: f64,
  length: f64,
  depth: f64,
): f64 {
  const half = 0.125 * Math.min(length, 2 * depth);
  const inside = Math.min(0.18 * length, 0.5 * depth);
  let along: i32 = 0;
  let down: i32 = 0;
  let blocks: i32 = 0;
  for (let k = -1; k <= 1; k++) {
    const cx = x + 0.3 * length * <f64>k * dx + inside * nx;
    const cy = y + 0.3 * length * <f64>k * dy + inside * ny;
    const left = floorOf((cx - half) / <f64>BLOCK);
    const top = floorOf((cy - half) / <f64>BLOCK);
    changesWithin(
      map,
      left,
      top,
      max(left + 1, floorOf((cx + half) / <f64>BLOCK + 0.5)),
      max(top + 1, floorOf((cy + half) / <f64>BLOCK + 0.5)),
    );
    // Content changes both ways everywhere; few blocks may miss it.
    if (blocksWithin > 1 && min(changesAlong, changesDown) < blocksWithin) return 0;
    along += changesAlong;
    down += changesDown;
    blocks += blocksWithin;
  }
  return moduleOf(along, down, blocks);
}

/** The row of the seed's edge farthest in one direction; what is passed is not looked at again. */
function endOf(scan: SideScan, way: i32): i32 {
  const plane = scan.plane;
  // The seed is known to be straight so far.
  const known = 2 * scan.unit;
  let slope = seedSlope * <f64>way;
  let x = seedX + slope * <f64>known;
  let y = <i32>seedY + way * known;
  let last = y;
  let seen: i32 = known;
  let stride: i32 = 2;
  let missed: i32 = 0;
  endX = Math.round(x);
  // The next seed row ahead.
  let crossed = scan.row + way;
  let crossedY = <i32>seedY + way * scan.step;
  while (missed <= GAP) {
    const row = y + way * stride;
    const guess = x + slope * <f64>stride;
    const at = <i32>Math.round(guess);
    const isOn = <u32>row < <u32>plane.height && <u32>at <= <u32>plane.width;
    const near = isOn ? edgeNear(plane, at, row, seedInk, seedInkRight) : NONE;
    if (abs(near) > 1) {
      if (stride > 1) {
        stride = 1;
        seen = min(seen, STEADY - 1);
        continue;
      }
      if (!isOn) break;
      missed++;
      y = row;
      x = guess;
      continue;
    }
    missed = 0;
    seen++;
    const found = <f64>(at + near);
    const gain: f64 = max<f64>(0.1, 2 / <f64>(seen + 2));
    slope += (0.3 * gain * <f64>stride * (found - guess)) / <f64>min(seen, 12);
    x = guess + gain * (found - guess);
    for (; (row - crossedY) * way >= 0; crossed += way, crossedY += way * scan.step)
      takeEdge(scan, crossed, <i32>(found - slope * <f64>((row - crossedY) * way) + 0.5));
    y = row;
    last = row;
    endX = found;
    stride = seen < STEADY ? 1 : seen < LONG ? 2 : seen < ENDLESS ? 4 : 8;
  }
  return last;
}

/**
 * Length in pixels of the edge that leads off from the end (x, y) of one of so many pixels towards n, ink on this side of it,
 * ground beyond along d; 0 where there is none. Leaves its end in endX, endY.
 */
function leadsOff(plane: Plane, x: f64, y: f64, dx: f64, dy: f64, nx: f64, ny: f64, length: f64, ink: i32): f64 {
  const step = max<f64>(1, min<f64>(4, length * 0.06));
  let reached: f64 = 0;
  let shift: f64 = 0;
  let at: f64 = 0;
  let missed: i32 = 0;
  for (let k = 1; k <= MOST_PLACES; k++) {
    const aside = step * <f64>k + 0.5;
    const px = x + nx * aside;
    const py = y + ny * aside;
    // The sides of a tilted symbol may meet at 50°–130°.
    const room = <i32>(k == 1 ? 2 + step : 2 + 0.3 * step);
    const guess = at + shift;
    at = guess;
    let isFound = false;
    for (let r = 0; r <= 2 * room && !isFound; r++) {
      const offset = <f64>((r & 1) == 0 ? -(r >> 1) : (r + 1) >> 1);
      const t = guess + offset;
      if (bitAt(plane, floorOf(px + dx * t), floorOf(py + dy * t)) != ink) continue;
      if (bitAt(plane, floorOf(px + dx * (t + 1)), floorOf(py + dy * (t + 1))) == ink) continue;
      if (isInk(plane, px + dx * (t + 2), py + dy * (t + 2), ink)) continue;
      isFound = true;
      at = t;
      shift += (k > 1 ? 0.5 : 0) * offset * (k < 6 ? 1 : 0.3);
      endX = px + dx * t;
      endY = py + dy * t;
    }
    if (isFound) {
      missed = 0;
      reached = aside;
      continue;
    }
    if (k < 3 || <f64>++missed * step > 2 + min<f64>(0.06 * reached, 6)) break;
  }
  return reached;
}

function isInk(plane: Plane, x: f64, y: f64, ink: i32): bool {
  if (!(x >= 0 && y >= 0 && x < <f64>plane.width && y < <f64>plane.height)) return false;
  return bitAt(plane, <i32>x, <i32>y) == ink;
}

function floorOf(value: f64): i32 {
  return <i32>Math.floor(value);
}
