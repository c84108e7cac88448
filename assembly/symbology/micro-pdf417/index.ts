/** MicroPDF417, ISO/IEC 24728: looks for symbols in the frame and reports them. */
import { NOT_FOUND, OK } from "../../abi/status";
import { LEVELS, columnsAt, everyNthRowAt, planeAt } from "../../image/frame";
import { frameNumber, isThorough, seeksInverted } from "../../io/options";
import { isFull, isWithin, report, resultAt, resultCount } from "../../io/results";
import { Symbol, allocSymbol } from "../../io/symbol";
import { scanAddresses } from "../../kit/address-guards";
import { ANY_SHAPE } from "../../kit/addressed-columns";
import { MICRO_SIZES } from "../../kit/addressed-sizes";
import { aim, isPromising, readAddressed } from "../../kit/addressed-stack";
import { isSpent } from "../../kit/budget";
import { openPatterns } from "../../kit/codeword-patterns";
import { Guard, closeGuards, guardAt, guardCount, openGuards } from "../../kit/guards";
import { scanOriented } from "../../kit/oriented-guards";
import { openAddresses } from "../../kit/row-address";
import { Side, faceAlongLine, placeSide } from "../../kit/side";
import { gridOf } from "../../kit/scan-grid";
import { alloc, mark, release } from "../../memory/arena";
import { decodeCodewords } from "./decoder";

/** Format id in src/formats.ts. */
const FORMAT: i32 = 9;
/** Content of the largest symbol: 126 data codewords of digits. */
const MOST_BYTES: i32 = 400;
const MOST_SEGMENTS: i32 = 70;
const MOST_APPEND: i32 = 400;
/** Lines that are looked through, and lines that must show a guard: symbols are eight modules high at least. */
const STEP: i32 = 4;
const LEAST_LINES: i32 = 2;
/** Lines that show a guard so clearly that its rows are sought at other angles too. */
const CLEAR_LINES: i32 = 6;
/** Guards of a still that are. */
const MOST_AIMED: i32 = 6;
/** Levels whose regions of one direction are looked at. */
const ORIENTED_LEVELS: i32 = 1;

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  if (!openGuards()) return;
  openPatterns();
  openAddresses();
  const withInverted = seeksInverted();
  const rows = everyNthRowAt(0, STEP);
  const across = gridOf(0, false);
  if (rows != null && across != null) scanAddresses(rows, across, withInverted, STEP);
  // A live frame looks at its columns in turns.
  const columns = isThorough() || (frameNumber() & 1) == 0 ? columnsAt(0, STEP) : null;
  const down = gridOf(0, true);
  if (columns != null && down != null) scanAddresses(columns, down, withInverted, STEP);
  if (isThorough()) for (let level = 0; level < ORIENTED_LEVELS; level++) scanOriented(level, true, withInverted);
  closeGuards(LEAST_LINES);
  for (let i = 0; i < guardCount() && !isFull() && !isSpent(); i++) tryGuard(guardAt(i), false);
  if (!isThorough()) return;
  // The clearest of those that were not read are looked at from other angles.
  for (let k = 0; k < MOST_AIMED && !isFull() && !isSpent(); k++) {
    let best: Guard | null = null;
    for (let i = 0; i < guardCount(); i++) {
      const guard = guardAt(i);
      if (guard.count >= CLEAR_LINES && (best == null || guard.count > best.count)) best = guard;
    }
    if (best == null) return;
    tryGuard(best, true);
    best.count = 0;
  }
}

/** Reads the symbol beside a guard, in one of its likely directions or in the one that shows most. */
function tryGuard(guard: Guard, isAimed: bool): void {
  const scratch = mark();
  const at = alloc(offsetof<Side>());
  const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
  if (at == 0 || symbol == null) return;
  symbol.appendText = alloc(<usize>MOST_APPEND);
  symbol.appendTextCapacity = symbol.appendText == 0 ? 0 : MOST_APPEND;
  const side = changetype<Side>(at);
  placeSide(guard, side);
  if (!isRead(side)) {
    const status = isAimed ? aimAndRead(side, symbol) : readAhead(side, guard, symbol);
    if (status == OK && report(symbol)) return;
  }
  release(scratch);
}

/** Reads square to the guard, then along the line that showed it. */
function readAhead(side: Side, guard: Guard, symbol: Symbol): i32 {
  let hasPromise = isPromising(side);
  let status: i32 = hasPromise ? readAddressed(side, symbol, MICRO_SIZES, ANY_SHAPE, decodeCodewords) : NOT_FOUND;
  if (status == OK) return OK;
  faceAlongLine(side, guard);
  if (isPromising(side)) {
    hasPromise = true;
    status = readAddressed(side, symbol, MICRO_SIZES, ANY_SHAPE, decodeCodewords);
  }
  // Worth another look, however few lines show it.
  if (hasPromise) guard.count = max(guard.count, CLEAR_LINES);
  return status;
}

function aimAndRead(side: Side, symbol: Symbol): i32 {
  return aim(side) ? readAddressed(side, symbol, MICRO_SIZES, ANY_SHAPE, decodeCodewords) : NOT_FOUND;
}

/** True if a symbol was read already where the guard lies. */
function isRead(side: Side): bool {
  const x = <f32>(0.5 * (side.x0 + side.x1));
  const y = <f32>(0.5 * (side.y0 + side.y1));
  for (let i = 0; i < resultCount(); i++) {
    const symbol = resultAt(i);
    if (symbol.format == FORMAT && isWithin(symbol, x, y)) return true;
  }
  return false;
}
