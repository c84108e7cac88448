/**
 * What a caller may say about where and how decoding runs, checked. Starts nothing.
 */
import type { CoreSource } from "../../wasm/loader.js";
import { describe } from "../describe.js";
import { ScanError } from "../errors.js";
import { checkFlag } from "../read-options.js";

/** Where the core and the worker come from, and how long they may take. */
export interface EngineOptions {
  /** URL of core.wasm or core.simd.wasm; in Node also a path. @default the files of the package */
  readonly wasmUrl?: string | URL;
  /** The bytes of core.wasm or core.simd.wasm. */
  readonly wasmBinary?: ArrayBuffer | ArrayBufferView;
  /** core.wasm or core.simd.wasm, compiled. */
  readonly wasmModule?: WebAssembly.Module;
  /** Refuse a core that this release was not built with (`wasm_mismatch`). Switch off for a core of your own. @default true */
  readonly verifyWasm?: boolean;
  /** URL of worker.js of the package; in Node also a path. @default the file of the package */
  readonly workerUrl?: string | URL;
  /** Decode in a worker. @default true in browsers, false in Node */
  readonly worker?: boolean;
  /** Where WebAssembly cannot be had, load a slower JavaScript decoder instead of throwing `wasm_unavailable`. @default true */
  readonly fallback?: boolean;
  /** Give up a decode in a worker after so many milliseconds (`decode_timeout`). @default 20000 */
  readonly timeoutMs?: number;
  /** Give up a worker that is not ready after so many milliseconds and try the next way. @default 8000 */
  readonly startTimeoutMs?: number;
  /** Told once of everything that works less well than it could. @default console.warn */
  readonly onWarning?: (message: string) => void;
}

export interface CheckedEngineOptions {
  readonly core: CoreSource;
  readonly workerUrl: string | URL | undefined;
  readonly worker: boolean;
  readonly fallback: boolean;
  readonly timeoutMs: number;
  readonly startTimeoutMs: number;
  readonly onWarning: (message: string) => void;
}

/** The names of all engine options. */
export const ENGINE_OPTION_NAMES = Object.keys({
  wasmUrl: 1,
  wasmBinary: 1,
  wasmModule: 1,
  verifyWasm: 1,
  workerUrl: 1,
  worker: 1,
  fallback: 1,
  timeoutMs: 1,
  startTimeoutMs: 1,
  onWarning: 1,
} satisfies Record<keyof EngineOptions, 1>) as readonly (keyof EngineOptions)[];

/** A thorough read of the largest image the core takes stays well below this. */
const DEFAULT_TIMEOUT_MS = 20_000;
/** Time to fetch some 10 KB over a bad mobile connection. */
const DEFAULT_START_TIMEOUT_MS = 8_000;
/** setTimeout's own limit. */
const LONGEST_MS = 0x7fffffff;

/** Fields that are no engine option are ignored: callers hand in their own options whole. @throws ScanError `invalid_option` */
export function checkEngineOptions(options: EngineOptions): CheckedEngineOptions {
  const { wasmUrl, wasmBinary, wasmModule, workerUrl, onWarning } = options;
  checkUrl("wasmUrl", wasmUrl);
  checkUrl("workerUrl", workerUrl);
  if (wasmBinary !== undefined && !(wasmBinary instanceof ArrayBuffer) && !ArrayBuffer.isView(wasmBinary))
    refuse("wasmBinary", "an ArrayBuffer or a view of one", wasmBinary);
  if (wasmModule !== undefined && !(wasmModule instanceof WebAssembly.Module))
    refuse("wasmModule", "a WebAssembly.Module", wasmModule);
  if (onWarning !== undefined && typeof onWarning !== "function") refuse("onWarning", "a function", onWarning);
  const given = [wasmUrl, wasmBinary, wasmModule].filter((value) => value !== undefined);
  if (given.length > 1)
    throw new ScanError("invalid_option", "Give one of wasmUrl, wasmBinary and wasmModule, not several.");
  return {
    core: {
      ...(wasmUrl !== undefined && { wasmUrl }),
      ...(wasmBinary !== undefined && { wasmBinary }),
      ...(wasmModule !== undefined && { wasmModule }),
      verifyWasm: checkFlag("verifyWasm", options.verifyWasm, true),
    },
    workerUrl,
    worker: checkFlag("worker", options.worker, typeof Worker === "function"),
    fallback: checkFlag("fallback", options.fallback, true),
    timeoutMs: checkMs("timeoutMs", options.timeoutMs, DEFAULT_TIMEOUT_MS),
    startTimeoutMs: checkMs("startTimeoutMs", options.startTimeoutMs, DEFAULT_START_TIMEOUT_MS),
    onWarning: onWarning ?? ((message) => console.warn(message)),
  };
}

function checkUrl(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "string" && !(value instanceof URL)) refuse(name, "a URL", value);
}

function checkMs(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== "number" || !(value > 0 && value <= LONGEST_MS))
    refuse(name, "a positive number of milliseconds", value);
  return value;
}

function refuse(name: string, wanted: string, value: unknown): never {
  throw new ScanError("invalid_option", `${name} takes ${wanted}, not ${describe(value)}.`);
}
