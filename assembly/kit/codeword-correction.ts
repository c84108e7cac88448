/**
 * Codewords with how sure each is, through error correction: what is least sure is taken for unknown, in steps. Knows
 * neither image nor content.
 */
import { alloc, mark, release } from "../memory/arena";
import { UNCORRECTABLE, correctPrime } from "../math/reed-solomon-prime";
import { spend } from "./budget";
import { floatAt } from "./floats";

/** Elements of the field of PDF417, and check codewords kept for detection (ISO/IEC 15438 clause 5.10.2: e + 2t ≤ d − 2). */
const ELEMENTS: i32 = 929;
const SPARE: i32 = 2;
/** Steps in which more of the unsure codewords become erasures. */
const TRIES: i32 = 5;

/** Part of the correction capacity that the last word used: (2·errors + erasures) / check codewords. */
export let capacityUsed: f32 = 0;
/** Codewords of the last word that were taken for unknown, and others that were wrong. */
export let erasedCount: i32 = 0;
export let errorCount: i32 = 0;

/**
 * Corrects `count` codewords (u16) in place; `trust` (f32) is 0 or less for those that are unknown. False where no choice of
 * erasures gives a word. `elements` is the size of the prime field, `spare` how many check codewords are kept for detection.
 */
export function correctCodewords(
  words: usize,
  trust: usize,
  count: i32,
  checks: i32,
  elements: i32 = ELEMENTS,
  spare: i32 = SPARE,
): bool {
  const scratch = mark();
  const order = alloc((<usize>count) << 1);
  const copy = alloc((<usize>count) << 1);
  let isRight = false;
  if (order != 0 && copy != 0) {
    const unknown = sortByTrust(trust, count, order);
    const most = max(0, checks - spare);
    // The unknown ones first; then a part of what is left for them, more from try to try.
    for (let k = 0; k < TRIES && !isRight && unknown <= most; k++) {
      const erasures = unknown + ((most - unknown) * k) / TRIES;
      if (k > 0 && erasures == unknown + ((most - unknown) * (k - 1)) / TRIES) continue;
      if (!spend(2 + ((count * checks) >> 9))) break;
      memory.copy(copy, words, (<usize>count) << 1);
      const changed = correctPrime(elements, copy, count, checks, order, erasures, spare);
      if (changed == UNCORRECTABLE) continue;
      isRight = true;
      // Unknown codewords count once, wrong ones twice.
      const used = unknown + 2 * changedAmong(words, copy, order, unknown, count);
      capacityUsed = min<f32>(1, <f32>used / <f32>checks);
      erasedCount = erasures;
      errorCount = changedAmong(words, copy, order, erasures, count);
      memory.copy(words, copy, (<usize>count) << 1);
    }
  }
  release(scratch);
  return isRight;
}

/** Codewords that differ between two words, of those that the order lists from `first` on. */
function changedAmong(words: usize, copy: usize, order: usize, first: i32, count: i32): i32 {
  let changed: i32 = 0;
  for (let k = first; k < count; k++) {
    const at = (<usize>load<u16>(order + ((<usize>k) << 1))) << 1;
    if (load<u16>(words + at) != load<u16>(copy + at)) changed++;
  }
  return changed;
}

/** Lists positions (u16) by trust, least first; returns how many are unknown. */
function sortByTrust(trust: usize, count: i32, order: usize): i32 {
  let unknown: i32 = 0;
  for (let i = 0; i < count; i++) {
    const own = floatAt(trust, i);
    if (own <= 0) unknown++;
    let k = i;
    for (; k > 0; k--) {
      const below = load<u16>(order + ((<usize>(k - 1)) << 1));
      if (floatAt(trust, <i32>below) <= own) break;
      store<u16>(order + ((<usize>k) << 1), below);
    }
    store<u16>(order + ((<usize>k) << 1), <u16>i);
  }
  return unknown;
}
