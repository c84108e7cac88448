/**
 * The bit stream of Aztec Code, ISO/IEC 24778 clause 7.1 and annexes: character modes, binary shifts, FLG(n), structured
 * append to bytes and ECI segments. Knows nothing of modules, codewords or error correction.
 */
import { ECI_NONE, SYMBOL_GS1, SYMBOL_HAS_APPEND } from "../abi/layout";
import { BAD_FORMAT, OK } from "../abi/status";
import { Symbol, beginSegment, putByte } from "../io/symbol";

const UPPER: i32 = 0;
const LOWER: i32 = 1;
const MIXED: i32 = 2;
const PUNCT: i32 = 3;
const DIGIT: i32 = 4;
const BINARY: i32 = 5;

const GROUP_SEPARATOR: i32 = 0x1d;

/** Longest stretch that a codeword's padding may leave over: one less than the widest codeword. */
const MOST_PADDING: i32 = 11;

@unmanaged
export class BitStream {
  /** u8 per bit. */
  bits: usize;
  length: i32;
  position: i32;
  hasEci: bool;
  /** 0 none, 1 FNC1 in first position, 2 behind a letter or two digits. */
  fnc1: i32;
  /** The message begins with the sequence that announces structured append. */
  isAppend: bool;
}

function left(stream: BitStream): i32 {
  return stream.length - stream.position;
}

function take(stream: BitStream, count: i32): i32 {
  let value: i32 = 0;
  for (let i = 0; i < count; i++) {
    value = (value << 1) | <i32>load<u8>(stream.bits + <usize>stream.position);
    stream.position++;
  }
  return value;
}

/** True if nothing but ones follows from a place on: the padding of the last codeword. */
function isPadding(stream: BitStream, from: i32): bool {
  for (let i = from; i < stream.length; i++) if (load<u8>(stream.bits + <usize>i) == 0) return false;
  return true;
}

/** The mode that a value of a mode leads to, table 2: mode + 8 for a shift, −1 for a character. */
function nextMode(mode: i32, value: i32): i32 {
  switch (mode) {
    case UPPER:
      return value == 0 ? PUNCT + 8 : value == 28 ? LOWER : value == 29 ? MIXED : value == 30 ? DIGIT : binary(value);
    case LOWER:
      return value == 0
        ? PUNCT + 8
        : value == 28
          ? UPPER + 8
          : value == 29
            ? MIXED
            : value == 30
              ? DIGIT
              : binary(value);
    case MIXED:
      return value == 0 ? PUNCT + 8 : value == 28 ? LOWER : value == 29 ? UPPER : value == 30 ? PUNCT : binary(value);
    case PUNCT:
      return value == 31 ? UPPER : -1;
    default:
      return value == 0 ? PUNCT + 8 : value == 14 ? UPPER : value == 15 ? UPPER + 8 : -1;
  }
}

function binary(value: i32): i32 {
  return value == 31 ? BINARY + 8 : -1;
}

/** Mixed mode's values from 15 on, table 2. */
function mixed(value: i32): i32 {
  if (value == 1) return 0x20;
  if (value < 15) return value - 1;
  if (value < 20) return value + 12;
  switch (value) {
    case 20:
      return 0x40;
    case 21:
      return 0x5c;
    case 25:
      return 0x7c;
    case 26:
      return 0x7e;
    case 27:
      return 0x7f;
    default:
      return value - 22 + 0x5e;
  }
}

/** One character (or two, of punctuation) of a mode. */
function putCharacter(symbol: Symbol, mode: i32, value: i32): bool {
  switch (mode) {
    case UPPER:
      return putByte(symbol, value == 1 ? 0x20 : 0x41 + value - 2);
    case LOWER:
      return putByte(symbol, value == 1 ? 0x20 : 0x61 + value - 2);
    case MIXED:
      return putByte(symbol, mixed(value));
    case PUNCT: {
      if (value == 1) return putByte(symbol, 0x0d);
      if (value == 2) return putByte(symbol, 0x0d) && putByte(symbol, 0x0a);
      if (value < 6) {
        const first = value == 3 ? 0x2e : value == 4 ? 0x2c : 0x3a;
        return putByte(symbol, first) && putByte(symbol, 0x20);
      }
      if (value < 21) return putByte(symbol, 0x21 + value - 6);
      if (value < 27) return putByte(symbol, 0x3a + value - 21);
      return putByte(symbol, value == 27 ? 0x5b : value == 28 ? 0x5d : value == 29 ? 0x7b : 0x7d);
    }
    default:
      return putByte(symbol, value == 1 ? 0x20 : value == 12 ? 0x2c : value == 13 ? 0x2e : 0x30 + value - 2);
  }
}

/**
 * Reads all bits into the symbol's content, flags and append fields. Returns OK, or BAD_FORMAT for what no encoder
 * writes: reserved values, stretches that are cut short, no content.
 */
export function readBitStream(stream: BitStream, symbol: Symbol): i32 {
  stream.position = 0;
  stream.hasEci = false;
  stream.fnc1 = 0;
  stream.isAppend = false;
  if (!beginSegment(symbol, ECI_NONE)) return BAD_FORMAT;
  // Clause 7.4: a latch to mixed and straight back to upper mode.
  if (stream.length >= 10 && take(stream, 10) == 0b11101_11101) stream.isAppend = true;
  else stream.position = 0;
  let latched: i32 = UPPER;
  let mode: i32 = UPPER;
  while (true) {
    const begin = stream.position;
    const width = mode == DIGIT ? 4 : 5;
    if (left(stream) < width) break;
    if (mode == BINARY) {
      const status = readBinary(stream, symbol);
      if (status < 0) break;
      if (status != OK) return BAD_FORMAT;
      mode = latched;
      continue;
    }
    const value = take(stream, width);
    const next = nextMode(mode, value);
    if (next >= 8) {
      // A shift ends in the mode in which it stands, be that a shift itself.
      latched = mode;
      mode = next - 8;
      continue;
    }
    if (next >= 0) {
      latched = next;
      mode = next;
      continue;
    }
    if (mode == PUNCT && value == 0) {
      if (left(stream) < 3) {
        if (stream.length - begin > MOST_PADDING) return BAD_FORMAT;
        break;
      }
      if (!readFlag(stream, symbol)) return BAD_FORMAT;
    } else if (!putCharacter(symbol, mode, value)) return BAD_FORMAT;
    mode = latched;
  }
  if (stream.isAppend) takeHeader(symbol);
  return symbol.byteCount > 0 ? OK : BAD_FORMAT;
}

/** Bytes as they are: 1–31, or 32–2,078 where the short length is 0. Below 0 where only padding is left. */
function readBinary(stream: BitStream, symbol: Symbol): i32 {
  const begin = stream.position;
  let count = take(stream, 5);
  if (count == 0) {
    if (left(stream) < 11) return BAD_FORMAT;
    count = take(stream, 11) + 31;
  }
  if (left(stream) < 8 * count) return isPadding(stream, begin) ? -1 : BAD_FORMAT;
  for (let i = 0; i < count; i++) if (!putByte(symbol, take(stream, 8))) return BAD_FORMAT;
  return OK;
}

/** FLG(n), clause 7.1.4: FNC1 for 0, an ECI of n digits for 1–6. */
function readFlag(stream: BitStream, symbol: Symbol): bool {
  const digits = take(stream, 3);
  if (digits == 0) return readFnc1(stream, symbol);
  if (digits == 7 || left(stream) < 4 * digits) return false;
  let eci: i32 = 0;
  for (let i = 0; i < digits; i++) {
    const digit = take(stream, 4) - 2;
    if (digit < 0 || digit > 9) return false;
    eci = eci * 10 + digit;
  }
  stream.hasEci = true;
  return beginSegment(symbol, eci);
}

/** FNC1: first GS1, behind a letter or two digits an industry's own application, elsewhere a separator. */
function readFnc1(stream: BitStream, symbol: Symbol): bool {
  const start = stream.isAppend ? headerLength(symbol) : 0;
  const count = symbol.byteCount - start;
  const isHeader = stream.isAppend && start == 0;
  if (!isHeader && stream.fnc1 == 0) {
    if (count == 0) {
      stream.fnc1 = 1;
      symbol.flags |= SYMBOL_GS1;
      return true;
    }
    const isLetterOrDigits = count == 1 ? isLetter(byteAt(symbol, start)) : count == 2 && areDigits(symbol, start);
    if (isLetterOrDigits) {
      stream.fnc1 = 2;
      return true;
    }
  }
  return putByte(symbol, GROUP_SEPARATOR);
}

function byteAt(symbol: Symbol, index: i32): i32 {
  return <i32>load<u8>(symbol.bytes + <usize>index);
}

function isLetter(byte: i32): bool {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function isCapital(byte: i32): bool {
  return byte >= 0x41 && byte <= 0x5a;
}

function areDigits(symbol: Symbol, at: i32): bool {
  const a = byteAt(symbol, at);
  const b = byteAt(symbol, at + 1);
  return a >= 0x30 && a <= 0x39 && b >= 0x30 && b <= 0x39;
}

/** Bytes of the structured append header: an id between spaces, which may be left out, then two letters. 0 for none. */
function headerLength(symbol: Symbol): i32 {
  let at: i32 = 0;
  if (symbol.byteCount > 0 && byteAt(symbol, 0) == 0x20) {
    at = 1;
    while (at < symbol.byteCount && byteAt(symbol, at) != 0x20) at++;
    at++;
  }
  if (at + 2 > symbol.byteCount) return 0;
  const index = byteAt(symbol, at) - 0x41;
  const count = byteAt(symbol, at + 1) - 0x40;
  if (!isCapital(byteAt(symbol, at)) || !isCapital(byteAt(symbol, at + 1)) || count < 2 || index >= count) return 0;
  return at + 2;
}

/** Moves the header from the content to the append fields; a header that makes no sense is content. */
function takeHeader(symbol: Symbol): void {
  const length = headerLength(symbol);
  // The header stands before any other segment.
  if (length == 0 || load<i32>(symbol.segments + 8) < length) return;
  const idLength = max(0, length - 4);
  if (idLength > symbol.appendTextCapacity) return;
  memory.copy(symbol.appendText, symbol.bytes + 1, <usize>idLength);
  symbol.appendTextLength = idLength;
  symbol.flags |= SYMBOL_HAS_APPEND;
  symbol.appendIndex = byteAt(symbol, length - 2) - 0x41;
  symbol.appendCount = byteAt(symbol, length - 1) - 0x40;
  symbol.byteCount -= length;
  memory.copy(symbol.bytes, symbol.bytes + <usize>length, <usize>symbol.byteCount);
  store<i32>(symbol.segments + 8, load<i32>(symbol.segments + 8) - length);
  for (let i = 1; i < symbol.segmentCount; i++) {
    const offset = symbol.segments + <usize>(i * 12 + 4);
    store<i32>(offset, load<i32>(offset) - length);
  }
}
