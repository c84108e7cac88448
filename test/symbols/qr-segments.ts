/**
 * QR Code from explicit segments: every mode indicator of ISO/IEC 18004 7.3, which no ready-made writer lets one
 * choose. Writes the bit stream itself; Reed–Solomon and module placement are @zxing/library's.
 */
import {
  BitArray,
  QRCodeByteMatrix,
  QRCodeDecoderErrorCorrectionLevel,
  QRCodeEncoder,
  QRCodeMatrixUtil,
  QRCodeVersion,
} from "@zxing/library";
import { type Modules, modulesFrom } from "./modules.js";
import type { Random } from "./random.js";

export type QrLevel = "L" | "M" | "Q" | "H";

/** One stretch of a bit stream. `kanji` bytes are Shift JIS pairs. In a GS1 symbol, GS in alphanumeric text is FNC1. */
export type QrSegment =
  | { readonly mode: "numeric"; readonly text: string }
  | { readonly mode: "alphanumeric"; readonly text: string }
  | { readonly mode: "byte"; readonly bytes: Uint8Array }
  | { readonly mode: "kanji"; readonly bytes: Uint8Array }
  | { readonly mode: "eci"; readonly assignment: number }
  | { readonly mode: "fnc1-first" }
  | { readonly mode: "fnc1-second"; readonly application: number }
  | { readonly mode: "append"; readonly index: number; readonly count: number; readonly parity: number };

export interface QrSegmentOptions {
  /** 1–40; the smallest that holds the segments where left out. */
  readonly version?: number;
  readonly level?: QrLevel;
  /** 0–7. */
  readonly mask?: number;
  /** Spoils so many codewords of every Reed–Solomon block. */
  readonly spoil?: { readonly perBlock: number; readonly random: Random };
}

/** A drawn symbol with the choices that were made for it. */
export interface QrSymbol extends Modules {
  readonly version: number;
  readonly level: QrLevel;
  readonly mask: number;
}

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const GS = "\x1d";
const LEVELS = {
  L: QRCodeDecoderErrorCorrectionLevel.L,
  M: QRCodeDecoderErrorCorrectionLevel.M,
  Q: QRCodeDecoderErrorCorrectionLevel.Q,
  H: QRCodeDecoderErrorCorrectionLevel.H,
};

/** Bits of the character count indicator for versions 1–9, 10–26, 27–40 (ISO/IEC 18004 table 3). */
const COUNT_BITS = { numeric: [10, 12, 14], alphanumeric: [9, 11, 13], byte: [8, 16, 16], kanji: [8, 10, 12] } as const;
const MODE_BITS = { numeric: 1, alphanumeric: 2, byte: 4, kanji: 8 } as const;

const sizeClass = (version: number): 0 | 1 | 2 => (version < 10 ? 0 : version < 27 ? 1 : 2);

/** The bytes that a decoder must hand out for the segments: content only, no indicators. */
export function qrContent(segments: readonly QrSegment[]): Uint8Array {
  const bytes: number[] = [];
  for (const segment of segments) {
    if ("text" in segment) bytes.push(...new TextEncoder().encode(segment.text));
    if ("bytes" in segment) bytes.push(...segment.bytes);
  }
  return Uint8Array.from(bytes);
}

/** Data codewords of a version and level. */
export function qrCapacity(version: number, level: QrLevel): number {
  const row = QRCodeVersion.getVersionForNumber(version);
  return row.getTotalCodewords() - row.getECBlocksForLevel(LEVELS[level]).getTotalECCodewords();
}

/** Codewords kept for protection against misdecoding, p of ISO/IEC 18004 table 9; 0 for all other symbols. */
const PROTECTION: Readonly<Record<string, number>> = { "1-L": 3, "1-M": 2, "1-Q": 1, "1-H": 1, "2-L": 2, "3-L": 1 };

/** Codewords that the standard corrects in each block of a version and level, without erasures. */
export function qrCorrectable(version: number, level: QrLevel): number {
  const blocks = QRCodeVersion.getVersionForNumber(version).getECBlocksForLevel(LEVELS[level]);
  return Math.floor((blocks.getECCodewordsPerBlock() - (PROTECTION[`${version}-${level}`] ?? 0)) / 2);
}

/** Draws the segments. @throws RangeError where they do not fit. */
export function qrFromSegments(segments: readonly QrSegment[], options: QrSegmentOptions = {}): QrSymbol {
  const { level = "M", mask = 0, spoil } = options;
  const version = options.version ?? smallestVersion(segments, level);
  const bits = bitStream(segments, version);
  const dataCodewords = qrCapacity(version, level);
  if (bits.getSize() > dataCodewords * 8) throw new RangeError(`${bits.getSize()} bits do not fit ${version}-${level}`);
  const row = QRCodeVersion.getVersionForNumber(version);
  const total = row.getTotalCodewords();
  const blocks = row.getECBlocksForLevel(LEVELS[level]).getNumBlocks();
  QRCodeEncoder.terminateBits(dataCodewords, bits);
  const codewords = QRCodeEncoder.interleaveWithECBytes(bits, total, dataCodewords, blocks);
  const placed = spoil ? spoilt(codewords, total, dataCodewords, blocks, spoil.perBlock, spoil.random) : codewords;
  const size = 17 + 4 * version;
  const matrix = new QRCodeByteMatrix(size, size);
  QRCodeMatrixUtil.buildMatrix(placed, LEVELS[level], row, mask, matrix);
  return { ...modulesFrom(size, size, 4, (x, y) => matrix.get(x, y) === 1), version, level, mask };
}

function smallestVersion(segments: readonly QrSegment[], level: QrLevel): number {
  for (let version = 1; version <= 40; version++) {
    if (bitStream(segments, version).getSize() <= qrCapacity(version, level) * 8) return version;
  }
  throw new RangeError("the segments fit no version");
}

function bitStream(segments: readonly QrSegment[], version: number): BitArray {
  const bits = new BitArray();
  const gs1 = segments.some((segment) => segment.mode === "fnc1-first" || segment.mode === "fnc1-second");
  for (const segment of segments) appendSegment(bits, segment, version, gs1);
  return bits;
}

function appendSegment(bits: BitArray, segment: QrSegment, version: number, gs1: boolean): void {
  switch (segment.mode) {
    case "eci":
      bits.appendBits(0b0111, 4);
      appendEci(bits, segment.assignment);
      return;
    case "fnc1-first":
      bits.appendBits(0b0101, 4);
      return;
    case "fnc1-second":
      bits.appendBits(0b1001, 4);
      bits.appendBits(segment.application, 8);
      return;
    case "append":
      bits.appendBits(0b0011, 4);
      bits.appendBits(segment.index, 4);
      bits.appendBits(segment.count - 1, 4);
      bits.appendBits(segment.parity, 8);
      return;
    default: {
      const body = segment.mode === "alphanumeric" && gs1 ? gs1Escaped(segment.text) : undefined;
      const count = body?.length ?? countOf(segment);
      bits.appendBits(MODE_BITS[segment.mode], 4);
      bits.appendBits(count, COUNT_BITS[segment.mode][sizeClass(version)]);
      if (segment.mode === "numeric") appendNumeric(bits, segment.text);
      else if (segment.mode === "alphanumeric") appendAlphanumeric(bits, body ?? segment.text);
      else if (segment.mode === "byte") for (const byte of segment.bytes) bits.appendBits(byte, 8);
      else appendKanji(bits, segment.bytes);
    }
  }
}

function countOf(segment: Extract<QrSegment, { mode: keyof typeof MODE_BITS }>): number {
  if ("text" in segment) return segment.text.length;
  return segment.mode === "kanji" ? segment.bytes.length / 2 : segment.bytes.length;
}

/** ISO/IEC 18004 7.4.8.3: in FNC1 symbols `%` stands for GS and `%%` for itself. */
const gs1Escaped = (text: string): string => text.replaceAll("%", "%%").replaceAll(GS, "%");

function appendEci(bits: BitArray, assignment: number): void {
  if (assignment < 128) bits.appendBits(assignment, 8);
  else if (assignment < 16384) bits.appendBits((0b10 << 14) | assignment, 16);
  else bits.appendBits((0b110 << 21) | assignment, 24);
}

function appendNumeric(bits: BitArray, digits: string): void {
  for (let i = 0; i < digits.length; i += 3) {
    const group = digits.slice(i, i + 3);
    bits.appendBits(Number(group), [0, 4, 7, 10][group.length] as number);
  }
}

function appendAlphanumeric(bits: BitArray, text: string): void {
  const value = (char: string): number => {
    const at = ALPHANUMERIC.indexOf(char);
    if (at < 0) throw new RangeError(`${JSON.stringify(char)} is no alphanumeric character`);
    return at;
  };
  for (let i = 0; i < text.length; i += 2) {
    const [first, second] = [text.charAt(i), text.charAt(i + 1)];
    if (second === "") bits.appendBits(value(first), 6);
    else bits.appendBits(value(first) * 45 + value(second), 11);
  }
}

function appendKanji(bits: BitArray, bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
    const offset = pair - (pair < 0xe040 ? 0x8140 : 0xc140);
    bits.appendBits((offset >> 8) * 0xc0 + (offset & 0xff), 13);
  }
}

/** Number of the Reed–Solomon block that each interleaved codeword belongs to (ISO/IEC 18004 7.6). */
export function blockOfCodeword(total: number, data: number, blocks: number): Uint8Array {
  const longBlocks = total % blocks;
  const shortData = Math.floor(data / blocks);
  const owner: number[] = [];
  for (let i = 0; i <= shortData; i++) {
    for (let block = i < shortData ? 0 : blocks - longBlocks; block < blocks; block++) owner.push(block);
  }
  while (owner.length < total) for (let block = 0; block < blocks; block++) owner.push(block);
  return Uint8Array.from(owner);
}

function spoilt(
  bits: BitArray,
  total: number,
  data: number,
  blocks: number,
  perBlock: number,
  random: Random,
): BitArray {
  const bytes = new Uint8Array(total);
  bits.toBytes(0, bytes, 0, total);
  const owner = blockOfCodeword(total, data, blocks);
  for (let block = 0; block < blocks; block++) {
    const own = Array.from(owner.keys()).filter((at) => owner[at] === block);
    for (const pick of random.distinct(perBlock, own.length)) {
      const at = own[pick] as number;
      bytes[at] = (bytes[at] as number) ^ random.int(1, 255);
    }
  }
  const out = new BitArray();
  for (const byte of bytes) out.appendBits(byte, 8);
  return out;
}
