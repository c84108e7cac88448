/**
 * The one error class of the library. Knows nothing of where an error comes from.
 */
import { ERROR_CODES, RETRYABLE } from "./error-codes.js";
import type { LicenseErrorCode } from "./license-faults.js";

export { ERROR_CODES } from "./error-codes.js";

/** Stable code of a {@link ScanError}. */
export type ScanErrorCode = keyof typeof ERROR_CODES | LicenseErrorCode;

/** The texts of licences' codes come with their errors. */
const TEXTS: Readonly<Partial<Record<ScanErrorCode, string>>> = ERROR_CODES;

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

  constructor(code: ScanErrorCode, message: string = TEXTS[code] ?? code, options?: { cause?: unknown }) {
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
