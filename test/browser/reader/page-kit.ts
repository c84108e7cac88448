/** What the reader's cases in a page share: the fixtures, and how a case says what it expects. */
import type { Barcode, BarcodeReader, ScanErrorCode } from "../../../src/index.js";

export const TEXT = "TALLY";
/** Size of the pictures, and where in them the symbol lies. */
export const WIDTH = 320;
export const HEIGHT = 240;
export const SYMBOL = { left: 40, top: 20, right: 208, bottom: 188 };

export interface PageKit {
  readonly reader: BarcodeReader;
  /** Another origin that serves the same files. */
  readonly foreign: string;
  /** Another origin whose server allows nobody to read its files. */
  readonly closed: string;
}

export interface PageCase {
  readonly title: string;
  run(kit: PageKit): Promise<unknown>;
}

/** Fails unless the picture's one symbol was read, with its corners where they are. */
export function expectTally(barcodes: readonly Barcode[], { width = WIDTH, height = HEIGHT } = {}): void {
  const [barcode, ...more] = barcodes;
  if (!barcode || more.length > 0 || barcode.rawValue !== TEXT)
    throw new Error(`expected ${TEXT} once, got ${JSON.stringify(barcodes.map(({ rawValue }) => rawValue))}`);
  const { left, top, right, bottom } = barcode.boundingBox;
  const scaleX = width / WIDTH;
  const scaleY = height / HEIGHT;
  const errors = [left / scaleX - SYMBOL.left, right / scaleX - SYMBOL.right].concat([
    top / scaleY - SYMBOL.top,
    bottom / scaleY - SYMBOL.bottom,
  ]);
  // Half a module of the fixture.
  if (errors.some((error) => Math.abs(error) > 4)) throw new Error(`corners are off by ${errors.map(Math.round)}`);
}

export async function expectCode(code: ScanErrorCode, work: Promise<unknown>, message = /./): Promise<void> {
  let result: unknown;
  try {
    result = await work;
  } catch (error) {
    const { name, code: got, message: said } = error as { name: string; code?: string; message: string };
    if (name !== "ScanError" || got !== code || !message.test(said))
      throw new Error(`expected ${code} ${message}, got ${name} ${got}: ${said}`);
    return;
  }
  throw new Error(`expected ${code}, got ${JSON.stringify(result)}`);
}

export async function blobOf(path: string): Promise<Blob> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return await response.blob();
}

/** An image element that is loaded. */
export async function imageOf(src: string, more: Partial<HTMLImageElement> = {}): Promise<HTMLImageElement> {
  const image = Object.assign(new Image(), more);
  image.src = src;
  await image.decode();
  return image;
}

export async function canvasOf(path = "/tally.png", owner: Document = document): Promise<HTMLCanvasElement> {
  const image = await imageOf(path);
  const canvas = owner.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  contextOf(canvas).drawImage(image, 0, 0);
  return canvas;
}

export function contextOf(canvas: HTMLCanvasElement, settings?: CanvasRenderingContext2DSettings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("no canvas");
  return context;
}

export async function imageDataOf(settings?: ImageDataSettings): Promise<ImageData> {
  return contextOf(await canvasOf(), settings).getImageData(0, 0, WIDTH, HEIGHT, settings);
}

/** A same-origin iframe, whose objects are of classes of their own. */
export async function otherRealm(): Promise<Window & typeof globalThis> {
  const frame = document.createElement("iframe");
  document.body.append(frame);
  return frame.contentWindow as Window & typeof globalThis;
}
