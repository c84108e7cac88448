/**
 * The codewords of PDF417 and MicroPDF417 to bytes and ECI segments: ISO/IEC 15438 clauses 5.4 and 5.5, annexes H (macro)
 * and ISO/IEC 24728 clause 5.4. Knows nothing of patterns or error correction.
 */
import { ECI_ASCII, ECI_NONE, SYMBOL_GS1, SYMBOL_HAS_APPEND, SYMBOL_READER_INIT } from "../abi/layout";
import { BAD_FORMAT, OK, UNSUPPORTED } from "../abi/status";
import { Symbol, beginSegment, putByte } from "../io/symbol";
import { TextMode, endText, openText, readText } from "./pdf417-text";

/** Function codewords, table 6 and annex H; those marked µ belong to MicroPDF417 alone. */
const LATCH_TEXT: i32 = 900;
export const LATCH_BYTE: i32 = 901;
const LATCH_NUMERIC: i32 = 902;
/** µ GS1 emulation: FNC1 in first position; text, numeric, text with an implied AI 01. */
const GS1_TEXT: i32 = 903;
const GS1_NUMERIC: i32 = 904;
const GS1_GTIN: i32 = 905;
/** µ The same linked to a linear symbol: numeric (906 is text), dates, batch (AI 10), serial number (AI 21). */
const LINKED_NUMERIC: i32 = 907;
const LINKED_DATE: i32 = 912;
const LINKED_BATCH: i32 = 914;
const LINKED_SERIAL: i32 = 915;
/** µ Code 128 emulation: FNC1 in second position behind a letter or two digits; none, text and numeric. */
const FNC1_LETTER: i32 = 908;
const FNC1_DIGITS: i32 = 909;
const EMULATE_TEXT: i32 = 910;
const EMULATE_NUMERIC: i32 = 911;
const SHIFT_BYTE: i32 = 913;
/** µ "[)>" RS "05" or "06" GS … RS EOT of ISO/IEC 15434. */
const MACRO_05: i32 = 916;
const MACRO_06: i32 = 917;
/** A linear symbol beside this one belongs to it. */
const LINKAGE: i32 = 918;
/** This symbol is the 2D component of a GS1 Composite symbol, where it stands first. */
export const LINKAGE_GS1: i32 = 920;
const READER_INITIALISATION: i32 = 921;
const MACRO_END: i32 = 922;
const MACRO_FIELD: i32 = 923;
export const LATCH_BYTE_BY_SIX: i32 = 924;
const ECI_USER: i32 = 925;
const ECI_GENERAL: i32 = 926;
const ECI_CHARSET: i32 = 927;
const MACRO_BEGIN: i32 = 928;

const TEXT: i32 = 0;
const BYTE: i32 = 1;
const BYTE_BY_SIX: i32 = 2;
const NUMERIC: i32 = 3;

/** Codewords of a group of numeric compaction, and the digits that they hold with the leading 1. */
const NUMERIC_GROUP: i32 = 15;
const NUMERIC_DIGITS: i32 = 45;
const GROUP_SEPARATOR: i32 = 0x1d;
const RECORD_SEPARATOR: i32 = 0x1e;
const END_OF_TRANSMISSION: i32 = 0x04;

/** Optional fields of macro PDF417, annex H.2.3. */
const FIELD_COUNT: i32 = 1;

/** u8 digits of a number, lowest first. */
const digits = memory.data(NUMERIC_DIGITS + 4);

/** Where a stream of codewords stands. */
@unmanaged
export class Pdf417Stream {
  /** u16 codewords. */
  words: usize;
  count: i32;
  at: i32;
  mode: i32;
  eci: i32;
  hasEci: bool;
  text: TextMode;
}

function word(stream: Pdf417Stream, index: i32): i32 {
  return <i32>load<u16>(stream.words + ((<usize>index) << 1));
}

/**
 * Reads data codewords, the length descriptor left out, into the symbol's content, flags, append fields and AIM modifier.
 * `stream` and its `text` are scratch. BAD_FORMAT for what no encoder writes.
 */
export function readPdf417Segments(stream: Pdf417Stream, words: usize, count: i32, isMicro: bool, symbol: Symbol): i32 {
  stream.words = words;
  stream.count = count;
  stream.at = 0;
  // MicroPDF417 begins in text compaction too (ISO/IEC 24728 clause 5.4.1).
  stream.mode = TEXT;
  stream.eci = ECI_NONE;
  stream.hasEci = false;
  openText(stream.text);
  symbol.aimModifier = 0x32;
  // The 2D component of a GS1 Composite symbol: bits of the general purpose compaction, which are nothing without it.
  if (count > 0 && word(stream, 0) == LINKAGE_GS1) return UNSUPPORTED;
  let macro: i32 = 0;
  if (isMicro) {
    const status = readEmulation(stream, symbol);
    if (status != OK) return status;
    const first = stream.at < count ? word(stream, stream.at) : 0;
    if (first == MACRO_05 || first == MACRO_06) {
      macro = first;
      stream.at++;
      if (!putHeader(symbol, first)) return BAD_FORMAT;
    }
  }
  while (stream.at < count) {
    const status = step(stream, symbol);
    if (status != OK) return status;
  }
  if (macro != 0 && !(putByte(symbol, RECORD_SEPARATOR) && putByte(symbol, END_OF_TRANSMISSION))) return BAD_FORMAT;
  if (symbol.byteCount == 0) return BAD_FORMAT;
  if (stream.hasEci && symbol.aimModifier == 0x32) symbol.aimModifier = 0x31;
  return OK;
}

/** The first codeword of a MicroPDF417 that emulates Code 128 (ISO/IEC 24728 clause 5.4.6). */
function readEmulation(stream: Pdf417Stream, symbol: Symbol): i32 {
  if (stream.count == 0) return BAD_FORMAT;
  const first = word(stream, 0);
  if (first == LINKED_DATE) return UNSUPPORTED;
  if (first >= GS1_TEXT && first <= LINKED_NUMERIC) symbol.aimModifier = 0x33;
  else if (first == LINKED_BATCH || first == LINKED_SERIAL) symbol.aimModifier = 0x33;
  else if (first == FNC1_LETTER || first == FNC1_DIGITS) symbol.aimModifier = 0x34;
  else if (first == EMULATE_TEXT || first == EMULATE_NUMERIC) symbol.aimModifier = 0x35;
  else return OK;
  stream.at = 1;
  if (symbol.aimModifier == 0x33) symbol.flags |= SYMBOL_GS1;
  if (first == GS1_NUMERIC || first == LINKED_NUMERIC || first == EMULATE_NUMERIC || first == GS1_GTIN) {
    stream.mode = NUMERIC;
  }
  if (first == GS1_GTIN) return putPair(symbol, 0x30, 0x31) ? OK : BAD_FORMAT;
  if (first == LINKED_BATCH) return putPair(symbol, 0x31, 0x30) ? OK : BAD_FORMAT;
  if (first == LINKED_SERIAL) return putPair(symbol, 0x32, 0x31) ? OK : BAD_FORMAT;
  return OK;
}

function putPair(symbol: Symbol, a: i32, b: i32): bool {
  return beginSegment(symbol, ECI_ASCII) && putByte(symbol, a) && putByte(symbol, b);
}

function putHeader(symbol: Symbol, macro: i32): bool {
  return (
    beginSegment(symbol, ECI_NONE) &&
    putByte(symbol, 0x5b) &&
    putByte(symbol, 0x29) &&
    putByte(symbol, 0x3e) &&
    putByte(symbol, RECORD_SEPARATOR) &&
    putByte(symbol, 0x30) &&
    putByte(symbol, macro == MACRO_05 ? 0x35 : 0x36) &&
    putByte(symbol, GROUP_SEPARATOR)
  );
}

/** One function codeword, or a run of data in the current mode. */
function step(stream: Pdf417Stream, symbol: Symbol): i32 {
  const value = word(stream, stream.at);
  if (value < LATCH_TEXT) return readRun(stream, symbol);
  stream.at++;
  switch (value) {
    case LATCH_TEXT:
      stream.mode = TEXT;
      openText(stream.text);
      return OK;
    case LATCH_BYTE:
      stream.mode = BYTE;
      return OK;
    case LATCH_BYTE_BY_SIX:
      stream.mode = BYTE_BY_SIX;
      return OK;
    case LATCH_NUMERIC:
      stream.mode = NUMERIC;
      return OK;
    case SHIFT_BYTE:
      return readShiftedByte(stream, symbol);
    case ECI_USER:
    case ECI_GENERAL:
    case ECI_CHARSET:
      return readEci(stream, value);
    case MACRO_BEGIN:
      return readMacro(stream, symbol);
    case READER_INITIALISATION:
      symbol.flags |= SYMBOL_READER_INIT;
      return OK;
    case LINKAGE:
    case LINKAGE_GS1:
      // That a linear symbol belongs to this one: no data.
      return OK;
    default:
      return BAD_FORMAT;
  }
}

function readShiftedByte(stream: Pdf417Stream, symbol: Symbol): i32 {
  if (stream.mode != TEXT || stream.at >= stream.count) return BAD_FORMAT;
  const value = word(stream, stream.at);
  if (value > 255) return BAD_FORMAT;
  stream.at++;
  return beginSegment(symbol, stream.eci) && putByte(symbol, value) ? OK : BAD_FORMAT;
}

/** Clause 5.5.2: 927 names a character set, 926 any other assignment, 925 one of the user's own. */
function readEci(stream: Pdf417Stream, kind: i32): i32 {
  const more = kind == ECI_GENERAL ? 2 : 1;
  if (stream.at + more > stream.count) return BAD_FORMAT;
  const first = word(stream, stream.at);
  const second = more == 2 ? word(stream, stream.at + 1) : 0;
  if (first >= LATCH_TEXT || second >= LATCH_TEXT) return BAD_FORMAT;
  stream.at += more;
  stream.hasEci = true;
  stream.eci = kind == ECI_CHARSET ? first : kind == ECI_GENERAL ? 900 * (first + 1) + second : 810900 + first;
  return OK;
}

function readRun(stream: Pdf417Stream, symbol: Symbol): i32 {
  if (stream.mode == NUMERIC) return readNumeric(stream, symbol);
  if (!beginSegment(symbol, stream.eci)) return BAD_FORMAT;
  if (stream.mode != TEXT) return readBytes(stream, symbol);
  while (stream.at < stream.count) {
    const value = word(stream, stream.at);
    if (value >= LATCH_TEXT) break;
    stream.at++;
    if (!readText(stream.text, value, symbol)) return BAD_FORMAT;
  }
  endText(stream.text);
  return OK;
}

/** Codewords of data from here to the codeword that ends byte compaction; ECIs within it do not end it. */
function byteWordsLeft(stream: Pdf417Stream): i32 {
  let left: i32 = 0;
  for (let i = stream.at; i < stream.count; i++) {
    const value = word(stream, i);
    if (value < LATCH_TEXT) left++;
    else if (value == ECI_CHARSET || value == ECI_USER) i++;
    else if (value == ECI_GENERAL) i += 2;
    else break;
  }
  return left;
}

/** True if so many codewords of data follow; a group that an ECI breaks is bytes one by one. */
function isUnbroken(stream: Pdf417Stream, count: i32): bool {
  if (stream.at + count > stream.count) return false;
  for (let i = 0; i < count; i++) if (word(stream, stream.at + i) >= LATCH_TEXT) return false;
  return true;
}

/**
 * Clause 5.4.3: five codewords are six bytes; under latch 901 the last one to five codewords are a byte each. Reads up to
 * an ECI or another latch.
 */
function readBytes(stream: Pdf417Stream, symbol: Symbol): i32 {
  let left = byteWordsLeft(stream);
  while (stream.at < stream.count && word(stream, stream.at) < LATCH_TEXT) {
    const isGroup = (stream.mode == BYTE_BY_SIX ? left >= 5 : left > 5) && isUnbroken(stream, 5);
    if (!isGroup) {
      const value = word(stream, stream.at);
      if (value > 255 || !putByte(symbol, value)) return BAD_FORMAT;
      stream.at++;
      left--;
      continue;
    }
    let value: i64 = 0;
    for (let k = 0; k < 5; k++) {
      value = value * 900 + <i64>word(stream, stream.at);
      stream.at++;
    }
    left -= 5;
    if (value >> 48 != 0) return BAD_FORMAT;
    for (let shift: i64 = 40; shift >= 0; shift -= 8) {
      if (!putByte(symbol, <i32>((value >> shift) & 0xff))) return BAD_FORMAT;
    }
  }
  return OK;
}

/** Clause 5.4.4: up to 15 codewords are a number in base 900 whose decimal digits have a 1 put before them. */
function readNumeric(stream: Pdf417Stream, symbol: Symbol): i32 {
  if (!beginSegment(symbol, ECI_ASCII)) return BAD_FORMAT;
  while (stream.at < stream.count && word(stream, stream.at) < LATCH_TEXT) {
    const length = takeNumber(stream, NUMERIC_GROUP);
    if (length < 2 || <u32>load<u8>(digits + <usize>(length - 1)) != 1) return BAD_FORMAT;
    for (let i = length - 2; i >= 0; i--) {
      if (!putByte(symbol, 0x30 + <i32>load<u8>(digits + <usize>i))) return BAD_FORMAT;
    }
  }
  return OK;
}

/** Takes at most `most` codewords of numeric compaction; returns how many digits their number has. */
function takeNumber(stream: Pdf417Stream, most: i32): i32 {
  let length: i32 = 0;
  for (let k = 0; k < most && stream.at < stream.count; k++) {
    let carry = word(stream, stream.at);
    if (carry >= LATCH_TEXT) break;
    stream.at++;
    for (let i = 0; i < length; i++) {
      const sum = <i32>load<u8>(digits + <usize>i) * 900 + carry;
      store<u8>(digits + <usize>i, <u8>(sum % 10));
      carry = sum / 10;
    }
    for (; carry > 0 && length < NUMERIC_DIGITS; carry /= 10) {
      store<u8>(digits + <usize>length, <u8>(carry % 10));
      length++;
    }
  }
  return length;
}

/** A number in two codewords (segment index, segment count): its value without the leading 1, or −1. */
function takeIndex(stream: Pdf417Stream): i32 {
  const length = takeNumber(stream, 2);
  if (length != 6 || <u32>load<u8>(digits + 5) != 1) return -1;
  let value: i32 = 0;
  for (let i: i32 = 4; i >= 0; i--) value = value * 10 + <i32>load<u8>(digits + <usize>i);
  return value;
}

/** The control block of macro PDF417, annex H: it is the last thing in a symbol. */
function readMacro(stream: Pdf417Stream, symbol: Symbol): i32 {
  const index = takeIndex(stream);
  if (index < 0) return BAD_FORMAT;
  symbol.flags |= SYMBOL_HAS_APPEND;
  symbol.appendIndex = index;
  symbol.appendCount = 0;
  while (stream.at < stream.count && word(stream, stream.at) < LATCH_TEXT) {
    if (!putAppendDigits(symbol, word(stream, stream.at))) return BAD_FORMAT;
    stream.at++;
  }
  let isLast = false;
  while (stream.at < stream.count) {
    const value = word(stream, stream.at);
    stream.at++;
    if (value == MACRO_END) {
      isLast = true;
    } else if (value == MACRO_FIELD) {
      if (stream.at >= stream.count) return BAD_FORMAT;
      const field = word(stream, stream.at);
      stream.at++;
      if (field == FIELD_COUNT) symbol.appendCount = max(0, takeIndex(stream));
      else skipField(stream);
    } else if (value != LATCH_TEXT) {
      return BAD_FORMAT;
    }
  }
  if (isLast && symbol.appendCount == 0) symbol.appendCount = index + 1;
  return symbol.appendCount == 0 || index < symbol.appendCount ? OK : BAD_FORMAT;
}

/** File name, time, sender and the like are about the file, not in it; they may hold latches of their own. */
function skipField(stream: Pdf417Stream): void {
  while (stream.at < stream.count) {
    const value = word(stream, stream.at);
    if (value == MACRO_FIELD || value == MACRO_END) return;
    stream.at++;
  }
}

/** The file id is written as three digits for each of its codewords (annex H.2.2). */
function putAppendDigits(symbol: Symbol, value: i32): bool {
  const at = symbol.appendText + <usize>symbol.appendTextLength;
  if (symbol.appendTextLength + 3 > symbol.appendTextCapacity) return false;
  store<u8>(at, <u8>(0x30 + value / 100));
  store<u8>(at, <u8>(0x30 + ((value / 10) % 10)), 1);
  store<u8>(at, <u8>(0x30 + (value % 10)), 2);
  symbol.appendTextLength += 3;
  return true;
}
