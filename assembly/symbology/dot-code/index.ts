/** DotCode, AIM ISS DotCode 4.0: looks for symbols in the frame and reports them. */
import { OK } from "../../abi/status";
import { LEVELS, binaryAt, planeAt } from "../../image/frame";
import { frameNumber, isThorough, seeksInverted } from "../../io/options";
import { isFull, isWithin, report, resultAt, resultCount } from "../../io/results";
import { Symbol, allocSymbol } from "../../io/symbol";
import { isSpent } from "../../kit/budget";
import { mark, release } from "../../memory/arena";
import { coarsest, openFields, readSeed } from "./attempt";
import { DotDecoder, openDecoder, takeMessage } from "./decoder";
import { Seed, openSeeds, scanDots, seedAt, seedCount } from "./seeds";

/** Format id in src/formats.ts. */
const FORMAT: i32 = 13;

/** Content of the largest symbol: two digits a codeword. */
const MOST_BYTES: i32 = 3100;
/** An ECI takes two codewords, and one for what is in it. */
const MOST_SEGMENTS: i32 = 500;

/** Rows from one that is scanned to the next. */
const FAST_STEP: i32 = 4;
const THOROUGH_STEP: i32 = 2;
/** Levels that are scanned, and the narrowest dot on those that are not the image itself. */
const FAST_LEVELS: i32 = 2;
const THOROUGH_LEVELS: i32 = 2;
const LEAST_COARSE: i32 = 3;
/** Places that are looked at closely. */
const FAST_SEEDS: i32 = 4;

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  if (!openSeeds()) return;
  // Live frames are searched for large dots by turns.
  const levels = isThorough() ? THOROUGH_LEVELS : (frameNumber() & 1) == 1 ? FAST_LEVELS : 1;
  const step = isThorough() ? THOROUGH_STEP : FAST_STEP;
  for (let level = 0; level < levels; level++) {
    scanDots(level, step, level == 0 ? 1 : LEAST_COARSE, seeksInverted(), !isThorough());
  }
  if (seedCount() == 0) return;
  const decoder = openDecoder();
  if (decoder == null) return;
  openFields();
  const count = isThorough() ? seedCount() : min(FAST_SEEDS, seedCount());
  for (let index = 0; index < count && !isSpent() && !isFull(); index++) {
    const seed = seedAt(index);
    if (isRead(seed)) continue;
    // Here, as what is made within the attempt is freed with it.
    for (let level = 0; level <= coarsest(seed); level++) binaryAt(level);
    const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
    if (symbol == null) return;
    const scratch = mark();
    const isFound = readSeed(decoder, seed, symbol) == OK;
    release(scratch);
    if (isFound && report(symbol)) readMore(decoder, symbol);
  }
}

/** Reports further messages of the same symbol, each on its own: FNC3 parts them. */
function readMore(decoder: DotDecoder, first: Symbol): void {
  for (let symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS); symbol != null; ) {
    if (takeMessage(decoder, symbol) != OK) return;
    symbol.x0 = first.x0;
    symbol.y0 = first.y0;
    symbol.x1 = first.x1;
    symbol.y1 = first.y1;
    symbol.x2 = first.x2;
    symbol.y2 = first.y2;
    symbol.x3 = first.x3;
    symbol.y3 = first.y3;
    symbol.orientation = first.orientation;
    symbol.moduleSize = first.moduleSize;
    symbol.rows = first.rows;
    symbol.columns = first.columns;
    symbol.flags |= first.flags & 3;
    if (!report(symbol)) return;
    symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
  }
}

/** True if the place lies in a symbol that was read already. */
function isRead(seed: Seed): bool {
  const size = <f32>(1 << seed.level);
  for (let i = 0; i < resultCount(); i++) {
    if (isWithin(resultAt(i), <f32>seed.x * size, <f32>seed.y * size)) return true;
  }
  return false;
}
