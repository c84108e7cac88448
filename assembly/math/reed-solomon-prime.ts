/**
 * Reed–Solomon decoding with errors and erasures over a prime field (929 elements: ISO/IEC 15438 clause 5.10; 113: AIM
 * DotCode clause 5.4): the roots are 3¹ … 3^checks. Berlekamp–Massey started from the erasure locator, Chien search,
 * Forney's formula. Knows nothing of symbols. Its twin for fields of 2^n elements is reed-solomon.ts.
 *
 * A word is u16 codewords below the prime, the first one the highest power: codeword i of n stands at x^(n−1−i).
 */
import { alloc, mark, release } from "../memory/arena";

/** The field of the word in hand. */
let prime: i32 = 929;
/** A primitive element of either field: its powers are all non-zero elements. */
const ROOT: i32 = 3;
/** What correctPrime() returns where the word cannot be corrected; the word is unchanged then. */
export const UNCORRECTABLE: i32 = -1;

function get(at: usize, index: i32): i32 {
  return <i32>load<u16>(at + ((<usize>index) << 1));
}

function put(at: usize, index: i32, value: i32): void {
  store<u16>(at + ((<usize>index) << 1), <u16>value);
}

/** base^exponent, exponent ≥ 0. */
function power(base: i32, exponent: i32): i32 {
  let result: i32 = 1;
  for (let e = exponent; e > 0; e >>= 1) {
    if ((e & 1) != 0) result = (result * base) % prime;
    base = (base * base) % prime;
  }
  return result;
}

/** Inverse of a non-zero element (Fermat). */
function inverse(element: i32): i32 {
  return power(element, prime - 2);
}

/** Value of a polynomial, lowest power first. */
function evaluate(polynomial: usize, degree: i32, x: i32): i32 {
  let sum = get(polynomial, degree);
  for (let j = degree - 1; j >= 0; j--) sum = (sum * x + get(polynomial, j)) % prime;
  return sum;
}

/** Fills `out` with the syndromes of a word; true if all are zero. */
function syndromes(words: usize, length: i32, checks: i32, out: usize): bool {
  let clean = true;
  let root: i32 = 1;
  for (let j = 0; j < checks; j++) {
    root = (root * ROOT) % prime;
    let sum: i32 = 0;
    for (let i = 0; i < length; i++) sum = (sum * root + get(words, i)) % prime;
    put(out, j, sum);
    if (sum != 0) clean = false;
  }
  return clean;
}

/**
 * Corrects a word over the field of `elements` elements in place. `erasures` holds `erasureCount` distinct positions (u16) whose codewords are not trusted.
 * With e errors and s erasures it succeeds where 2e + s ≤ checks − spare; `spare` check words are kept for detection only.
 * Returns the number of codewords that were changed, or UNCORRECTABLE.
 */
export function correctPrime(
  elements: i32,
  words: usize,
  length: i32,
  checks: i32,
  erasures: usize,
  erasureCount: i32,
  spare: i32,
): i32 {
  prime = elements;
  if (checks <= 0 || checks >= length || length >= prime || erasureCount > max(0, checks - spare)) return UNCORRECTABLE;
  const scratch = mark();
  const bytes = (<usize>(checks + 2)) << 1;
  const work = alloc(bytes * 6);
  if (work == 0) return UNCORRECTABLE;
  memory.fill(work, 0, bytes * 6);
  const status = solve(words, length, checks, erasures, erasureCount, spare, work, bytes);
  release(scratch);
  return status;
}

function solve(
  words: usize,
  length: i32,
  checks: i32,
  erasures: usize,
  erasureCount: i32,
  spare: i32,
  work: usize,
  bytes: usize,
): i32 {
  const syndrome = work;
  const locator = work + bytes;
  const next = work + bytes * 3;
  const evaluator = work + bytes * 4;
  const changed = work + bytes * 5;
  if (syndromes(words, length, checks, syndrome)) return 0;
  const degree = errorLocator(length, checks, syndrome, erasures, erasureCount, locator, work + bytes * 2, next);
  if (degree <= 0 || 2 * (degree - erasureCount) + erasureCount > checks - spare) return UNCORRECTABLE;

  // Ω(x) = S(x)·Λ(x) mod x^checks
  for (let i = 0; i < checks; i++) {
    let sum: i32 = 0;
    for (let j = 0; j <= min(i, degree); j++) sum += (get(locator, j) * get(syndrome, i - j)) % prime;
    put(evaluator, i, sum % prime);
  }

  // Chien search over the word's positions only: a root outside of it means that the word is beyond correction.
  let roots: i32 = 0;
  const step = inverse(ROOT);
  let x = power(step, length - 1);
  for (let position = 0; position < length; position++) {
    if (evaluate(locator, degree, x) == 0) {
      if (roots >= degree) return UNCORRECTABLE;
      put(changed, roots, position);
      roots++;
    }
    x = (x * ROOT) % prime;
  }
  if (roots != degree) return UNCORRECTABLE;

  let corrected: i32 = 0;
  for (let k = 0; k < roots; k++) {
    const position = get(changed, k);
    const at = power(step, length - 1 - position);
    let slope: i32 = 0;
    for (let j = degree; j >= 1; j--) slope = (slope * at + j * get(locator, j)) % prime;
    if (slope == 0) return undo(words, changed, next, k);
    // The first root is 3¹, so that the error is −Ω(X⁻¹) / Λ'(X⁻¹), to be taken away.
    const error = (evaluate(evaluator, checks - 1, at) * inverse(slope)) % prime;
    put(next, k, error);
    put(words, position, (get(words, position) + error) % prime);
    if (error != 0) corrected++;
  }
  if (!syndromes(words, length, checks, syndrome)) return undo(words, changed, next, roots);
  return corrected;
}

/** Takes the first `count` corrections back. */
function undo(words: usize, positions: usize, errors: usize, count: i32): i32 {
  for (let k = 0; k < count; k++) {
    const position = get(positions, k);
    put(words, position, (get(words, position) + prime - get(errors, k)) % prime);
  }
  return UNCORRECTABLE;
}

/** Berlekamp–Massey started from the erasure locator; returns the locator's degree, or −1 where it makes no sense. */
function errorLocator(
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
    const x = power(ROOT, length - 1 - position);
    for (let j = k + 1; j > 0; j--) put(locator, j, (get(locator, j) + (prime - x) * get(locator, j - 1)) % prime);
  }
  const bytes = (<usize>(checks + 1)) << 1;
  memory.copy(before, locator, bytes);
  let degree = erasureCount;
  for (let r = erasureCount; r < checks; r++) {
    let discrepancy: i32 = 0;
    for (let j = 0; j <= min(degree, r); j++) discrepancy += (get(locator, j) * get(syndrome, r - j)) % prime;
    discrepancy %= prime;
    // before ← x · before
    memory.copy(before + 2, before, bytes - 2);
    put(before, 0, 0);
    if (discrepancy == 0) continue;
    const less = prime - discrepancy;
    for (let j = 0; j <= checks; j++) put(next, j, (get(locator, j) + less * get(before, j)) % prime);
    if (2 * degree <= r + erasureCount) {
      degree = r + 1 + erasureCount - degree;
      const scale = inverse(discrepancy);
      for (let j = 0; j <= checks; j++) put(before, j, (get(locator, j) * scale) % prime);
    }
    memory.copy(locator, next, bytes);
  }
  if (degree > checks || get(locator, degree) == 0) return -1;
  for (let j = degree + 1; j <= checks; j++) if (get(locator, j) != 0) return -1;
  return degree;
}
