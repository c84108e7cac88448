/**
 * Telepen in a strip (SB Telepen, 1972; AIM USS Telepen): ASCII bytes with even parity and a check character mod 127; in
 * its numeric kind a byte is a pair of digits.
 */
import { FORMAT_TELEPEN } from "../../abi/formats";
import { report } from "../../io/results";
import { Symbol, putByte } from "../../io/symbol";
import { characterAt, characterCount, readSymbols } from "../../kit/character-reader";
import { CODE_BYTES, Code } from "../../kit/code";
import { confidenceOf } from "../../kit/confidence";
import { openSymbol } from "../../kit/linear-symbol";
import { Strip } from "../../kit/strip";

const ELEMENTS: i32 = 16;
const DATA: i32 = 128;
const START: i32 = 95;
const STOP: i32 = 122;
const MOST_ERROR: f32 = 0.04;
const QUIET: f32 = 6;
/** One character and the check character. */
const LEAST_DATA: i32 = 2;
const MODULUS: i32 = 127;
const CHECK: f32 = 4.8;
/** Numeric: bytes 17–26 are a digit and X, 27–126 the pairs 00–99. */
const FIRST_X: i32 = 17;
const FIRST_PAIR: i32 = 27;
const LAST_PAIR: i32 = 126;
/** Data link escape: turns from ASCII to numeric or back. */
const DLE: i32 = 16;
const SPACE: i32 = 32;
const LETTER_X: i32 = 88;

const rows = memory.data(130 * 16);
const table = memory.data(64);

function open(): Code {
  const code = changetype<Code>(table);
  if (code.elements != 0) return code;
  for (let byte = 0; byte < DATA; byte++) buildRow(byte, rows + <usize>(byte * ELEMENTS));
  memory.copy(rows + <usize>(DATA * ELEMENTS), rows + <usize>(START * ELEMENTS), ELEMENTS);
  // The stop character's last space is the quiet zone.
  const stop = rows + <usize>((DATA + 1) * ELEMENTS);
  memory.copy(stop, rows + <usize>(STOP * ELEMENTS), ELEMENTS);
  let n = ELEMENTS;
  while (load<u8>(stop + <usize>(n - 1)) == 0) n--;
  store<u8>(stop + <usize>(n - 1), 0);
  memory.fill(table, 0, CODE_BYTES);
  code.id = FORMAT_TELEPEN;
  code.rows = rows;
  code.elements = ELEMENTS;
  code.data = DATA;
  code.starts = 1;
  code.stops = 1;
  code.unit = 1;
  code.quiet = QUIET;
  code.leastData = LEAST_DATA;
  return code;
}

/**
 * Elements of a byte, lowest bit first, even parity in the eighth: a 1 is a narrow bar and space, 00 a wide bar and a
 * narrow space, 010 a wide bar and space; of 01…10 the 01 and the 10 are a narrow bar and a wide space each.
 */
function buildRow(byte: i32, out: usize): void {
  const bits = byte | ((popcnt(byte) & 1) << 7);
  let at = out;
  let isInside = false;
  for (let i = 0; i < 8; ) {
    const rest = bits >> i;
    let bar: i32 = 1;
    let space: i32 = 1;
    if (isInside) {
      // A 1 before the closing 0 goes with it.
      if ((rest & 3) == 1) {
        space = 3;
        isInside = false;
        i += 2;
      } else {
        i++;
      }
    } else if ((rest & 1) != 0) {
      i++;
    } else if ((rest & 3) == 0) {
      bar = 3;
      i += 2;
    } else if ((rest & 7) == 2) {
      bar = 3;
      space = 3;
      i += 3;
    } else {
      space = 3;
      isInside = true;
      i += 2;
    }
    store<u8>(at, <u8>bar);
    store<u8>(at + 1, <u8>space);
    at += 2;
  }
}

/** Reads all Telepen symbols in a strip. */
export function read(strip: Strip): void {
  readSymbols(open(), strip, readSymbol);
}

function readSymbol(strip: Strip): void {
  const count = characterCount() - 1;
  let sum: i32 = 0;
  for (let k = 0; k <= count; k++) sum += characterAt(k);
  if (sum % MODULUS != 0) return;
  const confidence = confidenceOf(CHECK, MOST_ERROR);
  if (confidence == 0) return;
  const symbol = openSymbol(FORMAT_TELEPEN, strip, 2 * count, confidence);
  if (symbol == null) return;
  // Nothing in a symbol says that it is numeric, but text has no control characters and pairs from 00 to 04 and with X are
  // such: what has them and nothing else that numeric lacks, is.
  let controls: i32 = 0;
  let others: i32 = 0;
  for (let k = 0; k < count; k++) {
    const byte = characterAt(k);
    if (byte == DLE) break;
    if (byte < FIRST_X || byte > LAST_PAIR) others++;
    else if (byte < SPACE) controls++;
  }
  const isNumeric = controls > 0 && others == 0;
  if (decode(count, isNumeric, symbol)) report(symbol);
}

/** Appends what the characters stand for; sets the modifier. False for what no writer makes. */
function decode(count: i32, isNumeric: bool, symbol: Symbol): bool {
  symbol.aimModifier = isNumeric ? 0x31 : 0x30;
  let numeric = isNumeric;
  for (let k = 0; k < count; k++) {
    const byte = characterAt(k);
    if (byte == DLE && symbol.aimModifier < 0x32) {
      symbol.aimModifier = numeric ? 0x32 : 0x34;
      numeric = !numeric;
    } else if (!numeric) {
      putByte(symbol, byte);
    } else if (byte >= FIRST_PAIR && byte <= LAST_PAIR) {
      putByte(symbol, 48 + (byte - FIRST_PAIR) / 10);
      putByte(symbol, 48 + ((byte - FIRST_PAIR) % 10));
    } else if (byte >= FIRST_X && byte < FIRST_PAIR) {
      putByte(symbol, 48 + byte - FIRST_X);
      putByte(symbol, LETTER_X);
    } else {
      return false;
    }
  }
  return symbol.byteCount > 0;
}
