/** A part of a plane whose gradients agree in direction, as it was measured. Plain data. */
import { alloc } from "../memory/arena";

@unmanaged
export class Region {
  /** Unit normal to the bars. */
  nx: f32;
  ny: f32;
  /** Centre of its extents, in pixels of the level. */
  cx: f32;
  cy: f32;
  /** Extents across the bars and along them, in pixels of the level. */
  length: f32;
  height: f32;
  /**
   * By how much the centre line climbs along the bars per pixel across them: a symbol that the frame's edge cuts may
   * have no line square to its bars that crosses all of them.
   */
  climb: f32;
  /** Made of parts on both sides of a gap. */
  isJoined: bool;
  /** How much gradient energy it holds: the order in which regions are tried. */
  weight: f32;
}

/** The whole plane as a region, its bars across the longer side: for frames too flat to hold blocks. */
export function wholeRegion(width: i32, height: i32): Region | null {
  const at = alloc(offsetof<Region>());
  if (at == 0) return null;
  const region = changetype<Region>(at);
  const isWide = width >= height;
  region.nx = isWide ? 1 : 0;
  region.ny = isWide ? 0 : 1;
  region.cx = <f32>width * 0.5;
  region.cy = <f32>height * 0.5;
  region.length = <f32>max(width, height);
  region.height = <f32>min(width, height);
  region.climb = 0;
  region.isJoined = false;
  region.weight = 0;
  return region;
}
