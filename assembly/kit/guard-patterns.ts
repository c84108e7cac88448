/**
 * Finds the start and stop patterns of PDF417 (ISO/IEC 15438 clause 5.3: 81111113 and 711311121) in run tables, at any
 * angle at which a line crosses them. Knows nothing of codewords.
 */
import { RunTable, lineEdgeCount, lineEdges } from "../image/runs";
import { edge } from "./finder-pattern";
import { noteGuard } from "./guards";
import { ScanGrid } from "./scan-grid";

/** Looks through every `step`th line of a table. */
export function scanGuards(table: RunTable, grid: ScanGrid, withInverted: bool, step: i32): void {
  const stride = max(1, step / table.step);
  for (let index = 0; index < table.lines; index += stride) {
    const edges = lineEdges(table, index);
    scanGuardEdges(edges, lineEdgeCount(table, index), grid, index * table.step, stride * table.step, withInverted);
  }
}

/** Looks through the edges (u16 places) of one line, a dark run first; 16 more may be read, and 8 before. */
export function scanGuardEdges(
  edges: usize,
  total: i32,
  grid: ScanGrid,
  line: i32,
  step: i32,
  withInverted: bool,
): void {
  for (let k = 0; k + 1 < total; k += 8) {
    const count = min(8, total - 1 - k);
    let mask = wideMask(edges + ((<usize>k) << 1), count);
    for (; mask != 0; mask &= mask - 1) {
      const bit = ctz(mask);
      const own = k + (bit & 7);
      const isDark = (own & 1) == 0;
      if (!isDark && !withInverted) continue;
      const at = edges + ((<usize>own) << 1);
      if (bit < 8) {
        if (own + 8 < total) test(at, 2, own + 9 < total, grid, line, step, !isDark, false);
      } else if (own >= 7) {
        test(at + 2, -2, own >= 8, grid, line, step, !isDark, true);
      }
    }
  }
}

/**
 * Bit i is set where the run from edge i on is as wide as the wide bar before a start or stop pattern's narrow ones, bit 8 + i
 * where it is as wide as the one behind them in a line read backwards. Hardly any run passes.
 */
function wideMask(at: usize, count: i32): i32 {
  let mask: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const e0 = v128.load(at);
    const e1 = v128.load(at, 2);
    const wide = i16x8.sub(e1, e0);
    const e3 = v128.load(at, 6);
    const behind = leads(
      wide,
      i16x8.sub(e3, e1),
      i16x8.sub(v128.load(at, 8), v128.load(at, 4)),
      i16x8.sub(v128.load(at, 14), e3),
    );
    const p1 = v128.load(at - 2);
    const p2 = v128.load(at - 4);
    const before = leads(wide, i16x8.sub(e0, p2), i16x8.sub(p1, v128.load(at - 6)), i16x8.sub(p2, v128.load(at - 12)));
    mask = i16x8.bitmask(behind) | (i16x8.bitmask(before) << 8);
  } else {
    for (let i = 0; i < count; i++) {
      const p = at + ((<usize>i) << 1);
      const wide = (edge(p, 1) - edge(p, 0)) & 0xffff;
      const e3 = edge(p, 3);
      const b2 = edge(p - 4, 0);
      if (isLeading(wide, e3 - edge(p, 1), edge(p, 4) - edge(p, 2), edge(p, 7) - e3)) mask |= 1 << i;
      if (isLeading(wide, edge(p, 0) - b2, edge(p - 2, 0) - edge(p - 6, 0), b2 - edge(p - 12, 0))) mask |= 256 << i;
    }
  }
  const valid = (1 << count) - 1;
  return mask & (valid | (valid << 8));
}

/** Scalar twin of leads(), in 16 bits as that. */
function isLeading(wide: i32, first: i32, second: i32, rest: i32): bool {
  const half = ((wide + 2) & 0xffff) >> 1;
  const quarter = wide >> 2;
  return (
    (first & 0xffff) <= half &&
    (second & 0xffff) <= half + (half >> 1) &&
    (rest & 0xffff) <= ((wide + quarter + 3) & 0xffff) &&
    (rest & 0xffff) + 2 >= quarter
  );
}

/**
 * Two modules at most half of the wide bar, two to four at most three quarters; the four to six modules behind them from a
 * quarter to five quarters: never stricter than isStart() and isStop().
 */
function leads(wide: v128, first: v128, second: v128, rest: v128): v128 {
  const half = i16x8.shr_u(i16x8.add(wide, i16x8.splat(2)), 1);
  const most = i16x8.add(half, i16x8.shr_u(half, 1));
  const quarter = i16x8.shr_u(wide, 2);
  const isShort = v128.and(i16x8.le_u(first, half), i16x8.le_u(second, most));
  const isNear = v128.and(
    i16x8.le_u(rest, i16x8.add(i16x8.add(wide, quarter), i16x8.splat(3))),
    i16x8.ge_u(i16x8.add_sat_u(rest, i16x8.splat(2)), quarter),
  );
  return v128.and(isShort, isNear);
}

/** Distance from edge i to edge j of a pattern that runs from `at` in steps of ±2 bytes. */
function gap(at: usize, step: isize, i: i32, j: i32): i32 {
  const a = <i32>load<u16>(at + <usize>(step * <isize>i));
  const b = <i32>load<u16>(at + <usize>(step * <isize>j));
  return abs(b - a);
}

function isNear(value: i32, modules: i32, total: i32, all: i32): bool {
  return abs(all * value - modules * total) <= ((total * 7) >> 4) + all;
}

/** Tests nine or ten edges from a wide bar's outer side on, and notes what they are. */
function test(
  at: usize,
  step: isize,
  hasTen: bool,
  grid: ScanGrid,
  line: i32,
  lines: i32,
  isInverted: bool,
  isReversed: bool,
): void {
  const second = gap(at, step, 1, 3);
  if (isStart(at, step, second)) {
    const total = gap(at, step, 0, 8);
    const inner = <i32>load<u16>(at + <usize>(step * 8));
    noteGuard(grid, <f64>inner, <f64>total / 17, line, lines, isInverted, isReversed, false);
  } else if (hasTen && isStop(at, step, second)) {
    const total = gap(at, step, 0, 9);
    const inner = <i32>load<u16>(at);
    noteGuard(grid, <f64>inner, <f64>total / 18, line, lines, isInverted, isReversed, true);
  }
}

function isStart(at: usize, step: isize, second: i32): bool {
  const total = gap(at, step, 0, 8);
  if (!isNear(gap(at, step, 0, 2), 9, total, 17) || !isNear(second, 2, total, 17)) return false;
  for (let i = 2; i < 6; i++) if (!isNear(gap(at, step, i, i + 2), 2, total, 17)) return false;
  return isNear(gap(at, step, 6, 8), 4, total, 17) && isNear(gap(at, step, 0, 1), 8, total, 17);
}

function isStop(at: usize, step: isize, second: i32): bool {
  const total = gap(at, step, 0, 9);
  return (
    isNear(gap(at, step, 0, 2), 8, total, 18) &&
    isNear(second, 2, total, 18) &&
    isNear(gap(at, step, 2, 4), 4, total, 18) &&
    isNear(gap(at, step, 3, 5), 4, total, 18) &&
    isNear(gap(at, step, 4, 6), 2, total, 18) &&
    isNear(gap(at, step, 5, 7), 2, total, 18) &&
    isNear(gap(at, step, 6, 8), 3, total, 18) &&
    isNear(gap(at, step, 7, 9), 3, total, 18)
  );
}
