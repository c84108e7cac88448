/**
 * One guard to a symbol: the column of row indicators beside it says what the symbol is and where its rows lie; lines are
 * laid along those rows then, and all columns read. Knows nothing of how guards are found.
 */
import { SYMBOL_INVERTED, SYMBOL_MIRRORED } from "../../abi/layout";
import { BAD_CHECKSUM, NOT_FOUND, OK } from "../../abi/status";
import { isThorough } from "../../io/options";
import { Symbol } from "../../io/symbol";
import { countCandidate } from "../../kit/budget";
import { VALUES, codewordOf } from "../../kit/codeword-patterns";
import { floatAt, setFloat } from "../../kit/floats";
import { rowPlace, trackRows } from "../../kit/row-tracker";
import { fitSmooth, valueAt } from "../../kit/smooth-fit";
import { MOST_STACK_LINES, Stack, allocStack, cellAt, placeX, placeY, setPlace, trustAt } from "../../kit/stack";
import { CODEWORD, marchColumn } from "../../kit/stack-march";
import { lookAgain } from "../../kit/stack-likeness";
import { Votes, allocVotes, electedAt, lead, takeVotes } from "../../kit/stack-votes";
import { direction, distance } from "../../math/geometry";
import { alloc } from "../../memory/arena";
import { decodeCodewords } from "./decoder";
import { CENSUS_BYTES, Census, clearCensus, elect, rowOf, vote, voteColumns } from "./indicators";
import { Side } from "./side";

/** Lines per module of the first look, and lines per row of the reading. */
const PROBE_PITCH: f64 = 0.7;
const FAST_LINES: i32 = 3;
const THOROUGH_LINES: i32 = 5;
/** Lines of the first look that must show indicators of one symbol, and their part of those that show any codeword. */
const LEAST_INDICATORS: i32 = 3;
const LEAST_AGREEMENT: f32 = 0.4;
/** Indicators lie so near the course of the rows, in rows. */
const ROW_TOLERANCE: f32 = 0.8;
/** Votes for the number of columns that the distance of a partner is worth. */
const SPAN_VOTES: f32 = 2;
/** A lead of so many lines' votes needs no second look. */
const ENOUGH: f32 = 1.5;

/** Reads the symbol beside a guard; OK or why not. */
export function attempt(side: Side, symbol: Symbol): i32 {
  const head = alloc(offsetof<Census>());
  const votes = alloc(CENSUS_BYTES);
  if (head == 0 || votes == 0) return NOT_FOUND;
  const census = changetype<Census>(head);
  census.votes = votes;
  const probe = probeSide(side);
  if (probe == null || !readIndicators(probe, side, census)) return NOT_FOUND;
  countCandidate();
  const stack = layLines(probe, side, census);
  if (stack == null) return NOT_FOUND;
  return readStack(stack, side, census, symbol);
}

/** Lines across the guard, and beyond both its ends as far as it is long: what is damaged of it may be whole beside it. */
function probeSide(side: Side): Stack | null {
  const height = distance(side.x0, side.y0, side.x1, side.y1);
  const extra = 0.6 * height + 8 * side.module;
  const total = height + 2 * extra;
  side.own = height / total;
  const lines = max(3, min(MOST_STACK_LINES, <i32>(total / (PROBE_PITCH * side.module))));
  const stack = allocStack(side.level, lines, 1);
  if (stack == null) return null;
  orient(stack, side);
  const vx = height > 0 ? (side.x1 - side.x0) / height : -side.uy0;
  const vy = height > 0 ? (side.y1 - side.y0) / height : side.ux0;
  for (let line = 0; line < lines; line++) {
    const along = -extra + (total * (<f64>line + 0.5)) / <f64>lines;
    setPlace(stack, 0, line, (side.x0 + vx * along) / stack.size, (side.y0 + vy * along) / stack.size);
  }
  return marchColumn(stack, CODEWORD) >= LEAST_INDICATORS ? stack : null;
}

/** Gives a stack the side's directions and module. */
function orient(stack: Stack, side: Side): void {
  stack.dx0 = side.ux0;
  stack.dy0 = side.uy0;
  stack.dx1 = side.ux1;
  stack.dy1 = side.uy1;
  stack.module0 = side.module / stack.size;
  stack.module1 = stack.module0;
  stack.isInverted = side.isInverted;
  stack.isBackward = side.isStop;
}

/** Fits the course of the rows through the indicators and counts what they say; false where they are no indicators. */
function readIndicators(probe: Stack, side: Side, census: Census): bool {
  const lines = probe.lines;
  let read: i32 = 0;
  for (let line = 0; line < lines; line++) {
    const codeword = codewordOf(cellAt(probe, 0, line));
    setFloat(probe.weights, line, 0);
    if (codeword < 0) continue;
    read++;
    setFloat(probe.offsets, line, <f32>rowOf(codeword / VALUES, codeword % VALUES) + 0.5);
    setFloat(probe.weights, line, trustAt(probe, 0, line));
  }
  if (read < LEAST_INDICATORS || !fitRows(probe, side)) return false;
  const fit = probe.fit;
  clearCensus(census);
  let agreed: i32 = 0;
  for (let line = 0; line < lines; line++) {
    const codeword = codewordOf(cellAt(probe, 0, line));
    if (codeword < 0) continue;
    const row = rowOf(codeword / VALUES, codeword % VALUES);
    if (abs(<f64>row + 0.5 - valueAt(fit, <f64>line)) > <f64>ROW_TOLERANCE) continue;
    agreed++;
    vote(census, codeword / VALUES, codeword % VALUES, side.isStop, trustAt(probe, 0, line));
  }
  // A partner's distance is worth a few lines.
  if (side.span > 0) voteColumns(census, <i32>Math.round(side.span) - 2, SPAN_VOTES);
  if (agreed < LEAST_INDICATORS || <f32>agreed < LEAST_AGREEMENT * <f32>read) return false;
  return elect(census) && census.agreement >= LEAST_AGREEMENT;
}

/**
 * Fits the course of the rows: through the lines that cross the guard first, as another symbol may lie beyond its ends,
 * then through all that agree.
 */
function fitRows(probe: Stack, side: Side): bool {
  const lines = probe.lines;
  const fit = probe.fit;
  const from = <i32>(<f64>lines * 0.5 * (1 - side.own)) - 1;
  const all = alloc((<usize>lines) << 2);
  if (all == 0) return false;
  memory.copy(all, probe.weights, (<usize>lines) << 2);
  for (let line = 0; line < lines; line++) {
    if (line < from || line >= lines - from) setFloat(probe.weights, line, 0);
  }
  if (!fitSmooth(fit, probe.offsets, probe.weights, lines, ROW_TOLERANCE, 2)) return false;
  for (let line = 0; line < lines; line++) {
    const off = abs(<f64>floatAt(probe.offsets, line) - valueAt(fit, <f64>line));
    setFloat(probe.weights, line, off < 2 ? floatAt(all, line) : 0);
  }
  return fitSmooth(fit, probe.offsets, probe.weights, lines, ROW_TOLERANCE, 3);
}

/** New lines, as many per row for every row of the symbol, from its first row on. */
function layLines(probe: Stack, side: Side, census: Census): Stack | null {
  const perRow = min(isThorough() ? THOROUGH_LINES : FAST_LINES, max(1, MOST_STACK_LINES / census.rows));
  const lines = census.rows * perRow;
  const stack = allocStack(side.level, lines, census.columns + 2);
  if (stack == null) return null;
  orient(stack, side);
  const fit = probe.fit;
  const last = probe.lines - 1;
  const x0 = <f64>placeX(probe, 0, 0);
  const y0 = <f64>placeY(probe, 0, 0);
  const stepX = (<f64>placeX(probe, 0, last) - x0) / <f64>last;
  const stepY = (<f64>placeY(probe, 0, last) - y0) / <f64>last;
  for (let line = 0; line < lines; line++) {
    const at = lineOfRow(probe, <f64>rowPlace(line, perRow));
    if (isNaN(at)) return null;
    setPlace(stack, 0, line, x0 + stepX * at, y0 + stepY * at);
  }
  if (fit.b < 0) {
    // Rows run against the probe's lines: the first line is the lowest one there.
    stack.dx0 = side.ux1;
    stack.dy0 = side.uy1;
    stack.dx1 = side.ux0;
    stack.dy1 = side.uy0;
  }
  return stack;
}

/** Line of the probe on which a row place lies: the course of the rows turned round by Newton's method. */
function lineOfRow(probe: Stack, place: f64): f64 {
  const fit = probe.fit;
  let t: f64 = 0;
  for (let round = 0; round < 12; round++) {
    const slope = fit.b + 2 * fit.a * t;
    // A course that turns back is none.
    if (slope * fit.b <= 0) return NaN;
    const step = (place - (fit.c + t * (fit.b + t * fit.a))) / slope;
    t += max<f64>(-2, min<f64>(2, step));
  }
  return fit.middle + t / fit.scale;
}

function readStack(stack: Stack, side: Side, census: Census, symbol: Symbol): i32 {
  const perRow = stack.lines / census.rows;
  const votes = allocVotes(census.rows, census.columns);
  const errors = alloc(16);
  const count = census.rows * census.columns;
  const words = alloc((<usize>count) << 1);
  const trust = alloc((<usize>count) << 2);
  if (votes == null || errors == 0 || words == 0 || trust == 0) return NOT_FOUND;
  for (let column = 0; column < census.columns + 2; column++) {
    if (marchColumn(stack, CODEWORD) < 0) return NOT_FOUND;
    trackRows(stack, perRow, 0, errors);
    // The stack's first and last column are indicators.
    if (column == 0 || column > census.columns) continue;
    takeVotes(votes, stack, column, side.isStop ? census.columns - column : column - 1, perRow, 0);
  }
  collect(votes, words, trust);
  let status = decodeCodewords(words, trust, count, census.level, symbol);
  if (status == BAD_CHECKSUM && isThorough()) {
    const from = side.isStop ? census.columns : 1;
    const step = side.isStop ? -1 : 1;
    lookAgain(stack, words, trust, census.rows, census.columns, 0, from, step, ENOUGH);
    status = decodeCodewords(words, trust, count, census.level, symbol);
  }
  if (status != OK) return status;
  fillPlace(stack, side, census, symbol);
  return OK;
}

/** Elected codewords in reading order. */
function collect(votes: Votes, words: usize, trust: usize): void {
  for (let row = 0; row < votes.rows; row++) {
    for (let column = 0; column < votes.columns; column++) {
      const at = row * votes.columns + column;
      const value = electedAt(votes, row, column);
      store<u16>(words + ((<usize>at) << 1), <u16>max(0, value));
      setFloat(trust, at, value < 0 ? 0 : lead);
    }
  }
}

/** Modules from the inner boundary of the start pattern to its outer edge, and the same for the stop pattern. */
const START_MODULES: f64 = 17;
const STOP_MODULES: f64 = 18;

/** Fills in place, size and direction of a symbol that was read. */
function fillPlace(stack: Stack, side: Side, census: Census, symbol: Symbol): void {
  symbol.rows = census.rows;
  symbol.columns = census.columns;
  symbol.scanLines = stack.lines;
  if (side.isInverted) symbol.flags |= SYMBOL_INVERTED;
  const last = stack.lines - 1;
  const far = stack.columns;
  const first = side.isStop ? far : 0;
  const end = side.isStop ? 0 : far;
  // Lines lie in the middle of their part of a row.
  corner(stack, first, end, 0, -START_MODULES);
  symbol.x0 = <f32>cornerX;
  symbol.y0 = <f32>cornerY;
  corner(stack, end, first, 0, -STOP_MODULES);
  symbol.x1 = <f32>cornerX;
  symbol.y1 = <f32>cornerY;
  corner(stack, end, first, last, -STOP_MODULES);
  symbol.x2 = <f32>cornerX;
  symbol.y2 = <f32>cornerY;
  corner(stack, first, end, last, -START_MODULES);
  symbol.x3 = <f32>cornerX;
  symbol.y3 = <f32>cornerY;
  symbol.orientation = <f32>direction(<f64>(symbol.x1 - symbol.x0), <f64>(symbol.y1 - symbol.y0));
  const across = <f64>(census.columns * 17 + 69);
  symbol.moduleSize = <f32>(
    ((distance(symbol.x0, symbol.y0, symbol.x1, symbol.y1) + distance(symbol.x3, symbol.y3, symbol.x2, symbol.y2)) /
      (2 * across))
  );
  const turn = (symbol.x1 - symbol.x0) * (symbol.y3 - symbol.y0) - (symbol.y1 - symbol.y0) * (symbol.x3 - symbol.x0);
  if (turn < 0) symbol.flags |= SYMBOL_MIRRORED;
}

let cornerX: f64 = 0;
let cornerY: f64 = 0;

/** Corner beyond a boundary of a line, `modules` (negative: away from the other boundary), and half a line outwards. */
function corner(stack: Stack, boundary: i32, other: i32, line: i32, modules: f64): void {
  const x = <f64>placeX(stack, boundary, line);
  const y = <f64>placeY(stack, boundary, line);
  const part = modules / <f64>(17 * stack.columns);
  const next = line == 0 ? min(1, stack.lines - 1) : line - 1;
  cornerX =
    (x + part * (<f64>placeX(stack, other, line) - x) + 0.5 * (x - <f64>placeX(stack, boundary, next))) * stack.size;
  cornerY =
    (y + part * (<f64>placeY(stack, other, line) - y) + 0.5 * (y - <f64>placeY(stack, boundary, next))) * stack.size;
}
