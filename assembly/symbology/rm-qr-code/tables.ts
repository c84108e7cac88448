/** The numbers of ISO/IEC 23941: sizes, blocks, format codes, function patterns. Knows no image. */
import { MODULE_DARK, MODULE_DATA, MODULE_INFORMATION, MODULE_LIGHT, fillRings, setModule } from "../../kit/module-map";
import { bchWord } from "../../math/bch";

/** Version indicators 0–31: R7x43 … R17x139 (table 1). */
export const VERSIONS: i32 = 32;
export const MOST_ROWS: i32 = 17;
export const MOST_COLUMNS: i32 = 139;
/** Codewords of R17x139. */
export const MOST_CODEWORDS: i32 = 232;

/** Rows and columns of each version. */
const SIZES: StaticArray<u8> = [
  7, 43, 7, 59, 7, 77, 7, 99, 7, 139, 9, 43, 9, 59, 9, 77, 9, 99, 9, 139, 11, 27, 11, 43, 11, 59, 11, 77, 11, 99, 11,
  139, 13, 27, 13, 43, 13, 59, 13, 77, 13, 99, 13, 139, 15, 43, 15, 59, 15, 77, 15, 99, 15, 139, 17, 43, 17, 59, 17, 77,
  17, 99, 17, 139,
];

/** Check codewords of a block, table 8: levels M and H of each version in turn. */
const CHECKS: StaticArray<u8> = [
  7, 10, 9, 14, 12, 22, 16, 30, 24, 22, 9, 14, 12, 22, 18, 16, 24, 22, 18, 22, 8, 10, 12, 20, 16, 16, 24, 22, 16, 30,
  24, 30, 9, 14, 14, 28, 22, 20, 16, 28, 20, 26, 20, 28, 18, 18, 26, 24, 18, 24, 24, 22, 24, 26, 22, 20, 16, 30, 22, 28,
  20, 26, 20, 26,
];

/** Blocks of a symbol, table 8, as above. */
const BLOCKS: StaticArray<u8> = [
  1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 2, 2, 3, 1, 1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 1, 1, 1, 1, 2, 2,
  2, 2, 3, 3, 4, 1, 2, 1, 2, 2, 3, 2, 4, 3, 5, 1, 2, 2, 2, 2, 3, 3, 4, 4, 6,
];

export function rowsOf(version: i32): i32 {
  return <i32>unchecked(SIZES[version * 2]);
}

export function columnsOf(version: i32): i32 {
  return <i32>unchecked(SIZES[version * 2 + 1]);
}

/** `isHigh` is the level bit of the format information: H, not M. */
export function checksOf(version: i32, isHigh: bool): i32 {
  return <i32>unchecked(CHECKS[version * 2 + (isHigh ? 1 : 0)]);
}

export function blocksOf(version: i32, isHigh: bool): i32 {
  return <i32>unchecked(BLOCKS[version * 2 + (isHigh ? 1 : 0)]);
}

/** Alignment columns between the symbol's sides (table D.1): how many, and where. */
export function alignmentCount(columns: i32): i32 {
  return columns < 43 ? 0 : columns == 43 ? 1 : columns < 99 ? 2 : columns == 99 ? 3 : 4;
}

export function alignmentAt(columns: i32, index: i32): i32 {
  switch (columns) {
    case 43:
      return 21;
    case 59:
      return 19 + 20 * index;
    case 77:
      return 25 + 26 * index;
    case 99:
      return 23 + 26 * index;
    default:
      return 27 + 28 * index;
  }
}

/**
 * Format information: (18,6) BCH code over level bit and version indicator. The copy beside the finder and that beside
 * the sub-finder have masks of their own (clause 7.9).
 */
export function formatCode(data: i32, isRight: bool): i32 {
  return bchWord(data, 0x1f25) ^ (isRight ? 0x20a7b : 0x1fab2);
}

/** Fills rows · columns bytes with MODULE_* values. */
export function fillModuleMap(map: usize, version: i32): void {
  const rows = rowsOf(version);
  const columns = columnsOf(version);
  memory.fill(map, MODULE_DATA, <usize>(rows * columns));
  for (let column = 0; column < columns; column++) {
    const colour = (column & 1) == 0 ? MODULE_DARK : MODULE_LIGHT;
    setModule(map, rows, columns, 0, column, colour);
    setModule(map, rows, columns, rows - 1, column, colour);
  }
  fillColumn(map, rows, columns, 0);
  fillColumn(map, rows, columns, columns - 1);
  for (let i = 0; i < alignmentCount(columns); i++) {
    const column = alignmentAt(columns, i);
    fillColumn(map, rows, columns, column);
    // Small squares at both ends.
    fillSquare(map, rows, columns, 1, column);
    fillSquare(map, rows, columns, rows - 2, column);
  }
  // Corner finder patterns: at the top right, and at the bottom left where there is room for one.
  setModule(map, rows, columns, 0, columns - 2, MODULE_DARK);
  setModule(map, rows, columns, 1, columns - 1, MODULE_DARK);
  setModule(map, rows, columns, 1, columns - 2, MODULE_LIGHT);
  setModule(map, rows, columns, rows - 1, 1, MODULE_DARK);
  setModule(map, rows, columns, rows - 2, 0, MODULE_DARK);
  setModule(map, rows, columns, rows - 2, 1, MODULE_LIGHT);
  // Finder sub-pattern and finder pattern.
  fillRings(map, rows, columns, rows - 3, columns - 3, 2);
  fillRings(map, rows, columns, 3, 3, 4);
  for (let bit = 0; bit < 18; bit++) {
    setModule(map, rows, columns, formatRow(bit), formatColumn(bit), MODULE_INFORMATION);
    setModule(map, rows, columns, rows + farFormatRow(bit), columns + farFormatColumn(bit), MODULE_INFORMATION);
  }
}

function fillColumn(map: usize, rows: i32, columns: i32, column: i32): void {
  for (let row = 0; row < rows; row++) {
    setModule(map, rows, columns, row, column, (row & 1) == 0 ? MODULE_DARK : MODULE_LIGHT);
  }
}

function fillSquare(map: usize, rows: i32, columns: i32, row: i32, column: i32): void {
  for (let dr = -1; dr <= 1; dr++) {
    for (let dc = -1; dc <= 1; dc++) {
      setModule(map, rows, columns, row + dr, column + dc, dr == 0 && dc == 0 ? MODULE_LIGHT : MODULE_DARK);
    }
  }
}

/** Place of a format bit beside the finder, least significant first (figure 19). */
export function formatRow(bit: i32): i32 {
  return 1 + (bit % 5);
}

export function formatColumn(bit: i32): i32 {
  return 8 + bit / 5;
}

/** The same beside the finder sub-pattern, counted from the number of rows and columns. */
export function farFormatRow(bit: i32): i32 {
  return bit < 15 ? (bit % 5) - 6 : -6;
}

export function farFormatColumn(bit: i32): i32 {
  return bit < 15 ? bit / 5 - 8 : bit - 20;
}
