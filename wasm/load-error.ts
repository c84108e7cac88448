/**
 * What goes wrong between a .wasm file and a running core. Knows nothing of how either is had.
 */

/** Why there is no core; the codes are those of ScanError. */
export type CoreFault = "wasm_unavailable" | "wasm_load_failed" | "wasm_mismatch";

export class CoreLoadError extends Error {
  override readonly name = "CoreLoadError";
  readonly code: CoreFault;

  constructor(code: CoreFault, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export const loadFailed = (what: string, cause?: unknown): CoreLoadError =>
  new CoreLoadError(
    "wasm_load_failed",
    `${what}. Serve core.wasm and core.simd.wasm of the package and name the file in \`wasmUrl\`, or import "tallymark/inline".`,
    { cause },
  );

export const mismatch = (what: string, cause?: unknown): CoreLoadError =>
  new CoreLoadError(
    "wasm_mismatch",
    `${what}. Take the .wasm file and the JavaScript from the same release and empty caches.`,
    { cause },
  );
