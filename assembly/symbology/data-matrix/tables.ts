/**
 * Sizes of Data Matrix: ISO/IEC 16022 table 7 (ECC 200, square and rectangular) and ISO/IEC 21471 table 2 (DMRE). Numbers
 * only; it knows nothing of grids or pictures.
 */

/** Entries of a size. */
const ENTRY: i32 = 6;

/** Rows, columns, data regions in a column and in a row of them, check codewords of a block, blocks. */
const SIZES: StaticArray<u8> = [
  // Squares.
  10, 10, 1, 1, 5, 1, 12, 12, 1, 1, 7, 1, 14, 14, 1, 1, 10, 1, 16, 16, 1, 1, 12, 1, 18, 18, 1, 1, 14, 1, 20, 20, 1, 1,
  18, 1, 22, 22, 1, 1, 20, 1, 24, 24, 1, 1, 24, 1, 26, 26, 1, 1, 28, 1, 32, 32, 2, 2, 36, 1, 36, 36, 2, 2, 42, 1, 40,
  40, 2, 2, 48, 1, 44, 44, 2, 2, 56, 1, 48, 48, 2, 2, 68, 1, 52, 52, 2, 2, 42, 2, 64, 64, 4, 4, 56, 2, 72, 72, 4, 4, 36,
  4, 80, 80, 4, 4, 48, 4, 88, 88, 4, 4, 56, 4, 96, 96, 4, 4, 68, 4, 104, 104, 4, 4, 56, 6, 120, 120, 6, 6, 68, 6, 132,
  132, 6, 6, 62, 8, 144, 144, 6, 6, 62, 10,
  // Rectangles.
  8, 18, 1, 1, 7, 1, 8, 32, 1, 2, 11, 1, 12, 26, 1, 1, 14, 1, 12, 36, 1, 2, 18, 1, 16, 36, 1, 2, 24, 1, 16, 48, 1, 2,
  28, 1,
  // DMRE.
  8, 48, 1, 2, 15, 1, 8, 64, 1, 4, 18, 1, 8, 80, 1, 4, 22, 1, 8, 96, 1, 4, 28, 1, 8, 120, 1, 6, 32, 1, 8, 144, 1, 6, 36,
  1, 12, 64, 1, 4, 27, 1, 12, 88, 1, 4, 36, 1, 16, 64, 1, 4, 36, 1, 20, 36, 1, 2, 28, 1, 20, 44, 1, 2, 34, 1, 20, 64, 1,
  4, 42, 1, 22, 48, 1, 2, 38, 1, 24, 48, 1, 2, 41, 1, 24, 64, 1, 4, 46, 1, 26, 40, 1, 2, 38, 1, 26, 48, 1, 2, 42, 1, 26,
  64, 1, 4, 50, 1,
];

/** Number of sizes. */
export const SIZE_COUNT: i32 = 48;
/** Fewest modules of a side, most of a side, most modules and most codewords of a symbol. */
export const LEAST_SIDE: i32 = 8;
export const MOST_SIDE: i32 = 144;
export const MOST_MODULES: i32 = 144 * 144;
export const MOST_CODEWORDS: i32 = 2178;

function entry(size: i32, index: i32): i32 {
  return <i32>unchecked(SIZES[size * ENTRY + index]);
}

export function rowsOf(size: i32): i32 {
  return entry(size, 0);
}

export function columnsOf(size: i32): i32 {
  return entry(size, 1);
}

/** Data regions one above the other. */
export function regionRowsOf(size: i32): i32 {
  return entry(size, 2);
}

/** Data regions side by side. */
export function regionColumnsOf(size: i32): i32 {
  return entry(size, 3);
}

/** Check codewords of a block. */
export function checksOf(size: i32): i32 {
  return entry(size, 4);
}

export function blocksOf(size: i32): i32 {
  return entry(size, 5);
}

/** Rows of the mapping matrix: what is left without finders and clock tracks. */
export function mappingRowsOf(size: i32): i32 {
  return rowsOf(size) - 2 * regionRowsOf(size);
}

export function mappingColumnsOf(size: i32): i32 {
  return columnsOf(size) - 2 * regionColumnsOf(size);
}

/** Data and check codewords. */
export function codewordsOf(size: i32): i32 {
  return (mappingRowsOf(size) * mappingColumnsOf(size)) >> 3;
}

/** The size of so many rows and columns, −1 where there is none. */
export function sizeOf(rows: i32, columns: i32): i32 {
  for (let size = 0; size < SIZE_COUNT; size++) {
    if (rowsOf(size) == rows && columnsOf(size) == columns) return size;
  }
  return -1;
}

/** What a module is whatever the content: 1 dark, −1 light, 0 data. Finders and clock tracks of all regions, clause 5.4. */
export function fixedModule(size: i32, row: i32, column: i32): i32 {
  const height = rowsOf(size) / regionRowsOf(size);
  const width = columnsOf(size) / regionColumnsOf(size);
  const r = row % height;
  const c = column % width;
  if (c == 0 || r == height - 1) return 1;
  if (r == 0) return (c & 1) == 0 ? 1 : -1;
  if (c == width - 1) return (r & 1) == 1 ? 1 : -1;
  return 0;
}

/** True for a module of a region's two solid sides. */
export function isSolid(size: i32, row: i32, column: i32): bool {
  const height = rowsOf(size) / regionRowsOf(size);
  return column % (columnsOf(size) / regionColumnsOf(size)) == 0 || row % height == height - 1;
}
