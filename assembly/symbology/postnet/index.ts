/**
 * POSTNET and PLANET (USPS Domestic Mail Manual 708.4): digits of five bars, two of which are tall, or short (PLANET),
 * between two tall frame bars; the last digit makes the sum a multiple of ten.
 */
import { FORMAT_PLANET, FORMAT_POSTNET } from "../../abi/formats";
import { isWanted } from "../../io/options";
import { isFull, report } from "../../io/results";
import { putByte } from "../../io/symbol";
import { BarRow, ascenderAt, takeBars } from "../../kit/bar-row";
import { barRowAt, barRows } from "../../kit/bar-rows";
import { barConfidence, chosenMargin, isTaken, openBarSymbol, tallestOf } from "../../kit/bar-symbol";

const BARS: i32 = 5;
/** Digits with the check digit: ZIP, ZIP+4, ZIP+4 and delivery point; PLANET's 11 and 13. */
const POSTNET_DIGITS = memory.data<u8>([6, 10, 12, 0]);
const PLANET_DIGITS = memory.data<u8>([12, 14, 0, 0]);
/** Bars that may stand beside a symbol and look like its own. */
const MOST_STRAY: i32 = 2;
/** Least margin of a digit and of the frame bars: ideal is 2, and 1. */
const LEAST_MARGIN: f32 = 0.5;
const LEAST_FRAME: f32 = 0.3;
const MOST_UNREST: f32 = 0.4;
/** Two of five: 22 of 32 patterns are none. One check digit, two frame bars. */
const CHECKS: f32 = 3;

const digits = memory.data(16);

/** Value of two tall bars: the weights 7, 4, 2, 1, 0 of the bars, where 11 stands for 0. */
function digitOf(bits: i32): i32 {
  let sum: i32 = 0;
  if ((bits & 16) != 0) sum += 7;
  if ((bits & 8) != 0) sum += 4;
  if ((bits & 4) != 0) sum += 2;
  if ((bits & 2) != 0) sum += 1;
  return sum == 11 ? 0 : sum;
}

/** Looks at the frame's rows of bars. */
export function read(): void {
  const count = barRows();
  for (let i = 0; i < count && !isFull(); i++) {
    const row = barRowAt(i);
    // All bars end on one line.
    if (row.differsAbove == row.differsBelow || row.unrest > MOST_UNREST || isTaken(row)) continue;
    if (isWanted(FORMAT_POSTNET) && readRow(row, FORMAT_POSTNET, POSTNET_DIGITS)) continue;
    if (isWanted(FORMAT_PLANET)) readRow(row, FORMAT_PLANET, PLANET_DIGITS);
  }
}

function readRow(row: BarRow, format: i32, lengths: usize): bool {
  for (let k: usize = 0; load<u8>(lengths + k) != 0; k++) {
    const length = <i32>load<u8>(lengths + k);
    const bars = BARS * length + 2;
    const stray = row.bars - bars;
    if (stray < 0 || stray > MOST_STRAY) continue;
    for (let from = 0; from <= stray; from++) {
      takeBars(row, row.differsBelow, from, bars);
      const margin = readDigits(length, format == FORMAT_PLANET);
      if (margin < LEAST_MARGIN) continue;
      const symbol = openBarSymbol(format, row, row.differsBelow, from, bars, 16, barConfidence(row, margin, CHECKS));
      if (symbol == null) return false;
      for (let d = 0; d < length - 1; d++) putByte(symbol, 48 + <i32>load<u8>(digits + <usize>d));
      return report(symbol);
    }
  }
  return false;
}

/** Reads the bars taken; returns the least margin, 0 where they are no symbol. */
function readDigits(length: i32, isPlanet: bool): f32 {
  const last = BARS * length + 1;
  if (ascenderAt(0) < LEAST_FRAME || ascenderAt(last) < LEAST_FRAME) return 0;
  let least: f32 = 2;
  let sum: i32 = 0;
  for (let d = 0; d < length; d++) {
    const bits = tallestOf(1 + BARS * d, BARS, isPlanet ? 3 : 2, false);
    const value = digitOf(isPlanet ? bits ^ 31 : bits);
    least = min(least, chosenMargin);
    store<u8>(digits + <usize>d, <u8>value);
    sum += value;
  }
  return sum % 10 == 0 ? least : 0;
}
