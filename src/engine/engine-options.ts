/**
 * What a caller may say about where and how decoding runs, checked. Starts nothing.
 */
import type { CoreSource } from "../../wasm/loader.js";
import { type Checks, callback, checkAll, flag, positive, refuseOption, takes } from "../option-check.js";

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

/** A thorough read of the largest image the core takes stays well below this. */
const DEFAULT_TIMEOUT_MS = 20_000;
/** Time to fetch some 10 KB over a bad mobile connection. */
const DEFAULT_START_TIMEOUT_MS = 8_000;
/** setTimeout's own limit. */
const LONGEST_MS = 0x7fffffff;

const ms = (fallback: number) => positive(fallback, LONGEST_MS, "a positive number of milliseconds");

const url = takes<string | URL>((value) => typeof value === "string" || value instanceof URL, "a URL")(undefined);

const CHECKS = {
  wasmUrl: url,
  wasmBinary: takes<ArrayBuffer | ArrayBufferView>(
    (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value),
    "an ArrayBuffer or a view of one",
  )(undefined),
  wasmModule: takes<WebAssembly.Module>(
    (value) => value instanceof WebAssembly.Module,
    "a WebAssembly.Module",
  )(undefined),
  verifyWasm: flag(true),
  workerUrl: url,
  worker: flag(undefined),
  fallback: flag(true),
  timeoutMs: ms(DEFAULT_TIMEOUT_MS),
  startTimeoutMs: ms(DEFAULT_START_TIMEOUT_MS),
  onWarning: callback<(message: string) => void>("")((message: string) => console.warn(message)),
} satisfies Checks<EngineOptions>;

/** The names of all engine options. */
export const ENGINE_OPTION_NAMES = Object.keys(CHECKS) as readonly (keyof EngineOptions)[];

/** Fields that are no engine option are ignored: callers hand in their own options whole. @throws ScanError `invalid_option` */
export function checkEngineOptions(options: EngineOptions): CheckedEngineOptions {
  const { wasmUrl, wasmBinary, wasmModule, verifyWasm, worker, ...rest } = checkAll(options, CHECKS);
  if ([wasmUrl, wasmBinary, wasmModule].filter((value) => value !== undefined).length > 1)
    refuseOption("Give one of wasmUrl, wasmBinary and wasmModule, not several");
  return {
    ...rest,
    core: { wasmUrl, wasmBinary, wasmModule, verifyWasm },
    worker: worker ?? typeof Worker === "function",
  };
}
