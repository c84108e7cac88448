/** QR Code, ISO/IEC 18004: looks for symbols in the frame and reports them. */
import { OK } from "../../abi/status";
import { isThorough } from "../../io/options";
import { isFull, report, resultCount } from "../../io/results";
import { allocSymbol } from "../../io/symbol";
import { isDearTurn, isSpent } from "../../kit/budget";
import { MOST_FINDERS, finderCount } from "../../kit/concentric-finder";
import { seekFinders, seekMoreFinders } from "../../kit/finder-passes";
import { mark, release } from "../../memory/arena";
import { attempt } from "./attempt";
import { GridFit, allocFit } from "./grid-fit";
import { collectGuesses, guessAt, guessCount } from "./pairs";
import { MOST_TRIPLES, Triple, collectTriples, openTriples, tripleAt, tripleCount } from "./triples";

/** Format id in src/formats.ts. */
const FORMAT: i32 = 0;

/** Content of the largest symbol: 7,089 digits (version 40-L), and an application indicator. */
const MOST_BYTES: i32 = 7200;
/** A segment takes two bytes of the stream at least; 2,956 data codewords at most. */
const MOST_SEGMENTS: i32 = 1500;

/** Triples that are tried, and best finders that make them: the first few are right in almost every frame. */
const FAST_TRIES: i32 = 24;
const FAST_FINDERS: i32 = 48;

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  seekFinders();
  openTriples();
  const fit = allocFit();
  if (fit == null) return;
  if (!isThorough()) {
    readTriples(fit, FAST_TRIES, FAST_FINDERS);
    if (resultCount() == 0 && isDearTurn()) readPairs(fit);
    return;
  }
  readTriples(fit, MOST_TRIPLES, MOST_FINDERS);
  if (isFull()) return;
  const before = finderCount();
  seekMoreFinders();
  if (finderCount() > before) readTriples(fit, MOST_TRIPLES, MOST_FINDERS);
  readPairs(fit);
}

function readTriples(fit: GridFit, tries: i32, finders: i32): void {
  if (finderCount() < 3) return;
  collectTriples(tries, finders);
  for (let rank = 0; rank < tripleCount() && !isSpent() && !isFull(); rank++) {
    readTriple(fit, tripleAt(rank));
  }
}

function readPairs(fit: GridFit): void {
  if (finderCount() < 2) return;
  collectGuesses();
  for (let index = 0; index < guessCount() && !isSpent() && !isFull(); index++) {
    readTriple(fit, guessAt(index));
  }
}

function readTriple(fit: GridFit, triple: Triple): void {
  if (triple.corner.isUsed || triple.right.isUsed || triple.below.isUsed) return;
  const scratch = mark();
  const symbol = allocSymbol(FORMAT, MOST_BYTES, MOST_SEGMENTS);
  if (symbol == null || attempt(fit, triple, symbol) != OK) {
    release(scratch);
    return;
  }
  triple.corner.isUsed = true;
  triple.right.isUsed = true;
  triple.below.isUsed = true;
  if (!report(symbol)) release(scratch);
}
