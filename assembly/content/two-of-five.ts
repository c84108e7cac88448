/** The digits of the 2 of 5 family: which two of five elements are wide. Knows no order of bars and spaces. */

/** Bit 0 is the first element; weights 1, 2, 4, 7 and 0 (ISO/IEC 16390, table 1). */
const WIDE = memory.data<u8>([
  0b01100, 0b10001, 0b10010, 0b00011, 0b10100, 0b00101, 0b00110, 0b11000, 0b01001, 0b01010,
]);

/** True if an element (0–4) of a digit is wide. */
export function isWide(digit: i32, element: i32): bool {
  return ((<i32>load<u8>(WIDE + <usize>digit) >> element) & 1) != 0;
}
