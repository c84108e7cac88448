/**
 * Royal Mail 4-State (RM4SCC) and KIX of the Dutch post: characters of four bars, two of which ascend and two descend.
 * RM4SCC has a start bar, a check character and a stop bar; KIX has none of these and is read only where its text is what a
 * KIX has to be, and in that direction alone.
 */
import { FORMAT_KIX, FORMAT_ROYAL_MAIL_4_STATE } from "../../abi/formats";
import { isWanted } from "../../io/options";
import { isFull, report } from "../../io/results";
import { putByte } from "../../io/symbol";
import { BarRow, ascenderAt, descenderAt, takeBars } from "../../kit/bar-row";
import { barRowAt, barRows } from "../../kit/bar-rows";
import { barConfidence, chosenMargin, isTaken, openBarSymbol, tallestOf } from "../../kit/bar-symbol";
import { isKix } from "./kix-text";

const BARS: i32 = 4;
/** A check character decides among 36; frame bars and two of four on both sides do the rest. */
const ROYAL_MAIL_CHECKS: f32 = 3;
const ROYAL_MAIL_MARGIN: f32 = 0.5;
const KIX_MARGIN: f32 = 0.9;
const LEAST_FRAME: f32 = 0.3;
const MOST_UNREST: f32 = 0.4;
const KIX_UNREST: f32 = 0.3;
/** Characters of a symbol, the check character not counted: postcodes have five at least. */
const LEAST_CHARACTERS: i32 = 5;
const MOST_CHARACTERS: i32 = 30;
const MOST_STRAY: i32 = 2;
/** A row of characters is 6 × 6: rows by ascenders, columns by descenders. */
const SIDE: i32 = 6;

/** Row and column of each character, 0–5, as 6 · row + column. */
const values = memory.data(32);
const text = memory.data(32);

/** 0–5 of two bars of four: the sum of their weights 4, 2, 1, 0 less one; 6 counts as 0 (Royal Mail, table of bar states). */
function weightOf(bits: i32): i32 {
  const sum = (bits >> 3) * 4 + ((bits >> 2) & 1) * 2 + ((bits >> 1) & 1);
  return (sum + SIDE - 1) % SIDE;
}

/** Looks at the frame's rows of bars. */
export function read(): void {
  const count = barRows();
  for (let i = 0; i < count && !isFull(); i++) {
    const row = barRowAt(i);
    if (!row.differsAbove || !row.differsBelow || row.unrest > MOST_UNREST || isTaken(row)) continue;
    if (isWanted(FORMAT_ROYAL_MAIL_4_STATE) && (readRoyalMail(row, false) || readRoyalMail(row, true))) continue;
    if (isWanted(FORMAT_KIX)) readKix(row);
  }
}

function readRoyalMail(row: BarRow, isTurned: bool): bool {
  for (let stray = 0; stray <= MOST_STRAY; stray++) {
    const bars = row.bars - stray;
    const length = (bars - 2) / BARS;
    if ((bars - 2) % BARS != 0 || length <= LEAST_CHARACTERS || length > MOST_CHARACTERS) continue;
    for (let from = 0; from <= stray; from++) {
      takeBars(row, isTurned, from, bars);
      // An ascender starts, a full bar stops.
      const frame = min(min(ascenderAt(0), -descenderAt(0)), min(ascenderAt(bars - 1), descenderAt(bars - 1)));
      if (frame < LEAST_FRAME) continue;
      const margin = readCharacters(1, length);
      if (margin < ROYAL_MAIL_MARGIN || !isChecked(length)) continue;
      return reportText(
        row,
        isTurned,
        from,
        bars,
        FORMAT_ROYAL_MAIL_4_STATE,
        length - 1,
        barConfidence(row, margin, ROYAL_MAIL_CHECKS),
      );
    }
  }
  return false;
}

/** A KIX reads as another one upside down: only one of the two may be a KIX's text. */
function readKix(row: BarRow): void {
  const length = row.bars / BARS;
  if (row.bars % BARS != 0 || length > MOST_CHARACTERS || row.unrest > KIX_UNREST) return;
  takeBars(row, true, 0, row.bars);
  readCharacters(0, length);
  const isTurned = isKix(text, length);
  if (!isTurned) takeBars(row, false, 0, row.bars);
  const margin = readCharacters(0, length);
  if (margin < KIX_MARGIN) return;
  if (isTurned) {
    takeBars(row, false, 0, row.bars);
    readCharacters(0, length);
    if (isKix(text, length)) return;
    takeBars(row, true, 0, row.bars);
    readCharacters(0, length);
  } else if (!isKix(text, length)) return;
  reportText(row, isTurned, 0, row.bars, FORMAT_KIX, length, barConfidence(row, margin, 0));
}

function reportText(
  row: BarRow,
  isTurned: bool,
  from: i32,
  bars: i32,
  format: i32,
  length: i32,
  confidence: i32,
): bool {
  const symbol = openBarSymbol(format, row, isTurned, from, bars, 32, confidence);
  if (symbol == null) return false;
  for (let c = 0; c < length; c++) putByte(symbol, <i32>load<u8>(text + <usize>c));
  return report(symbol);
}

/** Reads characters of the bars taken, from bar `at` on; returns the least margin. */
function readCharacters(at: i32, length: i32): f32 {
  let least: f32 = 2;
  for (let c = 0; c < length; c++) {
    const row = weightOf(tallestOf(at + BARS * c, BARS, 2, false));
    least = min(least, chosenMargin);
    const column = weightOf(tallestOf(at + BARS * c, BARS, 2, true));
    least = min(least, chosenMargin);
    const value = SIDE * row + column;
    store<u8>(values + <usize>c, <u8>value);
    store<u8>(text + <usize>c, <u8>(value < 10 ? 48 + value : 55 + value));
  }
  return least;
}

/** True if row and column of the last character are the sums of the others', which count from 1. */
function isChecked(length: i32): bool {
  let row: i32 = 0;
  let column: i32 = 0;
  for (let c = 0; c < length - 1; c++) {
    const value = <i32>load<u8>(values + <usize>c);
    row += value / SIDE + 1;
    column += (value % SIDE) + 1;
  }
  const check = <i32>load<u8>(values + <usize>(length - 1));
  return (row + SIDE - 1) % SIDE == check / SIDE && (column + SIDE - 1) % SIDE == check % SIDE;
}
