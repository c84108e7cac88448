/** Regions of one direction by themselves: which parts become one, and which of many are kept. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { putOptions } from "./read-frame.js";

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

/** A part of a symbol: centre along and beside the normal of an angle, extents across the bars and along them. */
interface Part {
  readonly u: number;
  readonly v?: number;
  readonly length: number;
  readonly height?: number;
  readonly degrees?: number;
  readonly isTurned?: boolean;
}

const FIELDS = 7;
const AXIS = 30;
const ORIGIN = { x: 400, y: 300 };
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** What comes of parts along an axis at 30°: place along it and beside it, extents, weight. */
function join(core: Probe, parts: readonly Part[], thorough = true) {
  core.call("reset");
  putOptions(core, { formats: [25], thorough });
  const [c, s] = [Math.cos(radians(AXIS)), Math.sin(radians(AXIS))];
  const at = core.call("alloc", parts.length * FIELDS * 4);
  parts.forEach(({ u, v = 0, length, height = 60, degrees = AXIS, isTurned = false }, i) => {
    const sign = isTurned ? -1 : 1;
    core
      .f32(at + i * FIELDS * 4, FIELDS)
      .set([
        sign * Math.cos(radians(degrees)),
        sign * Math.sin(radians(degrees)),
        ORIGIN.x + u * c - v * s,
        ORIGIN.y + u * s + v * c,
        length,
        height,
        length * height,
      ]);
  });
  const out = core.call("alloc", 48 * FIELDS * 4);
  const count = core.call("partsJoined", at, parts.length, out);
  return Array.from({ length: count }, (_, i) => {
    const [nx, ny, cx, cy, length, height, weight] = core.f32(out + i * FIELDS * 4, FIELDS) as unknown as number[];
    const [dx, dy] = [(cx as number) - ORIGIN.x, (cy as number) - ORIGIN.y];
    return {
      angle: (Math.atan2(ny as number, nx as number) * 180) / Math.PI,
      u: dx * c + dy * s,
      v: dy * c - dx * s,
      length: length as number,
      height: height as number,
      weight: weight as number,
    };
  });
}

describe.each(BUILDS)("joined regions (%s)", (build) => {
  const left: Part = { u: -60, length: 80 };
  const right: Part = { u: 60, length: 80 };

  it("makes one region of the parts on both sides of a wide bar or space", () => {
    const [region, ...others] = join(cores[build], [left, right]);
    expect(others).toEqual([]);
    expect(region?.u).toBeCloseTo(0, 2);
    expect(region?.v).toBeCloseTo(0, 2);
    expect(region?.length).toBeCloseTo(200, 2);
    expect(region?.height).toBeCloseTo(60, 2);
    expect(region?.angle).toBeCloseTo(AXIS, 3);
    expect(region?.weight).toBeCloseTo(2 * 80 * 60, 0);
  });

  it("takes normals that point against each other for the same direction", () => {
    const [region] = join(cores[build], [left, { ...right, isTurned: true }]);
    expect(region?.angle).toBeCloseTo(AXIS, 3);
    expect(region?.length).toBeCloseTo(200, 2);
  });

  it("joins a chain of parts in any order, each to what was joined before", () => {
    const parts = [-150, -50, 50, 150].map((u) => ({ u, length: 60 }));
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: 4 }), (order) => {
        const regions = join(cores[build], order);
        expect(regions).toHaveLength(1);
        expect(regions[0]?.length).toBeCloseTo(360, 1);
        expect(regions[0]?.u).toBeCloseTo(0, 1);
      }),
      { seed: 5, numRuns: 24 },
    );
  });

  it.each([
    ["stand at another angle", { ...right, degrees: AXIS + 20 }],
    ["lie too far away", { u: 145, length: 80 }],
    ["are wider apart than both are long", { u: -60 + 30 + 40, length: 20 }],
    ["lie over each other", { u: -10, length: 80 }],
    ["lie beside each other along the bars", { ...right, v: 50 }],
    ["are much higher", { ...right, height: 200 }],
  ] as const)("leaves alone parts that %s", (_name, other) => {
    const near = { ...left, length: other.length === 20 ? 20 : 80 };
    expect(join(cores[build], [near, other])).toEqual([]);
  });

  it("joins less in live frames: nearer parts that look alike", () => {
    const far = { u: 80, length: 80 };
    const lower = { ...right, height: 100 };
    for (const other of [far, lower]) {
      expect(join(cores[build], [left, other])).toHaveLength(1);
      expect(join(cores[build], [left, other], false)).toEqual([]);
    }
    expect(join(cores[build], [left, right], false)).toHaveLength(1);
  });

  it("gives nothing for a single part, and no region shorter than one has to be", () => {
    expect(join(cores[build], [left])).toEqual([]);
    const short = [-12, 12].map((u) => ({ u, length: 10 }));
    expect(join(cores[build], short)).toEqual([]);
  });
});

describe.each(BUILDS)("the list of regions (%s)", (build) => {
  it("keeps the heaviest, in order", () => {
    const core = cores[build];
    const random = seededRandom(8);
    for (const count of [0, 1, 47, 48, 49, 200]) {
      core.call("reset");
      const weights = Float32Array.from({ length: count }, () => random.int(0, 100000));
      const at = core.call("alloc", 4 * count);
      core.f32(at, count).set(weights);
      const out = core.call("alloc", 4 * 48);
      const kept = core.call("weightsKept", at, count, out);
      expect(Array.from(core.f32(out, kept))).toEqual(Array.from(weights.toSorted((a, b) => b - a).slice(0, 48)));
    }
  });
});
