/**
 * What goes between opening an image and decoding it: pixels in memory or an image of the platform, and what is handed
 * back of them. Plain data; no behaviour.
 */
import type { PixelLayout } from "./types.js";

/** Pixels as an engine takes them: always checked, with an explicit stride and layout. */
export interface Pixels {
  readonly kind: "pixels";
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  /** `rgbx` is rgba, or bgra, whose fourth byte means nothing. */
  readonly layout: PixelLayout | "rgbx";
  /** True where the buffer may be moved to the worker (the caller never looks at it again). */
  readonly transferable?: boolean;
}

/** A platform image that an engine takes over, reads and closes. */
export interface PlatformFrame {
  readonly kind: "frame";
  readonly frame: VideoFrame | ImageBitmap;
  readonly width: number;
  readonly height: number;
}

/** An image as an engine takes it. */
export type FrameSource = Pixels | PlatformFrame;

/**
 * The exact image that was decoded: one byte of luminance per pixel, rows without padding. It has the size of the whole
 * image, so that corner points fit it; what lies outside the regions is white.
 */
export interface DecodedImage {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}
