/**
 * The codes of all errors. Plain data; the worker is built without it, since its errors are told on the page.
 */

/** Every code with what it means and what to do about it; the documentation's table is made from these rows. */
export const ERROR_CODES = {
  invalid_option: "An option has a wrong type or value. The message says which, and what it takes.",
  unknown_format: "A format name is not in the list. The message says which is nearest.",
  invalid_region: "A region is empty, inverted, not finite or outside the image.",
  unsupported_source: "What was handed to read() is nothing that pixels can be taken from here.",
  invalid_image: "The data is no image, or is cut or corrupt.",
  empty_image: "The image has no pixels, or the video has no frame yet.",
  image_too_large: "The image has too many pixels. Scale it down or cut out the part that matters.",
  invalid_buffer: "A pixel buffer is too short for its size and stride, or is detached.",
  tainted_source: "The image comes from another origin without CORS, so the browser hides its pixels.",
  network: "A URL could not be fetched.",
  file_unreadable: "A file could not be opened: it is missing, a directory, not permitted, or was changed.",
  missing_decoder: "Node needs the package `sharp` to open image files. Install it or pass raw pixels.",
  aborted: "The AbortSignal was aborted.",
  closed: "The reader, scanner or meter was closed.",
  wasm_unavailable: "WebAssembly cannot be used here, and the fallback is switched off.",
  wasm_load_failed: "The .wasm file could not be fetched or compiled.",
  wasm_mismatch: "The .wasm file belongs to another version of the library.",
  worker_failed: "The worker did not start, died or did not answer, and so did another.",
  decode_timeout: "Decoding took longer than allowed; the worker was restarted.",
  decode_failed: "The core failed on this image and was restarted. Please report the image.",
  insecure_context: "Cameras need a secure page. Serve it over https:// or from localhost.",
  camera_unsupported:
    "This browser has no camera API (getUserMedia). Offer a file input and BarcodeReader, or open the page in a full " +
    "browser instead of an in-app one.",
  camera_permission_denied:
    "The camera was denied. Allow it in the browser's site settings (and the system's, and any Permissions-Policy or " +
    "iframe `allow`), then call start() again.",
  camera_not_found: "No camera was found. Connect one and call start() again.",
  camera_in_use: "The camera cannot be read. Close other applications and tabs that use it, then call start() again.",
  camera_overconstrained: "No camera fits the request. Leave out `camera` and `resolution`, or choose others.",
  camera_lost: "The camera was unplugged or its permission was withdrawn. Scanning goes on when it is back.",
  camera_stalled: "The camera is open but delivers no frames. Reload the page or restart the camera.",
  camera_unsupported_control: "The camera has no such control. Look at `capabilities` first.",
  storage_unavailable: "IndexedDB cannot be used; counts are kept in memory until the page closes.",
  storage_full: "The browser's storage quota is used up.",
  storage_corrupt: "Stored metering data could not be opened and was set aside.",
  crypto_unavailable: "WebCrypto needs a secure page, so nothing is stored.",
} as const;

/** Codes of errors that a later try may not meet again. */
export const RETRYABLE: ReadonlySet<string> = new Set([
  "network",
  "worker_failed",
  "decode_timeout",
  "camera_in_use",
  "camera_lost",
  "camera_stalled",
  "storage_full",
  "license_unreachable",
]);
