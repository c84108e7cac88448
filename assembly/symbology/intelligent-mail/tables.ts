/**
 * Characters and bar places of the Intelligent Mail barcode (USPS-B-3200). Knows no bars' heights.
 *
 * A codeword is one of 1287 patterns of five bits of 13, or of 78 patterns of two. Both tables are made as the
 * specification makes them (appendix C): patterns in rising order, each followed by its mirror image; those that are their
 * own mirror images fill the table from its end.
 */

export const CHARACTERS: i32 = 10;
export const CHARACTER_BITS: i32 = 13;
export const PATTERN_MASK: i32 = 0x1fff;
const FIVES: i32 = 1287;
const TWOS: i32 = 78;
export const CODEWORDS: i32 = FIVES + TWOS;
/** No codeword has this pattern. */
export const NO_CODEWORD: i32 = 0xffff;

/**
 * 13 · character + bit for the ascender and the descender of each bar (appendix D, bar to character mapping). Derived from an
 * encoder's symbols of 400 random contents: the one bit of their characters that every bar shows.
 */
// biome-ignore format: a row is ten bars
export const BAR_BITS = memory.data<u8>([
  55, 93, 0, 23, 34, 129, 89, 70, 40, 113, 77, 1, 21, 31, 128, 56, 114, 81, 97, 48,
  17, 76, 38, 109, 2, 127, 85, 92, 61, 45, 110, 3, 33, 82, 126, 14, 67, 101, 47, 52,
  4, 80, 13, 115, 51, 125, 98, 32, 62, 66, 87, 25, 104, 94, 124, 73, 36, 58, 5, 43,
  72, 108, 22, 102, 123, 78, 60, 6, 41, 27, 116, 74, 79, 63, 95, 122, 15, 42, 26, 7,
  53, 16, 44, 88, 121, 111, 71, 37, 103, 8, 105, 54, 39, 75, 9, 120, 30, 83, 20, 99,
  57, 65, 10, 29, 119, 90, 19, 50, 100, 112, 11, 69, 28, 18, 64, 118, 84, 107, 46, 91,
  96, 59, 24, 12, 117, 35, 68, 86, 106, 49,
]);

/** Codewords of all patterns, u16 × 2^13. */
const codewords = memory.data(2 * 8192);
let isOpen = false;

/** Makes the table of codewords, once. */
export function openCodewords(): void {
  if (isOpen) return;
  memory.fill(codewords, 0xff, 2 * 8192);
  fillPatterns(5, 0, FIVES);
  fillPatterns(2, FIVES, TWOS);
  isOpen = true;
}

function fillPatterns(bits: i32, first: i32, count: i32): void {
  let low = first;
  let high = first + count - 1;
  for (let pattern = 0; pattern <= PATTERN_MASK; pattern++) {
    if (popcnt(pattern) != bits) continue;
    const mirror = mirrorOf(pattern);
    if (mirror < pattern) continue;
    if (mirror == pattern) {
      store<u16>(codewords + ((<usize>pattern) << 1), <u16>high);
      high--;
      continue;
    }
    store<u16>(codewords + ((<usize>pattern) << 1), <u16>low);
    store<u16>(codewords + ((<usize>mirror) << 1), <u16>(low + 1));
    low += 2;
  }
}

function mirrorOf(pattern: i32): i32 {
  let mirror: i32 = 0;
  for (let i = 0; i < CHARACTER_BITS; i++) if (((pattern >> i) & 1) != 0) mirror |= 1 << (CHARACTER_BITS - 1 - i);
  return mirror;
}

/** Codeword of a pattern, or NO_CODEWORD. */
export function codewordOf(pattern: i32): i32 {
  return <i32>load<u16>(codewords + ((<usize>pattern) << 1));
}
