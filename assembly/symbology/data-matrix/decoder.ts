/**
 * A sampled grid to a symbol: codewords, error correction with erasures, content. A function of the grid alone; it knows
 * nothing of images, so hand-made grids test it.
 */
import { BAD_CHECKSUM, BAD_FORMAT, OK } from "../../abi/status";
import { SYMBOL_MIRRORED, SYMBOL_READER_INIT } from "../../abi/layout";
import { CodewordStream, readCodewordStream } from "../../content/data-matrix-segments";
import { Symbol, clearContent } from "../../io/symbol";
import { spend } from "../../kit/budget";
import { GaloisField, buildField, fieldBytes } from "../../math/galois-field";
import { UNCORRECTABLE, correct } from "../../math/reed-solomon";
import { alloc, mark, release } from "../../memory/arena";
import { placeCodewords } from "./placement";
import {
  MOST_CODEWORDS,
  blocksOf,
  checksOf,
  codewordsOf,
  columnsOf,
  mappingColumnsOf,
  mappingRowsOf,
  regionColumnsOf,
  regionRowsOf,
  rowsOf,
} from "./tables";

/** GF(256) of clause 5.7.1, x⁸ + x⁵ + x³ + x² + 1; the generator's first root is α¹. */
const POLYNOMIAL: i32 = 0x12d;
const FIRST_ROOT: i32 = 1;

/** Most codewords of a block: 218 of 64×64 and 22 of the largest have fewer than 255. */
const MOST_BLOCK: i32 = 256;

/** Check words that remain for detection beside erasures: a chance word passes once in 256⁴. */
const ERASURE_SPARE: i32 = 4;

/** Scratch memory of a decode. */
@unmanaged
class Workspace {
  field: GaloisField;
  /** i16 per module of the mapping matrix, see placeCodewords(). */
  map: usize;
  /** u8 and f32 per codeword in symbol order. */
  codewords: usize;
  trust: usize;
  /** u16 and f32 per codeword of one block, and where it stands in symbol order (u16). */
  block: usize;
  blockTrust: usize;
  source: usize;
  /** u16 positions, least trusted first. */
  order: usize;
  attempt: usize;
  /** u8, corrected codewords in symbol order. */
  fixed: usize;
  stream: CodewordStream;
  /** Largest (2·errors + erasures) / check words of a block. */
  used: f32;
}

function openWorkspace(): Workspace | null {
  const head = alloc(offsetof<Workspace>());
  const field = alloc(fieldBytes(8));
  const map = alloc(((<usize>MOST_CODEWORDS) << 4) + 16);
  const codewords = alloc(<usize>MOST_CODEWORDS);
  const trust = alloc((<usize>MOST_CODEWORDS) << 2);
  const block = alloc((<usize>MOST_BLOCK) << 1);
  const blockTrust = alloc((<usize>MOST_BLOCK) << 2);
  const source = alloc((<usize>MOST_BLOCK) << 1);
  const order = alloc((<usize>MOST_BLOCK) << 1);
  const attempt = alloc((<usize>MOST_BLOCK) << 1);
  const fixed = alloc(<usize>MOST_CODEWORDS);
  const stream = alloc(offsetof<CodewordStream>());
  if (head == 0 || stream == 0 || fixed == 0 || map == 0) return null;
  const work = changetype<Workspace>(head);
  work.field = buildField(field, POLYNOMIAL, 8);
  work.map = map;
  work.codewords = codewords;
  work.trust = trust;
  work.block = block;
  work.blockTrust = blockTrust;
  work.source = source;
  work.order = order;
  work.attempt = attempt;
  work.fixed = fixed;
  work.stream = changetype<CodewordStream>(stream);
  return work;
}

/**
 * Decodes a grid of a size into `symbol`, whose content is replaced. `soft` is rows × columns f32, > 0 dark, 1 = certain.
 * A square grid is read as it is and then mirrored (about the diagonal through the finder's corner). Returns OK,
 * BAD_FORMAT or BAD_CHECKSUM.
 */
export function decodeGrid(soft: usize, size: i32, symbol: Symbol): i32 {
  const scratch = mark();
  const work = openWorkspace();
  if (work == null) {
    release(scratch);
    return BAD_FORMAT;
  }
  placeCodewords(work.map, mappingRowsOf(size), mappingColumnsOf(size));
  let status = decodeView(work, soft, size, false, symbol);
  if (status != OK && rowsOf(size) == columnsOf(size)) {
    const mirrored = decodeView(work, soft, size, true, symbol);
    if (mirrored == OK) status = OK;
  }
  release(scratch);
  return status;
}

function decodeView(work: Workspace, soft: usize, size: i32, isMirrored: bool, symbol: Symbol): i32 {
  readCodewords(work, soft, size, isMirrored);
  let status = interpret(work, size, false, symbol);
  // Some writers begin the interleaving of 144×144 anew with the check codewords.
  if (status == BAD_CHECKSUM && skewOf(size) != 0) status = interpret(work, size, true, symbol);
  if (status == OK && isMirrored) symbol.flags |= SYMBOL_MIRRORED;
  return status;
}

/** Blocks by which the check codewords of 144×144 are shifted: its last two blocks have one data codeword less. */
function skewOf(size: i32): i32 {
  return (codewordsOf(size) - blocksOf(size) * checksOf(size)) % blocksOf(size);
}

function interpret(work: Workspace, size: i32, isSkewed: bool, symbol: Symbol): i32 {
  if (!correctBlocks(work, size, isSkewed)) return BAD_CHECKSUM;
  clearContent(symbol);
  symbol.flags = 0;
  const stream = work.stream;
  stream.data = work.fixed;
  stream.length = codewordsOf(size) - blocksOf(size) * checksOf(size);
  if (readCodewordStream(stream, symbol) != OK) return BAD_FORMAT;
  if (stream.isReaderProgramming) symbol.flags |= SYMBOL_READER_INIT;
  // Wrong pad codewords in a symbol that needed most of its correction: chance, not content.
  const hasBadPads = stream.badPads > 0;
  if (hasBadPads && work.used > 0.5) return BAD_CHECKSUM;
  symbol.rows = rowsOf(size);
  symbol.columns = columnsOf(size);
  symbol.ecUsed = work.used;
  // ISO/IEC 16022 annex N: ]d1 plain, ]d2 FNC1 first, ]d3 FNC1 second, three more with ECI.
  symbol.aimModifier = 0x31 + stream.fnc1 + (stream.hasEci ? 3 : 0);
  symbol.confidence = <i32>(<f32>100 - <f32>45 * work.used) - (hasBadPads ? 15 : 0);
  return OK;
}

/** Codewords with the trust of their weakest bit. */
function readCodewords(work: Workspace, soft: usize, size: i32, isMirrored: bool): void {
  const total = codewordsOf(size);
  const height = mappingRowsOf(size);
  const width = mappingColumnsOf(size);
  const columns = columnsOf(size);
  const regionHeight = height / regionRowsOf(size);
  const regionWidth = width / regionColumnsOf(size);
  memory.fill(work.codewords, 0, <usize>total);
  for (let i = 0; i < total; i++) store<f32>(work.trust + ((<usize>i) << 2), 1);
  for (let r = 0; r < height; r++) {
    const row = r + 1 + 2 * (r / regionHeight);
    for (let c = 0; c < width; c++) {
      const bit = <i32>load<i16>(work.map + ((<usize>(r * width + c)) << 1)) - 1;
      if (bit < 0 || bit >> 3 >= total) continue;
      const column = c + 1 + 2 * (c / regionWidth);
      const at = isMirrored ? (columns - 1 - column) * columns + (columns - 1 - row) : row * columns + column;
      const value = load<f32>(soft + ((<usize>at) << 2));
      const isDark = value > 0;
      const word = work.codewords + <usize>(bit >> 3);
      if (isDark) store<u8>(word, <u8>(<i32>load<u8>(word) | (0x80 >> (bit & 7))));
      const trust = work.trust + ((<usize>(bit >> 3)) << 2);
      store<f32>(trust, min<f32>(load<f32>(trust), isDark ? value : -value));
    }
  }
}

/** De-interleaves (clause 5.7.2) and corrects all blocks; false where one fails. */
function correctBlocks(work: Workspace, size: i32, isSkewed: bool): bool {
  const blocks = blocksOf(size);
  const checks = checksOf(size);
  const total = codewordsOf(size);
  const data = total - blocks * checks;
  work.used = 0;
  for (let b = 0; b < blocks; b++) {
    let length: i32 = 0;
    for (let i = b; i < data; i += blocks) take(work, i, length++);
    const first = isSkewed ? b : (b - (data % blocks) + blocks) % blocks;
    for (let i = data + first; i < total; i += blocks) take(work, i, length++);
    if (!correctBlock(work, length, checks)) return false;
    for (let i = 0; i < length; i++) {
      const to = <usize>load<u16>(work.source + ((<usize>i) << 1));
      store<u8>(work.fixed + to, <u8>load<u16>(work.block + ((<usize>i) << 1)));
    }
  }
  return true;
}

function take(work: Workspace, from: i32, to: i32): void {
  store<u16>(work.block + ((<usize>to) << 1), <u16>load<u8>(work.codewords + <usize>from));
  store<f32>(work.blockTrust + ((<usize>to) << 2), load<f32>(work.trust + ((<usize>from) << 2)));
  store<u16>(work.source + ((<usize>to) << 1), <u16>from);
}

/**
 * Corrects work.block: first by errors alone, then with more and more of the least trusted codewords as erasures. With
 * erasures ERASURE_SPARE check words always remain for detection.
 */
function correctBlock(work: Workspace, length: i32, checks: i32): bool {
  const bytes = (<usize>length) << 1;
  memory.copy(work.attempt, work.block, bytes);
  let changed = correct(work.field, work.attempt, length, checks, FIRST_ROOT, 0, 0, 0);
  let used: i32 = 2 * changed;
  if (changed == UNCORRECTABLE) {
    orderByTrust(work, length, checks);
    const step = max(2, checks >> 3);
    for (let erasures = step; erasures <= checks - ERASURE_SPARE && changed == UNCORRECTABLE; erasures += step) {
      if (!spend(8)) return false;
      memory.copy(work.attempt, work.block, bytes);
      changed = correct(work.field, work.attempt, length, checks, FIRST_ROOT, work.order, erasures, ERASURE_SPARE);
      used = erasures + 2 * errorsOutside(work, length, erasures);
    }
  }
  if (changed == UNCORRECTABLE) return false;
  memory.copy(work.block, work.attempt, bytes);
  work.used = max<f32>(work.used, <f32>used / <f32>checks);
  return true;
}

/** Codewords that were corrected and are not among the first `erasures` of the order. */
function errorsOutside(work: Workspace, length: i32, erasures: i32): i32 {
  let errors: i32 = 0;
  for (let i = 0; i < length; i++) {
    if (load<u16>(work.attempt + ((<usize>i) << 1)) != load<u16>(work.block + ((<usize>i) << 1))) errors++;
  }
  for (let k = 0; k < erasures; k++) {
    const at = (<usize>load<u16>(work.order + ((<usize>k) << 1))) << 1;
    if (load<u16>(work.attempt + at) != load<u16>(work.block + at)) errors--;
  }
  return errors;
}

/** Fills the first `count` places of work.order with the least trusted positions, in order. */
function orderByTrust(work: Workspace, length: i32, count: i32): void {
  for (let i = 0; i < length; i++) store<u16>(work.order + ((<usize>i) << 1), <u16>i);
  for (let k = 0; k < min(count, length); k++) {
    let least = k;
    for (let i = k + 1; i < length; i++) {
      if (trustAt(work, i) < trustAt(work, least)) least = i;
    }
    const at = work.order + ((<usize>k) << 1);
    const other = work.order + ((<usize>least) << 1);
    const swap = load<u16>(at);
    store<u16>(at, load<u16>(other));
    store<u16>(other, swap);
  }
}

function trustAt(work: Workspace, rank: i32): f32 {
  return load<f32>(work.blockTrust + ((<usize>load<u16>(work.order + ((<usize>rank) << 1))) << 2));
}
