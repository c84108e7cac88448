/**
 * A glance at a region that is looked at only for the sake of formats with wide elements: whether some lines across it show
 * two elements of most of their finders' modules before two of hardly any. Knows no symbology.
 */
import { Plane } from "../image/plane";
import { mark, release } from "../memory/arena";
import { spend } from "./budget";
import { COARSE, findEdges } from "./edges";
import { allocFloats, floatAt } from "./floats";
import { Region } from "./region";
import { sampleLine } from "./scan-line";

/** Lines over the region's height, how many must show it, their samples and edges at most. */
const LINES: i32 = 8;
const LEAST_LINES: i32 = 2;
const MOST_SAMPLES: i32 = 1024;
const MOST_EDGES: i32 = 256;
/** Elements of a finder pattern, of which the second and third are wide, the fourth and fifth narrow. */
const ELEMENTS: i32 = 5;
/** Parts of the whole that they have: 9 to 13 modules of 15, and two, to some more than a module as a single line shows them. */
const LEAST_WIDE: f32 = 0.56;
const MOST_WIDE: f32 = 0.9;
const LEAST_NARROW: f32 = 0.06;
const MOST_NARROW: f32 = 0.22;

/** True if lines across the region show wide elements as a finder pattern has them, in either direction. */
export function showsWideElements(plane: Plane, region: Region): bool {
  const samples = min(MOST_SAMPLES, <i32>(region.length + 1)) & ~3;
  const step = region.length / <f32>samples;
  const scratch = mark();
  const grey = allocFloats(samples);
  const edges = allocFloats(MOST_EDGES);
  let missing = LEAST_LINES;
  for (let k = 0; k < LINES && missing > 0 && grey != 0 && edges != 0 && spend(1 + (samples >> 8)); k++) {
    const v = region.height * ((<f32>k + 0.5) / <f32>LINES - 0.5);
    const x = region.cx - region.nx * region.length * 0.5 - region.ny * v - 0.5;
    const y = region.cy - region.ny * region.length * 0.5 + region.nx * v - 0.5;
    if (!sampleLine(plane, x, y, region.nx * step, region.ny * step, samples, grey)) continue;
    if (hasWide(edges, findEdges(grey, samples, COARSE, edges, MOST_EDGES))) missing--;
  }
  release(scratch);
  return missing == 0;
}

function hasWide(edges: usize, count: i32): bool {
  for (let i = 0; i + ELEMENTS < count; i++) {
    const whole = gap(edges, i, i + 5);
    if (isFinder(whole, gap(edges, i + 1, i + 3), gap(edges, i + 3, i + 5))) return true;
    if (isFinder(whole, gap(edges, i + 2, i + 4), gap(edges, i, i + 2))) return true;
  }
  return false;
}

function isFinder(whole: f32, wide: f32, narrow: f32): bool {
  return (
    wide >= LEAST_WIDE * whole &&
    wide <= MOST_WIDE * whole &&
    narrow >= LEAST_NARROW * whole &&
    narrow <= MOST_NARROW * whole
  );
}

function gap(edges: usize, from: i32, to: i32): f32 {
  return floatAt(edges, to) - floatAt(edges, from);
}
