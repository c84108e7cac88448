/**
 * Looks for the sides of stacked symbols where neither rows nor columns of the image cross them well: regions of one
 * direction are scanned along their normal, on the grey image. Dear: for stills. Knows no symbology.
 */
import { directionsOf } from "../image/direction";
import { planeAt } from "../image/frame";
import { BLOCK, Plane } from "../image/plane";
import { alloc } from "../memory/arena";
import { scanAddressEdges } from "./address-guards";
import { isSpent, spend } from "./budget";
import { COARSE, findEdges } from "./edges";
import { allocFloats, floatAt } from "./floats";
import { scanGuardEdges } from "./guard-patterns";
import { MOST_PARTS, MOST_REGIONS, Region, findRegions, partCount, regionAt } from "./regions";
import { notedCount } from "./guards";
import { allocGrid } from "./scan-grid";
import { sampleLine } from "./scan-line";

/** Places per sample, so that edges keep their parts of a sample as whole numbers. */
const FINE: f32 = 16;
/** A line reaches so many lengths of its region to both sides: a region may be one side's bars alone. */
const REACH: f32 = 3.2;
/** Samples and edges of a line at most. */
const MOST_SAMPLES: i32 = 2048;
const MOST_EDGES: i32 = 512;
/** Regions of a level, and small ones, that are looked at: the strongest. */
const MOST_TRIED: i32 = 10;
/** Lines of a first look, of which one must show something. */
const FIRST_LINES: i32 = 5;
/** Lines of a region at most, and pixels between them at least. */
const MOST_LINES: i32 = 48;
const LEAST_PITCH: f32 = 2;
/** Regions within this sine of an upright or level normal were seen by rows or columns. */
const SEEN: f32 = 0.035;

const edges = memory.data(4 * MOST_EDGES);
const places = memory.data(2 * (MOST_EDGES + 16));

/** Notes the guards of a level's regions: start and stop patterns, or row addresses. */
export function scanOriented(level: i32, forAddresses: bool, withInverted: bool): void {
  const plane = planeAt(level);
  if (plane == null || min(plane.width, plane.height) < 2 * BLOCK) return;
  const field = directionsOf(plane, 1);
  const regions = alloc((<usize>MOST_REGIONS) << 2);
  const parts = alloc((<usize>MOST_PARTS) << 2);
  const grey = allocFloats(MOST_SAMPLES);
  if (field == null || regions == 0 || parts == 0 || grey == 0) return;
  const count = findRegions(field, 1, regions, parts);
  tryRegions(plane, level, regions, count, forAddresses, withInverted, grey);
  tryRegions(plane, level, parts, partCount, forAddresses, withInverted, grey);
}

function tryRegions(
  plane: Plane,
  level: i32,
  regions: usize,
  count: i32,
  forAddresses: bool,
  withInverted: bool,
  grey: usize,
): void {
  let tried: i32 = 0;
  for (let i = 0; i < count && tried < MOST_TRIED && !isSpent(); i++) {
    const region = regionAt(regions, i);
    if (min(abs(region.nx), abs(region.ny)) < SEEN) continue;
    tried++;
    const lines = min(MOST_LINES, <i32>(region.height / LEAST_PITCH));
    const before = notedCount();
    scanRegionLines(plane, level, region, min(lines, FIRST_LINES), forAddresses, withInverted, grey);
    if (notedCount() == before || lines <= FIRST_LINES) continue;
    scanRegionLines(plane, level, region, lines, forAddresses, withInverted, grey);
  }
}

function scanRegionLines(
  plane: Plane,
  level: i32,
  region: Region,
  lines: i32,
  forAddresses: bool,
  withInverted: bool,
  grey: usize,
): void {
  const step: f32 = 0.5;
  const length = min<f32>((1 + 2 * REACH) * region.length, step * <f32>MOST_SAMPLES);
  const samples = <i32>(length / step);
  if (lines < 3) return;
  const pitch = region.height / <f32>lines;
  const size = <f64>(1 << level);
  const grid = allocGrid();
  if (grid == null) return;
  const x = region.cx - 0.5 * length * region.nx + 0.5 * region.height * region.ny - 0.5 * pitch * region.ny;
  const y = region.cy - 0.5 * length * region.ny - 0.5 * region.height * region.nx + 0.5 * pitch * region.nx;
  grid.x = <f64>x * size;
  grid.y = <f64>y * size;
  grid.dx = region.nx;
  grid.dy = region.ny;
  grid.nx = -region.ny;
  grid.ny = region.nx;
  grid.unit = <f64>(FINE / step) / size;
  grid.pitch = <f64>pitch * size;
  for (let line = 0; line < lines; line++) {
    if (!spend(1 + (samples >> 8))) return;
    const px = x - region.ny * pitch * <f32>line - 0.5;
    const py = y + region.nx * pitch * <f32>line - 0.5;
    if (!sampleLine(plane, px, py, region.nx * step, region.ny * step, samples, grey)) continue;
    const count = findEdges(grey, samples, COARSE, edges, MOST_EDGES) & ~1;
    for (let i = 0; i < count; i++) {
      store<u16>(places + ((<usize>i) << 1), <u16>nearest<f32>(floatAt(edges, i) * FINE));
    }
    if (forAddresses) scanAddressEdges(places, count, grid, line, 1, withInverted, <i32>FINE * samples);
    else scanGuardEdges(places, count, grid, line, 1, withInverted);
  }
}
