/**
 * The one error class of the library and the list of its codes. Knows nothing of where an error comes from.
 */

/** Every code with what it means and what to do about it; the documentation's table is made from these rows. */
export const ERROR_CODES = {
  invalid_option: "An option has a wrong type or value. The message names the option and what it takes.",
  unknown_format: "A format name is not in the list. The message names the nearest known name.",
  invalid_region: "A region is empty, inverted, not finite or outside the image.",
  unsupported_source: "What was handed to read() is no image this library can take pixels from here.",
  invalid_image: "The data is no image, is truncated or is corrupt.",
  empty_image: "The image has no pixels (a width or height of zero), or a video has no frame yet.",
  image_too_large: "The image has more pixels than the core takes. Scale it down or cut out the part that matters.",
  invalid_buffer: "A raw pixel buffer is too short for its width, height and stride, or is detached.",
  tainted_source: "The image comes from another origin without CORS, so the browser hides its pixels.",
  network: "A URL could not be fetched.",
  file_unreadable: "A file could not be opened: it is missing, a directory, not permitted, or was changed meanwhile.",
  missing_decoder: "Node needs the optional package `sharp` to open image files. Install it or pass raw pixels.",
  aborted: "The AbortSignal was aborted.",
  closed: "The reader, scanner or meter was closed.",
  wasm_unavailable: "WebAssembly cannot be used here (policy or browser) and the fallback is switched off.",
  wasm_load_failed: "The .wasm file could not be fetched or compiled.",
  wasm_mismatch: "The .wasm file belongs to another version of the library.",
  worker_failed: "The worker could not be started, died or stopped answering, and a new one failed too.",
  decode_timeout: "Decoding took longer than allowed; the worker was restarted.",
  decode_failed: "The core trapped on this image; it was restarted. Please report the image.",
  insecure_context: "Cameras need a secure page: https:// or localhost.",
  camera_unsupported: "This browser has no camera API (navigator.mediaDevices.getUserMedia).",
  camera_permission_denied: "The user or the page's Permissions-Policy denied the camera.",
  camera_not_found: "No camera was found.",
  camera_in_use: "The camera is used by another application or cannot be read.",
  camera_overconstrained: "No camera fits the constraints, even the loosest.",
  camera_lost: "The camera was unplugged or its permission was withdrawn while scanning.",
  camera_stalled: "The camera delivers no frames although it is open.",
  camera_unsupported_control: "The current camera has no such control (torch, zoom, focus).",
  storage_unavailable: "IndexedDB cannot be used; counts are kept in memory until the page closes.",
  storage_full: "The browser's storage quota is used up.",
  storage_corrupt: "Stored metering data could not be opened and was set aside.",
  crypto_unavailable: "WebCrypto cannot be used (it needs a secure page), so nothing is stored.",
} as const;

/** Stable code of a {@link ScanError}. */
export type ScanErrorCode = keyof typeof ERROR_CODES;

/** Plain form of a {@link ScanError} that survives structured cloning. */
export interface ScanErrorData {
  readonly code: ScanErrorCode;
  readonly message: string;
  readonly detail?: string;
}

/**
 * What every failure of this library is: `code` is stable and meant for programs, `message` is meant for people and
 * names the remedy. "Nothing found" is never an error.
 */
export class ScanError extends Error {
  override readonly name = "ScanError";
  readonly code: ScanErrorCode;

  constructor(code: ScanErrorCode, message: string = ERROR_CODES[code], options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** True for errors that a later try may not meet again (camera in use, network, time-out). */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }

  toJSON(): ScanErrorData {
    return { code: this.code, message: this.message };
  }
}

const RETRYABLE: ReadonlySet<ScanErrorCode> = new Set<ScanErrorCode>([
  "network",
  "worker_failed",
  "decode_timeout",
  "camera_in_use",
  "camera_lost",
  "camera_stalled",
  "storage_full",
]);
