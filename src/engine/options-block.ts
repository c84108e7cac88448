/**
 * Read options as the words of the core's options block. Pure; knows nothing of how the block gets there.
 */
import {
  ABI_VERSION,
  EFFORT_FAST,
  EFFORT_THOROUGH,
  FLAG_INVERTED,
  FLAG_NAMED,
  OPTION_ABI_VERSION,
  OPTION_EFFORT,
  OPTION_FLAGS,
  OPTION_FORMATS_HIGH,
  OPTION_FORMATS_LOW,
  OPTION_FRAME_NUMBER,
  OPTION_MAX_SYMBOLS,
  OPTION_MIN_CONFIDENCE,
  OPTIONS_WORDS,
} from "../../assembly/abi/layout.js";
import { type BarcodeFormat, DEFAULT_FORMATS, formatByName } from "../formats.js";
import type { ReadOptions } from "../types.js";

/**
 * @param options checked, with defaults filled in
 * @param frameNumber number of the frame in its stream; 0 for a still
 */
export function optionsBlock(options: ReadOptions, frameNumber: number): Int32Array {
  const block = new Int32Array(OPTIONS_WORDS);
  block[OPTION_ABI_VERSION] = ABI_VERSION;
  for (const name of soughtFormats(options)) {
    const id = formatByName(name)?.id ?? 0;
    const word = id < 32 ? OPTION_FORMATS_LOW : OPTION_FORMATS_HIGH;
    block[word] = (block[word] as number) | (1 << (id & 31));
  }
  block[OPTION_EFFORT] = options.effort === "fast" ? EFFORT_FAST : EFFORT_THOROUGH;
  block[OPTION_FLAGS] =
    ((options.inverted ?? true) ? FLAG_INVERTED : 0) | (isDefault(options.formats) ? 0 : FLAG_NAMED);
  block[OPTION_MAX_SYMBOLS] = symbolLimit(options);
  block[OPTION_MIN_CONFIDENCE] = Math.ceil(options.minConfidence ?? 0);
  block[OPTION_FRAME_NUMBER] = frameNumber;
  return block;
}

/** True for just the formats that are looked for where none are named. */
function isDefault(formats: readonly BarcodeFormat[] = DEFAULT_FORMATS): boolean {
  return formats.length === DEFAULT_FORMATS.length && DEFAULT_FORMATS.every((name) => formats.includes(name));
}

/**
 * Formats that the core looks for: those asked for, and the parts of composite ones, which filters drop again. A UPC-A is
 * an EAN-13 to who asked for that.
 */
function soughtFormats({ formats = DEFAULT_FORMATS }: ReadOptions): ReadonlySet<string> {
  const parts = formats.flatMap((name) => formatByName(name)?.parts ?? []);
  return new Set([...formats, ...parts.filter((part) => part !== "upc_a" || !formats.includes("ean_13"))]);
}

/**
 * After how many symbols a decoder may stop; 0 for no limit. A decoder does not know the text filters: it must not stop
 * at symbols that they are going to drop, nor at parts of composite symbols that were not asked for themselves.
 */
export function symbolLimit(options: ReadOptions): number {
  const { maxSymbols = 0, minTextLength = 0, maxTextLength, textPattern, formats = DEFAULT_FORMATS } = options;
  const dropsByText = minTextLength > 0 || Number.isFinite(maxTextLength ?? Number.POSITIVE_INFINITY) || textPattern;
  return dropsByText || soughtFormats(options).size > formats.length ? 0 : Math.min(maxSymbols, 0x7fffffff);
}
