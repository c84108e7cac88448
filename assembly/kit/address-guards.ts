/**
 * Finds the left sides of MicroPDF417 and of the like in run tables: a row address pattern with a codeword and another
 * character behind it, all in proportion. Knows no sizes.
 */
import { RunTable, lineEdgeCount, lineEdges } from "../image/runs";
import { codewordOf } from "./codeword-patterns";
import { NO_PATTERN, readElements } from "./elements";
import { edge } from "./finder-pattern";
import { setFloat } from "./floats";
import { noteGuard } from "./guards";
import { rowAddressOf } from "./row-address";
import { ScanGrid } from "./scan-grid";

/** Edges of an address, of a codeword, and of the three characters looked at. */
const ADDRESS: i32 = 6;
const CODEWORD: i32 = 8;
const MOST_EDGES: i32 = ADDRESS + 2 * CODEWORD;
const LEAST_EDGES: i32 = 2 * ADDRESS + CODEWORD;

const floats = memory.data(4 * (MOST_EDGES + 1));

/** Looks through every `step`th line of a table. */
export function scanAddresses(table: RunTable, grid: ScanGrid, withInverted: bool, step: i32): void {
  const stride = max(1, step / table.step);
  for (let index = 0; index < table.lines; index += stride) {
    const count = lineEdgeCount(table, index);
    const line = index * table.step;
    scanAddressEdges(lineEdges(table, index), count, grid, line, stride * table.step, withInverted, table.length);
  }
}

/** Looks through the edges (u16 places below `length`) of one line, a dark run first, in both directions; 16 more may be read, and 8 before. */
export function scanAddressEdges(
  edges: usize,
  count: i32,
  grid: ScanGrid,
  line: i32,
  step: i32,
  withInverted: bool,
  length: i32,
): void {
  const last = count - 1 - ADDRESS - CODEWORD;
  // Symbols that are read against the line have their address behind the codeword, and their dark runs end where dark begins.
  for (let k = 0; k <= last; k += 8) {
    let mask = proportionMask(edges + ((<usize>k) << 1), min(8, last - k + 1));
    for (; mask != 0; mask &= mask - 1) {
      const bit = ctz(mask);
      const at = k + (bit & 7);
      if (bit < 8) testForward(edges, at, count, grid, line, step, withInverted);
      else testBackward(edges, at + ADDRESS + CODEWORD, count, grid, line, step, withInverted, length);
    }
  }
}

/**
 * Bit i is set where the fifteen edges from edge i on are in the proportion 10:17 of an address before a codeword, bit 8 + i
 * where they are in that of a codeword before an address.
 */
function proportionMask(at: usize, count: i32): i32 {
  let mask: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const e0 = v128.load(at);
    const e14 = v128.load(at, 28);
    const e6 = v128.load(at, 12);
    const e8 = v128.load(at, 16);
    const behind = proportions(i16x8.sub(e6, e0), i16x8.sub(e14, e6));
    const before = proportions(i16x8.sub(e14, e8), i16x8.sub(e8, e0));
    if (v128.any_true(behind)) {
      const narrow = i16x8.sub(v128.load(at, 40), e14);
      const wide = i16x8.sub(v128.load(at, 44), e14);
      const after = v128.and(behind, follows(i16x8.sub(e6, e0), narrow, wide));
      mask = i16x8.bitmask(v128.and(after, isEven(at, i16x8.sub(e6, e0))));
    }
    if (v128.any_true(before)) {
      const narrow = i16x8.sub(e0, v128.load(at - 12));
      const wide = i16x8.sub(e0, v128.load(at - 16));
      const ahead = v128.and(before, follows(i16x8.sub(e14, e8), narrow, wide));
      mask |= i16x8.bitmask(v128.and(ahead, isEven(at + 16, i16x8.sub(e14, e8)))) << 8;
    }
  } else {
    for (let i = 0; i < count; i++) {
      const p = at + ((<usize>i) << 1);
      const e0 = edge(p, 0);
      const e14 = edge(p, 14);
      if (isProportion(edge(p, 6) - e0, e14 - edge(p, 6))) mask |= 1 << i;
      if (isProportion(e14 - edge(p, 8), edge(p, 8) - e0)) mask |= 256 << i;
    }
  }
  const valid = (1 << count) - 1;
  return mask & (valid | (valid << 8));
}

/** Widths of an address in pixels or places: what 16 bits hold seventeen times. */
const LEAST_TEN: i32 = 8;
const MOST_TEN: i32 = 3000;

/** Scalar twin of proportions(). */
function isProportion(ten: i32, seventeen: i32): bool {
  const want = 17 * ten;
  return ten >= LEAST_TEN && ten <= MOST_TEN && abs(10 * min(seventeen, 6000) - want) <= (want >> 4) + 12;
}

/** All ones for those of eight pairs of widths that are in the proportion 10:17 within a sixteenth and a pixel's part. */
function proportions(ten: v128, seventeen: v128): v128 {
  const want = i16x8.mul(i16x8.min_u(ten, i16x8.splat(<i16>(MOST_TEN + 1))), i16x8.splat(17));
  const have = i16x8.mul(i16x8.min_u(seventeen, i16x8.splat(6000)), i16x8.splat(10));
  const off = distances(want, have);
  const most = i16x8.add(i16x8.shr_u(want, 4), i16x8.splat(12));
  const inside = v128.and(i16x8.ge_u(ten, i16x8.splat(<i16>LEAST_TEN)), i16x8.le_u(ten, i16x8.splat(<i16>MOST_TEN)));
  return v128.and(i16x8.le_u(off, most), inside);
}

/** All ones where the third character may be an address (`narrow`) or a codeword (`wide`); never stricter than isNear(). */
function follows(ten: v128, narrow: v128, wide: v128): v128 {
  const want = i16x8.mul(i16x8.min_u(ten, i16x8.splat(<i16>MOST_TEN)), i16x8.splat(17));
  const have = i16x8.mul(i16x8.min_u(wide, i16x8.splat(6000)), i16x8.splat(10));
  const isWide = i16x8.le_u(distances(want, have), i16x8.add(i16x8.shr_u(want, 3), i16x8.splat(13)));
  const isNarrow = i16x8.le_u(distances(ten, narrow), i16x8.add(i16x8.shr_u(ten, 3), i16x8.splat(13)));
  return v128.or(isWide, isNarrow);
}

/**
 * All ones where any two neighbouring elements of an address that begins with the edges at `at` are 2 to 6 modules wide
 * together; never stricter than readElements().
 */
function isEven(at: usize, ten: v128): v128 {
  const e2 = v128.load(at, 4);
  const e3 = v128.load(at, 6);
  const e4 = v128.load(at, 8);
  const a = i16x8.sub(e2, v128.load(at));
  const b = i16x8.sub(e3, v128.load(at, 2));
  const c = i16x8.sub(e4, e2);
  const d = i16x8.sub(v128.load(at, 10), e3);
  const e = i16x8.sub(v128.load(at, 12), e4);
  const most = i16x8.max_u(i16x8.max_u(i16x8.max_u(a, b), i16x8.max_u(c, d)), e);
  const least = i16x8.min_u(i16x8.min_u(i16x8.min_u(a, b), i16x8.min_u(c, d)), e);
  // 1.25 to 6.75 modules.
  const isNarrow = i16x8.le_u(i16x8.shl(i16x8.min_u(most, i16x8.splat(3000)), 2), i16x8.mul(ten, i16x8.splat(3)));
  const isWide = i16x8.le_u(ten, i16x8.shl(i16x8.min_u(least, i16x8.splat(3000)), 3));
  return v128.and(isNarrow, isWide);
}

function distances(a: v128, b: v128): v128 {
  return i16x8.sub(i16x8.max_u(a, b), i16x8.min_u(a, b));
}

function testForward(
  edges: usize,
  k: i32,
  count: i32,
  grid: ScanGrid,
  line: i32,
  lines: i32,
  withInverted: bool,
): void {
  const isInverted = (k & 1) != 0;
  if ((isInverted && !withInverted) || k + LEAST_EDGES >= count) return;
  const at = edges + ((<usize>k) << 1);
  const e0 = edge(at, 0);
  const e14 = edge(at, ADDRESS + CODEWORD);
  const ten = edge(at, ADDRESS) - e0;
  const isNarrow = isNear(edge(at, LEAST_EDGES) - e14, ten);
  const isWide = k + MOST_EDGES < count && isNear(10 * (edge(at, MOST_EDGES) - e14), 17 * ten);
  if (!isNarrow && !isWide) return;
  // A quiet zone of a module.
  if (k > 0 && 12 * (e0 - edge(at - 2, 0)) < ten) return;
  const most = isWide ? MOST_EDGES : LEAST_EDGES;
  for (let i = 0; i <= most; i++) setFloat(floats, i, <f32>edge(at, i));
  if (!isAddressed(isNarrow, isWide)) return;
  noteGuard(grid, <f64>e0, <f64>(e14 - e0) / 27, line, lines, isInverted, false, false);
}

/** The same from edge `k` backwards: the outer edge of the address. */
function testBackward(
  edges: usize,
  k: i32,
  count: i32,
  grid: ScanGrid,
  line: i32,
  lines: i32,
  withInverted: bool,
  length: i32,
): void {
  const isInverted = (k & 1) == 0;
  if ((isInverted && !withInverted) || k < LEAST_EDGES) return;
  const at = edges + ((<usize>k) << 1);
  const e0 = edge(at, 0);
  const e14 = back(at, ADDRESS + CODEWORD);
  const ten = e0 - back(at, ADDRESS);
  const isNarrow = isNear(e14 - back(at, LEAST_EDGES), ten);
  const isWide = k >= MOST_EDGES && isNear(10 * (e14 - back(at, MOST_EDGES)), 17 * ten);
  if (!isNarrow && !isWide) return;
  if (k + 1 < count && 12 * (edge(at, 1) - e0) < ten) return;
  const most = isWide ? MOST_EDGES : LEAST_EDGES;
  for (let i = 0; i <= most; i++) setFloat(floats, i, <f32>(length - back(at, i)));
  if (!isAddressed(isNarrow, isWide)) return;
  noteGuard(grid, <f64>e0, <f64>(e0 - e14) / 27, line, lines, isInverted, true, false);
}

/** An edge so many before the one at `at`. */
function back(at: usize, index: i32): i32 {
  return <i32>load<u16>(at - ((<usize>index) << 1));
}

/** Within a tenth and what two edges may be off by a pixel's part. */
function isNear(value: i32, wanted: i32): bool {
  return abs(value - wanted) <= wanted / 9 + 12;
}

/** True if the edges in `floats` are an address, a codeword and another of either. */
function isAddressed(isNarrow: bool, isWide: bool): bool {
  const address = readElements(floats, 0, ADDRESS, 10);
  if (address == NO_PATTERN || rowAddressOf(address, false) < 0) return false;
  const codeword = readElements(floats, ADDRESS, CODEWORD, 17);
  if (codeword == NO_PATTERN || codewordOf(codeword) < 0) return false;
  if (isWide) {
    const next = readElements(floats, ADDRESS + CODEWORD, CODEWORD, 17);
    if (next != NO_PATTERN && codewordOf(next) >= 0) return true;
  }
  if (!isNarrow) return false;
  const last = readElements(floats, ADDRESS + CODEWORD, ADDRESS, 10);
  return last != NO_PATTERN && (rowAddressOf(last, false) >= 0 || rowAddressOf(last, true) >= 0);
}
