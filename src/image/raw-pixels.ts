/**
 * Raw pixels and ImageData, checked. Pure: works on memory, knows no platform images.
 */
import { brandOf, describe } from "../describe.js";
import { ScanError } from "../errors.js";
import type { Pixels } from "../frame.js";
import { flag } from "../option-check.js";
import type { PixelLayout } from "../types.js";
import { checkImageSize } from "./image-size.js";
import { isAlphaUnused } from "./unused-alpha.js";

const BYTES_PER_PIXEL: Readonly<Record<PixelLayout, number>> = { rgba: 4, bgra: 4, grey: 1 };

/** True for anything that has the fields of raw pixels or of ImageData. */
export function looksLikePixels(value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return "data" in value && "width" in value && "height" in value;
}

/**
 * Checked pixels over the caller's own memory.
 * @throws ScanError `invalid_buffer`, `invalid_option`, `empty_image`, `image_too_large`
 */
export function openRawPixels(value: object, transfer: boolean): Pixels {
  const given = value as Record<string, unknown>;
  const { width, height } = given;
  const layout = checkLayout(given.layout);
  checkSide("width", width);
  checkSide("height", height);
  checkImageSize("The image", width as number, height as number);
  const data = bytesOf(given.data);
  return withMeaningfulAlpha({
    kind: "pixels",
    data,
    width: width as number,
    height: height as number,
    stride: checkStride(given.stride, width as number, height as number, layout, data),
    layout,
    transferable: flag(false)(transfer, "transfer"),
  });
}

/**
 * ImageData of any pixel format. Display-P3 needs no conversion: the luminance of black and white is the same.
 * @throws ScanError `invalid_buffer`, `empty_image`, `image_too_large`
 */
export function openImageData(image: ImageData, transfer: boolean): Pixels {
  const { width, height } = image;
  checkImageSize("The ImageData", width, height);
  const data = image.data as unknown;
  if (!ArrayBuffer.isView(data)) refuseBuffer(`ImageData.data is ${describe(data)}, not an array of pixels`);
  if (data.byteLength === 0) refuseBuffer("The ImageData's buffer is detached: it was transferred away");
  const samples = data as unknown as ArrayLike<number>;
  if (samples.length < width * height * 4)
    refuseBuffer(`The ImageData holds ${samples.length} samples, not ${width * height * 4}`);
  const isBytes = data instanceof Uint8ClampedArray || brandOf(data) === "Uint8ClampedArray";
  return withMeaningfulAlpha({
    kind: "pixels",
    data: isBytes ? (data as Uint8ClampedArray) : toBytes(samples, brandOf(data)),
    width,
    height,
    stride: width * 4,
    layout: "rgba",
    transferable: transfer || !isBytes,
  });
}

/** Samples of 16 bits, or floats where 1 is full intensity, as bytes. */
function toBytes(samples: ArrayLike<number>, brand: string): Uint8ClampedArray {
  const scale = brand === "Uint16Array" ? 255 / 65535 : 255;
  const bytes = new Uint8ClampedArray(samples.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (samples[i] as number) * scale;
  return bytes;
}

function withMeaningfulAlpha(pixels: Pixels): Pixels {
  if (pixels.layout === "grey") return pixels;
  const { data, width, height, stride } = pixels;
  return isAlphaUnused(data, width, height, stride) ? { ...pixels, layout: "rgbx" } : pixels;
}

function checkLayout(value: unknown): PixelLayout {
  if (value === undefined) return "rgba";
  if (value !== "rgba" && value !== "bgra" && value !== "grey")
    throw new ScanError("invalid_option", `layout takes "rgba", "bgra" or "grey", not ${describe(value)}.`);
  return value;
}

function checkSide(name: string, value: unknown): void {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
    throw new ScanError("invalid_option", `${name} takes a whole number of pixels, not ${describe(value)}.`);
}

function checkStride(
  value: unknown,
  width: number,
  height: number,
  layout: PixelLayout,
  data: Uint8Array | Uint8ClampedArray,
): number {
  const rowBytes = width * BYTES_PER_PIXEL[layout];
  const stride = value === undefined ? rowBytes : value;
  if (typeof stride !== "number" || !Number.isInteger(stride) || stride < rowBytes)
    throw new ScanError(
      "invalid_option",
      `stride takes the whole number of bytes from one row to the next, at least ${rowBytes} for ${width} pixels ` +
        `of layout "${layout}", not ${describe(value)}.`,
    );
  const needed = stride * (height - 1) + rowBytes;
  if (data.length < needed) {
    const isGrey = layout !== "grey" && data.length === width * height;
    refuseBuffer(
      `The buffer holds ${data.length} bytes, but ${width} × ${height} pixels of layout "${layout}" with a stride ` +
        `of ${stride} need ${needed}${isGrey ? ', of layout "grey" just as many as there are' : ""}`,
    );
  }
  return stride;
}

function bytesOf(value: unknown): Uint8Array | Uint8ClampedArray {
  const brand = brandOf(value);
  if (brand === "ArrayBuffer" || brand === "SharedArrayBuffer") return bytesOf(new Uint8Array(value as ArrayBuffer));
  if (brand !== "Uint8Array" && brand !== "Uint8ClampedArray")
    refuseBuffer(`data takes a Uint8Array or Uint8ClampedArray of pixels, not ${describe(value)}`);
  const bytes = value as Uint8Array | Uint8ClampedArray;
  if (bytes.buffer.byteLength === 0)
    refuseBuffer("The pixel buffer is empty or detached: it was transferred to another thread");
  return bytes;
}

function refuseBuffer(message: string): never {
  throw new ScanError("invalid_buffer", `${message}.`);
}
