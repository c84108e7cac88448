/** Parts of the linear readers by themselves: directions, edges, sharpening, and strings from costs. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { renderScene } from "../scenes/index.js";
import { drawn, ean13, expandUpcE, gtinCheckDigit, seededRandom } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { openFrame } from "./read-frame.js";

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

const floats = (core: Probe, values: ArrayLike<number>): number => {
  const at = core.call("alloc", values.length * 4);
  core.f32(at, values.length).set(values);
  return at;
};

describe("directions", () => {
  const field = (core: Probe, level: number, step: number) => {
    const at = core.call("directionsOf", level, step);
    const [columns, rows, pitch, ...parts] = core.i32(at, 6) as unknown as [number, number, number, ...number[]];
    return parts.map((part) => {
      const all = Array.from(core.i32(part, pitch * (rows - 1) + columns));
      return all.filter((_, i) => i % pitch < columns);
    });
  };

  it("gives the same from the scalar twin, to the last block", () => {
    for (const [width, height] of [
      [64, 40],
      [77, 33],
      [200, 129],
      [9, 9],
    ] as const) {
      const random = seededRandom(width);
      const data = Uint8Array.from({ length: width * height }, () => random.int(0, 255));
      const fields = BUILDS.map((build) => {
        openFrame(cores[build], { width, height, data });
        return [field(cores[build], 0, 1), field(cores[build], 0, 2)];
      });
      expect(fields[0]).toEqual(fields[1]);
    }
  });

  it.each([0, 20, 45, 70, 90, 135])("tells bars turned by %d° by the sum of its blocks", (rotation) => {
    const symbols = [{ symbol: drawn(ean13("4006381333931"), 60), moduleSize: 3, rotation }];
    openFrame(cores.simd, renderScene({ width: 400, height: 400, symbols }));
    const parts = field(cores.simd, 0, 1).map((part) => part.reduce((all, value) => all + value, 0));
    const [energy, cosine, sine] = parts as [number, number, number];
    const angle = (0.5 * Math.atan2(sine, cosine) * 180) / Math.PI;
    const error = ((angle - rotation + 270) % 180) - 90;
    // Edges of one pixel pull the 2×2 kernel towards the diagonals; alignment of scan lines takes that out again.
    expect(Math.abs(error)).toBeLessThan(5);
    expect(Math.hypot(cosine, sine) / energy).toBeGreaterThan(0.7);
  });
});

describe("edges", () => {
  const COARSE = 0.12;
  const edgesOf = (core: Probe, profile: readonly number[]) => {
    core.call("reset");
    const at = floats(core, profile);
    const out = core.call("alloc", 4096);
    const count = core.call("findEdges", at, profile.length, COARSE, out, 1024);
    return Array.from(core.f32(out, count));
  };

  it("finds the edges of blurred bars to a twentieth of a sample, in light that falls off", () => {
    const truth = [20.3, 26.1, 33.7, 36.9, 40.2, 52.4, 60.5, 64.8];
    const profile = Array.from({ length: 90 }, (_, i) => {
      let dark = 0;
      truth.forEach((edge, k) => {
        const t = Math.min(1, Math.max(0, (i - edge + 1.5) / 3));
        dark += (k % 2 ? -1 : 1) * t * t * (3 - 2 * t);
      });
      return (220 - i) * (1 - 0.8 * dark);
    });
    const found = edgesOf(cores.simd, profile);
    expect(found).toHaveLength(truth.length);
    // A slope of light and extrema between samples move an edge a little.
    for (const [k, edge] of truth.entries()) expect(Math.abs((found[k] as number) - edge)).toBeLessThan(0.25);
  });

  it("finds none in flat ground and within its noise", () => {
    expect(edgesOf(cores.simd, new Array<number>(200).fill(180))).toEqual([]);
    const random = seededRandom(3);
    expect(
      edgesOf(
        cores.simd,
        Array.from({ length: 200 }, () => 180 + random.between(-1, 1)),
      ),
    ).toEqual([]);
  });

  it("never traps on any profile", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: 0, max: 255, noNaN: true }), { minLength: 1, maxLength: 600 }),
        (profile) => {
          const found = edgesOf(cores.simd, profile);
          expect(
            found.every(
              (edge, k) => edge >= 0 && edge < profile.length && (k === 0 || edge >= (found[k - 1] as number) - 1),
            ),
          ).toBe(true);
        },
      ),
      { numRuns: 100, seed: 5 },
    );
  });
});

describe("sharpening", () => {
  it("brings back bars that blur left as ripples, and does not ring beyond light and dark", () => {
    const core = cores.simd;
    core.call("reset");
    const widths = [12, 4, 4, 4, 8, 4, 4, 4, 4, 12, 4, 4, 8, 4, 4, 4, 12];
    const sharp = widths.flatMap((width, k) => new Array<number>(width).fill(k % 2 ? 40 : 200));
    const clamp = (i: number) => sharp[Math.max(0, Math.min(sharp.length - 1, i))] as number;
    const blurred = sharp.map((_, i) => {
      let sum = 0;
      for (let k = -4; k <= 4; k++) sum += clamp(i + k) * (5 - Math.abs(k));
      return sum / 25;
    });
    const at = floats(core, blurred);
    core.call("sharpen", at, blurred.length, 5, core.call("alloc", blurred.length * 16));
    const restored = Array.from(core.f32(at, blurred.length));
    const error = (profile: readonly number[]) =>
      profile.reduce((sum, v, i) => sum + Math.abs(v - (sharp[i] as number)), 0) / profile.length;
    expect(error(restored)).toBeLessThan(error(blurred) * 0.5);
    expect(Math.max(...restored)).toBeLessThan(225);
    expect(Math.min(...restored)).toBeGreaterThan(15);
  });
});

describe("strings from costs", () => {
  const PER_DIGIT = 20;
  const table = (count: number, seed: number) => {
    const random = seededRandom(seed);
    return Float32Array.from({ length: count * PER_DIGIT }, () => random.between(0, 10));
  };
  const solve = (kind: number, costs: Float32Array, count: number) => {
    const core = cores.simd;
    core.call("reset");
    const at = core.call("solveCosts", kind, floats(core, costs));
    return {
      digits: Array.from(core.u8(at, count)).join(""),
      system: core.call("solvedSystem"),
      check: core.call("solvedCheck"),
      cost: core.call("solvedCost"),
      second: core.call("solvedSecond"),
    };
  };
  const costOf = (costs: Float32Array, digits: string, sets: string) =>
    Array.from(digits).reduce((sum, d, k) => {
      const at = k * PER_DIGIT + (sets[k] === "B" ? 10 : 0) + Number(d);
      return sum + (costs[at] as number);
    }, 0);

  /** ISO/IEC 15420: sets of a UPC-E of number system 0 by check digit. */
  const UPC_E = "BBBAAA BBABAA BBAABA BBAAAB BABBAA BAABBA BAAABB BABABA BABAAB BAABAB".split(" ");
  const swapped = (sets: string) => sets.replace(/./g, (set) => (set === "A" ? "B" : "A"));

  it("UPC-E: the cheapest of all two million strings, and the second", () => {
    const costs = table(6, 1);
    let best = { cost: Number.POSITIVE_INFINITY, text: "" };
    let second = Number.POSITIVE_INFINITY;
    for (let number = 0; number < 1e6; number++) {
      const six = String(number).padStart(6, "0");
      for (const system of ["0", "1"]) {
        const check = Number(gtinCheckDigit(expandUpcE(system, six)));
        const sets = UPC_E[check] as string;
        const cost = costOf(costs, six, system === "0" ? sets : swapped(sets));
        if (cost < best.cost) {
          second = best.cost;
          best = { cost, text: `${system}${six}${check}` };
        } else if (cost < second) second = cost;
      }
    }
    const solved = solve(2, costs, 6);
    expect(`${solved.system}${solved.digits}${solved.check}`).toBe(best.text);
    expect(solved.cost).toBeCloseTo(best.cost, 3);
    expect(solved.second).toBeCloseTo(second, 3);
  });

  it("EAN-5: the cheapest of all hundred thousand strings, and the second", () => {
    const EAN_5 = "BBAAA BABAA BAABA BAAAB ABBAA AABBA AAABB ABABA ABAAB AABAB".split(" ");
    const costs = table(5, 2);
    const all = Array.from({ length: 100_000 }, (_, number) => {
      const text = String(number).padStart(5, "0");
      const [a, b, c, d, e] = Array.from(text, Number) as [number, number, number, number, number];
      return { text, cost: costOf(costs, text, EAN_5[(3 * (a + c + e) + 9 * (b + d)) % 10] as string) };
    }).sort((a, b) => a.cost - b.cost);
    const solved = solve(4, costs, 5);
    expect(solved.digits).toBe(all[0]?.text);
    expect(solved.second).toBeCloseTo(all[1]?.cost as number, 3);
  });

  it("EAN-13: planted numbers come back, however their costs lie", () => {
    const EAN_13 = "AAAAAA AABABB AABBAB AABBBA ABAABB ABBAAB ABBBAA ABABAB ABABBA ABBABA".split(" ");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), fc.integer({ min: 1, max: 1e6 }), (number, seed) => {
        const twelve = String(number).padStart(12, "0");
        const text = twelve + gtinCheckDigit(twelve);
        const sets = `${EAN_13[Number(text[0])]}AAAAAA`;
        const costs = table(12, seed);
        // Cheaper than anything else that a digit may cost, but for one digit, which the check digit holds.
        Array.from(text.slice(1)).forEach((d, k) => {
          costs[k * PER_DIGIT + (sets[k] === "B" ? 10 : 0) + Number(d)] = k === 3 ? 0.5 : -20;
        });
        const solved = solve(0, costs, 12);
        expect(`${solved.system}${solved.digits}`).toBe(text);
        expect(solved.second).toBeGreaterThan(solved.cost);
      }),
      { numRuns: 60, seed: 13 },
    );
  });
});

describe("Code 128 content", () => {
  it("never traps and never overruns on any characters", () => {
    const core = cores.simd;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 90, max: 106 }), (characters) => {
        core.call("reset");
        const status = core.call("decodeCode128", core.put(characters), characters.length);
        expect(status).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300, seed: 128 },
    );
  });
});
