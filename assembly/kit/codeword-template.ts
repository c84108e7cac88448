/**
 * Codewords by likeness: what a lens makes of each of the 929 patterns of a cluster is compared with the mean profile of a
 * codeword's place. Reads what has no edges of its own any more; dear, so for a few codewords. Knows no symbol.
 */
import { alloc } from "../memory/arena";
import { CODEWORD_MODULES, VALUES, patternOf } from "./codeword-patterns";
import { dotProduct, floatAt, setFloat } from "./floats";

/** Samples per module and of a codeword. */
export const FINE_SAMPLES: i32 = 4;
export const TEMPLATE: i32 = FINE_SAMPLES * CODEWORD_MODULES;
/** Samples on both sides of a codeword's place by which it may lie off. */
export const PLAY: i32 = 2;

/** Correlation of the profile last classified with the best and with the second best template, −1 to 1. */
export let likeness: f32 = 0;
export let rivalLikeness: f32 = 0;

/** Scratch: one pattern with its surroundings, not blurred, and a profile without its mean. */
const sharp = memory.data(4 * 4 * (17 + 8));
const centred = memory.data(4 * 4 * 17);
const AROUND: i32 = 4 * FINE_SAMPLES;

/**
 * Templates of a cluster, f32 [value][TEMPLATE], without mean and of unit norm, for a blur whose triangle has this half
 * width in modules. 0 where memory is exhausted.
 */
export function makeTemplates(cluster: i32, blur: f32): usize {
  const templates = alloc((<usize>(VALUES * TEMPLATE)) << 2);
  if (templates == 0) return 0;
  const reach = max(1, min(AROUND - 1, <i32>nearest<f32>(blur * <f32>FINE_SAMPLES)));
  for (let value = 0; value < VALUES; value++) {
    const pattern = patternOf(cluster, value);
    for (let i = 0; i < TEMPLATE + 2 * AROUND; i++) {
      const module = (i - AROUND + 4 * FINE_SAMPLES) / FINE_SAMPLES - 4;
      // Before every codeword there is a space, behind it a bar.
      const isDark =
        module < 0
          ? false
          : module >= CODEWORD_MODULES
            ? true
            : ((pattern >> <u32>(CODEWORD_MODULES - 1 - module)) & 1) != 0;
      setFloat(sharp, i, isDark ? 0 : 1);
    }
    const out = templates + ((<usize>(value * TEMPLATE)) << 2);
    for (let i = 0; i < TEMPLATE; i++) {
      let sum: f32 = 0;
      for (let k = 1 - reach; k < reach; k++) sum += floatAt(sharp, i + AROUND + k) * <f32>(reach - abs(k));
      setFloat(out, i, sum);
    }
    normalise(out, out);
  }
  return templates;
}

/** Writes a profile without its mean and of unit norm; zeros for a flat one. */
function normalise(from: usize, to: usize): void {
  let sum: f32 = 0;
  for (let i = 0; i < TEMPLATE; i++) sum += floatAt(from, i);
  const mean = sum / <f32>TEMPLATE;
  for (let i = 0; i < TEMPLATE; i++) setFloat(to, i, floatAt(from, i) - mean);
  const norm = sqrt<f32>(dotProduct(to, to, TEMPLATE));
  const scale: f32 = norm > 0 ? 1 / norm : 0;
  for (let i = 0; i < TEMPLATE; i++) setFloat(to, i, floatAt(to, i) * scale);
}

/**
 * The value whose template is most like a profile of TEMPLATE + 2 × PLAY samples, whichever way it lies off; sets
 * `likeness` and `rivalLikeness`.
 */
export function classify(profile: usize, templates: usize): i32 {
  likeness = -1;
  rivalLikeness = -1;
  let best: i32 = 0;
  for (let off = 0; off <= 2 * PLAY; off++) {
    normalise(profile + ((<usize>off) << 2), centred);
    for (let value = 0; value < VALUES; value++) {
      const like = dotProduct(centred, templates + ((<usize>(value * TEMPLATE)) << 2), TEMPLATE);
      if (like <= rivalLikeness) continue;
      if (value == best) {
        likeness = max(likeness, like);
      } else if (like > likeness) {
        rivalLikeness = likeness;
        likeness = like;
        best = value;
      } else {
        rivalLikeness = like;
      }
    }
  }
  return best;
}
