/**
 * Places that may be a symbol's corner, found on bits on all levels and taken in the order of their evidence: dear looks go to
 * the best few of a frame. Knows nothing of how they were found.
 */
import { alloc } from "../../memory/arena";

@unmanaged
export class Candidate {
  level: i32;
  /** The seed on the first side: see sides.ts. */
  x: f64;
  y: f64;
  slope: f64;
  isDarkRight: bool;
  /** Light on dark, and whether the corner is where the side ends downwards. */
  isInverted: bool;
  isAtEnd: bool;
  /** Negative once it was taken. */
  evidence: i32;
  /** The clock tracks as bits show them: see clock-bits.ts. */
  firstRuns: i32;
  secondRuns: i32;
  firstLean: f64;
  secondLean: f64;
  /** Where the symbol's corner lies, in pixels of level 0, and how long its shorter side is. */
  cornerX: f64;
  cornerY: f64;
  size: f64;
}

/** Most candidates that are kept: of a sheet full of symbols each has several. */
export const MOST_CANDIDATES: i32 = 256;

let list: usize = 0;
let count: i32 = 0;

/** Empties the list for a new frame; false where memory is exhausted. */
export function openCandidates(): bool {
  list = alloc(<usize>MOST_CANDIDATES * offsetof<Candidate>());
  count = 0;
  return list != 0;
}

function candidateAt(index: i32): Candidate {
  return changetype<Candidate>(list + <usize>index * offsetof<Candidate>());
}

/** Room for a candidate of this evidence: a new place, or the one of least evidence if that has less; null where none has. */
export function roomFor(evidence: i32): Candidate | null {
  if (count < MOST_CANDIDATES) return candidateAt(count++);
  let least = 0;
  for (let i = 1; i < count; i++) {
    if (candidateAt(i).evidence < candidateAt(least).evidence) least = i;
  }
  return candidateAt(least).evidence < evidence ? candidateAt(least) : null;
}

/** Takes the candidate of most evidence that was not taken yet, the first of equals; null once there are none. */
export function takeBest(): Candidate | null {
  let best: i32 = -1;
  for (let i = 0; i < count; i++) {
    if (candidateAt(i).evidence > 0 && (best < 0 || candidateAt(i).evidence > candidateAt(best).evidence)) best = i;
  }
  if (best < 0) return null;
  const candidate = candidateAt(best);
  candidate.evidence = -candidate.evidence;
  return candidate;
}
