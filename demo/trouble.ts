/** Errors in words for people: what is wrong, and what to do about it. Knows codes, not where they come from. */
import { ScanError } from "../src/index.js";

/** Short headings for the errors that a visitor can do something about; the remedy is the error's own message. */
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

export interface Trouble {
  readonly title: string;
  readonly remedy: string;
  /** Stable code for the console and for reports; "" for what is no error of the library. */
  readonly code: string;
}

export function describeTrouble(error: unknown): Trouble {
  if (error instanceof ScanError) {
    return { title: HEADINGS[error.code] ?? "That did not work", remedy: error.message, code: error.code };
  }
  return { title: "That did not work", remedy: error instanceof Error ? error.message : String(error), code: "" };
}
