/**
 * What all engines do with a source: check it and let go of it. Knows nothing of decoding.
 */
import { ScanError } from "../errors.js";
import type { FrameSource, Pixels } from "./engine.js";

/** Bytes of a pixel in a layout. */
export const pixelBytes = (layout: Pixels["layout"]): number => (layout === "grey" ? 1 : 4);

/** @throws ScanError `empty_image`, `invalid_buffer` */
export function checkSource(source: FrameSource): void {
  const { width, height } = source;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0))
    throw new ScanError("empty_image", `The image is ${width} × ${height} pixels; it needs at least one.`);
  if (source.kind !== "pixels") return;
  const row = width * pixelBytes(source.layout);
  if (!(Number.isInteger(source.stride) && source.stride >= row))
    throw new ScanError("invalid_buffer", `A stride of ${source.stride} bytes is too short for rows of ${row} bytes.`);
  const needed = source.stride * (height - 1) + row;
  if (source.data.byteLength < needed)
    throw new ScanError(
      "invalid_buffer",
      `The pixel buffer holds ${source.data.byteLength} bytes, ${needed} are needed (or it is detached).`,
    );
}

/** Closes a platform image; raw pixels are left to the garbage collector. Safe to call twice. */
export function releaseSource(source: FrameSource): void {
  if (source.kind === "frame") source.frame.close();
}
