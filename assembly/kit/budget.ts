/**
 * The frame's budget in work units, so that no image can hold the decoder for long: the core has no clock, so work is
 * counted. One unit is about a microsecond on a desktop machine of 2024: 1,000 sampled pixels, or a Reed–Solomon block.
 */
import { frameNumber, givenBudget, isThorough } from "../io/options";

/** Units for one live frame and for a still, after the front end. */
export const FAST_BUDGET: i32 = 20000;
export const THOROUGH_BUDGET: i32 = 2000000;

let left: i32 = 0;
let spentUnits: i32 = 0;
let tried: i32 = 0;

/** Refills the budget for a frame. */
export function openBudget(): void {
  const given = givenBudget();
  left = given > 0 ? given : isThorough() ? THOROUGH_BUDGET : FAST_BUDGET;
  spentUnits = 0;
  tried = 0;
}

/** Takes units; false once the budget is spent (the caller then gives up its attempt). */
export function spend(units: i32): bool {
  left -= units;
  spentUnits += units;
  return left > 0;
}

/** Units that are left. */
export function unitsLeft(): i32 {
  return left;
}

/** True once the budget is spent. */
export function isSpent(): bool {
  return left <= 0;
}

/** Counts a candidate that reached decoding. */
export function countCandidate(): void {
  tried++;
}

export function candidateCount(): i32 {
  return tried;
}

export function workDone(): i32 {
  return spentUnits;
}

/** True for the live frames on which dear attempts take their turn. */
export function isDearTurn(): bool {
  return (frameNumber() & 3) == 3;
}
