/**
 * Finds the start and stop patterns of PDF417 (ISO/IEC 15438 clause 5.3: 81111113 and 711311121) in run tables, at any
 * angle at which a line crosses them, and joins what consecutive lines show to guards: straight lines where the symbol's
 * first or last column of codewords meets them. Knows nothing of codewords.
 */
import { RunTable, lineEdgeCount, lineEdges } from "../image/runs";
import { alloc } from "../memory/arena";
import { edge } from "./finder-pattern";

/** A start or stop pattern seen on several lines. Coordinates in pixels of the table's level. */
@unmanaged
export class Guard {
  isStop: bool;
  /** Light bars on dark ground. */
  isInverted: bool;
  /** The symbol is read against the direction of the table's lines. */
  isReversed: bool;
  /** Seen in columns: `along` is x then, and y else. */
  isColumns: bool;
  isUsed: bool;
  level: i32;
  /** Lines that show it; place along the lines of the first and the last of them. */
  count: i32;
  from: i32;
  to: i32;
  /** Mean module along a line. */
  module: f64;
  /** Boundary towards the codewords: place on the line = offset + slope × line. */
  offset: f64;
  slope: f64;
  /** Place on the last line that shows it, and sums for the straight line. */
  last: f64;
  st: f64;
  stt: f64;
  sp: f64;
  stp: f64;
}

export const MOST_GUARDS: i32 = 64;
/** Lines on which a guard must be seen. */
const LEAST_COUNT: i32 = 2;
/** Lines of the scan that may miss it in between. */
const MOST_GAP: i32 = 4;

let guards: usize = 0;
let count: i32 = 0;

/** Empties the list for a new frame. */
export function openGuards(): bool {
  guards = alloc(<usize>MOST_GUARDS * offsetof<Guard>());
  count = 0;
  return guards != 0;
}

export function guardCount(): i32 {
  return count;
}

export function guardAt(index: i32): Guard {
  return changetype<Guard>(guards + <usize>index * offsetof<Guard>());
}

/** Looks through every `step`th line of a table. */
export function scanGuards(table: RunTable, level: i32, isColumns: bool, withInverted: bool, step: i32): void {
  const stride = max(1, step / table.step);
  for (let index = 0; index < table.lines; index += stride) {
    const edges = lineEdges(table, index);
    scanLine(
      edges,
      lineEdgeCount(table, index),
      index * table.step,
      stride * table.step,
      level,
      isColumns,
      withInverted,
    );
  }
}

/** Drops what too few lines show, fits the others. */
export function closeGuards(): void {
  let kept: i32 = 0;
  for (let i = 0; i < count; i++) {
    const guard = guardAt(i);
    if (guard.count < LEAST_COUNT) continue;
    fit(guard);
    if (kept != i) memory.copy(changetype<usize>(guardAt(kept)), changetype<usize>(guard), offsetof<Guard>());
    kept++;
  }
  count = kept;
}

function fit(guard: Guard): void {
  const n = <f64>guard.count;
  const spread = guard.stt - (guard.st * guard.st) / n;
  guard.slope = spread > 0 ? (guard.stp - (guard.st * guard.sp) / n) / spread : 0;
  guard.offset = (guard.sp - guard.slope * guard.st) / n;
}

function scanLine(
  edges: usize,
  total: i32,
  line: i32,
  step: i32,
  level: i32,
  isColumns: bool,
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
      test(at, 2, k + 9 < total, line, step, level, isColumns, !isDark, false);
    }
    if (k >= 7 && wide >= (edge(at, 0) - <i32>load<u16>(at - 4)) * 2 - 1) {
      test(at + 2, -2, k >= 8, line, step, level, isColumns, !isDark, true);
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
  line: i32,
  lines: i32,
  level: i32,
  isColumns: bool,
  isInverted: bool,
  isReversed: bool,
): void {
  const second = gap(at, step, 1, 3);
  if (isStart(at, step, second)) {
    const total = gap(at, step, 0, 8);
    const inner = <i32>load<u16>(at + <usize>(step * 8));
    note(<f64>inner, <f64>total / 17, line, lines, level, isColumns, isInverted, isReversed, false);
  } else if (hasTen && isStop(at, step, second)) {
    const total = gap(at, step, 0, 9);
    const inner = <i32>load<u16>(at);
    note(<f64>inner, <f64>total / 18, line, lines, level, isColumns, isInverted, isReversed, true);
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

/** Joins a pattern on one line to the guard that it continues, or begins a new one. */
function note(
  place: f64,
  module: f64,
  line: i32,
  step: i32,
  level: i32,
  isColumns: bool,
  isInverted: bool,
  isReversed: bool,
  isStop: bool,
): void {
  let guard: Guard | null = null;
  let nearest: f64 = 1e9;
  for (let i = count - 1; i >= 0; i--) {
    const other = guardAt(i);
    if (other.isColumns != isColumns || other.level != level || other.isStop != isStop) continue;
    if (other.isInverted != isInverted || other.isReversed != isReversed) continue;
    const lines = line - other.to;
    if (lines <= 0 || lines > MOST_GAP * step) continue;
    if (abs(module - other.module) > 0.25 * other.module + 0.3) continue;
    const drift = abs(place - other.last);
    if (drift > 1.2 * <f64>lines + 0.5 * module + 1 || drift >= nearest) continue;
    nearest = drift;
    guard = other;
  }
  if (guard == null) {
    const room = claim(line, step);
    if (room == null) return;
    guard = room;
    memory.fill(changetype<usize>(guard), 0, offsetof<Guard>());
    guard.isStop = isStop;
    guard.isInverted = isInverted;
    guard.isReversed = isReversed;
    guard.isColumns = isColumns;
    guard.level = level;
    guard.from = line;
    guard.module = module;
  }
  // Lines are measured through their pixels' middle.
  const t = <f64>line + 0.5;
  guard.count++;
  guard.to = line;
  guard.last = place;
  guard.module += (module - guard.module) / <f64>guard.count;
  guard.st += t;
  guard.stt += t * t;
  guard.sp += place;
  guard.stp += t * place;
}

/** Room for a new guard: at the end, or that of one which was seen once and not continued. */
function claim(line: i32, step: i32): Guard | null {
  if (count < MOST_GUARDS) {
    count++;
    return guardAt(count - 1);
  }
  for (let i = 0; i < count; i++) {
    const guard = guardAt(i);
    if (guard.count < LEAST_COUNT && (line < guard.to || line - guard.to > MOST_GAP * step)) return guard;
  }
  return null;
}
