/** The release builds: what they need of the world, what they show of themselves, what they use of WebAssembly. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { ABI_VERSION, LAYOUT_GREY } from "../../assembly/abi/layout.js";
import { ensureBuild } from "./build-probe.js";
import { BUILDS, Probe } from "./probe.js";

const FILES = { simd: "core.simd.wasm", scalar: "core.wasm" } as const;
const CODE_SECTION = 10;
/** Value type of a vector, as it stands in the list of a function's locals. */
const V128 = 0x7b;

/** Reads an unsigned LEB128 number: [value, next position]. */
function leb(bytes: Uint8Array, from: number): [number, number] {
  let value = 0;
  let shift = 0;
  let at = from;
  for (;;) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
    shift += 7;
  }
}

/** Section ids with their bytes, in order. */
function sections(bytes: Uint8Array): [number, Uint8Array][] {
  const out: [number, Uint8Array][] = [];
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at] ?? 0;
    const [length, start] = leb(bytes, at + 1);
    out.push([id, bytes.subarray(start, start + length)]);
    at = start + length;
  }
  return out;
}

/** Whether any function has a vector among its locals: every kernel has. */
function usesVectors(bytes: Uint8Array): boolean {
  const code = sections(bytes).find(([id]) => id === CODE_SECTION)?.[1] ?? new Uint8Array();
  let [count, at] = leb(code, 0);
  while (count-- > 0) {
    const [size, start] = leb(code, at);
    let [groups, next] = leb(code, start);
    while (groups-- > 0) {
      next = leb(code, next)[1];
      if (code[next++] === V128) return true;
    }
    at = start + size;
  }
  return false;
}

describe("release", () => {
  beforeAll(() => ensureBuild("release"), 300_000);

  const read = (build: keyof typeof FILES) =>
    readFileSync(fileURLToPath(new URL(`../../.cache/release/${FILES[build]}`, import.meta.url)));

  describe.each(BUILDS)("%s", (build) => {
    it("imports nothing", () => {
      expect(WebAssembly.Module.imports(new WebAssembly.Module(read(build)))).toEqual([]);
    });

    it("exports four functions and its memory", () => {
      const names = WebAssembly.Module.exports(new WebAssembly.Module(read(build))).map(
        ({ name, kind }) => `${name} ${kind}`,
      );
      expect(names.sort()).toEqual([
        "abiVersion function",
        "begin function",
        "decode function",
        "memory memory",
        "push function",
      ]);
    });

    it("runs a frame", async () => {
      const core = await Probe.fromBytes(read(build));
      expect(core.call("abiVersion")).toBe(ABI_VERSION);
      const at = core.call("begin", 100, 80, LAYOUT_GREY);
      core.u8(at, 128 * 80).fill(200);
      expect(core.call("decode")).toBeGreaterThan(0);
      core.call("begin", 0, 0, 0);
    });
  });

  it("uses vectors in the SIMD build only", () => {
    expect(usesVectors(read("simd"))).toBe(true);
    expect(usesVectors(read("scalar"))).toBe(false);
    expect(read("scalar").length).toBeGreaterThan(1000);
  });
});
