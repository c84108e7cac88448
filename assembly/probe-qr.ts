/** Test and bench builds only: what tests of the QR Code reader and of the shared mathematics reach into. */
import { LEVELS, binaryAt, planeAt, rowsAt } from "./image/frame";
import { bilinear } from "./image/sampler";
import { clearResults, report, writeResults } from "./io/results";
import { allocSymbol } from "./io/symbol";
import { openBudget } from "./kit/budget";
import { finderAt } from "./kit/concentric-finder";
import { findPatterns } from "./kit/finder-pattern";
import { BitReader, openBits, readBits } from "./math/bit-reader";
import { GaloisField, buildField, fieldBytes, inverse, multiply } from "./math/galois-field";
import { Homography, fitHomography, mapX, mapY, rectangleToQuad } from "./math/homography";
import { correct } from "./math/reed-solomon";
import { alloc } from "./memory/arena";
import { decodeGrid, decodeModel1Grid } from "./symbology/qr-code/decoder";
import { read } from "./symbology/qr-code/index";
import {
  alignmentAt,
  alignmentCount,
  blocksOf,
  checksOf,
  dataModules,
  formatCode,
  versionCode,
} from "./symbology/qr-code/tables";
import { tripleAt } from "./symbology/qr-code/triples";

export { candidateCount, workDone } from "./kit/budget";
export { finderCount } from "./kit/concentric-finder";
export { tripleCount } from "./symbology/qr-code/triples";

export function gfBuild(polynomial: i32, bits: i32): usize {
  return changetype<usize>(buildField(alloc(fieldBytes(bits)), polynomial, bits));
}
export function gfMultiply(field: usize, a: i32, b: i32): i32 {
  return multiply(changetype<GaloisField>(field), a, b);
}
export function gfInverse(field: usize, a: i32): i32 {
  return inverse(changetype<GaloisField>(field), a);
}
export function rsCorrect(
  field: usize,
  words: usize,
  length: i32,
  checks: i32,
  firstRoot: i32,
  erasures: usize,
  erasureCount: i32,
  spare: i32,
): i32 {
  return correct(changetype<GaloisField>(field), words, length, checks, firstRoot, erasures, erasureCount, spare);
}

export function mapAlloc(): usize {
  return alloc(offsetof<Homography>());
}
export function mapFit(map: usize, pairs: usize, count: i32): bool {
  return fitHomography(changetype<Homography>(map), pairs, count);
}
/** Eight f64 at `quad`, clockwise from the image of (u0, v0). */
export function mapRectangle(map: usize, u0: f64, v0: f64, u1: f64, v1: f64, quad: usize): bool {
  return rectangleToQuad(
    changetype<Homography>(map),
    u0,
    v0,
    u1,
    v1,
    load<f64>(quad),
    load<f64>(quad, 8),
    load<f64>(quad, 16),
    load<f64>(quad, 24),
    load<f64>(quad, 32),
    load<f64>(quad, 40),
    load<f64>(quad, 48),
    load<f64>(quad, 56),
  );
}
export function mapPointX(map: usize, u: f64, v: f64): f64 {
  return mapX(changetype<Homography>(map), u, v);
}
export function mapPointY(map: usize, u: f64, v: f64): f64 {
  return mapY(changetype<Homography>(map), u, v);
}

/** Bilinear luma of a level of the open frame; −1 where there is no such level. */
export function sampleAt(level: i32, x: f64, y: f64): f32 {
  const plane = planeAt(level);
  return plane == null ? -1 : bilinear(plane, x, y);
}

export function bitsOpen(data: usize, bytes: i32): usize {
  const reader = changetype<BitReader>(alloc(offsetof<BitReader>()));
  openBits(reader, data, bytes);
  return changetype<usize>(reader);
}
export function bitsRead(reader: usize, count: i32): i32 {
  return readBits(changetype<BitReader>(reader), count);
}
export function bitsPastEnd(reader: usize): bool {
  return changetype<BitReader>(reader).isPastEnd;
}

/** Edges (u16) of one line, sentinels behind them; returns how many patterns were written to `out`. */
export function patternsOf(edges: usize, count: i32, withInverted: bool, out: usize, most: i32): i32 {
  return findPatterns(edges, count, withInverted, 0xffff, out, most);
}

/** Status of a grid of dimension² f32; on OK the result block is at qrResults(). */
export function qrDecodeGrid(soft: usize, version: i32): i32 {
  clearResults();
  openBudget();
  const symbol = allocSymbol(0, 7200, 1500);
  if (symbol == null) return -1;
  const status = decodeGrid(soft, version, symbol);
  if (status == 0) report(symbol);
  return status;
}
/** The same for a grid of model 1. */
export function qrDecodeModel1Grid(soft: usize, version: i32): i32 {
  clearResults();
  openBudget();
  const symbol = allocSymbol(0, 7200, 1500);
  if (symbol == null) return -1;
  const status = decodeModel1Grid(soft, version, symbol);
  if (status == 0) report(symbol);
  return status;
}
export function qrResults(): usize {
  return writeResults(0, 0, 0);
}

export function qrChecks(version: i32, level: i32): i32 {
  return checksOf(version, level);
}
export function qrBlocks(version: i32, level: i32): i32 {
  return blocksOf(version, level);
}
export function qrDataModules(version: i32): i32 {
  return dataModules(version);
}
export function qrAlignmentCount(version: i32): i32 {
  return alignmentCount(version);
}
export function qrAlignmentAt(version: i32, index: i32): i32 {
  return alignmentAt(version, index);
}
export function qrFormatCode(data: i32): i32 {
  return formatCode(data);
}
export function qrVersionCode(version: i32): i32 {
  return versionCode(version);
}

/** The front end's part of a frame, so that qrRead() can be measured alone. */
export function qrPrepare(): void {
  clearResults();
  openBudget();
  planeAt(LEVELS - 1);
  binaryAt(0);
  rowsAt(0);
  rowsAt(1);
}
export function qrRead(): void {
  read();
}

export function finderX(i: i32): f64 {
  return finderAt(i).x;
}
export function finderY(i: i32): f64 {
  return finderAt(i).y;
}
export function finderSize(i: i32): f64 {
  return finderAt(i).size;
}
export function finderQuality(i: i32): f32 {
  return finderAt(i).quality;
}
export function finderHits(i: i32): i32 {
  return finderAt(i).hits;
}
export function finderIsInverted(i: i32): bool {
  return finderAt(i).isInverted;
}
export function triplePenalty(i: i32): f64 {
  return tripleAt(i).penalty;
}
export function tripleSpan(i: i32): f64 {
  return tripleAt(i).span;
}
