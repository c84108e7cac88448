/** One bull's-eye to a symbol: shape, turn, grid, looks at the grid until one decodes. Knows nothing of how it was found. */
import { NOT_FOUND, OK } from "../../abi/status";
import { isThorough } from "../../io/options";
import { Symbol } from "../../io/symbol";
import { countCandidate, isSpent, spend } from "../../kit/budget";
import { direction } from "../../math/geometry";
import { Homography, mapX, mapY } from "../../math/homography";
import { alloc, mark, release } from "../../memory/arena";
import { decodeModules } from "./decoder";
import { Eye } from "./eye-finder";
import { EyeShape, fitEye } from "./eye-fit";
import { Grid, PLANS, TURNS, orientationScore, placeGrid, refineGrid } from "./grid";
import { fixedShare, sampleModules, sharpenModules, softenModules } from "./grid-sample";
import { MODULES, ROW_PITCH } from "./placement";

/** Turns that are tried, best first, and how far apart they are at least (in TURNS of a circle). */
const FAST_TRIES: i32 = 2;
const MOST_TRIES: i32 = 4;
const APART: i32 = 3;
/** Agreement of the orientation patterns below which a turn is not tried. */
const LEAST_AGREEMENT: f32 = 0.5;
/** Part of the fixed modules that must have the right colour. */
const LEAST_FIXED: f32 = 0.8;
/** Strengths of sharpening that are tried. */
const LOOKS: i32 = 4;

/** The symbol's border in module widths from the bull's-eye's centre: half a module beyond the outermost ones. */
const LEFT: f64 = -14.5;
const RIGHT: f64 = 15.5;
const HALF_HEIGHT: f64 = 16 * ROW_PITCH + 0.5773502691896258;

/** Memory of all attempts of a frame. */
@unmanaged
export class Attempt {
  shape: EyeShape;
  grid: Grid;
  /** TURNS × f32 agreement. */
  turns: usize;
  /** MODULES × f32 each. */
  values: usize;
  sharp: usize;
  soft: usize;
}

export function allocAttempt(): Attempt | null {
  const head = alloc(offsetof<Attempt>());
  const shape = alloc(offsetof<EyeShape>());
  const grid = alloc(offsetof<Grid>());
  const map = alloc(offsetof<Homography>());
  const trial = alloc(offsetof<Homography>());
  const bytes = (<usize>MODULES) << 2;
  const turns = alloc((<usize>TURNS) << 2);
  const values = alloc(bytes);
  const sharp = alloc(bytes);
  const soft = alloc(bytes);
  if (head == 0 || grid == 0 || soft == 0) return null;
  const attempt = changetype<Attempt>(head);
  attempt.shape = changetype<EyeShape>(shape);
  attempt.grid = changetype<Grid>(grid);
  attempt.grid.map = changetype<Homography>(map);
  attempt.grid.trial = changetype<Homography>(trial);
  attempt.grid.values = sharp;
  attempt.turns = turns;
  attempt.values = values;
  attempt.sharp = sharp;
  attempt.soft = soft;
  return attempt;
}

/** Reads the symbol of a bull's-eye into `symbol`; OK or NOT_FOUND. */
export function readEye(attempt: Attempt, eye: Eye, symbol: Symbol): i32 {
  if (!fitEye(eye, attempt.shape)) return NOT_FOUND;
  if (!spend(60)) return NOT_FOUND;
  const grid = attempt.grid;
  for (let turn = 0; turn < TURNS; turn++) {
    if (!placeGrid(grid, attempt.shape, angleOf(turn))) return NOT_FOUND;
    store<f32>(attempt.turns + ((<usize>turn) << 2), orientationScore(grid));
  }
  const tries = isThorough() ? MOST_TRIES : FAST_TRIES;
  for (let k = 0; k < tries && !isSpent(); k++) {
    const turn = takeBestTurn(attempt);
    if (turn < 0) return NOT_FOUND;
    countCandidate();
    for (let plan = 0; plan < (isThorough() ? PLANS : 1); plan++) {
      placeGrid(grid, attempt.shape, angleOf(turn));
      if (refineGrid(grid, plan) && look(attempt, symbol)) return OK;
    }
  }
  return NOT_FOUND;
}

function angleOf(turn: i32): f64 {
  return (<f64>turn * 2 * Math.PI) / <f64>TURNS;
}

/** The turn that agrees best, or −1; it and those beside it are not given again. */
function takeBestTurn(attempt: Attempt): i32 {
  let best: i32 = -1;
  let most = LEAST_AGREEMENT;
  for (let turn = 0; turn < TURNS; turn++) {
    const score = load<f32>(attempt.turns + ((<usize>turn) << 2));
    if (!(score > most)) continue;
    most = score;
    best = turn;
  }
  if (best < 0) return -1;
  for (let k = -APART; k <= APART; k++) {
    store<f32>(attempt.turns + ((<usize>((best + k + TURNS) % TURNS)) << 2), 0);
  }
  return best;
}

/** Samples and decodes the grid as it lies, then with more and more sharpening. */
function look(attempt: Attempt, symbol: Symbol): bool {
  const scratch = mark();
  let isRead = false;
  sampleModules(attempt.grid, attempt.values);
  for (let k = 0; k < LOOKS && !isRead && spend(100); k++) {
    sharpenModules(attempt.values, <f32>k * 0.4, attempt.sharp);
    if (!softenModules(attempt.sharp, attempt.soft)) break;
    const share = fixedShare(attempt.soft);
    if (share < LEAST_FIXED) continue;
    isRead = decodeModules(attempt.soft, symbol) == OK && isSure(symbol, share);
  }
  release(scratch);
  if (isRead) fillPlace(attempt.grid, symbol);
  return isRead;
}

/** What error correction had to do must be borne out by the fixed modules: many errors, and wrong patterns, are chance. */
function isSure(symbol: Symbol, share: f32): bool {
  return symbol.ecUsed * 0.25 + (1 - share) < 0.32;
}

let placeX: f32 = 0;
let placeY: f32 = 0;

function place(grid: Grid, u: f64, v: f64): void {
  placeX = <f32>(mapX(grid.map, u, v) * grid.scale);
  placeY = <f32>(mapY(grid.map, u, v) * grid.scale);
}

/** Fills in place, size and direction of a symbol that was read. */
function fillPlace(grid: Grid, symbol: Symbol): void {
  place(grid, LEFT, -HALF_HEIGHT);
  symbol.x0 = placeX;
  symbol.y0 = placeY;
  place(grid, RIGHT, -HALF_HEIGHT);
  symbol.x1 = placeX;
  symbol.y1 = placeY;
  place(grid, RIGHT, HALF_HEIGHT);
  symbol.x2 = placeX;
  symbol.y2 = placeY;
  place(grid, LEFT, HALF_HEIGHT);
  symbol.x3 = placeX;
  symbol.y3 = placeY;
  symbol.orientation = <f32>direction(<f64>(symbol.x2 - symbol.x3), <f64>(symbol.y2 - symbol.y3));
  symbol.moduleSize = <f32>(grid.size * grid.scale);
}
