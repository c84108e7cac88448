/**
 * A second look at codewords that the scan lines left open: the mean profile of their place in the stack, compared with
 * all patterns of their row's cluster. Knows no symbology.
 */
import { bilinear } from "../image/sampler";
import { mark, release } from "../memory/arena";
import { spend } from "./budget";
import { FINE_SAMPLES, PLAY, TEMPLATE, classify, likeness, makeTemplates, rivalLikeness } from "./codeword-template";
import { CLUSTERS, CODEWORD_MODULES } from "./codeword-patterns";
import { floatAt, setFloat } from "./floats";
import { Stack, moduleAt, placeX, placeY } from "./stack";

/** A likeness below this is chance, and so is a smaller lead before the second best. */
const LEAST_LIKENESS: f32 = 0.7;
const LEAST_LEAD: f32 = 0.02;
/** Weight of a lead in likeness against that of scan lines. */
const LEAD_WEIGHT: f32 = 8;
/** Budget units of a codeword. */
const COST: i32 = 60;

const profile = memory.data(4 * (4 * 17 + 8));

/**
 * Looks again at codewords of a `columns` wide symbol whose trust (f32, row by row) is below `enough`, and writes what they
 * seem to be to `words` (u16) and how sure that is to `trust`. `first` is the first row's cluster; column c of the symbol
 * is column `places[c]` (i32) of the stack.
 */
export function lookAgain(
  stack: Stack,
  words: usize,
  trust: usize,
  rows: i32,
  columns: i32,
  first: i32,
  places: usize,
  enough: f32,
): void {
  const perRow = stack.lines / rows;
  const module = <f32>moduleAt(stack, stack.lines >> 1);
  const blur = max<f32>(0.5, min<f32>(1.5, 0.25 + 1 / module));
  for (let cluster = 0; cluster < CLUSTERS; cluster++) {
    const scratch = mark();
    const templates = makeTemplates(cluster, blur);
    if (templates == 0 || !spend(600)) return;
    for (let row = (cluster - first + CLUSTERS) % CLUSTERS; row < rows; row += CLUSTERS) {
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column;
        if (floatAt(trust, at) >= enough || !spend(COST)) continue;
        sampleMean(stack, load<i32>(places + ((<usize>column) << 2)), row * perRow, perRow);
        const value = classify(profile, templates);
        const lead = likeness - rivalLikeness;
        const word = words + ((<usize>at) << 1);
        const before = floatAt(trust, at);
        const isSame = before > 0 && <i32>load<u16>(word) == value;
        const weight: f32 = likeness < LEAST_LIKENESS || lead < LEAST_LEAD ? 0 : LEAD_WEIGHT * lead;
        if (isSame) {
          setFloat(trust, at, before + weight);
        } else if (weight > before) {
          store<u16>(word, <u16>value);
          setFloat(trust, at, weight - before);
        } else {
          setFloat(trust, at, before - weight);
        }
      }
    }
    release(scratch);
  }
}

/** Mean profile of one row's lines between two boundaries, the outer lines left out where there are enough. */
function sampleMean(stack: Stack, column: i32, line: i32, count: i32): void {
  const skip = count >= 4 ? 1 : 0;
  const total = TEMPLATE + 2 * PLAY;
  memory.fill(profile, 0, (<usize>total) << 2);
  const near = stack.isBackward ? column + 1 : column;
  const far = stack.isBackward ? column : column + 1;
  for (let k = line + skip; k < line + count - skip; k++) {
    const x = <f64>placeX(stack, near, k);
    const y = <f64>placeY(stack, near, k);
    const dx = (<f64>placeX(stack, far, k) - x) / <f64>(FINE_SAMPLES * CODEWORD_MODULES);
    const dy = (<f64>placeY(stack, far, k) - y) / <f64>(FINE_SAMPLES * CODEWORD_MODULES);
    for (let i = 0; i < total; i++) {
      // Samples lie in the middle of their part of a module.
      const t = <f64>(i - PLAY) + 0.5;
      const grey = bilinear(stack.plane, x + dx * t, y + dy * t);
      setFloat(profile, i, floatAt(profile, i) + (stack.isInverted ? 255 - grey : grey));
    }
  }
}
