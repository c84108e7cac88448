/**
 * Where the lines of a stack are laid: across a guard for a first look, then, once that has shown where the rows lie, the
 * same number for each row. And where in the image they have come from. Knows no symbology.
 */
import { SYMBOL_INVERTED, SYMBOL_MIRRORED } from "../abi/layout";
import { isThorough } from "../io/options";
import { Symbol } from "../io/symbol";
import { direction, distance } from "../math/geometry";
import { alloc, mark, release } from "../memory/arena";
import { floatAt, setFloat } from "./floats";
import { rowPlace } from "./row-tracker";
import { Side } from "./side";
import { fitSmooth, valueAt } from "./smooth-fit";
import { MOST_STACK_LINES, Stack, allocStack, placeX, placeY, setPlace } from "./stack";

/** Lines per module of the first look, and lines per row of the reading. */
const PROBE_PITCH: f64 = 0.7;
const FAST_LINES: i32 = 3;
const THOROUGH_LINES: i32 = 5;
/** What row numbers may be off the course of the rows, in rows. */
export const ROW_TOLERANCE: f32 = 0.8;
/** Guards that fewer lines of the first look cross, some seven rows of two modules, are taken for straight. */
const STRAIGHT_LINES: i32 = 20;
/** No line: the course of the rows turns back before it. */
const NOWHERE: f64 = -1e9;

/**
 * Lines across a guard, and beyond both its ends as far as `reach` times its length and some modules: what is damaged of it may be whole
 * beside it. `columns` is how many there is room for.
 */
export function layProbe(side: Side, columns: i32, reach: f64): Stack | null {
  const height = distance(side.x0, side.y0, side.x1, side.y1);
  const extra = reach * height + side.extra * side.module;
  const total = height + 2 * extra;
  side.own = height / total;
  const lines = max(3, min(MOST_STACK_LINES, <i32>(total / (PROBE_PITCH * side.module))));
  const stack = allocStack(side.level, lines, columns);
  if (stack == null) return null;
  orient(stack, side);
  const vx = height > 0 ? (side.x1 - side.x0) / height : -side.uy0;
  const vy = height > 0 ? (side.y1 - side.y0) / height : side.ux0;
  for (let line = 0; line < lines; line++) {
    const along = -extra + (total * (<f64>line + 0.5)) / <f64>lines;
    setPlace(stack, 0, line, (side.x0 + vx * along) / stack.size, (side.y0 + vy * along) / stack.size);
  }
  return stack;
}

/** Gives a stack the side's directions and module. */
function orient(stack: Stack, side: Side): void {
  stack.dx0 = side.ux0;
  stack.dy0 = side.uy0;
  stack.dx1 = side.ux1;
  stack.dy1 = side.uy1;
  stack.module0 = side.module / stack.size;
  stack.module1 = stack.module0;
  stack.isInverted = side.isInverted;
  stack.isBackward = side.isStop;
}

/**
 * Fits the course of the rows to the probe's offsets (row numbers + 0.5) and weights: through the lines that cross the guard
 * first, as another symbol may lie beyond its ends, then through all that agree.
 */
export function fitRows(probe: Stack, side: Side): bool {
  const lines = probe.lines;
  const fit = probe.fit;
  const from = <i32>(<f64>lines * 0.5 * (1 - side.own)) - 1;
  const scratch = mark();
  const all = alloc((<usize>lines) << 2);
  if (all == 0) return false;
  memory.copy(all, probe.weights, (<usize>lines) << 2);
  for (let line = 0; line < lines; line++) {
    if (line < from || line >= lines - from) setFloat(probe.weights, line, 0);
  }
  let isFitted = fitSmooth(fit, probe.offsets, probe.weights, lines, ROW_TOLERANCE, 2);
  if (isFitted) {
    for (let line = 0; line < lines; line++) {
      const off = abs(<f64>floatAt(probe.offsets, line) - valueAt(fit, <f64>line));
      setFloat(probe.weights, line, off < 2 ? floatAt(all, line) : 0);
    }
    // A few rows bend no more than their numbers' steps feign.
    const terms = <f64>lines * side.own < <f64>STRAIGHT_LINES ? 2 : 3;
    isFitted = fitSmooth(fit, probe.offsets, probe.weights, lines, ROW_TOLERANCE, terms);
  }
  release(scratch);
  return isFitted;
}

/**
 * New lines, as many for each of `rows` rows, where the probe's fit says that they lie; `first` is what it says for the
 * upper edge of the first row. Null where the fit makes no sense.
 */
export function layLines(probe: Stack, side: Side, rows: i32, columns: i32, first: f64): Stack | null {
  const perRow = min(isThorough() ? THOROUGH_LINES : FAST_LINES, max(1, MOST_STACK_LINES / rows));
  const lines = rows * perRow;
  const stack = allocStack(side.level, lines, columns);
  if (stack == null) return null;
  orient(stack, side);
  const last = probe.lines - 1;
  const x0 = <f64>placeX(probe, 0, 0);
  const y0 = <f64>placeY(probe, 0, 0);
  const stepX = (<f64>placeX(probe, 0, last) - x0) / <f64>last;
  const stepY = (<f64>placeY(probe, 0, last) - y0) / <f64>last;
  for (let line = 0; line < lines; line++) {
    const at = lineOfRow(probe, first + <f64>rowPlace(line, perRow));
    if (at == NOWHERE) return null;
    setPlace(stack, 0, line, x0 + stepX * at, y0 + stepY * at);
  }
  if (probe.fit.b < 0) {
    // Rows run against the probe's lines: the first line is the lowest one there.
    stack.dx0 = side.ux1;
    stack.dy0 = side.uy1;
    stack.dx1 = side.ux0;
    stack.dy1 = side.uy0;
  }
  return stack;
}

/** Line of the probe on which a row place lies: the course of the rows turned round by Newton's method. */
function lineOfRow(probe: Stack, place: f64): f64 {
  const fit = probe.fit;
  let t: f64 = 0;
  for (let round = 0; round < 12; round++) {
    const slope = fit.b + 2 * fit.a * t;
    if (slope * fit.b <= 0) return NOWHERE;
    const step = (place - (fit.c + t * (fit.b + t * fit.a))) / slope;
    t += max<f64>(-2, min<f64>(2, step));
  }
  return fit.middle + t / fit.scale;
}

/**
 * Fills in place, size and direction of a symbol whose columns a stack has read: `modules` are those of the stack's columns,
 * `before` and `behind` those of the symbol's own left and right of them.
 */
export function placeSymbol(stack: Stack, symbol: Symbol, modules: i32, before: i32, behind: i32): void {
  symbol.scanLines = stack.lines;
  if (stack.isInverted) symbol.flags |= SYMBOL_INVERTED;
  const last = stack.lines - 1;
  const left = stack.isBackward ? stack.columns : 0;
  const right = stack.isBackward ? 0 : stack.columns;
  const start = -(<f64>before) / <f64>modules;
  const end = -(<f64>behind) / <f64>modules;
  corner(stack, left, right, 0, start);
  symbol.x0 = <f32>cornerX;
  symbol.y0 = <f32>cornerY;
  corner(stack, right, left, 0, end);
  symbol.x1 = <f32>cornerX;
  symbol.y1 = <f32>cornerY;
  corner(stack, right, left, last, end);
  symbol.x2 = <f32>cornerX;
  symbol.y2 = <f32>cornerY;
  corner(stack, left, right, last, start);
  symbol.x3 = <f32>cornerX;
  symbol.y3 = <f32>cornerY;
  const dx = symbol.x1 - symbol.x0;
  const dy = symbol.y1 - symbol.y0;
  symbol.orientation = <f32>direction(<f64>dx, <f64>dy);
  const across =
    distance(symbol.x0, symbol.y0, symbol.x1, symbol.y1) + distance(symbol.x3, symbol.y3, symbol.x2, symbol.y2);
  symbol.moduleSize = <f32>(across / <f64>(2 * (modules + before + behind)));
  if (dx * (symbol.y3 - symbol.y0) - dy * (symbol.x3 - symbol.x0) < 0) symbol.flags |= SYMBOL_MIRRORED;
}

let cornerX: f64 = 0;
let cornerY: f64 = 0;

/** A point beyond a boundary of a line, `part` (negative) of the way to another boundary, and half a line outwards. */
function corner(stack: Stack, boundary: i32, other: i32, line: i32, part: f64): void {
  const x = <f64>placeX(stack, boundary, line);
  const y = <f64>placeY(stack, boundary, line);
  const next = line == 0 ? min(1, stack.lines - 1) : line - 1;
  cornerX =
    (x + part * (<f64>placeX(stack, other, line) - x) + 0.5 * (x - <f64>placeX(stack, boundary, next))) * stack.size;
  cornerY =
    (y + part * (<f64>placeY(stack, other, line) - y) + 0.5 * (y - <f64>placeY(stack, boundary, next))) * stack.size;
}
