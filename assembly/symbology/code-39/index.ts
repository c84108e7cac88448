/**
 * Code 39 in a strip (ISO/IEC 16388), and the two pharmaceutical codes that are written in it: Code 32 and PZN. A check
 * character is optional: one that agrees raises the confidence, it is never taken off.
 */
import { FORMAT_CODE_32, FORMAT_CODE_39, FORMAT_PZN } from "../../abi/formats";
import { SYMBOL_CHECKED } from "../../abi/layout";
import { isWanted } from "../../io/options";
import { report } from "../../io/results";
import { putByte } from "../../io/symbol";
import { characterAt, characterCount, readSymbols } from "../../kit/character-reader";
import { CODE_BYTES, Code } from "../../kit/code";
import { confidenceOf } from "../../kit/confidence";
import { openSymbol } from "../../kit/linear-symbol";
import { Strip } from "../../kit/strip";
import { code32Digits, hasCheckCharacter, isFullAscii, isPzn, putFullAscii } from "./content";
import { ASCII, DATA, ELEMENTS, ROWS } from "./tables";

const MOST_ERROR: f32 = 0.04;
/** Print of the standard: wide elements of 2 to 3 modules; below 2.2 only large modules. */
const LEAST_RATIO: f32 = 1.7;
const MOST_RATIO: f32 = 3.4;
const QUIET: f32 = 5;
/** What check characters are worth: ln 43, and ln 10 of the pharmaceutical numbers. */
const CHECK: f32 = 3.8;
const PHARMA_CHECK: f32 = 2.3;

const table = memory.data(64);
const values = memory.data(96);
const digits = memory.data(16);

function open(): Code {
  const code = changetype<Code>(table);
  memory.fill(table, 0, CODE_BYTES);
  code.id = FORMAT_CODE_39;
  code.rows = ROWS;
  code.elements = ELEMENTS;
  code.data = DATA;
  code.starts = 1;
  code.stops = 1;
  code.hasTwoWidths = true;
  code.leastRatio = LEAST_RATIO;
  code.mostRatio = MOST_RATIO;
  code.quiet = QUIET;
  code.leastData = 1;
  return code;
}

/** Reads all Code 39 symbols in a strip. */
export function read(strip: Strip): void {
  readSymbols(open(), strip, readSymbol);
}

function readSymbol(strip: Strip): void {
  const count = characterCount();
  for (let k = 0; k < count; k++) store<u8>(values + <usize>k, <u8>characterAt(k));
  if (isWanted(FORMAT_CODE_32) && code32Digits(values, count, digits)) {
    put(strip, FORMAT_CODE_32, digits, 10, confidenceOf(PHARMA_CHECK, MOST_ERROR), 0x30, false);
    return;
  }
  const isPharma = isPzn(values, count);
  if (isWanted(FORMAT_PZN) && isPharma) {
    // The hyphen in front tells a PZN from other numbers, it is not part of it.
    const confidence = confidenceOf(PHARMA_CHECK, MOST_ERROR);
    put(strip, FORMAT_PZN, values + 1, count - 1, confidence, 0x30, false);
    return;
  }
  if (!isWanted(FORMAT_CODE_39)) return;
  const isChecked = hasCheckCharacter(values, count);
  const isExtended = !isChecked && isFullAscii(values, count);
  const confidence = confidenceOf(isChecked ? CHECK : 0, MOST_ERROR);
  put(strip, FORMAT_CODE_39, values, count, confidence, isExtended ? 0x34 : 0x30, isChecked);
}

/** Reports values (Code 39) or ASCII digits as a format. */
function put(strip: Strip, format: i32, from: usize, count: i32, sure: i32, modifier: i32, isChecked: bool): void {
  if (sure == 0) return;
  const symbol = openSymbol(format, strip, count, sure);
  if (symbol == null) return;
  symbol.aimModifier = modifier;
  if (isChecked) symbol.flags |= SYMBOL_CHECKED;
  if (modifier == 0x34) {
    putFullAscii(from, count, symbol);
  } else {
    for (let k = 0; k < count; k++) {
      const value = <i32>load<u8>(from + <usize>k);
      putByte(symbol, format == FORMAT_CODE_32 ? value : <i32>load<u8>(ASCII + <usize>value));
    }
  }
  report(symbol);
}
