/** One field of dots to a symbol: lattice, border, dots, all ways to read them. Knows nothing of how it was found. */
import { SYMBOL_INVERTED, SYMBOL_MIRRORED } from "../../abi/layout";
import { NOT_FOUND, OK } from "../../abi/status";
import { LEVELS, planeAt } from "../../image/frame";
import { isThorough } from "../../io/options";
import { Symbol } from "../../io/symbol";
import { countCandidate, isSpent, spend } from "../../kit/budget";
import { setFloat } from "../../kit/floats";
import { sharpen, soften } from "../../kit/soft-grid";
import { direction } from "../../math/geometry";
import { mapX, mapY } from "../../math/homography";
import { alloc } from "../../memory/arena";
import { Basis, findBasis } from "./basis";
import { CERTAIN, DotDecoder, LEAST_EVIDENCE, LEAST_SIDE, MOST_SIDE, decodeDots, takeMessage } from "./decoder";
import { inkNear } from "./ink";
import {
  Lattice,
  allocLattice,
  fitLattice,
  growLattice,
  locate,
  locatedInk,
  locatedX,
  locatedY,
  pitchOf,
} from "./lattice";
import { SURE, Seed } from "./seeds";

/** Widest dot in pixels whose peak is looked for: larger ones are seen on a coarser level. */
const WIDEST_DOT: f64 = 4.5;
/** … and narrowest one that a coarser level still shows. */
const LEAST_COARSE: f64 = 2.6;
/** Dots of the smallest symbol that is looked for. */
const LEAST_DOTS: i32 = 12;
/** Part of the box's places that are dots; damage hides some, and beside the symbol a few may seem to be. */
const LEAST_PART: f32 = 0.36;
const MOST_PART: f32 = 0.72;
/** Places around one that its dark and light level are taken from. */
const LEVEL_REACH: i32 = 4;
/** Sharpening of the looks at the same dots. */
const LOOKS: i32 = 3;

/** Evidence that each moved side costs: it is one of many that are tried. */
const PER_MOVE: f32 = 2.5;

/** The box of a lattice that is read as a symbol. */
let left: i32 = 0;
let right: i32 = 0;
let top: i32 = 0;
let bottom: i32 = 0;
/** Soft values of the box with a border of one place: where it begins and how wide it is. */
let softLeft: i32 = 0;
let softTop: i32 = 0;
let softColumns: i32 = 0;
let softRows: i32 = 0;

/** The best way to read that was found. */
let bestEvidence: f32 = 0;
let bestLeft: i32 = 0;
let bestRight: i32 = 0;
let bestTop: i32 = 0;
let bestBottom: i32 = 0;
let bestTurn: i32 = 0;
let bestFlip: bool = false;

/** Fields that were looked at whole: four f32 each, pixels of level 0. */
const MOST_FIELDS: i32 = 24;
const fields = memory.data(24 * 16);
let fieldCount: i32 = 0;
/** Looks in vain that a frame is worth at places that are surely dots, and in all before others are left out. */
const MOST_MISSES: i32 = 8;
const FEW_MISSES: i32 = 3;
let misses: i32 = 0;

/** Forgets the fields and looks of the last frame. */
export function openFields(): void {
  fieldCount = 0;
  misses = 0;
}

/** True if a place lies in a field that was looked at: the lattice would be the same. */
function isCovered(x: f32, y: f32): bool {
  for (let i = 0; i < fieldCount; i++) {
    const at = fields + ((<usize>i) << 4);
    if (x >= load<f32>(at) && y >= load<f32>(at, 4) && x <= load<f32>(at, 8) && y <= load<f32>(at, 12)) return true;
  }
  return false;
}

function cover(lattice: Lattice, scale: f32): void {
  if (fieldCount == MOST_FIELDS) return;
  const at = fields + ((<usize>fieldCount) << 4);
  store<f32>(at, lattice.minX * scale);
  store<f32>(at, lattice.minY * scale, 4);
  store<f32>(at, lattice.maxX * scale, 8);
  store<f32>(at, lattice.maxY * scale, 12);
  fieldCount++;
}

/** The coarsest level that readSeed() looks at. */
export function coarsest(seed: Seed): i32 {
  let level = seed.level;
  let size = seed.size;
  for (; size > WIDEST_DOT; size *= 0.5) level++;
  if (isThorough() && size >= LEAST_COARSE) level++;
  return min(level, LEVELS - 1);
}

/** Reads the symbol that a seed lies in; OK or NOT_FOUND. More messages may be left in the decoder then. */
export function readSeed(decoder: DotDecoder, seed: Seed, symbol: Symbol): i32 {
  let level = seed.level;
  let size = seed.size;
  while (size > WIDEST_DOT && planeAt(level + 1) != null) {
    level++;
    size *= 0.5;
  }
  if (readAt(decoder, seed, level, symbol) == OK) return OK;
  if (!isThorough()) return NOT_FOUND;
  // Blurred dots seem to be wider than they are; noise makes several peaks of one.
  if (level > 0 && readAt(decoder, seed, level - 1, symbol) == OK) return OK;
  return size >= LEAST_COARSE && level + 1 < LEVELS ? readAt(decoder, seed, level + 1, symbol) : NOT_FOUND;
}

/** Reads the symbol that a seed lies in on a level. */
function readAt(decoder: DotDecoder, seed: Seed, level: i32, symbol: Symbol): i32 {
  const plane = planeAt(level);
  const basisAt = alloc(offsetof<Basis>());
  if (plane == null || plane.bits == 0 || basisAt == 0 || !spend(30)) return NOT_FOUND;
  const basis = changetype<Basis>(basisAt);
  const scale = <f64>(1 << seed.level) / <f64>(1 << level);
  const whole = <f32>(1 << level);
  if (isCovered(<f32>(seed.x * scale) * whole, <f32>(seed.y * scale) * whole)) return NOT_FOUND;
  if (misses >= (seed.count >= SURE ? MOST_MISSES : FEW_MISSES)) return NOT_FOUND;
  misses++;
  if (!findBasis(basis, plane, seed.isInverted, seed.x * scale, seed.y * scale, seed.size * scale)) return NOT_FOUND;
  const lattice = allocLattice(plane, seed.isInverted);
  if (lattice == null || !growLattice(lattice, basis)) return NOT_FOUND;
  cover(lattice, whole);
  if (!spend(20 + (lattice.count >> 2)) || !isField(lattice) || !fitLattice(lattice)) return NOT_FOUND;
  countCandidate();
  if (!look(lattice, decoder)) return NOT_FOUND;
  if (takeMessage(decoder, symbol) != OK) return NOT_FOUND;
  fillPlace(lattice, symbol, <f64>whole);
  misses--;
  return OK;
}

/** True if the dots fill a box of a possible size as five dots of nine places do. */
function isField(lattice: Lattice): bool {
  const columns = lattice.right - lattice.left + 1;
  const rows = lattice.bottom - lattice.top + 1;
  if (lattice.lit < LEAST_DOTS || max(columns, rows) > MOST_SIDE + 1) return false;
  const places = (columns * rows) >> 1;
  const part = <f32>lattice.lit / <f32>places;
  return part >= LEAST_PART && part <= MOST_PART;
}

/** Samples the field and tries to read it, as it is and sharpened. */
function look(lattice: Lattice, decoder: DotDecoder): bool {
  softLeft = lattice.left - 1;
  softTop = lattice.top - 1;
  softColumns = lattice.right - lattice.left + 3;
  softRows = lattice.bottom - lattice.top + 3;
  const bytes = (<usize>(softColumns * softRows)) << 2;
  const values = alloc(bytes);
  const sharp = alloc(bytes);
  const soft = alloc(bytes);
  if (values == 0 || sharp == 0 || soft == 0) return false;
  sample(lattice, values);
  const looks = isThorough() ? LOOKS : 1;
  bestEvidence = 0;
  for (let k = 0; k < looks && bestEvidence == 0 && spend(10 + ((softColumns * softRows) >> 4)); k++) {
    sharpen(values, softRows, softColumns, <f32>k * 0.5, sharp);
    soften(sharp, softRows, softColumns, LEVEL_REACH, soft);
    tryBoxes(lattice, decoder, soft);
  }
  if (bestEvidence == 0) return false;
  left = bestLeft;
  right = bestRight;
  top = bestTop;
  bottom = bestBottom;
  return tryBox(decoder, soft, bestTurn, bestFlip);
}

/** Ink of all places, and of what lies between them, which is paper for sure. */
function sample(lattice: Lattice, values: usize): void {
  for (let row = 0; row < softRows; row++) {
    for (let column = 0; column < softColumns; column++) {
      locate(lattice, softLeft + column, softTop + row);
      const ink = inkNear(locatedX, locatedY);
      // A dot that lies off its place is a dot.
      setFloat(values, row * softColumns + column, max(ink, locatedInk) * 0.0625);
    }
  }
}

/**
 * Tries the box of all dots, then boxes with one or two sides moved by a place: an edge may be lost, and a speck beside one
 * may look like a dot. The surest one stays.
 */
function tryBoxes(lattice: Lattice, decoder: DotDecoder, soft: usize): void {
  for (let moves = 0; moves <= 2 && bestEvidence < CERTAIN; moves++) {
    for (let code = 0; code < 81 && !isSpent(); code++) {
      const l = (code % 3) - 1;
      const r = ((code / 3) % 3) - 1;
      const t = ((code / 9) % 3) - 1;
      const b = code / 27 - 1;
      if (abs(l) + abs(r) + abs(t) + abs(b) != moves) continue;
      left = lattice.left + l;
      right = lattice.right + r;
      top = lattice.top + t;
      bottom = lattice.bottom + b;
      tryTurns(decoder, soft, PER_MOVE * <f32>moves);
    }
  }
}

/** Tries both ways round that have a place for a dot in the first corner, and their mirror images. */
function tryTurns(decoder: DotDecoder, soft: usize, cost: f32): void {
  const columns = right - left + 1;
  const rows = bottom - top + 1;
  if (((columns + rows) & 1) == 0 || min(columns, rows) < LEAST_SIDE || max(columns, rows) > MOST_SIDE) return;
  // A symbol and its quarter turn have the same dots: the wider way round is taken for upright.
  const first = columns > rows ? 0 : 1;
  for (let k = 0; k < 4; k++) {
    const turn = first + (k & 2);
    const isFlipped = (k & 1) == 1;
    if (((columnOf(turn, isFlipped, 0, 0) + rowOf(turn, isFlipped, 0, 0)) & 1) != 0) continue;
    if (!tryBox(decoder, soft, turn, isFlipped)) continue;
    const evidence = decoder.evidence - cost;
    if (evidence < LEAST_EVIDENCE || evidence <= bestEvidence) continue;
    bestEvidence = evidence;
    bestLeft = left;
    bestRight = right;
    bestTop = top;
    bestBottom = bottom;
    bestTurn = turn;
    bestFlip = isFlipped;
  }
}

function widthOf(turn: i32): i32 {
  return (turn & 1) == 0 ? right - left + 1 : bottom - top + 1;
}

function heightOf(turn: i32): i32 {
  return (turn & 1) == 0 ? bottom - top + 1 : right - left + 1;
}

/** Column of the lattice that an upright place (x, y) is in, at a number of quarter turns, mirrored from left to right. */
function columnOf(turn: i32, isFlipped: bool, x: i32, y: i32): i32 {
  if (isFlipped) x = widthOf(turn) - 1 - x;
  return turn == 0 ? left + x : turn == 1 ? right - y : turn == 2 ? right - x : left + y;
}

function rowOf(turn: i32, isFlipped: bool, x: i32, y: i32): i32 {
  if (isFlipped) x = widthOf(turn) - 1 - x;
  return turn == 0 ? top + y : turn == 1 ? top + x : turn == 2 ? bottom - y : bottom - x;
}

/** Index of the soft value of an upright place. */
function valueOf(turn: i32, isFlipped: bool, x: i32, y: i32): i32 {
  return (rowOf(turn, isFlipped, x, y) - softTop) * softColumns + columnOf(turn, isFlipped, x, y) - softLeft;
}

/** Reads the box one way round. */
function tryBox(decoder: DotDecoder, soft: usize, turn: i32, isFlipped: bool): bool {
  const width = widthOf(turn);
  const height = heightOf(turn);
  if (!spend(1 + ((width * height) >> 9))) return false;
  const first = valueOf(turn, isFlipped, 0, 0);
  const right = valueOf(turn, isFlipped, 1, 0) - first;
  const down = valueOf(turn, isFlipped, 0, 1) - first;
  return decodeDots(decoder, soft, width, height, first, right, down) == OK;
}

let placeX: f32 = 0;
let placeY: f32 = 0;

/** A place of the upright symbol, in half places from its first corner, in pixels of level 0. */
function place(lattice: Lattice, isRight: bool, isBottom: bool, scale: f64): void {
  const x = isRight ? widthOf(bestTurn) - 1 : 0;
  const y = isBottom ? heightOf(bestTurn) - 1 : 0;
  const column = columnOf(bestTurn, bestFlip, x, y);
  const row = rowOf(bestTurn, bestFlip, x, y);
  // Half a place beyond the outermost dots.
  const u = <f64>column + (column == left ? -0.5 : 0.5);
  const v = <f64>row + (row == top ? -0.5 : 0.5);
  placeX = <f32>(mapX(lattice.map, u, v) * scale);
  placeY = <f32>(mapY(lattice.map, u, v) * scale);
}

/** Fills in place, size and direction of a symbol that was read. */
function fillPlace(lattice: Lattice, symbol: Symbol, scale: f64): void {
  symbol.flags |= (bestFlip ? SYMBOL_MIRRORED : 0) | (lattice.isInverted ? SYMBOL_INVERTED : 0);
  symbol.rows = heightOf(bestTurn);
  symbol.columns = widthOf(bestTurn);
  place(lattice, false, false, scale);
  symbol.x0 = placeX;
  symbol.y0 = placeY;
  place(lattice, true, false, scale);
  symbol.x1 = placeX;
  symbol.y1 = placeY;
  place(lattice, true, true, scale);
  symbol.x2 = placeX;
  symbol.y2 = placeY;
  place(lattice, false, true, scale);
  symbol.x3 = placeX;
  symbol.y3 = placeY;
  symbol.orientation = <f32>direction(<f64>(symbol.x1 - symbol.x0), <f64>(symbol.y1 - symbol.y0));
  symbol.moduleSize = <f32>(pitchOf(lattice) * scale);
}
