/**
 * One guard to a symbol whose rows bear addresses: the row address patterns say which size it is and where its rows lie;
 * lines are laid along those rows then, and all columns read. Knows nothing of how guards are found, nor what codewords mean.
 */
import { BAD_CHECKSUM, NOT_FOUND, OK } from "../abi/status";
import { isThorough } from "../io/options";
import { Symbol } from "../io/symbol";
import { countCandidate, isSpent } from "./budget";
import { setFloat } from "./floats";
import { ADDRESSES } from "./row-address";
import { trackRows } from "./row-tracker";
import { Side, turnSide } from "./side";
import { slopeAt, valueAt } from "./smooth-fit";
import { Stack, moduleAt, placeX, placeY, trustAt } from "./stack";
import { lookAgain } from "./stack-likeness";
import { fitRows, layLines, layProbe, placeSymbol } from "./stack-lines";
import { CENTRE_ADDRESS, CODEWORD, SIDE_ADDRESS, glanceColumn, marchColumn, modulesOf } from "./stack-march";
import { allocVotes, collectVotes, takeVotes } from "./stack-votes";
import { distance } from "../math/geometry";
import { alloc, mark, release } from "../memory/arena";
import { ANY_SHAPE, kindOf, stackColumns } from "./addressed-columns";
import { addressAt, driftOf, nearOf, settleSize } from "./addressed-evidence";
import { clusterOf, columnsOf, rowsOf, shapeOf } from "./addressed-sizes";

/** Decodes the codewords (u16) of a size with how sure each is (f32) into a symbol; they are corrected in place. */
export type AddressedDecoder = (words: usize, trust: usize, size: i32, symbol: Symbol) => i32;

/** The first look reaches so many heights of the guard beyond its ends. */
const REACH: f64 = 0.6;
/** Lines of the first look that must show an address. */
const LEAST_LINES: i32 = 4;
/** Columns of a stack at most: two addresses at the sides, one in the middle, four codewords. */
const MOST_STACK_COLUMNS: i32 = 7;
/** A lead of so many lines' votes needs no second look. */
const ENOUGH: f32 = 1.5;

/** Directions about the side's own that are tried, in radians: rows may run askew to the bars. */
const TURNS: i32 = 7;
const TURN: f64 = 0.045;

/** Turns a side to where most codewords show beside it; false where none do anywhere. */
export function aim(side: Side): bool {
  let best: i32 = 0;
  let most: i32 = 0;
  turnSide(side, -TURN * TURNS);
  for (let k = -TURNS; k <= TURNS && !isSpent(); k++) {
    const scratch = mark();
    const probe = layProbe(side, 2, 0);
    let read: i32 = 0;
    const isSeen = probe != null && glanceColumn(probe, SIDE_ADDRESS, side.own);
    if (probe != null && isSeen && marchColumn(probe, SIDE_ADDRESS) >= LEAST_LINES) read = marchColumn(probe, CODEWORD);
    release(scratch);
    if (read > most || (read == most && abs(k) < abs(best))) {
      most = read;
      best = k;
    }
    turnSide(side, TURN);
  }
  turnSide(side, TURN * <f64>(best - TURNS - 1));
  return most >= LEAST_LINES;
}

/** Lines of a guard that must show addresses, and their part that must follow each other from row to row. */
const LEAST_READ: f32 = 0.2;
const LEAST_ORDERED: f32 = 0.5;

/** True if the addresses beside a guard follow each other: text and texture do not. */
export function isPromising(side: Side): bool {
  const scratch = mark();
  const probe = layProbe(side, 1, 0);
  let isOrdered = false;
  if (probe != null && glanceColumn(probe, SIDE_ADDRESS, side.own)) {
    const read = marchColumn(probe, SIDE_ADDRESS);
    isOrdered =
      read >= LEAST_LINES &&
      <f64>read >= <f64>LEAST_READ * side.own * <f64>probe.lines &&
      fitAddresses(probe, side) &&
      <f32>probe.fit.inliers >= LEAST_ORDERED * <f32>read &&
      isSteep(probe);
  }
  release(scratch);
  return isOrdered;
}

/** Rows are two modules high at least, and seldom more than ten: the course of the addresses is as steep as that. */
function isSteep(probe: Stack): bool {
  const fit = probe.fit;
  const rows = abs(slopeAt(fit, fit.middle)) * <f64>(probe.lines - 1);
  const last = probe.lines - 1;
  const height = distance(placeX(probe, 0, 0), placeY(probe, 0, 0), placeX(probe, 0, last), placeY(probe, 0, last));
  const modules = height / moduleAt(probe, last >> 1);
  return rows > modules / 16 && rows < modules / 1.2;
}

/** Turns a side to where the right addresses show that its lines go along the rows; false where they tell nothing. */
function straighten(probe: Stack, side: Side, shape: i32, sizes: i32): bool {
  const drift = driftOf(probe, shape, sizes);
  const slope = slopeAt(probe.fit, probe.fit.middle);
  if (drift == 0 || slope == 0) return false;
  const last = probe.lines - 1;
  const end = probe.columns - 1;
  const height = distance(placeX(probe, 0, 0), placeY(probe, 0, 0), placeX(probe, 0, last), placeY(probe, 0, last));
  const width = distance(placeX(probe, 0, 0), placeY(probe, 0, 0), placeX(probe, end, 0), placeY(probe, end, 0));
  // Pixels along the bars, towards later lines, by which the right side shows other rows than the left.
  const off = ((drift / slope) * height) / <f64>last;
  turnSide(side, -Math.atan2(off, width));
  return true;
}

/**
 * Reads the symbol beside a guard, of one of the first so many sizes (kit/addressed-sizes.ts) and of a shape, ANY_SHAPE
 * where none is known; OK or why not. The guard's direction may be mended once.
 */
export function readAddressed(
  side: Side,
  symbol: Symbol,
  sizes: i32,
  known: i32,
  decode: AddressedDecoder,
  mayStraighten: bool = true,
): i32 {
  const probe = layProbe(side, MOST_STACK_COLUMNS, REACH);
  if (probe == null || marchColumn(probe, SIDE_ADDRESS) < LEAST_LINES) return NOT_FOUND;
  if (!fitAddresses(probe, side)) return NOT_FOUND;
  const shape = known == ANY_SHAPE ? marchAll(probe) : marchShape(probe, known);
  if (shape == 0) return NOT_FOUND;
  const size = settleSize(probe, shape, sizes);
  // Reading further columns has used the fit for their boundaries.
  if (!fitAddresses(probe, side)) return NOT_FOUND;
  if (size < 0) {
    if (!mayStraighten || !straighten(probe, side, shape, sizes)) return NOT_FOUND;
    return readAddressed(side, symbol, sizes, known, decode, false);
  }
  countCandidate();
  const stack = layLines(probe, side, rowsOf(size), stackColumns(shape), firstRow(probe, size));
  return stack == null ? NOT_FOUND : readStack(stack, size, symbol, decode);
}

/** Fits the course of the addresses nearby, unwrapped about the one in the middle. */
function fitAddresses(probe: Stack, side: Side): bool {
  let read: i32 = 0;
  let anchor: i32 = -1;
  let nearest: i32 = probe.lines;
  for (let line = 0; line < probe.lines; line++) {
    const address = addressAt(probe, 0, line, false);
    const off = abs(2 * line - probe.lines);
    if (address < 0) continue;
    read++;
    if (off < nearest) {
      nearest = off;
      anchor = address;
    }
  }
  if (read < LEAST_LINES) return false;
  for (let line = 0; line < probe.lines; line++) {
    const address = addressAt(probe, 0, line, false);
    setFloat(probe.weights, line, 0);
    if (address < 0) continue;
    // Half a cycle either way: the largest symbol has 44 of the 52.
    const off = (address - anchor + ADDRESSES + ADDRESSES / 2) % ADDRESSES;
    setFloat(probe.offsets, line, <f32>(anchor + off - ADDRESSES / 2) + 0.5);
    setFloat(probe.weights, line, trustAt(probe, 0, line));
  }
  return fitRows(probe, side);
}

/** Reads the columns of a shape, which may come off the lines where these do not go along the rows; 0 where it cannot. */
function marchShape(probe: Stack, shape: i32): i32 {
  for (let column = 1; column < stackColumns(shape); column++) {
    if (marchColumn(probe, kindOf(shape, column, probe.isBackward)) < (column == 1 ? LEAST_LINES : 0)) return 0;
  }
  return shape;
}

/** Reads column after column as whatever most lines show it to be; returns how many codeword columns, 0 for no symbol. */
function marchAll(probe: Stack): i32 {
  let shape: i32 = 0;
  let columns: i32 = 0;
  while (probe.columns < MOST_STACK_COLUMNS) {
    const codewords = tryColumn(probe, CODEWORD);
    const sides = tryColumn(probe, SIDE_ADDRESS);
    const centres = tryColumn(probe, CENTRE_ADDRESS);
    const kind =
      codewords >= sides && codewords >= centres ? CODEWORD : sides >= centres ? SIDE_ADDRESS : CENTRE_ADDRESS;
    if (max(codewords, max(sides, centres)) < LEAST_LINES || marchColumn(probe, kind) < 0) return 0;
    if (kind == CODEWORD) columns++;
    shape = 4 * shape + kind + 1;
    if (kind == SIDE_ADDRESS) break;
  }
  if (columns < 1 || columns > 4) return 0;
  let wanted: i32 = 0;
  for (let column = 1; column < stackColumns(columns); column++)
    wanted = 4 * wanted + kindOf(columns, column, false) + 1;
  return shape == wanted ? columns : 0;
}

/** On how many lines the next column reads as a kind of character; the stack is left as it was. */
function tryColumn(probe: Stack, kind: i32): i32 {
  const module0 = probe.module0;
  const module1 = probe.module1;
  const read = marchColumn(probe, kind);
  if (read < 0) return 0;
  probe.columns--;
  probe.module0 = module0;
  probe.module1 = module1;
  return read;
}

/** What the fitted course says for the upper edge of the size's first row, on the side of its cycle where the fit is. */
function firstRow(probe: Stack, size: i32): f64 {
  const middle = valueAt(probe.fit, probe.fit.middle);
  const first = <f64>nearOf(size, probe.isBackward);
  const wanted = first + 0.5 * <f64>rowsOf(size);
  const cycles = Math.round((middle - wanted) / <f64>ADDRESSES);
  return first + cycles * <f64>ADDRESSES;
}

/** Reads all columns and decodes them. */
function readStack(stack: Stack, size: i32, symbol: Symbol, decode: AddressedDecoder): i32 {
  const rows = rowsOf(size);
  const columns = columnsOf(size);
  const shape = shapeOf(size);
  const perRow = stack.lines / rows;
  const cluster = clusterOf(size);
  const votes = allocVotes(rows, columns);
  const errors = alloc(16);
  const count = rows * columns;
  const words = alloc((<usize>count) << 1);
  const trust = alloc((<usize>count) << 2);
  const own = alloc(4 * 4);
  if (votes == null || errors == 0 || words == 0 || trust == 0 || own == 0) return NOT_FOUND;
  let modules: i32 = 0;
  let read: i32 = 0;
  for (let column = 0; column < stackColumns(shape); column++) {
    const kind = kindOf(shape, column, stack.isBackward);
    if (marchColumn(stack, kind) < 0) return NOT_FOUND;
    modules += modulesOf(kind);
    if (kind != CODEWORD) continue;
    trackRows(stack, perRow, cluster, errors);
    const place = stack.isBackward ? columns - 1 - read : read;
    takeVotes(votes, stack, column, place, perRow, cluster);
    store<i32>(own + ((<usize>place) << 2), column);
    read++;
  }
  collectVotes(votes, words, trust);
  let status = decode(words, trust, size, symbol);
  if (status == BAD_CHECKSUM && isThorough()) {
    lookAgain(stack, words, trust, rows, columns, cluster, own, ENOUGH);
    status = decode(words, trust, size, symbol);
  }
  if (status != OK) return status;
  placeSymbol(stack, symbol, modules, 0, 1);
  return OK;
}
