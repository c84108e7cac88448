/** Data Matrix, ISO/IEC 16022 and ISO/IEC 21471 (DMRE): looks for symbols in the frame and reports them. */
import { OK } from "../../abi/status";
import { LEVELS, planeAt } from "../../image/frame";
import { Plane } from "../../image/plane";
import { frameNumber, isThorough, seeksInverted } from "../../io/options";
import { isFull, isWithin, report, resultAt, resultCount } from "../../io/results";
import { allocSymbol } from "../../io/symbol";
import { isSpent, spend, unitsLeft } from "../../kit/budget";
import { alloc, mark, release } from "../../memory/arena";
import { attempt } from "./attempt";
import { FrameFinder, allocFinder, completeFrame, trackSide } from "./frame-finder";
import { Grid, allocGrid } from "./grid";
import { Candidate, openCandidates, takeBest } from "./candidates";
import { STRONG } from "./clock-bits";
import { SeedCursor, nextSeed, offerCorners, openSeeds } from "./seeds";

/** Format id in src/formats.ts. */
const FORMAT: i32 = 6;

/** Content of the largest symbol: 3,116 digits, and what a macro adds. */
const MOST_BYTES: i32 = 3200;
/** A segment takes three codewords at least; 1,558 data codewords at most. */
const MOST_SEGMENTS: i32 = 800;

/** Rows from one seed row to the next, rows between places compared, least side in pixels: of a live frame, of a still. */
const FAST_STEP: i32 = 12;
const FAST_UNIT: i32 = 4;
const FAST_SIDE: i32 = 18;
/** Planes of more pixels are looked at by turns. */
const LARGE: i32 = 250000;
/** Least contrast around an edge of a live frame, in grey levels: half of what print has in poor light. */
const FAST_CONTRAST: i32 = 28;
const THOROUGH_STEP: i32 = 4;
const THOROUGH_UNIT: i32 = 3;
const THOROUGH_SIDE: i32 = 8;

/** On planes of so few pixels symbols may be of one pixel per module. */
const SMALL: i32 = 64000;
const SMALL_UNIT: i32 = 2;

/** Work units that one level may take: noise and print are full of edges, and other levels and symbologies wait. */
const FAST_ALLOTMENT: i32 = 1500;
const THOROUGH_ALLOTMENT: i32 = 60000;

/** Pixels over which a side may be torn, beside a tenth of its length. */
const GAP: f64 = 2;

/** Levels of a live frame that are looked at. */
const FAST_LEVELS: i32 = 2;

/** Dear looks at one frame: at candidates whose tracks show on the bits, and at others. */
const FAST_TRIES: i32 = 8;
const THOROUGH_TRIES: i32 = 40;
const WEAK_TRIES: i32 = 4;
const FAST_WEAK_TRIES: i32 = 2;

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  const finder = allocFinder();
  const grid = allocGrid();
  const cursor = alloc(offsetof<SeedCursor>());
  if (finder == null || grid == null || cursor == 0 || !openCandidates()) return;
  const levels = isThorough() ? LEVELS : FAST_LEVELS;
  for (let level = 0; level < levels && !isSpent(); level++) collect(level, changetype<SeedCursor>(cursor));
  const floor = unitsLeft() - (isThorough() ? THOROUGH_ALLOTMENT : FAST_ALLOTMENT);
  let tries = isThorough() ? THOROUGH_TRIES : FAST_TRIES;
  let weak = isThorough() ? WEAK_TRIES : FAST_WEAK_TRIES;
  for (let candidate = takeBest(); candidate != null && tries > 0; candidate = takeBest()) {
    if (isRead(candidate)) continue;
    if (-candidate.evidence < STRONG && --weak < 0) return;
    tries--;
    readCandidate(candidate, finder, grid);
    if (isSpent() || isFull() || unitsLeft() < floor) return;
  }
}

/** Collects a level's candidates. */
function collect(level: i32, cursor: SeedCursor): void {
  const plane = planeAt(level);
  if (plane == null) return;
  const isSmall = plane.width * plane.height <= SMALL;
  const unit = isSmall ? SMALL_UNIT : isThorough() ? THOROUGH_UNIT : FAST_UNIT;
  // Large live frames are seen by turns: every second seed row in one frame, the others in the next.
  const byTurns = !isThorough() && plane.width * plane.height > LARGE;
  const step = isThorough() || isSmall ? THOROUGH_STEP : byTurns ? 2 * FAST_STEP : FAST_STEP;
  const first = byTurns ? (FAST_STEP >> 1) + FAST_STEP * (frameNumber() & 1) : step >> 1;
  const scan = openSeeds(level, step, first, unit, isThorough() ? 0 : FAST_CONTRAST);
  if (scan == null) return;
  cursor.row = 0;
  cursor.edge = 0;
  while (nextSeed(scan, cursor, isThorough() || level > 0 ? 1 : 2, isThorough(), seeksInverted())) {
    offerCorners(scan, leastSide(plane), seeksInverted());
    if (!spend(1)) return;
  }
}

/** Least side of a symbol in pixels of a plane. */
function leastSide(plane: Plane): i32 {
  return isThorough() || plane.width * plane.height <= SMALL ? THOROUGH_SIDE : FAST_SIDE;
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
  const corner = candidate.corner;
  if (!completeFrame(finder, plane, (corner & 1) == 0, corner >= 2, GAP, 0.6 * <f64>leastSide(plane))) return;
  const scratch = mark();
  const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
  if (symbol != null && attempt(grid, finder.frame, candidate.level, symbol) == OK && report(symbol)) {
    return;
  }
  release(scratch);
}
