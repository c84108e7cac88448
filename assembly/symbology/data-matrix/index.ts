/** Data Matrix, ISO/IEC 16022 and ISO/IEC 21471 (DMRE): looks for symbols in the frame and reports them. */
import { OK } from "../../abi/status";
import { LEVELS, planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { frameNumber, isThorough, seeksInverted } from "../../io/options";
import { isFull, isWithin, report, resultAt, resultCount } from "../../io/results";
import { allocSymbol } from "../../io/symbol";
import { isSpent, spend, unitsLeft } from "../../kit/budget";
import { mark, release } from "../../memory/arena";
import { attempt } from "./attempt";
import { FrameFinder, allocFinder, completeFrame, trackSide } from "./frame-finder";
import { Grid, allocGrid } from "./grid";
import { Candidate, openCandidates, takeBest } from "./candidates";
import { STRONG } from "./clock-bits";
import { offerCorners } from "./corners";
import { beginSides, nextSide, openSides } from "./sides";

/** Format id in src/formats.ts. */
const FORMAT: i32 = 6;

/** Content of the largest symbol: 3,116 digits, and what a macro adds. */
const MOST_BYTES: i32 = 3200;
/** A segment takes three codewords at least; 1,558 data codewords at most. */
const MOST_SEGMENTS: i32 = 800;

/** Rows from one seed row to the next, rows between places compared, least side in pixels: of a live frame. */
const FAST_STEP: i32 = 12;
const FAST_UNIT: i32 = 4;
const FAST_SIDE: i32 = 18;
/** Planes of more pixels are looked at by turns. */
const LARGE: i32 = 250000;
/** Least contrast around an edge of a live frame, in grey levels: half of what print has in poor light. */
const FAST_CONTRAST: i32 = 28;
/** The same of a still of many pixels: sensor noise ranges over less within a block. */
const THOROUGH_CONTRAST: i32 = 20;
/**
 * Of a still: rows from one seed row to the next on levels 0 and 1 and on coarser ones, rows between places, least side. What only
 * coarse levels show has sides of 10 modules of 1.7 pixels: 12 rows at 45°.
 */
const FINE_LEVELS: i32 = 1;
const THOROUGH_STEP: i32 = 10;
const COARSE_STEP: i32 = 12;
const THOROUGH_UNIT: i32 = 2;
const THOROUGH_SIDE: i32 = 12;
/** Least side in an image of few pixels: 8 modules of one. */
const CUT_OUT_SIDE: i32 = 8;

/** On planes of so few pixels symbols may be of one pixel per module: of a small image, not the coarse levels of any. */
const SMALL: i32 = 64000;
const SMALL_LEVELS: i32 = 1;
const SMALL_STEP: i32 = 4;

/** Work units that candidates without success may take: noise and print are full of edges, and other symbologies wait. */
const FAST_ALLOTMENT: i32 = 1500;
const THOROUGH_ALLOTMENT: i32 = 1500;

/** Least module in pixels, as texture tells it to a third, on coarser levels: on the next finer one it is twice that. */
const FINEST: f64 = 1.7;

/** Pixels over which a side may be torn, beside a tenth of its length. */
const GAP: f64 = 2;

/** Levels of a live frame that are looked at. */
const FAST_LEVELS: i32 = 2;

/**
 * Dear looks without success that end the search: at any candidates, and at those whose tracks do not show on the bits, which are
 * worth one only in an image of few pixels: that is mostly one that was cut out around a symbol.
 */
const FAST_TRIES: i32 = 8;
const THOROUGH_TRIES: i32 = 12;
const CUT_OUT_WEAK_TRIES: i32 = 36;
/** … and those that are made whatever they cost. */
const SURE_TRIES: i32 = 3;
/** Tries of an image of few pixels, as a multiple, and its work units. */
const CUT_OUT_FACTOR: i32 = 6;
const CUT_OUT_ALLOTMENT: i32 = 24000;

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  const finder = allocFinder();
  const grid = allocGrid();
  if (finder == null || grid == null || !openCandidates()) return;
  const levels = isThorough() ? LEVELS : FAST_LEVELS;
  for (let level = 0; level < levels && !isSpent(); level++) collect(level);
  readCandidates(finder, grid);
}

/** Tries the candidates in the order of their evidence; what is read gives the others another chance. */
function readCandidates(finder: FrameFinder, grid: Grid): void {
  finder.isCutOut = isCutOut();
  const factor = finder.isCutOut ? CUT_OUT_FACTOR : 1;
  const allotment =
    finder.isCutOut && isThorough() ? CUT_OUT_ALLOTMENT : isThorough() ? THOROUGH_ALLOTMENT : FAST_ALLOTMENT;
  const most = factor * (isThorough() ? THOROUGH_TRIES : FAST_TRIES);
  let weak = finder.isCutOut ? CUT_OUT_WEAK_TRIES : 0;
  let floor = unitsLeft() - allotment;
  let tries: i32 = 0;
  let results = resultCount();
  for (let candidate = takeBest(); candidate != null; candidate = takeBest()) {
    if (isRead(candidate)) continue;
    if (-candidate.evidence < STRONG && --weak < 0) return;
    grid.floor = floor;
    readCandidate(candidate, finder, grid);
    if (isSpent() || isFull()) return;
    tries++;
    if (resultCount() > results) {
      results = resultCount();
      tries = 0;
      floor = unitsLeft() - allotment;
    }
    if (tries >= most || (tries >= SURE_TRIES && unitsLeft() < floor)) return;
  }
}

/** True for an image of few pixels: mostly one that was cut out around a symbol. */
function isCutOut(): bool {
  const plane = planeAt(0);
  return plane != null && plane.width * plane.height <= LARGE;
}

/** Collects a level's candidates. */
function collect(level: i32): void {
  const plane = planeAt(level);
  if (plane == null) return;
  const isSmall = level <= SMALL_LEVELS && plane.width * plane.height <= SMALL;
  const unit = isSmall || isThorough() ? THOROUGH_UNIT : FAST_UNIT;
  // Large live frames are seen by turns: every second seed row in one frame, the others in the next.
  const byTurns = !isThorough() && plane.width * plane.height > LARGE;
  const step = isSmall
    ? SMALL_STEP
    : isThorough()
      ? level <= FINE_LEVELS
        ? THOROUGH_STEP
        : COARSE_STEP
      : byTurns
        ? 2 * FAST_STEP
        : FAST_STEP;
  const first = byTurns ? (FAST_STEP >> 1) + FAST_STEP * (frameNumber() & 1) : step >> 1;
  const scan = openSides(level);
  if (scan == null) return;
  scan.step = step;
  scan.first = first;
  scan.unit = unit;
  scan.contrast = isSmall ? 0 : isThorough() ? THOROUGH_CONTRAST : FAST_CONTRAST;
  // Only stills are cut to a symbol's very edge.
  scan.border = isThorough() ? 0 : 2;
  scan.isSmall = isSmall;
  scan.finest = level == 0 || isCutOut() ? 0 : FINEST;
  scan.withInverted = seeksInverted();
  if (!beginSides(scan)) return;
  while (nextSide(scan)) {
    offerCorners(scan, leastSide(plane));
    if (!spend(1)) return;
  }
}

/** Least side of a symbol in pixels of a plane. */
function leastSide(plane: Plane): i32 {
  if (!isThorough() && plane.width * plane.height > SMALL) return FAST_SIDE;
  return isThorough() && !isCutOut() ? THOROUGH_SIDE : CUT_OUT_SIDE;
}

/** True if the candidate's side lies in a symbol that was read already. */
function isRead(candidate: Candidate): bool {
  const size = <f32>(1 << candidate.level);
  for (let i = 0; i < resultCount(); i++) {
    if (isWithin(resultAt(i), <f32>candidate.x * size, <f32>candidate.y * size)) return true;
  }
  return false;
}

function readCandidate(candidate: Candidate, finder: FrameFinder, grid: Grid): void {
  const plane = planeAt(candidate.level);
  if (plane == null) return;
  trackSide(finder, plane, candidate.x, candidate.y, candidate.slope, candidate.isDarkRight, GAP);
  if (!completeFrame(finder, plane, candidate, GAP, 0.6 * <f64>leastSide(plane))) return;
  const scratch = mark();
  const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
  if (symbol != null && attempt(grid, finder.frame, candidate.level, symbol) == OK && report(symbol)) {
    return;
  }
  release(scratch);
}
