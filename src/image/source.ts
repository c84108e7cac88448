/**
 * Any image → a frame for an engine: looks at what was handed over and calls the part that knows it. Objects are told
 * apart by the platform's own class names, so those of iframes and workers are as good as this realm's.
 */
import { abortable, throwIfAborted } from "../abort.js";
import { brandOf, describe } from "../describe.js";
import { ScanError } from "../errors.js";
import { loadPart } from "../part.js";
import { decodeDataUrl } from "./data-url.js";
import { fetchImage } from "./fetch-image.js";
import type { OpenControl, OpenedImage } from "./image-input.js";
import {
  hasPlatformImages,
  openBitmap,
  openBlob,
  openCanvas,
  openImageElement,
  openSvgElement,
  openSvgImage,
  openVideo,
  openVideoFrame,
} from "./platform-image.js";
import { looksLikePixels, openImageData, openRawPixels } from "./raw-pixels.js";

/** True in Node and in what behaves as Node. */
const isNode = (): boolean => typeof process === "object" && typeof process.getBuiltinModule === "function";

/** Files in Node lie in a part of their own, which pages never load. */
const nodeFiles = () => loadPart(import("./node-file.js"));

type Opener = (input: never, control: OpenControl) => Promise<OpenedImage>;

const PLATFORM_OPENERS: Readonly<Record<string, Opener>> = {
  ImageBitmap: openBitmap,
  VideoFrame: openVideoFrame,
  HTMLImageElement: openImageElement,
  SVGImageElement: openSvgImage,
  SVGSVGElement: openSvgElement,
  HTMLCanvasElement: openCanvas,
  OffscreenCanvas: openCanvas,
  HTMLVideoElement: openVideo,
};

const SUPPORTED =
  "a Blob or File, a URL, bytes of an image file, ImageData, raw pixels { data, width, height, stride, layout }, an " +
  "image, canvas or video element, an ImageBitmap or a VideoFrame";

/**
 * Opens an image. The result belongs to the caller, who hands it to an engine or closes it.
 * @throws ScanError with the code that says what is wrong with this input; never anything else
 */
export async function openImage(input: unknown, control: OpenControl): Promise<OpenedImage> {
  throwIfAborted(control.signal);
  try {
    return await open(input, control);
  } catch (cause) {
    if (cause instanceof ScanError) throw cause;
    throw new ScanError("unsupported_source", `No pixels can be taken from ${describe(input)} here.`, { cause });
  }
}

function open(input: unknown, control: OpenControl): OpenedImage | Promise<OpenedImage> {
  if (typeof input === "string") return openUrl(input, control);
  if (typeof input !== "object" || input === null) return refuse(input);
  const brand = brandOf(input);
  if (brand === "Blob" || brand === "File") return openFile(input as Blob, control);
  if (brand === "URL") return openUrl((input as URL).href, control);
  if (brand === "ArrayBuffer" || brand === "SharedArrayBuffer" || ArrayBuffer.isView(input))
    return openBytes(bytesOf(input as ArrayBuffer | ArrayBufferView), control);
  if (brand === "ImageData") return { source: openImageData(input as ImageData, control.transfer), scale: 1 };
  const opener = Object.hasOwn(PLATFORM_OPENERS, brand) ? PLATFORM_OPENERS[brand] : undefined;
  if (opener && hasPlatformImages()) return opener(input as never, control);
  if (opener)
    throw new ScanError("unsupported_source", `No pixels can be taken from ${describe(input)} outside a browser.`);
  if (looksLikePixels(input)) return { source: openRawPixels(input, control.transfer), scale: 1 };
  return refuse(input);
}

async function openUrl(text: string, control: OpenControl): Promise<OpenedImage> {
  if (/^data:/i.test(text)) return await openBytes(decodeDataUrl(text).bytes, control);
  // A single letter before the colon is a drive.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  const isPath = isNode() && !hasPlatformImages() && (scheme === undefined || scheme === "file");
  if (isPath) {
    const { readImageFile } = await nodeFiles();
    return await openBytes(await readImageFile(text, control.signal), control);
  }
  return await openFile(await fetchImage(text, control.signal), control);
}

async function openFile(blob: Blob, control: OpenControl): Promise<OpenedImage> {
  if (hasPlatformImages()) return await openBlob(blob, control);
  return await openBytes(new Uint8Array(await abortable(blob.arrayBuffer(), control.signal)), control);
}

async function openBytes(bytes: Uint8Array, control: OpenControl): Promise<OpenedImage> {
  if (bytes.length === 0) throw new ScanError("invalid_image", "There are no bytes to read: the file is empty.");
  // A copy where the memory is shared: neither Blob nor sharp takes such memory.
  const own = brandOf(bytes.buffer) === "SharedArrayBuffer" ? bytes.slice() : bytes;
  if (hasPlatformImages()) return await openBlob(new Blob([own as Uint8Array<ArrayBuffer>]), control);
  if (isNode()) return await (await nodeFiles()).decodeWithSharp(own, control);
  throw new ScanError("unsupported_source", "Image files cannot be decoded here. Hand over raw pixels.");
}

/** No view can be made of a detached buffer, in any realm and before `ArrayBuffer.prototype.detached`. */
function bytesOf(input: ArrayBuffer | ArrayBufferView): Uint8Array {
  const isView = ArrayBuffer.isView(input);
  try {
    return isView
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input as ArrayBuffer);
  } catch (cause) {
    throw new ScanError("invalid_buffer", "The buffer is detached: it was transferred away.", { cause });
  }
}

function refuse(input: unknown): never {
  const hint = brandOf(input) === "Promise" ? " Await it first." : "";
  throw new ScanError("unsupported_source", `read() takes ${SUPPORTED}, not ${describe(input)}.${hint}`);
}
