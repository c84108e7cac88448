/** Test and bench builds only: what tests of the Data Matrix reader reach into. */
import { clearResults, report } from "./io/results";
import { allocSymbol } from "./io/symbol";
import { openBudget } from "./kit/budget";
import { decodeGrid } from "./symbology/data-matrix/decoder";
import { placeCodewords } from "./symbology/data-matrix/placement";
import { fixedModule, sizeOf } from "./symbology/data-matrix/tables";

export {
  blocksOf as dmBlocks,
  checksOf as dmChecks,
  codewordsOf as dmCodewords,
  columnsOf as dmColumns,
  rowsOf as dmRows,
} from "./symbology/data-matrix/tables";

/** Status of a grid of rows × columns f32; on OK the result block is at qrResults(). */
export function dmDecodeGrid(soft: usize, rows: i32, columns: i32): i32 {
  clearResults();
  openBudget();
  const symbol = allocSymbol(6, 3200, 800);
  if (symbol == null) return -1;
  const status = decodeGrid(soft, sizeOf(rows, columns), symbol);
  if (status == 0) report(symbol);
  return status;
}
export function dmPlace(out: usize, rows: i32, columns: i32): void {
  placeCodewords(out, rows, columns);
}
export function dmFixed(size: i32, row: i32, column: i32): i32 {
  return fixedModule(size, row, column);
}
