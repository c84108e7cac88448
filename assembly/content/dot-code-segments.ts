/**
 * The codewords of DotCode, AIM ISS DotCode 4.0 clause 5.2, to bytes and ECI segments: code sets A, B, C, binary mode,
 * macros, functions, structured append. Knows nothing of dots or error correction.
 */
import { ECI_NONE, SYMBOL_GS1, SYMBOL_HAS_APPEND } from "../abi/layout";
import { BAD_FORMAT, OK } from "../abi/status";
import { Symbol, beginSegment, putByte } from "../io/symbol";

/** Code sets; a message begins in C. */
const SET_A: i32 = 0;
const SET_B: i32 = 1;
const SET_C: i32 = 2;
const BINARY: i32 = 3;

/** Codewords that mean the same in A, B and C. */
const FNC1: i32 = 107;
const FNC2: i32 = 108;
const FNC3: i32 = 109;
const UPPER_B: i32 = 111;
const LATCH_BINARY: i32 = 112;

/** In C: 17, six digits, 10 (a date and the batch behind it, in GS1 data). */
const DATE_AND_BATCH: i32 = 100;

/** Binary mode: six digits to base 103 are five to base 259, of which 256–258 announce an ECI in one to three bytes. */
const BINARY_BASE: i32 = 103;
const VALUE_BASE: i64 = 259;
const BINARY_GROUP: i32 = 6;
const FIRST_ECI_VALUE: i32 = 256;

const GROUP_SEPARATOR: i32 = 0x1d;
const RECORD_SEPARATOR: i32 = 0x1e;
const END_OF_TRANSMISSION: i32 = 0x04;

/** Where a stream of codewords stands. */
@unmanaged
export class DotCodeStream {
  /** u16 codewords without padding. */
  words: usize;
  count: i32;
  /** The message that is read next begins here. */
  at: i32;
  latched: i32;
  /** Set of the next `shifted` codewords. */
  shift: i32;
  shifted: i32;
  /** Digits of the binary group in hand: their number and value. */
  digits: i32;
  group: i64;
  /** Bytes of an ECI in binary mode that are still to come, and its value so far. */
  eciBytes: i32;
  eci: i32;
  hasEci: bool;
  /** 0 none, 1 GS1, 2 behind a letter or two digits. */
  fnc1: i32;
  /** The codeword of the macro that the message stands in, 0 for none. */
  macro: i32;
}

function next(stream: DotCodeStream): i32 {
  if (stream.at >= stream.count) return -1;
  const word = <i32>load<u16>(stream.words + ((<usize>stream.at) << 1));
  stream.at++;
  return word;
}

/**
 * Reads one message into the symbol's content, flags, append fields and AIM modifier. FNC3 ends a message where another
 * follows: stream.at < stream.count then. BAD_FORMAT for what no encoder writes.
 */
export function readDotCodeMessage(stream: DotCodeStream, symbol: Symbol): i32 {
  stream.latched = SET_C;
  stream.shifted = 0;
  stream.digits = 0;
  stream.group = 0;
  stream.eciBytes = 0;
  stream.hasEci = false;
  stream.fnc1 = 0;
  stream.macro = 0;
  const begin = stream.at;
  if (!beginSegment(symbol, ECI_NONE)) return BAD_FORMAT;
  // Reader initialisation: a message to the reader, which is content here all the same.
  if (begin == 0 && stream.count > 1 && <i32>load<u16>(stream.words) == FNC3) stream.at++;
  else if (begin < stream.count && <i32>load<u16>(stream.words + ((<usize>begin) << 1)) <= DATE_AND_BATCH) {
    // Digits in first position are GS1 data; FNC1 before them says that they are not (clause 5.2.1).
    stream.fnc1 = 1;
    symbol.flags |= SYMBOL_GS1;
  }
  let isOpen = true;
  while (isOpen && stream.at < stream.count) {
    const isShifted = stream.shifted > 0;
    const set = isShifted ? stream.shift : stream.latched;
    if (isShifted) stream.shifted--;
    const word = next(stream);
    if (set == BINARY) {
      if (word == LATCH_BINARY) isOpen = false;
      else if (!readBinary(stream, word, symbol)) return BAD_FORMAT;
    } else if (word == FNC3) {
      if (isShifted) return BAD_FORMAT;
      isOpen = false;
    } else if (word >= FNC1) {
      if (!readFunction(stream, set, word, isShifted, symbol)) return BAD_FORMAT;
    } else if (!readCharacter(stream, set, word, isShifted, symbol)) {
      return BAD_FORMAT;
    }
  }
  if (!flush(stream, symbol) || stream.eciBytes > 0) return BAD_FORMAT;
  if (stream.macro != 0) {
    if (stream.macro < 100 && !putByte(symbol, RECORD_SEPARATOR)) return BAD_FORMAT;
    if (!putByte(symbol, END_OF_TRANSMISSION)) return BAD_FORMAT;
  }
  symbol.aimModifier = 0x30 + stream.fnc1 + (stream.hasEci ? 3 : 0);
  return symbol.byteCount > 0 ? OK : BAD_FORMAT;
}

/** A codeword below FNC1 of a code set: a character, two digits, a shift or a latch. */
function readCharacter(stream: DotCodeStream, set: i32, word: i32, isShifted: bool, symbol: Symbol): bool {
  if (set == SET_C) {
    if (word < 100) return putDigits(symbol, word);
    if (word == DATE_AND_BATCH) {
      if (!putDigits(symbol, 17)) return false;
      for (let i = 0; i < 3; i++) {
        const pair = next(stream);
        if (pair < 0 || pair > 99 || !putDigits(symbol, pair)) return false;
      }
      return putDigits(symbol, 10);
    }
    if (isShifted) return false;
    if (word == 101) stream.latched = SET_A;
    else if (word == 106) stream.latched = SET_B;
    else return shift(stream, SET_B, word - 101);
    return true;
  }
  if (set == SET_A) {
    if (word < 64) return putByte(symbol, word + 32);
    if (word < 96) return putByte(symbol, word - 64);
    if (isShifted) return false;
    if (word < 102) return shift(stream, SET_B, word - 95);
    if (word == 102) stream.latched = SET_B;
  } else {
    if (word < 96) return putByte(symbol, word + 32);
    if (word == 96) return putByte(symbol, 0x0d) && putByte(symbol, 0x0a);
    if (word < 101) {
      if (!isShifted && symbol.byteCount == 0) return beginMacro(stream, word, symbol);
      return putByte(symbol, word == 97 ? 0x09 : word - 98 + 0x1c);
    }
    if (isShifted) return false;
    if (word == 101) return shift(stream, SET_A, 1);
    if (word == 102) stream.latched = SET_A;
  }
  if (word == 106) stream.latched = SET_C;
  return word == 102 || word == 106 ? true : shift(stream, SET_C, word - 101);
}

function shift(stream: DotCodeStream, set: i32, count: i32): bool {
  stream.shift = set;
  stream.shifted = count;
  return true;
}

function putDigits(symbol: Symbol, pair: i32): bool {
  return putByte(symbol, 0x30 + pair / 10) && putByte(symbol, 0x30 + (pair % 10));
}

/** Header of ISO/IEC 15434: "[)>" RS, and the format 05, 06 or 12 with GS; macro 100 leaves the format to the data. */
function beginMacro(stream: DotCodeStream, word: i32, symbol: Symbol): bool {
  stream.macro = word;
  if (!(putByte(symbol, 0x5b) && putByte(symbol, 0x29) && putByte(symbol, 0x3e))) return false;
  if (!putByte(symbol, RECORD_SEPARATOR)) return false;
  if (word == 100) return true;
  return putDigits(symbol, word == 97 ? 5 : word == 98 ? 6 : 12) && putByte(symbol, GROUP_SEPARATOR);
}

function readFunction(stream: DotCodeStream, set: i32, word: i32, isShifted: bool, symbol: Symbol): bool {
  switch (word) {
    case FNC1:
      return readFnc1(stream, symbol);
    case FNC2:
      return readFnc2(stream, set, isShifted, symbol);
    case LATCH_BINARY:
      if (isShifted) return false;
      stream.latched = BINARY;
      return true;
    default: {
      // The upper half of 8-bit characters: as code set A or B has it, plus 128.
      const value = next(stream);
      if (value < 0 || value > 95) return false;
      return putByte(symbol, 128 + (word == UPPER_B || value < 64 ? value + 32 : value - 64));
    }
  }
}

/** FNC1: in first position it only says that this is no GS1 data, in second position an industry's application, else a separator. */
function readFnc1(stream: DotCodeStream, symbol: Symbol): bool {
  const count = symbol.byteCount;
  if (stream.fnc1 == 0) {
    if (count == 0) return true;
    const first = <i32>load<u8>(symbol.bytes);
    const letter = first | 0x20;
    const isSecond =
      count == 1
        ? letter >= 0x61 && letter <= 0x7a
        : count == 2 && isDigit(first) && isDigit(<i32>load<u8>(symbol.bytes, 1));
    if (isSecond) {
      stream.fnc1 = 2;
      return true;
    }
  }
  return putByte(symbol, GROUP_SEPARATOR);
}

function isDigit(byte: i32): bool {
  return byte >= 0x30 && byte <= 0x39;
}

/** FNC2: an ECI, or behind the data the place in a structured append: two characters 1–9, A–Z (clauses 5.2.1, 5.3). */
function readFnc2(stream: DotCodeStream, set: i32, isShifted: bool, symbol: Symbol): bool {
  const first = next(stream);
  const second = stream.at < stream.count ? <i32>load<u16>(stream.words + ((<usize>stream.at) << 1)) : -1;
  if (set != SET_C && stream.at == stream.count - 1) {
    const index = placeOf(first);
    const count = placeOf(second);
    if (index >= 1 && count >= 2 && index <= count && symbol.byteCount > 0) {
      stream.at++;
      symbol.flags |= SYMBOL_HAS_APPEND;
      symbol.appendIndex = index - 1;
      symbol.appendCount = count;
      return true;
    }
  }
  if (first < 0) return false;
  stream.hasEci = true;
  // Behind a shift that ends with FNC2 writers put six digits; a symbol that means ECI 0 there is not known.
  const isDigits = first == 0 && isShifted && stream.shifted == 0 && stream.latched == SET_C;
  if (first < 40 && !isDigits) return beginSegment(symbol, first);
  next(stream);
  const third = next(stream);
  if (second < 0 || third < 0) return false;
  return beginSegment(symbol, isDigits ? second * 100 + third : ((first - 40) * 113 + second) * 113 + third + 40);
}

/** 1–35 for the characters 1–9 and A–Z of code sets A and B, 0 for others. */
function placeOf(word: i32): i32 {
  if (word >= 17 && word <= 25) return word - 16;
  return word >= 33 && word <= 58 ? word - 23 : 0;
}

/** A codeword of binary mode. */
function readBinary(stream: DotCodeStream, word: i32, symbol: Symbol): bool {
  if (word < BINARY_BASE) {
    stream.group = stream.group * BINARY_BASE + word;
    stream.digits++;
    return stream.digits < BINARY_GROUP || flush(stream, symbol);
  }
  if (!flush(stream, symbol)) return false;
  if (word < FNC3) return shift(stream, SET_C, word - 101);
  stream.latched = word - FNC3;
  return true;
}

/** The values of the group in hand: one fewer than its digits. */
function flush(stream: DotCodeStream, symbol: Symbol): bool {
  const digits = stream.digits;
  if (digits == 0) return true;
  stream.digits = 0;
  let scale: i64 = 1;
  for (let i = 2; i < digits; i++) scale *= VALUE_BASE;
  let rest = stream.group;
  stream.group = 0;
  if (digits == 1 || rest >= scale * VALUE_BASE) return false;
  for (; scale > 0; scale /= VALUE_BASE) {
    if (!putValue(stream, <i32>(rest / scale), symbol)) return false;
    rest %= scale;
  }
  return true;
}

/** A byte, or one of an ECI that 256–258 announced. */
function putValue(stream: DotCodeStream, value: i32, symbol: Symbol): bool {
  if (value >= FIRST_ECI_VALUE) {
    if (stream.eciBytes > 0) return false;
    stream.eciBytes = value - FIRST_ECI_VALUE + 1;
    stream.eci = 0;
    return true;
  }
  if (stream.eciBytes == 0) return putByte(symbol, value);
  stream.eci = (stream.eci << 8) | value;
  if (--stream.eciBytes > 0) return true;
  stream.hasEci = true;
  return stream.eci < 1000000 && beginSegment(symbol, stream.eci);
}
