/** Code 93 in a strip (ANSI/AIM BC5): two check characters that every symbol has to satisfy, full ASCII by shifts. */
import { FORMAT_CODE_93 } from "../../abi/formats";
import { report } from "../../io/results";
import { Symbol, putByte } from "../../io/symbol";
import { characterAt, characterCount, readSymbols } from "../../kit/character-reader";
import { CODE_BYTES, Code } from "../../kit/code";
import { confidenceOf } from "../../kit/confidence";
import { openSymbol } from "../../kit/linear-symbol";
import { Strip } from "../../kit/strip";
import { ASCII, DATA, ELEMENTS, ROWS, SHIFT_DOLLAR, SHIFT_PLUS, SHIFT_SLASH } from "./tables";

const MOST_ERROR: f32 = 0.045;
const QUIET: f32 = 5;
/** Check characters C and K: weights 1 to 20 and 1 to 15 from the right, mod 47. */
const CHECKS: i32 = 2;
const CHECK: f32 = 7.7;
const C_WEIGHTS: i32 = 20;
const K_WEIGHTS: i32 = 15;
const LETTER_A: i32 = 10;
const LETTER_Z: i32 = 35;

const table = memory.data(64);

function open(): Code {
  const code = changetype<Code>(table);
  memory.fill(table, 0, CODE_BYTES);
  code.id = FORMAT_CODE_93;
  code.rows = ROWS;
  code.elements = ELEMENTS;
  code.data = DATA;
  code.starts = 1;
  code.stops = 1;
  code.hasTwoWidths = false;
  code.quiet = QUIET;
  code.unit = 1;
  code.leastData = CHECKS + 1;
  return code;
}

/** Reads all Code 93 symbols in a strip. */
export function read(strip: Strip): void {
  readSymbols(open(), strip, readSymbol);
}

function readSymbol(strip: Strip): void {
  const count = characterCount() - CHECKS;
  if (checkOf(count, C_WEIGHTS) != characterAt(count) || checkOf(count + 1, K_WEIGHTS) != characterAt(count + 1))
    return;
  const confidence = confidenceOf(CHECK, MOST_ERROR);
  if (confidence == 0) return;
  const symbol = openSymbol(FORMAT_CODE_93, strip, count, confidence);
  if (symbol == null || !decode(count, symbol)) return;
  report(symbol);
}

/** Check character over so many characters. */
function checkOf(count: i32, weights: i32): i32 {
  let sum: i32 = 0;
  for (let k = 0; k < count; k++) sum += (((count - 1 - k) % weights) + 1) * characterAt(k);
  return sum % DATA;
}

/** Appends what the characters stand for; false where a shift stands before no letter. */
function decode(count: i32, symbol: Symbol): bool {
  for (let k = 0; k < count; k++) {
    const value = characterAt(k);
    if (value < SHIFT_DOLLAR) {
      putByte(symbol, <i32>load<u8>(ASCII + <usize>value));
      continue;
    }
    k++;
    const letter = k < count ? characterAt(k) : -1;
    if (letter < LETTER_A || letter > LETTER_Z) return false;
    putByte(symbol, shifted(value, letter - LETTER_A));
  }
  return true;
}

/** ASCII of the n-th letter behind a shift. */
function shifted(shift: i32, n: i32): i32 {
  if (shift == SHIFT_DOLLAR) return 1 + n;
  if (shift == SHIFT_PLUS) return 97 + n;
  if (shift == SHIFT_SLASH) return 33 + n;
  if (n < 5) return 27 + n;
  if (n < 10) return 59 + n - 5;
  if (n < 15) return 91 + n - 10;
  if (n < 20) return 123 + n - 15;
  return n == 20 ? 0 : n == 21 ? 64 : n == 22 ? 96 : 127;
}
