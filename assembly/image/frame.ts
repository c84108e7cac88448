/**
 * The frame that is being read: its pyramid of planes. Level 0 is the image, each further level half the size. What
 * a level needs (bits, runs) is made when first asked for.
 */
import { LAYOUT_GREY, STRIP_ROWS } from "../abi/layout";
import { alloc } from "../memory/arena";
import { binarize } from "./binarize";
import { half } from "./half";
import { pushColour } from "./luma";
import { Plane, allocPlane } from "./plane";
import { RunTable, columnRuns, rowRuns } from "./runs";

export const LEVELS: i32 = 4;

let level0: Plane | null = null;
let level1: Plane | null = null;
let level2: Plane | null = null;
let level3: Plane | null = null;
let strip: usize = 0;
let filled: i32 = 0;

/** Forgets the last frame. */
export function clearFrame(): void {
  level0 = null;
  level1 = null;
  level2 = null;
  level3 = null;
  strip = 0;
  filled = 0;
}

/** Starts a frame in an empty arena; returns where pixels go (see LAYOUT_*), or 0 where memory is exhausted. */
export function openFrame(width: i32, height: i32, layout: i32): usize {
  clearFrame();
  const plane = allocPlane(width, height);
  if (plane == null) return 0;
  level0 = plane;
  if (layout == LAYOUT_GREY) {
    filled = height;
    return plane.luma;
  }
  strip = alloc(<usize>(width * STRIP_ROWS) * 4);
  return strip;
}

/** Converts the next `rows` rows that were put into the strip buffer. */
export function pushStrip(rows: i32): void {
  const plane = level0;
  if (plane == null || strip == 0) return;
  const take = min(min(rows, STRIP_ROWS), plane.height - filled);
  if (take <= 0) return;
  pushColour(plane, strip, filled, take, true);
  filled += take;
}

/** A level's plane with luma; null where the frame is too small for it (a side under 2^(level+4) pixels at level > 0). */
export function planeAt(level: i32): Plane | null {
  if (level == 0) return level0;
  if (level == 1) {
    if (level1 == null) level1 = halfOf(level0);
    return level1;
  }
  if (level == 2) {
    if (level2 == null) level2 = halfOf(planeAt(1));
    return level2;
  }
  if (level3 == null) level3 = halfOf(planeAt(2));
  return level3;
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
  const plane = binaryAt(level);
  return plane == null ? null : rowRuns(plane);
}

/** Run table of a level's columns. */
export function columnsAt(level: i32): RunTable | null {
  const plane = binaryAt(level);
  return plane == null ? null : columnRuns(plane);
}
