/** The data mask patterns of the QR family, ISO/IEC 18004 table 10. Knows no symbol. */

/** True where the data mask pattern inverts a module (table 10). */
export function isMasked(mask: i32, row: i32, column: i32): bool {
  switch (mask) {
    case 0:
      return ((row + column) & 1) == 0;
    case 1:
      return (row & 1) == 0;
    case 2:
      return column % 3 == 0;
    case 3:
      return (row + column) % 3 == 0;
    case 4:
      return (((row >> 1) + column / 3) & 1) == 0;
    case 5:
      return ((row * column) & 1) + ((row * column) % 3) == 0;
    case 6:
      return ((((row * column) & 1) + ((row * column) % 3)) & 1) == 0;
    default:
      return ((((row + column) & 1) + ((row * column) % 3)) & 1) == 0;
  }
}
