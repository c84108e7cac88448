/**
 * A symbol as a grid of dark and light modules: what every writer gives and what scenes draw. Knows no symbology.
 *
 *   +--------------------+
 *   |  quiet.y rows      |   the quiet zone is not part of `cells`
 *   |   +------------+   |
 *   |   |  cells     |   |   row by row from the symbol's own top left, 1 = dark
 *   |   +------------+   |
 *   +--------------------+
 */
import type { Random } from "./random.js";

export interface Modules {
  /** Columns and rows of modules, without the quiet zone. */
  readonly width: number;
  readonly height: number;
  /** 1 = dark. */
  readonly cells: Uint8Array;
  /** Width of the quiet zone that the symbol is to be drawn with, in modules. */
  readonly quiet: { readonly x: number; readonly y: number };
}

/** Widths in modules of the elements of a linear symbol: bar, space, bar … bar. */
export interface Bars {
  readonly widths: readonly number[];
  /** Elements of the main symbol; those behind it (gap and add-on) stand lower, as the EAN/UPC standard has them. */
  readonly mainElements: number;
  /** Quiet zone on each side in modules. */
  readonly quiet: number;
}

/** Part of a main symbol's height by which an add-on's bars begin lower (room for its digits above it). */
const ADD_ON_DROP = 0.15;

/** Number of modules from the first to the last bar. */
export const barsWidth = (bars: Bars): number => bars.widths.reduce((sum, width) => sum + width, 0);

/** Draws bars as a grid of `height` rows of modules. */
export function barsToModules(bars: Bars, height: number): Modules {
  const width = barsWidth(bars);
  const cells = new Uint8Array(width * height);
  const drop = Math.round(height * ADD_ON_DROP);
  let x = 0;
  bars.widths.forEach((run, element) => {
    const top = element < bars.mainElements ? 0 : drop;
    if (element % 2 === 0) for (let y = top; y < height; y++) cells.fill(1, y * width + x, y * width + x + run);
    x += run;
  });
  return { width, height, cells, quiet: { x: bars.quiet, y: 4 } };
}

/** A matrix whose module (x, y) is dark where `isDark` says so. */
export function modulesFrom(
  width: number,
  height: number,
  quiet: number,
  isDark: (x: number, y: number) => boolean,
): Modules {
  const cells = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) cells[y * width + x] = isDark(x, y) ? 1 : 0;
  return { width, height, cells, quiet: { x: quiet, y: quiet } };
}

/** The same symbol with `count` randomly chosen modules turned over. */
export function flipModules(symbol: Modules, count: number, random: Random): Modules {
  const cells = symbol.cells.slice();
  for (const at of random.distinct(count, cells.length)) cells[at] = cells[at] === 1 ? 0 : 1;
  return { ...symbol, cells };
}

/** The same symbol with another quiet zone; 0 puts the background right at its edge. */
export const withQuiet = (symbol: Modules, x: number, y = x): Modules => ({ ...symbol, quiet: { x, y } });

/** A symbol of one flat tone per module as a picture of characters, for messages of failing tests. */
export function modulesText(symbol: Modules): string {
  const rows: string[] = [];
  for (let y = 0; y < symbol.height; y++) {
    const row = symbol.cells.subarray(y * symbol.width, (y + 1) * symbol.width);
    rows.push(Array.from(row, (cell) => (cell ? "██" : "  ")).join(""));
  }
  return rows.join("\n");
}
