/**
 * Reads one still image with any engine: opens it, fits the options to it, decodes, and gives coordinates back in the
 * caller's pixels. Knows nothing of who counts or of how an engine decodes.
 */
import { abortable, throwIfAborted } from "../abort.js";
import { ScanError } from "../errors.js";
import type { DecodedImage } from "../frame.js";
import type { OpenedImage } from "../image/image-input.js";
import { scaleOptions, unscaleBarcode } from "../image/rescale.js";
import { openImage } from "../image/source.js";
import type { CheckedReadOptions } from "../read-options.js";
import { regionRects } from "../region.js";
import type { Barcode } from "../types.js";
import type { DecodeOutcome, Engine } from "./engine.js";
import { releaseSource } from "./frame-source.js";

/** Everything there is to say about one read. */
export interface ReadResult {
  readonly barcodes: readonly Barcode[];
  /** Size of the image in pixels, of which corner points are coordinates. */
  readonly width: number;
  readonly height: number;
  /** Time spent in decoding, in milliseconds. */
  readonly elapsedMs: number;
  /** The luminance that was decoded, where `keepDecodedImage` asked for it; `encodePng` makes a file of it. */
  readonly decodedImage?: DecodedImage;
}

/** How one image is read. */
export interface ReadControl {
  readonly signal?: AbortSignal;
  /** The caller gives the buffer, bitmap or video frame away. */
  readonly transfer: boolean;
  readonly keepDecodedImage: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** @throws ScanError; its code says what is wrong with the image or the options */
export async function readImage(
  engine: Engine,
  source: unknown,
  options: CheckedReadOptions,
  { signal, transfer, keepDecodedImage, at }: ReadControl,
): Promise<ReadResult> {
  const image = await openImage(source, { signal, transfer });
  const decoding = engine.decode(
    // A still image has no time window: within it a value counts once, in the next image again.
    {
      source: image.source,
      options: fit(options, image, signal),
      sighting: { at, forgetMs: 0 },
      keepImage: keepDecodedImage,
    },
    signal && { signal },
  );
  const outcome = await abortable(decoding, signal);
  if (outcome.barcodes.length === 0 && (await image.isCutOff?.()))
    throw new ScanError(
      "invalid_image",
      "The image is truncated or corrupt, and the part of it that this browser shows has no barcode.",
    );
  return resultOf(outcome, image.scale);
}

/** Options as they hold for this image; lets go of the image where they do not fit. */
function fit(
  options: CheckedReadOptions,
  { source, scale }: OpenedImage,
  signal: AbortSignal | undefined,
): CheckedReadOptions {
  try {
    throwIfAborted(signal);
    const scaled = scaleOptions(options, scale);
    regionRects(scaled.region, source.width, source.height);
    return scaled;
  } catch (error) {
    releaseSource(source);
    throw error;
  }
}

function resultOf({ barcodes, width, height, elapsedMs, image }: DecodeOutcome, scale: number): ReadResult {
  return {
    barcodes: barcodes.map((barcode) => unscaleBarcode(barcode, scale)),
    width: width / scale,
    height: height / scale,
    elapsedMs,
    ...(image && { decodedImage: image }),
  };
}
