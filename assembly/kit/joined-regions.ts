/**
 * Regions on both sides of a gap as one: a bar or space of many modules has calm blocks within, which part the symbol
 * that it belongs to. Knows nothing of symbologies.
 */
import { isThorough } from "../io/options";
import { alloc, mark, release } from "../memory/arena";
import { Region } from "./region";
import { LEAST_LENGTH, MOST_PARTS, keepRegion, regionAt } from "./regions";

/** Cosine of the angle between parts of one symbol, small ones measured by few blocks: 14°. */
const LIKE: f32 = 0.97;
/**
 * Widest gap in pixels of the level, and in fast mode: at greater sizes the next level has none. Rows of a stacked symbol
 * meet within low blocks, which have no direction then.
 */
const MOST_GAP: f32 = 96;
const FAST_GAP: f32 = 48;
/** Parts overlap by some blocks where their angles differ. */
const MOST_OVERLAP: f32 = 16;
/** Heights: how much of the lower part stands beside the other, and how much higher that may be, to some blocks. */
const LEAST_BESIDE: f32 = 0.6;
const MOST_HEIGHT: f32 = 2.5;
const HIGHER: f32 = 24;
/** Most joined regions of a level, in fast mode only those whose parts look alike: height and place along the bars. */
const MOST_JOINED: i32 = 8;
const FAST_JOINED: i32 = 2;
const FAST_HEIGHT: f32 = 1.5;
const FAST_HIGHER: f32 = 8;
const FAST_ASIDE: f32 = 0.2;

/** 1 for parts that belong to a joined region. */
const taken = memory.data(64);

/** Joins parts, adds what comes of it to the list of regions; returns the new count. */
export function joinRegions(parts: usize, partCount: i32, out: usize, count: i32): i32 {
  memory.fill(taken, 0, <usize>MOST_PARTS);
  let joined: i32 = 0;
  const most = isThorough() ? MOST_JOINED : FAST_JOINED;
  for (let i = 0; i < partCount && joined < most; i++) {
    if (load<u8>(taken + <usize>i) != 0) continue;
    const before = mark();
    const at = alloc(offsetof<Region>());
    if (at == 0) return count;
    memory.copy(at, changetype<usize>(regionAt(parts, i)), offsetof<Region>());
    const region = changetype<Region>(at);
    let members: i32 = 1;
    let grew = true;
    while (grew) {
      grew = false;
      for (let j = i + 1; j < partCount; j++) {
        if (load<u8>(taken + <usize>j) != 0) continue;
        if (!join(region, regionAt(parts, j))) continue;
        store<u8>(taken + <usize>j, 1);
        members++;
        grew = true;
      }
    }
    if (members < 2 || region.length < LEAST_LENGTH) {
      release(before);
      continue;
    }
    count = keepRegion(region, out, count);
    joined++;
  }
  return count;
}

/** Lets a region reach over a part that lies beside it; false where it does not. */
function join(region: Region, part: Region): bool {
  const like = region.nx * part.nx + region.ny * part.ny;
  if (abs<f32>(like) < LIKE) return false;
  const dx = part.cx - region.cx;
  const dy = part.cy - region.cy;
  const u = dx * region.nx + dy * region.ny;
  const v = dy * region.nx - dx * region.ny;
  const gap = abs<f32>(u) - (region.length + part.length) * 0.5;
  const widest = min(isThorough() ? MOST_GAP : FAST_GAP, max(region.length, part.length));
  if (gap > widest || gap < -MOST_OVERLAP) return false;
  const low = min(region.height, part.height);
  const high = max(region.height, part.height);
  const top = max<f32>(-0.5 * region.height, v - 0.5 * part.height);
  const bottom = min<f32>(0.5 * region.height, v + 0.5 * part.height);
  if (bottom - top < LEAST_BESIDE * low || high > MOST_HEIGHT * low + HIGHER) return false;
  if (!isThorough() && (high > FAST_HEIGHT * low + FAST_HIGHER || abs<f32>(v) > FAST_ASIDE * high)) return false;
  const from = min<f32>(-0.5 * region.length, u - 0.5 * part.length);
  const to = max<f32>(0.5 * region.length, u + 0.5 * part.length);
  const upper = min<f32>(-0.5 * region.height, v - 0.5 * part.height);
  const lower = max<f32>(0.5 * region.height, v + 0.5 * part.height);
  const cu: f32 = (from + to) * 0.5;
  const cv: f32 = (upper + lower) * 0.5;
  region.cx += cu * region.nx - cv * region.ny;
  region.cy += cu * region.ny + cv * region.nx;
  const all = region.weight + part.weight;
  // Normals that point down are the same as ones that point up.
  const weight = like < 0 ? -part.weight : part.weight;
  const nx = (region.nx * region.weight + part.nx * weight) / all;
  const ny = (region.ny * region.weight + part.ny * weight) / all;
  const norm = sqrt<f32>(nx * nx + ny * ny);
  region.nx = nx / norm;
  region.ny = ny / norm;
  region.length = to - from;
  region.height = lower - upper;
  region.climb = 0;
  region.isJoined = true;
  region.weight = all;
  return true;
}
