/**
 * One guard to a symbol: the column of row indicators beside it says what the symbol is and where its rows lie; lines are
 * laid along those rows then, and all columns read. Knows nothing of how guards are found, nor what codewords mean.
 */
import { BAD_CHECKSUM, NOT_FOUND, OK } from "../abi/status";
import { isThorough } from "../io/options";
import { Symbol } from "../io/symbol";
import { countCandidate } from "./budget";
import { VALUES, codewordOf } from "./codeword-patterns";
import { setFloat } from "./floats";
import { trackRows } from "./row-tracker";
import { Side } from "./side";
import { valueAt } from "./smooth-fit";
import { Stack, cellAt, trustAt } from "./stack";
import { lookAgain } from "./stack-likeness";
import { ROW_TOLERANCE, fitRows, layLines, layProbe, placeSymbol } from "./stack-lines";
import { CODEWORD, glanceColumn, marchColumn } from "./stack-march";
import { allocVotes, collectVotes, takeVotes } from "./stack-votes";
import { alloc } from "../memory/arena";
import { CENSUS_BYTES, Census, clearCensus, elect, rowOf, vote, voteColumns } from "./row-indicators";

/** Decodes so many codewords (u16) of a level with how sure each is (f32) into a symbol; they are corrected in place. */
export type IndicatedDecoder = (words: usize, trust: usize, count: i32, level: i32, symbol: Symbol) => i32;

/** The first look reaches so many heights of the guard beyond its ends. */
const REACH: f64 = 0.6;
/** Lines of the first look that must show indicators of one symbol, and their part of those that show any codeword. */
const LEAST_INDICATORS: i32 = 3;
const LEAST_AGREEMENT: f32 = 0.4;
/** Votes for the number of columns that the distance of a partner is worth. */
const SPAN_VOTES: f32 = 2;
/** A lead of so many lines' votes needs no second look. */
const ENOUGH: f32 = 1.5;
/** Modules of the start and the stop pattern. */
const START_MODULES: i32 = 17;
const STOP_MODULES: i32 = 18;

/** Reads the symbol beside a guard; OK or why not. */
export function readIndicated(side: Side, symbol: Symbol, decode: IndicatedDecoder): i32 {
  const head = alloc(offsetof<Census>());
  const votes = alloc(CENSUS_BYTES);
  if (head == 0 || votes == 0) return NOT_FOUND;
  const census = changetype<Census>(head);
  census.votes = votes;
  const probe = layProbe(side, 1, REACH);
  if (probe == null || !glanceColumn(probe, CODEWORD, side.own)) return NOT_FOUND;
  if (marchColumn(probe, CODEWORD) < LEAST_INDICATORS) return NOT_FOUND;
  if (!readIndicators(probe, side, census)) return NOT_FOUND;
  countCandidate();
  const stack = layLines(probe, side, census.rows, census.columns + 2, 0);
  return stack == null ? NOT_FOUND : readStack(stack, census, symbol, decode);
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

/** Reads all columns and decodes them. */
function readStack(stack: Stack, census: Census, symbol: Symbol, decode: IndicatedDecoder): i32 {
  const rows = census.rows;
  const columns = census.columns;
  const perRow = stack.lines / rows;
  const votes = allocVotes(rows, columns);
  const errors = alloc(16);
  const count = rows * columns;
  const words = alloc((<usize>count) << 1);
  const trust = alloc((<usize>count) << 2);
  const places = alloc((<usize>columns) << 2);
  if (votes == null || errors == 0 || words == 0 || trust == 0 || places == 0) return NOT_FOUND;
  for (let column = 0; column < columns + 2; column++) {
    if (marchColumn(stack, CODEWORD) < 0) return NOT_FOUND;
    trackRows(stack, perRow, 0, errors);
    // The stack's first and last column are indicators.
    if (column == 0 || column > columns) continue;
    const own = stack.isBackward ? columns - column : column - 1;
    takeVotes(votes, stack, column, own, perRow, 0);
    store<i32>(places + ((<usize>own) << 2), column);
  }
  collectVotes(votes, words, trust);
  let status = decode(words, trust, count, census.level, symbol);
  if (status == BAD_CHECKSUM && isThorough()) {
    lookAgain(stack, words, trust, rows, columns, 0, places, ENOUGH);
    status = decode(words, trust, count, census.level, symbol);
  }
  if (status != OK) return status;
  symbol.rows = rows;
  symbol.columns = columns;
  placeSymbol(stack, symbol, 17 * stack.columns, START_MODULES, STOP_MODULES);
  return OK;
}
