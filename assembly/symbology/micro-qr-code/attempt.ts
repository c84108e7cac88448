/** One finder to a symbol: its direction, the grid grown along the timing patterns, looks at it. Knows not how it was found. */
import { NOT_FOUND, OK } from "../../abi/status";
import { SYMBOL_MIRRORED } from "../../abi/layout";
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
import { decodeMicroGrid } from "./decoder";
import {
  FORMAT_BITS,
  bestFormat,
  formatAgreement,
  formatCoherence,
  formatColumn,
  formatRow,
} from "./format-information";
import { MOST_DIMENSION, dimensionOf, fillModuleMap, versionOf } from "./tables";

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

/** Part of the modules around the symbol that must be light: it has a quiet zone on all sides, a QR Code's finder has not. */
const LEAST_LIGHT: f32 = 0.87;
/** Modules of finder and separator that may be wrong. The timing patterns may not. */
const MOST_WRONG: i32 = 3;

const bits = memory.data(15 * 4);
const scores = memory.data(8 * 4);
const map = memory.data(17 * 17);

/** Reads the symbol of one finder into `symbol`; OK or why not. */
export function attempt(grid: ModuleGrid, finder: Finder, symbol: Symbol): i32 {
  if (!spend(8) || !findFinderCorners(finder)) return NOT_FOUND;
  // Finder, separator, format information and the first timing modules are the same in all versions.
  fillModuleMap(map, 4);
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

/** Lays the grid on the finder in one way, with the first modules of the present map known. */
function startWay(grid: ModuleGrid, finder: Finder, way: i32, extent: i32): bool {
  if (!startGrid(grid, finder, way & 3, way >= 4)) return false;
  listKnown(grid, map, MOST_DIMENSION, extent, extent);
  return measureLevels(grid) >= LEAST_CONTRAST;
}

/** Agreement of the format information, and of the timing modules that every version has. */
function firstScore(grid: ModuleGrid): f32 {
  readFormat(grid);
  let timing: f32 = 0;
  for (let i = 7; i <= 10; i++) {
    const value = softInk(grid, <f64>i + 0.5, 0.5) + softInk(grid, 0.5, <f64>i + 0.5);
    timing += (i & 1) == 0 ? value : -value;
  }
  return formatAgreement * 0.6 + timing * 0.05;
}

/** The format data that agree best with the grid. */
function readFormat(grid: ModuleGrid): i32 {
  for (let i = 0; i < FORMAT_BITS; i++) {
    store<f32>(bits + ((<usize>i) << 2), softInk(grid, <f64>formatColumn(i) + 0.5, <f64>formatRow(i) + 0.5));
  }
  return bestFormat(bits);
}

function readWay(grid: ModuleGrid, finder: Finder, way: i32, isPatient: bool, symbol: Symbol): bool {
  fillModuleMap(map, 4);
  if (!startWay(grid, finder, way, 8)) return false;
  refineGrid(grid, 0.3, false);
  if (measureLevels(grid) < LEAST_CONTRAST) return false;
  const format = readFormat(grid);
  if (formatAgreement < LEAST_AGREEMENT || formatCoherence < LEAST_COHERENCE) return false;
  countCandidate();
  const version = versionOf(format >> 2);
  const d = dimensionOf(version);
  fillModuleMap(map, version);
  let extent: i32 = 8;
  while (extent < d) {
    extent = min(d, extent + 3);
    if (!growGrid(grid, <f64>extent, <f64>extent)) return false;
    listKnown(grid, map, d, extent, extent);
    // Timing patterns lie on two sides only: data modules tell where the grid lies opposite.
    refineGrid(grid, 0.3, true);
  }
  if (look(grid, version, 0, symbol)) return true;
  refineGrid(grid, 0.4, true);
  return look(grid, version, isPatient ? 3 : 1, symbol);
}

/** Samples and decodes the grid as it lies, then with so many further strengths of sharpening. */
function look(grid: ModuleGrid, version: i32, more: i32, symbol: Symbol): bool {
  const scratch = mark();
  const d = dimensionOf(version);
  const width = d + 2;
  const bytes = (<usize>(width * width)) << 2;
  const values = alloc(bytes);
  const sharp = alloc(bytes);
  const ringed = alloc(bytes);
  const soft = alloc(bytes);
  let isRead = false;
  if (values != 0 && sharp != 0 && ringed != 0 && soft != 0) {
    sampleRinged(grid, d, d, values);
    for (let k = 0; k <= more && !isRead && !isSpent(); k++) {
      spend((width * width) / 15);
      if (k > 0) sharpen(values, width, width, k == 1 ? 0.4 : k == 2 ? 0.8 : 1.4, sharp);
      soften(k > 0 ? sharp : values, width, width, 5, ringed);
      dropRing(ringed, d, d, soft);
      isRead = stands(ringed, soft, d) && decodeMicroGrid(soft, version, symbol) == OK;
    }
  }
  release(scratch);
  if (isRead) fillGridPlace(grid, d, d, symbol);
  return isRead;
}

/** True if finder, timing patterns and quiet zone are those of a symbol. */
function stands(ringed: usize, soft: usize, d: i32): bool {
  if (lightRing(ringed, d, d) < LEAST_LIGHT) return false;
  for (let i = 8; i < d; i++) {
    const isDark = (i & 1) == 0;
    if (load<f32>(soft + ((<usize>i) << 2)) > 0 != isDark) return false;
    if (load<f32>(soft + ((<usize>(i * d)) << 2)) > 0 != isDark) return false;
  }
  return wrongModules(soft, map, d * d) <= MOST_WRONG;
}
