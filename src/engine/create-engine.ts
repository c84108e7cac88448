/**
 * Builds the engine that this environment allows: in a worker, on this thread, or without WebAssembly.
 */
import { type CoreSource, isNode, isWasmAllowed, loadCore } from "../../wasm/loader.js";
import { ScanError } from "../errors.js";
import { loadPart } from "../part.js";
import type { Engine } from "./engine.js";
import { type CheckedEngineOptions, checkEngineOptions, type EngineOptions } from "./engine-options.js";
import { isCoreFault, scanErrorOf } from "./load-fault.js";
import { addCharsets } from "./text.js";
import { workerStarts } from "./worker-chain.js";
import { WorkerEngine } from "./worker-engine.js";

export type { EngineOptions } from "./engine-options.js";

/**
 * An engine that is ready to decode.
 * @throws ScanError `invalid_option`, `wasm_unavailable`, `wasm_load_failed`, `wasm_mismatch`
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const checked = checkEngineOptions(options);
  if (isNode()) addCharsets((await import("./node-charsets.js")).NODE_CHARSETS);
  if (!checked.core.wasmModule && !isWasmAllowed()) return openFallback(checked);
  const module = load(checked.core);
  const faults: string[] = [];
  if (checked.worker) {
    const engine = await openWorker(checked, module, faults);
    if (engine) return engine;
  }
  const { DirectEngine, withoutWorker } = await loadPart(import("./direct-engine.js"));
  if (checked.worker) checked.onWarning(withoutWorker(faults));
  return DirectEngine.open(await module);
}

const load = (source: CoreSource): Promise<WebAssembly.Module> =>
  loadCore(source).catch((error) => {
    throw scanErrorOf(error);
  });

async function openWorker(
  { workerUrl, timeoutMs, startTimeoutMs, onWarning }: CheckedEngineOptions,
  module: Promise<WebAssembly.Module>,
  faults: string[],
): Promise<Engine | undefined> {
  // Whoever waits for the module gets its error; a worker that fails first must not leave it unheard.
  module.catch(() => {});
  for (const start of workerStarts(workerUrl)) {
    try {
      const engine = await WorkerEngine.open({ start, module, timeoutMs, startTimeoutMs });
      if (faults.length > 0) onWarning(`tallymark: ${faults.join(" ")} Decoding uses ${start.name} instead.`);
      return engine;
    } catch (error) {
      if (isCoreFault(error)) throw error;
      faults.push(`${start.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return undefined;
}

async function openFallback({ fallback, onWarning }: CheckedEngineOptions): Promise<Engine> {
  if (!fallback)
    throw new ScanError(
      "wasm_unavailable",
      "WebAssembly cannot be used here and `fallback` is false. " +
        "If the page has a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src.",
    );
  const { FallbackEngine, WITHOUT_WASM } = await loadPart(import("./fallback-engine.js"));
  onWarning(WITHOUT_WASM);
  return FallbackEngine.open();
}
