/** Memory of whole frames: what is left of pixels (R5), how much there is of it, and what the layouts leave room for. */
import { beforeEach, describe, expect, it } from "vitest";
import * as abi from "../../assembly/abi/layout.js";
import { lumaOf, paint } from "./front-end-model.js";
import { BUILDS, Probe } from "./probe.js";

/** A pattern that nothing but these pixels gives: eight bytes, none of them 0. */
const CANARY = Buffer.from([0x5b, 0xd3, 0x71, 0xe9, 0x4d, 0xb5, 0x67, 0xf1]);

const all = (core: Probe) => Buffer.from(core.memory.buffer);
const stride = (width: number) => (width + abi.ROW_ALIGN - 1) & -abi.ROW_ALIGN;

/** Fills a frame of any layout with the canary, as the host does, and lets every stage run. */
function run(core: Probe, width: number, height: number, layout: number): void {
  const at = core.call("begin", width, height, layout);
  expect(at).toBeGreaterThan(0);
  if (layout === abi.LAYOUT_GREY || layout === abi.LAYOUT_YUV420) {
    const chroma = layout === abi.LAYOUT_YUV420 ? Math.ceil(height / 2) : 0;
    Buffer.from(core.memory.buffer, at, stride(width) * (height + chroma)).fill(CANARY);
  } else {
    for (let y = 0; y < height; y += abi.STRIP_ROWS) {
      const rows = Math.min(abi.STRIP_ROWS, height - y);
      Buffer.from(core.memory.buffer, at, width * rows * 4).fill(CANARY);
      core.call("push", rows);
    }
  }
  expect(all(core).includes(CANARY)).toBe(true);
  core.call("decode");
  for (let level = 0; level < 4; level++) {
    core.call("rowsAt", level);
    core.call("columnsAt", level);
  }
}

describe.each(BUILDS)("memory (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build);
  });

  const layouts = [
    ["grey", abi.LAYOUT_GREY],
    ["RGBA", abi.LAYOUT_RGBA],
    ["BGRA", abi.LAYOUT_BGRA],
    ["YUV 4:2:0", abi.LAYOUT_YUV420],
    ["RGBX", abi.LAYOUT_RGBX],
  ] as const;

  it.each(layouts)("R5: nothing of a %s frame is left anywhere once it is forgotten", (_, layout) => {
    // Nothing but static data and the options block differs from a fresh instance, and those hold no pixels.
    const heap = core.call("mark");
    const before = all(core).subarray(0, heap).toString("hex");
    for (const [width, height] of [
      [640, 480],
      [64, 64],
      [333, 777],
      [1280, 720],
      [17, 5],
    ] as const) {
      run(core, width, height, layout);
      core.call("begin", 0, 0, 0);
      expect(all(core).includes(CANARY)).toBe(false);
      expect(
        all(core)
          .subarray(heap)
          .every((byte) => byte === 0),
      ).toBe(true);
    }
    expect(all(core).subarray(0, heap).toString("hex")).toBe(before);
  });

  it("R5: frames that were never forgotten one by one are forgotten together", () => {
    run(core, 800, 600, abi.LAYOUT_GREY);
    run(core, 320, 240, abi.LAYOUT_RGBA);
    run(core, 100, 100, abi.LAYOUT_GREY);
    core.call("begin", 0, 0, 0);
    expect(all(core).includes(CANARY)).toBe(false);
  });

  it("R5: 10,000 frames take no more memory than the largest of them", () => {
    run(core, 320, 240, abi.LAYOUT_RGBA);
    run(core, 320, 240, abi.LAYOUT_GREY);
    const { byteLength } = core.memory.buffer;
    for (let i = 0; i < 10_000; i++) {
      core.call("begin", 16 + (i % 300), 16 + (i % 220), i % 5);
      core.call("push", 16);
      if (i % 50 === 0) core.call("decode");
      core.call("begin", 0, 0, 0);
    }
    expect(core.memory.buffer.byteLength).toBe(byteLength);
  });

  it("leaves room for the chroma that copyTo() writes, and does not keep it", () => {
    const [width, height] = [641, 481];
    const at = core.call("begin", width, height, abi.LAYOUT_YUV420);
    const rows = Math.ceil(height / 2);
    const S = stride(width);
    // The end of NV12's rows and of I420's second plane, by the offsets of abi/layout.ts.
    const nv12 = S * height + (rows - 1) * S + 2 * Math.ceil(width / 2);
    const i420 = S * height + (S / 2) * rows + (rows - 1) * (S / 2) + Math.ceil(width / 2);
    expect(at + Math.max(nv12, i420)).toBeLessThanOrEqual(core.memory.buffer.byteLength);
    const image = paint(width, height, (x, y) => (x ^ y) & 255);
    for (let y = 0; y < height; y++) core.u8(at + y * S, width).set(image.data.subarray(y * width, (y + 1) * width));
    core.u8(at + S * height, S * rows).fill(128);
    const afterLuma = core.call("mark");
    expect(afterLuma - at).toBeLessThan(S * height + 256);
    const isWhole = () => Buffer.from(lumaOf(core, core.call("planeAt", 0)).data).equals(image.data);
    expect(isWhole()).toBe(true);
    core.call("binaryAt", 0);
    expect(isWhole()).toBe(true);
  });

  it("ignores the fourth byte of RGBX", () => {
    const pixels = new Uint8Array(40 * 40 * 4).map((_, i) => (i % 4 === 3 ? i : 90));
    const at = core.call("begin", 40, 40, abi.LAYOUT_RGBX);
    for (let y = 0; y < 40; y += 8) {
      core.u8(at, 40 * 8 * 4).set(pixels.subarray(y * 160, (y + 8) * 160));
      core.call("push", 8);
    }
    expect(lumaOf(core, core.call("planeAt", 0)).data.every((v) => v === 90)).toBe(true);
  });

  it("takes rows that were never pushed for white", () => {
    const at = core.call("begin", 40, 40, abi.LAYOUT_RGBX);
    core.u8(at, 40 * 16 * 4).fill(10);
    core.call("push", 12);
    const { data } = lumaOf(core, core.call("planeAt", 0));
    expect([...new Set(data.subarray(0, 480))]).toEqual([10]);
    expect([...new Set(data.subarray(480))]).toEqual([255]);
  });

  it("takes the largest frame", () => {
    expect(core.call("begin", 8192, 8192, abi.LAYOUT_YUV420)).toBeGreaterThan(0);
    expect(core.memory.buffer.byteLength).toBeGreaterThan(8192 * 8192 * 1.5);
  });

  it("gives 0 rather than trap where memory ends, at whatever stage", () => {
    const side = 1024;
    const free = (left: number) => {
      expect(core.call("begin", side, side, abi.LAYOUT_GREY)).toBeGreaterThan(0);
      // Asked for, never touched: the machine that runs this test need not have it.
      expect(core.call("alloc", 2 ** 30 - core.call("mark") - left - 256)).toBeGreaterThan(0);
    };
    const outcomes = new Set<string>();
    for (const left of [64, 20_000, 60_000, 150_000, 200_000, 250_000, 300_000, 400_000, 600_000, 2_000_000]) {
      free(left);
      const at = ["planeAt", "rowsAt", "columnsAt"].map((name) => core.call(name, name === "planeAt" ? 1 : 0));
      outcomes.add(at.map((address) => (address === 0 ? "no" : "yes")).join(" "));
      free(left);
      core.call("decode");
    }
    expect(outcomes.has("no no no")).toBe(true);
    expect(outcomes.has("yes yes yes")).toBe(true);
    expect(core.call("begin", 64, 64, abi.LAYOUT_GREY)).toBeGreaterThan(0);
    expect(core.call("columnsAt", 0)).toBeGreaterThan(0);
  });
});
