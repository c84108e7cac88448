/**
 * How codewords and row address patterns follow each other in a row (ISO/IEC 24728 clause 5.2.1, ISO/IEC 24723 clause 6).
 * Shapes are numbers of columns; 5 is that of CC-A with three columns, which has no left address:
 *
 *      1  A c A        2  A c c A       3  A c M c c A       4  A c c M c c A       5  c M c c A
 */
import { CENTRE_ADDRESS, CODEWORD, SIDE_ADDRESS } from "./stack-march";

/** Not known. */
export const ANY_SHAPE: i32 = 0;
/** CC-A with three columns. */
export const OPEN_SHAPE: i32 = 5;

/** Characters of a row of a shape. */
export function stackColumns(shape: i32): i32 {
  return shape == OPEN_SHAPE ? 5 : shape + (shape > 2 ? 3 : 2);
}

/** Kind of a row's character, counted from the side that it is read from. */
export function kindOf(shape: i32, index: i32, isBackward: bool): i32 {
  const last = stackColumns(shape) - 1;
  const own = isBackward ? last - index : index;
  if (own == last || (own == 0 && shape != OPEN_SHAPE)) return SIDE_ADDRESS;
  return shape > 2 && own == (shape == OPEN_SHAPE ? 1 : shape - 1) ? CENTRE_ADDRESS : CODEWORD;
}
