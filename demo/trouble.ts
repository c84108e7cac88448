/** Errors in words for people: what is wrong, and what to do about it. Knows codes, not where they come from. */
import { ScanError } from "../src/index.js";

/** Short headings; what to do about it is in {@link REMEDIES}, else in the error's own message. */
const HEADINGS: Readonly<Record<string, string>> = {
  camera_permission_denied: "The camera is not allowed",
  camera_not_found: "There is no camera",
  camera_in_use: "The camera is busy",
  camera_overconstrained: "No camera fits",
  camera_lost: "The camera is gone",
  camera_stalled: "The camera sends no picture",
  camera_unsupported: "This browser has no camera access",
  insecure_context: "The page is not secure",
  wasm_unavailable: "WebAssembly is switched off here",
  wasm_load_failed: "The decoder could not be loaded",
  worker_failed: "The worker could not be started",
  invalid_image: "That is no image that can be read",
  empty_image: "The image is empty",
  image_too_large: "The image is too large",
  unsupported_source: "That kind of file is no image",
  invalid_region: "The region lies outside the picture",
  network: "It could not be loaded",
};

/** What a visitor can do, where the error's own message speaks to whoever writes the page. */
const REMEDIES: Readonly<Record<string, string>> = {
  camera_permission_denied:
    "Allow it in the settings of the browser for this page, beside the address, and perhaps in those of the system. Then try again.",
  camera_not_found: "Connect one and try again, or use images.",
  camera_in_use: "Close other programs and tabs that use it, then try again.",
  camera_overconstrained: "Choose another camera or resolution, then try again.",
  camera_lost: "Connect it again or allow it again. Scanning goes on by itself.",
  camera_stalled: "Reload the page. If that does not help, switch the camera off and on.",
  camera_unsupported: "Open the page in a full browser, or use images.",
  insecure_context: "Cameras need https or localhost. Images work here too.",
};

export interface Trouble {
  readonly title: string;
  readonly remedy: string;
  /** Stable code for the console and for reports; "" for what is no error of the library. */
  readonly code: string;
}

export function describeTrouble(error: unknown): Trouble {
  if (error instanceof ScanError) {
    return {
      title: HEADINGS[error.code] ?? "That did not work",
      remedy: REMEDIES[error.code] ?? error.message,
      code: error.code,
    };
  }
  return { title: "That did not work", remedy: error instanceof Error ? error.message : String(error), code: "" };
}
