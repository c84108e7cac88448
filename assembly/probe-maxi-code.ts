/** Test and bench builds only: what tests of the MaxiCode reader reach into. */
import { clearResults, report } from "./io/results";
import { allocSymbol } from "./io/symbol";
import { openBudget } from "./kit/budget";
import { decodeModules } from "./symbology/maxi-code/decoder";
import { fixedModule, isFixedDark, placeCodewords } from "./symbology/maxi-code/placement";

/** Status of 33 × 30 modules (f32); on OK the result block is at qrResults(). */
export function maxiDecode(soft: usize): i32 {
  clearResults();
  openBudget();
  const symbol = allocSymbol(12, 1000, 100);
  if (symbol == null) return -1;
  const status = decodeModules(soft, symbol);
  if (status == 0) report(symbol);
  return status;
}
export function maxiPlace(out: usize): void {
  placeCodewords(out);
}
/** 30 · row + column of a fixed module, plus 1,024 for a dark one. */
export function maxiFixed(index: i32): i32 {
  return fixedModule(index) + (isFixedDark(index) ? 1024 : 0);
}
