/**
 * The reads of a reader: each with its options over the reader's own, all ended with it. Part of what is loaded for still
 * images only. It must not know who counts.
 */
import { checkSignal, follow } from "./abort.js";
import type { Engine } from "./engine/engine.js";
import { type ReadResult, readImage } from "./engine/read-image.js";
import { ScanError } from "./errors.js";
import type { ImageInput } from "./image/image-input.js";
import { flag } from "./option-check.js";
import { type CheckedReadOptions, checkReadOptions, READ_OPTION_NAMES, refuseUnknownOptions } from "./read-options.js";
import type { ReadOptions } from "./types.js";

/** Options of one call; what they leave out is as the reader was made. */
export interface ReadCallOptions extends ReadOptions {
  readonly signal?: AbortSignal;
  /**
   * Give the buffer, ImageBitmap or VideoFrame away: it is moved instead of copied, and is detached or closed
   * afterwards. @default false
   */
  readonly transfer?: boolean;
}

/** Options of a detailed read. */
export interface DetailedReadOptions extends ReadCallOptions {
  /**
   * Also hand out the exact image that was decoded, for debugging. It is in the result and nowhere else; the library
   * keeps no copy. @default false
   */
  readonly keepDecodedImage?: boolean;
}

const CALL_OPTION_NAMES: readonly string[] = [...READ_OPTION_NAMES, "signal", "transfer"];
const DETAILED_OPTION_NAMES: readonly string[] = [...CALL_OPTION_NAMES, "keepDecodedImage"];

export class StillReads {
  readonly #engine: Engine;
  readonly #defaults: CheckedReadOptions;
  readonly #now: () => number;
  readonly #running = new Set<AbortController>();
  #isClosed = false;

  constructor(engine: Engine, defaults: CheckedReadOptions, now: () => number) {
    this.#engine = engine;
    this.#defaults = defaults;
    this.#now = now;
  }

  /** @param isDetailed whether the call takes the options of a detailed read */
  async read(source: ImageInput, given: DetailedReadOptions = {}, isDetailed = false): Promise<ReadResult> {
    refuseUnknownOptions(given, isDetailed ? DETAILED_OPTION_NAMES : CALL_OPTION_NAMES);
    const options = this.#merged(given);
    const keepDecodedImage = flag(false)(given.keepDecodedImage, "keepDecodedImage");
    const transfer = flag(false)(given.transfer, "transfer");
    const outer = checkSignal(given.signal);
    const controller = new AbortController();
    const { signal } = controller;
    const unfollow = follow(outer, controller);
    this.#running.add(controller);
    try {
      return await readImage(this.#engine, source, options, { signal, transfer, keepDecodedImage, at: this.#now() });
    } catch (error) {
      throw this.#isClosed ? new ScanError("closed", "The reader was closed. Create another one.") : error;
    } finally {
      unfollow();
      this.#running.delete(controller);
    }
  }

  /** Ends what is being read. */
  close(): void {
    this.#isClosed = true;
    for (const controller of this.#running) controller.abort();
  }

  /** The options of one call over those of the reader; a field that is undefined is as good as absent. */
  #merged(given: DetailedReadOptions): CheckedReadOptions {
    const own = READ_OPTION_NAMES.filter((name) => given[name] !== undefined);
    if (own.length === 0) return this.#defaults;
    const merged = { ...this.#defaults, ...Object.fromEntries(own.map((name) => [name, given[name]])) };
    return checkReadOptions(merged, this.#defaults.effort);
  }
}
