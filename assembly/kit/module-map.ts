/**
 * Which modules of a matrix symbol have a colour that the standard fixes, one byte per module, row by row. Knows no
 * symbology and no image.
 */

/** What a module is for. */
export const MODULE_DATA: u8 = 0;
/** Function pattern or information bit without a fixed colour. */
export const MODULE_INFORMATION: u8 = 1;
export const MODULE_LIGHT: u8 = 2;
export const MODULE_DARK: u8 = 3;

/** Sets a module's kind; nothing outside of the symbol. */
export function setModule(map: usize, rows: i32, columns: i32, row: i32, column: i32, value: u8): void {
  if (<u32>row >= <u32>rows || <u32>column >= <u32>columns) return;
  store<u8>(map + <usize>(row * columns + column), value);
}

/**
 * Concentric square rings around a centre module: an alignment pattern (reach 2: dark, light, dark) or a finder with its
 * separator (reach 4: dark 3×3, light, dark, light), clipped to the symbol.
 */
export function fillRings(map: usize, rows: i32, columns: i32, row: i32, column: i32, reach: i32): void {
  for (let dr = -reach; dr <= reach; dr++) {
    for (let dc = -reach; dc <= reach; dc++) {
      const ring = max(abs(dr), abs(dc));
      const isDark = reach == 2 ? ring != 1 : ring != 2 && ring != 4;
      setModule(map, rows, columns, row + dr, column + dc, isDark ? MODULE_DARK : MODULE_LIGHT);
    }
  }
}
