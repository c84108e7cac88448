/** MicroPDF417, ISO/IEC 24728: looks for symbols in the frame and reports them. */
import { NOT_FOUND, OK } from "../../abi/status";
import { LEVELS, columnsAt, everyNthRowAt, planeAt } from "../../image/frame";
import { frameNumber, isThorough, seeksInverted } from "../../io/options";
import { isFull, isWithin, report, resultAt, resultCount } from "../../io/results";
import { allocSymbol } from "../../io/symbol";
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
  for (let i = 0; i < guardCount() && !isFull() && !isSpent(); i++) tryGuard(guardAt(i));
}

function tryGuard(guard: Guard): void {
  const scratch = mark();
  const at = alloc(offsetof<Side>());
  const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
  if (at == 0 || symbol == null) return;
  symbol.appendText = alloc(<usize>MOST_APPEND);
  symbol.appendTextCapacity = symbol.appendText == 0 ? 0 : MOST_APPEND;
  const side = changetype<Side>(at);
  placeSide(guard, side);
  if (!isRead(side)) {
    let status: i32 = NOT_FOUND;
    let hasPromise = isPromising(side);
    if (hasPromise) status = readAddressed(side, symbol, MICRO_SIZES, ANY_SHAPE, decodeCodewords);
    if (status != OK) {
      faceAlongLine(side, guard);
      if (isPromising(side)) {
        hasPromise = true;
        status = readAddressed(side, symbol, MICRO_SIZES, ANY_SHAPE, decodeCodewords);
      }
    }
    if (status != OK && isThorough() && (hasPromise || guard.count >= CLEAR_LINES)) {
      placeSide(guard, side);
      if (aim(side)) status = readAddressed(side, symbol, MICRO_SIZES, ANY_SHAPE, decodeCodewords);
    }
    if (status == OK && report(symbol)) return;
  }
  release(scratch);
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
