/** PDF417, ISO/IEC 15438: looks for symbols in the frame and reports them. */
import { OK } from "../../abi/status";
import { LEVELS, columnsAt, everyNthRowAt, planeAt } from "../../image/frame";
import { frameNumber, isThorough, seeksInverted } from "../../io/options";
import { isFull, isWithin, report, resultAt, resultCount } from "../../io/results";
import { Symbol, allocSymbol } from "../../io/symbol";
import { isSpent } from "../../kit/budget";
import { openPatterns } from "../../kit/codeword-patterns";
import { scanGuards } from "../../kit/guard-patterns";
import { Guard, closeGuards, guardAt, guardCount, openGuards } from "../../kit/guards";
import { readIndicated } from "../../kit/indicated-stack";
import { Side, facePartner, partnerDistance, placeSide } from "../../kit/side";
import { scanOriented } from "../../kit/oriented-guards";
import { gridOf } from "../../kit/scan-grid";
import { alloc, mark, release } from "../../memory/arena";
import { decodeCodewords } from "./decoder";

/** Format id in src/formats.ts. */
const FORMAT: i32 = 8;
/** Content of the largest symbol: 925 codewords of digits, 44 for 15. */
const MOST_BYTES: i32 = 2800;
/** A segment takes two codewords at least. */
const MOST_SEGMENTS: i32 = 470;
/** A file id has as many codewords as a symbol has room for, three digits each. */
const MOST_APPEND: i32 = 2800;
/** Lines that are looked through: guards are nine modules high at least. */
const STEP: i32 = 4;
/** Lines that must show a guard. */
const LEAST_LINES: i32 = 2;
/** Levels whose regions of one direction are looked at. */
const ORIENTED_LEVELS: i32 = 1;

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  if (!openGuards()) return;
  const withInverted = seeksInverted();
  const rows = everyNthRowAt(0, STEP);
  const across = gridOf(0, false);
  if (rows != null && across != null) scanGuards(rows, across, withInverted, STEP);
  // A live frame looks at its columns in turns.
  const columns = isThorough() || (frameNumber() & 1) == 0 ? columnsAt(0, STEP) : null;
  const down = gridOf(0, true);
  if (columns != null && down != null) scanGuards(columns, down, withInverted, STEP);
  if (isThorough()) for (let level = 0; level < ORIENTED_LEVELS; level++) scanOriented(level, false, withInverted);
  closeGuards(LEAST_LINES);
  if (guardCount() == 0) return;
  openPatterns();
  // Start patterns first: a symbol may lack its stop pattern.
  for (let pass = 0; pass < 2; pass++) {
    for (let i = 0; i < guardCount() && !isFull() && !isSpent(); i++) {
      const guard = guardAt(i);
      if (guard.isStop == (pass == 1)) tryGuard(guard);
    }
  }
}

function tryGuard(guard: Guard): void {
  const scratch = mark();
  const own = alloc(offsetof<Side>());
  const other = alloc(offsetof<Side>());
  const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
  if (own == 0 || other == 0 || symbol == null || !roomForAppend(symbol)) return;
  const side = changetype<Side>(own);
  placeSide(guard, side);
  if (!isRead(side)) {
    const isAimed = aimAtPartner(side, guard, changetype<Side>(other));
    let status = readIndicated(side, symbol, decodeCodewords);
    if (status != OK && isAimed) {
      // What it faced may have been another symbol's.
      placeSide(guard, side);
      status = readIndicated(side, symbol, decodeCodewords);
    }
    if (status == OK && report(symbol)) return;
  }
  release(scratch);
}

/** Turns a side's direction towards the guard at the symbol's other side, where one is seen; true if so. */
function aimAtPartner(side: Side, guard: Guard, other: Side): bool {
  let nearest: f64 = 1e9;
  let best: i32 = -1;
  for (let i = 0; i < guardCount(); i++) {
    const partner = guardAt(i);
    if (partner.isStop == guard.isStop || partner.isInverted != guard.isInverted) continue;
    placeSide(partner, other);
    const distance = partnerDistance(side, other);
    if (distance >= nearest) continue;
    nearest = distance;
    best = i;
  }
  if (best < 0) return false;
  placeSide(guardAt(best), other);
  facePartner(side, other);
  return true;
}

function roomForAppend(symbol: Symbol): bool {
  symbol.appendText = alloc(<usize>MOST_APPEND);
  symbol.appendTextCapacity = MOST_APPEND;
  return symbol.appendText != 0;
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
