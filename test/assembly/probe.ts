/**
 * The probe build in a test: calls by name, views on its memory, messages for failed assertions. It knows nothing of
 * what the functions do.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type Build = "simd" | "scalar";

/** For `describe.each(BUILDS)`: whatever the core promises holds for both. */
export const BUILDS: readonly Build[] = ["simd", "scalar"];

const FILES = { simd: "core.probe.simd.wasm", scalar: "core.probe.wasm" } as const;
const folder = new URL("../../.cache/probe/", import.meta.url);

export class Probe {
  readonly #exports: WebAssembly.Exports;

  private constructor(exports: WebAssembly.Exports) {
    this.#exports = exports;
  }

  /** A fresh instance, with its own memory. */
  static async load(build: Build): Promise<Probe> {
    return Probe.fromBytes(readFileSync(fileURLToPath(new URL(FILES[build], folder))));
  }

  /** A fresh instance of any build of the core. */
  static async fromBytes(wasm: BufferSource): Promise<Probe> {
    const holder: { probe?: Probe } = {};
    const abort = (message: number, file: number, line: number, column: number) => {
      const text = (at: number) => (at === 0 || holder.probe === undefined ? "?" : holder.probe.#string(at));
      throw new Error(`core aborted: ${text(message)} at ${text(file)}:${line}:${column}`);
    };
    const { instance } = await WebAssembly.instantiate(wasm, { env: { abort } });
    holder.probe = new Probe(instance.exports);
    return holder.probe;
  }

  /** Calls an export. Pointers and booleans are numbers. */
  call(name: string, ...args: number[]): number {
    const target = this.#exports[name];
    if (typeof target !== "function") throw new Error(`the probe does not export ${name} (assembly/probe.ts)`);
    return Number(target(...args) ?? 0);
  }

  get memory(): WebAssembly.Memory {
    return this.#exports.memory as WebAssembly.Memory;
  }

  /** Views are dead once memory grows: take them after the call whose result you look at. */
  u8(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length);
  }

  u16(at: number, length: number): Uint16Array {
    return new Uint16Array(this.memory.buffer, at, length);
  }

  i32(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length);
  }

  f32(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length);
  }

  /** Bytes in the arena with a copy of the given ones. */
  put(data: ArrayLike<number>): number {
    const at = this.call("alloc", data.length);
    if (at === 0) throw new Error("the probe is out of memory");
    this.u8(at, data.length).set(data);
    return at;
  }

  /** An AssemblyScript string: UTF-16, byte length in front. */
  #string(at: number): string {
    const length = new DataView(this.memory.buffer).getUint32(at - 4, true) >>> 1;
    return String.fromCharCode(...new Uint16Array(this.memory.buffer, at, length));
  }
}
