/**
 * The filters that drop a symbol before anyone above an engine sees it, so that it is never counted (R58). Pure.
 */
import type { Barcode, ReadOptions } from "../types.js";

/** What is left of the symbols of one image. @param options checked, with defaults filled in */
export function filterBarcodes(barcodes: readonly Barcode[], options: ReadOptions): readonly Barcode[] {
  const { formats, minConfidence = 0, minTextLength = 0, maxTextLength = Number.POSITIVE_INFINITY } = options;
  const { textPattern, maxSymbols = 0 } = options;
  const kept = barcodes.filter(({ format, rawValue, confidence }) => {
    if (formats && !formats.includes(format)) return false;
    if (confidence < minConfidence) return false;
    if (rawValue.length < minTextLength || rawValue.length > maxTextLength) return false;
    return !textPattern || textPattern.test(rawValue);
  });
  return maxSymbols > 0 ? kept.slice(0, maxSymbols) : kept;
}
