/**
 * Reed–Solomon decoding with errors and erasures over any GF(2^n) and any first root: Berlekamp–Massey started from the
 * erasure locator, Chien search, Forney's formula. Knows nothing of symbols.
 *
 * A word is u16 codewords, the first one the highest power: codeword i of n stands at x^(n−1−i).
 */
import { alloc, mark, release } from "../memory/arena";
import { GaloisField, inverse, logarithm, multiply, power } from "./galois-field";

/** What correct() returns where the word cannot be corrected; the word is unchanged then. */
export const UNCORRECTABLE: i32 = -1;

function get(at: usize, index: i32): i32 {
  return <i32>load<u16>(at + ((<usize>index) << 1));
}

function put(at: usize, index: i32, value: i32): void {
  store<u16>(at + ((<usize>index) << 1), <u16>value);
}

/** Fills `out` with the syndromes of a word; true if all are zero. */
function syndromes(field: GaloisField, words: usize, length: i32, checks: i32, firstRoot: i32, out: usize): bool {
  let clean = true;
  for (let j = 0; j < checks; j++) {
    const step = (firstRoot + j) % field.order;
    let sum: i32 = 0;
    for (let i = 0; i < length; i++) {
      if (sum != 0) sum = power(field, logarithm(field, sum) + step);
      sum ^= get(words, i);
    }
    put(out, j, sum);
    if (sum != 0) clean = false;
  }
  return clean;
}

/**
 * Corrects a word in place. `erasures` holds `erasureCount` distinct positions (u16) whose codewords are not trusted.
 * With e errors and s erasures it succeeds where 2e + s ≤ checks − spare; `spare` check words are kept for detection only.
 * Returns the number of codewords that were changed, or UNCORRECTABLE.
 */
export function correct(
  field: GaloisField,
  words: usize,
  length: i32,
  checks: i32,
  firstRoot: i32,
  erasures: usize,
  erasureCount: i32,
  spare: i32,
): i32 {
  if (checks <= 0 || checks >= length || length > field.order || erasureCount > checks - spare) return UNCORRECTABLE;
  const scratch = mark();
  const bytes = (<usize>(checks + 2)) << 1;
  const work = alloc(bytes * 6);
  if (work == 0) return UNCORRECTABLE;
  const status = solve(field, words, length, checks, firstRoot, erasures, erasureCount, spare, work, bytes);
  release(scratch);
  return status;
}

function solve(
  field: GaloisField,
  words: usize,
  length: i32,
  checks: i32,
  firstRoot: i32,
  erasures: usize,
  erasureCount: i32,
  spare: i32,
  work: usize,
  bytes: usize,
): i32 {
  memory.fill(work, 0, bytes * 6);
  const syndrome = work;
  const locator = work + bytes;
  const before = work + bytes * 2;
  const next = work + bytes * 3;
  const evaluator = work + bytes * 4;
  const changed = work + bytes * 5;
  if (syndromes(field, words, length, checks, firstRoot, syndrome)) return 0;

  const degree = errorLocator(field, length, checks, syndrome, erasures, erasureCount, locator, before, next);
  if (degree <= 0 || 2 * (degree - erasureCount) + erasureCount > checks - spare) return UNCORRECTABLE;

  // Ω(x) = S(x)·Λ(x) mod x^checks
  for (let i = 0; i < checks; i++) {
    let sum: i32 = 0;
    for (let j = 0; j <= min(i, degree); j++) sum ^= multiply(field, get(locator, j), get(syndrome, i - j));
    put(evaluator, i, sum);
  }

  // Chien search over the word's positions only: a root outside of it means that the word is beyond correction.
  let roots: i32 = 0;
  for (let position = 0; position < length; position++) {
    const log = length - 1 - position;
    const inverseLog = log == 0 ? 0 : field.order - log;
    if (evaluate(field, locator, degree, inverseLog) != 0) continue;
    if (roots >= degree) return UNCORRECTABLE;
    put(changed, roots, position);
    roots++;
  }
  if (roots != degree) return UNCORRECTABLE;

  let corrected: i32 = 0;
  for (let k = 0; k < roots; k++) {
    const position = get(changed, k);
    const log = length - 1 - position;
    const inverseLog = log == 0 ? 0 : field.order - log;
    // Λ'(x) keeps the odd powers only in characteristic 2.
    let slope: i32 = 0;
    for (let j = 1; j <= degree; j += 2) {
      const factor = get(locator, j);
      if (factor != 0) slope ^= power(field, (logarithm(field, factor) + inverseLog * (j - 1)) % field.order);
    }
    if (slope == 0) return undo(words, changed, next, k);
    const value = multiply(field, evaluate(field, evaluator, checks - 1, inverseLog), inverse(field, slope));
    // X^(1−firstRoot)
    const shift = (((log * (1 - firstRoot)) % field.order) + field.order) % field.order;
    const error = multiply(field, value, power(field, shift));
    put(next, k, error);
    put(words, position, get(words, position) ^ error);
    if (error != 0) corrected++;
  }
  if (!syndromes(field, words, length, checks, firstRoot, syndrome)) return undo(words, changed, next, roots);
  return corrected;
}

/** Takes the first `count` corrections back. */
function undo(words: usize, positions: usize, errors: usize, count: i32): i32 {
  for (let k = 0; k < count; k++) {
    const position = get(positions, k);
    put(words, position, get(words, position) ^ get(errors, k));
  }
  return UNCORRECTABLE;
}

/** Value of a polynomial (lowest power first) at α^log. */
function evaluate(field: GaloisField, polynomial: usize, degree: i32, log: i32): i32 {
  let sum = get(polynomial, degree);
  for (let j = degree - 1; j >= 0; j--) {
    if (sum != 0) sum = power(field, logarithm(field, sum) + log);
    sum ^= get(polynomial, j);
  }
  return sum;
}

/** Berlekamp–Massey started from the erasure locator; returns the locator's degree, or −1 where it makes no sense. */
function errorLocator(
  field: GaloisField,
  length: i32,
  checks: i32,
  syndrome: usize,
  erasures: usize,
  erasureCount: i32,
  locator: usize,
  before: usize,
  next: usize,
): i32 {
  put(locator, 0, 1);
  for (let k = 0; k < erasureCount; k++) {
    const position = get(erasures, k);
    if (position >= length) return -1;
    const log = length - 1 - position;
    for (let j = k + 1; j > 0; j--) {
      const below = get(locator, j - 1);
      if (below != 0) put(locator, j, get(locator, j) ^ power(field, logarithm(field, below) + log));
    }
  }
  const bytes = (<usize>(checks + 1)) << 1;
  memory.copy(before, locator, bytes);
  let degree = erasureCount;
  for (let r = erasureCount; r < checks; r++) {
    let discrepancy: i32 = 0;
    for (let j = 0; j <= min(degree, r); j++) {
      discrepancy ^= multiply(field, get(locator, j), get(syndrome, r - j));
    }
    // before ← x · before
    memory.copy(before + 2, before, bytes - 2);
    put(before, 0, 0);
    if (discrepancy == 0) continue;
    for (let j = 0; j <= checks; j++) put(next, j, get(locator, j) ^ multiply(field, discrepancy, get(before, j)));
    if (2 * degree <= r + erasureCount) {
      degree = r + 1 + erasureCount - degree;
      const scale = inverse(field, discrepancy);
      for (let j = 0; j <= checks; j++) put(before, j, multiply(field, get(locator, j), scale));
    }
    memory.copy(locator, next, bytes);
  }
  if (degree > checks || get(locator, degree) == 0) return -1;
  for (let j = degree + 1; j <= checks; j++) if (get(locator, j) != 0) return -1;
  return degree;
}
