/** Parts of the GS1 DataBar readers by themselves: character values, searches and check sums against brute force. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

/** All ways to part `modules` into `elements` of `widest` at most, in lexicographic order. */
function compositions(modules: number, elements: number, widest: number): number[][] {
  if (elements === 0) return modules === 0 ? [[]] : [];
  const all: number[][] = [];
  for (let width = 1; width <= Math.min(widest, modules - elements + 1); width++)
    for (const rest of compositions(modules - width, elements - 1, widest)) all.push([width, ...rest]);
  return all;
}

const floats = (core: Probe, values: ArrayLike<number>): number => {
  const at = core.call("alloc", values.length * 4);
  core.f32(at, values.length).set(values);
  return at;
};

const words = (core: Probe, values: ArrayLike<number>): number => {
  const at = core.call("alloc", values.length * 4);
  core.i32(at, values.length).set(values);
  return at;
};

describe("widths as numbers", () => {
  it("counts and ranks what can be listed", () => {
    const core = cores.simd;
    core.call("reset");
    const at = core.put(new Uint8Array(8));
    for (const [modules, elements, widest] of [
      [9, 4, 5],
      [10, 4, 7],
      [13, 7, 4],
      [12, 4, 8],
    ] as const) {
      for (const narrow of [0, 1]) {
        const all = compositions(modules, elements, widest).filter((widths) => !narrow || widths.includes(1));
        expect(core.call("countCompositions", modules, elements, widest, narrow)).toBe(all.length);
        all.forEach((widths, rank) => {
          core.u8(at, elements).set(widths);
          expect(core.call("rankOfWidths", at, 1, elements, widest, narrow)).toBe(rank);
        });
      }
    }
  });

  it.each([
    ["(16,4)", 0, 2841],
    ["(15,4)", 1, 1597],
    ["(17,4)", 2, 4192],
  ])("%s characters have every value once", (_name, set, total) => {
    const core = cores.simd;
    core.call("reset");
    const at = core.put(new Uint8Array(8));
    const seen = new Set<number>();
    for (const widths of compositions(core.call("modulesOfSet", set), 8, 8)) {
      core.u8(at, 8).set(widths);
      const value = core.call("characterValue", set, at);
      if (value < 0) continue;
      expect(seen.has(value)).toBe(false);
      seen.add(value);
    }
    expect(seen.size).toBe(total);
    expect(Math.max(...seen)).toBe(total - 1);
  });

  it("the check characters of DataBar Limited are 89 different ones of 18 modules", () => {
    const core = cores.simd;
    const all = Array.from({ length: 89 }, (_, value) => Array.from(core.u8(core.call("checkWidths", value), 14)));
    expect(new Set(all.map(String)).size).toBe(89);
    expect(all.every((widths) => widths.reduce((a, b) => a + b) === 18)).toBe(true);
  });
});

describe("pattern search", () => {
  const PER_MODULE = 4;

  it.each(BUILDS)("finds the patterns that cost least of all there are (%s)", (build) => {
    const core = cores[build];
    const random = seededRandom(15);
    const oddSums = core.call("oddSumsOf", 1);
    const all = compositions(15, 8, 8).filter((widths) => {
      const odd = widths.reduce((sum, width, e) => sum + (e % 2 === 0 ? width : 0), 0);
      return (oddSums >> odd) & 1;
    });
    for (let round = 0; round < 12; round++) {
      core.call("reset");
      const darkFirst = round & 1;
      const truth = random.pick(all);
      const dark = truth.flatMap((width, e) =>
        new Array<number>(width * PER_MODULE).fill((e + darkFirst) % 2 === 0 ? 0 : 1),
      );
      // A box of one and a half modules and noise.
      const blurred = dark.map((_, i) => {
        let sum = 0;
        for (let k = -3; k <= 3; k++) sum += dark[i + k] ?? (i + k < 0 ? 1 - darkFirst : darkFirst);
        return sum / 7 + random.between(-0.12, 0.12);
      });
      const samples = floats(core, blurred);
      const widths = core.put(new Uint8Array(8));
      const costs = all
        .map((pattern) => {
          core.u8(widths, 8).set(pattern);
          return core.call("errorOfPattern", samples, widths, 8, darkFirst, 9);
        })
        .sort((a, b) => a - b);
      const before = darkFirst ? 0 : 3;
      // Eight elements end in the colour that they do not begin with.
      const behind = darkFirst ? 3 : 0;
      const bound = core.call("openSearch", samples, 15, 9, before, behind);
      const found = core.call("searchPatterns", 8, 8, darkFirst, before, oddSums, 0, 1e6);
      expect(found).toBe(6);
      const least = Array.from(core.f32(core.call("foundCostsAt"), 6));
      least.forEach((cost, k) => expect(cost).toBeCloseTo(costs[k] as number, 3));
      expect(bound).toBeLessThanOrEqual((costs[0] as number) + 1e-3);
      expect(Array.from(core.u8(core.call("widthsFound", 0), 8))).toEqual(truth);
    }
  });

  it("ends on any samples", () => {
    const core = cores.simd;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const random = seededRandom(seed);
        core.call("reset");
        const samples = floats(
          core,
          Array.from({ length: 26 * PER_MODULE }, () => random.between(0, 1)),
        );
        core.call("openSearch", samples, 26, 9, 1, 0);
        const found = core.call("searchPatterns", 14, 8, 0, 1, core.call("oddSumsOf", 3), 0, 1e9);
        expect(found).toBeLessThanOrEqual(6);
      }),
      { numRuns: 60, seed: 26 },
    );
  });
});

describe("check sums", () => {
  it("choose the cheapest readings of all that agree, and know the second", () => {
    const core = cores.simd;
    for (let seed = 1; seed <= 40; seed++) {
      const random = seededRandom(seed);
      const [count, readings, prime] = [4, 4, seed % 2 ? 79 : 211];
      const sums = Array.from({ length: count * readings }, () => random.int(0, prime - 1));
      const costs = sums.map(() => random.between(0, 10));
      for (let k = 0; k < count; k++) {
        const own = costs.slice(k * readings, (k + 1) * readings).sort((a, b) => a - b);
        costs.splice(k * readings, readings, ...own);
      }
      const weights = Array.from({ length: count }, () => random.int(1, prime - 1));
      const strings: { residue: number; cost: number; values: number[] }[] = [];
      for (let code = 0; code < readings ** count; code++) {
        const picks = Array.from({ length: count }, (_, k) => Math.floor(code / readings ** k) % readings);
        const at = picks.map((pick, k) => k * readings + pick);
        strings.push({
          residue: at.reduce((sum, i, k) => sum + (sums[i] as number) * (weights[k] as number), 0) % prime,
          cost: at.reduce((sum, i) => sum + (costs[i] as number), 0),
          values: at,
        });
      }
      const { residue } = random.pick(strings);
      const agreeing = strings.filter((one) => one.residue === residue).sort((a, b) => a.cost - b.cost);
      core.call("reset");
      const args = [
        words(
          core,
          sums.map((_, i) => i),
        ),
        words(core, sums),
        floats(core, costs),
        words(core, weights),
      ] as const;
      const room = core.call("alloc", 256);
      expect(core.call("settleDatabar", prime, count, readings, ...args, residue, room)).toBe(1);
      const values = Array.from({ length: count }, (_, k) => core.call("settledDatabarValue", k));
      expect(values).toEqual(agreeing[0]?.values);
      expect(core.call("settledDatabarCost")).toBeCloseTo(agreeing[0]?.cost as number, 3);
      if (agreeing.length > 1) {
        const lead = (agreeing[1]?.cost as number) - (agreeing[0]?.cost as number);
        expect(core.call("settledDatabarLead")).toBeCloseTo(lead, 3);
      }
    }
  });
});

describe("DataBar Expanded content", () => {
  it("never traps and never overruns on any values", () => {
    const core = cores.simd;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4191 }), { minLength: 3, maxLength: 21 }), (values) => {
        core.call("reset");
        const status = core.call("decodeDatabarExpanded", words(core, values), values.length + 1);
        expect(status).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000, seed: 252 },
    );
  });
});
