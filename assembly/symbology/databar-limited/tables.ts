/** Check characters of GS1 DataBar Limited (ISO/IEC 24724, table 8). Knows no image. */

export const CHECK_PRIME: i32 = 89;
export const CHECK_MODULES: i32 = 18;
export const CHECK_ELEMENTS: i32 = 14;

/** All ways to part 8 modules into six elements of three at most, in lexicographic order. */
const COMBINATIONS: i32 = 21;
const sixes = memory.data<u8>([
  1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 3, 1, 1, 1, 1, 2, 1, 2, 1, 1, 1, 2, 2, 1, 1, 1, 1, 3, 1, 1, 1, 1, 2,
  1, 1, 2, 1, 1, 2, 1, 2, 1, 1, 1, 2, 2, 1, 1, 1, 1, 3, 1, 1, 1, 1, 2, 1, 1, 1, 2, 1, 2, 1, 1, 2, 1, 1, 2, 1, 2, 1, 1,
  1, 2, 2, 1, 1, 1, 1, 3, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 2, 1, 1, 1, 2, 1, 2, 1, 1, 2, 1, 1, 2, 1, 2, 1, 1, 1, 2, 2, 1,
  1, 1, 1, 3, 1, 1, 1, 1, 1,
]);

/** The combinations in use, for check values from 0 on: that of the odd elements times 21 and that of the even ones. */
const codes = memory.data<u16>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
  32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 45, 52, 57, 63, 64, 65, 66, 73, 74, 75, 76, 77, 78, 79, 82, 126, 127,
  128, 129, 130, 132, 141, 142, 143, 144, 145, 146, 210, 211, 212, 213, 214, 215, 216, 217, 220, 316, 317, 318, 319,
  320, 322, 323, 326, 337,
]);

const widths = memory.data(14);

/** Widths of a check character, the first a space; valid until the next call. */
export function checkWidths(value: i32): usize {
  const code = <i32>load<u16>(codes + ((<usize>value) << 1));
  const odd = sixes + <usize>(6 * (code / COMBINATIONS));
  const even = sixes + <usize>(6 * (code % COMBINATIONS));
  for (let k: usize = 0; k < 6; k++) {
    store<u8>(widths + 2 * k, load<u8>(odd + k));
    store<u8>(widths + 2 * k + 1, load<u8>(even + k));
  }
  store<u8>(widths + 12, 1);
  store<u8>(widths + 13, 1);
  return widths;
}
