/** Data Matrix, ISO/IEC 16022 and ISO/IEC 21471 (DMRE): looks for symbols in the frame and reports them. */
import { OK } from "../../abi/status";
import { LEVELS, planeAt } from "../../image/frame";
import { frameNumber, isThorough, seeksInverted } from "../../io/options";
import { isFull, isWithin, report, resultAt, resultCount } from "../../io/results";
import { allocSymbol } from "../../io/symbol";
import { isSpent, spend, unitsLeft } from "../../kit/budget";
import { alloc, mark, release } from "../../memory/arena";
import { attempt } from "./attempt";
import { FrameFinder, allocFinder, completeFrame, trackSide } from "./frame-finder";
import { Grid, allocGrid } from "./grid";
import {
  SeedCursor,
  SeedScan,
  cornersOfSeed,
  nextSeed,
  openSeeds,
  seedDarkRight,
  seedSlope,
  seedX,
  seedY,
} from "./seeds";

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

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  const finder = allocFinder();
  const grid = allocGrid();
  const cursor = alloc(offsetof<SeedCursor>());
  if (finder == null || grid == null || cursor == 0) return;
  const levels = isThorough() ? LEVELS : FAST_LEVELS;
  for (let level = 0; level < levels && !isSpent() && !isFull(); level++) {
    readLevel(level, finder, grid, changetype<SeedCursor>(cursor));
  }
}

function readLevel(level: i32, finder: FrameFinder, grid: Grid, cursor: SeedCursor): void {
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
  const floor = unitsLeft() - (isThorough() ? THOROUGH_ALLOTMENT : FAST_ALLOTMENT);
  cursor.row = 0;
  cursor.edge = 0;
  while (nextSeed(scan, cursor, isThorough() || level > 0 ? 1 : 2, isThorough())) {
    if (isRead(level)) continue;
    readSeed(scan, finder, grid);
    if (isSpent() || isFull() || unitsLeft() < floor) return;
  }
}

/** True if the seed lies in a symbol that was read already. */
function isRead(level: i32): bool {
  const size = <f32>(1 << level);
  for (let i = 0; i < resultCount(); i++) {
    if (isWithin(resultAt(i), <f32>seedX * size, <f32>seedY * size)) return true;
  }
  return false;
}

function readSeed(scan: SeedScan, finder: FrameFinder, grid: Grid): void {
  const plane = scan.plane;
  const least = isThorough() || plane.width * plane.height <= SMALL ? THOROUGH_SIDE : FAST_SIDE;
  spend(1);
  const corners = cornersOfSeed(scan, least, seeksInverted());
  if (corners == 0) return;
  trackSide(finder, plane, seedX, seedY, seedSlope, seedDarkRight, GAP);
  for (let k = 0; k < 4; k++) {
    if (((corners >> k) & 1) == 0 || !completeFrame(finder, plane, (k & 1) == 0, k >= 2, GAP, 0.6 * <f64>least))
      continue;
    const scratch = mark();
    const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
    if (symbol != null && attempt(grid, finder.frame, scan.level, symbol) == OK && report(symbol)) return;
    release(scratch);
    if (isSpent() || isFull()) return;
  }
}
