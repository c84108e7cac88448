/** Test and bench builds only: what tests of GS1 Composite reach into. */
import { resultAt } from "./io/results";
import { openBudget } from "./kit/budget";
import { openPatterns } from "./kit/codeword-patterns";
import { guardCount } from "./kit/guards";
import { openAddresses } from "./kit/row-address";
import { findSides } from "./symbology/gs1-composite/finder";

/** Sides of a 2D component above a result of the open frame; returns how many. */
export function compositeSides(index: i32, what: i32): i32 {
  openBudget();
  openPatterns();
  openAddresses();
  return findSides(resultAt(index), what, false, 0) ? guardCount() : -1;
}
