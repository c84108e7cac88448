/**
 * Code 11 in a strip (AIM USS-11 1982): digits and hyphen, one or two check characters that most symbols have. What
 * agrees raises the confidence and is not taken off; looked for only when named.
 */
import { FORMAT_CODE_11 } from "../../abi/formats";
import { SYMBOL_CHECKED } from "../../abi/layout";
import { report } from "../../io/results";
import { putByte } from "../../io/symbol";
import { characterAt, characterCount, readSymbols } from "../../kit/character-reader";
import { CODE_BYTES, Code } from "../../kit/code";
import { confidenceOf } from "../../kit/confidence";
import { openSymbol } from "../../kit/linear-symbol";
import { Strip } from "../../kit/strip";

const ELEMENTS: i32 = 5;
const DATA: i32 = 11;
const MOST_ERROR: f32 = 0.03;
const LEAST_RATIO: f32 = 1.8;
const MOST_RATIO: f32 = 3.4;
const QUIET: f32 = 7;
const SEEN_QUIET: f32 = 3.6;
const LEAST_DATA: i32 = 3;
const HYPHEN: i32 = 45;
const CHECK: f32 = 4.8;
/** Check characters C and K: weights 1 to 10 and 1 to 9 from the right, mod 11. */
const C_WEIGHTS: i32 = 10;
const K_WEIGHTS: i32 = 9;

/** 1 narrow, 2 wide, bar first. */
// biome-ignore format: a row is a character
const ROWS = memory.data<u8>([
  1, 1, 1, 1, 2, // 0
  2, 1, 1, 1, 2, // 1
  1, 2, 1, 1, 2, // 2
  2, 2, 1, 1, 1, // 3
  1, 1, 2, 1, 2, // 4
  2, 1, 2, 1, 1, // 5
  1, 2, 2, 1, 1, // 6
  1, 1, 1, 2, 2, // 7
  2, 1, 1, 2, 1, // 8
  2, 1, 1, 1, 1, // 9
  1, 1, 2, 1, 1, // -
  1, 1, 2, 2, 1, // start
  1, 1, 2, 2, 1, // stop
]);

const table = memory.data(64);

function open(): Code {
  const code = changetype<Code>(table);
  memory.fill(table, 0, CODE_BYTES);
  code.id = FORMAT_CODE_11;
  code.rows = ROWS;
  code.elements = ELEMENTS;
  code.data = DATA;
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

/** Reads all Code 11 symbols in a strip. */
export function read(strip: Strip): void {
  readSymbols(open(), strip, readSymbol);
}

function readSymbol(strip: Strip): void {
  const count = characterCount();
  const hasBoth =
    count > 3 &&
    checkOf(count - 2, C_WEIGHTS) == characterAt(count - 2) &&
    checkOf(count - 1, K_WEIGHTS) == characterAt(count - 1);
  const hasOne = hasBoth || checkOf(count - 1, C_WEIGHTS) == characterAt(count - 1);
  const confidence = confidenceOf(hasBoth ? CHECK : 0, MOST_ERROR);
  if (confidence == 0) return;
  const symbol = openSymbol(FORMAT_CODE_11, strip, count, confidence);
  if (symbol == null) return;
  for (let k = 0; k < count; k++) {
    const value = characterAt(k);
    putByte(symbol, value < 10 ? 48 + value : HYPHEN);
  }
  if (hasOne) symbol.flags |= SYMBOL_CHECKED;
  if (hasBoth) symbol.aimModifier = 0x31;
  report(symbol);
}

/** Check character over so many characters. */
function checkOf(count: i32, weights: i32): i32 {
  let sum: i32 = 0;
  for (let k = 0; k < count; k++) sum += (((count - 1 - k) % weights) + 1) * characterAt(k);
  return sum % 11;
}
