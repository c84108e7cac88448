/** The numbers of ISO/IEC 18004: sizes, block structure, alignment positions, format and version codes. Knows no image. */

import { MODULE_DARK, MODULE_DATA, MODULE_INFORMATION, MODULE_LIGHT, fillRings, setModule } from "../../kit/module-map";
import { bchWord } from "../../math/bch";

export const LEAST_VERSION: i32 = 1;
export const MOST_VERSION: i32 = 40;

/** Error correction levels as RECORD_EC_LEVEL numbers them. */
export const LEVEL_L: i32 = 0;
export const LEVEL_M: i32 = 1;
export const LEVEL_Q: i32 = 2;
export const LEVEL_H: i32 = 3;

/** Check codewords of a block, table 9: four levels of each version in turn. */
const CHECKS: StaticArray<u8> = [
  7, 10, 13, 17, 10, 16, 22, 28, 15, 26, 18, 22, 20, 18, 26, 16, 26, 24, 18, 22, 18, 16, 24, 28, 20, 18, 18, 26, 24, 22,
  22, 26, 30, 22, 20, 24, 18, 26, 24, 28, 20, 30, 28, 24, 24, 22, 26, 28, 26, 22, 24, 22, 30, 24, 20, 24, 22, 24, 30,
  24, 24, 28, 24, 30, 28, 28, 28, 28, 30, 26, 28, 28, 28, 26, 26, 26, 28, 26, 30, 28, 28, 26, 28, 30, 28, 28, 30, 24,
  30, 28, 30, 30, 30, 28, 30, 30, 26, 28, 30, 30, 28, 28, 28, 30, 30, 28, 30, 30, 30, 28, 30, 30, 30, 28, 30, 30, 30,
  28, 30, 30, 30, 28, 30, 30, 30, 28, 30, 30, 30, 28, 30, 30, 30, 28, 30, 30, 30, 28, 30, 30, 30, 28, 30, 30, 30, 28,
  30, 30, 30, 28, 30, 30, 30, 28, 30, 30, 30, 28, 30, 30,
];

/** Blocks of a symbol, table 9: four levels of each version in turn. */
const BLOCKS: StaticArray<u8> = [
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 1, 2, 2, 4, 1, 2, 4, 4, 2, 4, 4, 4, 2, 4, 6, 5, 2, 4, 6, 6, 2, 5, 8, 8, 4, 5, 8,
  8, 4, 5, 8, 11, 4, 8, 10, 11, 4, 9, 12, 16, 4, 9, 16, 16, 6, 10, 12, 18, 6, 10, 17, 16, 6, 11, 16, 19, 6, 13, 18, 21,
  7, 14, 21, 25, 8, 16, 20, 25, 8, 17, 23, 25, 9, 17, 23, 34, 9, 18, 25, 30, 10, 20, 27, 32, 12, 21, 29, 35, 12, 23, 34,
  37, 12, 25, 34, 40, 13, 26, 35, 42, 14, 28, 38, 45, 15, 29, 40, 48, 16, 31, 43, 51, 17, 33, 45, 54, 18, 35, 48, 57,
  19, 37, 51, 60, 19, 38, 53, 63, 20, 40, 56, 66, 21, 43, 59, 70, 22, 45, 62, 74, 24, 47, 65, 77, 25, 49, 68, 81,
];

export function dimensionOf(version: i32): i32 {
  return 17 + 4 * version;
}

export function checksOf(version: i32, level: i32): i32 {
  return <i32>unchecked(CHECKS[(version - 1) * 4 + level]);
}

export function blocksOf(version: i32, level: i32): i32 {
  return <i32>unchecked(BLOCKS[(version - 1) * 4 + level]);
}

/** Alignment pattern centres in one direction, annex E. */
export function alignmentCount(version: i32): i32 {
  return version == 1 ? 0 : version / 7 + 2;
}

/**
 * Coordinate of an alignment pattern's centre module: the first at 6, the last at dimension − 7, the others counted back
 * from it at an even step, as wide as the span divided by the gaps and rounded up (28 for version 32, where annex E has 26).
 */
export function alignmentAt(version: i32, index: i32): i32 {
  if (index == 0) return 6;
  const count = alignmentCount(version);
  const gaps = count - 1;
  const span = 4 * version + 4;
  const step = version == 32 ? 26 : 2 * ((span + 2 * gaps - 1) / (2 * gaps));
  return 6 + span - (count - 1 - index) * step;
}

/** Modules that carry codewords (remainder bits included): all but function patterns, format and version information. */
export function dataModules(version: i32): i32 {
  const dimension = dimensionOf(version);
  const alignments = alignmentCount(version);
  // Finders with separators 3·64, format information 2·15 and the dark module, timing between the separators.
  let used = 3 * 64 + 31 + 2 * (dimension - 16);
  if (alignments > 0) {
    // The three at the finders are left out; those on the timing patterns share five modules with them.
    const patterns = alignments * alignments - 3;
    used += patterns * 25 - 2 * (alignments - 2) * 5;
  }
  if (version >= 7) used += 36;
  return dimension * dimension - used;
}

/** Format information: 15 bits of (15,5) BCH code over level indicator and mask, masked (annex C). */
export function formatCode(data: i32): i32 {
  return bchWord(data, 0x537) ^ 0x5412;
}

/** The same for model 1 symbols, whose codes are masked with another constant (AIM ITS/97-001). */
export function formatCodeModel1(data: i32): i32 {
  return bchWord(data, 0x537) ^ 0x2825;
}

/** Level of a format data word: its indicator 01 is L, 00 M, 11 Q, 10 H (table 12). */
export function levelOfFormat(data: i32): i32 {
  return (data >> 3) ^ 1;
}

export function maskOfFormat(data: i32): i32 {
  return data & 7;
}

/** Version information: 18 bits of (18,6) BCH code (annex D). */
export function versionCode(version: i32): i32 {
  return bchWord(version, 0x1f25);
}

/** Fills dimension² bytes with MODULE_* values (model 2). */
export function fillModuleMap(map: usize, version: i32): void {
  const dimension = dimensionOf(version);
  memory.fill(map, MODULE_DATA, <usize>(dimension * dimension));
  for (let i = 8; i < dimension - 8; i++) {
    const colour = (i & 1) == 0 ? MODULE_DARK : MODULE_LIGHT;
    setModule(map, dimension, dimension, 6, i, colour);
    setModule(map, dimension, dimension, i, 6, colour);
  }
  const count = alignmentCount(version);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      if ((i == 0 && j == 0) || (i == 0 && j == count - 1) || (i == count - 1 && j == 0)) continue;
      fillRings(map, dimension, dimension, alignmentAt(version, i), alignmentAt(version, j), 2);
    }
  }
  fillRings(map, dimension, dimension, 3, 3, 4);
  fillRings(map, dimension, dimension, 3, dimension - 4, 4);
  fillRings(map, dimension, dimension, dimension - 4, 3, 4);
  for (let i = 0; i < 9; i++) {
    if (i != 6) {
      setModule(map, dimension, dimension, 8, i, MODULE_INFORMATION);
      setModule(map, dimension, dimension, i, 8, MODULE_INFORMATION);
    }
    if (i < 8) {
      setModule(map, dimension, dimension, 8, dimension - 1 - i, MODULE_INFORMATION);
      setModule(map, dimension, dimension, dimension - 1 - i, 8, MODULE_INFORMATION);
    }
  }
  setModule(map, dimension, dimension, dimension - 8, 8, MODULE_DARK);
  if (version >= 7) {
    for (let i = 0; i < 6; i++) {
      for (let j = dimension - 11; j < dimension - 8; j++) {
        setModule(map, dimension, dimension, i, j, MODULE_INFORMATION);
        setModule(map, dimension, dimension, j, i, MODULE_INFORMATION);
      }
    }
  }
}
