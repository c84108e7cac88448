/**
 * The regions of one direction of a level with their parts, found once in a frame whoever asks first. Lists are shared:
 * whoever changes one makes a copy. Knows no symbology.
 */
import { directionsOf } from "../image/direction";
import { LEVELS, planeAt } from "../image/frame";
import { BLOCK } from "../image/plane";
import { frameSerial } from "../io/results";
import { alloc } from "../memory/arena";
import { MOST_PARTS, MOST_REGIONS, findRegions, partCount } from "./regions";

@unmanaged
export class LevelRegions {
  /** u32 addresses, heaviest first, and how many. */
  regions: usize;
  count: i32;
  /** All of at least a few blocks, the regions among them, in the order of their first blocks. */
  parts: usize;
  partCount: i32;
}

/** LevelRegions by level, and the frame that they belong to. */
const made = memory.data(4 * 4);
let serial: i32 = -1;

/** Regions and parts of a level; null where the level is too small for any or memory is exhausted. Keeps memory for the frame. */
export function levelRegions(level: i32): LevelRegions | null {
  if (serial != frameSerial()) {
    serial = frameSerial();
    memory.fill(made, 0, (<usize>LEVELS) << 2);
  }
  const at = made + ((<usize>level) << 2);
  if (load<u32>(at) != 0) return changetype<LevelRegions>(<usize>load<u32>(at));
  const plane = planeAt(level);
  if (plane == null || min(plane.width, plane.height) < 2 * BLOCK) return null;
  const field = directionsOf(plane, 1);
  const head = alloc(offsetof<LevelRegions>());
  const regions = alloc((<usize>MOST_REGIONS) << 2);
  const parts = alloc((<usize>MOST_PARTS) << 2);
  if (field == null || head == 0 || regions == 0 || parts == 0) return null;
  const found = changetype<LevelRegions>(head);
  found.regions = regions;
  found.count = findRegions(field, 1, regions, parts);
  found.parts = parts;
  found.partCount = partCount;
  store<u32>(at, <u32>head);
  return found;
}
