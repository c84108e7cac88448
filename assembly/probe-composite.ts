/** Test and bench builds only: what tests of GS1 Composite reach into. */
import { FORMAT_GS1_COMPOSITE } from "./abi/formats";
import { OK } from "./abi/status";
import { clearResults, report, resultAt } from "./io/results";
import { allocSymbol } from "./io/symbol";
import { checksOf, columnsOf, rowsOf } from "./kit/addressed-sizes";
import { openBudget } from "./kit/budget";
import { openPatterns } from "./kit/codeword-patterns";
import { allocFloats, setFloat } from "./kit/floats";
import { guardCount } from "./kit/guards";
import { openAddresses } from "./kit/row-address";
import { decodeAddressed, decodeIndicated } from "./symbology/gs1-composite/decoder";
import { findSides } from "./symbology/gs1-composite/finder";

const MOST_BYTES: i32 = 3200;

/** Sides of a 2D component above a result of the open frame; returns how many. */
export function compositeSides(index: i32, what: i32): i32 {
  openBudget();
  openPatterns();
  openAddresses();
  return findSides(resultAt(index), what, false, 0) ? guardCount() : -1;
}

/** Status of decoding the codewords (u16) of a CC-A or CC-B of a size, all trusted; on OK the result is at stackedResults(). */
export function compositeDecode(words: usize, size: i32): i32 {
  clearResults();
  openBudget();
  const count = rowsOf(size) * columnsOf(size);
  const symbol = allocSymbol(FORMAT_GS1_COMPOSITE, MOST_BYTES, 1);
  const trust = allocFloats(count);
  if (symbol == null || trust == 0) return -1;
  for (let i = 0; i < count; i++) setFloat(trust, i, 1);
  const status = decodeAddressed(words, trust, size, symbol);
  if (status == OK) report(symbol);
  return status;
}

/** The same of so many codewords of a CC-C of a level. */
export function compositeDecodeLarge(words: usize, count: i32, level: i32): i32 {
  clearResults();
  openBudget();
  const symbol = allocSymbol(FORMAT_GS1_COMPOSITE, MOST_BYTES, 1);
  const trust = allocFloats(count);
  if (symbol == null || trust == 0) return -1;
  for (let i = 0; i < count; i++) setFloat(trust, i, 1);
  const status = decodeIndicated(words, trust, count, level, symbol);
  if (status == OK) report(symbol);
  return status;
}

/** Columns, rows and check codewords of a size. */
export function addressedColumns(size: i32): i32 {
  return columnsOf(size);
}
export function addressedRows(size: i32): i32 {
  return rowsOf(size);
}
export function addressedChecks(size: i32): i32 {
  return checksOf(size);
}
