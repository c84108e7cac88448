/**
 * Image files in Node: bytes from a path, pixels through the optional package `sharp`. Nothing of Node is imported
 * by name, so that bundlers for browsers find nothing to complain about; must not be called where Node is not.
 */
import type { Metadata, Sharp } from "sharp";
import { MAX_PIXELS } from "../../assembly/abi/layout.js";
import { abortable } from "../abort.js";
import { ScanError } from "../errors.js";
import type { OpenControl, OpenedImage } from "./image-input.js";
import { checkImageSize } from "./image-size.js";
import { vectorScale } from "./vector-scale.js";

/** Resolution at which sharp draws one CSS pixel of an SVG as one pixel. */
const SVG_DPI = 72;
const WHITE = { r: 255, g: 255, b: 255 };

/** Bytes of a file by path or `file:` URL. @throws ScanError `file_unreadable`, `aborted` */
export async function readImageFile(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const { readFile } = process.getBuiltinModule("node:fs/promises");
  const { fileURLToPath } = process.getBuiltinModule("node:url");
  try {
    const file = /^file:/i.test(path) ? fileURLToPath(path) : path;
    return await abortable(readFile(file, signal && { signal }), signal);
  } catch (cause) {
    if (cause instanceof ScanError) throw cause;
    throw new ScanError("file_unreadable", `The file could not be opened: ${reasonOf(cause)}.`, { cause });
  }
}

type SharpFactory = typeof import("sharp")["default"];

let sharpFactory: Promise<SharpFactory> | undefined;

/** The name is a parameter so that no minifier puts it where a bundler for pages would look for the package. */
async function loadSharp(name = "sharp"): Promise<SharpFactory> {
  sharpFactory ??= import(/* @vite-ignore */ /* webpackIgnore: true */ name).then((loaded) => loaded.default);
  try {
    return await sharpFactory;
  } catch (cause) {
    sharpFactory = undefined;
    throw new ScanError("missing_decoder", undefined, { cause });
  }
}

/**
 * Decodes an image file: the first frame or page, upright by its EXIF orientation, on white, eight bits.
 * @throws ScanError `missing_decoder`, `invalid_image`, `empty_image`, `image_too_large`, `aborted`
 */
export async function decodeWithSharp(bytes: Uint8Array, { signal }: OpenControl): Promise<OpenedImage> {
  const sharp = await abortable(loadSharp(), signal);
  const open = (density?: number) =>
    sharp(bytes, {
      // Truncated and damaged data is refused; mere warnings (odd metadata) are not.
      failOn: "error",
      limitInputPixels: MAX_PIXELS,
      pages: 1,
      ...(density !== undefined && { density }),
    });
  const metadata = await abortable(explained(open(SVG_DPI).metadata()), signal);
  checkImageSize("The image", metadata.width, metadata.height);
  const scale = metadata.format === "svg" ? vectorScale(metadata.width, metadata.height) : 1;
  return await abortable(pixelsOf(open(SVG_DPI * scale), metadata, scale), signal);
}

async function pixelsOf(image: Sharp, metadata: Metadata, scale: number): Promise<OpenedImage> {
  const isGrey = metadata.space === "b-w" || metadata.space === "grey16";
  const upright = image.autoOrient().flatten({ background: WHITE });
  const pixels = isGrey ? upright.toColourspace("b-w") : upright.toColourspace("srgb").ensureAlpha();
  const { data, info } = await explained(pixels.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true }));
  checkImageSize("The image", info.width, info.height);
  const { width, height, channels } = info;
  const isLayoutKnown = channels === 1 || channels === 4;
  if (!isLayoutKnown) throw new ScanError("invalid_image", `The image has ${channels} channels, which is no picture.`);
  return {
    source: {
      kind: "pixels",
      data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length),
      width,
      height,
      stride: width * channels,
      layout: channels === 1 ? "grey" : "rgba",
      transferable: data.buffer.byteLength === data.length,
    },
    scale,
  };
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof ScanError) throw cause;
    const reason = reasonOf(cause);
    if (/pixel limit|too large|dimensions exceed/i.test(reason))
      throw new ScanError("image_too_large", `The image is too large: ${reason}. Scale it down.`, { cause });
    throw new ScanError("invalid_image", `The data is no image that can be opened: ${reason}.`, { cause });
  }
}

const reasonOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).trim().replace(/\s+/g, " ").replace(/\.$/, "");
