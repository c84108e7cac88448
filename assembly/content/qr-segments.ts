/**
 * The bit stream of QR Code, ISO/IEC 18004 clause 7.4: mode indicators, counts and data to bytes and ECI segments.
 * Knows nothing of modules or error correction.
 */
import { ECI_ASCII, ECI_KANJI, ECI_NONE, SYMBOL_GS1, SYMBOL_HAS_APPEND } from "../abi/layout";
import { BAD_FORMAT, OK } from "../abi/status";
import { Symbol, beginSegment, putByte } from "../io/symbol";
import { BitReader, bitsLeft, readBits } from "../math/bit-reader";

/** Mode indicators, table 2; Hanzi is GB/T 18284. */
const MODE_TERMINATOR = 0;
export const MODE_NUMERIC = 1;
export const MODE_ALPHANUMERIC = 2;
const MODE_APPEND = 3;
export const MODE_BYTE = 4;
const MODE_FNC1_FIRST = 5;
const MODE_ECI = 7;
export const MODE_KANJI = 8;
const MODE_FNC1_SECOND = 9;
const MODE_HANZI = 13;

/** ECI assignment of GB 2312, which Hanzi mode is for certain. */
const ECI_GB2312 = 29;
/** FNC1 as a separator between GS1 element strings. */
const GROUP_SEPARATOR = 0x1d;
const PERCENT = 0x25;

/** How the stream ended. */
@unmanaged
export class StreamEnd {
  /** Bytes after the terminator that are not the standard's pad codewords (clause 7.4.10), and pad bytes in all. */
  badPads: i32;
  pads: i32;
  hasEci: bool;
  /** 0 none, 1 FNC1 in first position, 2 in second position. */
  fnc1: i32;
}

/** Bits of a character count, table 3: by mode for versions 1–9, 10–26 and 27–40. */
function countBits(mode: i32, version: i32): i32 {
  const band = version < 10 ? 0 : version < 27 ? 1 : 2;
  switch (mode) {
    case MODE_NUMERIC:
      return 10 + 2 * band;
    case MODE_ALPHANUMERIC:
      return 9 + 2 * band;
    case MODE_BYTE:
      return band == 0 ? 8 : 16;
    default:
      return 8 + 2 * band;
  }
}

/**
 * Reads the whole stream into the symbol's content, flags and append fields. Returns OK, or BAD_FORMAT for what no
 * encoder writes: unknown modes, data beyond the end, values out of range, no content.
 */
export function readQrSegments(reader: BitReader, version: i32, symbol: Symbol, end: StreamEnd): i32 {
  end.badPads = 0;
  end.pads = 0;
  end.hasEci = false;
  end.fnc1 = 0;
  let eci: i32 = ECI_NONE;
  while (bitsLeft(reader) >= 4) {
    const mode = readBits(reader, 4);
    if (mode == MODE_TERMINATOR) {
      checkPads(reader, end);
      break;
    }
    let status: i32 = OK;
    if (mode == MODE_ECI) {
      eci = readEci(reader);
      if (eci < 0) return BAD_FORMAT;
      end.hasEci = true;
    } else if (mode == MODE_APPEND) {
      symbol.flags |= SYMBOL_HAS_APPEND;
      symbol.appendIndex = readBits(reader, 4);
      symbol.appendCount = readBits(reader, 4) + 1;
      symbol.appendId = readBits(reader, 8);
      if (symbol.appendIndex >= symbol.appendCount) return BAD_FORMAT;
    } else if (mode == MODE_FNC1_FIRST) {
      end.fnc1 = 1;
      symbol.flags |= SYMBOL_GS1;
    } else if (mode == MODE_FNC1_SECOND) {
      end.fnc1 = 2;
      status = readIndicator(reader, symbol);
    } else {
      status = readData(reader, mode, version, eci, end.fnc1, symbol);
    }
    if (status != OK || reader.isPastEnd) return BAD_FORMAT;
  }
  return symbol.byteCount > 0 ? OK : BAD_FORMAT;
}

function readData(reader: BitReader, mode: i32, version: i32, eci: i32, fnc1: i32, symbol: Symbol): i32 {
  if (mode == MODE_HANZI && readBits(reader, 4) != 1) return BAD_FORMAT;
  return readCounted(reader, mode, readBits(reader, countBits(mode, version)), eci, fnc1, symbol);
}

/** Reads `count` characters of a mode, by QR Code's own mode indicators. */
export function readCounted(reader: BitReader, mode: i32, count: i32, eci: i32, fnc1: i32, symbol: Symbol): i32 {
  switch (mode) {
    case MODE_NUMERIC:
      return readNumeric(reader, count, symbol);
    case MODE_ALPHANUMERIC:
      return readAlphanumeric(reader, count, fnc1 != 0, symbol);
    case MODE_BYTE:
      return readBytes(reader, count, eci, symbol);
    case MODE_KANJI:
      return readDoubleBytes(reader, count, ECI_KANJI, symbol);
    case MODE_HANZI:
      return readDoubleBytes(reader, count, ECI_GB2312, symbol);
    default:
      return BAD_FORMAT;
  }
}

/** ECI designator, clause 7.4.2: one to three bytes, by the leading ones of the first; −1 where malformed. */
export function readEci(reader: BitReader): i32 {
  const first = readBits(reader, 8);
  let value = first;
  if ((first & 0x80) != 0) {
    if ((first & 0xc0) == 0x80) value = ((first & 0x3f) << 8) | readBits(reader, 8);
    else if ((first & 0xe0) == 0xc0) value = ((first & 0x1f) << 16) | readBits(reader, 16);
    else return -1;
  }
  return value <= 999999 ? value : -1;
}

/** Application indicator, clause 7.4.8.3: two digits, or a letter as its ASCII value + 100. It leads the content. */
export function readIndicator(reader: BitReader, symbol: Symbol): i32 {
  const value = readBits(reader, 8);
  if (!beginSegment(symbol, ECI_ASCII)) return BAD_FORMAT;
  if (value < 100) return putDigits(symbol, value, 2);
  const letter = value - 100;
  if ((letter >= 0x41 && letter <= 0x5a) || (letter >= 0x61 && letter <= 0x7a)) {
    return putByte(symbol, letter) ? OK : BAD_FORMAT;
  }
  return BAD_FORMAT;
}

/** Appends a number as `width` ASCII digits. */
function putDigits(symbol: Symbol, value: i32, width: i32): i32 {
  let unit: i32 = width == 3 ? 100 : width == 2 ? 10 : 1;
  if (value >= unit * 10) return BAD_FORMAT;
  for (; unit > 0; unit /= 10) {
    if (!putByte(symbol, 0x30 + ((value / unit) % 10))) return BAD_FORMAT;
  }
  return OK;
}

function readNumeric(reader: BitReader, count: i32, symbol: Symbol): i32 {
  const bits = (count / 3) * 10 + (count % 3 == 0 ? 0 : count % 3 == 1 ? 4 : 7);
  if (bits > bitsLeft(reader) || !beginSegment(symbol, ECI_ASCII)) return BAD_FORMAT;
  for (let left = count; left > 0; left -= 3) {
    const width = min(left, 3);
    if (putDigits(symbol, readBits(reader, width == 3 ? 10 : width == 2 ? 7 : 4), width) != OK) return BAD_FORMAT;
  }
  return OK;
}

/** The 45 characters of alphanumeric mode after the digits and letters, table 5: space $ % * + - . / : */
const PUNCTUATION: StaticArray<u8> = [0x20, 0x24, 0x25, 0x2a, 0x2b, 0x2d, 0x2e, 0x2f, 0x3a];

function alphanumeric(value: i32): i32 {
  if (value < 10) return 0x30 + value;
  if (value < 36) return 0x41 + value - 10;
  return <i32>unchecked(PUNCTUATION[value - 36]);
}

function readAlphanumeric(reader: BitReader, count: i32, hasFnc1: bool, symbol: Symbol): i32 {
  const bits = (count >> 1) * 11 + (count & 1) * 6;
  if (bits > bitsLeft(reader) || !beginSegment(symbol, ECI_ASCII)) return BAD_FORMAT;
  // Clause 7.4.8.2: with FNC1, "%" stands for FNC1 and "%%" for a percent sign.
  let isPercent = false;
  let pair: i32 = 0;
  for (let i = 0; i < count; i++) {
    let value: i32;
    if ((i & 1) == 0) {
      const isLast = i == count - 1;
      pair = readBits(reader, isLast ? 6 : 11);
      if (pair >= (isLast ? 45 : 45 * 45)) return BAD_FORMAT;
      value = isLast ? pair : pair / 45;
    } else {
      value = pair % 45;
    }
    const character = alphanumeric(value);
    if (hasFnc1 && isPercent) {
      isPercent = false;
      if (character == PERCENT) {
        if (!putByte(symbol, PERCENT)) return BAD_FORMAT;
        continue;
      }
      if (!putByte(symbol, GROUP_SEPARATOR)) return BAD_FORMAT;
    }
    if (hasFnc1 && character == PERCENT) {
      isPercent = true;
      continue;
    }
    if (!putByte(symbol, character)) return BAD_FORMAT;
  }
  if (isPercent && !putByte(symbol, GROUP_SEPARATOR)) return BAD_FORMAT;
  return OK;
}

function readBytes(reader: BitReader, count: i32, eci: i32, symbol: Symbol): i32 {
  if (count << 3 > bitsLeft(reader) || !beginSegment(symbol, eci)) return BAD_FORMAT;
  for (let i = 0; i < count; i++) if (!putByte(symbol, readBits(reader, 8))) return BAD_FORMAT;
  return OK;
}

/** Kanji mode, clause 7.4.6, and Hanzi mode: 13 bits to two bytes. */
function readDoubleBytes(reader: BitReader, count: i32, eci: i32, symbol: Symbol): i32 {
  if (count * 13 > bitsLeft(reader) || !beginSegment(symbol, eci)) return BAD_FORMAT;
  for (let i = 0; i < count; i++) {
    const value = readBits(reader, 13);
    let code: i32;
    if (eci == ECI_KANJI) {
      code = ((value / 0xc0) << 8) | (value % 0xc0);
      code += code < 0x1f00 ? 0x8140 : 0xc140;
    } else {
      code = ((value / 0x60) << 8) | (value % 0x60);
      code += code < 0x0a00 ? 0xa1a1 : 0xa6a1;
    }
    if (!putByte(symbol, code >> 8) || !putByte(symbol, code & 0xff)) return BAD_FORMAT;
  }
  return OK;
}

/** Counts pad codewords that are not 11101100 and 00010001 in turn; the bits up to the byte boundary count as one. */
export function checkPads(reader: BitReader, end: StreamEnd): void {
  const rest = (8 - (reader.position & 7)) & 7;
  if (readBits(reader, rest) != 0) end.badPads++;
  let want: i32 = 0xec;
  while (bitsLeft(reader) >= 8) {
    end.pads++;
    if (readBits(reader, 8) != want) end.badPads++;
    want ^= 0xec ^ 0x11;
  }
}
