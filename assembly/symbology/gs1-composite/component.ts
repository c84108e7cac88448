/** Reads the 2D component that belongs to a linear component. Knows how it is framed, not what it says. */
import { NOT_FOUND, OK } from "../../abi/status";
import { SYMBOL_INVERTED, SYMBOL_LINKED } from "../../abi/layout";
import { frameNumber, isThorough } from "../../io/options";
import { Symbol } from "../../io/symbol";
import { OPEN_SHAPE } from "../../kit/addressed-columns";
import { ALL_SIZES } from "../../kit/addressed-sizes";
import { aim, isPromising, readAddressed } from "../../kit/addressed-stack";
import { isSpent } from "../../kit/budget";
import { Guard, guardAt, guardCount } from "../../kit/guards";
import { readIndicated } from "../../kit/indicated-stack";
import { Side, faceAlongLine, placeSide } from "../../kit/side";
import { alloc, mark, release } from "../../memory/arena";
import { carriesLarge, columnsOf } from "./carrier";
import { decodeAddressed, decodeIndicated } from "./decoder";
import { LARGE, LEFT, RIGHT, findSides } from "./finder";

/** Modules beyond the ends of a side that a first look reaches at least: the linear component is near. */
const EXTRA: f64 = 2;
/** Directions that lines are laid in, and radians between them: three characters lie within a row of two modules at half of it. */
const TURNS: i32 = 9;
const TURN: f64 = 0.045;

/** Reads what stands above the linear component into a symbol; OK or NOT_FOUND. */
export function readComponent(linear: Symbol, symbol: Symbol): i32 {
  for (let k = 0; k < TURNS && !isSpent(); k++) {
    // A live frame looks straight ahead, and in one of the other directions.
    if (k > 0 && !isThorough() && k != 1 + (frameNumber() % (TURNS - 1))) continue;
    const turn = TURN * <f64>((k + 1) >> 1) * ((k & 1) != 0 ? 1 : -1);
    if (readKinds(linear, symbol, false, turn) == OK) return OK;
    // A mirrored image has it below.
    if (!isThorough() || (linear.flags & SYMBOL_LINKED) == 0) continue;
    if (readKinds(linear, symbol, true, turn) == OK) return OK;
  }
  return NOT_FOUND;
}

function readKinds(linear: Symbol, symbol: Symbol, isMirrored: bool, turn: f64): i32 {
  if (readKind(linear, symbol, LEFT, isMirrored, turn) == OK) return OK;
  if (columnsOf(linear) == 3) return readKind(linear, symbol, RIGHT, isMirrored, turn);
  return carriesLarge(linear) ? readKind(linear, symbol, LARGE, isMirrored, turn) : NOT_FOUND;
}

function readKind(linear: Symbol, symbol: Symbol, what: i32, isMirrored: bool, turn: f64): i32 {
  const scratch = mark();
  const at = alloc(offsetof<Side>());
  let status: i32 = NOT_FOUND;
  if (at != 0 && findSides(linear, what, isMirrored, turn)) {
    const side = changetype<Side>(at);
    for (let i = 0; i < guardCount() && status != OK && !isSpent(); i++) {
      const guard = guardAt(i);
      if (guard.isReversed) continue;
      status = what == LARGE ? tryLarge(linear, guard, side, symbol) : tryAddressed(linear, guard, side, symbol);
    }
  }
  release(scratch);
  return status;
}

/** Rows run along the linear component, or at a right angle to the bars of their own side, or somewhere between. */
function tryAddressed(linear: Symbol, guard: Guard, side: Side, symbol: Symbol): i32 {
  const shape = guard.isStop ? OPEN_SHAPE : columnsOf(linear);
  let status: i32 = NOT_FOUND;
  for (let turn = 0; turn < (isThorough() ? 3 : 2) && status != OK; turn++) {
    const scratch = mark();
    face(linear, guard, side, turn != 1);
    if (turn < 2 ? isPromising(side) : aim(side)) {
      status = readAddressed(side, symbol, ALL_SIZES, shape, decodeAddressed);
    }
    release(scratch);
  }
  return status;
}

function tryLarge(linear: Symbol, guard: Guard, side: Side, symbol: Symbol): i32 {
  let status: i32 = NOT_FOUND;
  for (let turn = 0; turn < 2 && status != OK; turn++) {
    const scratch = mark();
    face(linear, guard, side, turn == 0);
    status = readIndicated(side, symbol, decodeIndicated);
    release(scratch);
  }
  return status;
}

function face(linear: Symbol, guard: Guard, side: Side, isAlong: bool): void {
  placeSide(guard, side);
  if (isAlong) faceAlongLine(side, guard);
  side.extra = EXTRA;
  side.isInverted = (linear.flags & SYMBOL_INVERTED) != 0;
}
