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

/** Looks through the edges (u16 places) of one line, a dark run first. */
export function scanGuardEdges(
  edges: usize,
  total: i32,
  grid: ScanGrid,
  line: i32,
  step: i32,
  withInverted: bool,
): void {
  for (let k = 0; k + 1 < total; k++) {
    const at = edges + ((<usize>k) << 1);
    const e1 = edge(at, 1);
    const wide = e1 - edge(at, 0);
    const isDark = (k & 1) == 0;
    if (!isDark && !withInverted) continue;
    // The wide bar is four of its neighbours' pairs of modules: hardly any run passes.
    if (k + 8 < total && wide >= (edge(at, 3) - e1) * 2 - 1) {
      test(at, 2, k + 9 < total, grid, line, step, !isDark, false);
    }
    if (k >= 7 && wide >= (edge(at, 0) - <i32>load<u16>(at - 4)) * 2 - 1) {
      test(at + 2, -2, k >= 8, grid, line, step, !isDark, true);
    }
  }
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
