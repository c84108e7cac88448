/**
 * QR Code model 1 (AIM ITS/97-001), the original of 1994: the same finders, timing and masks, but codewords in blocks of
 * 2×4 and 4×2 modules, extension patterns on the right and lower side, no alignment patterns, and no interleaving. Versions 1
 * to 5; larger ones were hardly ever printed.
 *
 *   +---+-------+---+
 *   | F |   3   | F |    1  pairs of columns, 2×4 blocks, from the right; the corner block holds four bits
 *   +---+       +---+    2  four columns under the right finder, 4×2 blocks
 *   | 4 |   3   |2|1|    3  all rows but the timing pattern's, 4×2 blocks
 *   +---+       | | |    4  left of the middle, 2×4 blocks
 *   | F |   3   |2|1|
 *   +---+-------+---+
 */
import { GridView, softAt } from "./format-information";
import { isMasked } from "../../kit/data-mask";
import { LEVEL_H } from "./tables";

export const MOST_MODEL1_VERSION: i32 = 5;

/** Check codewords of a block: four levels of each version. */
const CHECKS: StaticArray<u8> = [7, 10, 13, 17, 10, 16, 22, 30, 15, 28, 36, 48, 20, 40, 50, 66, 26, 52, 66, 44];

/** Blocks of a symbol: their data follow each other, then their check codewords do. */
export function model1Blocks(version: i32, level: i32): i32 {
  return version == 5 && level == LEVEL_H ? 2 : 1;
}

export function model1Checks(version: i32, level: i32): i32 {
  return <i32>unchecked(CHECKS[(version - 1) * 4 + level]);
}

let count: i32 = 0;

/** Writes the codewords (u8) and the trust of each one's weakest bit (f32) in symbol order; returns how many. */
export function readModel1Codewords(view: GridView, mask: i32, codewords: usize, trust: usize): i32 {
  const d = view.dimension;
  count = 0;
  for (let pair = 0; pair < 2; pair++) {
    for (let i = 0; i < (d - 8) >> 2; i++) {
      if (pair == 0 && isExtension(d, i)) continue;
      readBlock(view, mask, d - 1 - 4 * i, d - 1 - 2 * pair, 2, codewords, trust);
    }
  }
  // The corner block's lower half is an extension pattern: those four bits are zero.
  store<u8>(codewords, <u8>(<i32>load<u8>(codewords) & 15));
  for (let row = d - 1; row > 8; row -= 2) readBlock(view, mask, row, d - 5, 4, codewords, trust);
  for (let column = d - 9; column > 8; column -= 4) {
    const isCut = isExtension(d, (d - 1 - column) >> 2);
    let row = d - 1;
    while (row > 0) {
      if (!(isCut && row == d - 1)) readBlock(view, mask, row, column, 4, codewords, trust);
      row -= 2;
      // The horizontal timing pattern takes row 6.
      if (row == 6) row = 5;
    }
  }
  for (let pair = 0; pair < 4; pair++) {
    // The vertical timing pattern takes column 6.
    const column = pair == 0 ? 8 : 7 - 2 * pair;
    for (let row = d - 9; row > 8; row -= 4) readBlock(view, mask, row, column, 2, codewords, trust);
  }
  return count;
}

/** Every second block along the right and the lower side is an extension pattern, the outermost ones excepted. */
function isExtension(dimension: i32, index: i32): bool {
  return index > 0 && (index & 1) == 0 && index < ((dimension - 8) >> 2) - 1;
}

/** Reads the block whose lower right module is given, `width` modules wide, right to left and upwards. */
function readBlock(view: GridView, mask: i32, row: i32, column: i32, width: i32, codewords: usize, trust: usize): void {
  let value: i32 = 0;
  let least: f32 = 1;
  for (let k = 0; k < 8; k++) {
    const r = row - k / width;
    const c = column - (k % width);
    const soft = softAt(view, r, c);
    const isDark = soft > 0;
    value = (value << 1) | (isDark != isMasked(mask, r, c) ? 1 : 0);
    least = min<f32>(least, isDark ? soft : -soft);
  }
  store<u8>(codewords + <usize>count, <u8>value);
  store<f32>(trust + ((<usize>count) << 2), least);
  count++;
}
