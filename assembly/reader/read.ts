/** One frame from pixels to result block: the order of the passes. */
import { MAX_SIDE, RESULT_BUDGET_SPENT } from "../abi/layout";
import { doubleFrame, planeAt } from "../image/frame";
import { isThorough } from "../io/options";
import { clearResults, halveResults, resultCount, writeResults } from "../io/results";
import { candidateCount, isSpent, openBudget, workDone } from "../kit/budget";
import { readLinearSymbols } from "./linear";
import { readComposites, readMatrix } from "./registry";

/**
 * Pixels of a still that is looked at once more at twice its size where it showed nothing: one that was cut out around a symbol.
 * Larger ones have room for modules of several pixels, and would cost four times their time.
 */
const MOST_DOUBLED: i32 = 62500;

/** Reads the open frame; returns the address of its result block, 0 where memory is exhausted. */
export function readFrame(): usize {
  openBudget();
  look();
  if (isWorthDoubling() && doubleFrame()) {
    look();
    halveResults();
  }
  return writeResults(isSpent() ? RESULT_BUDGET_SPENT : 0, candidateCount(), workDone());
}

function look(): void {
  clearResults();
  readMatrix();
  readLinearSymbols();
  readComposites();
}

function isWorthDoubling(): bool {
  if (!isThorough() || resultCount() > 0 || isSpent()) return false;
  const plane = planeAt(0);
  if (plane == null || plane.width * plane.height > MOST_DOUBLED) return false;
  return max(plane.width, plane.height) <= MAX_SIDE >> 1;
}
