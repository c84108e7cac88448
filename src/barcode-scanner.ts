/**
 * Scans live video: the composition root that wires the scanner, the counting engine and the meter. It must not know how
 * a camera is opened, nor how an engine decodes.
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
import { checkEngineOptions, ENGINE_OPTION_NAMES, type EngineOptions } from "./engine/engine-options.js";
import { IMAGE_PARTS } from "./engine/outcome.js";
import { ScanError } from "./errors.js";
import type { License } from "./licensing/license.js";
import type { Meter } from "./metering/meter.js";
import { closeAll, openAll } from "./opening.js";
import { type CameraPermission, cameraPermission } from "./scanner/camera-permission.js";
import { FRAME_COPIES } from "./scanner/frame-copies-part.js";
import { FEEDBACK, LIVE_RIG, STAGE } from "./scanner/late-parts.js";
import { browserPlatform, type ScannerPlatform } from "./scanner/platform.js";
import { Scanner } from "./scanner/scanner.js";
import { checkScannerOptions, type ScannerOptions } from "./scanner/scanner-options.js";

/** What to scan, where to show it, where its core comes from, and where it counts. Everything has a default. */
export interface BarcodeScannerOptions extends ScannerOptions, EngineOptions, Omit<AccountOptions, "now"> {
  /** Gives up making the scanner; afterwards it has no effect. */
  readonly signal?: AbortSignal;
}

/** The parts a scanner is wired from; for tests and for those who bring their own engine. */
export interface BarcodeScannerParts extends Account {
  /** Closed with the scanner, and the account too. */
  readonly engine: Engine;
  /** @default the browser */
  readonly platform?: ScannerPlatform;
}

const OWN_OPTION_NAMES: readonly string[] = [...ENGINE_OPTION_NAMES, ...ACCOUNT_OPTION_NAMES, "signal"];

/** Scans barcodes from a camera, a stream or a video, reports each once, and counts them. */
export class BarcodeScanner extends Scanner {
  /** Counts of what was scanned on this device. */
  readonly meter: Meter;
  /** The licence, where one was given: how it stands; it tells changes by `licensechange` events of the scanner. */
  readonly license: License | undefined;
  readonly #account: Account;

  /** Most callers want {@link BarcodeScanner.create}. @throws ScanError `invalid_option` and its like */
  constructor(parts: BarcodeScannerParts, options: ScannerOptions = {}) {
    super(parts.engine, checkScannerOptions(options, OWN_OPTION_NAMES), parts.platform ?? browserPlatform());
    this.#account = parts;
    this.meter = parts.meter;
    this.license = parts.license;
    this.license?.addEventListener("change", () => {
      if (this.license) this.tell("licensechange", this.license.standing);
    });
  }

  /**
   * A scanner, ready to start: the core is loaded and compiled, the camera is not opened yet.
   *
   * @example
   * const scanner = await BarcodeScanner.create({ container, formats: ["ean_13"], duplicateForgetTime: 3000 });
   * scanner.addEventListener("scan", ({ detail }) => console.log(detail.format, detail.rawValue));
   * await scanner.start();
   * @throws ScanError `invalid_option`, `unknown_format`, `invalid_region`, `aborted`, `wasm_load_failed`,
   * `wasm_mismatch`, `wasm_unavailable`, `worker_failed`, `camera_unsupported` outside of a page; with a licence
   * `license_invalid`, `license_unreachable` and what its server refuses
   */
  static async create(options: BarcodeScannerOptions = {}): Promise<BarcodeScanner> {
    checkScannerOptions(options, OWN_OPTION_NAMES);
    checkEngineOptions(options);
    checkAccountOptions(options);
    const signal = checkSignal(options.signal);
    throwIfAborted(signal);
    if (typeof document === "undefined" && !options.video) {
      throw new ScanError("camera_unsupported", "Here is no page. Read images with BarcodeReader instead.");
    }
    const opened = await openAll(options, furnish(options), signal);
    try {
      return new BarcodeScanner(opened, options);
    } catch (error) {
      await closeAll(opened);
      throw error;
    }
  }

  /** What the browser says of the camera permission before it is asked for; `unknown` where it does not tell. */
  static permission(): Promise<CameraPermission> {
    return cameraPermission(browserPlatform().permissions);
  }

  override async close(): Promise<void> {
    await super.close();
    await closeAccount(this.#account);
  }
}

/**
 * Loads the parts beside the worker and the core: afterwards the network may be cut (R2), whatever is called. Sound, view and
 * what several regions and kept images take come only where options want them.
 */
const furnish = async (options: BarcodeScannerOptions): Promise<void> => {
  const { container, locale, beep, vibrate, regionMode, keepDecodedImage } = options;
  const [stage] = await Promise.all([
    container && STAGE.load(),
    (beep || vibrate) && FEEDBACK.load(),
    (regionMode === "all" || keepDecodedImage) && IMAGE_PARTS.load(),
    !globalThis.VideoFrame && FRAME_COPIES.load(),
    LIVE_RIG.load(),
  ]);
  await stage?.loadMessages(locale ?? browserPlatform().language);
};
