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
import { DEFAULT_FORMATS, formatByName } from "../formats.js";
import type { Barcode, Point, ReadOptions, Rect } from "../types.js";
import type { DecodedImage } from "./engine.js";
import { barcodeOf, theirFormats } from "./fallback-barcode.js";
import { type Turns, turned, unturned } from "./fallback-turn.js";

/** The library finds one symbol at a time; what it found is painted over and it looks again, so often at most. */
const MOST_SYMBOLS = 16;

/**
 * The symbols in a part of an image.
 * @param origin where the part begins in the whole image
 */
export function readLuma(image: DecodedImage, origin: Point, options: ReadOptions): readonly Barcode[] {
  const reader = new MultiFormatReader();
  const formats = options.formats ?? DEFAULT_FORMATS;
  const isThorough = options.effort !== "fast";
  const hints = new Map<DecodeHintType, unknown>([[DecodeHintType.POSSIBLE_FORMATS, theirFormats(formats)]]);
  if (isThorough) hints.set(DecodeHintType.TRY_HARDER, true);
  reader.setHints(hints);
  const isLinear = formats.some((name) => formatByName(name)?.kind === "linear");
  const look: Look = { reader, turns: isThorough && isLinear ? [0, 1, 2, 3] : [0], inverted: options.inverted ?? true };
  const most = Math.min(options.maxSymbols || MOST_SYMBOLS, MOST_SYMBOLS);
  const found: Barcode[] = [];
  // The finds are painted over in a copy: the image itself may be handed to the application.
  const canvas = { ...image, data: new Uint8ClampedArray(image.data) };
  while (found.length < most) {
    const barcode = readOne(canvas, origin, look);
    if (!barcode) break;
    if (!found.some((other) => isAgain(other, barcode))) found.push(barcode);
    if (!paintOver(canvas, barcode.boundingBox, origin)) break;
  }
  return found;
}

interface Look {
  readonly reader: MultiFormatReader;
  readonly turns: readonly Turns[];
  readonly inverted: boolean;
}

function readOne(image: DecodedImage, origin: Point, { reader, turns, inverted }: Look): Barcode | undefined {
  for (const turn of turns) {
    const canvas = turned(image, turn);
    const place = (point: Point): Point => {
      const { x, y } = unturned(point, turn, image);
      return { x: x + origin.x, y: y + origin.y };
    };
    const source = new RGBLuminanceSource(canvas.data, canvas.width, canvas.height);
    for (const isInverted of inverted ? [false, true] : [false]) {
      const result = attempt(reader, isInverted ? new InvertedLuminanceSource(source) : source);
      const barcode = result && barcodeOf(result, canvas, place, isInverted);
      if (barcode) return barcode;
    }
  }
  return undefined;
}

/** The library throws where it finds nothing, thousands of times an image: stacks that nobody reads would cost most. */
function attempt(reader: MultiFormatReader, source: LuminanceSource): Result | undefined {
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 0;
    return reader.decodeWithState(new BinaryBitmap(new HybridBinarizer(source)));
  } catch {
    return undefined;
  } finally {
    Error.stackTraceLimit = limit;
    reader.reset();
  }
}

/** What is left of a symbol that was painted over in part is no second one. */
function isAgain(a: Barcode, b: Barcode): boolean {
  const [one, other] = [a.boundingBox, b.boundingBox];
  return (
    a.format === b.format &&
    a.rawValue === b.rawValue &&
    one.left - MARGIN <= other.right &&
    other.left - MARGIN <= one.right &&
    one.top - MARGIN <= other.bottom &&
    other.top - MARGIN <= one.bottom
  );
}

/** Room around a find for what its corner points leave out, in pixels. */
const MARGIN = 4;

/** Paints a find over with white. False where nothing lies within, so that it would be found for ever. */
function paintOver({ data, width, height }: DecodedImage, box: Rect, origin: Point): boolean {
  const left = Math.max(0, Math.floor(box.left - origin.x - MARGIN));
  const right = Math.min(width, Math.ceil(box.right - origin.x + MARGIN));
  const top = Math.max(0, Math.floor(box.top - origin.y - MARGIN));
  const bottom = Math.min(height, Math.ceil(box.bottom - origin.y + MARGIN));
  for (let y = top; y < bottom; y++) data.fill(255, y * width + left, y * width + right);
  return right > left && bottom > top;
}
