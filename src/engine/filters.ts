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

/**
 * The symbols of several parts of one image as one list: parts may overlap, and what stands in both is one symbol,
 * the surer reading of the two.
 */
export function mergeParts(parts: readonly (readonly Barcode[])[]): readonly Barcode[] {
  if (parts.length === 1) return parts[0] as readonly Barcode[];
  const merged: Barcode[] = [];
  for (const part of parts) {
    const before = merged.length;
    for (const barcode of part) {
      const twin = merged.findIndex((other, index) => index < before && isSameSymbol(other, barcode));
      if (twin < 0) merged.push(barcode);
      else if ((merged[twin] as Barcode).confidence < barcode.confidence) merged[twin] = barcode;
    }
  }
  return merged;
}

/** Same format, same bytes, and the middle of one lies within the other. */
function isSameSymbol(a: Barcode, b: Barcode): boolean {
  return (
    a.format === b.format &&
    a.bytes.length === b.bytes.length &&
    a.bytes.every((byte, index) => byte === b.bytes[index]) &&
    (isCentredIn(a, b) || isCentredIn(b, a))
  );
}

function isCentredIn({ boundingBox: inner }: Barcode, { boundingBox: outer }: Barcode): boolean {
  const x = (inner.left + inner.right) / 2;
  const y = (inner.top + inner.bottom) / 2;
  return x >= outer.left && x <= outer.right && y >= outer.top && y <= outer.bottom;
}
