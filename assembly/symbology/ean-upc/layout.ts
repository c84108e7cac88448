/** Where things stand in the symbols of the family, in modules from the first bar (ISO/IEC 15420, symbol formats). */

export const EAN_13: i32 = 0;
export const EAN_8: i32 = 1;
export const UPC_E: i32 = 2;
/** Add-on symbols of two and five digits. */
export const ADD_ON_2: i32 = 3;
export const ADD_ON_5: i32 = 4;

/** Modules from the first bar to the last. */
export function modulesOf(kind: i32): i32 {
  return kind == EAN_13 ? 95 : kind == EAN_8 ? 67 : kind == UPC_E ? 51 : kind == ADD_ON_2 ? 20 : 47;
}

/** Edges of all bars. */
export function edgesOf(kind: i32): i32 {
  return kind == EAN_13 ? 60 : kind == EAN_8 ? 44 : kind == UPC_E ? 34 : kind == ADD_ON_2 ? 14 : 32;
}

export function digitsOf(kind: i32): i32 {
  return kind == EAN_13 ? 12 : kind == EAN_8 ? 8 : kind == UPC_E ? 6 : kind == ADD_ON_2 ? 2 : 5;
}

/** First module of a digit. */
export function digitStart(kind: i32, index: i32): i32 {
  if (kind >= ADD_ON_2) return 4 + 9 * index;
  const half = kind == EAN_13 ? 6 : kind == EAN_8 ? 4 : 6;
  return 3 + 7 * index + (index >= half ? 5 : 0);
}

/** True for digits in set C. */
export function isRightHalf(kind: i32, index: i32): bool {
  return kind == EAN_13 ? index >= 6 : kind == EAN_8 && index >= 4;
}

/** First module of the guard after the left half: centre guard, or UPC-E's end guard. */
export function guardStart(kind: i32): i32 {
  return kind == EAN_8 ? 31 : 45;
}
