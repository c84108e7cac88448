/** One candidate place to a symbol: version, grid, looks at the grid until one decodes. Knows nothing of how it was found. */
import { OK, NOT_FOUND } from "../../abi/status";
import { SYMBOL_INVERTED } from "../../abi/layout";
import { Symbol } from "../../io/symbol";
import { isThorough } from "../../io/options";
import { countCandidate, isDearTurn, isSpent, spend } from "../../kit/budget";
import { sharpen, soften } from "../../kit/module-softness";
import { direction, distance } from "../../math/geometry";
import { alloc, mark, release } from "../../memory/arena";
import { decodeGrid, decodeModel1Grid } from "./decoder";
import { bestVersion, versionAgreement } from "./format-information";
import { fitLattice, snapToAlignment } from "./alignment";
import { GridFit, inkAt, place, placeX, placeY, startFit } from "./grid-fit";
import { BY_ALL, BY_ALL_BENT, BY_KNOWN, finderContrast, levelBetween, refine, timingScore } from "./grid-merit";
import { MOST_MODEL1_VERSION } from "./model-1";
import { sampleGrid } from "./grid-sample";
import { LEAST_VERSION, MOST_VERSION } from "./tables";
import { Triple } from "./triples";

/**
 * Timing agreement below which there is no symbol between three finders: on the first map, and on the refined one. Symbols
 * have nearly 1 on both, texture seldom more than 0.5 and 0.6.
 */
const FIRST_TIMING: f32 = 0.4;
const LEAST_TIMING: f32 = 0.6;

/** Largest version whose bend is sought module by module; beyond it the alignment patterns must do. */
const MOST_BENT_VERSION: i32 = 14;

/** Reads the symbol of three finders into `symbol`; OK or why not. */
export function attempt(fit: GridFit, triple: Triple, symbol: Symbol): i32 {
  const guess = (triple.span - 10) / 4;
  const nearest = max(LEAST_VERSION, min(MOST_VERSION, <i32>Math.round(guess)));
  const reach = isThorough() ? 1 + nearest / 8 : 1;
  let version = versionByCode(fit, triple, nearest);
  let best: f32 = -1;
  if (version == 0) {
    for (let k = 0; k <= 2 * reach; k++) {
      const candidate = nearest + ((k & 1) == 1 ? (k + 1) >> 1 : -(k >> 1));
      if (candidate < LEAST_VERSION || candidate > MOST_VERSION) continue;
      if (!startFit(fit, triple, candidate)) continue;
      if (!spend(2)) return NOT_FOUND;
      const score = timingScore(fit);
      if (score > best) {
        best = score;
        version = candidate;
      }
    }
    if (best < FIRST_TIMING) return NOT_FOUND;
  }
  return version == 0 ? NOT_FOUND : readVersion(fit, triple, version, symbol);
}

/**
 * The version that the version information beside two finders says, 0 where there is none. It lies next to the finders,
 * so that it is found whatever the distance between them.
 */
function versionByCode(fit: GridFit, triple: Triple, nearest: i32): i32 {
  if (nearest < 6 || !startFit(fit, triple, nearest)) return 0;
  const scratch = mark();
  const bits = alloc(18 << 2);
  if (bits == 0) return 0;
  const d = <f64>fit.dimension;
  const contrast = finderContrast(fit);
  const middle = levelBetween;
  for (let i = 0; i < 18; i++) {
    const near = <f64>(i / 3) + 0.5;
    const far = d - 10.5 + <f64>(i % 3);
    const sum = inkAt(fit, far, near) + inkAt(fit, near, far);
    store<f32>(bits + ((<usize>i) << 2), max<f32>(-2, min<f32>(2, (2 * (sum - 2 * middle)) / max<f32>(contrast, 8))));
  }
  const version = bestVersion(bits);
  const score = versionAgreement(bits, version);
  release(scratch);
  // 18 bits in two copies, distance 8: chance stays below 0.6.
  return score > 0.6 && abs(version - nearest) <= 2 + nearest / 6 ? version : 0;
}

function readVersion(fit: GridFit, triple: Triple, version: i32, symbol: Symbol): i32 {
  if (!startFit(fit, triple, version)) return NOT_FOUND;
  countCandidate();
  const contrast = finderContrast(fit);
  if (contrast < 8) return NOT_FOUND;
  snapToAlignment(fit, contrast);
  fitLattice(fit, contrast, false);
  if (look(fit, symbol, 0)) return OK;
  // Every fourth live frame is looked at as patiently as a still, within its budget.
  const isPatient = isThorough() || isDearTurn();
  if (isPatient && version <= MOST_MODEL1_VERSION) {
    if (lookForModel1(fit, triple, symbol)) return OK;
    snapToAlignment(fit, contrast);
  }
  fit.hasLattice = false;
  refine(fit, 0.6, BY_KNOWN);
  if (timingScore(fit) < LEAST_TIMING) return NOT_FOUND;
  fitLattice(fit, contrast, isPatient);
  if (look(fit, symbol, isPatient ? MOST_LOOKS : FAST_LOOKS)) return OK;
  if (!isPatient || isSpent() || version > MOST_BENT_VERSION) return NOT_FOUND;
  fit.hasLattice = false;
  refine(fit, 0.5, BY_ALL);
  if (look(fit, symbol, 0)) return OK;
  if (isSpent()) return NOT_FOUND;
  refine(fit, 0.5, BY_ALL_BENT);
  fitLattice(fit, contrast, true);
  return look(fit, symbol, MOST_LOOKS) ? OK : NOT_FOUND;
}

/** Further ideas of blur and threshold that a look may try: sharpening by 0.4, 0.8, a nearer threshold, sharpening by 1.4. */
const MOST_LOOKS: i32 = 4;
const FAST_LOOKS: i32 = 2;

/** Samples and decodes the grid as it lies, then with so many more ideas of blur and threshold. */
function look(fit: GridFit, symbol: Symbol, more: i32): bool {
  const scratch = mark();
  const d = fit.dimension;
  const bytes = (<usize>(d * d)) << 2;
  const values = alloc(bytes);
  const sharp = alloc(bytes);
  const soft = alloc(bytes);
  let isRead = false;
  if (values != 0 && sharp != 0 && soft != 0) {
    spend((d * d) / 10);
    sampleGrid(fit, values);
    soften(values, d, d, 5, soft);
    isRead = decodeGrid(soft, fit.version, symbol) == OK;
    for (let k = 0; k < more && !isRead && !isSpent(); k++) {
      spend((d * d) / 20);
      const strength: f32 = k == 0 ? 0.4 : k == 1 ? 0.8 : k == 2 ? 0 : 1.4;
      sharpen(values, d, d, strength, sharp);
      soften(sharp, d, d, k == 2 ? 3 : 5, soft);
      isRead = decodeGrid(soft, fit.version, symbol) == OK;
    }
  }
  release(scratch);
  if (isRead) fillPlace(fit, symbol);
  return isRead;
}

/** Samples the grid as the finders alone have it, and decodes it as model 1. Leaves the fit as it was begun. */
function lookForModel1(fit: GridFit, triple: Triple, symbol: Symbol): bool {
  if (!startFit(fit, triple, fit.version)) return false;
  const scratch = mark();
  const d = fit.dimension;
  const values = alloc((<usize>(d * d)) << 2);
  const soft = alloc((<usize>(d * d)) << 2);
  let isRead = false;
  if (values != 0 && soft != 0) {
    spend((d * d) / 10);
    sampleGrid(fit, values);
    soften(values, d, d, 5, soft);
    isRead = decodeModel1Grid(soft, fit.version, symbol) == OK;
  }
  release(scratch);
  if (isRead) fillPlace(fit, symbol);
  return isRead;
}

/** Fills in place, size and direction of a symbol that was read. */
function fillPlace(fit: GridFit, symbol: Symbol): void {
  const d = <f64>fit.dimension;
  if (fit.isInverted) symbol.flags |= SYMBOL_INVERTED;
  const isMirrored = (symbol.flags & 1) != 0;
  place(fit, 0, 0);
  symbol.x0 = <f32>placeX;
  symbol.y0 = <f32>placeY;
  place(fit, d, d);
  symbol.x2 = <f32>placeX;
  symbol.y2 = <f32>placeY;
  // A mirrored symbol's own top right corner is what the image has at its bottom left.
  place(fit, isMirrored ? 0 : d, isMirrored ? d : 0);
  symbol.x1 = <f32>placeX;
  symbol.y1 = <f32>placeY;
  place(fit, isMirrored ? d : 0, isMirrored ? 0 : d);
  symbol.x3 = <f32>placeX;
  symbol.y3 = <f32>placeY;
  symbol.orientation = <f32>direction(<f64>(symbol.x1 - symbol.x0), <f64>(symbol.y1 - symbol.y0));
  symbol.moduleSize = <f32>(
    ((distance(symbol.x0, symbol.y0, symbol.x1, symbol.y1) +
      distance(symbol.x1, symbol.y1, symbol.x2, symbol.y2) +
      distance(symbol.x2, symbol.y2, symbol.x3, symbol.y3) +
      distance(symbol.x3, symbol.y3, symbol.x0, symbol.y0)) /
      (4 * d))
  );
}
