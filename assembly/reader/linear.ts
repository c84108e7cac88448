/**
 * The linear pass: regions of one direction on each pyramid level, scanned into strips, offered to the linear
 * symbologies in both directions. Dear work goes to regions that earned it.
 */
import { directionsOf } from "../image/direction";
import { planeAt } from "../image/frame";
import { BLOCK, Plane } from "../image/plane";
import { frameNumber, isThorough, seeksInverted } from "../io/options";
import { changeCount, isFull, isWithin, resultAt, resultCount } from "../io/results";
import { countCandidate, isSpent } from "../kit/budget";
import { COARSE, FINE, SHARP } from "../kit/edges";
import { allocFloats } from "../kit/floats";
import {
  EDGE_ROOM,
  closeEnds,
  expectEdges,
  invertStrip,
  measureStrip,
  sharpenBand,
  sharpeningRadius,
  turnStrip,
} from "../kit/strip-views";
import { levelRegions } from "../kit/level-regions";
import { joinRegions } from "../kit/joined-regions";
import { Region, wholeRegion } from "../kit/region";
import { MOST_PARTS, MOST_REGIONS, findRegions, partCount, regionAt } from "../kit/regions";
import { SHARPEN_SCRATCH } from "../kit/sharpen";
import { scanRegion } from "../kit/scan";
import { MOST_LINES } from "../kit/scan-lines";
import { ANYBODY, HAS_WIDE_ELEMENTS, MAY_TOUCH_EDGE, Strip, forgetErrors, isNear } from "../kit/strip";
import { showsWideElements } from "../kit/wide-elements";
import { alloc, mark, release } from "../memory/arena";
import { hasWideElements, leastEdges, mayTouchEdge, readLinear, wantsLinear } from "./registry";

/** Pyramid levels looked at: bars of 1 to some 12 pixels per module. */
const LEVELS: i32 = 3;
/** Regions of a level that are scanned. */
const FAST_REGIONS: i32 = 12;
/** Scan lines of a strip in fast mode. */
const FAST_LINES: i32 = 14;
/** Mean correlation of the scan lines of a symbol; where blur left few edges, noise cannot be what lowers it. */
const LEAST_TRUST: f32 = 0.6;
const BLURRED_TRUST: f32 = 0.8;
/** Strips of live frames whose lines hardly agree are not worth splitting or sharpening. */
const DEAR_TRUST: f32 = 0.75;
/**
 * Bands are tried one by one only where the scan lines agree well, or by symbologies that came within this many times the
 * error that they accept: symbols of the shared corpus that only a band reads do one or the other, about half of the
 * strips in its pictures without a symbol do neither.
 */
const BAND_TRUST: f32 = 0.72;
const NEAR: f32 = 1;
/** The same for fine edges and for sharpened profiles, where more comes near. */
const NEAR_FINE: f32 = 1.2;
const NEAR_SHARP: f32 = 1.01;
/** Strips of a live frame that get a dear attempt. */
const DEAR_ATTEMPTS: i32 = 2;
/** Most strips of one region. */
const MOST_STRIPS: i32 = 6;

/** Dear attempts that the live frame may still make. */
let dearLeft: i32 = 0;

/** Looks for linear symbols of the wanted formats all over the frame. */
export function readLinearSymbols(): void {
  if (!wantsLinear()) return;
  dearLeft = DEAR_ATTEMPTS;
  expectEdges(leastEdges());
  const regions = alloc((<usize>MOST_REGIONS) << 2);
  const strips = alloc((<usize>MOST_STRIPS) << 2);
  if (regions == 0 || strips == 0) return;
  for (let level = 0; level < LEVELS; level++) {
    const plane = planeAt(level);
    if (plane == null) return;
    readLevel(plane, level, regions, strips);
    if (isFull() || isSpent()) return;
  }
}

function readLevel(plane: Plane, level: i32, regions: usize, strips: usize): void {
  if (min(plane.width, plane.height) < 2 * BLOCK) {
    const region = wholeRegion(plane.width, plane.height);
    if (region != null && (isThorough() || level == 0)) readRegion(plane, level, region, strips);
    return;
  }
  const count = listRegions(plane, level, regions);
  const most = isThorough() ? count : min(count, FAST_REGIONS);
  for (let i = 0; i < most; i++) {
    const region = regionAt(regions, i);
    if (isRead(region, level)) continue;
    readRegion(plane, level, region, strips);
    if (isFull() || isSpent()) return;
  }
}

/** Regions of a level into `regions` (room for MOST_REGIONS): where that is asked for those that gaps part as one too. */
function listRegions(plane: Plane, level: i32, regions: usize): i32 {
  if (!hasWideElements()) {
    const step = stepAt(level);
    const field = directionsOf(plane, step);
    return field == null ? 0 : findRegions(field, step, regions);
  }
  if (stepAt(level) == 1) {
    const found = levelRegions(level);
    if (found == null) return 0;
    memory.copy(regions, found.regions, (<usize>found.count) << 2);
    return joinRegions(found.parts, found.partCount, regions, found.count);
  }
  const field = directionsOf(plane, stepAt(level));
  const parts = alloc((<usize>MOST_PARTS) << 2);
  if (field == null || parts == 0) return 0;
  const count = findRegions(field, stepAt(level), regions, parts);
  return joinRegions(parts, partCount, regions, count);
}

/** Rows of pixels of which directions are taken from one: every one, or every second where time is short. */
function stepAt(level: i32): i32 {
  return isThorough() || level > 0 ? 1 : 2;
}

function readRegion(plane: Plane, level: i32, region: Region, strips: usize): void {
  if (region.isJoined && !showsWideElements(plane, region)) return;
  const lines = isThorough() ? MOST_LINES : FAST_LINES;
  const scratch = mark();
  const before = changeCount();
  const found = scanRegion(plane, level, region, lines, strips, MOST_STRIPS);
  for (let k = 0; k < found; k++) {
    const strip = changetype<Strip>(<usize>load<u32>(strips + ((<usize>k) << 2)));
    readStrip(strip, region.isJoined ? HAS_WIDE_ELEMENTS : 0);
    if (isFull() || isSpent()) break;
  }
  // Reported symbols lie behind the mark.
  if (changeCount() == before) release(scratch);
}

/** True if a symbol was read already where the region's centre lies. */
function isRead(region: Region, level: i32): bool {
  const size = <f32>(1 << level);
  for (let i = 0; i < resultCount(); i++) {
    if (isWithin(resultAt(i), region.cx * size, region.cy * size)) return true;
  }
  return false;
}

/**
 * Offers a strip: all its lines together, with finer edges too; the bands one by one where that promises something; then
 * sharpened. A live frame makes one of these dear attempts on its best strips, its number says which.
 */
function readStrip(strip: Strip, asks: i32): void {
  if (strip.edges == 0) strip.edges = alloc((<usize>EDGE_ROOM) << 2);
  if (strip.edges == 0 || strip.trust < LEAST_TRUST) return;
  const before = resultCount();
  strip.within = ANYBODY;
  forgetErrors();
  strip.swing = COARSE;
  const isClear = measureStrip(strip);
  if (!isClear && strip.trust < BLURRED_TRUST) return;
  countCandidate();
  if (isClear && readBands(strip, before, 0, 1)) return;
  if (isThorough()) {
    strip.swing = FINE;
    if (readBands(strip, before, 0, 1)) return;
    strip.asks |= asks;
    // Parts of the height may show what all lines together do not.
    const isTrusted = strip.trust >= BAND_TRUST;
    if (isTrusted || isNear(NEAR)) {
      strip.within = isTrusted ? ANYBODY : NEAR;
      strip.swing = COARSE;
      if (isClear && readBands(strip, before, 1, strip.bands)) return;
      strip.within = NEAR_FINE;
      strip.swing = FINE;
      if (isNear(NEAR_FINE) && readBands(strip, before, 1, strip.bands)) return;
      strip.within = ANYBODY;
    }
    readSharpened(strip, before, strip.bands);
    if (resultCount() > before || isFull() || isSpent()) return;
    if (!mayTouchEdge() || strip.asks != 0 || !closeEnds(strip)) return;
    strip.asks |= MAY_TOUCH_EDGE;
    strip.band = 0;
    strip.swing = SHARP;
    readBand(strip, before);
    return;
  }
  strip.asks |= asks;
  if (strip.trust < DEAR_TRUST) return;
  if (mayTouchEdge() && strip.asks == 0 && closeEnds(strip)) {
    const asked = strip.asks;
    strip.asks |= MAY_TOUCH_EDGE;
    readBand(strip, before);
    strip.asks = asked;
    if (resultCount() > before || isFull()) return;
  }
  if (dearLeft <= 0) return;
  dearLeft--;
  const turn = frameNumber() % 3;
  if (turn == 0) {
    readSharpened(strip, before, 2);
    return;
  }
  if (turn == 1) strip.swing = FINE;
  readBands(strip, before, turn == 1 ? 0 : 1, strip.bands);
}

/**
 * Sharpens the strip for good, its further bands only for symbologies that the first one shows something; fine edges tell how wide
 * its modules are.
 */
function readSharpened(strip: Strip, before: i32, bands: i32): void {
  const scratch = allocFloats(SHARPEN_SCRATCH * strip.length);
  strip.band = 0;
  strip.swing = FINE;
  if (scratch == 0 || !measureStrip(strip)) return;
  const radius = sharpeningRadius(strip);
  sharpenBand(strip, 0, radius, scratch);
  strip.swing = SHARP;
  forgetErrors();
  if (readBands(strip, before, 0, 1) || !isNear(NEAR_SHARP)) return;
  for (let band = 1; band < strip.bands; band++) sharpenBand(strip, band, radius, scratch);
  strip.within = NEAR_SHARP;
  readBands(strip, before, 0, bands);
  strip.within = ANYBODY;
}

/** Offers bands `from` to `to` − 1; true once a symbol was read or nothing more is to be tried. */
function readBands(strip: Strip, before: i32, from: i32, to: i32): bool {
  for (let band = from; band < to; band++) {
    strip.band = band;
    readBand(strip, before);
    if (resultCount() > before || isFull() || isSpent()) return true;
  }
  return false;
}

/** Offers a band in both directions, and light on dark where that is asked for. */
function readBand(strip: Strip, before: i32): void {
  if (!measureStrip(strip)) return;
  readLinear(strip);
  turnStrip(strip);
  if (!isFull()) readLinear(strip);
  if (resultCount() > before || !seeksInverted() || isFull()) return;
  invertStrip(strip);
  readLinear(strip);
  turnStrip(strip);
  if (!isFull()) readLinear(strip);
  invertStrip(strip);
}
