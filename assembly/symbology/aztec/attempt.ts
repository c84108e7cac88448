/** One bull's-eye to a symbol: core, mode message, grid grown outwards, looks at it until one decodes. */
import { SYMBOL_INVERTED } from "../../abi/layout";
import { NOT_FOUND, OK } from "../../abi/status";
import { isInside } from "../../image/sampler";
import { isThorough } from "../../io/options";
import { Symbol } from "../../io/symbol";
import { countCandidate, isSpent, spend } from "../../kit/budget";
import { sharpen, soften } from "../../kit/soft-grid";
import { direction } from "../../math/geometry";
import { alloc, mark, release } from "../../memory/arena";
import { measureEye } from "./bulls-eye";
import { decodeGrid } from "./decoder";
import { fitEdges } from "./edge-fit";
import { Eye } from "./eye-finder";
import { Grid, inkAt, place, placeX, placeY, rebase, restoreGrid, sampleGrid, saveGrid } from "./grid";
import { Mode, readMode } from "./mode-message";
import { viewU, viewV } from "./orientation";
import { eyeRadius, fixedModule, radiusOf } from "./tables";

/** What is sampled to tell compact from full-range, and to read either's mode message. */
const CORE: i32 = 7;
const CORE_SIDE: i32 = 15;

/** Part of the bull's-eye's modules that may have the wrong colour. */
const MOST_WRONG: f32 = 0.08;

/** Correlation of a bull's-eye as it is found with what it should be, below which it is texture. */
const LEAST_AGREEMENT: f32 = 0.45;

/** Further ideas of blur and threshold that a look may try. */
const FAST_LOOKS: i32 = 2;
const MOST_LOOKS: i32 = 5;
/** Terms by which a grid is grown: those of a bent surface, those of a tilted one. */
const GROWTHS: i32 = 2;
/** From this radius on a bend is measured; nearer it is noise. */
const BENT_RADIUS: i32 = 9;

/** Modules around a rune that may be of another colour than the ground: a rune has nothing but its mode message. */
const MOST_STAINS: i32 = 1;

/** Reads the symbol of a bull's-eye into `symbol`; OK or why not. */
export function attempt(grid: Grid, eye: Eye, mode: Mode, symbol: Symbol): i32 {
  if (isSpent() || !measureEye(grid, eye.x, eye.y, eye.size, eye.isInverted)) return NOT_FOUND;
  if (ringAgreement(grid) < LEAST_AGREEMENT) return NOT_FOUND;
  // The bull's-eye alone, then its surroundings: every step sees a little farther than the one before.
  if (!fitEdges(grid, 3, 3) || !fitEdges(grid, 4, 3) || !fitEdges(grid, 4, 6) || !rebase(grid, 4)) return NOT_FOUND;
  const scratch = mark();
  const bytes = (<usize>(CORE_SIDE * CORE_SIDE)) << 2;
  const values = alloc(bytes);
  const sharp = alloc(bytes);
  const soft = alloc(bytes);
  let status = NOT_FOUND;
  if (values != 0 && sharp != 0 && soft != 0) {
    for (let pass = 0; pass < 2 && status != OK && !isSpent(); pass++) {
      // First as the bull's-eye alone has it: what stands around it may be no symbol's.
      if (pass == 1 && !(fitEdges(grid, 5, 6) && fitEdges(grid, 6, 6) && rebase(grid, 6) && fitEdges(grid, 7, 6)))
        break;
      sampleGrid(grid, CORE, values);
      status = readCore(grid, mode, values, sharp, soft, symbol);
      if (status < 0) break;
    }
  }
  release(scratch);
  return status == OK ? OK : NOT_FOUND;
}

/** Correlation of the bull's-eye with what is seen at its modules, −1 … 1. */
function ringAgreement(grid: Grid): f32 {
  let sum: f32 = 0;
  let squares: f32 = 0;
  let product: f32 = 0;
  let balance: f32 = 0;
  for (let v = -4; v <= 4; v++) {
    for (let u = -4; u <= 4; u++) {
      const value = inkAt(grid, <f64>u, <f64>v);
      const want: f32 = fixedModule(u, v, true) > 0 ? 1 : -1;
      sum += value;
      squares += value * value;
      product += want * value;
      balance += want;
    }
  }
  const mean = sum / 81;
  const wantMean = balance / 81;
  const spread = (squares / 81 - mean * mean) * (1 - wantMean * wantMean);
  return spread > 0 ? (product / 81 - mean * wantMean) / Mathf.sqrt(spread) : 0;
}

/** Tries the core as it was sampled; OK, NOT_FOUND, or −1 where there is no bull's-eye. */
function readCore(grid: Grid, mode: Mode, values: usize, sharp: usize, soft: usize, symbol: Symbol): i32 {
  let best: f32 = 1;
  for (let k = 0; k <= 2 && !isSpent(); k++) {
    spend(4);
    sharpen(values, CORE_SIDE, CORE_SIDE, k == 1 ? 0.5 : k == 2 ? 1 : 0, sharp);
    soften(sharp, CORE_SIDE, CORE_SIDE, 4, soft);
    const wrongCompact = wrongShare(soft, true);
    const wrongFull = wrongShare(soft, false);
    best = min(best, min(wrongCompact, wrongFull));
    const isFullFirst = wrongFull <= MOST_WRONG;
    for (let n = 0; n < 2; n++) {
      const isCompact = (n == 0) != isFullFirst;
      const wrong = isCompact ? wrongCompact : wrongFull;
      if (wrong > MOST_WRONG || !readMode(mode, soft, CORE, isCompact)) continue;
      countCandidate();
      if (mode.isRune ? readRune(grid, mode, soft, wrong, symbol) : readData(grid, mode, wrong, symbol)) return OK;
    }
  }
  return best > 3 * MOST_WRONG ? -1 : NOT_FOUND;
}

/** Part of the bull's-eye's modules that have the wrong colour. */
function wrongShare(soft: usize, isCompact: bool): f32 {
  const reach = eyeRadius(isCompact);
  let wrong: i32 = 0;
  for (let v = -reach; v <= reach; v++) {
    for (let u = -reach; u <= reach; u++) {
      const value = load<f32>(soft + ((<usize>((v + CORE) * CORE_SIDE + u + CORE)) << 2));
      if (value > 0 != fixedModule(u, v, isCompact) > 0) wrong++;
    }
  }
  const modules = (2 * reach + 1) * (2 * reach + 1);
  return <f32>wrong / <f32>modules;
}

/** A rune must stand alone: an even ground around it, and not a module of its bull's-eye wrong. */
function readRune(grid: Grid, mode: Mode, soft: usize, wrong: f32, symbol: Symbol): bool {
  if (wrong != 0) return false;
  let dark: i32 = 0;
  let light: i32 = 0;
  for (let v = -6; v <= 6; v++) {
    for (let u = -6; u <= 6; u++) {
      if (max(abs(u), abs(v)) != 6) continue;
      place(grid, <f64>u, <f64>v);
      // Beyond the image is ground.
      if (!isInside(grid.plane, placeX * grid.scale, placeY * grid.scale)) continue;
      if (load<f32>(soft + ((<usize>((v + CORE) * CORE_SIDE + u + CORE)) << 2)) > 0) dark++;
      else light++;
    }
  }
  if (min(dark, light) > MOST_STAINS || decodeGrid(soft, mode, symbol) != OK) return false;
  fillPlace(grid, mode, symbol);
  return true;
}

/** Grows the grid to the symbol's size, samples and decodes it; in stills by several ideas of what the surface is. */
function readData(grid: Grid, mode: Mode, wrong: f32, symbol: Symbol): bool {
  const scratch = mark();
  const saved = saveGrid(grid);
  let isRead = false;
  const growths = isThorough() ? GROWTHS : 1;
  for (let k = 0; k < growths && !isRead && saved != 0 && !isSpent(); k++) {
    if (k > 0) restoreGrid(grid, saved);
    grow(grid, radiusOf(mode.layers, mode.isCompact), k == 0);
    isRead = look(grid, mode, symbol, isThorough() ? MOST_LOOKS : FAST_LOOKS);
  }
  if (isRead) {
    isRead = isSure(symbol, wrong);
    fillPlace(grid, mode, symbol);
  } else if (saved != 0) restoreGrid(grid, saved);
  release(scratch);
  return isRead;
}

/** Fits the grid farther and farther out; a bend is sought once enough of the symbol is seen. */
function grow(grid: Grid, radius: i32, mayBend: bool): void {
  let r = CORE;
  while (true) {
    r = min(r, radius);
    const terms = mayBend && r >= BENT_RADIUS ? 10 : 6;
    if (!fitEdges(grid, r, terms)) return;
    if (r < BENT_RADIUS && !rebase(grid, <f64>r)) return;
    if (r == radius) break;
    r += 1 + (r >> 3);
  }
  fitEdges(grid, radius, mayBend && radius >= BENT_RADIUS ? 10 : 6);
}

/** Samples and decodes the grid as it lies, then with so many more ideas of blur and threshold. */
function look(grid: Grid, mode: Mode, symbol: Symbol, more: i32): bool {
  const scratch = mark();
  const radius = radiusOf(mode.layers, mode.isCompact);
  const side = 2 * radius + 1;
  const bytes = (<usize>(side * side)) << 2;
  const values = alloc(bytes);
  const sharp = alloc(bytes);
  const soft = alloc(bytes);
  let isRead = false;
  if (values != 0 && sharp != 0 && soft != 0) {
    spend(2 + (side * side) / 10);
    sampleGrid(grid, radius, values);
    for (let k = 0; k <= more && !isRead && !isSpent(); k++) {
      spend(1 + (side * side) / 20);
      const strength: f32 = k == 1 ? 0.4 : k == 2 ? 0.8 : k == 4 ? 1.4 : 0;
      sharpen(values, side, side, strength, sharp);
      soften(sharp, side, side, k == 3 ? 3 : k == 5 ? 9 : 5, soft);
      isRead = decodeGrid(soft, mode, symbol) == OK;
    }
  }
  release(scratch);
  return isRead;
}

/** What error correction had to do must be borne out by the bull's-eye: many errors, and a poor middle, are chance. */
function isSure(symbol: Symbol, wrong: f32): bool {
  return symbol.ecUsed * 0.1 + wrong < 0.15;
}

/** Fills in place, size and direction of a symbol that was read. */
function fillPlace(grid: Grid, mode: Mode, symbol: Symbol): void {
  if (grid.isInverted) symbol.flags |= SYMBOL_INVERTED;
  const reach = <f64>radiusOf(mode.layers, mode.isCompact) + 0.5;
  corner(grid, mode.view, -1, -1, reach);
  symbol.x0 = <f32>placeX;
  symbol.y0 = <f32>placeY;
  corner(grid, mode.view, 1, -1, reach);
  symbol.x1 = <f32>placeX;
  symbol.y1 = <f32>placeY;
  corner(grid, mode.view, 1, 1, reach);
  symbol.x2 = <f32>placeX;
  symbol.y2 = <f32>placeY;
  corner(grid, mode.view, -1, 1, reach);
  symbol.x3 = <f32>placeX;
  symbol.y3 = <f32>placeY;
  symbol.orientation = <f32>direction(<f64>(symbol.x1 - symbol.x0), <f64>(symbol.y1 - symbol.y0));
  symbol.moduleSize = <f32>grid.module;
}

function corner(grid: Grid, view: i32, u: i32, v: i32, reach: f64): void {
  place(grid, <f64>viewU(view, u, v) * reach, <f64>viewV(view, u, v) * reach);
}
