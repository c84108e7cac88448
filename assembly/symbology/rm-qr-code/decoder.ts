/**
 * A sampled grid to a symbol: format, unmasking, codewords, error correction with erasures, content. A function of the
 * grid alone; it knows nothing of images, so hand-made grids test it.
 */
import { BAD_CHECKSUM, BAD_FORMAT, OK } from "../../abi/status";
import { StreamEnd } from "../../content/qr-segments";
import { readRmQrSegments } from "../../content/rm-qr-segments";
import { Symbol, clearContent } from "../../io/symbol";
import { BlockCorrection, correctBlock, openBlocks, putWord, wordAt } from "../../kit/block-correction";
import { isMasked } from "../../kit/data-mask";
import { MODULE_DATA } from "../../kit/module-map";
import { BitReader, openBits } from "../../math/bit-reader";
import { alloc, mark, release } from "../../memory/arena";
import { FORMAT_BITS, bestFormatOfBoth, formatAgreement } from "./format-information";
import {
  MOST_CODEWORDS,
  blocksOf,
  checksOf,
  columnsOf,
  farFormatColumn,
  farFormatRow,
  fillModuleMap,
  formatColumn,
  formatRow,
  rowsOf,
} from "./tables";

/** GF(256) of clause 7.5.2, x⁸ + x⁴ + x³ + x² + 1. */
const POLYNOMIAL: i32 = 0x11d;

/** The only data mask: pattern 4 of QR Code (clause 7.8). */
const MASK: i32 = 4;

/** Agreement of the format word over both copies. Random modules reach it in one of 10⁴ grids. */
const LEAST_FORMAT: f32 = 0.55;

/** Levels as RECORD_EC_LEVEL numbers them. */
const LEVEL_M: i32 = 1;
const LEVEL_H: i32 = 3;

const near = memory.data(18 * 4);
const far = memory.data(18 * 4);
const codewords = memory.data(232);
const trusts = memory.data(232 * 4);
const data = memory.data(232);

/**
 * Decodes the grid (rows · columns f32: > 0 dark, < 0 light, 1 = full contrast) of a version indicator 0–31 into `symbol`,
 * whose content is replaced. Returns OK, BAD_FORMAT or BAD_CHECKSUM.
 */
export function decodeRmGrid(soft: usize, version: i32, symbol: Symbol): i32 {
  const rows = rowsOf(version);
  const columns = columnsOf(version);
  for (let i = 0; i < FORMAT_BITS; i++) {
    const at = formatRow(i) * columns + formatColumn(i);
    const farAt = (rows + farFormatRow(i)) * columns + columns + farFormatColumn(i);
    store<f32>(near + ((<usize>i) << 2), load<f32>(soft + ((<usize>at) << 2)));
    store<f32>(far + ((<usize>i) << 2), load<f32>(soft + ((<usize>farAt) << 2)));
  }
  const format = bestFormatOfBoth(near, far);
  const agreement = formatAgreement;
  if (!(agreement >= LEAST_FORMAT) || (format & 31) != version) return BAD_FORMAT;
  const scratch = mark();
  const map = alloc(<usize>(rows * columns));
  const blocks = openBlocks(POLYNOMIAL);
  const reader = alloc(offsetof<BitReader>());
  const end = alloc(offsetof<StreamEnd>());
  let status: i32 = BAD_FORMAT;
  if (map != 0 && blocks != null && reader != 0 && end != 0) {
    fillModuleMap(map, version);
    const isHigh = format >= 32;
    const count = correctBlocks(blocks, version, isHigh, readCodewords(soft, map, version));
    status =
      count < 0
        ? BAD_CHECKSUM
        : interpret(
            version,
            isHigh,
            count,
            blocks.used,
            changetype<BitReader>(reader),
            changetype<StreamEnd>(end),
            symbol,
          );
  }
  release(scratch);
  if (status != OK) return status;
  symbol.confidence -= <i32>((<f32>1 - agreement) * 20);
  return OK;
}

/** Codewords in the order of clause 7.7.3, unmasked, with the trust of their weakest bit. Returns how many. */
function readCodewords(soft: usize, map: usize, version: i32): i32 {
  const rows = rowsOf(version);
  const columns = columnsOf(version);
  let count: i32 = 0;
  let have: i32 = 0;
  let value: i32 = 0;
  let trust: f32 = 1;
  let isUpward = true;
  // The last column is timing.
  for (let right = columns - 2; right > 0; right -= 2) {
    for (let k = 0; k < rows; k++) {
      const row = isUpward ? rows - 1 - k : k;
      for (let column = right; column > right - 2; column--) {
        const at = <usize>(row * columns + column);
        if (load<u8>(map + at) != MODULE_DATA) continue;
        const bit = load<f32>(soft + (at << 2));
        const isDark = bit > 0;
        value = (value << 1) | (isDark != isMasked(MASK, row, column) ? 1 : 0);
        trust = min<f32>(trust, isDark ? bit : -bit);
        have++;
        if (have < 8) continue;
        if (count < MOST_CODEWORDS) {
          store<u8>(codewords + <usize>count, <u8>value);
          store<f32>(trusts + ((<usize>count) << 2), trust);
          count++;
        }
        have = 0;
        value = 0;
        trust = 1;
      }
    }
    isUpward = !isUpward;
  }
  return count;
}

function copyCodeword(work: BlockCorrection, from: i32, to: i32): void {
  putWord(work, to, <i32>load<u8>(codewords + <usize>from), load<f32>(trusts + ((<usize>from) << 2)));
}

/** De-interleaves (clause 7.6) and corrects all blocks; returns the number of data codewords, −1 where one block fails. */
function correctBlocks(work: BlockCorrection, version: i32, isHigh: bool, total: i32): i32 {
  const blocks = blocksOf(version, isHigh);
  const checks = checksOf(version, isHigh);
  const longBlocks = total % blocks;
  const shortData = total / blocks - checks;
  let written: i32 = 0;
  for (let b = 0; b < blocks; b++) {
    const dataLength = shortData + (b >= blocks - longBlocks ? 1 : 0);
    for (let i = 0; i < dataLength; i++) {
      // The long blocks' last data codewords stand together behind the others'.
      copyCodeword(work, i < shortData ? i * blocks + b : shortData * blocks + b - (blocks - longBlocks), i);
    }
    for (let i = 0; i < checks; i++) {
      copyCodeword(work, blocks * shortData + longBlocks + i * blocks + b, dataLength + i);
    }
    if (!correctBlock(work, dataLength + checks, checks, 0)) return -1;
    for (let i = 0; i < dataLength; i++) store<u8>(data + <usize>(written + i), <u8>wordAt(work, i));
    written += dataLength;
  }
  return written;
}

/** Corrected data codewords to the symbol's content and particulars. */
function interpret(
  version: i32,
  isHigh: bool,
  count: i32,
  used: f32,
  reader: BitReader,
  end: StreamEnd,
  symbol: Symbol,
): i32 {
  clearContent(symbol);
  symbol.flags = 0;
  openBits(reader, data, count);
  if (readRmQrSegments(reader, version, symbol, end) != OK) return BAD_FORMAT;
  // Wrong pad codewords in a symbol that needed most of its correction: chance, not content.
  const hasBadPads = end.badPads > 0;
  if (hasBadPads && used > 0.5) return BAD_CHECKSUM;
  symbol.version = version + 1;
  symbol.rows = rowsOf(version);
  symbol.columns = columnsOf(version);
  symbol.ecLevel = isHigh ? LEVEL_H : LEVEL_M;
  symbol.ecUsed = used;
  symbol.mask = MASK;
  // AIM symbology identifiers as QR Code's: ]Q1 plain, ]Q3 FNC1 first, ]Q5 second; one more with ECI.
  symbol.aimModifier = 0x31 + 2 * end.fnc1 + (end.hasEci ? 1 : 0);
  symbol.confidence = <i32>(<f32>100 - <f32>45 * used) - (hasBadPads ? 15 : 0);
  return OK;
}
