/** R5: nothing of an image stays in the core's memory once it is read, and the memory does not grow with time. */
import { existsSync, readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { buildWasm } from "../../../scripts/build-wasm.mjs";
import { Core } from "../../../src/engine/core.js";
import type { Pixels } from "../../../src/engine/engine.js";
import { optionsBlock } from "../../../src/engine/options-block.js";
import { threeSymbols } from "../../contract/contract-images.js";
import { pixelsOf } from "../../contract/contract-kit.js";
import { BUILD_TIMEOUT_MS } from "../../contract/test-package.js";

const FILE = "wasm/core.simd.wasm";
let memory: WebAssembly.Memory;
let core: Core;

beforeAll(async () => {
  if (!existsSync(FILE)) await buildWasm("release", "wasm");
  const module = await WebAssembly.compile(readFileSync(FILE));
  core = await watchInstances(() => Core.open(module));
}, BUILD_TIMEOUT_MS);

/** The core keeps its instance to itself; those that it makes meanwhile are caught on the way. */
async function watchInstances<Value>(work: () => Promise<Value>): Promise<Value> {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (async (given: WebAssembly.Module) => {
    const instance = await instantiate(given);
    memory = instance.exports.memory as WebAssembly.Memory;
    return instance;
  }) as typeof instantiate;
  try {
    return await work();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

const read = (source: Pixels, options = optionsBlock({}, 0)) =>
  core.read({ source, rects: [{ x: 0, y: 0, width: source.width, height: source.height }], options, keepImage: false });

/** A tone that nothing but the image brings into memory, in runs that no table has. */
const marked = (layout: "grey" | "rgba"): Pixels => {
  const bytes = layout === "grey" ? 1 : 4;
  const data = new Uint8Array(400 * 300 * bytes);
  for (let at = 0; at < data.length; at++) data[at] = layout === "rgba" && at % 4 === 3 ? 255 : 0xa7;
  return { kind: "pixels", data, width: 400, height: 300, stride: 400 * bytes, layout };
};

const MARK = Buffer.alloc(32, 0xa7);
const isMarked = (): boolean => Buffer.from(memory.buffer).includes(MARK);

test.each(["grey", "rgba"] as const)("R5: no pixel pattern of a %s image is left", async (layout) => {
  const watched = { ...marked(layout) };
  await read(watched);
  expect(isMarked()).toBe(false);
  // The same search does find the pattern where it is.
  Buffer.from(memory.buffer).set(MARK, memory.buffer.byteLength - 64);
  expect(isMarked()).toBe(true);
  Buffer.from(memory.buffer).fill(0, memory.buffer.byteLength - 64);
});

/** A frame of the camera whose copy breaks off when half of it is written. */
const brokenFrame = (format: string, written: (memory: Uint8Array) => void) => ({
  format,
  visibleRect: { x: 0, y: 0, width: 400, height: 300 },
  copyTo: async (memory: Uint8Array, { layout }: { layout: { offset: number; stride: number }[] }) => {
    for (const [plane, { offset, stride }] of layout.entries())
      memory.fill(0xa7, offset, offset + stride * (plane === 0 ? 300 : 150));
    written(memory);
    throw new Error("the frame broke off");
  },
  close: () => {},
});

test.each(["I420", "NV12", "RGBA", "BGRX"])(
  "R5: no pixel of a %s frame is left where its copy fails",
  async (format) => {
    let target: Uint8Array = new Uint8Array(0);
    let wasWritten = false;
    const frame = brokenFrame(format, (memory) => {
      target = memory;
      wasWritten = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength).includes(MARK);
    });
    const rects = [{ x: 0, y: 0, width: 400, height: 300 }];
    const source = { kind: "frame", frame: frame as unknown as VideoFrame, width: 400, height: 300 } as const;
    // It is drawn then, for which there is no canvas here.
    await expect(core.read({ source, rects, options: optionsBlock({}, 0), keepImage: false })).rejects.toMatchObject({
      code: "unsupported_source",
    });
    expect(wasWritten).toBe(true);
    expect(Buffer.from(target.buffer).includes(MARK)).toBe(false);
    expect(isMarked()).toBe(false);
  },
);

test("pixels whose fourth byte means nothing are read as if it were opaque", async () => {
  const rgba = pixelsOf(threeSymbols(), "rgba") as Pixels;
  const data = Uint8Array.from(rgba.data, (byte, at) => (at % 4 === 3 ? 0 : byte));
  const { parts } = await read({ ...rgba, data, layout: "rgbx" });
  const opaque = await read(rgba);
  expect(parts[0]?.block).toEqual(opaque.parts[0]?.block);
  expect(parts[0]?.block.byteLength).toBeGreaterThan(100);
});

test("R5: no text of a symbol is left", async () => {
  const source = pixelsOf(threeSymbols(), "grey") as Pixels;
  const { parts } = await read(source);
  expect(Buffer.from(parts[0]?.block ?? new ArrayBuffer(0)).includes("HELLO TALLYMARK")).toBe(true);
  expect(Buffer.from(memory.buffer).includes("HELLO TALLYMARK")).toBe(false);
});

test("R5: memory is steady over many frames", async () => {
  const source = pixelsOf(threeSymbols(), "rgba") as Pixels;
  const fast = optionsBlock({ effort: "fast" }, 1);
  await read(source);
  const before = memory.buffer.byteLength;
  for (let frame = 0; frame < 200; frame++) await read(source, fast);
  expect(memory.buffer.byteLength).toBe(before);
});

test("R5: the memory that one very large image needed is given back", async () => {
  const before = memory;
  const [width, height] = [8000, 8000];
  const source: Pixels = {
    kind: "pixels",
    data: new Uint8Array(width * height).fill(255),
    width,
    height,
    stride: width,
    layout: "grey",
  };
  await watchInstances(() => read(source, optionsBlock({ effort: "fast" }, 1)));
  expect(memory).not.toBe(before);
  expect(memory.buffer.byteLength).toBeLessThan(before.buffer.byteLength);
  const { parts } = await read(pixelsOf(threeSymbols(), "grey") as Pixels);
  expect(Buffer.from(parts[0]?.block ?? new ArrayBuffer(0)).includes("4006381333931")).toBe(true);
});
