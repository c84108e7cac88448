/**
 * From digit costs to digit strings: the cheapest and second cheapest string whose check digit and parity agree with
 * the standard. Knows no image: a cost is a squared distance, whatever it was measured on.
 *
 *   costs   f32 [position][set A or C, set B][digit]
 */
import { floatAt, setFloat } from "../../kit/floats";
import { EAN_5_SETS, FIRST_DIGIT_SETS, UPC_E_SETS } from "./tables";

/** f32 per position of a cost table. */
export const COSTS_PER_DIGIT: i32 = 20;
const NEVER: f32 = 1e9;

/** Cheapest string (13 bytes at most) and its cost; second cheapest cost. Filled by the functions below. */
export const bestDigits = memory.data(16);
export let bestCost: f32 = NEVER;
export let secondCost: f32 = NEVER;
/** EAN-13: first digit; UPC-E: number system and check digit. */
export let bestSystem: i32 = 0;
export let bestCheck: i32 = 0;

/** Costs of the two best partial strings for every check sum: [position][sum][rank], and how they were reached. */
const sums = memory.data(4 * 13 * 10 * 2);
const digits = memory.data(13 * 10 * 2);
const ranks = memory.data(13 * 10 * 2);
const trial = memory.data(16);
/** Least costs of the parity patterns while they are tried. */
const bounds = memory.data(4 * 20);
/** Weight of the digits that do not weigh 3. */
let otherWeight: i32 = 1;

function begin(): void {
  bestCost = NEVER;
  secondCost = NEVER;
}

/** Takes a string (bytes at `from`) into account. */
function offer(cost: f32, from: usize, count: i32, system: i32, check: i32): void {
  if (cost < bestCost) {
    secondCost = bestCost;
    bestCost = cost;
    memory.copy(bestDigits, from, <usize>count);
    bestSystem = system;
    bestCheck = check;
  } else if (cost < secondCost) {
    secondCost = cost;
  }
}

/**
 * Best two strings of `count` digits with Σ weight·digit ≡ target (mod 10). Bit p of `sets` (from the left, `count`
 * bits) chooses set B; bit p of `threes` the weight 3. `last` ≥ 0 fixes the last digit.
 */
function solve(
  costs: usize,
  count: i32,
  sets: i32,
  threes: i32,
  target: i32,
  system: i32,
  check: i32,
  last: i32,
): void {
  for (let k = 0; k < 20; k++) setFloat(sums, k, NEVER);
  setFloat(sums, 0, 0);
  for (let p = 0; p < count; p++) {
    const bit = 1 << (count - 1 - p);
    const row = costs + ((<usize>(p * COSTS_PER_DIGIT + ((sets & bit) != 0 ? 10 : 0))) << 2);
    const weight = (threes & bit) != 0 ? 3 : otherWeight;
    const from = sums + ((<usize>(p * 20)) << 2);
    const to = from + (20 << 2);
    for (let k = 0; k < 20; k++) setFloat(to, k, NEVER);
    for (let d = 0; d < 10; d++) {
      if (p == count - 1 && last >= 0 && d != last) continue;
      const cost = floatAt(row, d);
      for (let s = 0; s < 10; s++) {
        const next = ((s + weight * d) % 10) * 2;
        for (let r = 0; r < 2; r++) {
          const total = floatAt(from, s * 2 + r) + cost;
          if (total >= floatAt(to, next + 1) || total >= secondCost) continue;
          const at = <usize>((p + 1) * 20 + next);
          if (total < floatAt(to, next)) {
            setFloat(to, next + 1, floatAt(to, next));
            store<u8>(digits + at + 1, load<u8>(digits + at));
            store<u8>(ranks + at + 1, load<u8>(ranks + at));
            setFloat(to, next, total);
            store<u8>(digits + at, <u8>d);
            store<u8>(ranks + at, <u8>(s * 2 + r));
          } else {
            setFloat(to, next + 1, total);
            store<u8>(digits + at + 1, <u8>d);
            store<u8>(ranks + at + 1, <u8>(s * 2 + r));
          }
        }
      }
    }
  }
  for (let r = 0; r < 2; r++) {
    let state = target * 2 + r;
    const cost = floatAt(sums, count * 20 + state);
    if (cost >= NEVER) return;
    for (let p = count; p > 0; p--) {
      store<u8>(trial + <usize>(p - 1), load<u8>(digits + <usize>(p * 20 + state)));
      state = <i32>load<u8>(ranks + <usize>(p * 20 + state));
    }
    offer(cost, trial, count, system, check);
  }
}

/** Least cost of any string with these sets, check digit aside. */
function bound(costs: usize, count: i32, sets: i32): f32 {
  let total: f32 = 0;
  for (let p = 0; p < count; p++) {
    const row = costs + ((<usize>(p * COSTS_PER_DIGIT + ((sets & (1 << (count - 1 - p))) != 0 ? 10 : 0))) << 2);
    let least = NEVER;
    for (let d = 0; d < 10; d++) least = min(least, floatAt(row, d));
    total += least;
  }
  return total;
}

/** EAN-13 from the costs of its 12 digits. bestDigits are the 12, bestSystem the first. */
export function solveEan13(costs: usize): void {
  begin();
  for (let first = 0; first < 10; first++) {
    setFloat(bounds, first, bound(costs, 12, (<i32>load<u8>(FIRST_DIGIT_SETS + <usize>first)) << 6));
  }
  for (let first = cheapest(10); first >= 0; first = cheapest(10)) {
    const sets = (<i32>load<u8>(FIRST_DIGIT_SETS + <usize>first)) << 6;
    solve(costs, 12, sets, 0b101010101010, (10 - first) % 10, first, 0, -1);
  }
}

/** Index of the least bound that may still hold one of the two best strings, which is then used up; −1 for none. */
function cheapest(count: i32): i32 {
  let at: i32 = -1;
  let least = secondCost;
  for (let k = 0; k < count; k++) {
    const value = floatAt(bounds, k);
    if (value >= least) continue;
    least = value;
    at = k;
  }
  if (at >= 0) setFloat(bounds, at, NEVER);
  return at;
}

/** EAN-8 from the costs of its 8 digits. */
export function solveEan8(costs: usize): void {
  begin();
  solve(costs, 8, 0, 0b10101010, 0, 0, 0, -1);
}

/** Places of weight 3 among the six digits of a UPC-E by its last digit in the sum of the UPC-A it stands for. */
function upcEThrees(last: i32): i32 {
  if (last <= 2) return 0b011010;
  if (last == 3) return 0b010010;
  if (last == 4) return 0b010110;
  return 0b010101;
}

/**
 * UPC-E from the costs of its six digits: the sets give number system and check digit, and the check digit is that of
 * the UPC-A it stands for (ISO/IEC 15420, zero suppression), whose digits the last digit puts in place.
 */
export function solveUpcE(costs: usize): void {
  begin();
  for (let k = 0; k < 20; k++) setFloat(bounds, k, bound(costs, 6, upcESets(k)));
  for (let k = cheapest(20); k >= 0; k = cheapest(20)) {
    const system = k / 10;
    const check = k % 10;
    for (let last = 0; last < 10; last++) {
      // A last digit of 3 or 4 is no digit of the UPC-A: what it adds to the sum is taken out again.
      const own = last == 3 || last == 4 ? last : 0;
      const target = (80 - 3 * system - check + own) % 10;
      solve(costs, 6, upcESets(k), upcEThrees(last), target, system, check, last);
    }
  }
}

/** Sets of a UPC-E by number system · 10 + check digit. */
function upcESets(index: i32): i32 {
  const sets = <i32>load<u8>(UPC_E_SETS + <usize>(index % 10));
  return index < 10 ? sets : sets ^ 0b111111;
}

/** EAN-5 from the costs of its digits: the sets give 3·(d1 + d3 + d5) + 9·(d2 + d4) mod 10. */
export function solveEan5(costs: usize): void {
  begin();
  otherWeight = 9;
  for (let check = 0; check < 10; check++) {
    const sets = <i32>load<u8>(EAN_5_SETS + <usize>check);
    if (bound(costs, 5, sets) < secondCost) solve(costs, 5, sets, 0b10101, check, 0, check, -1);
  }
  otherWeight = 1;
}

/** EAN-2 from the costs of its digits: the sets give the number mod 4. */
export function solveEan2(costs: usize): void {
  begin();
  for (let value = 0; value < 100; value++) {
    const sets = value & 3;
    const tens = value / 10;
    const units = value % 10;
    const cost =
      floatAt(costs, ((sets & 2) != 0 ? 10 : 0) + tens) +
      floatAt(costs, COSTS_PER_DIGIT + ((sets & 1) != 0 ? 10 : 0) + units);
    store<u8>(trial, <u8>tens);
    store<u8>(trial + 1, <u8>units);
    offer(cost, trial, 2, 0, 0);
  }
}
