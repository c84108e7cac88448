/**
 * From the bits of a 2D component to element strings: encodation method, compressed data field, general purpose data
 * (ISO/IEC 24723 clause 5). Knows neither codewords nor the linear component.
 */
import { ALPHANUMERIC, GS, NUMERIC, decodeStrictly } from "../../content/general-purpose";
import { Symbol, putByte } from "../../io/symbol";
import { BitReader, bitsLeft, readBits } from "../../math/bit-reader";

/** Letters that follow AI 90 in four bits (clause 5.3.2). */
const letters = memory.data<u8>([
  0x42, 0x44, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4e, 0x50, 0x51, 0x52, 0x53, 0x54, 0x56, 0x58, 0x5a,
]);
/** A number of five bits that stands for one of ten bits and a letter of five. */
const LONG_PREFIX: i32 = 31;
/** Alphabetic encodation: letters from 0 on, digits of six bits from this on, FNC1 in five. */
const FIRST_DIGIT: i32 = 52;
const FNC_1: i32 = 31;

/** Appends the element strings to a symbol that has a segment; false where the bits say nothing valid. */
export function decodeElements(from: BitReader, symbol: Symbol): bool {
  const at = symbol.byteCount;
  if (!decodeMethod(from, symbol) || from.isPastEnd) return false;
  // A separator at the very end separates nothing: it fills the last pair of digits, or ends AI 90.
  if (symbol.byteCount > at && byteAt(symbol, symbol.byteCount - 1) == GS) dropLast(symbol);
  return symbol.byteCount > at;
}

function decodeMethod(from: BitReader, symbol: Symbol): bool {
  if (readBits(from, 1) == 0) return decodeStrictly(from, symbol, NUMERIC);
  return readBits(from, 1) == 0 ? decodeLot(from, symbol) : decodeInternal(from, symbol);
}

/** Method 10: a date (AI 11 or 17) and what follows, AI 10 understood (clause 5.3.1). */
function decodeLot(from: BitReader, symbol: Symbol): bool {
  let hasDate = false;
  if (peekBits(from, 2) == 3) {
    readBits(from, 2);
  } else {
    hasDate = true;
    const date = readBits(from, 16);
    const months = date >> 5;
    const ai = readBits(from, 1) == 1 ? 17 : 11;
    if (months / 12 > 99) return false;
    if (!putPair(symbol, ai) || !putPair(symbol, months / 12)) return false;
    if (!putPair(symbol, (months % 12) + 1) || !putPair(symbol, date & 31)) return false;
  }
  const at = symbol.byteCount;
  if (!putPair(symbol, 10) || !decodeStrictly(from, symbol, NUMERIC)) return false;
  if (symbol.byteCount == at + 2 || byteAt(symbol, at + 2) == GS) {
    // An FNC1 says that there is no lot number; it is not transmitted.
    if (!hasDate) return false;
    remove(symbol, at, min(3, symbol.byteCount - at));
  }
  return true;
}

/** Method 11: AI 90 that begins with a number of up to three digits and a letter, then perhaps AI 21 or 8004 (clause 5.3.2). */
function decodeInternal(from: BitReader, symbol: Symbol): bool {
  const isAlphanumeric = readBits(from, 1) == 0;
  const isAlphabetic = !isAlphanumeric && readBits(from, 1) == 1;
  const hasNext = readBits(from, 1) == 1;
  const isAsset = hasNext && readBits(from, 1) == 1;
  if (!putPair(symbol, 90)) return false;
  let number = readBits(from, 5);
  let letter: i32;
  if (number == LONG_PREFIX) {
    number = readBits(from, 10);
    letter = 0x41 + readBits(from, 5);
    if (number > 999 || letter > 0x5a) return false;
  } else {
    letter = <i32>load<u8>(letters + <usize>readBits(from, 4));
  }
  if (number > 99 && !putByte(symbol, 0x30 + number / 100)) return false;
  if (number > 9 && !putByte(symbol, 0x30 + ((number / 10) % 10))) return false;
  if (number > 0 && !putByte(symbol, 0x30 + (number % 10))) return false;
  if (!putByte(symbol, letter)) return false;
  const at = symbol.byteCount;
  if (isAlphabetic && !decodeAlphabetic(from, symbol)) return false;
  if (!decodeStrictly(from, symbol, isAlphanumeric ? ALPHANUMERIC : NUMERIC)) return false;
  return !hasNext || insertNext(symbol, at, isAsset);
}

/** Capitals and digits up to FNC1 or the end. */
function decodeAlphabetic(from: BitReader, symbol: Symbol): bool {
  while (bitsLeft(from) >= 5) {
    const five = readBits(from, 5);
    if (five == FNC_1) return putByte(symbol, GS);
    if (five < 26) {
      if (!putByte(symbol, 0x41 + five)) return false;
      continue;
    }
    const six = (five << 1) | readBits(from, 1);
    if (from.isPastEnd || !putByte(symbol, 0x30 + six - FIRST_DIGIT)) return false;
  }
  return true;
}

/** Writes the identifier that follows AI 90 behind the separator that ends it; false where there is none. */
function insertNext(symbol: Symbol, from: i32, isAsset: bool): bool {
  let at = from;
  while (at < symbol.byteCount && byteAt(symbol, at) != GS) at++;
  if (at >= symbol.byteCount - 1) return false;
  const digits = isAsset ? 4 : 2;
  const behind = symbol.byteCount - at - 1;
  for (let k = 0; k < digits; k++) if (!putByte(symbol, 0)) return false;
  const to = symbol.bytes + <usize>(at + 1);
  memory.copy(to + <usize>digits, to, <usize>behind);
  const ai: i32 = isAsset ? 8004 : 21;
  for (let k = digits - 1, rest = ai; k >= 0; k--, rest /= 10) store<u8>(to + <usize>k, <u8>(0x30 + (rest % 10)));
  return true;
}

function peekBits(from: BitReader, count: i32): i32 {
  const at = from.position;
  const value = readBits(from, count);
  from.position = at;
  return value;
}

function byteAt(symbol: Symbol, index: i32): i32 {
  return <i32>load<u8>(symbol.bytes + <usize>index);
}

/** Two digits of a number below 100. */
function putPair(symbol: Symbol, number: i32): bool {
  return putByte(symbol, 0x30 + number / 10) && putByte(symbol, 0x30 + (number % 10));
}

function dropLast(symbol: Symbol): void {
  remove(symbol, symbol.byteCount - 1, 1);
}

/** Takes bytes out of the symbol's only segment. */
function remove(symbol: Symbol, at: i32, count: i32): void {
  const to = symbol.bytes + <usize>at;
  memory.copy(to, to + <usize>count, <usize>(symbol.byteCount - at - count));
  symbol.byteCount -= count;
  store<i32>(symbol.segments + 8, load<i32>(symbol.segments + 8) - count);
}
