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

/** Most edges of a line, and room for them read backwards (u16). */
const MOST_TURNED: i32 = 16384;
const turned = memory.data(2 * MOST_TURNED);

/** Looks through every `step`th line of a table. */
export function scanAddresses(table: RunTable, grid: ScanGrid, withInverted: bool, step: i32): void {
  const stride = max(1, step / table.step);
  for (let index = 0; index < table.lines; index += stride) {
    const count = lineEdgeCount(table, index);
    const line = index * table.step;
    scanAddressEdges(lineEdges(table, index), count, grid, line, stride * table.step, withInverted, table.length);
  }
}

/** Looks through the edges (u16 places below `length`) of one line, a dark run first, in both directions. */
export function scanAddressEdges(
  edges: usize,
  count: i32,
  grid: ScanGrid,
  line: i32,
  step: i32,
  withInverted: bool,
  length: i32,
): void {
  if (count <= LEAST_EDGES || count > MOST_TURNED) return;
  scanOneWay(edges, count, grid, line, step, withInverted, length, false);
  for (let i = 0; i < count; i++) {
    store<u16>(turned + ((<usize>i) << 1), <u16>(length - edge(edges, count - 1 - i)));
  }
  scanOneWay(turned, count, grid, line, step, withInverted, length, true);
}

function scanOneWay(
  edges: usize,
  count: i32,
  grid: ScanGrid,
  line: i32,
  lines: i32,
  withInverted: bool,
  length: i32,
  isReversed: bool,
): void {
  const step = withInverted ? 1 : 2;
  for (let k = 0; k + LEAST_EDGES < count; k += step) {
    const at = edges + ((<usize>k) << 1);
    const e0 = edge(at, 0);
    const e6 = edge(at, ADDRESS);
    const e14 = edge(at, ADDRESS + CODEWORD);
    // 10 modules, then 17.
    const ten = e6 - e0;
    if (ten < 8 || !isNear(10 * (e14 - e6), 17 * ten)) continue;
    const isNarrow = isNear(edge(at, LEAST_EDGES) - e14, ten);
    const isWide = k + MOST_EDGES < count && isNear(10 * (edge(at, MOST_EDGES) - e14), 17 * ten);
    if (!isNarrow && !isWide) continue;
    // A quiet zone of a module.
    if (k > 0 && 12 * (e0 - edge(at - 2, 0)) < ten) continue;
    if (!isAddressed(at, isNarrow, isWide)) continue;
    const place = <f64>(isReversed ? length - e0 : e0);
    noteGuard(grid, place, <f64>(e14 - e0) / 27, line, lines, (k & 1) != 0, isReversed, false);
  }
}

/** Within a tenth and what two edges may be off by a pixel's part. */
function isNear(value: i32, wanted: i32): bool {
  return abs(value - wanted) <= wanted / 9 + 12;
}

/** True if the patterns are an address, a codeword and another of either. */
function isAddressed(at: usize, isNarrow: bool, isWide: bool): bool {
  const count = isWide ? MOST_EDGES : LEAST_EDGES;
  for (let i = 0; i <= count; i++) setFloat(floats, i, <f32>edge(at, i));
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
