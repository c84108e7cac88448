/**
 * The scan lines over a stacked symbol: many lines from one of its sides to the other, and where the boundaries between
 * its characters lie on each. Columns are read one after the other by kit/stack-march.ts. Knows no symbology.
 *
 *      boundary 0   1       2       3
 *      line 0   |   | char  | char  |
 *      line 1   |   | char  | char  |      a symbol row is a few lines high, bars run from line to line
 */
import { levelFor } from "../image/sampler";
import { planeAt } from "../image/frame";
import { Plane } from "../image/plane";
import { alloc } from "../memory/arena";
import { allocFloats, floatAt, setFloat } from "./floats";
import { SmoothFit } from "./smooth-fit";

/** Most scan lines: 90 rows, four and a half lines each. */
export const MOST_STACK_LINES: i32 = 400;
/** What a cell holds where no character was read. */
export const UNREAD: u32 = 0;
/** Samples per module of a profile, and modules of margin on both sides of a character. */
export const SAMPLES: i32 = 4;
export const MARGIN: i32 = 3;
/** Pixels per module that are kept when a coarser level of the pyramid is taken. */
const LEAST_MODULE: f64 = 2.2;

@unmanaged
export class Stack {
  plane: Plane;
  /** Pixels of level 0 per pixel of the plane. */
  size: f64;
  lines: i32;
  /** Columns that there is room for, and columns read. */
  room: i32;
  columns: i32;
  /** Light characters on dark ground. */
  isInverted: bool;
  /** Columns are read from the symbol's right side to its left. */
  isBackward: bool;
  /** f32 [boundary][line], in pixels of the plane. */
  x: usize;
  y: usize;
  /** Unit direction along the rows on the first and last line, in reading direction. */
  dx0: f64;
  dy0: f64;
  dx1: f64;
  dy1: f64;
  /** Pixels of the plane per module on the first and the last line. */
  module0: f64;
  module1: f64;
  /** u32 [column][line]: bit patterns, UNREAD for none. f32: how well each was read, 0–1. */
  cells: usize;
  trust: usize;
  /** Scratch: a profile, its edges, offsets and weights per line. */
  profile: usize;
  edges: usize;
  offsets: usize;
  weights: usize;
  fit: SmoothFit;
}

/** Pyramid level on which symbols of this module size, in pixels of level 0, are read. */
export function stackLevel(module: f64): i32 {
  return levelFor(module, LEAST_MODULE);
}

/** Room for a stack; lines and geometry are the caller's to set. Null where memory is exhausted. */
export function allocStack(level: i32, lines: i32, columns: i32): Stack | null {
  const plane = planeAt(level);
  const head = alloc(offsetof<Stack>());
  const fit = alloc(offsetof<SmoothFit>());
  const places = allocFloats(2 * (columns + 1) * lines);
  const cells = alloc((<usize>(columns * lines)) << 2);
  const trust = allocFloats(columns * lines);
  const scratch = allocFloats(PROFILE_ROOM + EDGE_ROOM + 2 * lines);
  if (plane == null || head == 0 || fit == 0 || places == 0 || cells == 0 || trust == 0 || scratch == 0) return null;
  const stack = changetype<Stack>(head);
  stack.plane = plane;
  stack.size = <f64>(1 << level);
  stack.lines = lines;
  stack.room = columns;
  stack.columns = 0;
  stack.isInverted = false;
  stack.isBackward = false;
  stack.x = places;
  stack.y = places + ((<usize>((columns + 1) * lines)) << 2);
  stack.cells = cells;
  stack.trust = trust;
  stack.profile = scratch;
  stack.edges = scratch + ((<usize>PROFILE_ROOM) << 2);
  stack.offsets = stack.edges + ((<usize>EDGE_ROOM) << 2);
  stack.weights = stack.offsets + ((<usize>lines) << 2);
  stack.fit = changetype<SmoothFit>(fit);
  return stack;
}

/** Most samples of a profile: a character of 18 modules with its margins. */
const PROFILE_ROOM: i32 = SAMPLES * (18 + 2 * MARGIN) + 8;
export const EDGE_ROOM: i32 = 64;

/** Index of a boundary's or column's value on a line. */
function index(stack: Stack, column: i32, line: i32): i32 {
  return column * stack.lines + line;
}

export function placeX(stack: Stack, boundary: i32, line: i32): f32 {
  return floatAt(stack.x, index(stack, boundary, line));
}

export function placeY(stack: Stack, boundary: i32, line: i32): f32 {
  return floatAt(stack.y, index(stack, boundary, line));
}

export function setPlace(stack: Stack, boundary: i32, line: i32, x: f64, y: f64): void {
  setFloat(stack.x, index(stack, boundary, line), <f32>x);
  setFloat(stack.y, index(stack, boundary, line), <f32>y);
}

export function cellAt(stack: Stack, column: i32, line: i32): u32 {
  return load<u32>(stack.cells + ((<usize>index(stack, column, line)) << 2));
}

export function trustAt(stack: Stack, column: i32, line: i32): f32 {
  return floatAt(stack.trust, index(stack, column, line));
}

export function setCell(stack: Stack, column: i32, line: i32, pattern: u32, trust: f32): void {
  store<u32>(stack.cells + ((<usize>index(stack, column, line)) << 2), pattern);
  setFloat(stack.trust, index(stack, column, line), trust);
}

/** Part of the way from the first to the last line. */
function share(stack: Stack, line: i32): f64 {
  return stack.lines > 1 ? <f64>line / <f64>(stack.lines - 1) : 0;
}

/** Direction along the rows on a line (nearly a unit vector: both ends differ by little). */
export function directionX(stack: Stack, line: i32): f64 {
  return stack.dx0 + (stack.dx1 - stack.dx0) * share(stack, line);
}

export function directionY(stack: Stack, line: i32): f64 {
  return stack.dy0 + (stack.dy1 - stack.dy0) * share(stack, line);
}

export function moduleAt(stack: Stack, line: i32): f64 {
  return stack.module0 + (stack.module1 - stack.module0) * share(stack, line);
}

/** Turns the reading direction of all lines by a small angle, in radians. */
export function turnStack(stack: Stack, angle: f64): void {
  const x0 = stack.dx0 - angle * stack.dy0;
  const y0 = stack.dy0 + angle * stack.dx0;
  const n0 = Math.sqrt(x0 * x0 + y0 * y0);
  stack.dx0 = x0 / n0;
  stack.dy0 = y0 / n0;
  const x1 = stack.dx1 - angle * stack.dy1;
  const y1 = stack.dy1 + angle * stack.dx1;
  const n1 = Math.sqrt(x1 * x1 + y1 * y1);
  stack.dx1 = x1 / n1;
  stack.dy1 = y1 / n1;
}
