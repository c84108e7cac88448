/** How codewords and row address patterns follow each other in a row (ISO/IEC 24728 clause 5.2.1). */
import { CENTRE_ADDRESS, CODEWORD, SIDE_ADDRESS } from "./stack-march";

/** Characters of a row of a symbol with so many columns of codewords. */
export function stackColumns(columns: i32): i32 {
  return columns + (columns > 2 ? 3 : 2);
}

/** Kind of a row's character: address, one or two codewords, with three or four an address between, address. */
export function kindOf(columns: i32, index: i32): i32 {
  if (index == 0 || index == stackColumns(columns) - 1) return SIDE_ADDRESS;
  return columns > 2 && index == columns - 1 ? CENTRE_ADDRESS : CODEWORD;
}
