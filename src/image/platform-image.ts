/**
 * Images of the browser (elements, canvases, bitmaps, video frames, files) as frames that an engine takes over.
 * Pixels are not touched here: the engine reads them where it runs. Needs createImageBitmap and a canvas.
 */
import { abortable } from "../abort.js";
import { ScanError } from "../errors.js";
import type { PlatformFrame } from "../frame.js";
import { imageFrom, loadedImage } from "./element-load.js";
import { isCutOff } from "./image-end.js";
import { HEADER_BYTES, readHeader } from "./image-header.js";
import type { OpenControl, OpenedImage } from "./image-input.js";
import { checkImageSize } from "./image-size.js";
import { vectorScale } from "./vector-scale.js";

/** True where the browser's own image decoding is to be had: pages and workers, not Node. */
export const hasPlatformImages = (): boolean =>
  typeof createImageBitmap === "function" && (typeof OffscreenCanvas === "function" || typeof document === "object");

/** An encoded image file. @throws ScanError `invalid_image`, `image_too_large`, `file_unreadable`, `aborted` */
export async function openBlob(blob: Blob, { signal }: OpenControl): Promise<OpenedImage> {
  if (blob.size === 0) throw new ScanError("invalid_image", "The file is empty.");
  const header = readHeader(await abortable(bytesOf(blob.slice(0, HEADER_BYTES)), signal));
  if (header?.width !== undefined && header.height !== undefined)
    checkImageSize("The image", header.width, header.height);
  if (header?.type === "svg") return await openSvg(blob, signal);
  try {
    const opened = framed(await abortable(createImageBitmap(blob), signal, close));
    return header ? { ...opened, isCutOff: async () => isCutOff(header.type, await bytesOf(blob)) } : opened;
  } catch (cause) {
    if (cause instanceof ScanError) throw cause;
    const message = header
      ? `The ${header.type.toUpperCase()} image is truncated or corrupt, or this browser cannot open it.`
      : "The data is no image. Raw pixels are handed over as { data, width, height, layout }.";
    throw new ScanError("invalid_image", message, { cause });
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new ScanError("file_unreadable", "The file can no longer be read: it was changed or removed.", { cause });
  }
}

/** @throws ScanError `unsupported_source` where there is no document, `invalid_image`, `aborted` */
export async function openSvg(svg: Blob, signal: AbortSignal | undefined): Promise<OpenedImage> {
  if (typeof Image !== "function")
    throw new ScanError(
      "unsupported_source",
      "An SVG image cannot be drawn in a worker. Read it in the page, or hand over an ImageBitmap of it.",
    );
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    return await openVector(await loadedImage(imageFrom(url), signal));
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** An `<svg>` element of the page, as it stands there but without the page's styles. */
export async function openSvgElement(element: SVGSVGElement, { signal }: OpenControl): Promise<OpenedImage> {
  const text = new XMLSerializer().serializeToString(element);
  return await openSvg(new Blob([text]), signal);
}

/** An `<image>` element within SVG: what it refers to, in its own size. */
export async function openSvgImage(element: SVGImageElement, control: OpenControl): Promise<OpenedImage> {
  const href = element.href.baseVal;
  if (!href) throw new ScanError("empty_image", "The SVG image element has no href.");
  const url = new URL(href, element.baseURI).href;
  return await openImageElement(imageFrom(url, element.getAttribute("crossorigin")), control);
}

/** @throws ScanError `empty_image`, `invalid_image`, `tainted_source`, `image_too_large`, `aborted` */
export async function openImageElement(element: HTMLImageElement, { signal }: OpenControl): Promise<OpenedImage> {
  const image = await loadedImage(element, signal);
  const { naturalWidth, naturalHeight } = image;
  checkImageSize("The image element", naturalWidth, naturalHeight);
  // Beside this thread; a drawing of what is not decoded yet would decode it here. What cannot be decoded shows below.
  await abortable(
    image.decode().catch(() => {}),
    signal,
  );
  refuseTainted(image, "The image element");
  if (/^data:image\/svg\+xml|\.svgz?(?:[?#]|$)/i.test(image.currentSrc)) return await openVector(image);
  let bitmap: ImageBitmap;
  try {
    bitmap = await abortable(createImageBitmap(image), signal, close);
  } catch (cause) {
    if (cause instanceof ScanError) throw cause;
    // What has no bitmap although it is loaded is a vector image without a size of its own.
    return await openVector(image);
  }
  // A density in srcset makes the natural size smaller than the bitmap.
  const scale = bitmap.width / naturalWidth;
  // Firefox's bitmaps of vector images without a size of their own have another shape than the image.
  if (Math.abs(bitmap.height - naturalHeight * scale) > 1 + scale) {
    bitmap.close();
    return await openVector(image);
  }
  return { ...framed(bitmap), scale };
}

/** Draws a vector image large enough to read. */
async function openVector(image: HTMLImageElement): Promise<OpenedImage> {
  const { naturalWidth, naturalHeight } = image;
  checkImageSize("The SVG image", naturalWidth, naturalHeight);
  refuseTainted(image, "The SVG image");
  const scale = vectorScale(naturalWidth, naturalHeight);
  const width = naturalWidth * scale;
  const height = naturalHeight * scale;
  const context = context2d(width, height);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  return framed(await createImageBitmap(context.canvas), scale);
}

/** @throws ScanError `empty_image`, `tainted_source`, `image_too_large`, `aborted` */
export async function openCanvas(
  canvas: HTMLCanvasElement | OffscreenCanvas,
  { signal }: OpenControl,
): Promise<OpenedImage> {
  checkImageSize("The canvas", canvas.width, canvas.height);
  refuseTainted(canvas, "The canvas");
  return framed(await abortable(createImageBitmap(canvas), signal, close));
}

/** @throws ScanError `empty_image`, `tainted_source`, `image_too_large`, `aborted` */
export async function openBitmap(bitmap: ImageBitmap, { signal, transfer }: OpenControl): Promise<OpenedImage> {
  if (bitmap.width === 0) throw new ScanError("empty_image", "The ImageBitmap is closed or was transferred away.");
  checkImageSize("The ImageBitmap", bitmap.width, bitmap.height);
  refuseTainted(bitmap, "The ImageBitmap");
  return framed(transfer ? bitmap : await abortable(createImageBitmap(bitmap), signal, close));
}

/** The current picture of a video. @throws ScanError `empty_image`, `tainted_source`, `image_too_large`, `aborted` */
export async function openVideo(video: HTMLVideoElement, control: OpenControl): Promise<OpenedImage> {
  const { videoWidth, videoHeight, readyState } = video;
  // HAVE_CURRENT_DATA: before it there is no picture, whatever the size says.
  if (readyState < 2 || videoWidth === 0 || videoHeight === 0)
    throw new ScanError("empty_image", 'The video has no frame yet. Wait for its "loadeddata" event.');
  checkImageSize("The video", videoWidth, videoHeight);
  refuseTainted(video, "The video");
  if (typeof VideoFrame === "function") {
    const frame = new VideoFrame(video);
    if (isUpright(frame, videoWidth, videoHeight)) return framed(frame);
    frame.close();
  }
  return framed(await abortable(createImageBitmap(video), control.signal, close));
}

/** @throws ScanError `empty_image` for a closed frame, `image_too_large`, `aborted` */
export async function openVideoFrame(frame: VideoFrame, { signal, transfer }: OpenControl): Promise<OpenedImage> {
  const { displayWidth, displayHeight } = frame;
  if (frame.format === null && frame.codedWidth === 0)
    throw new ScanError("empty_image", "The VideoFrame is closed or was transferred away.");
  checkImageSize("The VideoFrame", displayWidth, displayHeight);
  if (isUpright(frame, displayWidth, displayHeight)) return framed(transfer ? frame : frame.clone());
  const bitmap = await abortable(createImageBitmap(frame), signal, close);
  if (transfer) frame.close();
  return framed(bitmap);
}

/** True where the frame's stored pixels are what is shown: not rotated, flipped, or stretched. */
function isUpright(frame: VideoFrame, width: number, height: number): boolean {
  const { visibleRect, rotation, flip } = frame as VideoFrame & { rotation?: number; flip?: boolean };
  return !rotation && !flip && visibleRect?.width === width && visibleRect.height === height;
}

function framed(frame: ImageBitmap | VideoFrame, scale = 1): OpenedImage {
  const width = "displayWidth" in frame ? frame.displayWidth : frame.width;
  const height = "displayHeight" in frame ? frame.displayHeight : frame.height;
  const source: PlatformFrame = { kind: "frame", frame, width, height };
  try {
    checkImageSize("The image", width, height);
  } catch (error) {
    frame.close();
    throw error;
  }
  return { source, scale };
}

/** One pixel is enough to learn whether the browser lets the page see the others. */
function refuseTainted(image: CanvasImageSource, what: string): void {
  const context = context2d(1, 1);
  try {
    context.drawImage(image, 0, 0, 1, 1, 0, 0, 1, 1);
    context.getImageData(0, 0, 1, 1);
  } catch (cause) {
    if ((cause as DOMException | undefined)?.name !== "SecurityError") throw cause;
    throw new ScanError(
      "tainted_source",
      `${what} comes from another origin, so the browser hides its pixels. Load it with crossorigin="anonymous" from ` +
        "a server that sends Access-Control-Allow-Origin.",
      { cause },
    );
  }
}

function context2d(width: number, height: number): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D {
  const canvas =
    typeof OffscreenCanvas === "function"
      ? new OffscreenCanvas(width, height)
      : Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new ScanError("image_too_large", `A canvas of ${width} × ${height} pixels cannot be made here.`);
  return context as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
}

const close = (late: ImageBitmap): void => late.close();
