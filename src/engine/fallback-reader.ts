/**
 * Reads grey images with `@zxing/library`. Built into a file of its own that shares nothing with the rest, so that it is
 * loaded only where there is no WebAssembly; it must therefore throw no errors and keep no state.
 */
import {
  BinaryBitmap,
  DecodeHintType,
  HybridBinarizer,
  InvertedLuminanceSource,
  type LuminanceSource,
  MultiFormatReader,
  type Result,
  RGBLuminanceSource,
} from "@zxing/library";
import { FORMAT_NAMES } from "../formats.js";
import type { Barcode, Point, ReadOptions, Rect } from "../types.js";
import type { DecodedImage } from "./engine.js";
import { barcodeOf, theirFormats } from "./fallback-barcode.js";

/** The library finds one symbol at a time; what it found is painted over and it looks again, so often at most. */
const MOST_SYMBOLS = 16;

/**
 * The symbols in a part of an image.
 * @param origin where the part begins in the whole image
 */
export function readLuma(image: DecodedImage, origin: Point, options: ReadOptions): readonly Barcode[] {
  const { width, height } = image;
  const reader = new MultiFormatReader();
  const hints = new Map<DecodeHintType, unknown>([
    [DecodeHintType.POSSIBLE_FORMATS, theirFormats(options.formats ?? FORMAT_NAMES)],
  ]);
  if (options.effort !== "fast") hints.set(DecodeHintType.TRY_HARDER, true);
  reader.setHints(hints);
  const most = Math.min(options.maxSymbols || MOST_SYMBOLS, MOST_SYMBOLS);
  const found: Barcode[] = [];
  // The finds are painted over in a copy: the image itself may be handed to the application.
  const canvas = new Uint8ClampedArray(image.data);
  while (found.length < most) {
    const upright = new RGBLuminanceSource(canvas, width, height);
    let isInverted = false;
    let result = attempt(reader, upright);
    if (!result && (options.inverted ?? true)) {
      isInverted = true;
      result = attempt(reader, new InvertedLuminanceSource(upright));
    }
    const barcode = result && barcodeOf(result, origin, isInverted);
    if (!barcode) break;
    found.push(barcode);
    if (!paintOver(canvas, width, height, barcode.boundingBox, origin)) break;
  }
  return found;
}

/** The library throws where it finds nothing. */
function attempt(reader: MultiFormatReader, source: LuminanceSource): Result | undefined {
  try {
    return reader.decodeWithState(new BinaryBitmap(new HybridBinarizer(source)));
  } catch {
    return undefined;
  } finally {
    reader.reset();
  }
}

/** Room around a find for what its corner points leave out. */
const MARGIN = 2;

/** Paints a find over with white. False where nothing lies within, so that it would be found for ever. */
function paintOver(canvas: Uint8ClampedArray, width: number, height: number, box: Rect, origin: Point): boolean {
  // Of a linear code only the ends of one line are known; it is taken to be as high as half its length on either side.
  const isLine = Math.min(box.width, box.height) < Math.max(box.width, box.height) / 8;
  const marginX = isLine && box.width < box.height ? box.height / 2 : MARGIN;
  const marginY = isLine && box.height <= box.width ? box.width / 2 : MARGIN;
  const left = Math.max(0, Math.floor(box.left - origin.x - marginX));
  const right = Math.min(width, Math.ceil(box.right - origin.x + marginX));
  const top = Math.max(0, Math.floor(box.top - origin.y - marginY));
  const bottom = Math.min(height, Math.ceil(box.bottom - origin.y + marginY));
  for (let y = top; y < bottom; y++) canvas.fill(255, y * width + left, y * width + right);
  return right > left && bottom > top;
}
