/**
 * Lines along the normals of regions of one direction, on the grey image: what rows and columns of the image do not cross
 * well. A first look at the heaviest regions is taken once in a frame, whichever symbology asks first. Knows no patterns.
 */
import { planeAt } from "../image/frame";
import { BLOCK, Plane } from "../image/plane";
import { frameSerial } from "../io/results";
import { alloc, mark, release } from "../memory/arena";
import { isSpent, spend } from "./budget";
import { COARSE, findEdges } from "./edges";
import { allocFloats, floatAt } from "./floats";
import { levelRegions } from "./level-regions";
import { Region } from "./region";
import { regionAt } from "./regions";
import { ScanGrid, allocGrid } from "./scan-grid";
import { sampleLine } from "./scan-line";

/** Places per pixel, so that edges keep their parts of a pixel as whole numbers. */
const FINE: f32 = 32;
/** Pixels from sample to sample of a first look, and of a closer one. */
const FIRST_STEP: f32 = 0.7;
export const CLOSER_STEP: f32 = 0.5;
/** Pixels, samples and edges of a line at most. */
const MOST_LENGTH: f32 = 1024;
const MOST_SAMPLES: i32 = 2048;
const MOST_EDGES: i32 = 512;
/** Entries that may be read before a line's edges and behind them. */
const BEFORE: usize = 8;
const BEHIND: usize = 16;
/** Lines of a first look. */
export const FIRST_LINES: i32 = 5;
/** A line reaches so many lengths of its region to both sides, for a region may be one side's bars alone; pixels at most. */
const REACH: f32 = 3.2;
const MOST_REACH: f32 = 200;
/** Regions that are looked at, and smaller parts: the heaviest. */
const MOST_TRIED: i32 = 7;
const MOST_PARTS_TRIED: i32 = 3;
const MOST_LOOKS: i32 = MOST_TRIED + MOST_PARTS_TRIED;
/** Regions within this sine of an upright or level normal are seen by rows or columns. */
const SEEN: f32 = 0.035;

/** The lines of one region: their edges, as u16 places on a grid. */
@unmanaged
export class Look {
  region: Region;
  grid: ScanGrid;
  lines: i32;
  /** Places on a line. */
  length: i32;
  /** Address of each line's edges and their number, u32 each. */
  edges: usize;
}

export function lookEdges(look: Look, line: i32): usize {
  return <usize>load<u32>(look.edges + ((<usize>line) << 3));
}

export function lookEdgeCount(look: Look, line: i32): i32 {
  return load<i32>(look.edges + ((<usize>line) << 3), 4);
}

const looks = memory.data(4 * 16);
let lookCount: i32 = 0;
/** Frame and level that the first looks belong to. */
let serial: i32 = -1;
let seenLevel: i32 = -1;

/** Takes the first look at a level's regions, if this frame has not had it; returns at how many. Keeps memory for the frame. */
export function firstLooks(level: i32): i32 {
  if (serial == frameSerial() && seenLevel == level) return lookCount;
  serial = frameSerial();
  seenLevel = level;
  lookCount = 0;
  const plane = planeAt(level);
  const found = levelRegions(level);
  if (plane == null || found == null || min(plane.width, plane.height) < 2 * BLOCK) return 0;
  let tried: i32 = 0;
  for (let i = 0; i < found.count && tried < MOST_TRIED && !isSpent(); i++) {
    const region = regionAt(found.regions, i);
    if (!isAslant(region)) continue;
    tried++;
    lookFirst(plane, level, region);
  }
  // Of the parts those that are no regions.
  let last: f32 = f32.MAX_VALUE;
  for (let k = 0; k < MOST_PARTS_TRIED && !isSpent(); k++) {
    let heaviest: Region | null = null;
    for (let i = 0; i < found.partCount; i++) {
      const part = regionAt(found.parts, i);
      if (!(part.weight < last) || !isAslant(part) || isListed(part, found.regions, found.count)) continue;
      if (heaviest == null || part.weight > heaviest.weight) heaviest = part;
    }
    if (heaviest == null) break;
    last = heaviest.weight;
    lookFirst(plane, level, heaviest);
  }
  return lookCount;
}

export function firstLook(index: i32): Look {
  return changetype<Look>(<usize>load<u32>(looks + ((<usize>index) << 2)));
}

function isAslant(region: Region): bool {
  return min(abs(region.nx), abs(region.ny)) >= SEEN;
}

function isListed(region: Region, list: usize, count: i32): bool {
  for (let i = 0; i < count; i++) if (regionAt(list, i) == region) return true;
  return false;
}

function lookFirst(plane: Plane, level: i32, region: Region): void {
  if (lookCount == MOST_LOOKS) return;
  const look = lookAlong(plane, level, region, FIRST_LINES, MOST_REACH, FIRST_STEP);
  if (look == null) return;
  store<u32>(looks + ((<usize>lookCount) << 2), <u32>changetype<usize>(look));
  lookCount++;
}

/**
 * The edges on `lines` lines over a region's height, sampled every `step` pixels, that go on for `most` pixels beyond it at
 * most; null where there is no room or no budget.
 */
export function lookAlong(plane: Plane, level: i32, region: Region, lines: i32, most: f32, step: f32): Look | null {
  const length = region.length + 2 * min(most, REACH * region.length);
  const samples = min(MOST_SAMPLES, <i32>(min(length, MOST_LENGTH) / step));
  const head = alloc(offsetof<Look>());
  const grid = allocGrid();
  const table = alloc((<usize>lines) << 3);
  if (head == 0 || grid == null || table == 0) return null;
  const look = changetype<Look>(head);
  look.region = region;
  look.grid = grid;
  look.lines = lines;
  look.length = <i32>(FINE * step * <f32>samples);
  look.edges = table;
  const pitch = region.height / <f32>lines;
  const size = <f64>(1 << level);
  const reach: f32 = 0.5 * step * <f32>samples;
  const x = region.cx - reach * region.nx + 0.5 * (region.height - pitch) * region.ny;
  const y = region.cy - reach * region.ny - 0.5 * (region.height - pitch) * region.nx;
  grid.x = <f64>x * size;
  grid.y = <f64>y * size;
  grid.dx = region.nx;
  grid.dy = region.ny;
  grid.nx = -region.ny;
  grid.ny = region.nx;
  grid.unit = <f64>FINE / size;
  grid.pitch = <f64>pitch * size;
  for (let line = 0; line < lines; line++) {
    const px = x - region.ny * pitch * <f32>line - 0.5;
    const py = y + region.nx * pitch * <f32>line - 0.5;
    if (!spend(1 + (samples >> 8)) || !addLine(look, plane, px, py, step, samples, line)) return null;
  }
  return look;
}

/** Finds the edges of one line; false where memory is exhausted. */
function addLine(look: Look, plane: Plane, x: f32, y: f32, step: f32, samples: i32, line: i32): bool {
  const room = alloc((BEFORE + <usize>MOST_EDGES + BEHIND) << 1);
  const scratch = mark();
  const grey = allocFloats(samples);
  const edges = allocFloats(MOST_EDGES);
  if (room == 0 || grey == 0 || edges == 0) return false;
  const places = room + (BEFORE << 1);
  const dx = look.region.nx * step;
  const dy = look.region.ny * step;
  let count: i32 = 0;
  if (sampleLine(plane, x, y, dx, dy, samples, grey)) count = findEdges(grey, samples, COARSE, edges, MOST_EDGES) & ~1;
  for (let i = 0; i < count; i++) {
    store<u16>(places + ((<usize>i) << 1), <u16>nearest<f32>(floatAt(edges, i) * step * FINE));
  }
  release(scratch);
  // What lies behind the last edges is given back.
  release(room);
  alloc((BEFORE + <usize>count + BEHIND) << 1);
  const entry = look.edges + ((<usize>line) << 3);
  store<u32>(entry, <u32>places);
  store<i32>(entry, count, 4);
  return true;
}
