/**
 * Starts a compiled core. Knows the boundary's functions and nothing of what crosses it.
 */
import { ABI_VERSION } from "../assembly/abi/layout.js";
import { mismatch } from "./load-error.js";

/** The exports of an instance, see assembly/index.ts. */
export interface CoreExports {
  readonly memory: WebAssembly.Memory;
  abiVersion(): number;
  begin(width: number, height: number, layout: number): number;
  push(rows: number): void;
  decode(): number;
}

/**
 * A running core. @throws CoreLoadError `wasm_mismatch` for a module that speaks another ABI
 */
export async function startCore(module: WebAssembly.Module): Promise<CoreExports> {
  let exports: Partial<CoreExports>;
  try {
    exports = (await WebAssembly.instantiate(module)).exports as Partial<CoreExports>;
  } catch (cause) {
    throw mismatch("The WebAssembly module is not tallymark's core, or memory is short", cause);
  }
  const { memory, abiVersion, begin, push, decode } = exports;
  if (!memory || !abiVersion || !begin || !push || !decode)
    throw mismatch("The WebAssembly module is not tallymark's core");
  const found = abiVersion();
  if (found !== ABI_VERSION) throw mismatch(`The core speaks ABI ${found}, this library ABI ${ABI_VERSION}`);
  return exports as CoreExports;
}
