/** Test build only: what the inspector page draws of a frame, level by level, without knowing how it lies in memory. */
import { measureDirections } from "./image/direction";
import { binaryAt, columnsAt, planeAt, rowsAt } from "./image/frame";
import { RunTable } from "./image/runs";
import { MOST_REGIONS, findRegions, regionAt } from "./kit/regions";
import { alloc } from "./memory/arena";

export { lineEdgeCount, lineEdges } from "./image/runs";

/**
 * A number or an address of a level's plane: width, height, stride, luma, bit stride, bits, block columns, block rows,
 * smallest luma of the blocks, largest luma of the blocks. 0 where the frame has no such level.
 */
export function inspectPlane(level: i32, field: i32): usize {
  const plane = binaryAt(level);
  if (plane == null) return 0;
  switch (field) {
    case 0:
      return <usize>plane.width;
    case 1:
      return <usize>plane.height;
    case 2:
      return <usize>plane.stride;
    case 3:
      return plane.luma;
    case 4:
      return <usize>plane.bitStride;
    case 5:
      return plane.bits;
    case 6:
      return <usize>plane.blockColumns;
    case 7:
      return <usize>plane.blockRows;
    case 8:
      return plane.blockMin;
    default:
      return plane.blockMax;
  }
}

/** Run table of a level's rows or columns, for lineEdges() and lineEdgeCount(); 0 where there is none. */
export function inspectRuns(level: i32, ofColumns: bool): usize {
  const table: RunTable | null = ofColumns ? columnsAt(level) : rowsAt(level);
  return changetype<usize>(table);
}

/** One byte per block: how far its gradients agree in direction, 0 not at all to 255 entirely; 0 where there are none. */
export function inspectCoherence(level: i32): usize {
  const plane = planeAt(level);
  if (plane == null) return 0;
  const field = measureDirections(plane, 1);
  if (field == null) return 0;
  const count = field.columns * field.rows;
  const out = alloc(<usize>count);
  if (out == 0) return 0;
  for (let i = 0; i < count; i++) {
    const at = (<usize>((i / field.columns) * field.pitch + (i % field.columns))) << 2;
    const energy = <f64>load<i32>(field.energies + at);
    const tensor = Math.hypot(<f64>load<i32>(field.cosines + at), <f64>load<i32>(field.sines + at));
    // Flat blocks have a direction too, by noise alone: below some grey levels per pixel it is not shown.
    store<u8>(out + <usize>i, energy < 4096 ? 0 : <u8>(255 * (tensor / energy)));
  }
  return out;
}

let regions: usize = 0;

/** Looks for regions of one direction in a level; returns how many there are for inspectRegion(). */
export function inspectRegions(level: i32): i32 {
  const plane = planeAt(level);
  if (plane == null) return 0;
  const field = measureDirections(plane, 1);
  regions = alloc((<usize>MOST_REGIONS) << 2);
  if (field == null || regions == 0) return 0;
  return findRegions(field, 1, regions);
}

/** A region's centre (0, 1), unit normal to its bars (2, 3), extents across and along them (4, 5), in the level's pixels. */
export function inspectRegion(index: i32, field: i32): f32 {
  const region = regionAt(regions, index);
  switch (field) {
    case 0:
      return region.cx;
    case 1:
      return region.cy;
    case 2:
      return region.nx;
    case 3:
      return region.ny;
    case 4:
      return region.length;
    default:
      return region.height;
  }
}
