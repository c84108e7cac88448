/**
 * The codeword stream of MaxiCode, ISO/IEC 16023 clause 4.4 and annex A: five code sets, shifts, latches, packed numbers,
 * ECI and structured append to bytes and segments. Knows nothing of modules or error correction.
 */
import { ECI_ASCII, SYMBOL_HAS_APPEND } from "../abi/layout";
import { BAD_FORMAT, OK } from "../abi/status";
import { Symbol, beginSegment, putByte } from "../io/symbol";

/** What codewords of the code sets mean beside characters (Latin-1, 0–255). */
const ECI: i32 = 256;
const NUMBER: i32 = 257;
const PAD: i32 = 258;
/** A shift for one character, a latch (in C, D and E: lock-in), each plus the number of a code set. */
const SHIFT: i32 = 260;
const LATCH: i32 = 270;
/** From code set B to A for two characters; the next number is for three. */
const SHIFTS_TO_A: i32 = 280;

/** Table A.1: 64 codewords of code set A, then B, C, D, E. */
// biome-ignore format: four lines are a code set
const MEANINGS: StaticArray<u16> = [
  13, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79,
  80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 256, 28, 29, 30, 257,
  32, 258, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
  48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 261, 262, 263, 264, 271,
  96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
  112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 256, 28, 29, 30, 257,
  123, 258, 125, 126, 127, 59, 60, 61, 62, 63, 91, 92, 93, 94, 95, 32,
  44, 46, 47, 58, 64, 33, 124, 258, 280, 281, 258, 260, 262, 263, 264, 270,
  192, 193, 194, 195, 196, 197, 198, 199, 200, 201, 202, 203, 204, 205, 206, 207,
  208, 209, 210, 211, 212, 213, 214, 215, 216, 217, 218, 256, 28, 29, 30, 257,
  219, 220, 221, 222, 223, 170, 172, 177, 178, 179, 181, 185, 186, 188, 189, 190,
  128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 270, 32, 272, 263, 264, 271,
  224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239,
  240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 256, 28, 29, 30, 257,
  251, 252, 253, 254, 255, 161, 168, 171, 175, 176, 180, 183, 184, 187, 191, 138,
  139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 270, 32, 262, 273, 264, 271,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 256, 258, 258, 27, 257,
  28, 29, 30, 31, 159, 160, 162, 163, 164, 165, 166, 167, 169, 173, 174, 182,
  149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 270, 32, 262, 263, 274, 271,
];

const VALUES: i32 = 64;
/** The padding of code set A, which before a position and a count begins a structured append. */
const APPEND: i32 = 33;
/** Codewords behind the one that begins a packed number, 30 bits, and its digits. */
const NUMBER_CODEWORDS: i32 = 5;
const NUMBER_DIGITS: i32 = 9;
const MOST_NUMBER: i32 = 999999999;
const MOST_ECI: i32 = 999999;

/** `[)>RS01GSyy`, the header behind which a structured carrier message goes: "y" stands for the year's digits. */
const HEADER: StaticArray<u8> = [0x5b, 0x29, 0x3e, 0x1e, 0x30, 0x31, 0x1d];
const HEADER_LENGTH: i32 = 9;

/** How the stream is read, and what it turned out to be. */
@unmanaged
export class MaxiCodeStream {
  /** u8 codewords of the message. */
  data: usize;
  length: i32;
  position: i32;
  hasEci: bool;
  hasAppend: bool;
  /** Structured carrier message (postal code, country, class of service, each with its separator); 0 bytes where none. */
  carrier: usize;
  carrierLength: i32;
  /** Bytes of the message that go before the carrier message. */
  carrierAt: i32;
  /** Code set in force, the one to go back to behind a shift, and the characters that the shift still holds for. */
  set: i32;
  latched: i32;
  shifted: i32;
}

function next(stream: MaxiCodeStream): i32 {
  const at = stream.position;
  if (at >= stream.length) return -1;
  stream.position = at + 1;
  return <i32>load<u8>(stream.data + <usize>at);
}

/**
 * Reads all codewords into the symbol's content, flags and append fields. Returns OK, or BAD_FORMAT for what no encoder
 * writes: sets cut short, values out of range, characters behind the padding, no content.
 */
export function readMaxiCodeStream(stream: MaxiCodeStream, symbol: Symbol): i32 {
  // The place of the carrier message depends on what the message begins with.
  stream.carrierAt = -1;
  if (!readMessage(stream, symbol)) return BAD_FORMAT;
  if (stream.carrierLength > 0) {
    stream.carrierAt = hasHeader(symbol) ? HEADER_LENGTH : 0;
    symbol.byteCount = 0;
    symbol.segmentCount = 0;
    if (!readMessage(stream, symbol)) return BAD_FORMAT;
  }
  return symbol.byteCount > 0 ? OK : BAD_FORMAT;
}

function hasHeader(symbol: Symbol): bool {
  if (symbol.byteCount < HEADER_LENGTH) return false;
  for (let i = 0; i < HEADER.length; i++) {
    if (load<u8>(symbol.bytes + <usize>i) != unchecked(HEADER[i])) return false;
  }
  return isDigit(symbol, HEADER_LENGTH - 2) && isDigit(symbol, HEADER_LENGTH - 1);
}

function isDigit(symbol: Symbol, at: i32): bool {
  const byte = <i32>load<u8>(symbol.bytes + <usize>at);
  return byte >= 0x30 && byte <= 0x39;
}

function readMessage(stream: MaxiCodeStream, symbol: Symbol): bool {
  stream.position = 0;
  stream.hasEci = false;
  stream.hasAppend = false;
  stream.set = 0;
  stream.latched = 0;
  stream.shifted = 0;
  // The default is ISO/IEC 8859-1 for certain.
  if (!beginSegment(symbol, ECI_ASCII)) return false;
  readAppend(stream, symbol);
  if (stream.carrierAt == 0 && !putCarrier(stream, symbol)) return false;
  while (stream.position < stream.length) {
    const meaning = <i32>unchecked(MEANINGS[stream.set * VALUES + (next(stream) & (VALUES - 1))]);
    if (meaning == PAD) return isPadded(stream);
    if (meaning == ECI) {
      if (!readEci(stream, symbol)) return false;
    } else if (meaning == NUMBER) {
      if (!readNumber(stream, symbol)) return false;
      endOfCharacter(stream);
    } else if (meaning < ECI) {
      if (!put(stream, symbol, meaning)) return false;
      endOfCharacter(stream);
    } else {
      changeSet(stream, meaning);
    }
  }
  return true;
}

/** A character of the message, and the carrier message where its place is reached. */
function put(stream: MaxiCodeStream, symbol: Symbol, byte: i32): bool {
  if (!putByte(symbol, byte)) return false;
  return symbol.byteCount != stream.carrierAt || putCarrier(stream, symbol);
}

function putCarrier(stream: MaxiCodeStream, symbol: Symbol): bool {
  stream.carrierAt = -1;
  for (let i = 0; i < stream.carrierLength; i++) {
    if (!putByte(symbol, <i32>load<u8>(stream.carrier + <usize>i))) return false;
  }
  return true;
}

/** Behind the last character of a shift the set before it is in force again. */
function endOfCharacter(stream: MaxiCodeStream): void {
  if (stream.shifted == 0) return;
  stream.shifted--;
  if (stream.shifted == 0) stream.set = stream.latched;
}

function changeSet(stream: MaxiCodeStream, meaning: i32): void {
  if (meaning >= SHIFTS_TO_A) {
    stream.set = 0;
    stream.shifted = 2 + meaning - SHIFTS_TO_A;
  } else if (meaning >= LATCH) {
    stream.latched = meaning - LATCH;
    stream.set = stream.latched;
    stream.shifted = 0;
  } else {
    stream.set = meaning - SHIFT;
    stream.shifted = 1;
  }
}

/** True if nothing but padding follows. */
function isPadded(stream: MaxiCodeStream): bool {
  while (stream.position < stream.length) {
    if (<i32>unchecked(MEANINGS[stream.set * VALUES + (next(stream) & (VALUES - 1))]) != PAD) return false;
  }
  return true;
}

/** Structured append, clause 4.7: padding, then position and number of symbols, less one each, in three bits. */
function readAppend(stream: MaxiCodeStream, symbol: Symbol): void {
  if (stream.length < 2 || <i32>load<u8>(stream.data) != APPEND) return;
  const sequence = <i32>load<u8>(stream.data, 1);
  const index = sequence >> 3;
  const count = (sequence & 7) + 1;
  // An empty message begins with padding too, which would be the fifth symbol of two.
  if (count < 2 || index >= count) return;
  stream.position = 2;
  stream.hasAppend = true;
  symbol.flags |= SYMBOL_HAS_APPEND;
  symbol.appendIndex = index;
  symbol.appendCount = count;
}

/** Nine digits in five codewords, clause 4.4.4. */
function readNumber(stream: MaxiCodeStream, symbol: Symbol): bool {
  let value: i32 = 0;
  for (let k = 0; k < NUMBER_CODEWORDS; k++) {
    const codeword = next(stream);
    if (codeword < 0) return false;
    value = (value << 6) | codeword;
  }
  if (value > MOST_NUMBER) return false;
  let unit: i32 = 100000000;
  for (let k = 0; k < NUMBER_DIGITS; k++) {
    if (!put(stream, symbol, 0x30 + ((value / unit) % 10))) return false;
    unit /= 10;
  }
  return true;
}

/** ECI designator, clause 4.5: one to four codewords, the number of leading ones says how many more follow. */
function readEci(stream: MaxiCodeStream, symbol: Symbol): bool {
  const first = next(stream);
  if (first < 0) return false;
  let more: i32 = 0;
  while (more < 4 && ((first >> (5 - more)) & 1) == 1) more++;
  if (more > 3) return false;
  let value = first & (0x1f >> more);
  for (let k = 0; k < more; k++) {
    const codeword = next(stream);
    if (codeword < 0) return false;
    value = (value << 6) | codeword;
  }
  if (value > MOST_ECI) return false;
  stream.hasEci = true;
  return beginSegment(symbol, value);
}
