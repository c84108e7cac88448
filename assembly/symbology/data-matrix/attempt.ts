/** One frame to a symbol: size, grid, looks at the grid until one decodes. Knows nothing of how the frame was found. */
import { NOT_FOUND, OK } from "../../abi/status";
import { SYMBOL_INVERTED, SYMBOL_MIRRORED } from "../../abi/layout";
import { isThorough } from "../../io/options";
import { Symbol } from "../../io/symbol";
import { countCandidate, isSpent, spend, unitsLeft } from "../../kit/budget";
import { sharpen, soften } from "../../kit/soft-grid";
import { cross, direction } from "../../math/geometry";
import { alloc, mark, release } from "../../memory/arena";
import { decodeGrid } from "./decoder";
import { BY_BOTH, BY_FIRST, BY_SECOND, Frame, closeFrame, cornerX, cornerY, count1, count2 } from "./frame-finder";
import { Grid, place, placeX, placeY, setCorner, startGrid } from "./grid";
import { BY_ALL, BY_ALL_BENT, BY_KNOWN, BY_KNOWN_BENT, agreement, clockScore, refine } from "./grid-merit";
import { fixedShare, sampleGrid } from "./grid-sample";
import { fitWarp } from "./warp";
import { SIZE_COUNT, checksOf, columnsOf, rowsOf } from "./tables";

/** Sizes tried, nearest to the counted modules first. */
const FAST_SIZES: i32 = 2;
const THOROUGH_SIZES: i32 = 4;
/** Weight of modules that were not counted. */
const GUESS_WEIGHT: f64 = 0.3;
/** Clock agreement below which there is no symbol: on the first grid, and on the refined one. */
const FIRST_CLOCK: f32 = 0.4;
const LEAST_CLOCK: f32 = 0.5;
/**
 * Part of the fixed modules that must have the right colour for a grid to be worth refining: a coin gives a half, texture that
 * came so far two thirds, symbols of the test images 0.77 and more, 0.9 in a live frame.
 */
const FIRST_FIXED: f32 = 0.74;
const FAST_FIRST_FIXED: f32 = 0.84;
/** The same for one that is a symbol's without doubt: it may cost what it takes. */
const CLEAR_FIXED: f32 = 0.9;
/** The same for one that is worth the search by all modules: 0.7 and more there. */
const ALL_FIXED: f32 = 0.68;
/** The same for one that is worth bending a second time. */
const BENT_FIXED: f32 = 0.85;
/** Least contrast of the known modules in grey levels. */
const LEAST_CONTRAST: f32 = 8;
/** Part of the fixed modules that must have the right colour; of sizes with few check codewords. */
const LEAST_FIXED: f32 = 0.8;
const LEAST_FIXED_WEAK: f32 = 0.93;
/** So many check codewords in a block are few: a chance word is taken for a symbol once in some millions. */
const WEAK_CHECKS: i32 = 12;
/** Bow in modules from which on a side is taken for bent. */
const BENT: f64 = 0.12;
/** Most modules of a symbol whose bend is sought module by module. */
const MOST_BENT: i32 = 72 * 72;

/** Further ideas of blur and threshold that a look may try. */
const FAST_LOOKS: i32 = 1;
const MOST_LOOKS: i32 = 5;

/** Reads the symbol of a frame found on a level into `symbol`; OK or why not. */
export function attempt(grid: Grid, frame: Frame, level: i32, symbol: Symbol): i32 {
  if (attemptBy(grid, frame, level, BY_BOTH, symbol)) return OK;
  if (!isThorough()) return NOT_FOUND;
  if (attemptBy(grid, frame, level, BY_FIRST, symbol)) return OK;
  return attemptBy(grid, frame, level, BY_SECOND, symbol) ? OK : NOT_FOUND;
}

function attemptBy(grid: Grid, frame: Frame, level: i32, by: i32, symbol: Symbol): bool {
  if (isSpent() || !closeFrame(frame, by)) return false;
  const sizes = isThorough() ? THOROUGH_SIZES : FAST_SIZES;
  // Sizes that were tried, a bit each.
  let tried: u64 = 0;
  // The first side holds the columns where the symbol is seen from its front.
  const isTurned = cross(frame.x0, frame.y0, frame.x1, frame.y1, frame.x2, frame.y2) > 0;
  const across = isTurned ? count2 : count1;
  const down = isTurned ? count1 : count2;
  // What was counted weighs more than what follows from the shape alone.
  const isAcrossGuess = by == (isTurned ? BY_FIRST : BY_SECOND);
  const isDownGuess = by == (isTurned ? BY_SECOND : BY_FIRST);
  const weightAcross: f64 = isAcrossGuess ? GUESS_WEIGHT : 1;
  const weightDown: f64 = isDownGuess ? GUESS_WEIGHT : 1;
  for (let k = 0; k < sizes && !isSpent(); k++) {
    let pick: i32 = -1;
    let best: f64 = 1e9;
    for (let size = 0; size < SIZE_COUNT; size++) {
      if (((tried >> <u64>size) & 1) != 0) continue;
      const fit = min(
        misfit(size, across, down, weightAcross, weightDown),
        misfit(size, down, across, weightDown, weightAcross),
      );
      if (fit < best) {
        best = fit;
        pick = size;
      }
    }
    // Beyond the first: only what is nearly as likely.
    if (pick < 0 || best > (k == 0 ? 0.5 : 0.3)) return false;
    tried |= (<u64>1) << (<u64>pick);
    const isMirrored =
      misfit(pick, down, across, weightDown, weightAcross) < misfit(pick, across, down, weightAcross, weightDown);
    if (readSize(grid, frame, level, pick, isTurned != isMirrored, isMirrored, symbol)) return true;
  }
  return false;
}

/** By how much modules differ from a size's, relatively, with the weights of the two counts. */
function misfit(size: i32, across: i32, down: i32, weightAcross: f64, weightDown: f64): f64 {
  return (
    (weightAcross * Math.abs(<f64>(columnsOf(size) - across))) / <f64>columnsOf(size) +
    (weightDown * Math.abs(<f64>(rowsOf(size) - down))) / <f64>rowsOf(size)
  );
}

/** `isSwapped`: the columns run along the frame's second side. */
function readSize(
  grid: Grid,
  frame: Frame,
  level: i32,
  size: i32,
  isSwapped: bool,
  isMirrored: bool,
  symbol: Symbol,
): bool {
  const scale = <f64>(1 << level);
  setCorner(grid, 0, (isSwapped ? frame.x1 : frame.x2) * scale, (isSwapped ? frame.y1 : frame.y2) * scale);
  setCorner(grid, 1, cornerX * scale, cornerY * scale);
  setCorner(grid, 2, (isSwapped ? frame.x2 : frame.x1) * scale, (isSwapped ? frame.y2 : frame.y1) * scale);
  setCorner(grid, 3, frame.x0 * scale, frame.y0 * scale);
  grid.isInverted = frame.isInverted;
  if (!startGrid(grid, size)) return false;
  setBend(grid, frame, scale, isSwapped);
  if (!spend(4 + (grid.rows + grid.columns) / 20) || fitWarp(grid) < FIRST_CLOCK) return false;
  countCandidate();
  if (look(grid, symbol, 0, isMirrored)) return true;
  if (bestShare < (isThorough() ? FIRST_FIXED : FAST_FIRST_FIXED)) return false;
  if (bestShare >= CLEAR_FIXED) grid.floor = 0;
  if (unitsLeft() < grid.floor) return false;
  refine(grid, 0.5, grid.hasBend ? BY_KNOWN_BENT : BY_KNOWN);
  if (clockScore(grid) < LEAST_CLOCK || agreement(grid) < LEAST_CONTRAST) return false;
  if (look(grid, symbol, isThorough() ? MOST_LOOKS : FAST_LOOKS, isMirrored)) return true;
  if (bestShare >= CLEAR_FIXED) grid.floor = 0;
  if (
    !isThorough() ||
    isSpent() ||
    unitsLeft() < grid.floor ||
    bestShare < ALL_FIXED ||
    grid.rows * grid.columns > MOST_BENT
  )
    return false;
  refine(grid, 0.4, BY_ALL);
  if (look(grid, symbol, 0, isMirrored)) return true;
  if (isSpent() || unitsLeft() < grid.floor) return false;
  refine(grid, 0.5, BY_ALL_BENT);
  if (look(grid, symbol, MOST_LOOKS, isMirrored)) return true;
  // What bends away narrows too.
  if (isSpent() || bestShare < BENT_FIXED) return false;
  fitWarp(grid);
  refine(grid, 0.3, BY_ALL_BENT);
  return look(grid, symbol, MOST_LOOKS, isMirrored);
}

/** A surface bent in one direction: opposite sides have the same bow, the middle the sum of both. */
function setBend(grid: Grid, frame: Frame, scale: f64, isSwapped: bool): void {
  const bow1 = Math.hypot(frame.bow1X, frame.bow1Y) * scale;
  const bow2 = Math.hypot(frame.bow2X, frame.bow2Y) * scale;
  if (max(bow1, bow2) < BENT * grid.module) return;
  grid.hasBend = true;
  const bottomX = (isSwapped ? frame.bow2X : frame.bow1X) * scale;
  const bottomY = (isSwapped ? frame.bow2Y : frame.bow1Y) * scale;
  const leftX = (isSwapped ? frame.bow1X : frame.bow2X) * scale;
  const leftY = (isSwapped ? frame.bow1Y : frame.bow2Y) * scale;
  setBow(grid, 0, bottomX, bottomY);
  setBow(grid, 1, leftX, leftY);
  setBow(grid, 2, leftX, leftY);
  setBow(grid, 3, bottomX, bottomY);
  setBow(grid, 4, bottomX + leftX, bottomY + leftY);
}

function setBow(grid: Grid, index: i32, x: f64, y: f64): void {
  store<f64>(grid.bend + ((<usize>index) << 4), x);
  store<f64>(grid.bend + ((<usize>index) << 4), y, 8);
}

/** The largest part of the fixed modules that was right in the last look. */
let bestShare: f32 = 0;

/** Samples and decodes the grid as it lies, then with so many more ideas of blur and threshold. */
function look(grid: Grid, symbol: Symbol, more: i32, isMirrored: bool): bool {
  const scratch = mark();
  const count = grid.rows * grid.columns;
  const bytes = (<usize>count) << 2;
  const values = alloc(bytes);
  const sharp = alloc(bytes);
  const soft = alloc(bytes);
  let isRead = false;
  bestShare = 0;
  if (values != 0 && sharp != 0 && soft != 0) {
    spend(2 + count / 10);
    sampleGrid(grid, 0.2, values);
    for (let k = 0; k <= more && !isRead && !isSpent(); k++) {
      spend(1 + count / 20);
      const strength: f32 = k == 1 ? 0.4 : k == 2 ? 0.8 : k == 4 ? 1.4 : 0;
      sharpen(values, grid.rows, grid.columns, strength, sharp);
      soften(sharp, grid.rows, grid.columns, k == 3 ? 3 : k == 5 ? 9 : 5, soft);
      const share = fixedShare(soft, grid);
      bestShare = max(bestShare, share);
      const least = checksOf(grid.size) < WEAK_CHECKS ? LEAST_FIXED_WEAK : LEAST_FIXED;
      if (!(share >= least)) continue;
      isRead = decodeGrid(soft, grid.size, symbol) == OK && isSure(symbol, share);
    }
  }
  release(scratch);
  if (isRead) fillPlace(grid, symbol, isMirrored);
  return isRead;
}

/** What error correction had to do must be borne out by the finder: many errors, and a poor finder, are chance. */
function isSure(symbol: Symbol, share: f32): bool {
  return symbol.ecUsed * 0.25 + (1 - share) < 0.32;
}

/** Fills in place, size and direction of a symbol that was read. */
function fillPlace(grid: Grid, symbol: Symbol, isMirrored: bool): void {
  if (grid.isInverted) symbol.flags |= SYMBOL_INVERTED;
  // A square that was read mirrored: its own top left is the grid's bottom right.
  const isTransposed = (symbol.flags & SYMBOL_MIRRORED) != 0;
  if (isMirrored) symbol.flags |= SYMBOL_MIRRORED;
  const w = <f64>grid.columns;
  const h = <f64>grid.rows;
  place(grid, isTransposed ? w : 0, isTransposed ? h : 0);
  symbol.x0 = <f32>placeX;
  symbol.y0 = <f32>placeY;
  place(grid, w, 0);
  symbol.x1 = <f32>placeX;
  symbol.y1 = <f32>placeY;
  place(grid, isTransposed ? 0 : w, isTransposed ? 0 : h);
  symbol.x2 = <f32>placeX;
  symbol.y2 = <f32>placeY;
  place(grid, 0, h);
  symbol.x3 = <f32>placeX;
  symbol.y3 = <f32>placeY;
  symbol.orientation = <f32>direction(<f64>(symbol.x2 - symbol.x3), <f64>(symbol.y2 - symbol.y3));
  symbol.moduleSize = <f32>grid.module;
}
