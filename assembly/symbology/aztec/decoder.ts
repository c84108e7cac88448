/**
 * A sampled grid and its mode message to a symbol: codewords, error correction with erasures, stuffed bits, content. A
 * function of the grid alone; it knows nothing of images, so hand-made grids test it.
 */
import { ECI_ASCII, SYMBOL_MIRRORED, SYMBOL_READER_INIT } from "../../abi/layout";
import { BAD_CHECKSUM, BAD_FORMAT, OK } from "../../abi/status";
import { BitStream, readBitStream } from "../../content/aztec-segments";
import { Symbol, beginSegment, clearContent, putByte } from "../../io/symbol";
import { spend } from "../../kit/budget";
import { GaloisField, buildField, fieldBytes } from "../../math/galois-field";
import { UNCORRECTABLE, correct } from "../../math/reed-solomon";
import { alloc, mark, release } from "../../memory/arena";
import { Mode, leastTrusted } from "./mode-message";
import { isMirroredView, softAt } from "./orientation";
import { FIRST_ROOT, bitsOf, codewordBits, codewordsOf, layPath, polynomialOf, radiusOf } from "./tables";

/** Bits of check codewords that remain for detection beside erasures: a chance word passes once in 2^24. */
const ERASURE_SPARE_BITS: i32 = 24;

/**
 * Bits of evidence that correction must leave, mode message included: log₂ of how seldom chance passes. Three check
 * codewords of six bits with an error leave 6, a flawless mode message 20.
 */
const LEAST_EVIDENCE: f64 = 22;

/** Bits that a mode message or a mark proves less for each of its errors. */
const MODE_ERROR_COST: f64 = 7;
const MARK_COST: f64 = 3;

/** Errors to try erasures by: at most so many steps. */
const ERASURE_STEPS: i32 = 8;

/** Scratch memory of a decode. */
@unmanaged
class Workspace {
  field: GaloisField;
  /** i16 u, i16 v per bit. */
  path: usize;
  /** u16 and f32 per codeword. */
  words: usize;
  trust: usize;
  /** u16 positions, least trusted first. */
  order: usize;
  fixed: usize;
  /** u8 per bit of the message. */
  bits: usize;
  stream: BitStream;
  /** (2·errors + erasures) / check words. */
  used: f32;
  evidence: f64;
}

function openWorkspace(mode: Mode): Workspace | null {
  const bits = codewordBits(mode.layers);
  const words = <usize>codewordsOf(mode.layers, mode.isCompact);
  const head = alloc(offsetof<Workspace>());
  const field = alloc(fieldBytes(bits));
  const path = alloc((<usize>bitsOf(mode.layers, mode.isCompact)) << 2);
  const codewords = alloc(words << 1);
  const trust = alloc(words << 2);
  const order = alloc(words << 1);
  const fixed = alloc(words << 1);
  const message = alloc(<usize>bitsOf(mode.layers, mode.isCompact));
  const stream = alloc(offsetof<BitStream>());
  if (head == 0 || stream == 0 || message == 0 || path == 0) return null;
  const work = changetype<Workspace>(head);
  work.field = buildField(field, polynomialOf(bits), bits);
  work.path = path;
  work.words = codewords;
  work.trust = trust;
  work.order = order;
  work.fixed = fixed;
  work.bits = message;
  work.stream = changetype<BitStream>(stream);
  return work;
}

/**
 * Decodes a grid whose mode message says `mode` into `symbol`, whose content is replaced. `soft` is a square of f32 that
 * reaches to radiusOf(layers), > 0 dark, 1 = certain. Returns OK, BAD_FORMAT or BAD_CHECKSUM.
 */
export function decodeGrid(soft: usize, mode: Mode, symbol: Symbol): i32 {
  clearContent(symbol);
  symbol.appendCount = 0;
  symbol.appendTextLength = 0;
  symbol.flags = isMirroredView(mode.view) ? SYMBOL_MIRRORED : 0;
  if (mode.isReaderInit) symbol.flags |= SYMBOL_READER_INIT;
  symbol.version = mode.layers;
  symbol.rows = 2 * radiusOf(mode.layers, mode.isCompact) + 1;
  symbol.columns = symbol.rows;
  if (mode.isRune) return writeRune(mode, symbol);
  const scratch = mark();
  const work = openWorkspace(mode);
  const status = work == null ? BAD_FORMAT : decodeData(work, soft, mode, symbol);
  release(scratch);
  return status;
}

/** A rune is a number of three digits, annex A. */
function writeRune(mode: Mode, symbol: Symbol): i32 {
  symbol.aimModifier = 0x43;
  symbol.ecUsed = 0;
  symbol.confidence = 80;
  const isWritten =
    beginSegment(symbol, ECI_ASCII) &&
    putByte(symbol, 0x30 + mode.rune / 100) &&
    putByte(symbol, 0x30 + ((mode.rune / 10) % 10)) &&
    putByte(symbol, 0x30 + (mode.rune % 10));
  return isWritten ? OK : BAD_FORMAT;
}

function decodeData(work: Workspace, soft: usize, mode: Mode, symbol: Symbol): i32 {
  takeCodewords(work, soft, mode);
  if (!correctCodewords(work, mode)) return BAD_CHECKSUM;
  const evidence = work.evidence + modeEvidence(mode);
  if (evidence < LEAST_EVIDENCE) return BAD_CHECKSUM;
  const stream = work.stream;
  stream.bits = work.bits;
  stream.length = unstuff(work, mode);
  if (stream.length < 0) return BAD_FORMAT;
  if (readBitStream(stream, symbol) != OK) return BAD_FORMAT;
  symbol.ecUsed = work.used;
  symbol.aimModifier = modifierOf(stream, symbol);
  const sure = min<f64>(100, 100 - 45 * <f64>work.used - 4 * <f64>(mode.errors + mode.wrongMarks));
  symbol.confidence = <i32>min<f64>(sure, 40 + evidence);
  return OK;
}

/** What a mode message proves: all its check bits, less what its errors may have made fit. */
function modeEvidence(mode: Mode): f64 {
  const checks: f64 = mode.isCompact ? 20 : 24;
  return checks - MODE_ERROR_COST * <f64>mode.errors - MARK_COST * <f64>mode.wrongMarks;
}

/** AIM modifier: 1 and 2 for FNC1, 3 more for an ECI, 6 more for structured append (B is the last of them). */
function modifierOf(stream: BitStream, symbol: Symbol): i32 {
  const value = stream.fnc1 + (stream.hasEci ? 3 : 0) + (symbol.appendCount > 0 ? 6 : 0);
  return value < 10 ? 0x30 + value : 0x41 + value - 10;
}

/** Codewords with the trust of their weakest bit; bits that are left over stand before the first one. */
function takeCodewords(work: Workspace, soft: usize, mode: Mode): void {
  const radius = radiusOf(mode.layers, mode.isCompact);
  const bits = codewordBits(mode.layers);
  const words = codewordsOf(mode.layers, mode.isCompact);
  layPath(mode.layers, mode.isCompact, work.path);
  let at = work.path + ((<usize>(bitsOf(mode.layers, mode.isCompact) - words * bits)) << 2);
  for (let i = 0; i < words; i++) {
    let word: i32 = 0;
    let trust: f32 = 1;
    for (let b = 0; b < bits; b++) {
      const value = softAt(soft, radius, mode.view, <i32>load<i16>(at), <i32>load<i16>(at, 2));
      at += 4;
      word = (word << 1) | (value > 0 ? 1 : 0);
      trust = min<f32>(trust, value > 0 ? value : -value);
    }
    store<u16>(work.words + ((<usize>i) << 1), <u16>word);
    store<f32>(work.trust + ((<usize>i) << 2), trust);
  }
}

/**
 * Corrects into work.fixed: first by errors alone, then with more and more of the least trusted codewords as erasures, of
 * which some check codewords remain for detection.
 */
function correctCodewords(work: Workspace, mode: Mode): bool {
  const bits = codewordBits(mode.layers);
  const length = codewordsOf(mode.layers, mode.isCompact);
  const checks = length - mode.dataCodewords;
  const bytes = (<usize>length) << 1;
  const cost = 1 + (length * checks) / 4000;
  if (!spend(cost)) return false;
  memory.copy(work.fixed, work.words, bytes);
  let changed = correct(work.field, work.fixed, length, checks, FIRST_ROOT, 0, 0, 0);
  let errors = changed;
  let erased: i32 = 0;
  if (changed == UNCORRECTABLE) {
    const spare = (ERASURE_SPARE_BITS + bits - 1) / bits;
    const most = checks - spare;
    if (most <= 0) return false;
    leastTrusted(work.trust, length, most, work.order);
    const step = max(1, most / ERASURE_STEPS);
    for (let erasures = step; erasures <= most && changed == UNCORRECTABLE; erasures += step) {
      if (!spend(cost)) return false;
      memory.copy(work.fixed, work.words, bytes);
      changed = correct(work.field, work.fixed, length, checks, FIRST_ROOT, work.order, erasures, spare);
      erased = erasures;
    }
    if (changed == UNCORRECTABLE) return false;
    errors = errorsOutside(work, length, erased);
  }
  const taken = 2 * errors + erased;
  work.used = <f32>taken / <f32>checks;
  // Any of C(length, errors) places would have done.
  let places: f64 = 0;
  for (let k = 0; k < errors; k++) places += log2(<f64>(length - k)) - log2(<f64>(k + 1));
  work.evidence = <f64>(bits * (checks - erased - errors)) - places;
  return true;
}

function log2(value: f64): f64 {
  return Math.log(value) * Math.LOG2E;
}

/** Codewords that were corrected and are not among the first `erased` of the order. */
function errorsOutside(work: Workspace, length: i32, erased: i32): i32 {
  let errors: i32 = 0;
  for (let i = 0; i < length; i++) if (isChanged(work, i)) errors++;
  for (let k = 0; k < erased; k++) if (isChanged(work, <i32>load<u16>(work.order + ((<usize>k) << 1)))) errors--;
  return errors;
}

function isChanged(work: Workspace, index: i32): bool {
  const at = (<usize>index) << 1;
  return load<u16>(work.words + at) != load<u16>(work.fixed + at);
}

/**
 * The message's bits without the stuffed ones (clause 7.3.1.2); their number, or −1 for a codeword of one colour, which no
 * message has.
 */
function unstuff(work: Workspace, mode: Mode): i32 {
  const bits = codewordBits(mode.layers);
  const full = (1 << bits) - 1;
  let count: i32 = 0;
  for (let i = 0; i < mode.dataCodewords; i++) {
    const word = <i32>load<u16>(work.fixed + ((<usize>i) << 1));
    if (word == 0 || word == full) return -1;
    const isStuffed = word == 1 || word == full - 1;
    for (let b = bits - 1; b >= (isStuffed ? 1 : 0); b--) {
      store<u8>(work.bits + <usize>count, <u8>((word >> b) & 1));
      count++;
    }
  }
  return count;
}
