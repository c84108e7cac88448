/**
 * Interleaved 2 of 5 and ITF-14 in a strip (ISO/IEC 16390): pairs of digits, one in the bars and one in the spaces. It
 * has no check character of its own, and its start and stop patterns are short: what is read stands on clear characters,
 * a quiet zone and agreement of bands.
 */
import { FORMAT_ITF } from "../../abi/formats";
import { SYMBOL_CHECKED } from "../../abi/layout";
import { isFull, report } from "../../io/results";
import { putByte } from "../../io/symbol";
import { characterAt, characterCount, findSymbol } from "../../kit/character-reader";
import { CODE_BYTES, Code } from "../../kit/code";
import { confidenceOf } from "../../kit/confidence";
import { allocFloats } from "../../kit/floats";
import { openSymbol } from "../../kit/linear-symbol";
import { Strip } from "../../kit/strip";

const ELEMENTS: i32 = 10;
const PAIRS: i32 = 100;
const MOST_ERROR: f32 = 0.04;
/** Short symbols have to be clearer: two pairs, and three. */
const SHORT_ERROR: f32 = 0.02;
const LEAST_RATIO: f32 = 1.8;
const MOST_RATIO: f32 = 3.4;
const QUIET: f32 = 6;
/** Digits of an ITF-14. */
const GTIN_DIGITS: i32 = 14;

/** Wide elements of the digits 0–9 as weights 1, 2, 4, 7, 0 (ISO/IEC 16390, table 1): bit 0 is the first element. */
const WIDE = memory.data<u8>([
  0b01100, 0b10001, 0b10010, 0b00011, 0b10100, 0b00101, 0b00110, 0b11000, 0b01001, 0b01010,
]);

const rows = memory.data(102 * 10);
const table = memory.data(64);

function open(): Code {
  const code = changetype<Code>(table);
  if (code.elements != 0) return code;
  for (let pair = 0; pair < PAIRS; pair++) {
    const bars = <i32>load<u8>(WIDE + <usize>(pair / 10));
    const spaces = <i32>load<u8>(WIDE + <usize>(pair % 10));
    for (let e = 0; e < 5; e++) {
      const at = rows + <usize>(pair * ELEMENTS + 2 * e);
      store<u8>(at, <u8>(1 + ((bars >> e) & 1)));
      store<u8>(at + 1, <u8>(1 + ((spaces >> e) & 1)));
    }
  }
  // Start: four narrow elements. Stop: a wide bar, a narrow space and a narrow bar.
  store<u32>(rows + 1000, 0x01010101);
  store<u32>(rows + 1010, 0x010102);
  memory.fill(table, 0, CODE_BYTES);
  code.id = FORMAT_ITF;
  code.rows = rows;
  code.elements = ELEMENTS;
  code.data = PAIRS;
  code.starts = 1;
  code.stops = 1;
  code.hasTwoWidths = true;
  code.leastRatio = LEAST_RATIO;
  code.mostRatio = MOST_RATIO;
  code.quiet = QUIET;
  code.leastData = 2;
  return code;
}

/** Reads all ITF symbols in a strip. */
export function read(strip: Strip): void {
  const darkness = allocFloats(strip.length);
  if (darkness == 0) return;
  const code = open();
  let edge: i32 = 0;
  while (!isFull()) {
    edge = findSymbol(code, strip, edge, darkness);
    if (edge == 0) return;
    readSymbol(strip);
  }
}

function readSymbol(strip: Strip): void {
  const count = characterCount();
  const isGtin = 2 * count == GTIN_DIGITS && checkSum() == 0;
  const confidence = confidenceOf(isGtin ? 1 : 0, count < 3 ? SHORT_ERROR : MOST_ERROR);
  if (confidence == 0) return;
  const symbol = openSymbol(FORMAT_ITF, strip, 2 * count, confidence);
  if (symbol == null) return;
  for (let k = 0; k < count; k++) {
    const pair = characterAt(k);
    putByte(symbol, 48 + pair / 10);
    putByte(symbol, 48 + (pair % 10));
  }
  if (isGtin) {
    symbol.flags |= SYMBOL_CHECKED;
    symbol.aimModifier = 0x31;
  }
  report(symbol);
}

/** Sum of the digits mod 10, weighed 3 and 1 in turn (GS1 General Specifications, 7.9): 0 with a check digit. */
function checkSum(): i32 {
  let sum: i32 = 0;
  for (let k = 0, n = characterCount(); k < n; k++) {
    const pair = characterAt(k);
    sum += 3 * (pair / 10) + (pair % 10);
  }
  return sum % 10;
}
