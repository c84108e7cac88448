/** One frame from pixels to result block: the order of the passes. */
import { RESULT_BUDGET_SPENT } from "../abi/layout";
import { clearResults, writeResults } from "../io/results";
import { candidateCount, isSpent, openBudget, workDone } from "../kit/budget";
import { readLinearSymbols } from "./linear";
import { readComposites, readMatrix } from "./registry";

/** Reads the open frame; returns the address of its result block, 0 where memory is exhausted. */
export function readFrame(): usize {
  clearResults();
  openBudget();
  readMatrix();
  readLinearSymbols();
  readComposites();
  return writeResults(isSpent() ? RESULT_BUDGET_SPENT : 0, candidateCount(), workDone());
}
