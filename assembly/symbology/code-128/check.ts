/**
 * The check character as a constraint: the cheapest string of characters whose check character agrees, and by how much
 * it beats the second cheapest. Knows no image: a cost is a squared distance.
 */
import { floatAt } from "../../kit/floats";
import { checkSum } from "./content";
import { CHARACTERS, START_A } from "./tables";

/** How much dearer the second cheapest consistent string is. */
export let lead: f32 = 0;

/**
 * Makes `characters` (start … check, stop left out: `count` of them) consistent by at most one replacement; sets
 * `lead`. False where no single replacement within `most` helps.
 */
export function settle(characters: usize, costs: usize, count: i32, most: f32): bool {
  const check = <i32>load<u8>(characters + <usize>(count - 1));
  const difference = (checkSum(characters, count - 1) - check + 103) % 103;
  if (difference == 0) {
    // One replacement never keeps the check sum: two of the least dear bound the second best from below.
    let least: f32 = 1e9;
    let second: f32 = 1e9;
    for (let k = 0; k < count; k++) {
      const gap = gapOf(characters, costs, k);
      if (gap < least) {
        second = least;
        least = gap;
      } else {
        second = min(second, gap);
      }
    }
    lead = least + second;
    return true;
  }
  let best: f32 = 1e9;
  let next: f32 = 1e9;
  let at: i32 = -1;
  let value: i32 = 0;
  for (let k = 0; k < count; k++) {
    const row = costs + ((<usize>(k * CHARACTERS)) << 2);
    const own = <i32>load<u8>(characters + <usize>k);
    const from = k == 0 ? START_A : 0;
    const to = k == 0 ? START_A + 3 : 103;
    for (let c = from; c < to; c++) {
      if (c == own) continue;
      const gap = floatAt(row, c) - floatAt(row, own);
      if (gap >= next) continue;
      // The start weighs 1, the check −1, the others their place.
      const weight = k == 0 ? 1 : k == count - 1 ? 102 : k % 103;
      if ((difference + weight * (c - own + 103)) % 103 != 0) continue;
      if (gap < best) {
        next = best;
        best = gap;
        at = k;
        value = c;
      } else {
        next = gap;
      }
    }
  }
  if (at < 0 || best > most) return false;
  store<u8>(characters + <usize>at, <u8>value);
  lead = next - best;
  return true;
}

/** How much dearer the second cheapest character at a position is. */
function gapOf(characters: usize, costs: usize, position: i32): f32 {
  const row = costs + ((<usize>(position * CHARACTERS)) << 2);
  const own = <i32>load<u8>(characters + <usize>position);
  const base = floatAt(row, own);
  let gap: f32 = 1e9;
  for (let c = 0; c < CHARACTERS; c++) {
    if (c != own) gap = min(gap, floatAt(row, c) - base);
  }
  return gap;
}
