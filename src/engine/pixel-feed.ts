/**
 * Puts a part of an image into the core's memory by the shortest way there is: a luma plane as it stands, raw rows,
 * or a drawing. Knows how begin() and push() want their pixels, nothing of results.
 */
import {
  LAYOUT_BGRA,
  LAYOUT_GREY,
  LAYOUT_RGBA,
  MAX_PIXELS,
  MAX_SIDE,
  ROW_ALIGN,
  STRIP_ROWS,
} from "../../assembly/abi/layout.js";
import type { CoreExports } from "../../wasm/loader.js";
import { ScanError } from "../errors.js";
import type { PixelRect } from "../region.js";
import type { DecodedImage, FrameSource, Pixels } from "./engine.js";
import { drawFrame } from "./frame-source.js";
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
  if ("copyTo" in source.frame && isUpright(source.frame)) {
    const { visibleRect } = source.frame;
    if (visibleRect?.width === source.width && visibleRect.height === source.height) {
      const fed = await feedVideoFrame(core, source.frame, rect, visibleRect, keepImage);
      if (fed) return fed;
    }
  }
  const drawn = drawFrame(source, rect);
  const { image } = feedPixels(core, drawn, { x: 0, y: 0, width: rect.width, height: rect.height }, keepImage);
  return { x: rect.x, y: rect.y, ...(image && { image }) };
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
  const at = begin(core, width, height, layout === "bgra" ? LAYOUT_BGRA : LAYOUT_RGBA);
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

/** What lies behind the Y plane: bytes per 2 × 2 pixels in a chroma plane, and number of such planes. */
const CHROMA: Readonly<Record<string, readonly [bytes: number, planes: number]>> = { I420: [1, 2], NV12: [2, 1] };
/** Room that is left between the luma and the chroma for what begin() may have put there (see Plane). */
const GAP = 4096;
const PAGE = 65536;

/** Copies the Y plane straight into the core's memory. Undefined where this frame has none or the browser refuses. */
async function feedVideoFrame(
  core: CoreExports,
  frame: VideoFrame,
  wanted: PixelRect,
  visible: DOMRectReadOnly,
  keepImage: boolean,
): Promise<Fed | undefined> {
  const chroma = CHROMA[frame.format ?? ""];
  if (!chroma) return undefined;
  const rect = evenRect(wanted, visible);
  const { width, height } = rect;
  const at = begin(core, width, height, LAYOUT_GREY);
  const stride = rowBytes(width);
  const [sampleBytes, planes] = chroma;
  const chromaStride = Math.ceil(width / 2) * sampleBytes;
  const chromaBytes = chromaStride * Math.ceil(height / 2);
  // The browser copies all planes or none. The chroma goes to the end of the memory, which this frame does not use yet.
  const tail = chromaBytes * planes;
  const missing = at + stride * height + GAP + tail - core.memory.buffer.byteLength;
  try {
    if (missing > 0) core.memory.grow(Math.ceil(missing / PAGE));
    const memory = new Uint8Array(core.memory.buffer);
    const end = memory.length - tail;
    const layout = [{ offset: at, stride }];
    for (let plane = 0; plane < planes; plane++)
      layout.push({ offset: end + plane * chromaBytes, stride: chromaStride });
    await frame.copyTo(memory, {
      rect: { x: rect.x + visible.x, y: rect.y + visible.y, width, height },
      layout,
    });
    memory.fill(0, end);
    if (!keepImage) return { x: rect.x, y: rect.y };
    const data = new Uint8ClampedArray(width * height);
    for (let y = 0; y < height; y++) data.set(memory.subarray(at + y * stride, at + y * stride + width), y * width);
    return { x: rect.x, y: rect.y, image: { data, width, height } };
  } catch {
    return undefined;
  }
}

/** Chroma samples stand for 2 × 2 pixels, so a copy can only begin at even coordinates of the coded frame. */
function evenRect(rect: PixelRect, visible: DOMRectReadOnly): PixelRect {
  const x = rect.x - ((rect.x + visible.x) & 1 && rect.x > 0 ? 1 : 0);
  const y = rect.y - ((rect.y + visible.y) & 1 && rect.y > 0 ? 1 : 0);
  const right = Math.min(visible.width, rect.x + rect.width + ((rect.x + rect.width - x) & 1));
  const bottom = Math.min(visible.height, rect.y + rect.height + ((rect.y + rect.height - y) & 1));
  return { x, y, width: right - x, height: bottom - y };
}
