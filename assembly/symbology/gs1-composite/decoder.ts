/**
 * Codewords of a 2D component to its element strings: error correction, then bits (ISO/IEC 24723 clauses 5.1 and 6 to 8).
 * A function of codewords alone; it knows nothing of images.
 */
import { ECI_ASCII } from "../../abi/layout";
import { BAD_CHECKSUM, BAD_FORMAT, NOT_FOUND, OK } from "../../abi/status";
import {
  LATCH_BYTE,
  LATCH_BYTE_BY_SIX,
  LINKAGE_GS1,
  Pdf417Stream,
  readPdf417Segments,
} from "../../content/pdf417-segments";
import { TextMode } from "../../content/pdf417-text";
import { Symbol, allocSymbol, beginSegment, clearContent } from "../../io/symbol";
import { MICRO_SIZES, checksOf, columnsOf, rowsOf } from "../../kit/addressed-sizes";
import { capacityUsed, correctCodewords } from "../../kit/codeword-correction";
import { BitReader, openBits } from "../../math/bit-reader";
import { alloc, mark, release } from "../../memory/arena";
import { decodeElements } from "./content";

/** Variants, as the record's model. */
export const CC_A: i32 = 1;
export const CC_B: i32 = 2;
export const CC_C: i32 = 3;

/** CC-A codewords are digits to this base: groups of seven hold 69 bits, fewer the whole bits that they have room for. */
const BASE: i32 = 928;
const GROUP: i32 = 7;
const groupBits = memory.data<u8>([0, 9, 19, 29, 39, 49, 59, 69]);
/** Bytes of the longest CC-C: 925 codewords, six for five. */
const MOST_BYTES: i32 = 1200;

/** Decodes the codewords of a CC-A or CC-B of a size; they are corrected in place. */
export function decodeAddressed(words: usize, trust: usize, size: i32, symbol: Symbol): i32 {
  const count = rowsOf(size) * columnsOf(size);
  const checks = checksOf(size);
  if (!correctCodewords(words, trust, count, checks)) return BAD_CHECKSUM;
  const isSmall = size >= MICRO_SIZES;
  const used = capacityUsed;
  const status = isSmall ? decodeDense(words, count - checks, symbol) : decodeBytes(words, count - checks, symbol);
  if (status != OK) return status;
  symbol.model = isSmall ? CC_A : CC_B;
  symbol.rows = rowsOf(size);
  symbol.columns = columnsOf(size);
  rate(symbol, checks, used);
  return OK;
}

/** Decodes the codewords of a CC-C of a level; they are corrected in place. */
export function decodeIndicated(words: usize, trust: usize, count: i32, level: i32, symbol: Symbol): i32 {
  const checks = 2 << level;
  if (checks >= count || !correctCodewords(words, trust, count, checks)) return BAD_CHECKSUM;
  const used = capacityUsed;
  const length = <i32>load<u16>(words);
  if (length < 1 || length > count - checks) return BAD_FORMAT;
  const status = decodeBytes(words + 2, length - 1, symbol);
  if (status != OK) return status;
  symbol.model = CC_C;
  symbol.ecLevel = level;
  rate(symbol, checks, used);
  return OK;
}

/** By what of the capacity is left, and how much there is to be sure by. */
function rate(symbol: Symbol, checks: i32, used: f32): void {
  symbol.ecUsed = used;
  const strength: f32 = min<f32>(1, 0.7 + 0.03 * <f32>checks);
  symbol.confidence = <i32>(<f32>100 * strength * (<f32>1 - <f32>0.5 * used));
}

/** CC-A: base 928 to bits. */
function decodeDense(words: usize, count: i32, symbol: Symbol): i32 {
  const scratch = mark();
  const bytes = (count * 10 + 7) >> 3;
  const bits = alloc(<usize>bytes);
  if (bits == 0) return NOT_FOUND;
  memory.fill(bits, 0, <usize>bytes);
  let at: i32 = 0;
  let isValid = true;
  for (let first = 0; first < count && isValid; first += GROUP) {
    const length = min(GROUP, count - first);
    const width = <i32>load<u8>(groupBits + <usize>length);
    isValid = putGroup(words + ((<usize>first) << 1), length, width, bits, at);
    at += width;
  }
  const status = isValid ? decodeBits(bits, at, symbol) : BAD_FORMAT;
  release(scratch);
  return status;
}

/** Writes a group's number as so many bits from bit `at` on; false where it has more. */
function putGroup(words: usize, count: i32, width: i32, bits: usize, at: i32): bool {
  // 69 bits in two halves: high × 2^32 + low.
  let high: u64 = 0;
  let low: u64 = 0;
  for (let k = 0; k < count; k++) {
    const word = <u64>load<u16>(words + ((<usize>k) << 1));
    if (word >= <u64>BASE) return false;
    low = low * <u64>BASE + word;
    high = high * <u64>BASE + (low >> 32);
    low &= 0xffffffff;
  }
  if (width < 32 ? high != 0 || low >> <u64>width != 0 : high >> <u64>(width - 32) != 0) return false;
  for (let i = 0; i < width; i++) {
    const place = width - 1 - i;
    const bit = place >= 32 ? (high >> <u64>(place - 32)) & 1 : (low >> <u64>place) & 1;
    const to = bits + <usize>((at + i) >> 3);
    store<u8>(to, <u8>(<i32>load<u8>(to) | ((<i32>bit) << (7 - ((at + i) & 7)))));
  }
  return true;
}

/** CC-B and CC-C: 920, then bytes. */
function decodeBytes(words: usize, count: i32, symbol: Symbol): i32 {
  if (count < 3 || <i32>load<u16>(words) != LINKAGE_GS1) return NOT_FOUND;
  const latch = <i32>load<u16>(words, 2);
  if (latch != LATCH_BYTE && latch != LATCH_BYTE_BY_SIX) return BAD_FORMAT;
  const scratch = mark();
  const stream = alloc(offsetof<Pdf417Stream>());
  const text = alloc(offsetof<TextMode>());
  const packed = allocSymbol(symbol.format, MOST_BYTES, 2);
  let status: i32 = NOT_FOUND;
  if (stream != 0 && text != 0 && packed != null) {
    const reader = changetype<Pdf417Stream>(stream);
    reader.text = changetype<TextMode>(text);
    status = readPdf417Segments(reader, words + 2, count - 1, false, packed);
    if (status == OK) status = decodeBits(packed.bytes, packed.byteCount << 3, symbol);
  }
  release(scratch);
  return status;
}

function decodeBits(bits: usize, count: i32, symbol: Symbol): i32 {
  const scratch = mark();
  const at = alloc(offsetof<BitReader>());
  if (at == 0) return NOT_FOUND;
  const reader = changetype<BitReader>(at);
  openBits(reader, bits, (count + 7) >> 3);
  reader.length = count;
  clearContent(symbol);
  const isValid = beginSegment(symbol, ECI_ASCII) && decodeElements(reader, symbol);
  release(scratch);
  return isValid ? OK : BAD_FORMAT;
}
