/**
 * The codeword stream of Data Matrix, ISO/IEC 16022 clause 5.2: encodation schemes and function codewords to bytes and
 * ECI segments. Knows nothing of modules or error correction.
 */
import { ECI_NONE, SYMBOL_GS1, SYMBOL_HAS_APPEND } from "../abi/layout";
import { BAD_FORMAT, OK } from "../abi/status";
import { Symbol, beginSegment, putByte } from "../io/symbol";

/** Codewords of the ASCII scheme, table 2. */
const PAD = 129;
const DIGITS = 130;
const LATCH_C40 = 230;
const LATCH_BASE_256 = 231;
const FNC1 = 232;
const APPEND = 233;
const READER_PROGRAMMING = 234;
const UPPER_SHIFT = 235;
const MACRO_05 = 236;
const MACRO_06 = 237;
const LATCH_X12 = 238;
const LATCH_TEXT = 239;
const LATCH_EDIFACT = 240;
const ECI = 241;
/** Ends C40, Text and X12. */
const UNLATCH = 254;
/** Ends EDIFACT, a value of six bits. */
const EDIFACT_UNLATCH = 31;

const GROUP_SEPARATOR = 0x1d;
const RECORD_SEPARATOR = 0x1e;
const END_OF_TRANSMISSION = 0x04;

/** How the stream is read, and what it turned out to be. */
@unmanaged
export class CodewordStream {
  /** u8 codewords. */
  data: usize;
  length: i32;
  position: i32;
  /** Pad codewords, and those of them that are not what clause 5.2.3 makes of them. */
  pads: i32;
  badPads: i32;
  hasEci: bool;
  /** 0 none, 1 FNC1 in first (or fifth) position, 2 in second (or sixth). */
  fnc1: i32;
  isReaderProgramming: bool;
  /** Upper shift in force: the next character is 128 higher. */
  isUpper: bool;
  /** ECI in force. */
  eci: i32;
}

function next(stream: CodewordStream): i32 {
  const at = stream.position;
  if (at >= stream.length) return -1;
  stream.position = at + 1;
  return <i32>load<u8>(stream.data + <usize>at);
}

function left(stream: CodewordStream): i32 {
  return stream.length - stream.position;
}

/** A character of the message, 0–127, raised by an upper shift before it. */
function character(stream: CodewordStream, symbol: Symbol, value: i32): bool {
  const byte = stream.isUpper ? value + 128 : value;
  stream.isUpper = false;
  return byte < 256 && putByte(symbol, byte);
}

/**
 * Reads all codewords into the symbol's content, flags and append fields. Returns OK, or BAD_FORMAT for what no encoder
 * writes: unknown codewords, values out of range, schemes that are cut short, no content.
 */
export function readCodewordStream(stream: CodewordStream, symbol: Symbol): i32 {
  stream.position = 0;
  stream.pads = 0;
  stream.badPads = 0;
  stream.hasEci = false;
  stream.fnc1 = 0;
  stream.isReaderProgramming = false;
  stream.isUpper = false;
  stream.eci = ECI_NONE;
  if (!beginSegment(symbol, ECI_NONE)) return BAD_FORMAT;
  let start: i32 = 0;
  if (left(stream) >= 4 && <i32>load<u8>(stream.data) == APPEND) {
    if (!readAppend(stream, symbol)) return BAD_FORMAT;
    start = 4;
  }
  const macro = readMacro(stream, symbol, start);
  if (macro < 0) return BAD_FORMAT;
  while (left(stream) > 0) {
    const codeword = next(stream);
    if (codeword == PAD) {
      checkPads(stream);
      break;
    }
    if (readAscii(stream, symbol, codeword, start) != OK) return BAD_FORMAT;
  }
  if (stream.isUpper) return BAD_FORMAT;
  if (macro > 0 && !(putByte(symbol, RECORD_SEPARATOR) && putByte(symbol, END_OF_TRANSMISSION))) return BAD_FORMAT;
  return symbol.byteCount > 0 ? OK : BAD_FORMAT;
}

/** Structured append, clause 5.6: position and count in one codeword, two codewords that name the sequence. */
function readAppend(stream: CodewordStream, symbol: Symbol): bool {
  next(stream);
  const sequence = next(stream);
  const first = next(stream);
  const second = next(stream);
  symbol.flags |= SYMBOL_HAS_APPEND;
  symbol.appendIndex = sequence >> 4;
  symbol.appendCount = 17 - (sequence & 15);
  symbol.appendId = (first << 8) | second;
  // A sequence has two symbols at least, and file identifiers of 1–254.
  return (
    symbol.appendCount >= 2 &&
    symbol.appendCount <= 16 &&
    symbol.appendIndex < symbol.appendCount &&
    first >= 1 &&
    first <= 254 &&
    second >= 1 &&
    second <= 254
  );
}

/** Macro codewords stand first, clause 5.2.4.8: header now, trailer at the end. 0 where there is none, −1 when full. */
function readMacro(stream: CodewordStream, symbol: Symbol, start: i32): i32 {
  if (left(stream) <= 0) return 0;
  const codeword = <i32>load<u8>(stream.data + <usize>start);
  if (codeword != MACRO_05 && codeword != MACRO_06) return 0;
  next(stream);
  const isWritten =
    putByte(symbol, 0x5b) &&
    putByte(symbol, 0x29) &&
    putByte(symbol, 0x3e) &&
    putByte(symbol, RECORD_SEPARATOR) &&
    putByte(symbol, 0x30) &&
    putByte(symbol, codeword == MACRO_05 ? 0x35 : 0x36) &&
    putByte(symbol, GROUP_SEPARATOR);
  return isWritten ? 1 : -1;
}

/** One codeword of the ASCII scheme, with the whole stretch of another scheme that it latches to. */
function readAscii(stream: CodewordStream, symbol: Symbol, codeword: i32, start: i32): i32 {
  if (codeword >= 1 && codeword <= 128) return character(stream, symbol, codeword - 1) ? OK : BAD_FORMAT;
  // An upper shift is followed by the character that it raises.
  if (stream.isUpper) return BAD_FORMAT;
  if (codeword >= DIGITS && codeword < DIGITS + 100) {
    const value = codeword - DIGITS;
    return putByte(symbol, 0x30 + value / 10) && putByte(symbol, 0x30 + (value % 10)) ? OK : BAD_FORMAT;
  }
  switch (codeword) {
    case LATCH_C40:
      return readTriplets(stream, symbol, LATCH_C40);
    case LATCH_TEXT:
      return readTriplets(stream, symbol, LATCH_TEXT);
    case LATCH_X12:
      return readTriplets(stream, symbol, LATCH_X12);
    case LATCH_EDIFACT:
      return readEdifact(stream, symbol);
    case LATCH_BASE_256:
      return readBase256(stream, symbol);
    case FNC1:
      return readFnc1(stream, symbol, start);
    case UPPER_SHIFT:
      stream.isUpper = true;
      return OK;
    case ECI:
      return readEci(stream, symbol);
    case READER_PROGRAMMING:
      stream.isReaderProgramming = true;
      return stream.position == 1 ? OK : BAD_FORMAT;
    default:
      return BAD_FORMAT;
  }
}

/**
 * FNC1, clause 5.2.4.6: in first position GS1, in second position (behind a letter or two digits) an industry's own
 * application; elsewhere a separator. Structured append shifts both by four.
 */
function readFnc1(stream: CodewordStream, symbol: Symbol, start: i32): i32 {
  const position = stream.position - start;
  if (position == 1) {
    stream.fnc1 = 1;
    symbol.flags |= SYMBOL_GS1;
    return OK;
  }
  if (position == 2 && stream.fnc1 == 0) {
    const before = <i32>load<u8>(stream.data + <usize>start);
    const isLetter = (before >= 0x42 && before <= 0x5b) || (before >= 0x62 && before <= 0x7b);
    if (isLetter || (before >= DIGITS && before < DIGITS + 100)) {
      stream.fnc1 = 2;
      return OK;
    }
  }
  return putByte(symbol, GROUP_SEPARATOR) ? OK : BAD_FORMAT;
}

/** ECI designator, clause 5.4.1, table 6. */
function readEci(stream: CodewordStream, symbol: Symbol): i32 {
  const first = next(stream);
  let value: i32 = -1;
  if (first >= 1 && first <= 127) {
    value = first - 1;
  } else if (first >= 128 && first <= 191) {
    const second = next(stream);
    if (second >= 1 && second <= 254) value = (first - 128) * 254 + (second - 1) + 127;
  } else if (first >= 192 && first <= 207) {
    const second = next(stream);
    const third = next(stream);
    if (second >= 1 && second <= 254 && third >= 1 && third <= 254) {
      value = (first - 192) * 64516 + (second - 1) * 254 + (third - 1) + 16383;
    }
  }
  if (value < 0 || value > 999999) return BAD_FORMAT;
  stream.hasEci = true;
  stream.eci = value;
  return beginSegment(symbol, value) ? OK : BAD_FORMAT;
}

/** Shift 2 of C40 and Text, table C.1: the 27 signs between letters, digits and shift 1. */
function shiftTwo(value: i32): i32 {
  if (value < 15) return 0x21 + value;
  if (value < 22) return 0x3a + value - 15;
  return 0x5b + value - 22;
}

/** Three values in two codewords: C40 (clause 5.2.5), Text (5.2.6), X12 (5.2.7). */
function readTriplets(stream: CodewordStream, symbol: Symbol, scheme: i32): i32 {
  let shift: i32 = 0;
  while (left(stream) > 1) {
    const first = next(stream);
    if (first == UNLATCH) return shift == 0 || shift == 1 ? OK : BAD_FORMAT;
    const packed = (first << 8) + next(stream) - 1;
    if (packed < 0 || packed >= 64000) return BAD_FORMAT;
    for (let k = 0; k < 3; k++) {
      const value = k == 0 ? packed / 1600 : k == 1 ? (packed / 40) % 40 : packed % 40;
      if (scheme == LATCH_X12) {
        if (!putByte(symbol, x12(value))) return BAD_FORMAT;
        continue;
      }
      shift = readShifted(stream, symbol, value, shift, scheme == LATCH_TEXT);
      if (shift < 0) return BAD_FORMAT;
    }
  }
  // One codeword that is left stands for the ASCII scheme; an unlatch there says no more than that.
  if (left(stream) == 1 && <i32>load<u8>(stream.data + <usize>stream.position) == UNLATCH) next(stream);
  return OK;
}

/** One C40 or Text value; returns the shift in force after it, −1 for what has no meaning. */
function readShifted(stream: CodewordStream, symbol: Symbol, value: i32, shift: i32, isText: bool): i32 {
  switch (shift) {
    case 0: {
      if (value < 3) return value + 1;
      let code: i32;
      if (value == 3) code = 0x20;
      else if (value < 14) code = 0x30 + value - 4;
      else code = (isText ? 0x61 : 0x41) + value - 14;
      return character(stream, symbol, code) ? 0 : -1;
    }
    case 1:
      return value < 32 && character(stream, symbol, value) ? 0 : -1;
    case 2: {
      if (value < 27) return character(stream, symbol, shiftTwo(value)) ? 0 : -1;
      if (value == 27) return putByte(symbol, GROUP_SEPARATOR) ? 0 : -1;
      if (value != 30) return -1;
      stream.isUpper = true;
      return 0;
    }
    default: {
      if (value >= 32) return -1;
      // Shift 3 is the letters of the other case between ` and DEL.
      const code = isText && value >= 1 && value <= 26 ? 0x40 + value : 0x60 + value;
      return character(stream, symbol, code) ? 0 : -1;
    }
  }
}

/** ANSI X12: CR, *, >, space, digits, capitals. */
function x12(value: i32): i32 {
  if (value == 0) return 0x0d;
  if (value == 1) return 0x2a;
  if (value == 2) return 0x3e;
  if (value == 3) return 0x20;
  return value < 14 ? 0x30 + value - 4 : 0x41 + value - 14;
}

/** EDIFACT, clause 5.2.8: four values of six bits in three codewords. Two codewords at the end stand for ASCII. */
function readEdifact(stream: CodewordStream, symbol: Symbol): i32 {
  while (left(stream) > 2) {
    let bits: i32 = 0;
    let held: i32 = 0;
    for (let k = 0; k < 4; k++) {
      if (held < 6) {
        const codeword = next(stream);
        if (codeword < 0) return BAD_FORMAT;
        bits = (bits << 8) | codeword;
        held += 8;
      }
      held -= 6;
      const value = (bits >> held) & 0x3f;
      // What is left of the codeword behind an unlatch is filled with zeros.
      if (value == EDIFACT_UNLATCH) return OK;
      if (!putByte(symbol, (value & 0x20) != 0 ? value : value | 0x40)) return BAD_FORMAT;
    }
  }
  return OK;
}

/** Undoes the 255-state randomising of annex B.2 at a position counted from 1. */
function plain255(codeword: i32, position: i32): i32 {
  const value = codeword - (((149 * position) % 255) + 1);
  return value < 0 ? value + 256 : value;
}

/** Base 256, clause 5.2.9: a length of one or two codewords, then bytes. Length 0: to the end of the symbol. */
function readBase256(stream: CodewordStream, symbol: Symbol): i32 {
  const first = next(stream);
  if (first < 0) return BAD_FORMAT;
  let count = plain255(first, stream.position);
  if (count == 0) {
    count = left(stream);
  } else if (count >= 250) {
    const second = next(stream);
    if (second < 0) return BAD_FORMAT;
    count = (count - 249) * 250 + plain255(second, stream.position);
  }
  if (count > left(stream)) return BAD_FORMAT;
  for (let k = 0; k < count; k++) {
    const codeword = next(stream);
    if (!putByte(symbol, plain255(codeword, stream.position))) return BAD_FORMAT;
  }
  return OK;
}

/** Compares the pad codewords behind the first with the 253-state randomising of annex B.1. */
function checkPads(stream: CodewordStream): void {
  stream.pads = 1;
  while (left(stream) > 0) {
    const codeword = next(stream);
    let want = PAD + ((149 * stream.position) % 253) + 1;
    if (want > 254) want -= 254;
    stream.pads++;
    if (codeword != want) stream.badPads++;
  }
}
