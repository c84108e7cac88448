/** Test and bench builds only: what tests of PDF417 and MicroPDF417 reach into. */
import { columnsAt, everyNthRowAt } from "./image/frame";
import { clearResults, report, writeResults } from "./io/results";
import { allocSymbol } from "./io/symbol";
import { openBudget } from "./kit/budget";
import { codewordOf, openPatterns, patternOf } from "./kit/codeword-patterns";
import { scanAddresses } from "./kit/address-guards";
import { scanGuards } from "./kit/guard-patterns";
import { closeGuards, guardAt, guardCount, openGuards } from "./kit/guards";
import { gridOf } from "./kit/scan-grid";
import { openAddresses, rowAddressOf } from "./kit/row-address";
import { alloc } from "./memory/arena";
import { decodeCodewords } from "./symbology/pdf417/decoder";

export { readElements } from "./kit/elements";
export { correctPrime } from "./math/reed-solomon-prime";

export function codewordPattern(cluster: i32, value: i32): i32 {
  openPatterns();
  return patternOf(cluster, value);
}
export function patternCodeword(pattern: i32): i32 {
  openPatterns();
  return codewordOf(pattern);
}
export function rowAddress(pattern: i32, isCentre: bool): i32 {
  openAddresses();
  return rowAddressOf(pattern, isCentre);
}

/** Status of decoding codewords (u16) with their trust (f32); on OK the result block is at stackedResults(). */
export function pdf417Decode(words: usize, trust: usize, count: i32, level: i32): i32 {
  clearResults();
  openBudget();
  const symbol = allocSymbol(8, 2800, 470);
  if (symbol == null) return -1;
  symbol.appendText = alloc(2800);
  symbol.appendTextCapacity = 2800;
  const status = decodeCodewords(words, trust, count, level, symbol);
  if (status == 0) report(symbol);
  return status;
}
export function stackedResults(): usize {
  return writeResults(0, 0, 0);
}

/** Guards of the open frame; returns how many. */
export function guardsFind(step: i32, withInverted: bool): i32 {
  if (!openGuards()) return -1;
  const rows = everyNthRowAt(0, step);
  const across = gridOf(0, false);
  if (rows != null && across != null) scanGuards(rows, across, withInverted, step);
  const columns = columnsAt(0);
  const down = gridOf(0, true);
  if (columns != null && down != null) scanGuards(columns, down, withInverted, step);
  closeGuards(2);
  return guardCount();
}
export function addressesFind(step: i32, withInverted: bool): i32 {
  if (!openGuards()) return -1;
  openPatterns();
  openAddresses();
  const rows = everyNthRowAt(0, step);
  const across = gridOf(0, false);
  if (rows != null && across != null) scanAddresses(rows, across, withInverted, step);
  const columns = columnsAt(0);
  const down = gridOf(0, true);
  if (columns != null && down != null) scanAddresses(columns, down, withInverted, step);
  closeGuards(2);
  return guardCount();
}
export function guardOffset(index: i32): f64 {
  return guardAt(index).offset;
}
export function guardSlope(index: i32): f64 {
  return guardAt(index).slope;
}
export function guardLines(index: i32): i32 {
  return guardAt(index).count;
}
export function guardFrom(index: i32): i32 {
  return guardAt(index).from;
}
export function guardTo(index: i32): i32 {
  return guardAt(index).to;
}
export function guardIsStop(index: i32): bool {
  return guardAt(index).isStop;
}
export function guardIsColumns(index: i32): bool {
  return guardAt(index).grid.dx == 0;
}
export function guardModule(index: i32): f64 {
  return guardAt(index).module;
}
