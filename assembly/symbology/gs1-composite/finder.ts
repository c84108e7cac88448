/**
 * Looks for the sides of a 2D component on lines parallel to its linear component, from that one's middle on upwards
 * (ISO/IEC 24723 clause 4.2: the 2D component stands above, its modules as wide). Knows no content.
 */
import { SYMBOL_INVERTED } from "../../abi/layout";
import { planeAt } from "../../image/frame";
import { Symbol } from "../../io/symbol";
import { scanAddressEdges } from "../../kit/address-guards";
import { spend } from "../../kit/budget";
import { codewordOf } from "../../kit/codeword-patterns";
import { COARSE, findEdges } from "../../kit/edges";
import { NO_PATTERN, readElements } from "../../kit/elements";
import { allocFloats, floatAt, setFloat } from "../../kit/floats";
import { scanGuardEdges } from "../../kit/guard-patterns";
import { closeGuards, noteGuard, openGuards } from "../../kit/guards";
import { rowAddressOf } from "../../kit/row-address";
import { ScanGrid, allocGrid } from "../../kit/scan-grid";
import { sampleLine } from "../../kit/scan-line";
import { stackLevel } from "../../kit/stack";
import { distance } from "../../math/geometry";

/** What is looked for: left addresses, right addresses of CC-A without left ones, start and stop patterns of CC-C. */
export const LEFT: i32 = 0;
export const RIGHT: i32 = 1;
export const LARGE: i32 = 2;

/** Modules from line to line: rows are two modules high at least. */
const PITCH: f64 = 1;
/** Modules above the linear component: 44 rows of two modules and the separator; CC-C's 90 rows of three. */
const REACH: f64 = 100;
const LARGE_REACH: f64 = 290;
/** Modules left and right of the linear component; that of GS1-128 may be longer or shorter than what stands above. */
const MARGIN: f64 = 14;
const LARGE_MARGIN: f64 = 48;
/** Lines that must show a side. */
const LEAST_LINES: i32 = 2;
/** Samples of a line, its edges, and places that a sample is divided into. */
const MOST_SAMPLES: i32 = 2048;
const MOST_EDGES: i32 = 512;
const FINE: f64 = 16;
const STEP: f64 = 0.5;
/** Codeword, address, stop bar. */
const CODEWORD_EDGES: i32 = 8;
const ADDRESS_EDGES: i32 = 6;
const RIGHT_MODULES: f32 = 27;
/** By which part modules may differ from the linear component's. */
const SLACK: f64 = 0.3;

const edges = memory.data(4 * MOST_EDGES);
const places = memory.data(2 * (MOST_EDGES + 32));
/** Run scans read some edges before the first. */
const MARGIN_BYTES: usize = 16;

/**
 * Notes the sides (kit/guards.ts) that stand above a linear component, or below where the image is mirrored, on lines
 * turned by an angle in radians: bars are read along any line, so that nobody knows which way their rows go.
 */
export function findSides(linear: Symbol, what: i32, isMirrored: bool, turn: f64): bool {
  const module = <f64>linear.moduleSize;
  const width = distance(linear.x0, linear.y0, linear.x1, linear.y1);
  if (!(module > 0.5) || !(width > 10 * module) || !openGuards()) return false;
  const level = stackLevel(module);
  const plane = planeAt(level);
  const grid = allocGrid();
  const grey = allocFloats(MOST_SAMPLES);
  if (plane == null || grid == null || grey == 0) return false;
  const isLong = what == LARGE || linear.byteCount > 16;
  const margin = (isLong ? LARGE_MARGIN : MARGIN) * module;
  const reach = (what == LARGE ? LARGE_REACH : REACH) * module;
  layGrid(grid, linear, width, margin, isMirrored, turn, PITCH * module);
  const size = <f64>(1 << level);
  const length = (width + 2 * margin) / size;
  const samples = min(MOST_SAMPLES, <i32>(length / STEP));
  const step = length / <f64>samples;
  grid.unit = FINE / (step * size);
  const half = 0.5 * distance(linear.x0, linear.y0, linear.x3, linear.y3);
  const lines = <i32>((half + reach) / grid.pitch);
  for (let line = 0; line < lines; line++) {
    const x = (grid.x + grid.nx * grid.pitch * <f64>line) / size - 0.5;
    const y = (grid.y + grid.ny * grid.pitch * <f64>line) / size - 0.5;
    if (!spend(1 + (samples >> 8))) break;
    if (!sampleLine(plane, <f32>x, <f32>y, <f32>(grid.dx * step), <f32>(grid.dy * step), samples, grey)) break;
    if ((linear.flags & SYMBOL_INVERTED) != 0) {
      for (let i = 0; i < samples; i++) setFloat(grey, i, 255 - floatAt(grey, i));
    }
    const count = findEdges(grey, samples, COARSE, edges, MOST_EDGES) & ~1;
    if (what == RIGHT) scanRight(count, grid, line, module);
    else scanLine(count, grid, line, what == LARGE, samples);
  }
  closeGuards(LEAST_LINES);
  return true;
}

/** Line 0 goes through the linear component's middle, along its upper edge's direction turned by an angle. */
function layGrid(
  grid: ScanGrid,
  linear: Symbol,
  width: f64,
  margin: f64,
  isMirrored: bool,
  turn: f64,
  pitch: f64,
): void {
  const sign: f64 = isMirrored ? -1 : 1;
  const c = Math.cos(turn) / width;
  const s = Math.sin(turn) / width;
  const wx = <f64>(linear.x1 - linear.x0);
  const wy = <f64>(linear.y1 - linear.y0);
  grid.dx = c * wx - s * wy;
  grid.dy = s * wx + c * wy;
  grid.nx = sign * grid.dy;
  grid.ny = -sign * grid.dx;
  const x = 0.25 * <f64>(linear.x0 + linear.x1 + linear.x2 + linear.x3);
  const y = 0.25 * <f64>(linear.y0 + linear.y1 + linear.y2 + linear.y3);
  grid.x = x - grid.dx * (0.5 * width + margin);
  grid.y = y - grid.dy * (0.5 * width + margin);
  grid.pitch = pitch;
}

function scanLine(count: i32, grid: ScanGrid, line: i32, isLarge: bool, samples: i32): void {
  const at = places + MARGIN_BYTES;
  for (let i = 0; i < count; i++) {
    store<u16>(at + ((<usize>i) << 1), <u16>nearest<f32>(floatAt(edges, i) * <f32>FINE));
  }
  if (isLarge) scanGuardEdges(at, count, grid, line, 1, false);
  else scanAddressEdges(at, count, grid, line, 1, false, <i32>FINE * samples);
}

/** Notes right ends of rows: a codeword, an address, the stop bar. */
function scanRight(count: i32, grid: ScanGrid, line: i32, module: f64): void {
  const wanted = <f32>(module * grid.unit * (1 / FINE));
  for (let k = 0; k + CODEWORD_EDGES + ADDRESS_EDGES + 1 < count; k += 2) {
    const middle = k + CODEWORD_EDGES;
    const end = middle + ADDRESS_EDGES;
    const own = (floatAt(edges, end) - floatAt(edges, k)) / RIGHT_MODULES;
    if (abs<f32>(own - wanted) > <f32>SLACK * wanted) continue;
    const address = readElements(edges, middle, ADDRESS_EDGES, 10);
    if (address == NO_PATTERN || rowAddressOf(address, false) < 0) continue;
    const codeword = readElements(edges, k, CODEWORD_EDGES, 17);
    if (codeword == NO_PATTERN || codewordOf(codeword) < 0) continue;
    const place = <f64>floatAt(edges, end) * FINE;
    noteGuard(grid, place, <f64>own * FINE, line, 1, false, false, true);
  }
}
