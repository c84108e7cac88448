/**
 * A sampled grid to a symbol: format, unmasking, codewords, error correction with erasures, content. A function of the
 * grid alone; it knows nothing of images, so hand-made grids test it.
 */
import { BAD_CHECKSUM, BAD_FORMAT, OK } from "../../abi/status";
import { SYMBOL_MIRRORED } from "../../abi/layout";
import { StreamEnd, readQrSegments } from "../../content/qr-segments";
import { Symbol, clearContent } from "../../io/symbol";
import { BlockCorrection, correctBlock, openBlocks, putWord, wordAt } from "../../kit/block-correction";
import { isMasked } from "../../kit/data-mask";
import { MODULE_DATA } from "../../kit/module-map";
import { BitReader, openBits, readBits } from "../../math/bit-reader";
import { alloc, mark, release } from "../../memory/arena";
import { GridView, formatBits, formatScore, softAt } from "./format-information";
import { MOST_MODEL1_VERSION, model1Blocks, model1Checks, readModel1Codewords } from "./model-1";
import { blocksOf, checksOf, dataModules, dimensionOf, fillModuleMap, levelOfFormat, maskOfFormat } from "./tables";

/** Most codewords of a symbol (version 40). */
const MOST_CODEWORDS: i32 = 3706;
/** GF(256) of clause 7.5.2, x⁸ + x⁴ + x³ + x² + 1. */
const POLYNOMIAL: i32 = 0x11d;

/**
 * Format words tried, best agreement first. Of 32 words with distance 7 or more the second rarely is the right one, and
 * each further try is another chance for a misread.
 */
const FORMAT_TRIES: i32 = 3;
/** Agreement below which a format word is noise: random grids of 30 bits stay below it in 99.9 % of the cases. */
const LEAST_FORMAT: f32 = 0.3;

/** Scratch memory of a decode. */
@unmanaged
class Workspace {
  /** u8 per module, MODULE_*. */
  map: usize;
  /** u8 and f32 per codeword in symbol order. */
  codewords: usize;
  trust: usize;
  blocks: BlockCorrection;
  /** u8, data codewords of all blocks one after the other. */
  data: usize;
  /** f32 × 15. */
  bits: usize;
  reader: BitReader;
  end: StreamEnd;
}

function openWorkspace(version: i32): Workspace | null {
  const head = alloc(offsetof<Workspace>());
  const dimension = dimensionOf(version);
  const map = alloc(<usize>(dimension * dimension));
  const codewords = alloc(<usize>MOST_CODEWORDS);
  const trust = alloc((<usize>MOST_CODEWORDS) << 2);
  const blocks = openBlocks(POLYNOMIAL);
  const data = alloc(<usize>MOST_CODEWORDS);
  const bits = alloc(32 << 2);
  const reader = alloc(offsetof<BitReader>());
  const end = alloc(offsetof<StreamEnd>());
  if (head == 0 || end == 0 || reader == 0 || data == 0 || blocks == null) return null;
  const work = changetype<Workspace>(head);
  work.map = map;
  work.codewords = codewords;
  work.trust = trust;
  work.blocks = blocks;
  work.data = data;
  work.bits = bits;
  work.reader = changetype<BitReader>(reader);
  work.end = changetype<StreamEnd>(end);
  return work;
}

/**
 * Decodes a grid of a version into `symbol`, whose content is replaced. `soft` is dimension² f32 (see GridView). A grid
 * is read as it is and mirrored, by which of the two has the better format information. Returns OK, BAD_FORMAT or
 * BAD_CHECKSUM.
 */
export function decodeGrid(soft: usize, version: i32, symbol: Symbol): i32 {
  const scratch = mark();
  const work = openWorkspace(version);
  const view = changetype<GridView>(alloc(offsetof<GridView>()));
  if (work == null || changetype<usize>(view) == 0) return BAD_FORMAT;
  view.soft = soft;
  view.dimension = dimensionOf(version);
  fillModuleMap(work.map, version);
  let status: i32 = BAD_FORMAT;
  // Bit set of (transposed, format data) that were tried.
  let tried: u64 = 0;
  for (let k = 0; k < FORMAT_TRIES; k++) {
    let best: f32 = LEAST_FORMAT;
    let pick: i32 = -1;
    for (let turned = 0; turned < 2; turned++) {
      view.isTransposed = turned == 1;
      formatBits(view, work.bits);
      for (let data = 0; data < 32; data++) {
        const index = turned * 32 + data;
        if (((tried >> <u64>index) & 1) != 0) continue;
        const score = formatScore(work.bits, data, 2);
        if (score > best) {
          best = score;
          pick = index;
        }
      }
    }
    if (pick < 0) break;
    tried |= (<u64>1) << (<u64>pick);
    view.isTransposed = pick >= 32;
    status = decodeWith(work, view, version, pick & 31, k > 0, symbol);
    if (status == OK) break;
  }
  release(scratch);
  return status;
}

/** Agreement that a model 1 format word must have: model 2 symbols are never far from one of their own words. */
const LEAST_MODEL1_FORMAT: f32 = 0.8;

/** As decodeGrid(), for symbols of model 1. */
export function decodeModel1Grid(soft: usize, version: i32, symbol: Symbol): i32 {
  if (version > MOST_MODEL1_VERSION) return BAD_FORMAT;
  const scratch = mark();
  const work = openWorkspace(version);
  const view = changetype<GridView>(alloc(offsetof<GridView>()));
  if (work == null || changetype<usize>(view) == 0) return BAD_FORMAT;
  view.soft = soft;
  view.dimension = dimensionOf(version);
  let best: f32 = LEAST_MODEL1_FORMAT;
  let pick: i32 = -1;
  for (let index = 0; index < 64; index++) {
    view.isTransposed = index >= 32;
    if ((index & 31) == 0) formatBits(view, work.bits);
    const score = formatScore(work.bits, index & 31, 1);
    if (score <= best) continue;
    best = score;
    pick = index;
  }
  let status: i32 = BAD_FORMAT;
  if (pick >= 0) {
    view.isTransposed = pick >= 32;
    const level = levelOfFormat(pick & 31);
    const mask = maskOfFormat(pick & 31);
    const total = readModel1Codewords(view, mask, work.codewords, work.trust);
    const fix = work.blocks;
    const dataCount = correctModel1(work, version, level, total, fix);
    status =
      dataCount < 0 ? BAD_CHECKSUM : interpret(work, view, version, level, mask, 1, dataCount, fix, false, symbol);
  }
  release(scratch);
  return status;
}

/** Corrects blocks that are not interleaved; returns the number of data codewords, −1 where one block fails. */
function correctModel1(work: Workspace, version: i32, level: i32, total: i32, fix: BlockCorrection): i32 {
  const blocks = model1Blocks(version, level);
  const checks = model1Checks(version, level);
  const dataLength = total / blocks - checks;
  fix.used = 0;
  fix.changed = 0;
  for (let b = 0; b < blocks; b++) {
    for (let i = 0; i < dataLength; i++) copyCodeword(work, b * dataLength + i, i);
    for (let i = 0; i < checks; i++) copyCodeword(work, blocks * dataLength + b * checks + i, dataLength + i);
    if (!correctBlock(fix, dataLength + checks, checks, reserved(version, level))) return -1;
    for (let i = 0; i < dataLength; i++) {
      store<u8>(work.data + <usize>(b * dataLength + i), <u8>wordAt(fix, i));
    }
  }
  return blocks * dataLength;
}

function decodeWith(work: Workspace, view: GridView, version: i32, format: i32, isSecond: bool, symbol: Symbol): i32 {
  const level = levelOfFormat(format);
  const mask = maskOfFormat(format);
  const total = readCodewords(work, view, mask, dataModules(version) >> 3);
  const fix = work.blocks;
  const dataCount = correctBlocks(work, version, level, total, fix);
  if (dataCount < 0) return BAD_CHECKSUM;
  // A format word that is not the best must be borne out by a symbol that is nearly clean.
  if (isSecond && fix.used > 0.5) return BAD_CHECKSUM;

  return interpret(work, view, version, level, mask, 2, dataCount, fix, isSecond, symbol);
}

/** Corrected data codewords to the symbol's content and particulars. */
function interpret(
  work: Workspace,
  view: GridView,
  version: i32,
  level: i32,
  mask: i32,
  model: i32,
  dataCount: i32,
  fix: BlockCorrection,
  isSecond: bool,
  symbol: Symbol,
): i32 {
  clearContent(symbol);
  symbol.flags = view.isTransposed ? SYMBOL_MIRRORED : 0;
  openBits(work.reader, work.data, dataCount);
  // Model 1 begins with four zero bits.
  if (model == 1 && readBits(work.reader, 4) != 0) return BAD_FORMAT;
  const end = work.end;
  if (readQrSegments(work.reader, version, symbol, end) != OK) return BAD_FORMAT;
  // Wrong pad codewords in a symbol that needed most of its correction: chance, not content.
  const hasBadPads = end.badPads > 0;
  if (hasBadPads && fix.used > 0.75) return BAD_CHECKSUM;

  symbol.version = version;
  symbol.rows = view.dimension;
  symbol.columns = view.dimension;
  symbol.ecLevel = level;
  symbol.mask = mask;
  symbol.model = model;
  symbol.ecUsed = fix.used;
  // AIM symbology identifiers of ISO/IEC 18004 annex F: ]Q0 model 1; ]Q1 plain, ]Q3 FNC1 first, ]Q5 second; one more with ECI.
  symbol.aimModifier = model == 1 ? 0x30 : 0x31 + 2 * end.fnc1 + (end.hasEci ? 1 : 0);
  symbol.confidence = <i32>(<f32>100 - <f32>45 * fix.used) - (hasBadPads ? 15 : 0) - (isSecond ? 10 : 0);
  return OK;
}

/** Codewords in the order of clause 7.7.3, unmasked, with the trust of their weakest bit. Returns how many. */
function readCodewords(work: Workspace, view: GridView, mask: i32, total: i32): i32 {
  const dimension = view.dimension;
  let count: i32 = 0;
  let bits: i32 = 0;
  let value: i32 = 0;
  let trust: f32 = 1;
  let isUpward = true;
  for (let right = dimension - 1; right > 0; right -= 2) {
    // The vertical timing pattern takes column 6.
    if (right == 6) right = 5;
    for (let k = 0; k < dimension; k++) {
      const row = isUpward ? dimension - 1 - k : k;
      for (let column = right; column > right - 2; column--) {
        if (load<u8>(work.map + <usize>(row * dimension + column)) != MODULE_DATA) continue;
        const soft = softAt(view, row, column);
        const isDark = soft > 0;
        value = (value << 1) | (isDark != isMasked(mask, row, column) ? 1 : 0);
        trust = min<f32>(trust, isDark ? soft : -soft);
        bits++;
        if (bits < 8) continue;
        if (count < total) {
          store<u8>(work.codewords + <usize>count, <u8>value);
          store<f32>(work.trust + ((<usize>count) << 2), trust);
          count++;
        }
        bits = 0;
        value = 0;
        trust = 1;
      }
    }
    isUpward = !isUpward;
  }
  return count;
}

/** De-interleaves (clause 7.6) and corrects all blocks; returns the number of data codewords, −1 where one block fails. */
function correctBlocks(work: Workspace, version: i32, level: i32, total: i32, fix: BlockCorrection): i32 {
  const blocks = blocksOf(version, level);
  const checks = checksOf(version, level);
  const shortLength = total / blocks;
  const longBlocks = total % blocks;
  const shortData = shortLength - checks;
  let written: i32 = 0;
  fix.used = 0;
  fix.changed = 0;
  for (let b = 0; b < blocks; b++) {
    const isLong = b >= blocks - longBlocks;
    const dataLength = shortData + (isLong ? 1 : 0);
    for (let i = 0; i < dataLength; i++) {
      // The long blocks' last data codewords stand together behind the others'.
      const from = i < shortData ? i * blocks + b : shortData * blocks + b - (blocks - longBlocks);
      copyCodeword(work, from, i);
    }
    for (let i = 0; i < checks; i++) {
      copyCodeword(work, blocks * shortData + longBlocks + i * blocks + b, dataLength + i);
    }
    if (!correctBlock(fix, dataLength + checks, checks, reserved(version, level))) return -1;
    for (let i = 0; i < dataLength; i++) {
      store<u8>(work.data + <usize>(written + i), <u8>wordAt(fix, i));
    }
    written += dataLength;
  }
  return written;
}

function copyCodeword(work: Workspace, from: i32, to: i32): void {
  const trust = load<f32>(work.trust + ((<usize>from) << 2));
  putWord(work.blocks, to, <i32>load<u8>(work.codewords + <usize>from), trust);
}

/** Check codewords kept for misdecode protection, table 9: small symbols only. */
function reserved(version: i32, level: i32): i32 {
  if (version == 1) return level == 0 ? 3 : level == 1 ? 2 : 1;
  if (level == 0) return version == 2 ? 2 : version == 3 ? 1 : 0;
  return 0;
}
