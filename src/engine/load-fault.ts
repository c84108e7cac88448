/**
 * The loader's errors as the library's. The loader lies beside src and may not know ScanError.
 */
import { CoreLoadError } from "../../wasm/load-error.js";
import { ScanError } from "../errors.js";

/** A ScanError with the loader's code and message; anything else as it is. */
export function scanErrorOf(error: unknown): unknown {
  return error instanceof CoreLoadError ? new ScanError(error.code, error.message, { cause: error.cause }) : error;
}

/** True for errors that every thread would meet alike: another worker is of no help. */
export function isCoreFault(error: unknown): boolean {
  return error instanceof ScanError && error.code.startsWith("wasm_");
}
