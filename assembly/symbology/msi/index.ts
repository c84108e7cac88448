/**
 * MSI in a strip (MSI Data Corporation; a modified Plessey code): four bits a digit, each a narrow and a wide element. Its
 * check digits are the user's choice: mod 10 is told where it agrees, nothing is taken off. Looked for only when named.
 */
import { FORMAT_MSI } from "../../abi/formats";
import { SYMBOL_CHECKED } from "../../abi/layout";
import { report } from "../../io/results";
import { putByte } from "../../io/symbol";
import { characterAt, characterCount, readSymbols } from "../../kit/character-reader";
import { CODE_BYTES, Code } from "../../kit/code";
import { confidenceOf } from "../../kit/confidence";
import { openSymbol } from "../../kit/linear-symbol";
import { Strip } from "../../kit/strip";

const ELEMENTS: i32 = 8;
const DIGITS: i32 = 10;
const MOST_ERROR: f32 = 0.03;
const LEAST_RATIO: f32 = 1.7;
const MOST_RATIO: f32 = 3.4;
const QUIET: f32 = 7;
const SEEN_QUIET: f32 = 3.6;
const LEAST_DATA: i32 = 3;

const rows = memory.data(12 * 8);
const table = memory.data(64);

function open(): Code {
  const code = changetype<Code>(table);
  if (code.elements != 0) return code;
  // Highest bit first: 1 is a wide bar and a narrow space, 0 a narrow bar and a wide space.
  for (let digit = 0; digit < DIGITS; digit++) {
    for (let bit = 0; bit < 4; bit++) {
      const at = rows + <usize>(digit * ELEMENTS + 2 * bit);
      const isSet = ((digit >> (3 - bit)) & 1) != 0;
      store<u8>(at, isSet ? 2 : 1);
      store<u8>(at + 1, isSet ? 1 : 2);
    }
  }
  store<u16>(rows + <usize>(DIGITS * ELEMENTS), 0x0102);
  store<u32>(rows + <usize>((DIGITS + 1) * ELEMENTS), 0x010201);
  memory.fill(table, 0, CODE_BYTES);
  code.id = FORMAT_MSI;
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

/** Reads all MSI symbols in a strip. */
export function read(strip: Strip): void {
  readSymbols(open(), strip, readSymbol);
}

function readSymbol(strip: Strip): void {
  const confidence = confidenceOf(0, MOST_ERROR);
  if (confidence == 0) return;
  const count = characterCount();
  const symbol = openSymbol(FORMAT_MSI, strip, count, confidence);
  if (symbol == null) return;
  for (let k = 0; k < count; k++) putByte(symbol, 48 + characterAt(k));
  if (checkSum(count) == 0) symbol.flags |= SYMBOL_CHECKED;
  report(symbol);
}

/** Sum mod 10 from the last digit on, every second one doubled and its digits added up: 0 where the last one checks. */
function checkSum(count: i32): i32 {
  let sum: i32 = 0;
  for (let k = 0; k < count; k++) {
    const digit = characterAt(count - 1 - k);
    const doubled = 2 * digit;
    sum += (k & 1) == 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10;
}
