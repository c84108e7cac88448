/**
 * The general purpose data compaction of GS1 DataBar Expanded and GS1 Composite: numeric, alphanumeric and ISO/IEC 646
 * encodation (ISO/IEC 24724, 7.2.5.5). Knows no image.
 */
import { Symbol, putByte } from "../io/symbol";
import { BitReader, bitsLeft, readBits } from "../math/bit-reader";

/** FNC1 as it is transmitted. */
export const GS: i32 = 0x1d;

/** Encodations that the data may begin in. */
export const NUMERIC: i32 = 0;
export const ALPHANUMERIC: i32 = 1;
const ISO_646: i32 = 2;

/** Characters of eight bits in ISO/IEC 646 encodation, from 11101000 on. */
const FIRST_OF_EIGHT: i32 = 0xe8;
const eightBits = memory.data<u8>([
  0x21, 0x22, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f,
  0x5f, 0x20,
]);
/** Characters of six bits in alphanumeric encodation behind the letters: * , - . / */
const FIRST_MARK: i32 = 58;
const marks = memory.data<u8>([0x2a, 0x2c, 0x2d, 0x2e, 0x2f]);

/** Bits of the data without moving. */
function peek(from: BitReader, count: i32): i32 {
  const at = from.position;
  const value = readBits(from, count);
  from.position = at;
  return value;
}

/**
 * Digits that an element string has at least by the first two digits of its identifier, 0 where there is no such
 * identifier (GS1 General Specifications, 3.2).
 */
const leastDigits = memory.data<u8>([
  20, 16, 16, 16, 0, 0, 0, 0, 0, 0, 2, 8, 8, 8, 0, 8, 8, 8, 0, 0, 4, 2, 2, 3, 3, 3, 0, 0, 0, 0, 3, 10, 10, 10, 10, 10,
  10, 3, 0, 4, 3, 3, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 3, 4, 0, 0,
  0, 0, 0, 0, 0, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
]);

/**
 * Appends what the rest of the bits says; false where they say nothing valid. FNC1 is a latch to numeric encodation;
 * there are printers that do not take it for one: where identifiers make no sense by the standard, they are asked.
 */
export function decodeGeneralPurpose(from: BitReader, symbol: Symbol): bool {
  const at = from.position;
  const bytes = symbol.byteCount;
  const isValid = decode(from, symbol, NUMERIC, true);
  if (isValid && hasIdentifiers(symbol, bytes)) return true;
  rewind(from, at, symbol, bytes);
  if (decode(from, symbol, NUMERIC, false) && hasIdentifiers(symbol, bytes)) return true;
  if (!isValid) return false;
  rewind(from, at, symbol, bytes);
  return decode(from, symbol, NUMERIC, true);
}

/** The same by the standard alone, beginning in a given encodation. */
export function decodeStrictly(from: BitReader, symbol: Symbol, encodation: i32): bool {
  return decode(from, symbol, encodation, true);
}

/** Takes back what was decoded. */
function rewind(from: BitReader, position: i32, symbol: Symbol, bytes: i32): void {
  from.position = position;
  store<i32>(symbol.segments + 8, load<i32>(symbol.segments + 8) - (symbol.byteCount - bytes));
  symbol.byteCount = bytes;
}

/** True if every element string behind a separator begins as one of its identifier does. */
function hasIdentifiers(symbol: Symbol, from: i32): bool {
  for (let i = from; i < symbol.byteCount - 1; i++) {
    if (byteAt(symbol, i) != GS) continue;
    let digits: i32 = 0;
    while (isDigit(byteAt(symbol, i + 1 + digits))) digits++;
    if (digits < 2) return false;
    const prefix = (byteAt(symbol, i + 1) - 48) * 10 + byteAt(symbol, i + 2) - 48;
    const least = <i32>load<u8>(leastDigits + <usize>prefix);
    if (least == 0 || digits < least) return false;
  }
  return true;
}

function byteAt(symbol: Symbol, index: i32): i32 {
  return index < symbol.byteCount ? <i32>load<u8>(symbol.bytes + <usize>index) : 0;
}

function isDigit(byte: i32): bool {
  return byte >= 0x30 && byte <= 0x39;
}

function decode(from: BitReader, symbol: Symbol, encodation: i32, latches: bool): bool {
  let mode = encodation;
  while (bitsLeft(from) > 0) {
    // Fewer bits than any latch has are padding.
    if (bitsLeft(from) < (mode == NUMERIC ? 4 : 3)) return true;
    if (mode == NUMERIC) {
      if (peek(from, 4) == 0) {
        readBits(from, 4);
        mode = ALPHANUMERIC;
      } else if (bitsLeft(from) < 7) {
        // A last digit in four bits, one too high.
        const digit = readBits(from, 4) - 1;
        return digit <= 9 && putByte(symbol, 48 + digit);
      } else {
        const pair = readBits(from, 7) - 8;
        if (!putDigit(symbol, pair / 11) || !putDigit(symbol, pair % 11)) return false;
      }
      continue;
    }
    if (peek(from, 3) == 0) {
      readBits(from, 3);
      mode = NUMERIC;
      continue;
    }
    if (bitsLeft(from) < 5) return true;
    const five = peek(from, 5);
    if (five < 16) {
      readBits(from, 5);
      if (five == 4) {
        mode = mode == ALPHANUMERIC ? ISO_646 : ALPHANUMERIC;
      } else if (five == 15) {
        if (!putByte(symbol, GS)) return false;
        if (latches) mode = NUMERIC;
      } else if (!putByte(symbol, 48 + five - 5)) {
        return false;
      }
      continue;
    }
    const byte = mode == ALPHANUMERIC ? readSix(from) : readLong(from);
    if (byte < 0 || !putByte(symbol, byte)) return false;
  }
  return true;
}

/** A digit, or FNC1 for 10. */
function putDigit(symbol: Symbol, digit: i32): bool {
  return putByte(symbol, digit == 10 ? GS : 48 + digit);
}

/** An alphanumeric character of six bits; −1 for none. */
function readSix(from: BitReader): i32 {
  if (bitsLeft(from) < 6) return -1;
  const value = readBits(from, 6);
  if (value < FIRST_MARK) return 65 + value - 32;
  return value < FIRST_MARK + 5 ? <i32>load<u8>(marks + <usize>(value - FIRST_MARK)) : -1;
}

/** An ISO/IEC 646 character of seven or eight bits; −1 for none. */
function readLong(from: BitReader): i32 {
  if (bitsLeft(from) < 7) return -1;
  const seven = peek(from, 7);
  if (seven < FIRST_OF_EIGHT >> 1) {
    readBits(from, 7);
    return seven < 90 ? 65 + seven - 64 : 97 + seven - 90;
  }
  if (bitsLeft(from) < 8) return -1;
  const eight = readBits(from, 8) - FIRST_OF_EIGHT;
  return eight < 21 ? <i32>load<u8>(eightBits + <usize>eight) : -1;
}
