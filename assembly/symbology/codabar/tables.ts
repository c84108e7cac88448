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

/**
 * The same characters as Codabar was first printed, with 18 widths that keep all characters alike in width (ANSI/AIM BC3,
 * appendix): tenths of the mils that they have at ten characters per inch.
 */
// biome-ignore format: a row is a character
export const FIRST_ROWS = memory.data<u8>([
  65, 104, 65, 104, 65, 243, 179, // 0
  65, 104, 65, 104, 179, 243, 65, // 1
  65, 100, 65, 244, 65, 100, 186, // 2
  179, 243, 65, 104, 65, 104, 65, // 3
  65, 104, 179, 104, 65, 243, 65, // 4
  179, 104, 65, 104, 65, 243, 65, // 5
  65, 243, 65, 104, 65, 104, 179, // 6
  65, 243, 65, 104, 179, 104, 65, // 7
  65, 243, 179, 104, 65, 104, 65, // 8
  186, 100, 65, 244, 65, 100, 65, // 9
  65, 100, 65, 244, 186, 100, 65, // -
  65, 100, 186, 244, 65, 100, 65, // $
  167, 93, 65, 93, 167, 93, 147, // :
  147, 93, 167, 93, 65, 93, 167, // /
  136, 101, 149, 101, 172, 101, 65, // .
  65, 101, 172, 101, 149, 101, 136, // +
  65, 80, 196, 194, 65, 161, 65, // A (start)
  65, 161, 65, 194, 65, 80, 196, // B (start)
  65, 80, 65, 194, 65, 161, 196, // C (start)
  65, 80, 65, 194, 196, 161, 65, // D (start)
  65, 80, 196, 194, 65, 161, 65, // A (stop)
  65, 161, 65, 194, 65, 80, 196, // B (stop)
  65, 80, 65, 194, 65, 161, 196, // C (stop)
  65, 80, 65, 194, 196, 161, 65, // D (stop)
]);

/** Narrow bars of that print are the module. */
export const FIRST_MODULE: f32 = 65;
