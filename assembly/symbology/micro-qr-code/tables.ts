/** The numbers of Micro QR Code in ISO/IEC 18004: sizes, codewords, format codes, function patterns. Knows no image. */
import { MODULE_DARK, MODULE_DATA, MODULE_INFORMATION, MODULE_LIGHT, fillRings, setModule } from "../../kit/module-map";
import { bchWord } from "../../math/bch";

export const MOST_DIMENSION: i32 = 17;
/** Most codewords of a symbol (M4). */
export const MOST_CODEWORDS: i32 = 24;

/**
 * By symbol number (table 13): version, level as RECORD_EC_LEVEL has it (255 for M1, which only detects errors), data and
 * check codewords, and check codewords that are kept for detection (table 9).
 */
const NUMBERS: StaticArray<u8> = [
  1, 255, 3, 2, 2, 2, 0, 5, 5, 3, 2, 1, 4, 6, 2, 3, 0, 11, 6, 2, 3, 1, 9, 8, 0, 4, 0, 16, 8, 2, 4, 1, 14, 10, 0, 4, 2,
  10, 14, 0,
];

function numberOf(symbolNumber: i32, index: i32): i32 {
  return <i32>unchecked(NUMBERS[symbolNumber * 5 + index]);
}

export function versionOf(symbolNumber: i32): i32 {
  return numberOf(symbolNumber, 0);
}

/** −1 where there is no level. */
export function levelOf(symbolNumber: i32): i32 {
  const level = numberOf(symbolNumber, 1);
  return level == 255 ? -1 : level;
}

export function dataCodewords(symbolNumber: i32): i32 {
  return numberOf(symbolNumber, 2);
}

export function checkCodewords(symbolNumber: i32): i32 {
  return numberOf(symbolNumber, 3);
}

export function spareCodewords(symbolNumber: i32): i32 {
  return numberOf(symbolNumber, 4);
}

/** The last data codeword of M1 and M3 has four bits (clause 7.5.2): the high half of its byte. */
export function hasHalfCodeword(version: i32): bool {
  return (version & 1) == 1;
}

export function dimensionOf(version: i32): i32 {
  return 9 + 2 * version;
}

/** Format information: (15,5) BCH code over symbol number and mask reference, masked (clause 7.9.2). */
export function formatCode(data: i32): i32 {
  return bchWord(data, 0x537) ^ 0x4445;
}

/** QR Code's data mask pattern of a mask reference 0–3 (table 10). */
export function maskPattern(reference: i32): i32 {
  return reference == 0 ? 1 : reference == 1 ? 4 : reference == 2 ? 6 : 7;
}

/** Fills dimension² bytes with MODULE_* values. */
export function fillModuleMap(map: usize, version: i32): void {
  const d = dimensionOf(version);
  memory.fill(map, MODULE_DATA, <usize>(d * d));
  for (let i = 8; i < d; i++) {
    const colour = (i & 1) == 0 ? MODULE_DARK : MODULE_LIGHT;
    setModule(map, d, d, 0, i, colour);
    setModule(map, d, d, i, 0, colour);
  }
  fillRings(map, d, d, 3, 3, 4);
  for (let i = 1; i <= 8; i++) {
    setModule(map, d, d, 8, i, MODULE_INFORMATION);
    setModule(map, d, d, i, 8, MODULE_INFORMATION);
  }
}
