/**
 * A sampled grid to a symbol: format, unmasking, codewords, error correction, content. A function of the grid alone; it
 * knows nothing of images, so hand-made grids test it.
 */
import { BAD_CHECKSUM, BAD_FORMAT, OK } from "../../abi/status";
import { readMicroQrSegments } from "../../content/micro-qr-segments";
import { StreamEnd } from "../../content/qr-segments";
import { Symbol, clearContent } from "../../io/symbol";
import { isMasked } from "../../kit/data-mask";
import { MODULE_DATA } from "../../kit/module-map";
import { BitReader, openBits } from "../../math/bit-reader";
import { buildField, fieldBytes } from "../../math/galois-field";
import { UNCORRECTABLE, correct } from "../../math/reed-solomon";
import { alloc, mark, release } from "../../memory/arena";
import {
  FORMAT_BITS,
  bestFormat,
  formatAgreement,
  formatCoherence,
  formatColumn,
  formatRow,
} from "./format-information";
import {
  checkCodewords,
  dataCodewords,
  dimensionOf,
  fillModuleMap,
  hasHalfCodeword,
  levelOf,
  maskPattern,
  spareCodewords,
  versionOf,
} from "./tables";

/** GF(256) of clause 7.5.2, x⁸ + x⁴ + x³ + x² + 1. */
const POLYNOMIAL: i32 = 0x11d;

/** Agreement of the format word, and by what contrast its bits have: two of 15 modules may be wrong if they are faint. */
const LEAST_FORMAT: f32 = 0.5;
const LEAST_COHERENCE: f32 = 0.8;

/** A symbol that only detects errors is never quite sure. */
const DETECTION_ONLY: i32 = 75;

const words = memory.data(2 * 24);
const data = memory.data(24);
const bits = memory.data(15 * 4);

/**
 * Decodes the grid (dimension² f32: > 0 dark, < 0 light, 1 = full contrast) of a version 1–4 into `symbol`, whose content
 * is replaced. Returns OK, BAD_FORMAT or BAD_CHECKSUM.
 */
export function decodeMicroGrid(soft: usize, version: i32, symbol: Symbol): i32 {
  const d = dimensionOf(version);
  for (let i = 0; i < FORMAT_BITS; i++) {
    const value = load<f32>(soft + ((<usize>(formatRow(i) * d + formatColumn(i))) << 2));
    store<f32>(bits + ((<usize>i) << 2), max<f32>(-1, min<f32>(1, value)));
  }
  const format = bestFormat(bits);
  const agreement = formatAgreement;
  const number = format >> 2;
  if (!(agreement >= LEAST_FORMAT && formatCoherence >= LEAST_COHERENCE) || versionOf(number) != version)
    return BAD_FORMAT;
  const scratch = mark();
  const map = alloc(<usize>(d * d));
  const field = alloc(fieldBytes(8));
  const reader = alloc(offsetof<BitReader>());
  const end = alloc(offsetof<StreamEnd>());
  let status: i32 = BAD_FORMAT;
  if (map != 0 && field != 0 && reader != 0 && end != 0) {
    fillModuleMap(map, version);
    readCodewords(soft, map, number, maskPattern(format & 3));
    const changed = correct(
      buildField(field, POLYNOMIAL, 8),
      words,
      dataCodewords(number) + checkCodewords(number),
      checkCodewords(number),
      0,
      0,
      0,
      spareCodewords(number),
    );
    status =
      changed == UNCORRECTABLE
        ? BAD_CHECKSUM
        : interpret(number, changed, changetype<BitReader>(reader), changetype<StreamEnd>(end), symbol);
  }
  release(scratch);
  if (status != OK) return status;
  symbol.mask = format & 3;
  symbol.confidence -= <i32>((<f32>1 - agreement) * 20);
  return OK;
}

/** The four bits of the half codeword, before correction. */
let halfAsRead: i32 = 0;

/** Codewords in the order of clause 7.7.3, unmasked. */
function readCodewords(soft: usize, map: usize, number: i32, mask: i32): void {
  const version = versionOf(number);
  const d = dimensionOf(version);
  const last = dataCodewords(number) - 1;
  const half = hasHalfCodeword(version) ? last : -1;
  const total = dataCodewords(number) + checkCodewords(number);
  let count: i32 = 0;
  let have: i32 = 0;
  let value: i32 = 0;
  let isUpward = true;
  for (let right = d - 1; right > 0; right -= 2) {
    for (let k = 0; k < d; k++) {
      const row = isUpward ? d - 1 - k : k;
      for (let column = right; column > right - 2; column--) {
        const at = <usize>(row * d + column);
        if (load<u8>(map + at) != MODULE_DATA || count >= total) continue;
        const isDark = load<f32>(soft + (at << 2)) > 0;
        value = (value << 1) | (isDark != isMasked(mask, row, column) ? 1 : 0);
        have++;
        if (have < (count == half ? 4 : 8)) continue;
        if (count == half) halfAsRead = value;
        store<u16>(words + ((<usize>count) << 1), <u16>(count == half ? value << 4 : value));
        count++;
        have = 0;
        value = 0;
      }
    }
    isUpward = !isUpward;
  }
}

/** Corrected codewords to the symbol's content and particulars. */
function interpret(number: i32, changed: i32, reader: BitReader, end: StreamEnd, symbol: Symbol): i32 {
  const version = versionOf(number);
  const count = dataCodewords(number);
  for (let i = 0; i < count; i++) store<u8>(data + <usize>i, <u8>load<u16>(words + ((<usize>i) << 1)));
  clearContent(symbol);
  symbol.flags = 0;
  if (hasHalfCodeword(version)) {
    const last = data + <usize>(count - 1);
    // A correction cannot reach into the half of a codeword that the symbol has not. Yet some writers take a codeword of
    // ones into the check codewords where the symbol shows its last four zeros: all else must be as it was read then.
    if ((load<u8>(last) & 15) != 0) {
      if (halfAsRead != 0 || changed != 1) return BAD_CHECKSUM;
      store<u8>(last, 0);
    }
  }
  openBits(reader, data, count);
  if (hasHalfCodeword(version)) reader.length -= 4;
  if (readMicroQrSegments(reader, version, symbol, end) != OK) return BAD_FORMAT;
  const errors = 2 * changed;
  const used = <f32>errors / <f32>checkCodewords(number);
  // Wrong pad codewords where there was anything to correct, or nothing to correct with: chance, not content.
  const hasBadPads = end.badPads > 0;
  if (hasBadPads && (changed > 0 || levelOf(number) < 0)) return BAD_CHECKSUM;
  symbol.version = version;
  symbol.rows = dimensionOf(version);
  symbol.columns = dimensionOf(version);
  symbol.ecLevel = levelOf(number);
  symbol.ecUsed = levelOf(number) < 0 ? -1 : used;
  // AIM symbology identifiers of annex F: ]Q1 where neither ECI nor FNC1 is possible.
  symbol.aimModifier = 0x31;
  const most = levelOf(number) < 0 ? DETECTION_ONLY : 100;
  symbol.confidence = <i32>(<f32>most - <f32>45 * used) - (hasBadPads ? 15 : 0);
  return OK;
}
