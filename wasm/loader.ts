/**
 * Gets the core's WebAssembly.Module: picks the build, fetches or reads it, checks that it belongs to this library and
 * compiles it. Knows the boundary's numbers and nothing of what crosses it.
 */
import { type CoreFile, scalarFile, simdFile } from "./files.js";
import { CoreLoadError, loadFailed, mismatch } from "./load-error.js";
import { CORE_SHA256 } from "./manifest.js";

/** Where the core comes from; nothing given means the files of the package. */
export interface CoreSource {
  /** URL of a core.wasm or core.simd.wasm; in Node also a path. */
  readonly wasmUrl?: string | URL | undefined;
  /** The bytes of a build. */
  readonly wasmBinary?: ArrayBuffer | ArrayBufferView | undefined;
  /** A build that is compiled already; only its ABI version is checked. */
  readonly wasmModule?: WebAssembly.Module | undefined;
  /** Compare the bytes with the builds that this library was made with. @default true */
  readonly verifyWasm?: boolean;
}

/** `(module)`: magic number and version, nothing else. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
/** `(module (func (result v128) i32.const 0 i8x16.splat))`: valid only where there is SIMD. */
const SIMD_MODULE = Uint8Array.of(
  ...[...EMPTY_MODULE, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 8, 1, 6, 0, 0x41, 0, 0xfd, 15, 0x0b],
);

/**
 * True where this page may run WebAssembly; a Content-Security-Policy or a lockdown mode can forbid it. WebKit compiles what it
 * then will not start.
 */
export function isWasmAllowed(): boolean {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(EMPTY_MODULE)) instanceof WebAssembly.Instance;
  } catch {
    return false;
  }
}

/** True where fixed-width SIMD can be used. */
export const isSimdSupported = (): boolean => WebAssembly.validate(SIMD_MODULE);

const byUrl = new Map<string, Promise<WebAssembly.Module>>();
const verifiedBytes = new WeakMap<object, Promise<WebAssembly.Module>>();
const trustedBytes = new WeakMap<object, Promise<WebAssembly.Module>>();

/**
 * The compiled core. Compiled once for each source; a failed try is not remembered.
 * @throws CoreLoadError
 */
export async function loadCore(source: CoreSource = {}): Promise<WebAssembly.Module> {
  if (source.wasmModule) return source.wasmModule;
  if (!isWasmAllowed())
    throw new CoreLoadError(
      "wasm_unavailable",
      "WebAssembly cannot be used here. If the page has a Content-Security-Policy, add 'wasm-unsafe-eval' to script-src.",
    );
  const verify = source.verifyWasm ?? true;
  if (source.wasmBinary) {
    const bytes = source.wasmBinary;
    return remember(verify ? verifiedBytes : trustedBytes, bytes, () =>
      compile(bytesOf(bytes), "The given wasmBinary", verify),
    );
  }
  const file: CoreFile | string = source.wasmUrl ?? (isSimdSupported() ? simdFile() : scalarFile());
  if (file instanceof Uint8Array) return remember(byUrl, "", () => compile(file, "The core of this bundle", verify));
  return remember(byUrl, `${verify} ${file}`, () => fetchAndCompile(file, verify));
}

interface Cache<Key> {
  get(key: Key): Promise<WebAssembly.Module> | undefined;
  set(key: Key, value: Promise<WebAssembly.Module>): unknown;
  delete(key: Key): unknown;
}

function remember<Key>(cache: Cache<Key>, key: Key, make: () => Promise<WebAssembly.Module>) {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  return made;
}

async function fetchAndCompile(file: string | URL, verify: boolean): Promise<WebAssembly.Module> {
  if (isNode()) {
    const { readLocal } = await import("./node-core-file.js");
    const bytes = await readLocal(file);
    if (bytes) return compile(bytes, `The core at ${file}`, verify);
  }
  const response = await request(file);
  const bytes = response.clone().arrayBuffer();
  if (WebAssembly.compileStreaming && response.headers.get("content-type")?.startsWith("application/wasm")) {
    const [module] = await Promise.allSettled([WebAssembly.compileStreaming(response), bytes]);
    if (module.status === "fulfilled") {
      if (verify) await checkHash(new Uint8Array(await received(bytes, file)), `The core at ${file}`);
      return module.value;
    }
  }
  return compile(new Uint8Array(await received(bytes, file)), `The core at ${file}`, verify);
}

async function request(file: string | URL): Promise<Response> {
  const response = await fetch(file, { credentials: "same-origin" }).catch((cause) => {
    throw loadFailed(`The core could not be fetched from ${file}`, cause);
  });
  if (!response.ok) throw loadFailed(`The core could not be fetched: ${file} answered with status ${response.status}`);
  return response;
}

const received = (bytes: Promise<ArrayBuffer>, file: string | URL): Promise<ArrayBuffer> =>
  bytes.catch((cause) => {
    throw loadFailed(`The transfer of the core from ${file} broke off`, cause);
  });

async function compile(bytes: Uint8Array<ArrayBuffer>, what: string, verify: boolean): Promise<WebAssembly.Module> {
  if (EMPTY_MODULE.some((byte, index) => bytes[index] !== byte))
    throw loadFailed(`${what} is not WebAssembly (a server may have answered with a web page)`);
  if (verify) await checkHash(bytes, what);
  return WebAssembly.compile(bytes).catch((cause) => {
    throw loadFailed(`${what} could not be compiled`, cause);
  });
}

/** WebCrypto is missing on insecure pages; there the ABI version alone has to tell builds apart. */
async function checkHash(bytes: Uint8Array<ArrayBuffer>, what: string): Promise<void> {
  if (!globalThis.crypto?.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!CORE_SHA256.includes(hash))
    throw mismatch(`${what} is not one that this version of tallymark was built with (SHA-256 ${hash})`);
}

/** True in Node and what is like it. */
export const isNode = (): boolean => typeof process === "object" && typeof process.getBuiltinModule === "function";

function bytesOf(given: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  if (!ArrayBuffer.isView(given)) return new Uint8Array(given);
  const view = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  return view.buffer instanceof ArrayBuffer ? (view as Uint8Array<ArrayBuffer>) : new Uint8Array(view);
}
