/**
 * What crosses from an engine to the core's thread and back: types only, structured-cloneable data only.
 */
import type { PixelRect } from "../region.js";
import type { DecodedImage, FrameSource } from "./engine.js";

/** One image for the core. */
export interface CoreJob {
  readonly source: FrameSource;
  /** The parts to read, one after the other; never empty, never outside the image. */
  readonly rects: readonly PixelRect[];
  /** The options block, word for word (assembly/abi/layout.ts). */
  readonly options: Int32Array;
  readonly keepImage: boolean;
}

/** What the core found in one part of the image. */
export interface CorePart {
  /** Where the pixels that were read begin in the image: corner points count from here. */
  readonly x: number;
  readonly y: number;
  /** The result block. */
  readonly block: ArrayBuffer;
  /** The luminance that was read, where the job asked for it. */
  readonly image?: DecodedImage;
}

export interface CoreReport {
  readonly parts: readonly CorePart[];
  readonly elapsedMs: number;
}

/** What the worker offers. */
export interface WorkerApi {
  /** Starts the core; resolves once the worker is ready to read. */
  open(module: WebAssembly.Module): Promise<void>;
  /** Reads one image; takes over its frame. */
  read(job: CoreJob): Promise<CoreReport>;
}
