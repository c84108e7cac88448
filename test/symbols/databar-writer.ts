/**
 * GS1 DataBar symbols from bwip-js, linear ones as bars, stacked ones as modules with the row heights of ISO/IEC 24724.
 */
import { bwipRaw } from "./bwip-writer.js";
import type { Bars, Modules } from "./modules.js";

const OPTIONS = { dontlint: true };

/** Bars from the first dark one on: the outer space of the left guard joins the ground. */
function bars(bcid: string, text: string, linkage = false): Bars {
  const widths = (bwipRaw(bcid, text, { ...OPTIONS, linkage }).sbs ?? []).slice();
  // The writer begins with a bar of no width where the symbol begins with a space.
  const first = widths[0] === 0 ? 2 : 0;
  let last = widths.length;
  while (last > first && (widths[last - 1] === 0 || (last - first) % 2 === 0)) last--;
  return { widths: widths.slice(first, last), mainElements: Number.POSITIVE_INFINITY, quiet: 2 };
}

/** GS1 DataBar Omnidirectional (or Truncated, by the height it is drawn with) from a GTIN-14. */
export const databar = (gtin: string, linkage = false): Bars => bars("databaromni", `(01)${gtin}`, linkage);

/** GS1 DataBar Limited from a GTIN-14 that begins with 0 or 1. */
export const databarLimited = (gtin: string, linkage = false): Bars => bars("databarlimited", `(01)${gtin}`, linkage);

/** GS1 DataBar Expanded from element strings with bracketed identifiers. */
export const databarExpanded = (elements: string, linkage = false): Bars => bars("databarexpanded", elements, linkage);

/** Rows of a stacked symbol, each as high as `heightOf` says. */
function stacked(
  bcid: string,
  text: string,
  heightOf: (row: number) => number,
  options: Record<string, unknown> = {},
): Modules {
  const { pixs = [], pixx = 0 } = bwipRaw(bcid, text, { ...OPTIONS, ...options });
  const cells: number[] = [];
  let height = 0;
  for (let row = 0; row * pixx < pixs.length; row++) {
    const modules = pixs.slice(row * pixx, (row + 1) * pixx);
    for (let y = 0; y < heightOf(row); y++) cells.push(...modules);
    height += heightOf(row);
  }
  return { width: pixx, height, cells: Uint8Array.from(cells), quiet: { x: 2, y: 4 } };
}

/** GS1 DataBar Stacked: rows of 5 and 7 modules about a separator of one. */
export const databarStacked = (gtin: string): Modules =>
  stacked("databarstacked", `(01)${gtin}`, (row) => [5, 1, 7][row] as number);

/** GS1 DataBar Stacked Omnidirectional: rows of 33 modules about three separators. */
export const databarStackedOmni = (gtin: string): Modules =>
  stacked("databarstackedomni", `(01)${gtin}`, (row) => (row % 4 === 0 ? 33 : 1));

/** GS1 DataBar Expanded Stacked with so many characters in a row, an even number. */
export const databarExpandedStacked = (elements: string, segments: number, height = 34): Modules =>
  stacked("databarexpandedstacked", elements, (row) => (row % 4 === 0 ? height : 1), { segments });
