/**
 * The dot patterns of the codewords and the places of their dots, AIM ISS DotCode 4.0 clauses 4.2 and 5.6. Knows nothing
 * of how dots are seen.
 *
 * Patterns are the nine-bit words of five dots in the order of their changes between dot and space, most first, and among
 * equals by value: the first 113 of 126, which leaves out those that clump.
 */

/** Elements of the field that codewords are in: 0–112. */
export const ELEMENTS: i32 = 113;
/** Dots that a codeword is printed in, and those of them that are there. */
export const DOTS: i32 = 9;
export const LIT: i32 = 5;
/** Patterns of nine bits. */
const PATTERNS: i32 = 512;
/** No codeword has this pattern. */
export const NO_CODEWORD: i32 = 255;

/** Bytes of the table that fillPatterns() fills. */
export const PATTERN_BYTES: usize = <usize>PATTERNS;

/** Fills a table of u8: the codeword of every pattern, NO_CODEWORD for those that mean none. */
export function fillPatterns(table: usize): void {
  memory.fill(table, <u8>NO_CODEWORD, PATTERN_BYTES);
  let word: i32 = 0;
  for (let changes = DOTS - 1; changes > 0; changes--) {
    for (let pattern = 0; pattern < PATTERNS && word < ELEMENTS; pattern++) {
      if (popcnt(pattern) != LIT || popcnt((pattern ^ (pattern >> 1)) & 0xff) != changes) continue;
      store<u8>(table + <usize>pattern, <u8>word);
      word++;
    }
  }
}

/** Number of places for dots. */
export function placeCount(width: i32, height: i32): i32 {
  return (width * height) >> 1;
}

/** The six corner dots, which come last: u and v from the near or the far end, in the order of the standard. */
const CORNER_U: StaticArray<i32> = [-1, 0, -2, 1, -1, 0];
const CORNER_V: StaticArray<i32> = [-2, -2, -1, -1, 0, 0];

/**
 * Fills `out` with the places of a symbol (i32, first + x · right + y · down) in the order of the dot stream. With an even
 * height the stream runs down the columns from left to right; with an odd one along the rows from the bottom to the top, which
 * is the same turned by a quarter: u is the side with an odd number of places, v the other.
 */
export function placeDots(width: i32, height: i32, first: i32, right: i32, down: i32, out: usize): void {
  const isTurned = (height & 1) == 1;
  const across = isTurned ? height : width;
  const along = isTurned ? width : height;
  const origin = isTurned ? first + (height - 1) * down : first;
  const stepU = isTurned ? -down : right;
  const stepV = isTurned ? right : down;
  let at = out;
  for (let u = 0; u < across; u++) {
    for (let v = u & 1; v < along; v += 2) {
      if (isCorner(u, v, across, along)) continue;
      store<i32>(at, origin + u * stepU + v * stepV);
      at += 4;
    }
  }
  for (let k = 0; k < 6; k++) {
    const u = unchecked(CORNER_U[k]);
    const v = unchecked(CORNER_V[k]);
    store<i32>(at, origin + (u < 0 ? across + u : u) * stepU + (v < 0 ? along + v : v) * stepV);
    at += 4;
  }
}

function isCorner(u: i32, v: i32, across: i32, down: i32): bool {
  const isEnd = u == 0 || u == across - 1;
  if (v == 0 || v == down - 2) return isEnd;
  return v == down - 1 && (u == 1 || u == across - 2);
}
