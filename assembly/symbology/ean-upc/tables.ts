/** EAN/UPC character sets and parity patterns (ISO/IEC 15420, symbol encodation). Knows no image. */

export const SET_A: i32 = 0;
export const SET_B: i32 = 1;
export const SET_C: i32 = 2;

/** Element widths of the digits in set A (light first) and, with colours exchanged, set C (dark first); then set B. */
export const DIGIT_WIDTHS = memory.data<u8>([
  3, 2, 1, 1, 2, 2, 2, 1, 2, 1, 2, 2, 1, 4, 1, 1, 1, 1, 3, 2, 1, 2, 3, 1, 1, 1, 1, 4, 1, 3, 1, 2, 1, 2, 1, 3, 3, 1, 1,
  2, 1, 1, 2, 3, 1, 2, 2, 2, 2, 2, 1, 2, 1, 1, 4, 1, 2, 3, 1, 1, 1, 3, 2, 1, 4, 1, 1, 1, 2, 1, 3, 1, 3, 1, 2, 1, 2, 1,
  1, 3,
]);
export const ELEMENTS: i32 = 4;
export const DIGIT_MODULES: i32 = 7;

/** Sets of the left half of an EAN-13 by its first digit; bit 5 is the leftmost digit, 1 = set B. */
export const FIRST_DIGIT_SETS = memory.data<u8>([
  0, 0b001011, 0b001101, 0b001110, 0b010011, 0b011001, 0b011100, 0b010101, 0b010110, 0b011010,
]);

/** Sets of a UPC-E of number system 0 by its check digit, as above; number system 1 has the complement. */
export const UPC_E_SETS = memory.data<u8>([
  0b111000, 0b110100, 0b110010, 0b110001, 0b101100, 0b100110, 0b100011, 0b101010, 0b101001, 0b100101,
]);

/** Sets of an EAN-5 by its check sum; bit 4 is the leftmost digit, 1 = set B. */
export const EAN_5_SETS = memory.data<u8>([
  0b11000, 0b10100, 0b10010, 0b10001, 0b01100, 0b00110, 0b00011, 0b01010, 0b01001, 0b00101,
]);
