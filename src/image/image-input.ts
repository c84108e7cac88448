/**
 * What read() takes, and what every kind of it is opened into. Types only.
 */
import type { FrameSource } from "../frame.js";
import type { RawPixels } from "../types.js";

/**
 * Everything that an image can be read from. A string is a URL (also `data:` and `blob:`), in Node also a path;
 * bytes are those of an encoded image file, raw pixels come as {@link RawPixels}.
 */
export type ImageInput =
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | URL
  | string
  | ImageData
  | RawPixels
  | ImageBitmap
  | VideoFrame
  | HTMLImageElement
  | SVGImageElement
  | SVGSVGElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement;

/** An image ready for an engine. */
export interface OpenedImage {
  readonly source: FrameSource;
  /**
   * Pixels of the source for each pixel of the image as the caller knows it: 1, or more for a vector image that was
   * drawn larger than its own size because its modules would otherwise be too small.
   */
  readonly scale: number;
  /** True for a file of which only a part is there; some browsers open such a one. */
  readonly isCutOff?: () => Promise<boolean>;
}

/** How an image is opened. */
export interface OpenControl {
  readonly signal?: AbortSignal | undefined;
  /** The caller gives the buffer, bitmap or video frame away. */
  readonly transfer: boolean;
}
