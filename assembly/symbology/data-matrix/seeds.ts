/**
 * Seeds: places on rows where a straight edge passes, found from run tables and bits alone. Every solid side of a symbol
 * that is at most 60° off the vertical has some; of its two solid sides one always is. Knows nothing of symbols.
 */
import { binaryAt, everyNthRowAt } from "../../image/frame";
import { BLOCK, Plane, bitAt } from "../../image/plane";
import { lineEdgeCount, lineEdges } from "../../image/runs";
import { alloc } from "../../memory/arena";
import { isTextured } from "./texture";
import {
  TextureMap,
  blocksWithin,
  changesAlong,
  changesDown,
  changesWithin,
  mapTexture,
  moduleOf,
} from "./texture-map";
import { roomFor } from "./candidates";
import { STRONG, inkAlong, clockEvidence } from "./clock-bits";

/** Pixels by which an edge may move to either side from one compared row to the next. */
const REACH: i32 = 14;

@unmanaged
export class SeedScan {
  plane: Plane;
  level: i32;
  /** Rows from one seed row to the next. */
  step: i32;
  /** The first seed row. */
  first: i32;
  /** Rows between the five places that are compared. */
  unit: i32;
  /** Least contrast in grey levels of the block that an edge lies in. */
  contrast: i32;
  /** Per seed row a bit for each pixel where an edge was followed, as the plane's bits lie. */
  taken: usize;
  rows: i32;
  texture: TextureMap;
}

/** Where the last seed lies: the row, the edge's position, how far it moves per row, and whether dark lies right of it. */
export let seedX: f64 = 0;
export let seedY: f64 = 0;
export let seedSlope: f64 = 0;
export let seedDarkRight = false;

/** Prepares a scan of a level, null where there is no such level. */
export function openSeeds(level: i32, step: i32, first: i32, unit: i32, contrast: i32): SeedScan | null {
  const plane = binaryAt(level);
  if (plane == null) return null;
  const at = alloc(offsetof<SeedScan>());
  const rows = (plane.height + step - 1) / step;
  const bytes = <usize>rows * <usize>plane.bitStride;
  const taken = alloc(bytes);
  const texture = mapTexture(plane);
  if (at == 0 || taken == 0 || texture == null) return null;
  memory.fill(taken, 0, bytes);
  const scan = changetype<SeedScan>(at);
  scan.plane = plane;
  scan.level = level;
  scan.step = step;
  scan.first = first;
  scan.unit = unit;
  scan.contrast = contrast;
  scan.taken = taken;
  scan.rows = rows;
  scan.texture = texture;
  return scan;
}

/** A place to go on scanning from. */
@unmanaged
export class SeedCursor {
  row: i32;
  edge: i32;
}

/** Finds the next seed from the cursor on; false where there is none. */
export function nextSeed(scan: SeedScan, cursor: SeedCursor, every: i32, withBorder: bool, withInverted: bool): bool {
  const table = everyNthRowAt(scan.level, every);
  if (table == null) return false;
  const margin = 2 * scan.unit;
  for (; cursor.row < scan.rows; cursor.row++, cursor.edge = 0) {
    const line = (cursor.row * scan.step + scan.first) / table.step;
    const y = line * table.step;
    if (line >= table.lines) return false;
    if (y < margin || y >= scan.plane.height - margin) continue;
    const edges = lineEdges(table, line);
    const count = lineEdgeCount(table, line);
    while (cursor.edge < count) {
      const index = cursor.edge++;
      const x = <i32>load<u16>(edges + ((<usize>index) << 1));
      // Only stills are cut to a symbol's very edge.
      if (!withBorder && (x < 2 || x > scan.plane.width - 2)) continue;
      if (contrastAt(scan.plane, x, y) < scan.contrast) continue;
      const isDarkRight = (index & 1) == 0;
      if (
        !isBusyBeside(scan.texture, x, y, isDarkRight) &&
        !(withInverted && isBusyBeside(scan.texture, x, y, !isDarkRight))
      )
        continue;
      if (!isTaken(scan, cursor.row, x) && isStraight(scan.plane, x, y, scan.unit, isDarkRight)) {
        seedX = <f64>x;
        seedY = <f64>y + 0.5;
        seedDarkRight = isDarkRight;
        return true;
      }
    }
  }
  return false;
}

/** Blocks beside an edge that must be textured: three wide, three high. */
const BESIDE: i32 = 3;
/** Least changes of a block on average, along rows and along columns. */
const LEAST_BESIDE: i32 = 1;

/** True if there is texture in both directions on one side of the edge at (x, y). */
function isBusyBeside(map: TextureMap, x: i32, y: i32, isRight: bool): bool {
  const bx = x / BLOCK - (isRight ? 0 : BESIDE - 1);
  const by = y / BLOCK - (BESIDE >> 1);
  changesWithin(map, bx, by, bx + BESIDE, by + BESIDE);
  return min(changesAlong, changesDown) >= LEAST_BESIDE * blocksWithin;
}

/** Range of luma of the block around a pixel. */
function contrastAt(plane: Plane, x: i32, y: i32): i32 {
  const at = <usize>((y / BLOCK) * plane.blockColumns + min(x / BLOCK, plane.blockColumns - 1));
  return <i32>load<u8>(plane.blockMax + at) - <i32>load<u8>(plane.blockMin + at);
}

/** True where the edge at x goes on straight for two units up and down; sets seedSlope. */
function isStraight(plane: Plane, x: i32, y: i32, unit: i32, isDarkRight: bool): bool {
  const one = edgeNear(plane, x, y + unit, isDarkRight);
  if (one == NONE) return false;
  const back = edgeNear(plane, x, y - unit, isDarkRight);
  if (back == NONE || abs(one + back) > 1) return false;
  const slope = one - back;
  if (abs(slope) > REACH) return false;
  const two = edgeNear(plane, x + slope, y + 2 * unit, isDarkRight);
  if (two == NONE || abs(two) > 1) return false;
  const farBack = edgeNear(plane, x - slope, y - 2 * unit, isDarkRight);
  if (farBack == NONE || abs(farBack) > 1) return false;
  seedSlope = <f64>(2 * slope + two - farBack) / <f64>(4 * unit);
  return true;
}

const NONE: i32 = 1000;

/** Rows over which a tracked edge may be lost. */
const GAP: i32 = 2;
/** Most places of the second side that are looked at. */
const MOST_PLACES: i32 = 400;

/**
 * Offers the corners that the last seed's edge may end in as candidates: a dark symbol's at the lower end (corner 0) and at
 * the upper one (1), the same of a light symbol (2, 3). A cheap look at the bits: the edge is followed to its ends, and
 * there another one must lead off, towards the ink, that has ink on its inner side; opposite to both ink must alternate.
 */
export function offerCorners(scan: SeedScan, leastSide: i32, withInverted: bool): void {
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
  // Towards the dark side.
  const nx = seedDarkRight ? dy : -dy;
  const ny = seedDarkRight ? -dx : dx;
  const middleX = (downX + upX) * 0.5;
  const middleY = <f64>(down + up) * 0.5;
  const darkModule = moduleBeside(scan.texture, middleX, middleY, dx, dy, nx, ny, length);
  const lightModule = withInverted ? moduleBeside(scan.texture, middleX, middleY, dx, dy, -nx, -ny, length) : 0;
  for (let k = 0; k < 4; k++) {
    const module = k < 2 ? darkModule : lightModule;
    if (module == 0 || length < LEAST_MODULES * module) continue;
    const isDown = (k & 1) == 0;
    const x = isDown ? downX : upX;
    const y = <f64>(isDown ? down : up);
    const way: f64 = isDown ? 1 : -1;
    const side: f64 = k < 2 ? 1 : -1;
    const other = leadsOff(plane, x, y, way * dx, way * dy, side * nx, side * ny, length, k < 2 ? 1 : 0);
    if (other < <f64>leastSide) continue;
    const farX = isDown ? upX : downX;
    const farY = <f64>(isDown ? up : down);
    const ox = (endX - x) / other;
    const oy = (endY - y) / other;
    const alongX = farX - x;
    const alongY = farY - y;
    const ink = k < 2 ? 1 : 0;
    const out = Math.max(QUIET_AT * module, 1.5);
    const inn = Math.max(SOLID_AT * module, 1);
    const wx = way * dx;
    const wy = way * dy;
    const q1 = inkAlong(plane, x - out * ox, y - out * oy, alongX, alongY, module, ink);
    if (q1 > MOST_INK) continue;
    const q2 = inkAlong(plane, x + out * wx, y + out * wy, endX - x, endY - y, module, ink);
    if (q2 > MOST_INK_BESIDE) continue;
    const s1 = inkAlong(plane, x + inn * ox, y + inn * oy, alongX, alongY, module, ink);
    const s2 = inkAlong(plane, x - inn * wx, y - inn * wy, endX - x, endY - y, module, ink);
    if (s1 + s2 < LEAST_SOLID) continue;
    if (!isTextured(plane, x, y, farX, farY, endX, endY)) continue;
    const evidence = clockEvidence(plane, x, y, farX, farY, endX, endY, k < 2 ? 1 : 0);
    if (evidence == 0) continue;
    const candidate = roomFor(evidence);
    if (candidate == null) continue;
    const scale = <f64>(1 << scan.level);
    candidate.level = scan.level;
    candidate.x = seedX;
    candidate.y = seedY;
    candidate.slope = seedSlope;
    candidate.isDarkRight = seedDarkRight;
    candidate.corner = k;
    candidate.evidence = evidence;
    candidate.cornerX = x * scale;
    candidate.cornerY = y * scale;
    candidate.size = min(length, other) * scale;
  }
}

/** Module size that three squares along the side, a quarter of its length wide, speak of; 0 where there is no texture. */
function moduleBeside(map: TextureMap, x: f64, y: f64, dx: f64, dy: f64, nx: f64, ny: f64, length: f64): f64 {
  const half = 0.125 * length;
  let along: i32 = 0;
  let down: i32 = 0;
  let blocks: i32 = 0;
  for (let k = -1; k <= 1; k++) {
    const cx = x + 0.3 * length * <f64>k * dx + 0.18 * length * nx;
    const cy = y + 0.3 * length * <f64>k * dy + 0.18 * length * ny;
    const left = floorOf((cx - half) / <f64>BLOCK);
    const top = floorOf((cy - half) / <f64>BLOCK);
    changesWithin(
      map,
      left,
      top,
      max(left + 1, floorOf((cx + half) / <f64>BLOCK + 0.5)),
      max(top + 1, floorOf((cy + half) / <f64>BLOCK + 0.5)),
    );
    along += changesAlong;
    down += changesDown;
    blocks += blocksWithin;
  }
  return moduleOf(along, down, blocks);
}

/**
 * Shortest side in modules as its texture tells them: of 8, the fewest that a side has, less what few modules' chance and
 * perspective may be off by. Symbols of all sizes in the test images have 5.4 and more, squares 8.
 */
const LEAST_MODULES: f64 = 4.8;

/**
 * Where the quiet zone and the solid side are looked at, in modules from the edge, and how much ink may be and must be there: the
 * module's size is known to a third only. Symbols of the test images have 0.16 of ink beside the seed's own side at most,
 * 0.6 beside the other one, whose direction is rough yet, and 0.75 on both solid sides together at least.
 */
const QUIET_AT: f64 = 0.8;
const SOLID_AT: f64 = 0.4;
const MOST_INK: f64 = 0.3;
const MOST_INK_BESIDE: f64 = 0.65;
const LEAST_SOLID: f64 = 0.72;

/** Where the edge was last seen by endOf(), or by leadsOff(). */
let endX: f64 = 0;
let endY: f64 = 0;

/** The row of the seed's edge farthest in one direction; what is passed is not looked at again. */
function endOf(scan: SeedScan, way: i32): i32 {
  const plane = scan.plane;
  let x = seedX;
  let slope = seedSlope * <f64>way;
  let y = <i32>seedY;
  let last = y;
  let seen: i32 = 1;
  endX = x;
  for (let missed = 0; missed <= GAP; ) {
    y += way;
    if (y < 0 || y >= plane.height) break;
    x += slope;
    const near = edgeNear(plane, <i32>Math.round(x), y, seedDarkRight);
    if (near == NONE || abs(near) > 1) {
      missed++;
      continue;
    }
    missed = 0;
    seen++;
    const found = Math.round(x) + <f64>near;
    const gain: f64 = max<f64>(0.1, 2 / <f64>(seen + 2));
    slope += (0.3 * gain * (found - x)) / <f64>min(seen, 12);
    x += gain * (found - x);
    last = y;
    endX = found;
    take(scan, <i32>found, y);
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

function floorOf(value: f64): i32 {
  return <i32>Math.floor(value);
}

/** Distance from x of the nearest edge of the same kind on a row, NONE where none is near. */
function edgeNear(plane: Plane, x: i32, y: i32, isDarkRight: bool): i32 {
  // 32 bits, x in their middle: bit 16 is the pixel at x.
  const from = x - 16;
  if (from < 0 || from + 64 > plane.bitStride << 3) return edgeNearBorder(plane, x, y, isDarkRight);
  const at = plane.bits + <usize>y * <usize>plane.bitStride + <usize>(from >> 3);
  let word = <u32>(load<u64>(at) >> <u64>(from & 7));
  if (!isDarkRight) word = ~word;
  return nearest(word & ~(word << 1) & 0xfffffffe);
}

/** The same where the window reaches over the plane's sides. */
function edgeNearBorder(plane: Plane, x: i32, y: i32, isDarkRight: bool): i32 {
  let word: u32 = 0;
  const row = plane.bits + <usize>y * <usize>plane.bitStride;
  for (let k = 0; k < 32; k++) {
    const px = x - 16 + k;
    if (px < 0 || px >= plane.width) continue;
    const bit = (<u32>load<u8>(row + <usize>(px >> 3)) >> (px & 7)) & 1;
    word |= bit << k;
  }
  if (!isDarkRight) word = ~word;
  return nearest(word & ~(word << 1) & 0xfffffffe);
}

function nearest(marks: u32): i32 {
  const right = marks >> 16;
  const left = marks << 16;
  const r = right != 0 ? <i32>ctz(right) : NONE;
  const l = left != 0 ? <i32>clz(left) + 1 : NONE;
  if (r == NONE && l == NONE) return NONE;
  return r <= l ? r : -l;
}

function isTaken(scan: SeedScan, row: i32, x: i32): bool {
  const at = scan.taken + <usize>row * <usize>scan.plane.bitStride;
  for (let near = max(x - 1, 0); near <= x + 1; near++) {
    if (((<i32>load<u8>(at + <usize>(near >> 3)) >> (near & 7)) & 1) != 0) return true;
  }
  return false;
}

/** Marks an edge as looked at where a seed row crosses it. */
function take(scan: SeedScan, x: i32, y: i32): void {
  const row = (y - scan.first) / scan.step;
  if (row < 0 || row >= scan.rows || row * scan.step + scan.first != y || <u32>x >= <u32>scan.plane.width) return;
  const at = scan.taken + <usize>row * <usize>scan.plane.bitStride + <usize>(x >> 3);
  store<u8>(at, <u8>(<i32>load<u8>(at) | (1 << (x & 7))));
}
