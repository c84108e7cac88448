/**
 * From the characters of a GS1 DataBar Expanded symbol to element strings: linkage flag, encodation method, compressed
 * fields, general purpose data (ISO/IEC 24724, 7.2.5). Knows no image.
 */
import { ECI_ASCII, SYMBOL_GS1 } from "../../abi/layout";
import { BAD_FORMAT, OK } from "../../abi/status";
import { GS, decodeGeneralPurpose } from "../../content/general-purpose";
import { putGtin } from "../../content/gtin";
import { Symbol, beginSegment, clearContent, putByte } from "../../io/symbol";
import { BitReader, openBits, readBits } from "../../math/bit-reader";

const CHARACTER_BITS: i32 = 12;
const bits = memory.data(36);
const reader = memory.data(32);

/** Dates are counted in days of a calendar of 12 months of 32 days; this one stands for no date. */
const NO_DATE: i32 = 38400;

/** True where a 2D component belongs to the symbol: its first bit. */
export function isLinked(values: usize): bool {
  return load<i32>(values) >= 2048;
}

/** Decodes the values behind the check character, of a symbol with so many characters, into an empty symbol. */
export function decodeContent(values: usize, characters: i32, symbol: Symbol): i32 {
  const count = characters - 1;
  memory.fill(bits, 0, 36);
  for (let k = 0; k < count; k++) {
    const value = load<i32>(values + ((<usize>k) << 2));
    if (value >= 4096) return BAD_FORMAT;
    // Two characters fill three bytes.
    const at = bits + <usize>((k * CHARACTER_BITS) >> 3);
    if ((k & 1) == 0) {
      store<u8>(at, <u8>(value >> 4));
      store<u8>(at + 1, <u8>(value << 4));
    } else {
      store<u8>(at, <u8>(<i32>load<u8>(at) | (value >> 8)));
      store<u8>(at + 1, <u8>value);
    }
  }
  const from = changetype<BitReader>(reader);
  openBits(from, bits, 36);
  from.length = count * CHARACTER_BITS;
  clearContent(symbol);
  if (!beginSegment(symbol, ECI_ASCII)) return BAD_FORMAT;
  symbol.flags |= SYMBOL_GS1;
  readBits(from, 1);
  if (!decodeMethod(from, characters, symbol) || from.isPastEnd) return BAD_FORMAT;
  return OK;
}

function decodeMethod(from: BitReader, characters: i32, symbol: Symbol): bool {
  if (readBits(from, 1) == 1) {
    if (!isLengthRight(from, characters)) return false;
    return putItem(from, readBits(from, 4), symbol) && putRest(from, symbol);
  }
  if (readBits(from, 1) == 0) {
    return isLengthRight(from, characters) && putRest(from, symbol) && symbol.byteCount > 0;
  }
  if (readBits(from, 1) == 0) {
    const isPounds = readBits(from, 1) == 1;
    if (!putItem(from, 9, symbol)) return false;
    const weight = readBits(from, 15);
    if (!isPounds) return putNumber(symbol, 3103, 4) && putNumber(symbol, weight, 6);
    // Up to 99.99 pounds with two decimal places, beyond with three.
    const isLight = weight < 10000;
    return putNumber(symbol, isLight ? 3202 : 3203, 4) && putNumber(symbol, isLight ? weight : weight - 10000, 6);
  }
  if (readBits(from, 1) == 0) return decodePrice(from, characters, symbol);
  return decodeWeightAndDate(from, symbol);
}

/** 01 with 392x (a price) or 393x (a price with its currency), and what follows. */
function decodePrice(from: BitReader, characters: i32, symbol: Symbol): bool {
  const hasCurrency = readBits(from, 1) == 1;
  if (!isLengthRight(from, characters) || !putItem(from, 9, symbol)) return false;
  const decimals = readBits(from, 2);
  if (!putNumber(symbol, (hasCurrency ? 3930 : 3920) + decimals, 4)) return false;
  if (hasCurrency) {
    const currency = readBits(from, 10);
    if (currency > 999 || !putNumber(symbol, currency, 3)) return false;
  }
  return putRest(from, symbol);
}

/** 01 with 310x or 320x (a weight) and 11, 13, 15 or 17 (a date). */
function decodeWeightAndDate(from: BitReader, symbol: Symbol): bool {
  const dates = readBits(from, 2);
  const isPounds = readBits(from, 1) == 1;
  if (!putItem(from, 9, symbol)) return false;
  const weight = readBits(from, 20);
  const decimals = weight / 100000;
  if (decimals > 9 || !putNumber(symbol, (isPounds ? 3200 : 3100) + decimals, 4)) return false;
  if (!putNumber(symbol, weight % 100000, 6)) return false;
  const date = readBits(from, 16);
  if (date == NO_DATE) return true;
  const month = (date >> 5) % 12;
  const year = (date >> 5) / 12;
  if (year > 99) return false;
  return (
    putNumber(symbol, 11 + 2 * dates, 2) &&
    putNumber(symbol, year, 2) &&
    putNumber(symbol, month + 1, 2) &&
    putNumber(symbol, date & 31, 2)
  );
}

/** The variable length field: odd or even, and more than 14 characters or not. */
function isLengthRight(from: BitReader, characters: i32): bool {
  const field = readBits(from, 2);
  return field == (((characters & 1) << 1) | (characters > 14 ? 1 : 0));
}

/** 01 and a GTIN: its first digit given, the next twelve in four fields of three digits. */
function putItem(from: BitReader, first: i32, symbol: Symbol): bool {
  let number: f64 = <f64>first;
  if (first > 9) return false;
  for (let k = 0; k < 4; k++) {
    const three = readBits(from, 10);
    if (three > 999) return false;
    number = number * 1000 + <f64>three;
  }
  return putNumber(symbol, 1, 2) && putGtin(symbol, number);
}

function putNumber(symbol: Symbol, number: i32, digits: i32): bool {
  let divisor: i32 = 1;
  for (let k = 1; k < digits; k++) divisor *= 10;
  for (; divisor > 0; divisor /= 10) {
    if (!putByte(symbol, 48 + ((number / divisor) % 10))) return false;
  }
  return true;
}

function putRest(from: BitReader, symbol: Symbol): bool {
  if (!decodeGeneralPurpose(from, symbol)) return false;
  // A separator at the very end separates nothing: it fills the last pair of digits.
  const last = symbol.byteCount - 1;
  if (last >= 0 && <i32>load<u8>(symbol.bytes + <usize>last) == GS) {
    symbol.byteCount = last;
    store<i32>(symbol.segments + 8, last);
  }
  return true;
}
