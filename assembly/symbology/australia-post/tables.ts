/** Encoding tables of Australia Post's 4-state barcode (Customer Barcoding Technical Specifications, appendix). */

/** Bars are base-4 digits: 0 full, 1 ascender, 2 descender, 3 tracker. A digit of the N table is two of them. */
export const NO_DIGIT: i32 = -1;

/** Digit of a pair of bars (4 · first + second), or NO_DIGIT: counting in base 3, and 30 for 9. */
export function digitOf(pair: i32): i32 {
  const first = pair >> 2;
  const second = pair & 3;
  if (first == 3) return second == 0 ? 9 : NO_DIGIT;
  return second == 3 ? NO_DIGIT : 3 * first + second;
}

/**
 * Characters of the C table by three bars (16 · first + 4 · second + third), ASCII:
 * ABC DEF#GHIabcdeJKLfMNOgPQRhijklSTUmVWXnYZ0opqrs123t456u789vwxyz
 */
// biome-ignore format: a line is a first bar
export const CHARACTERS = memory.data<u8>([
  65, 66, 67, 32, 68, 69, 70, 35, 71, 72, 73, 97, 98, 99, 100, 101,
  74, 75, 76, 102, 77, 78, 79, 103, 80, 81, 82, 104, 105, 106, 107, 108,
  83, 84, 85, 109, 86, 87, 88, 110, 89, 90, 48, 111, 112, 113, 114, 115,
  49, 50, 51, 116, 52, 53, 54, 117, 55, 56, 57, 118, 119, 120, 121, 122,
]);
