/**
 * Matrix 2 of 5 in a strip (Nieaf, 1970): digits in three bars and two spaces, a narrow
 * space between them. It has no check character of its own and is looked for only when named.
 */
import { FORMAT_MATRIX_2_OF_5 } from "../../abi/formats";
import { isWide } from "../../content/two-of-five";
import { readSymbols } from "../../kit/character-reader";
import { CODE_BYTES, Code } from "../../kit/code";
import { reportDigits } from "../../kit/digit-symbol";
import { Strip } from "../../kit/strip";

const ELEMENTS: i32 = 6;
const DIGITS: i32 = 10;
const MOST_ERROR: f32 = 0.03;
const LEAST_RATIO: f32 = 1.8;
const MOST_RATIO: f32 = 3.4;
const QUIET: f32 = 7;
const SEEN_QUIET: f32 = 3.6;
const LEAST_DATA: i32 = 2;

const rows = memory.data(14 * 6);
const table = memory.data(64);

function open(): Code {
  const code = changetype<Code>(table);
  if (code.elements != 0) return code;
  memory.fill(rows, 1, DIGITS * ELEMENTS);
  for (let digit = 0; digit < DIGITS; digit++) {
    for (let e = 0; e < 5; e++) {
      if (isWide(digit, e)) store<u8>(rows + <usize>(digit * ELEMENTS + e), 2);
    }
  }
  // Start and stop begin with a bar of four modules, in some prints a wide one, narrow elements follow.
  const guards = rows + <usize>(DIGITS * ELEMENTS);
  memory.fill(guards, 1, 4 * ELEMENTS);
  for (let k = 0; k < 4; k++) {
    const guard = guards + <usize>(k * ELEMENTS);
    store<u8>(guard, (k & 1) == 0 ? 2 : 4);
    if (k >= 2) store<u8>(guard + 5, 0);
  }
  memory.fill(table, 0, CODE_BYTES);
  code.id = FORMAT_MATRIX_2_OF_5;
  code.rows = rows;
  code.elements = ELEMENTS;
  code.data = DIGITS;
  code.starts = 2;
  code.stops = 2;
  code.hasTwoWidths = true;
  code.leastRatio = LEAST_RATIO;
  code.mostRatio = MOST_RATIO;
  code.quiet = QUIET;
  code.seenQuiet = SEEN_QUIET;
  code.leastData = LEAST_DATA;
  return code;
}

/** Reads all Matrix 2 of 5 symbols in a strip. */
export function read(strip: Strip): void {
  readSymbols(open(), strip, readSymbol);
}

function readSymbol(strip: Strip): void {
  reportDigits(FORMAT_MATRIX_2_OF_5, strip, MOST_ERROR);
}
