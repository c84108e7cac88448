/**
 * Seeds of solid sides: places on rows where a straight edge passes that has ground for two pixels outside and texture
 * inside, found on bits alone. A symbol's side that is at most 60° off the vertical has some; of its two solid sides one
 * always is. Knows nothing of corners.
 */
import { LEVELS, binaryAt, planeAt } from "../../image/frame";
import { BLOCK, Plane } from "../../image/plane";
import { alloc } from "../../memory/arena";
import { edgeNear } from "./bit-edges";
import {
  BUSY,
  TextureMap,
  blocksWithin,
  changesAlong,
  changesDown,
  changesWithin,
  mapTexture,
  moduleOf,
} from "./texture-map";

@unmanaged
export class SideScan {
  plane: Plane;
  level: i32;
  /** Rows from one seed row to the next, and the first of them. */
  step: i32;
  first: i32;
  /** Rows between the five places that are compared. */
  unit: i32;
  /** Least contrast in grey levels of the block that an edge lies in. */
  contrast: i32;
  /** Seeds this near to the left or right border are left out. */
  border: i32;
  withInverted: bool;
  /** Least module in pixels: texture that is finer is seen on a finer level. */
  finest: f64;
  /** So few pixels that every edge is looked at. */
  isSmall: bool;
  rows: i32;
  /** Per kind of side and seed row a bit for each pixel where an edge was followed, as the plane's bits lie. */
  taken: usize;
  texture: TextureMap;
  /** Where to go on: the seed row, the word of 64 pixels in it, the kind of side, and the edges left there. */
  row: i32;
  word: i32;
  kind: i32;
  marks: u64;
}

/** Kinds of sides: ink dark or light, and right or left of the edge. */
const KINDS: i32 = 4;

/** The last seed: where the edge lies, how far it moves per row, on which side ink is, and whether that is dark (1) or light. */
export let seedX: f64 = 0;
export let seedY: f64 = 0;
export let seedSlope: f64 = 0;
export let seedInkRight = false;
export let seedInk: i32 = 0;

/** Prepares a scan of a level; null where there is no such level. */
export function openSides(level: i32): SideScan | null {
  const plane = binaryAt(level);
  if (plane == null) return null;
  const at = alloc(offsetof<SideScan>());
  const texture = mapTexture(plane, level + 1 < LEVELS && planeAt(level + 1) != null);
  if (at == 0 || texture == null) return null;
  const scan = changetype<SideScan>(at);
  scan.plane = plane;
  scan.level = level;
  scan.texture = texture;
  return scan;
}

/** Begins the scan once its fields are set; false where memory is exhausted. */
export function beginSides(scan: SideScan): bool {
  scan.rows = (scan.plane.height - scan.first + scan.step - 1) / scan.step;
  const bytes = <usize>(KINDS * scan.rows) * <usize>scan.plane.bitStride + 8;
  scan.taken = alloc(bytes);
  if (scan.taken == 0) return false;
  memory.fill(scan.taken, 0, bytes);
  scan.row = 0;
  scan.word = 0;
  scan.kind = -1;
  scan.marks = 0;
  return true;
}

/** Finds the next seed; false where there is none. */
export function nextSide(scan: SideScan): bool {
  const plane = scan.plane;
  const words = plane.bitStride >> 3;
  const margin = 2 * scan.unit;
  const kinds = scan.withInverted ? KINDS : 2;
  for (; scan.row < scan.rows; scan.row++, scan.word = 0, scan.kind = -1) {
    const y = scan.first + scan.row * scan.step;
    if (y < margin) continue;
    if (y >= plane.height - margin) return false;
    for (; scan.word < words; scan.word++, scan.kind = -1) {
      if (scan.kind < 0) {
        if (gatesOf(scan.texture, y, scan.word) == 0) continue;
        scan.kind = 0;
        scan.marks = marksIn(scan, y, 0);
      }
      for (;;) {
        while (scan.marks != 0) {
          const x = (scan.word << 6) + <i32>ctz(scan.marks);
          scan.marks &= scan.marks - 1;
          if (isSeed(scan, x, y)) return true;
        }
        if (++scan.kind >= kinds) break;
        scan.marks = marksIn(scan, y, scan.kind);
      }
    }
  }
  return false;
}

/** Gates of the eight blocks of a word of pixels: a byte each, 0 where texture is on neither side. */
function gatesOf(map: TextureMap, y: i32, word: i32): u64 {
  return load<u64>(map.gates + <usize>((y / BLOCK) * map.gateStride + 8 * word));
}

/** Edges of a kind within a word of pixels that have ground outside and texture inside. */
function marksIn(scan: SideScan, y: i32, kind: i32): u64 {
  const plane = scan.plane;
  const row = plane.bits + <usize>y * <usize>plane.bitStride;
  const at = row + ((<usize>scan.word) << 3);
  const flip: u64 = kind < 2 ? 0 : 0xffffffffffffffff;
  const here = load<u64>(at) ^ flip;
  const before = (scan.word == 0 ? 0 : load<u64>(at - 8)) ^ flip;
  const after = ((scan.word + 1) << 3 >= plane.bitStride ? 0 : load<u64>(at + 8)) ^ flip;
  const isRight = (kind & 1) == 0;
  const left = (here << 1) | (before >> 63);
  const marks = isRight
    ? here & ~left & ~((here << 2) | (before >> 62))
    : left & ~here & ~((here >> 1) | (after << 63));
  if (marks == 0) return 0;
  // The gate byte of a block has BUSY where its right neighbours are busy, BUSY << 1 where its left ones are.
  const gates = (gatesOf(scan.texture, y, scan.word) >> (isRight ? 0 : 1)) & (BUSY * 0x0101010101010101);
  return marks & (gates * 0xff);
}

function isSeed(scan: SideScan, x: i32, y: i32): bool {
  const plane = scan.plane;
  if (x < scan.border || x > plane.width - scan.border) return false;
  if (scan.contrast > 0 && contrastAt(plane, x, y) < scan.contrast) return false;
  if (isTaken(scan, x)) return false;
  const ink = scan.kind < 2 ? 1 : 0;
  const isRight = (scan.kind & 1) == 0;
  if (!isStraight(plane, x, y, scan.unit, ink, isRight)) return false;
  if (!scan.isSmall && !isLong(scan, x, y, ink, isRight)) return false;
  seedX = <f64>x;
  seedY = <f64>y + 0.5;
  seedInk = ink;
  seedInkRight = isRight;
  return true;
}

/** Range of luma of the block around a pixel. */
function contrastAt(plane: Plane, x: i32, y: i32): i32 {
  const at = <usize>((y / BLOCK) * plane.blockColumns + min(x / BLOCK, plane.blockColumns - 1));
  return <i32>load<u8>(plane.blockMax + at) - <i32>load<u8>(plane.blockMin + at);
}

/** True where the edge at x goes on straight for two units up and down; sets seedSlope. */
function isStraight(plane: Plane, x: i32, y: i32, unit: i32, ink: i32, isRight: bool): bool {
  const one = edgeNear(plane, x, y + unit, ink, isRight);
  // 60° and a pixel.
  const most = 2 * unit + 1;
  if (abs(one) > most) return false;
  const back = edgeNear(plane, x, y - unit, ink, isRight);
  if (abs(one + back) > 1) return false;
  const slope = one - back;
  const two = edgeNear(plane, x + slope, y + 2 * unit, ink, isRight);
  if (abs(two) > 1) return false;
  const farBack = edgeNear(plane, x - slope, y - 2 * unit, ink, isRight);
  if (abs(farBack) > 1) return false;
  seedSlope = <f64>(2 * slope + two - farBack) / <f64>(4 * unit);
  return true;
}

/** Rows that the shortest side spans, in modules of the texture beside it: 4.8 at 60° off the vertical. */
const LEAST_ROWS: f64 = 2.4;

/** True where the texture beside the edge at x is not too fine, and the edge about as long as it says, up and down together. */
function isLong(scan: SideScan, x: i32, y: i32, ink: i32, isRight: bool): bool {
  const plane = scan.plane;
  const bx = x / BLOCK - (isRight ? 0 : 2);
  const by = y / BLOCK - 1;
  changesWithin(scan.texture, bx, by, bx + 3, by + 3);
  const module = moduleOf(changesAlong, changesDown, blocksWithin);
  if (module < scan.finest) return false;
  const reach = <i32>(LEAST_ROWS * module) - 2 * scan.unit;
  if (reach <= 0) return true;
  const rows = 2 * scan.unit + reach;
  const aside = <i32>Math.round(seedSlope * <f64>rows);
  if (isThere(plane, x + aside, y + rows, ink, isRight)) return true;
  return isThere(plane, x - aside, y - rows, ink, isRight);
}

function isThere(plane: Plane, x: i32, y: i32, ink: i32, isRight: bool): bool {
  if (<u32>y >= <u32>plane.height || <u32>x >= <u32>plane.width) return false;
  return abs(edgeNear(plane, x, y, ink, isRight)) <= 2;
}

function isTaken(scan: SideScan, x: i32): bool {
  const at = scan.taken + <usize>(scan.kind * scan.rows + scan.row) * <usize>scan.plane.bitStride;
  // Three bits within two bytes, the second of which the next row or the slack behind the last one may own.
  const from = max(x - 1, 0);
  return ((<i32>load<u16>(at + <usize>(from >> 3)) >> (from & 7)) & 7) != 0;
}

/** Marks the last seed's edge as looked at where a seed row crosses it. */
export function takeEdge(scan: SideScan, row: i32, x: i32): void {
  if (<u32>row >= <u32>scan.rows || <u32>x >= <u32>scan.plane.width) return;
  const at = scan.taken + <usize>(scan.kind * scan.rows + row) * <usize>scan.plane.bitStride + <usize>(x >> 3);
  store<u8>(at, <u8>(<i32>load<u8>(at) | (1 << (x & 7))));
}
