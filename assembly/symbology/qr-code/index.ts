/** QR Code, ISO/IEC 18004: looks for symbols in the frame and reports them. */
import { OK } from "../../abi/status";
import { LEVELS, planeAt } from "../../image/frame";
import { isThorough, seeksInverted } from "../../io/options";
import { isFull, report, resultCount } from "../../io/results";
import { allocSymbol } from "../../io/symbol";
import { isSpent } from "../../kit/budget";
import {
  ANY_WIDTH,
  MOST_FINDERS,
  finderAt,
  finderCount,
  hasLevel,
  openFinders,
  scanColumns,
  scanRows,
} from "../../kit/concentric-finder";
import { mark, release } from "../../memory/arena";
import { attempt, isDearTurn } from "./attempt";
import { GridFit, allocFit } from "./grid-fit";
import { collectGuesses, guessAt, guessCount } from "./pairs";
import { MOST_TRIPLES, Triple, collectTriples, openTriples, tripleAt, tripleCount } from "./triples";

/** Format id in src/formats.ts. */
const FORMAT: i32 = 0;

/** Content of the largest symbol: 7,089 digits (version 40-L), and an application indicator. */
const MOST_BYTES: i32 = 7200;
/** A segment takes two bytes of the stream at least; 2,956 data codewords at most. */
const MOST_SEGMENTS: i32 = 1500;

/** Rows of a live frame that are scanned: every second one. */
const FAST_STEP: i32 = 2;

/** Wider finders of a still are left to the next level. A live frame has fewer chances: there both levels look at them. */
const WIDEST: i32 = 64;

/** Quality of a finder that texture hardly reaches: half of the photographs without a symbol have one of 0.5 somewhere. */
const PROMISING: f32 = 0.7;

/** Triples that are tried, and best finders that make them: the first few are right in almost every frame. */
const FAST_TRIES: i32 = 24;
const FAST_FINDERS: i32 = 48;

/** Looks at the frame. Every symbol that is read is reported once. */
export function read(): void {
  // All levels first: what the frame makes later would be freed with a candidate's scratch memory.
  planeAt(LEVELS - 1);
  openFinders();
  openTriples();
  const fit = allocFit();
  if (fit == null) return;
  const withInverted = seeksInverted();
  // A live scanner comes back: dear looks take turns.
  const isTurn = isDearTurn();
  const widest = isThorough() && hasLevel(1) ? WIDEST : ANY_WIDTH;
  scanRows(0, withInverted, isThorough() || isTurn ? 1 : FAST_STEP, widest);
  if (hasLevel(1)) scanRows(1, withInverted, 1, ANY_WIDTH);
  if (!isThorough()) {
    readTriples(fit, FAST_TRIES, FAST_FINDERS);
    if (resultCount() == 0 && isTurn) readPairs(fit);
    return;
  }
  readTriples(fit, MOST_TRIPLES, MOST_FINDERS);
  if (isFull()) return;
  const before = finderCount();
  if (hasLevel(2)) scanRows(2, withInverted, 1, ANY_WIDTH);
  // A symbol has three finders: columns look for the others where rows saw one.
  if (bestQuality() >= PROMISING) {
    scanColumns(0, withInverted, 1, widest);
    if (hasLevel(1)) scanColumns(1, withInverted, 1, ANY_WIDTH);
  }
  if (finderCount() > before) readTriples(fit, MOST_TRIPLES, MOST_FINDERS);
  readPairs(fit);
}

/** Quality of the best finder. */
function bestQuality(): f32 {
  let best: f32 = 0;
  for (let i = 0; i < finderCount(); i++) best = max(best, finderAt(i).quality);
  return best;
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
