/**
 * Aztec symbols from bwip-js: texts in its own choice of modes, runes, and given bits of the message for what it would not
 * choose by itself. Beside it stands zxing-wasm's writer, which is independent of it.
 */
import { bwipMatrix } from "./bwip-writer.js";
import type { Modules } from "./modules.js";

export interface AztecOptions {
  /** Layers; the fewest that hold the text where left out. */
  readonly layers?: number;
  /** Left out: the smaller one. */
  readonly compact?: boolean;
  /** Per cent of the symbol that are check codewords at least. */
  readonly checkPercent?: number;
  /** The symbol sets up the reader. */
  readonly readerInit?: boolean;
  /** `^FNC1` and `^ECI000026` are functions. */
  readonly functions?: boolean;
  /** The text is the bits of the message, `0` and `1`. */
  readonly raw?: boolean;
}

/** Quiet zone drawn around a symbol, though the standard asks for none. */
const QUIET = 2;

/** Aztec Code of a Latin-1 text (bytes as they are, no ECI). */
export function aztec(text: string, options: AztecOptions = {}): Modules {
  const { layers, compact, checkPercent, readerInit, functions, raw } = options;
  return bwipMatrix("azteccode", text, QUIET, {
    ...(raw ? { raw: true } : { binarytext: true, ...(functions ? { parsefnc: true } : {}) }),
    ...(layers === undefined ? {} : { layers }),
    ...(compact === undefined ? {} : { format: compact ? "compact" : "full" }),
    ...(checkPercent === undefined ? {} : { eclevel: checkPercent }),
    ...(readerInit ? { readerinit: true } : {}),
  });
}

/** A rune of 0–255. */
export const aztecRune = (value: number): Modules => bwipMatrix("aztecrune", String(value), QUIET);
