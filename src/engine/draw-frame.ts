/**
 * Draws a platform image where its pixels cannot be had otherwise. Knows nothing of decoding.
 */
import { ScanError } from "../errors.js";
import type { PixelRect } from "../region.js";
import type { Pixels, PlatformFrame } from "./engine.js";

type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

let context: Context | undefined;

/** Pixels of a part of a platform image by way of a canvas, on white. @throws ScanError `invalid_image` … */
export function drawFrame(source: PlatformFrame, rect: PixelRect): Pixels {
  const canvas = canvasOf(rect.width, rect.height);
  const { frame } = source;
  const naturalWidth = "displayWidth" in frame ? frame.displayWidth : frame.width;
  const naturalHeight = "displayHeight" in frame ? frame.displayHeight : frame.height;
  if (naturalWidth === 0 || naturalHeight === 0)
    throw new ScanError("invalid_image", "The frame or bitmap was closed before it was read.");
  try {
    canvas.fillStyle = "#fff";
    canvas.fillRect(0, 0, rect.width, rect.height);
    // The whole, shifted: of a video frame WebKit draws no part, it squeezes the whole into the part's place.
    canvas.drawImage(frame, -rect.x, -rect.y, source.width, source.height);
    const { data } = canvas.getImageData(0, 0, rect.width, rect.height);
    return { kind: "pixels", data, width: rect.width, height: rect.height, stride: rect.width * 4, layout: "rgbx" };
  } catch (cause) {
    if (cause instanceof Error && cause.name === "SecurityError")
      throw new ScanError("tainted_source", undefined, { cause });
    throw new ScanError("invalid_image", "The browser could not draw the frame.", { cause });
  } finally {
    canvas.fillRect(0, 0, rect.width, rect.height);
  }
}

function canvasOf(width: number, height: number): Context {
  if (!context) {
    const canvas = typeof OffscreenCanvas === "function" ? new OffscreenCanvas(1, 1) : pageCanvas();
    context = (canvas.getContext("2d", { willReadFrequently: true, alpha: false }) ?? undefined) as Context | undefined;
  }
  if (!context)
    throw new ScanError("unsupported_source", "There is no canvas here to draw the frame on; pass raw pixels.");
  if (context.canvas.width !== width) context.canvas.width = width;
  if (context.canvas.height !== height) context.canvas.height = height;
  return context;
}

function pageCanvas(): HTMLCanvasElement {
  if (typeof document === "undefined")
    throw new ScanError("unsupported_source", "There is no canvas here to draw the frame on; pass raw pixels.");
  return document.createElement("canvas");
}
