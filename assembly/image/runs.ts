/**
 * Run tables: where the bits of each row (or column) change colour. Detectors read these instead of pixels; the
 * light runs of a table are the dark runs of the inverted image.
 *
 *   starts  lines + 1 words: index of each line's first edge in `edges`
 *   edges   u16 positions; even index within a line = dark begins, odd = dark ends. A line that ends dark is closed
 *           at its length. Every line is followed by SENTINELS entries of 0xffff, so that vectors may overrun.
 */
import { alloc, release } from "../memory/arena";
import { Plane } from "./plane";
import { transpose, turnedStride } from "./transpose";

export const SENTINELS: i32 = 16;
export const NO_EDGE: u16 = 0xffff;

@unmanaged
export class RunTable {
  lines: i32;
  /** Pixels of a line. */
  length: i32;
  starts: usize;
  edges: usize;
  /** Rows or columns of the image from one line to the next: 1 where all of them are there. */
  step: i32;
}

/** Address of the first edge of a line. */
export function lineEdges(table: RunTable, line: i32): usize {
  return table.edges + ((<usize>load<u32>(table.starts + ((<usize>line) << 2))) << 1);
}

/** Number of edges of a line, always even. */
export function lineEdgeCount(table: RunTable, line: i32): i32 {
  const at = table.starts + ((<usize>line) << 2);
  return load<i32>(at + 4) - load<i32>(at) - SENTINELS;
}

/** Run table of every `step`th line of a bit image of `height` lines of `length` bits, `stride` bytes apart. */
function tableOf(bits: usize, stride: i32, height: i32, length: i32, step: i32): RunTable | null {
  const lines = (height + step - 1) / step;
  const head = alloc(offsetof<RunTable>());
  const starts = alloc((<usize>(lines + 1)) << 2);
  // Edges are appended at the end of the arena, line by line: room for the worst case of one line at a time.
  const edges = alloc(0);
  if (head == 0 || starts == 0 || edges == 0) return null;
  const table = changetype<RunTable>(head);
  table.lines = lines;
  table.step = step;
  table.length = length;
  table.starts = starts;
  table.edges = edges;
  let count: i32 = 0;
  for (let line = 0; line < lines; line++) {
    store<u32>(starts + ((<usize>line) << 2), count);
    const need = (<usize>(length + 2 + SENTINELS)) << 1;
    const out = edges + ((<usize>count) << 1);
    // The arena's end moves with the table: claim what this line may need at worst, then give the rest back.
    if (claim(out, need) == 0) return null;
    count += lineOf(bits + <usize>line * <usize>(stride * step), length, out);
  }
  store<u32>(starts + ((<usize>lines) << 2), count);
  claim(edges + ((<usize>count) << 1), 0);
  return table;
}

/** Sets the arena's end behind `at + bytes`. */
function claim(at: usize, bytes: usize): usize {
  release(at);
  return alloc(bytes);
}

/** Writes the edges of one line and its sentinels; returns how many entries it wrote. Padding bits must be 0. */
function lineOf(bits: usize, length: i32, out: usize): i32 {
  let at = out;
  let last: u64 = 0;
  for (let x = 0; x < length; x += 64) {
    const word = load<u64>(bits + (<usize>x >> 3));
    // A bit that differs from the one before it is an edge.
    let change = word ^ ((word << 1) | last);
    last = word >> 63;
    if (change == 0) continue;
    const end = at + ((<usize>popcnt(change)) << 1);
    // Eight at a time whether there are eight or not: what is too much is overwritten. Cheaper than a branch per edge.
    do {
      store<u16>(at, <u16>(x + <i32>ctz(change)));
      change &= change - 1;
      store<u16>(at, <u16>(x + <i32>ctz(change)), 2);
      change &= change - 1;
      store<u16>(at, <u16>(x + <i32>ctz(change)), 4);
      change &= change - 1;
      store<u16>(at, <u16>(x + <i32>ctz(change)), 6);
      change &= change - 1;
      store<u16>(at, <u16>(x + <i32>ctz(change)), 8);
      change &= change - 1;
      store<u16>(at, <u16>(x + <i32>ctz(change)), 10);
      change &= change - 1;
      store<u16>(at, <u16>(x + <i32>ctz(change)), 12);
      change &= change - 1;
      store<u16>(at, <u16>(x + <i32>ctz(change)), 14);
      change &= change - 1;
      at += 16;
    } while (at < end);
    at = end;
  }
  // A dark run at the end is closed at the line's length: by the padding bits if there are any, else here.
  if (last != 0) {
    store<u16>(at, <u16>length);
    at += 2;
  }
  for (let i: usize = 0; i < (<usize>SENTINELS) << 1; i += 8) store<u64>(at + i, 0xffffffffffffffff);
  return <i32>((at - out) >> 1) + SENTINELS;
}

/**
 * Run table of the plane's rows, of every `step`th at least: made once, or twice where first fewer were asked for. Its
 * own step divides `step`. Null where memory is exhausted.
 */
export function rowRuns(plane: Plane, step: i32): RunTable | null {
  const made = changetype<RunTable | null>(plane.rows);
  if (made != null && step % made.step == 0) return made;
  const table = tableOf(plane.bits, plane.bitStride, plane.height, plane.width, step);
  plane.rows = changetype<usize>(table);
  return table;
}

/** The plane's bits with rows and columns exchanged, turnedStride(height) bytes apart; made once. 0 where memory is exhausted. */
export function turnedBits(plane: Plane): usize {
  if (plane.turned == 0) plane.turned = transpose(plane.bits, plane.bitStride, plane.width, plane.height);
  return plane.turned;
}

/**
 * Run table of the plane's columns, of every `step`th at least, as rowRuns(), from the transposed bits, which are made once.
 * Null where memory is exhausted.
 */
export function columnRuns(plane: Plane, step: i32 = 1): RunTable | null {
  const made = changetype<RunTable | null>(plane.columns);
  if (made != null && step % made.step == 0) return made;
  if (turnedBits(plane) == 0) return null;
  const table = tableOf(plane.turned, turnedStride(plane.height), plane.width, plane.height, step);
  plane.columns = changetype<usize>(table);
  return table;
}
