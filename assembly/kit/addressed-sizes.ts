/**
 * Sizes of symbols whose rows bear addresses, and where their row address patterns begin: the 34 of MicroPDF417 (ISO/IEC
 * 24728 tables 1 and 4), which CC-B shares, and the 17 of CC-A (ISO/IEC 24723 clause 6), read from symbols that bwip-js
 * writes. No two of the same shape begin alike.
 */

/** Sizes of MicroPDF417 come first, then those of CC-A. */
export const MICRO_SIZES: i32 = 34;
export const ALL_SIZES: i32 = 51;
const WORDS: i32 = 7;

/** Columns, rows, check codewords; places of the first left, centre and right pattern (0–51); cluster of the first row. */
// biome-ignore format: a table
const TABLE: StaticArray<u8> = [
  1, 11, 7, 0, 0, 8, 0,
  1, 14, 7, 7, 0, 7, 1,
  1, 17, 7, 35, 0, 35, 2,
  1, 20, 8, 18, 0, 18, 0,
  1, 24, 8, 8, 0, 16, 2,
  1, 28, 8, 24, 0, 32, 0,
  2, 8, 8, 0, 0, 0, 0,
  2, 11, 9, 0, 0, 8, 0,
  2, 14, 9, 7, 0, 7, 1,
  2, 17, 10, 35, 0, 35, 2,
  2, 20, 11, 18, 0, 18, 0,
  2, 23, 13, 8, 0, 16, 2,
  2, 26, 15, 26, 0, 34, 2,
  3, 6, 12, 0, 0, 0, 0,
  3, 8, 14, 6, 6, 6, 0,
  3, 10, 16, 14, 14, 14, 2,
  3, 12, 18, 24, 24, 24, 0,
  3, 15, 21, 36, 36, 36, 0,
  3, 20, 26, 0, 16, 32, 0,
  3, 26, 32, 0, 8, 16, 0,
  3, 32, 38, 20, 28, 36, 2,
  3, 38, 44, 14, 30, 46, 2,
  3, 44, 50, 0, 24, 48, 0,
  4, 4, 8, 46, 18, 42, 1,
  4, 6, 12, 0, 0, 0, 0,
  4, 8, 14, 6, 6, 6, 0,
  4, 10, 16, 14, 14, 14, 2,
  4, 12, 18, 24, 24, 24, 0,
  4, 15, 21, 36, 36, 36, 0,
  4, 20, 26, 0, 16, 32, 0,
  4, 26, 32, 0, 8, 16, 0,
  4, 32, 38, 20, 28, 36, 2,
  4, 38, 44, 14, 30, 46, 2,
  4, 44, 50, 0, 24, 48, 0,
  // CC-A; of three columns it has no left address.
  2, 5, 4, 38, 0, 18, 2,
  2, 6, 4, 0, 0, 32, 0,
  2, 7, 5, 31, 0, 11, 1,
  2, 8, 5, 7, 0, 39, 1,
  2, 9, 6, 13, 0, 45, 1,
  2, 10, 6, 42, 0, 22, 0,
  2, 12, 7, 19, 0, 51, 1,
  3, 4, 4, 0, 42, 22, 1,
  3, 5, 5, 0, 32, 12, 0,
  3, 6, 6, 0, 36, 16, 1,
  3, 7, 7, 0, 46, 26, 2,
  3, 8, 7, 0, 0, 32, 2,
  4, 3, 4, 39, 19, 51, 0,
  4, 4, 5, 42, 22, 2, 0,
  4, 5, 6, 45, 25, 5, 0,
  4, 6, 7, 33, 13, 45, 0,
  4, 7, 8, 28, 8, 40, 1,
];

function entry(size: i32, word: i32): i32 {
  return <i32>unchecked(TABLE[size * WORDS + word]);
}

export function columnsOf(size: i32): i32 {
  return entry(size, 0);
}

export function rowsOf(size: i32): i32 {
  return entry(size, 1);
}

export function checksOf(size: i32): i32 {
  return entry(size, 2);
}

/** Place in its cycle of the first row's pattern: left, centre or right. */
export function leftOf(size: i32): i32 {
  return entry(size, 3);
}

export function centreOf(size: i32): i32 {
  return entry(size, 4);
}

export function rightOf(size: i32): i32 {
  return entry(size, 5);
}

/** How characters follow each other in its rows (kit/addressed-columns.ts): the number of columns, 5 for CC-A of three. */
export function shapeOf(size: i32): i32 {
  return size >= MICRO_SIZES && columnsOf(size) == 3 ? 5 : columnsOf(size);
}

/** Cluster of the first row. */
export function clusterOf(size: i32): i32 {
  return entry(size, 6);
}
