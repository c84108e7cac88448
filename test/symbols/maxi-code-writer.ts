/**
 * MaxiCode from bwip-js as modules, and drawn: hexagons and rings (ISO/IEC 16023 clauses 4.2 and 4.11) as fine square
 * cells, so that scenes can draw them like any other symbol.
 */
import { bwipRaw } from "./bwip-writer.js";
import { type Modules, modulesFrom } from "./modules.js";

export const MAXI_ROWS = 33;
export const MAXI_COLUMNS = 30;
/** Cells of a module's width in a drawn symbol. */
export const MAXI_CELLS = 8;

const ROW_PITCH = Math.sqrt(3) / 2;
/** Radii of the rings' edges in module widths. */
const RINGS = [0.571, 1.314, 2.086, 2.857, 3.6, 4.371];

/** 1 = dark, 30 · row + column. */
export function maxiModules(text: string, options: Record<string, unknown> = {}): Uint8Array {
  const { pixs } = bwipRaw("maxicode", text, options);
  const cells = new Uint8Array(MAXI_ROWS * MAXI_COLUMNS);
  for (const at of pixs ?? []) cells[at] = 1;
  return cells;
}

/** Column of the module of a row that lies next to x, and the distance to it, in module widths. */
function nearest(row: number, x: number, y: number): { column: number; distance: number } {
  const shift = (row & 1) * 0.5;
  const column = Math.round(x - shift);
  return { column, distance: Math.hypot(x - shift - column, y - row * ROW_PITCH) };
}

/** A symbol of fine cells: each takes the colour of the hexagon or ring that its middle lies in. */
export function drawnMaxi(modules: Uint8Array): Modules {
  const width = MAXI_COLUMNS * MAXI_CELLS;
  const top = 1 / Math.sqrt(3);
  const height = Math.round(((MAXI_ROWS - 1) * ROW_PITCH + 2 * top) * MAXI_CELLS);
  return modulesFrom(width, height, MAXI_CELLS, (cx, cy) => {
    const x = (cx + 0.5) / MAXI_CELLS - 0.5;
    const y = (cy + 0.5) / MAXI_CELLS - top;
    const radius = Math.hypot(x - 14, y - 16 * ROW_PITCH);
    const inside = RINGS.filter((edge) => edge < radius).length;
    if (inside < RINGS.length) return inside % 2 === 1;
    const row = Math.round(y / ROW_PITCH);
    const near = [row - 1, row, row + 1].map((r) => ({ row: r, ...nearest(r, x, y) }));
    const { row: r, column } = near.reduce((a, b) => (b.distance < a.distance ? b : a));
    return r >= 0 && r < MAXI_ROWS && column >= 0 && modules[r * MAXI_COLUMNS + column] === 1;
  });
}

/** A drawn MaxiCode of a text. */
export const maxiCode = (text: string, options: Record<string, unknown> = {}): Modules =>
  drawnMaxi(maxiModules(text, options));
