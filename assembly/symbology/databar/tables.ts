/** Finder patterns of GS1 DataBar and in what order Expanded has them (ISO/IEC 24724, 5.2.3 and 7.2.5). Knows no image. */

/** Kinds of groups: a finder pattern with the two characters beside it. */
export const OMNI: i32 = 0;
export const EXPANDED: i32 = 1;

export const FINDER_ELEMENTS: i32 = 5;
export const FINDER_MODULES: i32 = 15;
export const CHARACTER_ELEMENTS: i32 = 8;

/** Finder patterns of DataBar, widths from the wide side on: the left half's order. */
const omniFinders = memory.data<u8>([
  3, 8, 2, 1, 1, 3, 5, 5, 1, 1, 3, 3, 7, 1, 1, 3, 1, 9, 1, 1, 2, 7, 4, 1, 1, 2, 5, 6, 1, 1, 2, 3, 8, 1, 1, 1, 5, 7, 1,
  1, 1, 3, 9, 1, 1,
]);
/** Finder patterns A to F of DataBar Expanded. */
const expandedFinders = memory.data<u8>([
  1, 8, 4, 1, 1, 3, 6, 4, 1, 1, 3, 4, 6, 1, 1, 3, 2, 8, 1, 1, 2, 6, 5, 1, 1, 2, 2, 9, 1, 1,
]);

export function findersOf(kind: i32): i32 {
  return kind == OMNI ? 9 : 6;
}

/** Widths of a finder pattern. */
export function finderWidths(kind: i32, finder: i32): usize {
  return (kind == OMNI ? omniFinders : expandedFinders) + <usize>(finder * FINDER_ELEMENTS);
}

/** Most finder patterns of a DataBar Expanded symbol. */
export const MOST_FINDERS: i32 = 11;

/** Letters (0 = A) in their order for 2, 3 … 11 finders, MOST_FINDERS bytes each; every second one is reversed. */
const sequences = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 3, 2, 0,
  0, 0, 0, 0, 0, 0, 4, 1, 3, 3, 5, 0, 0, 0, 0, 0, 0, 4, 1, 3, 4, 5, 5, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 0, 0, 0, 0,
  0, 1, 1, 2, 2, 3, 4, 4, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 5, 0, 0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 5,
]);

/** Letter of the finder at a position (0 = first) of a symbol with so many. */
export function letterAt(finders: i32, position: i32): i32 {
  return <i32>load<u8>(sequences + <usize>((finders - 2) * MOST_FINDERS + position));
}
