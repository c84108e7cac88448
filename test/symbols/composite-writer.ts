/**
 * GS1 Composite symbols from bwip-js, with the row heights of ISO/IEC 24723: 2D component, separator, linear component.
 * Gives modules, never pixels.
 */
import { bwipRaw } from "./bwip-writer.js";
import type { Modules } from "./modules.js";

/** Heights in modules of what stands below the 2D component: separator rows, then the linear component's. */
const CARRIERS = {
  ean13: [2, 2, 2, 60],
  ean8: [2, 2, 2, 50],
  upca: [2, 2, 2, 60],
  upce: [2, 2, 2, 50],
  "gs1-128": [1, 36],
  databaromni: [1, 33],
  databartruncated: [1, 13],
  databarstacked: [1, 5, 1, 7],
  databarstackedomni: [1, 33, 1, 1, 1, 33],
  databarlimited: [1, 14],
  databarexpanded: [1, 34],
  databarexpandedstacked: [1, 34, 1, 1, 1, 34],
} as const;

export type CompositeCarrier = keyof typeof CARRIERS;
export const COMPOSITE_CARRIERS = Object.keys(CARRIERS) as readonly CompositeCarrier[];
export type CompositeVariant = "a" | "b" | "c";

/** Modules of a row's height by variant. */
const ROW_HEIGHT = { a: 2, b: 2, c: 3 } as const;

export interface CompositeModules extends Modules {
  /** Rows of the 2D component and modules of each's height. */
  readonly rows: number;
  readonly rowHeight: number;
}

/**
 * @param linear the linear component's content as its own writer takes it
 * @param elements the 2D component's element strings with bracketed identifiers
 */
export function composite(
  carrier: CompositeCarrier,
  linear: string,
  elements: string,
  variant: CompositeVariant,
  options: Record<string, unknown> = {},
): CompositeModules {
  const write = (ccversion: CompositeVariant) =>
    bwipRaw(`${carrier}composite`, `${linear}|${elements}`, { ccversion, dontlint: true, ...options });
  const { pixs = [], pixx = 0 } = write(variant);
  // The writer takes CC-B where CC-A has no room.
  if (variant === "a" && String(pixs) === String(write("b").pixs)) throw new Error("CC-A has no room for that length");
  const below = CARRIERS[carrier];
  const rows = pixs.length / pixx - below.length;
  const rowHeight = ROW_HEIGHT[variant];
  const heights = [...new Array<number>(rows).fill(rowHeight), ...below];
  const cells: number[] = [];
  let height = 0;
  heights.forEach((own, row) => {
    const modules = pixs.slice(row * pixx, (row + 1) * pixx);
    for (let y = 0; y < own; y++) cells.push(...modules);
    height += own;
  });
  return { width: pixx, height, cells: Uint8Array.from(cells), quiet: { x: 10, y: 4 }, rows, rowHeight };
}
