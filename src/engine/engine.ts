/**
 * The one interface behind which decoding happens. Direct, worker and fallback engines implement it; metering and
 * licensing wrap it. It must not know cameras, storage or licences.
 */
import type { Barcode, PixelLayout, ReadOptions } from "../types.js";

/** Pixels as an engine takes them: always checked, with an explicit stride and layout. */
export interface Pixels {
  readonly kind: "pixels";
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly layout: PixelLayout;
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

export type FrameSource = Pixels | PlatformFrame;

/** When and as part of what a frame is seen: what counting needs to know, and nothing of what was seen. */
export interface Sighting {
  /** Name of the video stream the frame belongs to; undefined for a still image, which has no time window. */
  readonly stream?: string;
  /** Time of the frame in milliseconds since the epoch, by the caller's clock. */
  readonly at: number;
  /** Forget time in milliseconds (R54). */
  readonly forgetMs: number;
}

export interface DecodeRequest {
  readonly source: FrameSource;
  /** Checked and with all defaults filled in. */
  readonly options: ReadOptions;
  readonly sighting: Sighting;
  /** Also hand back the image that was decoded (R16, R17). @default false */
  readonly keepImage?: boolean;
}

/** The exact image that was decoded: one byte of luminance per pixel, rows without padding. */
export interface DecodedImage {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

export interface DecodeOutcome {
  readonly barcodes: readonly Barcode[];
  /** Size of the whole image in pixels, of which corner points are coordinates. */
  readonly width: number;
  readonly height: number;
  /** Time spent in the core, in milliseconds. */
  readonly elapsedMs: number;
  readonly image?: DecodedImage;
}

export interface DecodeControl {
  readonly signal?: AbortSignal;
}

/** What every engine promises; one contract suite holds for all. */
export interface Engine {
  readonly kind: "direct" | "worker" | "fallback";
  /**
   * Decodes one image. Takes ownership of a {@link PlatformFrame} and closes it whatever happens.
   * @throws ScanError `aborted`, `closed`, `decode_timeout`, `decode_failed`, `worker_failed`
   */
  decode(request: DecodeRequest, control?: DecodeControl): Promise<DecodeOutcome>;
  /** Frees everything; later calls are refused with `closed`. Safe to call twice. */
  close(): Promise<void>;
}
