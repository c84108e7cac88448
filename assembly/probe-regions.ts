/** Test and bench builds only: what tests of regions, of lines of bits and of bull's-eyes in bits reach into. */
import { alloc } from "./memory/arena";
import { joinRegions as join } from "./kit/joined-regions";
import { Region } from "./kit/region";
import { MOST_REGIONS, keepRegion, regionAt } from "./kit/regions";

export { bitsAhead, bitsBack, runAhead, runBack } from "./image/bit-line";
export { findEyes, isEye } from "./symbology/maxi-code/ring-pattern";

/** A region as f32: normal, centre, length, height, weight. */
const FIELDS: usize = 7;

function makeRegion(from: usize): Region {
  const region = changetype<Region>(alloc(offsetof<Region>()));
  memory.fill(changetype<usize>(region), 0, offsetof<Region>());
  region.nx = load<f32>(from);
  region.ny = load<f32>(from, 4);
  region.cx = load<f32>(from, 8);
  region.cy = load<f32>(from, 12);
  region.length = load<f32>(from, 16);
  region.height = load<f32>(from, 20);
  region.weight = load<f32>(from, 24);
  return region;
}

/**
 * Joins `count` parts (FIELDS × f32 each, at `parts`); writes what comes of it to `out` (FIELDS × f32 each, room for
 * MOST_REGIONS) and returns how many.
 */
export function partsJoined(parts: usize, count: i32, out: usize): i32 {
  const list = alloc((<usize>count) << 2);
  const regions = alloc((<usize>MOST_REGIONS) << 2);
  for (let i = 0; i < count; i++) {
    const region = makeRegion(parts + <usize>i * (FIELDS << 2));
    store<u32>(list + ((<usize>i) << 2), <u32>changetype<usize>(region));
  }
  const found = join(list, count, regions, 0);
  for (let i = 0; i < found; i++) writeRegion(regionAt(regions, i), out + <usize>i * (FIELDS << 2));
  return found;
}

/** Keeps regions of the given weights (f32); writes those that stay, in their order, and returns how many. */
export function weightsKept(weights: usize, count: i32, out: usize): i32 {
  const regions = alloc((<usize>MOST_REGIONS) << 2);
  let kept: i32 = 0;
  for (let i = 0; i < count; i++) {
    const region = changetype<Region>(alloc(offsetof<Region>()));
    region.weight = load<f32>(weights + ((<usize>i) << 2));
    kept = keepRegion(region, regions, kept);
  }
  for (let i = 0; i < kept; i++) store<f32>(out + ((<usize>i) << 2), regionAt(regions, i).weight);
  return kept;
}

function writeRegion(region: Region, to: usize): void {
  store<f32>(to, region.nx);
  store<f32>(to, region.ny, 4);
  store<f32>(to, region.cx, 8);
  store<f32>(to, region.cy, 12);
  store<f32>(to, region.length, 16);
  store<f32>(to, region.height, 20);
  store<f32>(to, region.weight, 24);
}
