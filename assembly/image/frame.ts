/**
 * The frame that is being read: its pyramid of planes. Level 0 is the image, each further level half the size. What
 * a level needs (bits, runs) is made when first asked for.
 */
import { LAYOUT_GREY, LAYOUT_RGBX, LAYOUT_YUV420, STRIP_ROWS } from "../abi/layout";
import { alloc, mark, release } from "../memory/arena";
import { binarize } from "./binarize";
import { allocBlocks, measureBlockRows } from "./blocks";
import { half } from "./half";
import { pushColour } from "./luma";
import { BLOCK, Plane, allocPlane } from "./plane";
import { RunTable, columnRuns, rowRuns } from "./runs";
import { twice } from "./twice";

export const LEVELS: i32 = 4;

let level0: Plane | null = null;
let level1: Plane | null = null;
let level2: Plane | null = null;
let level3: Plane | null = null;
let strip: usize = 0;
let hasAlpha = false;
/** Rows of luma that are there, and rows of blocks that are measured. */
let filled: i32 = 0;
let measured: i32 = 0;

/** Forgets the last frame. */
export function clearFrame(): void {
  level0 = null;
  level1 = null;
  level2 = null;
  level3 = null;
  strip = 0;
}

/** Starts a frame in an empty arena; returns where pixels go (see LAYOUT_*), or 0 where memory is exhausted. */
export function openFrame(width: i32, height: i32, layout: i32): usize {
  const plane = allocPlane(width, height);
  if (plane == null) return 0;
  if (layout == LAYOUT_GREY || layout == LAYOUT_YUV420) {
    if (layout == LAYOUT_YUV420 && !reserveChroma(plane)) return 0;
    level0 = plane;
    filled = height;
    return plane.luma;
  }
  const room = alloc(<usize>(width * STRIP_ROWS) * 4);
  if (room == 0 || !allocBlocks(plane)) return 0;
  level0 = plane;
  strip = room;
  hasAlpha = layout != LAYOUT_RGBX;
  filled = 0;
  measured = 0;
  return strip;
}

/** Makes sure that memory reaches to the end of the chroma behind a plane's luma, without keeping it. */
function reserveChroma(plane: Plane): bool {
  const keep = mark();
  const isThere = alloc(<usize>plane.stride * <usize>((plane.height + 1) >> 1)) != 0;
  release(keep);
  return isThere;
}

/** Converts the next `rows` rows that were put into the strip buffer. */
export function pushStrip(rows: i32): void {
  const plane = level0;
  if (plane == null || strip == 0) return;
  const take = min(min(rows, STRIP_ROWS), plane.height - filled);
  if (take <= 0) return;
  pushColour(plane, strip, filled, take, hasAlpha);
  filled += take;
  // While the strip's luma is still in the cache.
  const end = filled == plane.height ? plane.blockRows : filled / BLOCK;
  measureBlockRows(plane, measured, end);
  measured = end;
}

/** The image; rows that were never pushed are white. */
function wholeImage(): Plane | null {
  const plane = level0;
  if (plane == null || filled == plane.height) return plane;
  const stride = <usize>plane.stride;
  memory.fill(plane.luma + <usize>filled * stride, 0xff, <usize>(plane.height - filled) * stride);
  filled = plane.height;
  measureBlockRows(plane, measured, plane.blockRows);
  return plane;
}

/** A level's plane with luma; null where the frame is too small for it (a side under 2^(level+4) pixels at level > 0). */
export function planeAt(level: i32): Plane | null {
  if (level == 0) return wholeImage();
  if (level == 1) {
    if (level1 == null) level1 = halfOf(wholeImage());
    return level1;
  }
  if (level == 2) {
    if (level2 == null) level2 = halfOf(planeAt(1));
    return level2;
  }
  if (level3 == null) level3 = halfOf(planeAt(2));
  return level3;
}

/** Puts the image at twice its size below the levels, which all become one higher. False where memory is exhausted. */
export function doubleFrame(): bool {
  const image = wholeImage();
  if (image == null) return false;
  const plane = twice(image);
  if (plane == null) return false;
  level3 = planeAt(2);
  level2 = planeAt(1);
  level1 = image;
  level0 = plane;
  filled = plane.height;
  return true;
}

function halfOf(plane: Plane | null): Plane | null {
  if (plane == null || min(plane.width, plane.height) < 32) return null;
  return half(plane);
}

/** A level's plane with bits. */
export function binaryAt(level: i32): Plane | null {
  const plane = planeAt(level);
  if (plane == null || (plane.bits == 0 && !binarize(plane))) return null;
  return plane;
}

/** Run table of a level's rows. */
export function rowsAt(level: i32): RunTable | null {
  return everyNthRowAt(level, 1);
}

/** Run table of a level's rows in which every `step`th is there at least (see RunTable.step). */
export function everyNthRowAt(level: i32, step: i32): RunTable | null {
  const plane = binaryAt(level);
  return plane == null ? null : rowRuns(plane, step);
}

/** Run table of a level's columns, of every `step`th at least. */
export function columnsAt(level: i32, step: i32 = 1): RunTable | null {
  const plane = binaryAt(level);
  return plane == null ? null : columnRuns(plane, step);
}
