/** Where the bits of the codewords stand in the mapping matrix: ISO/IEC 16022 annex F. Knows nothing of data regions. */

let map: usize = 0;
let rows: i32 = 0;
let columns: i32 = 0;

/**
 * Fills `out` (i16 per module of the mapping matrix, row by row) with 1 + 8·codeword + bit, bit 0 the most significant;
 * 0 where a module carries none.
 */
export function placeCodewords(out: usize, height: i32, width: i32): void {
  map = out;
  rows = height;
  columns = width;
  memory.fill(out, 0, (<usize>(height * width)) << 1);
  let codeword: i32 = 0;
  let row: i32 = 4;
  let column: i32 = 0;
  do {
    if (row == rows && column == 0) corner(codeword++, 1);
    if (row == rows - 2 && column == 0 && (columns & 3) != 0) corner(codeword++, 2);
    if (row == rows - 2 && column == 0 && (columns & 7) == 4) corner(codeword++, 3);
    if (row == rows + 4 && column == 2 && (columns & 7) == 0) corner(codeword++, 4);
    do {
      if (row < rows && column >= 0 && isFree(row, column)) shape(codeword++, row, column);
      row -= 2;
      column += 2;
    } while (row >= 0 && column < columns);
    row++;
    column += 3;
    do {
      if (row >= 0 && column < columns && isFree(row, column)) shape(codeword++, row, column);
      row += 2;
      column -= 2;
    } while (row < rows && column >= 0);
    row += 3;
    column++;
  } while (row < rows || column < columns);
}

function isFree(row: i32, column: i32): bool {
  return load<i16>(map + ((<usize>(row * columns + column)) << 1)) == 0;
}

/** One bit; what lies beyond the upper or left side goes on at the opposite one, shifted. */
function put(row: i32, column: i32, codeword: i32, bit: i32): void {
  if (row < 0) {
    row += rows;
    column += 4 - ((rows + 4) & 7);
  }
  if (column < 0) {
    column += columns;
    row += 4 - ((columns + 4) & 7);
  }
  // Only in sizes of DMRE does that shift lead beyond the lower side (ISO/IEC 21471).
  if (row >= rows) row -= rows;
  store<i16>(map + ((<usize>(row * columns + column)) << 1), <i16>(1 + (codeword << 3) + bit));
}

/** The standard's shape of eight modules, its last bit at (row, column). */
function shape(codeword: i32, row: i32, column: i32): void {
  put(row - 2, column - 2, codeword, 0);
  put(row - 2, column - 1, codeword, 1);
  put(row - 1, column - 2, codeword, 2);
  put(row - 1, column - 1, codeword, 3);
  put(row - 1, column, codeword, 4);
  put(row, column - 2, codeword, 5);
  put(row, column - 1, codeword, 6);
  put(row, column, codeword, 7);
}

/**
 * The four codewords that are torn over the corners, F.2: rows and columns of their bits, negative ones counted from the
 * lower or right side.
 */
const CORNERS: StaticArray<i8> = [
  -1, 0, -1, 1, -1, 2, 0, -2, 0, -1, 1, -1, 2, -1, 3, -1, -3, 0, -2, 0, -1, 0, 0, -4, 0, -3, 0, -2, 0, -1, 1, -1, -3, 0,
  -2, 0, -1, 0, 0, -2, 0, -1, 1, -1, 2, -1, 3, -1, -1, 0, -1, -1, 0, -3, 0, -2, 0, -1, 1, -3, 1, -2, 1, -1,
];

function corner(codeword: i32, which: i32): void {
  for (let bit = 0; bit < 8; bit++) {
    const at = (which - 1) * 16 + bit * 2;
    const row = <i32>unchecked(CORNERS[at]);
    const column = <i32>unchecked(CORNERS[at + 1]);
    put(row < 0 ? row + rows : row, column < 0 ? column + columns : column, codeword, bit);
  }
}
