/**
 * Postal symbols from bwip-js: bars of equal width whose height tells. Heights are drawn in modules, where a bar is two
 * modules wide; what a writer's own heights are is given up for the standards' proportions.
 */
import bwipjs from "bwip-js/node";
import type { Modules } from "./modules.js";

interface RawBars {
  /** Height and bottom of each bar. */
  readonly bhs: readonly number[];
  readonly bbs: readonly number[];
}

/** How a symbol is drawn, in modules; a bar is two wide. */
export interface PostalShape {
  /** Width of a space. @default 3, a pitch of 5 */
  readonly space?: number;
  /** Height of the tracker. @default 5 */
  readonly tracker?: number;
  /** By how much ascenders and descenders go beyond it. @default 5 */
  readonly reach?: number;
  /** Quiet zone on all sides. @default 10 */
  readonly quiet?: number;
}

const BAR = 2;

/** States of the bars: `F` full, `A` ascender, `D` descender, `T` tracker; tall and short bars are `A` and `T`. */
export function postalStates(bcid: string, text: string, options: Record<string, unknown> = {}): string {
  const raw = bwipjs.raw as unknown as (bcid: string, text: string, options: Record<string, unknown>) => RawBars[];
  const [symbol] = raw(bcid, text, options);
  if (symbol === undefined) throw new Error(`bwip-js wrote nothing for ${bcid}`);
  const { bhs, bbs } = symbol;
  const top = Math.max(...bhs.map((height, i) => height + (bbs[i] as number)));
  const hasDescenders = new Set(bbs).size > 1;
  return bhs
    .map((height, i) => {
      const up = height + (bbs[i] as number) > top - 1e-6;
      const down = hasDescenders && (bbs[i] as number) < 1e-6;
      return up ? (down ? "F" : "A") : down ? "D" : "T";
    })
    .join("");
}

/** Draws bars of given states. */
export function drawStates(
  states: string,
  { space = 3, tracker = 5, reach = 5, quiet = 10 }: PostalShape = {},
): Modules {
  const pitch = BAR + space;
  const below = /[DF]/.test(states) ? reach : 0;
  const width = states.length * pitch - space;
  const height = reach + tracker + below;
  const cells = new Uint8Array(width * height);
  Array.from(states, (state, i) => {
    const from = state === "A" || state === "F" ? 0 : reach;
    const to = state === "D" || state === "F" ? height : reach + tracker;
    for (let y = from; y < to; y++) cells.fill(1, y * width + i * pitch, y * width + i * pitch + BAR);
  });
  return { width, height, cells, quiet: { x: quiet, y: quiet } };
}

/** A postal symbol drawn. */
export const postal = (bcid: string, text: string, options: Record<string, unknown> = {}, shape: PostalShape = {}) =>
  drawStates(postalStates(bcid, text, options), shape);
