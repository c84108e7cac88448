/** Codabar symbol characters (EN 798, table 1). Knows no image. */

export const ELEMENTS: i32 = 7;
export const DATA: i32 = 16;
/** Start patterns A–D, then the same as stop patterns. */
export const LETTERS: i32 = 4;

/** 1 narrow, 2 wide, bar first; digits, - and $ have two wide elements, all others three. */
// biome-ignore format: a row is a character
export const ROWS = memory.data<u8>([
  1, 1, 1, 1, 1, 2, 2, // 0
  1, 1, 1, 1, 2, 2, 1, // 1
  1, 1, 1, 2, 1, 1, 2, // 2
  2, 2, 1, 1, 1, 1, 1, // 3
  1, 1, 2, 1, 1, 2, 1, // 4
  2, 1, 1, 1, 1, 2, 1, // 5
  1, 2, 1, 1, 1, 1, 2, // 6
  1, 2, 1, 1, 2, 1, 1, // 7
  1, 2, 2, 1, 1, 1, 1, // 8
  2, 1, 1, 2, 1, 1, 1, // 9
  1, 1, 1, 2, 2, 1, 1, // -
  1, 1, 2, 2, 1, 1, 1, // $
  2, 1, 1, 1, 2, 1, 2, // :
  2, 1, 2, 1, 1, 1, 2, // /
  2, 1, 2, 1, 2, 1, 1, // .
  1, 1, 2, 1, 2, 1, 2, // +
  1, 1, 2, 2, 1, 2, 1, // A (start)
  1, 2, 1, 2, 1, 1, 2, // B (start)
  1, 1, 1, 2, 1, 2, 2, // C (start)
  1, 1, 1, 2, 2, 2, 1, // D (start)
  1, 1, 2, 2, 1, 2, 1, // A (stop)
  1, 2, 1, 2, 1, 1, 2, // B (stop)
  1, 1, 1, 2, 1, 2, 2, // C (stop)
  1, 1, 1, 2, 2, 2, 1, // D (stop)
]);

/** ASCII of the data characters. */
export const ASCII = memory.data<u8>([48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 45, 36, 58, 47, 46, 43]);
