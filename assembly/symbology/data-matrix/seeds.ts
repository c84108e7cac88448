/**
 * Seeds: places on rows where a straight edge passes, found from run tables and bits alone. Every solid side of a symbol
 * that is at most 60° off the vertical has some; of its two solid sides one always is. Knows nothing of symbols.
 */
import { binaryAt, everyNthRowAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { lineEdgeCount, lineEdges } from "../../image/runs";
import { alloc } from "../../memory/arena";

/** Most edges of one seed row that are marked as tracked. */
const MOST_TAKEN: i32 = 48;
/** Pixels by which an edge may move to either side from one compared row to the next. */
const REACH: i32 = 14;

@unmanaged
export class SeedScan {
  plane: Plane;
  level: i32;
  /** Rows from one seed row to the next, and rows between the five places compared. */
  step: i32;
  unit: i32;
  /** Per seed row: how many edges are taken (u16), then their positions (u16 × MOST_TAKEN). */
  taken: usize;
  rows: i32;
}

/** Where the last seed lies: the row, the edge's position, how far it moves per row, and whether dark lies right of it. */
export let seedX: f64 = 0;
export let seedY: f64 = 0;
export let seedSlope: f64 = 0;
export let seedDarkRight = false;

/** Prepares a scan of a level, null where there is no such level. */
export function openSeeds(level: i32, step: i32, unit: i32): SeedScan | null {
  const plane = binaryAt(level);
  if (plane == null) return null;
  const at = alloc(offsetof<SeedScan>());
  const rows = (plane.height + step - 1) / step;
  const bytes = <usize>rows * ((MOST_TAKEN + 1) << 1);
  const taken = alloc(bytes);
  if (at == 0 || taken == 0) return null;
  memory.fill(taken, 0, bytes);
  const scan = changetype<SeedScan>(at);
  scan.plane = plane;
  scan.level = level;
  scan.step = step;
  scan.unit = unit;
  scan.taken = taken;
  scan.rows = rows;
  return scan;
}

/** A place to go on scanning from. */
@unmanaged
export class SeedCursor {
  row: i32;
  edge: i32;
}

/** Finds the next seed from the cursor on; false where there is none. */
export function nextSeed(scan: SeedScan, cursor: SeedCursor, every: i32): bool {
  const table = everyNthRowAt(scan.level, every);
  if (table == null) return false;
  const margin = 2 * scan.unit;
  for (; cursor.row < scan.rows; cursor.row++, cursor.edge = 0) {
    const line = (cursor.row * scan.step + (scan.step >> 1)) / table.step;
    const y = line * table.step;
    if (line >= table.lines) return false;
    if (y < margin || y >= scan.plane.height - margin) continue;
    const edges = lineEdges(table, line);
    const count = lineEdgeCount(table, line);
    while (cursor.edge < count) {
      const index = cursor.edge++;
      const x = <i32>load<u16>(edges + ((<usize>index) << 1));
      if (isStraight(scan.plane, x, y, scan.unit, (index & 1) == 0) && !isTaken(scan, cursor.row, x)) {
        seedX = <f64>x;
        seedY = <f64>y + 0.5;
        seedDarkRight = (index & 1) == 0;
        return true;
      }
    }
  }
  return false;
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

function takenRow(scan: SeedScan, row: i32): usize {
  return scan.taken + <usize>row * ((MOST_TAKEN + 1) << 1);
}

function isTaken(scan: SeedScan, row: i32, x: i32): bool {
  const at = takenRow(scan, row);
  const count = <i32>load<u16>(at);
  for (let k = 1; k <= count; k++) {
    if (abs(<i32>load<u16>(at + ((<usize>k) << 1)) - x) <= 1) return true;
  }
  return false;
}

/** Marks the seed rows that a tracked edge crosses: points as pairs of f32 in pixels of the plane. */
export function takeEdge(scan: SeedScan, points: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const y = <i32>load<f32>(points + ((<usize>i) << 3), 4);
    if (y < 0 || y % scan.step != scan.step >> 1) continue;
    const row = y / scan.step;
    if (row >= scan.rows) continue;
    const at = takenRow(scan, row);
    const used = <i32>load<u16>(at);
    if (used >= MOST_TAKEN) continue;
    const x = <i32>nearest32(load<f32>(points + ((<usize>i) << 3)));
    if (isTaken(scan, row, x)) continue;
    store<u16>(at + ((<usize>(used + 1)) << 1), <u16>max(0, x));
    store<u16>(at, <u16>(used + 1));
  }
}

function nearest32(value: f32): f32 {
  return floor<f32>(value + 0.5);
}
