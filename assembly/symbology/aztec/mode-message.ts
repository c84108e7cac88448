/**
 * The mode message, ISO/IEC 24778 clause 7.2.3: layers and data codewords of a symbol, or the value of a rune (annex A),
 * protected by Reed–Solomon over GF(16). Reads a sampled core; knows nothing of images.
 */
import { GaloisField, buildField, fieldBytes } from "../../math/galois-field";
import { UNCORRECTABLE, correct } from "../../math/reed-solomon";
import { alloc, mark, release } from "../../memory/arena";
import { VIEWS, markScore, softAt, wrongMarks } from "./orientation";
import { FIRST_ROOT, bitsOf, codewordsOf, modeRadius, polynomialOf, ringColumn, ringRow } from "./tables";

@unmanaged
export class Mode {
  isCompact: bool;
  isRune: bool;
  /** See orientation.ts. */
  view: i32;
  layers: i32;
  dataCodewords: i32;
  isReaderInit: bool;
  /** A rune's number, 0–255. */
  rune: i32;
  /** Codewords of the message that were wrong, and orientation marks. */
  errors: i32;
  wrongMarks: i32;
}

/** Codewords of the message, those of them that are data. */
const COMPACT_WORDS: i32 = 7;
const COMPACT_DATA: i32 = 2;
const FULL_WORDS: i32 = 10;
const FULL_DATA: i32 = 4;

/** Every second bit of a rune's message is turned over, annex A. */
const RUNE_MASK: i32 = 0b1010;

/** Agreement of the orientation marks below which a view is none, and marks that may be wrong: views differ in eight. */
const LEAST_MARKS: f32 = 0.3;
const MOST_WRONG_MARKS: i32 = 2;

/** Largest layer counts in whose messages the top bit of the count says that the symbol sets up the reader. */
const COMPACT_INIT_LAYERS: i32 = 1;
const FULL_INIT_LAYERS: i32 = 22;

/** Reads the mode message of a soft grid of `radius`. False where there is none. */
export function readMode(mode: Mode, soft: usize, radius: i32, isCompact: bool): bool {
  let view: i32 = -1;
  let best: f32 = LEAST_MARKS;
  for (let v = 0; v < VIEWS; v++) {
    const score = markScore(soft, radius, v, isCompact);
    if (score > best) {
      best = score;
      view = v;
    }
  }
  if (view < 0) return false;
  mode.isCompact = isCompact;
  mode.view = view;
  mode.wrongMarks = wrongMarks(soft, radius, view, isCompact);
  if (mode.wrongMarks > MOST_WRONG_MARKS) return false;
  const scratch = mark();
  const words = alloc(64);
  const trust = alloc(64);
  const room = alloc(fieldBytes(4));
  let isRead = false;
  if (words != 0 && trust != 0 && room != 0) {
    const field = buildField(room, polynomialOf(4), 4);
    takeWords(mode, soft, radius, words, trust);
    isRead = isCompact && readRune(mode, field, words);
    if (!isRead) isRead = readSymbolMode(mode, field, words, trust);
  }
  release(scratch);
  return isRead;
}

/** The message's bits stand clockwise between the orientation marks; the reference grid's modules are passed over. */
function takeWords(mode: Mode, soft: usize, radius: i32, words: usize, trust: usize): void {
  const ring = modeRadius(mode.isCompact);
  let bit: i32 = 0;
  for (let edge = 0; edge < 4; edge++) {
    for (let part = 2; part < 2 * ring - 1; part++) {
      if (!mode.isCompact && part == ring) continue;
      const index = edge * 2 * ring + part;
      const value = softAt(soft, radius, mode.view, ringColumn(ring, index), ringRow(ring, index));
      const word = words + ((<usize>(bit >> 2)) << 1);
      const sure = trust + ((<usize>(bit >> 2)) << 2);
      const isFirst = (bit & 3) == 0;
      const before = isFirst ? 0 : <i32>load<u16>(word);
      store<u16>(word, <u16>((before << 1) | (value > 0 ? 1 : 0)));
      const size = value > 0 ? value : -value;
      store<f32>(sure, isFirst ? size : min<f32>(load<f32>(sure), size));
      bit++;
    }
  }
}

/** Corrects a copy of the words, at first without, then with the least trusted ones as erasures. */
function readSymbolMode(mode: Mode, field: GaloisField, words: usize, trust: usize): bool {
  const count = mode.isCompact ? COMPACT_WORDS : FULL_WORDS;
  const data = mode.isCompact ? COMPACT_DATA : FULL_DATA;
  const scratch = mark();
  const copy = alloc(64);
  const order = alloc(64);
  let isRead = false;
  if (copy != 0 && order != 0) {
    leastTrusted(trust, count, 4, order);
    for (let erasures = 0; erasures <= 4 && !isRead; erasures += 2) {
      memory.copy(copy, words, (<usize>count) << 1);
      const spare = erasures == 0 ? 0 : 1;
      const changed = correct(field, copy, count, count - data, FIRST_ROOT, order, erasures, spare);
      if (changed == UNCORRECTABLE) continue;
      mode.errors = max(changed, erasures);
      isRead = takeValues(mode, copy);
    }
  }
  release(scratch);
  return isRead;
}

function word(words: usize, index: i32): i32 {
  return <i32>load<u16>(words + ((<usize>index) << 1));
}

function takeValues(mode: Mode, words: usize): bool {
  mode.isRune = false;
  mode.isReaderInit = false;
  if (mode.isCompact) {
    const value = (word(words, 0) << 4) | word(words, 1);
    mode.layers = (value >> 6) + 1;
    mode.dataCodewords = (value & 0x3f) + 1;
    if (mode.layers <= COMPACT_INIT_LAYERS && (value & 0x20) != 0) {
      mode.isReaderInit = true;
      mode.dataCodewords = (value & 0x1f) + 1;
    }
  } else {
    const value = (word(words, 0) << 12) | (word(words, 1) << 8) | (word(words, 2) << 4) | word(words, 3);
    mode.layers = (value >> 11) + 1;
    mode.dataCodewords = (value & 0x7ff) + 1;
    if (mode.layers <= FULL_INIT_LAYERS && (value & 0x400) != 0) {
      mode.isReaderInit = true;
      mode.dataCodewords = (value & 0x3ff) + 1;
    }
  }
  return bitsOf(mode.layers, mode.isCompact) > 0 && mode.dataCodewords < codewordsOf(mode.layers, mode.isCompact);
}

/** A rune is nothing but this message: its words must be without an error, and so must the marks. */
function readRune(mode: Mode, field: GaloisField, words: usize): bool {
  if (mode.wrongMarks != 0) return false;
  const scratch = mark();
  const copy = alloc(64);
  let isRead = false;
  if (copy != 0) {
    for (let i = 0; i < COMPACT_WORDS; i++) {
      store<u16>(copy + ((<usize>i) << 1), <u16>(word(words, i) ^ RUNE_MASK));
    }
    if (correct(field, copy, COMPACT_WORDS, COMPACT_WORDS - COMPACT_DATA, FIRST_ROOT, 0, 0, 0) == 0) {
      mode.isRune = true;
      mode.isReaderInit = false;
      mode.layers = 0;
      mode.dataCodewords = 0;
      mode.errors = 0;
      mode.rune = (word(copy, 0) << 4) | word(copy, 1);
      isRead = true;
    }
  }
  release(scratch);
  return isRead;
}

/** Writes the positions (u16) of the `take` least trusted of `count` words. */
export function leastTrusted(trust: usize, count: i32, take: i32, order: usize): void {
  for (let i = 0; i < count; i++) store<u16>(order + ((<usize>i) << 1), <u16>i);
  for (let k = 0; k < min(take, count); k++) {
    let least = k;
    for (let i = k + 1; i < count; i++) {
      if (trustOf(trust, order, i) < trustOf(trust, order, least)) least = i;
    }
    const at = order + ((<usize>k) << 1);
    const other = order + ((<usize>least) << 1);
    const swap = load<u16>(at);
    store<u16>(at, load<u16>(other));
    store<u16>(other, swap);
  }
}

function trustOf(trust: usize, order: usize, rank: i32): f32 {
  return load<f32>(trust + ((<usize>load<u16>(order + ((<usize>rank) << 1))) << 2));
}
