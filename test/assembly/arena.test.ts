/** The frame arena: alignment, slack, marks, growth, exhaustion, wiping. */
import { beforeEach, describe, expect, it } from "vitest";
import { BUILDS, Probe } from "./probe.js";

describe.each(BUILDS)("arena (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build);
    core.call("reset");
  });

  it("gives addresses aligned to 16 with slack behind each buffer", () => {
    let end = 0;
    for (const size of [1, 15, 16, 17, 1000]) {
      const at = core.call("alloc", size);
      expect(at % 16).toBe(0);
      expect(at).toBeGreaterThanOrEqual(end);
      end = at + size + 64;
    }
  });

  it("frees everything behind a mark", () => {
    core.call("alloc", 100);
    const mark = core.call("mark");
    const at = core.call("alloc", 100);
    core.call("release", mark);
    expect(core.call("alloc", 100)).toBe(at);
  });

  it("grows memory when it must", () => {
    const before = core.memory.buffer.byteLength;
    const at = core.call("alloc", before);
    expect(at).toBeGreaterThan(0);
    expect(core.memory.buffer.byteLength).toBeGreaterThan(before);
    core.u8(at, before).fill(7);
  });

  it.each([0x7fffffff, 0xfffffff0, 0xffffffff])("answers 0 to a request of %d bytes, and lives on", (bytes) => {
    core.call("alloc", 1000);
    const mark = core.call("mark");
    for (let i = 0; i < 3; i++) core.call("alloc", bytes);
    core.call("release", mark);
    expect(core.call("alloc", 0xffffffff)).toBe(0);
    expect(core.call("mark")).toBe(mark);
    expect(core.call("alloc", 16)).toBe(mark);
  });

  it("R5: wipes everything that was ever allocated", () => {
    const at = core.put(new Uint8Array(5000).fill(0xa5));
    core.call("reset");
    core.put(new Uint8Array(100).fill(0xa5));
    core.call("wipe");
    expect(core.u8(at, 5064).every((byte) => byte === 0)).toBe(true);
  });
});
