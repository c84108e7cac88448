/**
 * Several parts of one image made one: their symbols, and the image itself. A part of the library of its own, since most images
 * are read as a whole. Pure.
 */
import type { Barcode } from "../types.js";
import type { DecodedImage } from "./engine.js";
import type { CorePart } from "./protocol.js";

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

/** One image of the whole size, so that corner points fit it; what was not looked at is white. */
export function assemble(
  parts: readonly Pick<CorePart, "x" | "y" | "image">[],
  width: number,
  height: number,
): DecodedImage {
  const [only] = parts;
  if (parts.length === 1 && only?.image?.width === width && only.image.height === height) return only.image;
  const data = new Uint8ClampedArray(width * height).fill(255);
  for (const { x, y, image } of parts) {
    if (!image) continue;
    for (let row = 0; row < image.height; row++)
      data.set(image.data.subarray(row * image.width, (row + 1) * image.width), (y + row) * width + x);
  }
  return { data, width, height };
}
