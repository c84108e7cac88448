/**
 * The one interface behind which decoding happens. Direct, worker and fallback engines implement it; metering and
 * licensing wrap it. It must not know cameras, storage or licences.
 */
import type { DecodedImage, FrameSource } from "../frame.js";
import type { Barcode, ReadOptions } from "../types.js";

export type { DecodedImage, FrameSource, Pixels, PlatformFrame } from "../frame.js";

/** When and as part of what a frame is seen: what counting needs to know, and nothing of what was seen. */
export interface Sighting {
  /** Name of the video stream the frame belongs to; undefined for a still image, which has no time window. */
  readonly stream?: string;
  /** Time of the frame in milliseconds since the epoch, by the caller's clock. */
  readonly at: number;
  /** Forget time in milliseconds (R54). */
  readonly forgetMs: number;
}

/** One image with what to look for in it. */
export interface DecodeRequest {
  readonly source: FrameSource;
  /** Checked and with all defaults filled in. */
  readonly options: ReadOptions;
  readonly sighting: Sighting;
  /** Also hand back the image that was decoded (R16, R17). @default false */
  readonly keepImage?: boolean;
}

/** What was found in one image. */
export interface DecodeOutcome {
  readonly barcodes: readonly Barcode[];
  /** Size of the whole image in pixels, of which corner points are coordinates. */
  readonly width: number;
  readonly height: number;
  /** Time spent in the core, in milliseconds. */
  readonly elapsedMs: number;
  readonly image?: DecodedImage;
}

/** How a decode can be stopped. */
export interface DecodeControl {
  readonly signal?: AbortSignal;
}

/**
 * What every engine promises; one contract suite holds for all.
 *
 * One image is decoded at a time. Stills wait their turn and are never dropped. Of each video stream only the newest
 * waiting frame is kept: the frame whose place it takes is closed and its promise rejects with `aborted`, so that a
 * scanner that offers frames faster than they can be decoded always looks at the present.
 */
export interface Engine {
  readonly kind: "direct" | "worker" | "fallback";
  /**
   * Decodes one image. Takes ownership of a {@link PlatformFrame} and closes it whatever happens.
   * An abort rejects at once, whatever the decoder is doing.
   * @throws ScanError `aborted`, `closed`, `empty_image`, `invalid_buffer`, `invalid_image`, `invalid_region`,
   * `image_too_large`, `decode_timeout`, `decode_failed`, `worker_failed`
   */
  decode(request: DecodeRequest, control?: DecodeControl): Promise<DecodeOutcome>;
  /** Frees everything; later calls are refused with `closed`. Safe to call twice. */
  close(): Promise<void>;
}
