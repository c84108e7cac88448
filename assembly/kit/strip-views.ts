/** The ways a strip is looked at: turned end for end, inverted, its edges found. */
import { spend } from "./budget";
import { findEdges } from "./edges";
import { floatAt, mirrorFloats, reverseFloats, setFloat } from "./floats";
import { sharpen } from "./sharpen";
import { HAS_FEW_EDGES, Strip, profileOf } from "./strip";

/** Most edges of a profile. */
export const EDGE_ROOM: i32 = 1024;
/**
 * Edges that a strip has to show, and that a first look at a region has to find: what blur leaves of the 34 of a UPC-E, or
 * these parts of the shortest symbol asked for where that has fewer.
 */
const LEAST_EDGES: i32 = 26;
const FEW_EDGES: i32 = 17;
const LEFT_BY_BLUR: f32 = 0.83;
const FIRST_LOOK: f32 = 0.7;
let leastEdges: i32 = LEAST_EDGES;
export let fewEdges: i32 = FEW_EDGES;

/** Says how many edges the shortest symbol has that is asked for in this frame. */
export function expectEdges(edges: i32): void {
  leastEdges = min(LEAST_EDGES, <i32>nearest<f32>(<f32>edges * LEFT_BY_BLUR));
  fewEdges = min(FEW_EDGES, <i32>nearest<f32>(<f32>edges * FIRST_LOOK));
}

/** Samples within the frame that say what light is beyond it. */
const END_SAMPLES: i32 = 60;

/** Finds the edges of the band to read; false where there are too few for a symbol. */
export function measureStrip(strip: Strip): bool {
  strip.edgeCount = findEdges(profileOf(strip, strip.band), strip.length, strip.swing, strip.edges, EDGE_ROOM);
  strip.asks = strip.edgeCount < LEAST_EDGES ? strip.asks | HAS_FEW_EDGES : strip.asks & ~HAS_FEW_EDGES;
  return strip.edgeCount >= leastEdges;
}

/** Turns the strip by 180°: what was its end is its start, and its lower end is the upper one. */
export function turnStrip(strip: Strip): void {
  for (let band = 0; band < strip.bands; band++) reverseFloats(profileOf(strip, band), strip.length);
  const far = <f32>(strip.length - 1);
  const x = strip.topX + strip.topStepX * far;
  const y = strip.topY + strip.topStepY * far;
  const dx = strip.topStepX;
  const dy = strip.topStepY;
  strip.topX = strip.bottomX + strip.bottomStepX * far;
  strip.topY = strip.bottomY + strip.bottomStepY * far;
  strip.topStepX = -strip.bottomStepX;
  strip.topStepY = -strip.bottomStepY;
  strip.bottomX = x;
  strip.bottomY = y;
  strip.bottomStepX = -dx;
  strip.bottomStepY = -dy;
  strip.reversed = !strip.reversed;
  const first = strip.first;
  strip.first = strip.length - 1 - strip.last;
  strip.last = strip.length - 1 - first;
  // The list begins with light to dark again: a last edge into the dark has no partner.
  const count = strip.edgeCount & ~1;
  for (let i = 0, j = count - 1; i < j; i++, j--) {
    const edge = far - floatAt(strip.edges, i);
    setFloat(strip.edges, i, far - floatAt(strip.edges, j));
    setFloat(strip.edges, j, edge);
  }
  strip.edgeCount = count;
}

/**
 * What lies outside of the frame repeats its last pixel. Where that is dark, a symbol's last bar may touch the frame's
 * edge: makes the ground around it light, for good. False where nothing was to be done.
 */
export function closeEnds(strip: Strip): bool {
  if (strip.first == 0 && strip.last == strip.length - 1) return false;
  let hasClosed = false;
  for (let band = 0; band < strip.bands; band++) {
    const profile = profileOf(strip, band);
    if (closeEnd(strip, profile, strip.first, -1, -1)) hasClosed = true;
    if (closeEnd(strip, profile, strip.last, 1, strip.length)) hasClosed = true;
  }
  return hasClosed;
}

/** Makes what lies beyond a sample as light as its surroundings where it is dark. */
function closeEnd(strip: Strip, profile: usize, at: i32, step: i32, end: i32): bool {
  let low: f32 = 1e9;
  let high: f32 = -1e9;
  for (let k = 0; k < END_SAMPLES; k++) {
    const i = at - step * k;
    if (i < strip.first || i > strip.last) break;
    low = min(low, floatAt(profile, i));
    high = max(high, floatAt(profile, i));
  }
  const middle: f32 = 0.5 * (low + high);
  if (at + step == end || floatAt(profile, at) > middle) return false;
  // The mean of what is light: the lightest may be glare.
  let light: f32 = 0;
  let count: i32 = 0;
  for (let k = 0; k < END_SAMPLES; k++) {
    const i = at - step * k;
    if (i < strip.first || i > strip.last) break;
    if (!(floatAt(profile, i) > middle)) continue;
    light += floatAt(profile, i);
    count++;
  }
  if (count > 0) light /= <f32>count;
  else light = high;
  for (let i = at + step; i != end; i += step) setFloat(profile, i, light);
  return true;
}

/** Exchanges dark and light. */
export function invertStrip(strip: Strip): void {
  mirrorFloats(strip.profiles, strip.bands * strip.length, 255);
  strip.inverted = !strip.inverted;
  // The list begins with light to dark again, which was dark to light.
  const count = max(0, strip.edgeCount - 1);
  memory.copy(strip.edges, strip.edges + 4, (<usize>count) << 2);
  strip.edgeCount = count;
}

/** Half width in samples of the blur to sharpen against: about two modules. Rests on the strip's edges. */
export function sharpeningRadius(strip: Strip): i32 {
  return max(2, min(48, <i32>(1.7 * narrowest(strip) + 0.5)));
}

/** Sharpens a band; `scratch` has room for SHARPEN_SCRATCH f32 per sample. */
export function sharpenBand(strip: Strip, band: i32, radius: i32, scratch: usize): void {
  spend(strip.length >> 5);
  sharpen(profileOf(strip, band), strip.length, radius, scratch);
}

/** A guess at the module in samples: the distance between edges that a fifth of the edges undercut. */
function narrowest(strip: Strip): f32 {
  const count = strip.edgeCount;
  let low: f32 = 0;
  let high: f32 = 64;
  for (let round = 0; round < 8; round++) {
    const middle: f32 = (low + high) * 0.5;
    let under: i32 = 0;
    for (let i = 1; i < count; i++) {
      if (floatAt(strip.edges, i) - floatAt(strip.edges, i - 1) < middle) under++;
    }
    if (under * 5 < count) low = middle;
    else high = middle;
  }
  return high;
}
