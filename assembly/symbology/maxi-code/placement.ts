/** Where MaxiCode's modules lie and what they are (ISO/IEC 16023, figures 3 to 5). Knows the grid, not the image. */
import { PRIMARY_MODULES } from "./primary-modules";

export const ROWS: i32 = 33;
/** Modules of an even row; odd ones have one less and begin half a module further right. */
export const COLUMNS: i32 = 30;
export const MODULES: i32 = ROWS * COLUMNS;
/** Bits of a codeword. */
export const BITS: i32 = 6;
/** Codewords of the primary message, and of both. */
export const PRIMARY: i32 = 20;
export const CODEWORDS: i32 = 144;

/** Distance of two rows in module widths, √3 / 2. */
export const ROW_PITCH: f64 = 0.8660254037844386;
/** The bull's-eye's centre: module 14 of row 16. */
const CENTRE_ROW: i32 = 16;
const CENTRE_COLUMN: f64 = 14;

/** Modules that every symbol has: three at each of the six corners of the bull's-eye, two at the symbol's top right. */
export const FIXED: i32 = 20;
/** 30 · row + column of them, plus 1,024 for dark ones. */
// biome-ignore format: a corner a line
const FIXED_MODULES: StaticArray<u16> = [
  1304, 1305, 1335,
  286, 287, 317,
  1481, 487, 1512,
  1524, 501, 1554,
  1694, 671, 1724,
  1701, 706, 1731,
  1052, 1053,
];
const DARK: i32 = 1024;

export function fixedModule(index: i32): i32 {
  return <i32>unchecked(FIXED_MODULES[index]) & (DARK - 1);
}

export function isFixedDark(index: i32): bool {
  return (<i32>unchecked(FIXED_MODULES[index]) & DARK) != 0;
}

/** Place of a module in module widths from the bull's-eye's centre, to the right and down. */
export function moduleU(module: i32): f64 {
  return <f64>(module % COLUMNS) + ((module / COLUMNS) & 1) * 0.5 - CENTRE_COLUMN;
}

export function moduleV(module: i32): f64 {
  return <f64>(module / COLUMNS - CENTRE_ROW) * ROW_PITCH;
}

/** The bull's-eye's radius beyond which modules lie, in module widths. */
const EYE: f64 = 4.9;

/** True for places of the grid where a module lies: not within the bull's-eye, not the 30th of an odd row. */
export function isModule(module: i32): bool {
  if (((module / COLUMNS) & 1) == 1 && module % COLUMNS == COLUMNS - 1) return false;
  const u = moduleU(module);
  const v = moduleV(module);
  return u * u + v * v > EYE * EYE;
}

/**
 * Fills `map` (u16 per bit, CODEWORDS · BITS) with the module of each bit, highest bit of a codeword first. Secondary
 * codewords are blocks of two columns and three rows in bands that run to and fro, those of the last ones stand in the
 * rightmost columns from top to bottom.
 */
export function placeCodewords(map: usize): void {
  let at = map;
  for (let i = 0; i < PRIMARY * BITS; i++) {
    store<u16>(at, unchecked(PRIMARY_MODULES[i]));
    at += 2;
  }
  for (let band = 0; band < 11; band++) {
    for (let k = 0; k < 14; k++) {
      const pair = (band & 1) == 0 ? k : 13 - k;
      // The primary message lies around the bull's-eye.
      const first = band >= 4 && band <= 6 ? 3 : 4;
      if (band >= 3 && band <= 7 && pair >= first && pair <= 10) continue;
      for (let bit = 0; bit < BITS; bit++) {
        store<u16>(at, <u16>((3 * band + (bit >> 1)) * COLUMNS + 2 * pair + 1 - (bit & 1)));
        at += 2;
      }
    }
  }
  for (let k = 0; k < 16; k++) {
    const module = (2 * k + 1) * COLUMNS + 28;
    store<u16>(at, <u16>module);
    store<u16>(at, <u16>(module + COLUMNS + 1), 2);
    store<u16>(at, <u16>(module + COLUMNS), 4);
    at += 6;
  }
}
