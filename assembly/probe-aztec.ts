/** Test and bench builds only: what tests of the Aztec reader reach into. */
import { clearResults, report } from "./io/results";
import { openBudget } from "./kit/budget";
import { alloc } from "./memory/arena";
import { allocAztecSymbol } from "./symbology/aztec/content-room";
import { decodeGrid } from "./symbology/aztec/decoder";
import { Mode, readMode } from "./symbology/aztec/mode-message";
import { radiusOf } from "./symbology/aztec/tables";

export {
  bitsOf as aztecBits,
  codewordBits as aztecCodewordBits,
  codewordsOf as aztecCodewords,
  layPath as aztecPath,
} from "./symbology/aztec/tables";
export { findEqualRuns, unevenness } from "./kit/equal-runs";

/** Status of a square grid of f32, `side` modules wide; on OK the result block is at qrResults(). */
export function aztecDecodeGrid(soft: usize, side: i32, isCompact: bool): i32 {
  clearResults();
  openBudget();
  const symbol = allocAztecSymbol();
  const at = alloc(offsetof<Mode>());
  if (symbol == null || at == 0) return -1;
  const mode = changetype<Mode>(at);
  if (!readMode(mode, soft, side >> 1, isCompact)) return 1;
  if (radiusOf(mode.layers, isCompact) != side >> 1) return 2;
  const status = decodeGrid(soft, mode, symbol);
  if (status == 0) report(symbol);
  return status;
}
