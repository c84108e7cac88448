/** PDF417, ISO/IEC 15438: looks for symbols in the frame and reports them. */
import { OK } from "../../abi/status";
import { LEVELS, columnsAt, everyNthRowAt, planeAt } from "../../image/frame";
import { seeksInverted } from "../../io/options";
import { isFull, isWithin, report, resultAt, resultCount } from "../../io/results";
import { Symbol, allocSymbol } from "../../io/symbol";
import { isSpent } from "../../kit/budget";
import { openPatterns } from "../../kit/codeword-patterns";
import { Guard, closeGuards, guardAt, guardCount, openGuards, scanGuards } from "../../kit/guards";
import { stackLevel } from "../../kit/stack";
import { alloc, mark, release } from "../../memory/arena";
import { Side, attempt } from "./attempt";

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

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  if (!openGuards()) return;
  const withInverted = seeksInverted();
  const rows = everyNthRowAt(0, STEP);
  if (rows != null) scanGuards(rows, 0, false, withInverted, STEP);
  const columns = columnsAt(0);
  if (columns != null) scanGuards(columns, 0, true, withInverted, STEP);
  closeGuards();
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
  const at = alloc(offsetof<Side>());
  const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
  if (at == 0 || symbol == null || !roomForAppend(symbol)) return;
  const side = changetype<Side>(at);
  place(guard, side);
  if (isRead(side) || attempt(side, symbol) != OK || !report(symbol)) release(scratch);
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

/** A guard's line in image coordinates, ends in such an order that the rows' direction turned clockwise runs along it. */
function place(guard: Guard, side: Side): void {
  const from = <f64>guard.from;
  const to = <f64>(guard.to + 1);
  const a = guard.offset + guard.slope * from;
  const b = guard.offset + guard.slope * to;
  const size = <f64>(1 << guard.level);
  side.x0 = (guard.isColumns ? from : a) * size;
  side.y0 = (guard.isColumns ? a : from) * size;
  side.x1 = (guard.isColumns ? to : b) * size;
  side.y1 = (guard.isColumns ? b : to) * size;
  const norm = Math.sqrt(1 + guard.slope * guard.slope);
  // Away from the guard, along the rows: against the reading direction from a stop pattern.
  const sign: f64 = guard.isReversed != guard.isStop ? -1 : 1;
  const ux = (guard.isColumns ? -guard.slope : 1) * (sign / norm);
  const uy = (guard.isColumns ? 1 : -guard.slope) * (sign / norm);
  side.ux0 = ux;
  side.uy0 = uy;
  side.ux1 = ux;
  side.uy1 = uy;
  side.module = (guard.module * size) / norm;
  side.level = stackLevel(side.module);
  side.isStop = guard.isStop;
  side.isInverted = guard.isInverted;
  // −uy, ux is the direction turned clockwise on the screen.
  if ((side.x1 - side.x0) * -uy + (side.y1 - side.y0) * ux < 0) {
    const x = side.x0;
    const y = side.y0;
    side.x0 = side.x1;
    side.y0 = side.y1;
    side.x1 = x;
    side.y1 = y;
  }
}
