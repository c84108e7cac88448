/**
 * Reads still images: the composition root that wires image sources, the counting engine and the meter. It must not
 * know cameras, nor how an engine decodes.
 */

import { checkSignal, throwIfAborted } from "./abort.js";
import {
  ACCOUNT_OPTION_NAMES,
  type Account,
  type AccountOptions,
  checkAccountOptions,
  closeAccount,
} from "./account.js";
import type { Engine } from "./engine/engine.js";
import { ENGINE_OPTION_NAMES, type EngineOptions } from "./engine/engine-options.js";
import { IMAGE_PARTS } from "./engine/outcome.js";
import type { ReadResult } from "./engine/read-image.js";
import { ScanError } from "./errors.js";
import type { ImageInput } from "./image/image-input.js";
import type { License } from "./licensing/license.js";
import type { Meter } from "./metering/meter.js";
import { openAll } from "./opening.js";
import { LatePart } from "./part.js";
import { type CheckedReadOptions, checkReadOptions, READ_OPTION_NAMES, refuseUnknownOptions } from "./read-options.js";
import type { DetailedReadOptions, ReadCallOptions, StillReads } from "./still-reads.js";
import type { Barcode, ReadOptions } from "./types.js";

export type { DetailedReadOptions, ReadCallOptions } from "./still-reads.js";

/** What a reader looks for by default, where its core comes from, and where it counts. */
export interface ReaderOptions extends ReadOptions, EngineOptions, AccountOptions {
  /** Gives up making the reader; afterwards it has no effect. */
  readonly signal?: AbortSignal;
}

/** The parts a reader is wired from; for tests and for those who bring their own engine. */
export interface ReaderParts extends Account {
  /** Closed with the reader, and the account too. */
  readonly engine: Engine;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

const CREATE_OPTION_NAMES: readonly string[] = [
  ...READ_OPTION_NAMES,
  ...ENGINE_OPTION_NAMES,
  ...ACCOUNT_OPTION_NAMES,
  "signal",
];
/** What opens still images: pages that only scan video never load it. */
const STILLS = new LatePart(() => import("./still-reads.js"));

/** Reads barcodes from still images, in browsers, workers and Node, and counts what it reads. */
export class BarcodeReader {
  /** Counts of what was read on this device. */
  readonly meter: Meter;
  /** The licence, where one was given: how it stands, and its `change` events. */
  readonly license: License | undefined;
  readonly #account: Account;
  readonly #engine: Engine;
  readonly #defaults: CheckedReadOptions;
  readonly #now: () => number;
  #reads: StillReads | undefined;
  #closed: Promise<void> | undefined;

  /** Most callers want {@link BarcodeReader.create}. @throws ScanError `invalid_option` and its like */
  constructor(parts: ReaderParts, defaults?: ReadOptions) {
    this.#engine = parts.engine;
    this.#account = parts;
    this.meter = parts.meter;
    this.license = parts.license;
    this.#now = parts.now ?? Date.now;
    this.#defaults = checkReadOptions(defaults, "thorough");
  }

  /**
   * A reader, ready to read: the core is loaded and compiled.
   *
   * @example
   * await using reader = await BarcodeReader.create({ formats: ["qr_code", "ean_13"] });
   * for (const { format, rawValue } of await reader.read(file)) console.log(format, rawValue);
   * @throws ScanError `invalid_option`, `unknown_format`, `invalid_region`, `aborted`, `wasm_load_failed`, `wasm_mismatch`,
   * `wasm_unavailable`, `worker_failed`; with a licence `license_invalid`, `license_unreachable` and what its server refuses
   */
  static async create(options: ReaderOptions = {}): Promise<BarcodeReader> {
    refuseUnknownOptions(options, CREATE_OPTION_NAMES);
    checkAccountOptions(options);
    const defaults = checkReadOptions(options, "thorough");
    const signal = checkSignal(options.signal);
    throwIfAborted(signal);
    const opened = await openAll(options, Promise.all([STILLS.load(), IMAGE_PARTS.load()]), signal);
    return new BarcodeReader({ ...opened, now: options.now ?? Date.now }, defaults);
  }

  /**
   * All barcodes of an image; an empty array where there are none. The same image read twice counts twice: only
   * within one call is a value counted once.
   * @throws ScanError; its code says what is wrong with the image or the options
   */
  async read(source: ImageInput, options?: ReadCallOptions): Promise<readonly Barcode[]> {
    return (await this.#read((reads) => reads.read(source, options))).barcodes;
  }

  /**
   * The barcodes of an image with its size, the time spent and, if asked for, the image that was decoded.
   * @throws ScanError; its code says what is wrong with the image or the options
   */
  readDetailed(source: ImageInput, options?: DetailedReadOptions): Promise<ReadResult> {
    return this.#read((reads) => reads.read(source, options, true));
  }

  async #read(read: (reads: StillReads) => Promise<ReadResult>): Promise<ReadResult> {
    this.#refuseIfClosed();
    // Loaded already after create(): what is handed over is looked at before the caller can change it.
    const { StillReads } = STILLS.loaded ?? (await STILLS.load());
    this.#refuseIfClosed();
    this.#reads ??= new StillReads(this.#engine, this.#defaults, this.#now);
    return read(this.#reads);
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new ScanError("closed", "The reader was closed. Create another one.");
  }

  /** Frees the engine and its worker; what is being read ends with `closed`. Safe to call twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#reads?.close();
    await this.#engine.close();
    await closeAccount(this.#account);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
