/** Runs along lines of bits, and MaxiCode's bull's-eyes in lines of edges: vectors and words against one at a time. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

describe.each(BUILDS)("runs along a line of bits (%s)", (build) => {
  const lines = fc.record({
    runs: fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 12 }),
    first: fc.integer({ min: 0, max: 1 }),
    most: fc.integer({ min: 0, max: 200 }),
  });

  it("are as long as counted bit by bit, from every place and in both directions", () => {
    const core = cores[build];
    fc.assert(
      fc.property(lines, ({ runs, first, most }) => {
        core.call("reset");
        const bits = runs.flatMap((length, k) => Array.from({ length }, () => (k + first) & 1));
        const bytes = new Uint8Array(((bits.length + 63) >> 6) * 8);
        for (const [i, bit] of bits.entries()) {
          bytes[i >> 3] = (bytes[i >> 3] as number) | (bit << (i & 7));
        }
        const line = core.put(bytes);
        const counted = (from: number, step: number, colour: number) => {
          let n = 0;
          while (bits[from + n * step] === colour) n++;
          return n > most || bits[from + n * step] === undefined ? -1 : n;
        };
        const countedToEnd = (from: number, step: number, colour: number) => {
          let n = 0;
          while (bits[from + n * step] === colour) n++;
          return n > most ? 0 : n;
        };
        for (const colour of [0, 1]) {
          expect(core.call("bitsAhead", line, bits.length, bits.length, colour, most)).toBe(0);
          expect(core.call("bitsBack", line, -1, colour, most)).toBe(0);
        }
        for (let at = 0; at < bits.length; at++) {
          for (const colour of [0, 1]) {
            expect(core.call("runAhead", line, bits.length, at, colour, most)).toBe(counted(at, 1, colour));
            expect(core.call("runBack", line, at, colour, most)).toBe(counted(at, -1, colour));
            expect(core.call("bitsAhead", line, bits.length, at, colour, most)).toBe(countedToEnd(at, 1, colour));
            expect(core.call("bitsBack", line, at, colour, most)).toBe(countedToEnd(at, -1, colour));
          }
        }
      }),
      { seed: 3, numRuns: 20 },
    );
  });
});

describe("MaxiCode's bull's-eye in a line of edges", () => {
  /** Widths of its eleven runs in modules: rings, gaps and the core (ISO/IEC 16023 clause 4.11). */
  const RUNS = [0.77, 0.74, 0.77, 0.77, 0.74, 1.14, 0.74, 0.77, 0.77, 0.74, 0.77];

  function find(core: Probe, edges: readonly number[], narrowest: number, widest: number): number[] {
    core.call("reset");
    const at = core.call("alloc", 2 * (edges.length + 32));
    core.u16(at, edges.length + 32).fill(0xffff);
    core.u16(at, edges.length).set(edges);
    const out = core.call("alloc", 2 * 64);
    const count = core.call("findEyes", at, edges.length, narrowest, widest, out, 64);
    return Array.from(core.u16(out, count));
  }
  const edgesOf = (module: number, from: number) => {
    let at = from;
    return [from, ...RUNS.map((run) => Math.round((at += run * module)))];
  };

  it.each([2, 3, 7.3, 20, 60])("shows with modules of %d pixels, unless that is out of bounds", (module) => {
    for (const build of BUILDS) {
      const edges = [3, 9, ...edgesOf(module, 1000), 4000, 4010];
      expect(find(cores[build], edges, 0, 6000)).toEqual([2]);
      expect(find(cores[build], edges, Math.ceil(7 * module), 6000)).toEqual([]);
      expect(find(cores[build], edges, 0, Math.floor(5 * module))).toEqual([]);
    }
  });

  it("is found alike by vectors and one by one, in random edges too", () => {
    const random = seededRandom(4);
    let total = 0;
    for (let turn = 0; turn < 300; turn++) {
      const spread = random.int(1, 5);
      let at = 0;
      const edges = Array.from({ length: random.int(2, 300) }, () => (at += random.int(3, 3 + spread)));
      const [narrowest, widest] = [random.int(0, 24), random.int(20, 200)];
      const found = BUILDS.map((build) => find(cores[build], edges, narrowest, widest));
      expect(found[0]).toEqual(found[1]);
      total += found[0]?.length ?? 0;
      for (const k of found[0] ?? []) expect(k % 2).toBe(0);
    }
    expect(total).toBeGreaterThan(50);
  });
});
