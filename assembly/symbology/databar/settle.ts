/**
 * The check sum as a constraint: of all readings of a symbol's characters the cheapest that has the wanted residue, and
 * by how much it beats the second. Knows neither image nor content.
 */
import { floatAt, setFloat } from "../../kit/floats";
import { Character } from "./group";

const MOST_CHARACTERS: i32 = 22;
const MOST_PRIME: i32 = 211;
/** The two cheapest ways to every residue after every character: cost, reading, and which of the two came before. */
const costs = memory.data(23 * 211 * 2 * 4);
const readings = memory.data(23 * 211 * 2);
const ranks = memory.data(23 * 211 * 2);
const added = memory.data(22 * 4);
const weights = memory.data(22 * 4);
const NONE: f32 = 1e9;

/** Reading of each character in the cheapest string. */
export const chosen = memory.data(22);
/** Cost of that string, of the readings taken one by one, and by how much the second string is dearer. */
export let settledCost: f32 = 0;
export let leastCost: f32 = 0;
export let lead: f32 = 0;

let prime: i32 = 79;
let count: i32 = 0;

function place(position: i32, residue: i32, rank: i32): i32 {
  return (position * MOST_PRIME + residue) * 2 + rank;
}

/** Begins a symbol. */
export function openString(modulo: i32): void {
  prime = modulo;
  count = 0;
  leastCost = 0;
  for (let residue = 0; residue < prime; residue++) {
    setFloat(costs, place(0, residue, 0), residue == 0 ? 0 : NONE);
    setFloat(costs, place(0, residue, 1), NONE);
  }
}

/** Adds a character whose weighted sum counts so many times. */
export function addCharacter(character: Character, weight: i32): void {
  if (count >= MOST_CHARACTERS) return;
  const before = count;
  store<u32>(added + ((<usize>before) << 2), <u32>changetype<usize>(character));
  store<i32>(weights + ((<usize>before) << 2), weight);
  count++;
  for (let residue = 0; residue < prime; residue++) {
    setFloat(costs, place(count, residue, 0), NONE);
    setFloat(costs, place(count, residue, 1), NONE);
  }
  for (let k = 0; k < character.count; k++) {
    const cost = floatAt(character.costs, k);
    const shift = (load<i32>(character.sums + ((<usize>k) << 2)) * weight) % prime;
    for (let residue = 0; residue < prime; residue++) {
      const to = (residue + shift) % prime;
      for (let rank = 0; rank < 2; rank++) {
        const total = floatAt(costs, place(before, residue, rank)) + cost;
        if (total >= floatAt(costs, place(count, to, 1))) break;
        offer(to, total, k, rank);
      }
    }
  }
  leastCost += character.count > 0 ? floatAt(character.costs, 0) : NONE;
}

/** Puts a way to a residue among the two cheapest. */
function offer(residue: i32, cost: f32, reading: i32, rank: i32): void {
  const first = place(count, residue, 0);
  const isCheapest = cost < floatAt(costs, first);
  if (isCheapest) {
    setFloat(costs, first + 1, floatAt(costs, first));
    store<u8>(readings + <usize>(first + 1), load<u8>(readings + <usize>first));
    store<u8>(ranks + <usize>(first + 1), load<u8>(ranks + <usize>first));
  }
  const at = isCheapest ? first : first + 1;
  setFloat(costs, at, cost);
  store<u8>(readings + <usize>at, <u8>reading);
  store<u8>(ranks + <usize>at, <u8>rank);
}

/** Chooses the readings whose sum is `residue`; false where none is. */
export function settle(residue: i32): bool {
  settledCost = floatAt(costs, place(count, residue, 0));
  if (settledCost >= NONE) return false;
  lead = min<f32>(floatAt(costs, place(count, residue, 1)), NONE) - settledCost;
  let rank: i32 = 0;
  let at = residue;
  for (let position = count; position > 0; position--) {
    const from = place(position, at, rank);
    const reading = <i32>load<u8>(readings + <usize>from);
    rank = <i32>load<u8>(ranks + <usize>from);
    store<u8>(chosen + <usize>(position - 1), <u8>reading);
    const character = changetype<Character>(<usize>load<u32>(added + ((<usize>(position - 1)) << 2)));
    const weight = load<i32>(weights + ((<usize>(position - 1)) << 2));
    const shift = (load<i32>(character.sums + ((<usize>reading) << 2)) * weight) % prime;
    at = (at + prime - shift) % prime;
  }
  return true;
}

/** Value that settle() chose for a character, in the order in which they were added. */
export function chosenValue(position: i32): i32 {
  const character = changetype<Character>(<usize>load<u32>(added + ((<usize>position) << 2)));
  return load<i32>(character.values + ((<usize>load<u8>(chosen + <usize>position)) << 2));
}
