/**
 * Which errors of decoding end scanning, and which are told: the same trouble in every frame is told once. Must not know
 * who is told.
 */
import type { ScanError, ScanErrorCode } from "../errors.js";

/** Errors that no further frame can mend. */
const FATAL: ReadonlySet<ScanErrorCode> = new Set<ScanErrorCode>([
  "closed",
  "tainted_source",
  "unsupported_source",
  "wasm_unavailable",
  "wasm_load_failed",
  "wasm_mismatch",
  "worker_failed",
  "invalid_option",
]);

export const isFatal = ({ code }: ScanError): boolean => FATAL.has(code);

export class DecodeFaults {
  #told: ScanErrorCode | undefined;

  /** True for the first of a row of equal errors. */
  isNew({ code }: ScanError): boolean {
    const isNew = code !== this.#told;
    this.#told = code;
    return isNew;
  }

  /** A frame went well: the next error is news again. */
  clear(): void {
    this.#told = undefined;
  }
}
