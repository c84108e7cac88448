/**
 * Puts a part of an image into the core's memory by the shortest way there is: a luma plane as it stands, raw rows,
 * or a drawing. Knows how begin() and push() want their pixels, nothing of results.
 */
import {
  LAYOUT_BGRA,
  LAYOUT_GREY,
  LAYOUT_RGBA,
  LAYOUT_RGBX,
  LAYOUT_YUV420,
  MAX_PIXELS,
  MAX_SIDE,
  ROW_ALIGN,
  STRIP_ROWS,
} from "../../assembly/abi/layout.js";
import type { CoreExports } from "../../wasm/start.js";
import { ScanError } from "../errors.js";
import type { PixelRect } from "../region.js";
import { drawFrame } from "./draw-frame.js";
import type { DecodedImage, FrameSource, Pixels, PlatformFrame } from "./engine.js";
import { lumaOf } from "./luma.js";

/** Distance of grey rows in the core's memory. */
const rowBytes = (width: number): number => Math.ceil(width / ROW_ALIGN) * ROW_ALIGN;

/** What was put in: its place in the image (at times a pixel more than was asked for) and, if wanted, its luma. */
export interface Fed {
  readonly x: number;
  readonly y: number;
  readonly image?: DecodedImage;
}

/** Starts a frame in the core and fills it. @throws ScanError `image_too_large` and what a drawing may throw */
export async function feed(core: CoreExports, source: FrameSource, rect: PixelRect, keepImage: boolean): Promise<Fed> {
  if (source.kind === "pixels") return feedPixels(core, source, rect, keepImage);
  const fed = "copyTo" in source.frame ? await feedVideoFrame(core, source, source.frame, rect, keepImage) : undefined;
  if (fed) return fed;
  const drawn = drawFrame(source, rect);
  const { image } = feedPixels(core, drawn, wholeOf(rect), keepImage);
  return { x: rect.x, y: rect.y, ...(image && { image }) };
}

/** Undefined for a frame whose pixels do not lie in memory as they are shown. */
async function feedVideoFrame(
  core: CoreExports,
  { width, height }: PlatformFrame,
  frame: VideoFrame,
  rect: PixelRect,
  keepImage: boolean,
): Promise<Fed | undefined> {
  const { format, visibleRect } = frame;
  if (!format || visibleRect?.width !== width || visibleRect.height !== height || !isUpright(frame)) return undefined;
  const chroma = CHROMA_STRIDES[format];
  if (chroma) return feedPlanes(core, frame, chroma, rect, visibleRect, keepImage);
  const layout = COLOUR_LAYOUTS[format];
  return layout === undefined ? undefined : feedColours(core, frame, layout, rect, visibleRect, keepImage);
}

function begin(core: CoreExports, width: number, height: number, layout: number): number {
  const fits = width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_PIXELS;
  const at = fits ? core.begin(width, height, layout) >>> 0 : 0;
  if (at === 0)
    throw new ScanError(
      "image_too_large",
      `${width} × ${height} pixels are more than the core takes (${MAX_SIDE} a side, ${MAX_PIXELS} in all, ` +
        "and what memory there is). Scale the image down or read a region of it.",
    );
  return at;
}

const LAYOUTS = { rgba: LAYOUT_RGBA, bgra: LAYOUT_BGRA, rgbx: LAYOUT_RGBX } as const;

function feedPixels(core: CoreExports, pixels: Pixels, rect: PixelRect, keepImage: boolean): Fed {
  const { x, y, width, height } = rect;
  if (keepImage) {
    // What is kept has to be what is read, so the luma is made here and handed in as it is.
    const data = lumaOf(pixels, rect);
    putGrey(core, data, 0, width, width, height);
    return { x, y, image: { data, width, height } };
  }
  const { data, stride, layout } = pixels;
  if (layout === "grey") {
    putGrey(core, data, y * stride + x, stride, width, height);
    return { x, y };
  }
  const at = begin(core, width, height, LAYOUTS[layout]);
  const memory = new Uint8Array(core.memory.buffer);
  const row = width * 4;
  for (let done = 0; done < height; done += STRIP_ROWS) {
    const rows = Math.min(STRIP_ROWS, height - done);
    const from = (y + done) * stride + x * 4;
    if (stride === row) memory.set(data.subarray(from, from + rows * row), at);
    else
      for (let k = 0; k < rows; k++)
        memory.set(data.subarray(from + k * stride, from + k * stride + row), at + k * row);
    core.push(rows);
  }
  return { x, y };
}

function putGrey(
  core: CoreExports,
  data: Uint8Array | Uint8ClampedArray,
  offset: number,
  stride: number,
  width: number,
  height: number,
): void {
  const at = begin(core, width, height, LAYOUT_GREY);
  const memory = new Uint8Array(core.memory.buffer);
  const row = rowBytes(width);
  if (stride === row && width === row) {
    memory.set(data.subarray(offset, offset + row * height), at);
    return;
  }
  for (let y = 0; y < height; y++) {
    const from = offset + y * stride;
    memory.set(data.subarray(from, from + width), at + y * row);
  }
}

/** A frame that is shown turned or mirrored has to be drawn: its pixels lie otherwise in memory. */
function isUpright(frame: VideoFrame & { rotation?: number; flip?: boolean }): boolean {
  return !frame.rotation && !frame.flip;
}

/** Bytes from one row of a chroma plane to the next, as parts of the luma's stride; see LAYOUT_YUV420. */
const CHROMA_STRIDES: Readonly<Record<string, readonly number[]>> = { I420: [1 / 2, 1 / 2], NV12: [1] };

/** Copies the planes straight into the core's memory. Undefined where the browser refuses. */
async function feedPlanes(
  core: CoreExports,
  frame: VideoFrame,
  chroma: readonly number[],
  wanted: PixelRect,
  visible: DOMRectReadOnly,
  keepImage: boolean,
): Promise<Fed | undefined> {
  const rect = evenRect(wanted, visible);
  const { x, y, width, height } = rect;
  const at = begin(core, width, height, LAYOUT_YUV420);
  const stride = rowBytes(width);
  const layout = [{ offset: at, stride }];
  let offset = at + stride * height;
  for (const part of chroma) {
    layout.push({ offset, stride: stride * part });
    offset += stride * part * Math.ceil(height / 2);
  }
  const memory = new Uint8Array(core.memory.buffer);
  try {
    await frame.copyTo(memory, { rect: inFrame(rect, visible), layout });
  } catch {
    return undefined;
  }
  if (!keepImage) return { x, y };
  const data = new Uint8ClampedArray(width * height);
  for (let row = 0; row < height; row++)
    data.set(memory.subarray(at + row * stride, at + row * stride + width), row * width);
  return { x, y, image: { data, width, height } };
}

/** Red and blue weigh the same, so RGBX serves BGRX too. */
const COLOUR_LAYOUTS: Readonly<Record<string, Pixels["layout"]>> = {
  RGBA: "rgba",
  BGRA: "bgra",
  RGBX: "rgbx",
  BGRX: "rgbx",
};

/** Holds one colour frame on its way to the core; emptied after each. */
let colours = new Uint8Array(0);

/** Copies interleaved colour by way of a buffer. Undefined where the browser refuses. */
async function feedColours(
  core: CoreExports,
  frame: VideoFrame,
  layout: Pixels["layout"],
  rect: PixelRect,
  visible: DOMRectReadOnly,
  keepImage: boolean,
): Promise<Fed | undefined> {
  const { x, y, width, height } = rect;
  const stride = width * 4;
  if (colours.length < stride * height) colours = new Uint8Array(stride * height);
  const data = colours.subarray(0, stride * height);
  try {
    const isCopied = await frame.copyTo(data, { rect: inFrame(rect, visible), layout: [{ offset: 0, stride }] }).then(
      () => true,
      () => false,
    );
    if (!isCopied) return undefined;
    const pixels: Pixels = { kind: "pixels", data, width, height, stride, layout };
    const { image } = feedPixels(core, pixels, wholeOf(rect), keepImage);
    return { x, y, ...(image && { image }) };
  } finally {
    // A copy that broke off may have left pixels too (R5).
    data.fill(0);
  }
}

const wholeOf = ({ width, height }: PixelRect): PixelRect => ({ x: 0, y: 0, width, height });

/** A rectangle of the visible image as one of the coded frame. */
const inFrame = ({ x, y, width, height }: PixelRect, visible: DOMRectReadOnly): DOMRectInit => ({
  x: x + visible.x,
  y: y + visible.y,
  width,
  height,
});

/** Chroma samples stand for 2 × 2 pixels, so a copy can only begin at even coordinates of the coded frame. */
function evenRect(rect: PixelRect, visible: DOMRectReadOnly): PixelRect {
  const x = rect.x - ((rect.x + visible.x) & 1 && rect.x > 0 ? 1 : 0);
  const y = rect.y - ((rect.y + visible.y) & 1 && rect.y > 0 ? 1 : 0);
  const right = Math.min(visible.width, rect.x + rect.width + ((rect.x + rect.width - x) & 1));
  const bottom = Math.min(visible.height, rect.y + rect.height + ((rect.y + rect.height - y) & 1));
  return { x, y, width: right - x, height: bottom - y };
}
