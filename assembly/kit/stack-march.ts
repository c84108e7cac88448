/**
 * Reads one column of a stack after the other: the character on every scan line, then one smooth boundary behind them all,
 * from which the next column starts. Lines that could not be read go with the others. Knows no symbology: which kind of
 * character comes next is the caller's to say.
 */
import { COARSE, findEdges } from "./edges";
import { NO_PATTERN, deviation, readElements } from "./elements";
import { codewordOf } from "./codeword-patterns";
import { floatAt, setFloat } from "./floats";
import { rowAddressOf } from "./row-address";
import { sampleLine } from "./scan-line";
import { fitSmooth, slopeAt, valueAt } from "./smooth-fit";
import {
  EDGE_ROOM,
  MARGIN,
  SAMPLES,
  Stack,
  UNREAD,
  directionX,
  directionY,
  moduleAt,
  placeX,
  placeY,
  setCell,
  setPlace,
} from "./stack";
import { spend } from "./budget";

/** Kinds of characters. */
export const CODEWORD: i32 = 0;
/** Row address patterns of MicroPDF417 at its sides, and between its columns. */
export const SIDE_ADDRESS: i32 = 1;
export const CENTRE_ADDRESS: i32 = 2;

/** A character may begin so many modules off the boundary, and be so much wider or narrower than foreseen. */
const MOST_OFFSET: f32 = 1.6;
const MOST_STRETCH: f32 = 0.14;
/** Boundaries of single lines lie so near the smooth one, in modules. */
const TOLERANCE: f32 = 0.45;

/** Modules and elements of a kind. */
export function modulesOf(kind: i32): i32 {
  return kind == CODEWORD ? 17 : 10;
}

function isCharacter(pattern: u32, kind: i32): bool {
  return kind == CODEWORD ? codewordOf(pattern) >= 0 : rowAddressOf(pattern, kind == CENTRE_ADDRESS) >= 0;
}

/** Lines of a glance. */
const GLANCE: i32 = 10;

/**
 * True if any of a few lines of the next column, from the middle `part` of the stack's height, shows a character: hardly
 * any guard that is chance has one beside it. Leaves the stack as it was.
 */
export function glanceColumn(stack: Stack, kind: i32, part: f64): bool {
  const own = <i32>(part * <f64>stack.lines);
  const first = (stack.lines - own) >> 1;
  const count = min(GLANCE, own);
  if (stack.columns >= stack.room || !spend(1 + (count >> 2))) return false;
  for (let k = 0; k < count; k++) {
    const line = first + (own * (2 * k + 1)) / (2 * count);
    if (readCell(stack, stack.columns, line, kind, modulesOf(kind)) > 0) return true;
  }
  return false;
}

/**
 * Reads the next column. Returns on how many lines it was read, or −1 where there is no room or no budget for it.
 */
export function marchColumn(stack: Stack, kind: i32): i32 {
  if (stack.columns >= stack.room || !spend(1 + (stack.lines >> 2))) return -1;
  const column = stack.columns;
  const modules = modulesOf(kind);
  let read: i32 = 0;
  for (let line = 0; line < stack.lines; line++) {
    const end = readCell(stack, column, line, kind, modules);
    if (end > 0) read++;
  }
  stack.columns++;
  placeBoundary(stack, column, modules);
  return read;
}

/** Reads one character and notes the offset of its far boundary from the foreseen place, in modules; true if it could. */
function readCell(stack: Stack, column: i32, line: i32, kind: i32, modules: i32): i32 {
  setFloat(stack.weights, line, 0);
  setCell(stack, column, line, UNREAD, 0);
  const module = moduleAt(stack, line);
  const step = module / <f64>SAMPLES;
  const forward: f64 = stack.isBackward ? -1 : 1;
  // The profile runs in the symbol's own direction whichever way its columns are read.
  const dx = directionX(stack, line) * forward;
  const dy = directionY(stack, line) * forward;
  const from = <f64>(stack.isBackward ? -(modules + MARGIN) : -MARGIN) * module;
  const count = SAMPLES * (modules + 2 * MARGIN) + 1;
  const x = <f64>placeX(stack, column, line) + from * dx - 0.5;
  const y = <f64>placeY(stack, column, line) + from * dy - 0.5;
  if (!sampleLine(stack.plane, <f32>x, <f32>y, <f32>(dx * step), <f32>(dy * step), count, stack.profile)) return 0;
  if (stack.isInverted) {
    for (let i = 0; i < count; i++) setFloat(stack.profile, i, 255 - floatAt(stack.profile, i));
  }
  const edges = findEdges(stack.profile, count, COARSE, stack.edges, EDGE_ROOM);
  const elements = kind == CODEWORD ? 8 : 6;
  const near = <f32>(SAMPLES * (stack.isBackward ? MARGIN + modules : MARGIN));
  const length = <f32>(SAMPLES * modules);
  let best: u32 = NO_PATTERN;
  let bestDeviation: f32 = 1e9;
  let far: f32 = 0;
  // A character begins with a bar: edges from light to dark are the even ones.
  for (let k = 0; k + elements < edges; k += 2) {
    const start = floatAt(stack.edges, k);
    const end = floatAt(stack.edges, k + elements);
    const own = stack.isBackward ? end : start;
    if (abs(own - near) > MOST_OFFSET * <f32>SAMPLES) continue;
    if (abs(end - start - length) > MOST_STRETCH * length) continue;
    const pattern = readElements(stack.edges, k, elements, modules);
    if (pattern == NO_PATTERN || !isCharacter(pattern, kind)) continue;
    const off = deviation + abs(own - near) * <f32>(0.5 / <f64>SAMPLES);
    if (off >= bestDeviation) continue;
    best = pattern;
    bestDeviation = off;
    far = stack.isBackward ? near - start - length : end - near - length;
  }
  if (best == NO_PATTERN) return 0;
  const trust: f32 = max<f32>(0.05, 1 - bestDeviation);
  setCell(stack, column, line, best, trust);
  setFloat(stack.offsets, line, far / <f32>SAMPLES);
  setFloat(stack.weights, line, trust);
  return 1;
}

/** Puts the next boundary behind the column that was read: a smooth curve through what single lines saw. */
function placeBoundary(stack: Stack, column: i32, modules: i32): void {
  const lines = stack.lines;
  const fit = stack.fit;
  const isKnown = fitSmooth(fit, stack.offsets, stack.weights, lines, TOLERANCE, 3);
  for (let line = 0; line < lines; line++) {
    // Far from every line that was read the curve is no guide.
    const offset = isKnown ? max<f64>(-2, min<f64>(2, valueAt(fit, <f64>line))) : 0;
    const module = moduleAt(stack, line);
    const length = (<f64>modules + offset) * module;
    // Lines whose own reading the others do not share were misread.
    if (floatAt(stack.weights, line) > 0 && abs(<f64>floatAt(stack.offsets, line) - offset) > 1.0) {
      setCell(stack, column, line, UNREAD, 0);
    }
    setPlace(
      stack,
      column + 1,
      line,
      <f64>placeX(stack, column, line) + length * directionX(stack, line),
      <f64>placeY(stack, column, line) + length * directionY(stack, line),
    );
  }
  if (!isKnown || fit.inliers < 3) return;
  // Modules get wider or narrower along the rows: half of what was seen is believed.
  const last = <f64>(lines - 1);
  const gain = 0.5 / <f64>modules;
  const top = valueAt(fit, 0.25 * last) - 0.25 * slopeAt(fit, 0.25 * last) * last;
  const bottom = valueAt(fit, 0.75 * last) + 0.25 * slopeAt(fit, 0.75 * last) * last;
  stack.module0 *= 1 + max<f64>(-0.06, min<f64>(0.06, top * gain));
  stack.module1 *= 1 + max<f64>(-0.06, min<f64>(0.06, bottom * gain));
}
