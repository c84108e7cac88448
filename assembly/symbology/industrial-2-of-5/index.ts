/**
 * Industrial 2 of 5 in a strip (AIM USS-2/5): digits in the widths of five bars, spaces that
 * say nothing. It has no check character of its own and is looked for only when named.
 */
import { FORMAT_INDUSTRIAL_2_OF_5 } from "../../abi/formats";
import { isWide } from "../../content/two-of-five";
import { readSymbols } from "../../kit/character-reader";
import { CODE_BYTES, Code } from "../../kit/code";
import { reportDigits } from "../../kit/digit-symbol";
import { Strip } from "../../kit/strip";

const ELEMENTS: i32 = 10;
const DIGITS: i32 = 10;
const MOST_ERROR: f32 = 0.03;
const LEAST_RATIO: f32 = 1.8;
const MOST_RATIO: f32 = 3.4;
const QUIET: f32 = 7;
const SEEN_QUIET: f32 = 3.6;
const LEAST_DATA: i32 = 2;

const rows = memory.data(12 * 10);
const table = memory.data(64);

function open(): Code {
  const code = changetype<Code>(table);
  if (code.elements != 0) return code;
  memory.fill(rows, 1, DIGITS * ELEMENTS);
  for (let digit = 0; digit < DIGITS; digit++) {
    for (let e = 0; e < 5; e++) {
      if (isWide(digit, e)) store<u8>(rows + <usize>(digit * ELEMENTS + 2 * e), 2);
    }
  }
  // Start: bars wide, wide, narrow. Stop: wide, narrow, wide.
  const start = rows + <usize>(DIGITS * ELEMENTS);
  store<u32>(start, 0x01020102);
  store<u16>(start + 4, 0x0101);
  store<u32>(start + <usize>ELEMENTS, 0x01010102);
  store<u8>(start + <usize>ELEMENTS + 4, 2);
  memory.fill(table, 0, CODE_BYTES);
  code.id = FORMAT_INDUSTRIAL_2_OF_5;
  code.rows = rows;
  code.elements = ELEMENTS;
  code.data = DIGITS;
  code.starts = 1;
  code.stops = 1;
  code.hasTwoWidths = true;
  code.leastRatio = LEAST_RATIO;
  code.mostRatio = MOST_RATIO;
  code.quiet = QUIET;
  code.seenQuiet = SEEN_QUIET;
  code.leastData = LEAST_DATA;
  return code;
}

/** Reads all Industrial 2 of 5 symbols in a strip. */
export function read(strip: Strip): void {
  readSymbols(open(), strip, readSymbol);
}

function readSymbol(strip: Strip): void {
  reportDigits(FORMAT_INDUSTRIAL_2_OF_5, strip, MOST_ERROR);
}
