/**
 * What the scan lines of a stack say about each codeword of a symbol: votes for values, most of which agree. Knows the
 * clusters of codewords, not what they mean.
 */
import { VALUES, codewordOf } from "./codeword-patterns";
import { alloc } from "../memory/arena";
import { floatAt, setFloat } from "./floats";
import { nearestRow, rowPlace } from "./row-tracker";
import { Stack, cellAt, trustAt } from "./stack";

/** Different values that are remembered for a codeword. */
const RIVALS: i32 = 5;

@unmanaged
export class Votes {
  rows: i32;
  columns: i32;
  /** i32 values and f32 weights, RIVALS each for every codeword; −1 for none. */
  values: usize;
  weights: usize;
}

export function allocVotes(rows: i32, columns: i32): Votes | null {
  const head = alloc(offsetof<Votes>());
  const bytes = (<usize>(rows * columns * RIVALS)) << 2;
  const values = alloc(bytes);
  const weights = alloc(bytes);
  if (head == 0 || values == 0 || weights == 0) return null;
  memory.fill(values, 0xff, bytes);
  memory.fill(weights, 0, bytes);
  const votes = changetype<Votes>(head);
  votes.rows = rows;
  votes.columns = columns;
  votes.values = values;
  votes.weights = weights;
  return votes;
}

/** Takes the votes of a column of the stack for a column of the symbol; `first` is the first row's cluster. */
export function takeVotes(votes: Votes, stack: Stack, from: i32, to: i32, perRow: i32, first: i32): void {
  for (let line = 0; line < stack.lines; line++) {
    const codeword = codewordOf(cellAt(stack, from, line));
    if (codeword < 0) continue;
    const place = rowPlace(line, perRow);
    const row = nearestRow(place, codeword / VALUES, first);
    if (row < 0 || row >= votes.rows) continue;
    // At the edge of a row two rows mix; beyond it the line has come off its row.
    const off = abs(place - <f32>row - 0.5);
    const weight = trustAt(stack, from, line) * max<f32>(0.1, 1.2 - 1.2 * off);
    addVote(votes, row, to, codeword % VALUES, weight);
  }
}

/** Adds a vote for a codeword's value. */
export function addVote(votes: Votes, row: i32, column: i32, value: i32, weight: f32): void {
  const base = (row * votes.columns + column) * RIVALS;
  let least = base;
  for (let i = base; i < base + RIVALS; i++) {
    const own = load<i32>(votes.values + ((<usize>i) << 2));
    if (own == value) {
      setFloat(votes.weights, i, floatAt(votes.weights, i) + weight);
      return;
    }
    if (floatAt(votes.weights, i) < floatAt(votes.weights, least)) least = i;
  }
  // What was heard least makes room, at the price of its weight: noise cannot grow by turns.
  const left = weight - floatAt(votes.weights, least);
  if (left <= 0) {
    setFloat(votes.weights, least, -left);
    return;
  }
  store<i32>(votes.values + ((<usize>least) << 2), value);
  setFloat(votes.weights, least, left);
}

/** Value with most votes, −1 for none; sets `lead`. */
export function electedAt(votes: Votes, row: i32, column: i32): i32 {
  const base = (row * votes.columns + column) * RIVALS;
  let best: i32 = -1;
  let most: f32 = 0;
  let next: f32 = 0;
  for (let i = base; i < base + RIVALS; i++) {
    const weight = floatAt(votes.weights, i);
    if (weight > most) {
      next = most;
      most = weight;
      best = load<i32>(votes.values + ((<usize>i) << 2));
    } else if (weight > next) {
      next = weight;
    }
  }
  lead = most - next;
  return best;
}

/** By how much the value last elected leads the next one. */
export let lead: f32 = 0;

/** Elected codewords (u16) in reading order and their leads (f32), 0 for those without a vote. */
export function collectVotes(votes: Votes, words: usize, trust: usize): void {
  for (let row = 0; row < votes.rows; row++) {
    for (let column = 0; column < votes.columns; column++) {
      const at = row * votes.columns + column;
      const value = electedAt(votes, row, column);
      store<u16>(words + ((<usize>at) << 1), <u16>max(0, value));
      setFloat(trust, at, value < 0 ? 0 : lead);
    }
  }
}
