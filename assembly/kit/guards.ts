/**
 * Guards: what lines of a run table see at the side of a stacked symbol, joined from line to line to straight lines. Knows
 * none of the patterns that are seen.
 */
import { alloc } from "../memory/arena";
import { ScanGrid } from "./scan-grid";

/** A side of a symbol seen on several lines. Coordinates are those of its grid. */
@unmanaged
export class Guard {
  isStop: bool;
  /** Light bars on dark ground. */
  isInverted: bool;
  /** The symbol is read against the direction of the table's lines. */
  isReversed: bool;
  grid: ScanGrid;
  /** Lines that show it, the first and the last of them. */
  count: i32;
  from: i32;
  to: i32;
  /** Mean module along a line. */
  module: f64;
  /** Where columns are read from: place on the line = offset + slope × line. */
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
/** A guard that fewer lines show makes room for others once they have passed. */
const LEAST_COUNT: i32 = 2;
/** Lines of the scan that may miss it in between. */
const MOST_GAP: i32 = 4;

let guards: usize = 0;
let count: i32 = 0;
let noted: i32 = 0;

/** Empties the list for a new frame. */
export function openGuards(): bool {
  guards = alloc(<usize>MOST_GUARDS * offsetof<Guard>());
  count = 0;
  return guards != 0;
}

export function guardCount(): i32 {
  return count;
}

/** Patterns noted so far in this frame, whatever became of them. */
export function notedCount(): i32 {
  return noted;
}

export function guardAt(index: i32): Guard {
  return changetype<Guard>(guards + <usize>index * offsetof<Guard>());
}

/** Drops what fewer than `least` lines show, fits the others. */
export function closeGuards(least: i32): void {
  let kept: i32 = 0;
  for (let i = 0; i < count; i++) {
    const guard = guardAt(i);
    if (guard.count < least) continue;
    fitLine(guard);
    if (kept != i) memory.copy(changetype<usize>(guardAt(kept)), changetype<usize>(guard), offsetof<Guard>());
    kept++;
  }
  count = kept;
}

function fitLine(guard: Guard): void {
  const n = <f64>guard.count;
  const spread = guard.stt - (guard.st * guard.st) / n;
  guard.slope = spread > 0 ? (guard.stp - (guard.st * guard.sp) / n) / spread : 0;
  guard.offset = (guard.sp - guard.slope * guard.st) / n;
}

/** Joins a pattern on one line to the guard that it continues, or begins a new one. */
export function noteGuard(
  grid: ScanGrid,
  place: f64,
  module: f64,
  line: i32,
  step: i32,
  isInverted: bool,
  isReversed: bool,
  isStop: bool,
): void {
  noted++;
  let guard: Guard | null = null;
  let nearest: f64 = 1e9;
  for (let i = count - 1; i >= 0; i--) {
    const other = guardAt(i);
    if (other.grid != grid || other.isStop != isStop) continue;
    if (other.isInverted != isInverted || other.isReversed != isReversed) continue;
    const lines = line - other.to;
    if (lines <= 0 || lines > MOST_GAP * step) continue;
    if (abs(module - other.module) > 0.25 * other.module + 0.3 * grid.unit) continue;
    const drift = abs(place - other.last);
    if (drift > (1.2 * grid.pitch * <f64>lines + 1) * grid.unit + 0.5 * module || drift >= nearest) continue;
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
    guard.grid = grid;
    guard.from = line;
    guard.module = module;
  }
  const t = <f64>line;
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
