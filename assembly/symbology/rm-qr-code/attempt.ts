/** One finder to a symbol: its direction, the grid grown along timing patterns and alignment columns, looks at it. Knows not how it was found. */
import { SYMBOL_MIRRORED } from "../../abi/layout";
import { NOT_FOUND, OK } from "../../abi/status";
import { isThorough } from "../../io/options";
import { Symbol } from "../../io/symbol";
import { countCandidate, isDearTurn, isSpent, spend } from "../../kit/budget";
import { Finder } from "../../kit/finder";
import { findFinderCorners } from "../../kit/finder-corners";
import {
  ModuleGrid,
  dropRing,
  fillGridPlace,
  growGrid,
  knownAgreement,
  lightRing,
  listKnown,
  measureLevels,
  sampleRinged,
  softInk,
  startGrid,
  wrongModules,
} from "../../kit/module-grid";
import { refineGrid } from "../../kit/module-grid-fit";
import { sharpen, soften } from "../../kit/module-softness";
import { alloc, mark, release } from "../../memory/arena";
import { decodeRmGrid } from "./decoder";
import { FORMAT_BITS, bestFormat, formatAgreement, formatCoherence } from "./format-information";
import { columnsOf, fillModuleMap, formatColumn, formatRow, rowsOf } from "./tables";

/** Ways to lay a symbol on a finder: four turns, each also mirrored. */
const WAYS: i32 = 8;
/** Ways that are looked at closely. */
const FAST_WAYS: i32 = 1;
const MOST_WAYS: i32 = 3;

/** Agreement of format information and first timing modules for a closer look, and of the format once the grid lies. */
const FIRST_AGREEMENT: f32 = 0.35;
const LEAST_AGREEMENT: f32 = 0.35;
const LEAST_COHERENCE: f32 = 0.7;

/** Grey levels between dark and light. */
const LEAST_CONTRAST: f32 = 8;

/** Part by which the known part of the grid grows at a time: what is known tells so much farther on to half a module. */
const GROWTH: f64 = 1.25;
/** Columns up to which a live frame looks at all modules; beyond, four sides and alignment columns must hold the grid. */
const FAST_BY_ALL: i32 = 30;

/**
 * First column beyond the finder, and the agreement of what is known from there on below which growing ends: a symbol that
 * stands in the end agrees far better all the way.
 */
const BEYOND_FINDER: i32 = 8;
const LEAST_KNOWN: f32 = 0.3;

/** Part of the modules around the symbol that must be light, and of the function patterns that may be wrong. */
const LEAST_LIGHT: f32 = 0.87;
const MOST_WRONG: f32 = 0.08;

const bits = memory.data(18 * 4);
const scores = memory.data(8 * 4);
const map = memory.data(17 * 139);

/** Version whose first modules stand for those of all: R7x43 has no row below its finder. */
const ANY_VERSION: i32 = 0;

/** Reads the symbol of one finder into `symbol`; OK or why not. */
export function attempt(grid: ModuleGrid, finder: Finder, symbol: Symbol): i32 {
  if (!spend(12) || !findFinderCorners(finder)) return NOT_FOUND;
  fillModuleMap(map, ANY_VERSION);
  for (let way = 0; way < WAYS; way++) {
    store<f32>(scores + ((<usize>way) << 2), startWay(grid, finder, way, 7) ? firstScore(grid) : -1);
  }
  const isPatient = isThorough() || isDearTurn();
  const ways = isPatient ? MOST_WAYS : FAST_WAYS;
  for (let k = 0; k < ways; k++) {
    let best: i32 = 0;
    for (let way = 1; way < WAYS; way++) {
      if (load<f32>(scores + ((<usize>way) << 2)) > load<f32>(scores + ((<usize>best) << 2))) best = way;
    }
    if (load<f32>(scores + ((<usize>best) << 2)) < FIRST_AGREEMENT) return NOT_FOUND;
    store<f32>(scores + ((<usize>best) << 2), -1);
    if (!readWay(grid, finder, best, isPatient, symbol)) continue;
    if (best >= 4) symbol.flags |= SYMBOL_MIRRORED;
    return OK;
  }
  return NOT_FOUND;
}

/** Lays the grid on the finder in one way, with the first `columns` of seven rows known. */
function startWay(grid: ModuleGrid, finder: Finder, way: i32, columns: i32): bool {
  if (!startGrid(grid, finder, way & 3, way >= 4)) return false;
  listKnown(grid, map, columnsOf(ANY_VERSION), columns, 7);
  return measureLevels(grid) >= LEAST_CONTRAST;
}

/** Agreement of the format information, and of the timing modules that every version has. */
function firstScore(grid: ModuleGrid): f32 {
  readFormat(grid);
  let timing: f32 = 0;
  for (let i = 7; i <= 12; i++) {
    const value = softInk(grid, <f64>i + 0.5, 0.5);
    timing += (i & 1) == 0 ? value : -value;
  }
  return formatAgreement * 0.7 + timing * 0.05;
}

/** The format data that agree best with the grid. */
function readFormat(grid: ModuleGrid): i32 {
  for (let i = 0; i < FORMAT_BITS; i++) {
    store<f32>(bits + ((<usize>i) << 2), softInk(grid, <f64>formatColumn(i) + 0.5, <f64>formatRow(i) + 0.5));
  }
  return bestFormat(bits);
}

function readWay(grid: ModuleGrid, finder: Finder, way: i32, isPatient: bool, symbol: Symbol): bool {
  fillModuleMap(map, ANY_VERSION);
  if (!startWay(grid, finder, way, 8)) return false;
  refineGrid(grid, 0.3, false);
  // The upper timing pattern beside the finder carries the grid over the format information.
  if (!growGrid(grid, 11, 7)) return false;
  listKnown(grid, map, columnsOf(ANY_VERSION), 11, 6);
  refineGrid(grid, 0.3, false);
  if (measureLevels(grid) < LEAST_CONTRAST) return false;
  const format = readFormat(grid);
  if (formatAgreement < LEAST_AGREEMENT || formatCoherence < LEAST_COHERENCE) return false;
  countCandidate();
  const version = format & 31;
  const rows = rowsOf(version);
  const columns = columnsOf(version);
  fillModuleMap(map, version);
  let right: i32 = 11;
  let bottom: i32 = 7;
  while (right < columns || bottom < rows) {
    right = min(columns, <i32>(<f64>right * GROWTH));
    bottom = min(rows, <i32>(<f64>bottom * GROWTH));
    if (!growGrid(grid, <f64>right, <f64>bottom)) return false;
    listKnown(grid, map, columns, right, bottom);
    // Near the finder nothing is known on the far sides: data modules tell where the grid lies there.
    refineGrid(grid, 0.4, isPatient || right <= FAST_BY_ALL);
    if (measureLevels(grid) < LEAST_CONTRAST || knownAgreement(grid, BEYOND_FINDER) < LEAST_KNOWN) return false;
  }
  if (look(grid, version, 0, symbol)) return true;
  refineGrid(grid, 0.4, true);
  return look(grid, version, isPatient ? 3 : 1, symbol);
}

/** Samples and decodes the grid as it lies, then with so many further strengths of sharpening. */
function look(grid: ModuleGrid, version: i32, more: i32, symbol: Symbol): bool {
  const scratch = mark();
  const rows = rowsOf(version);
  const columns = columnsOf(version);
  const bytes = (<usize>((rows + 2) * (columns + 2))) << 2;
  const values = alloc(bytes);
  const sharp = alloc(bytes);
  const ringed = alloc(bytes);
  const soft = alloc(bytes);
  let isRead = false;
  if (values != 0 && sharp != 0 && ringed != 0 && soft != 0) {
    sampleRinged(grid, rows, columns, values);
    for (let k = 0; k <= more && !isRead && !isSpent(); k++) {
      spend((rows * columns) / 15);
      if (k > 0) sharpen(values, rows + 2, columns + 2, k == 1 ? 0.4 : k == 2 ? 0.8 : 1.4, sharp);
      soften(k > 0 ? sharp : values, rows + 2, columns + 2, 5, ringed);
      dropRing(ringed, rows, columns, soft);
      isRead = stands(ringed, soft, version) && decodeRmGrid(soft, version, symbol) == OK;
    }
  }
  release(scratch);
  if (isRead) fillGridPlace(grid, rows, columns, symbol);
  return isRead;
}

/** True if function patterns and quiet zone are those of a symbol. */
function stands(ringed: usize, soft: usize, version: i32): bool {
  const rows = rowsOf(version);
  const columns = columnsOf(version);
  if (lightRing(ringed, rows, columns) < LEAST_LIGHT) return false;
  let known: i32 = 0;
  for (let k = 0; k < rows * columns; k++) if (load<u8>(map + <usize>k) > 1) known++;
  return <f32>wrongModules(soft, map, rows * columns) <= MOST_WRONG * <f32>known;
}
