/** Homographies, the sampler and the bit reader against their definitions. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { seededRandom } from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { openFrame } from "./read-frame.js";

const coordinate = fc.double({ min: -30, max: 30, noNaN: true });
/** A square of 200 with each corner moved by up to 30: always convex. */
const quad = fc.tuple(coordinate, coordinate, coordinate, coordinate, coordinate, coordinate, coordinate, coordinate);
const SQUARE = [0, 0, 200, 0, 200, 200, 0, 200] as const;

describe.each(BUILDS)("plane geometry (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build);
    core.call("reset");
  });

  const f64 = (values: readonly number[]): number => {
    const at = core.call("alloc", values.length * 8);
    new Float64Array(core.memory.buffer, at, values.length).set(values);
    return at;
  };

  it("maps a rectangle's corners onto the quadrilateral's", () => {
    fc.assert(
      fc.property(quad, (moves) => {
        core.call("reset");
        const corners = moves.map((move, i) => move + (SQUARE[i] as number));
        const map = core.call("mapAlloc");
        expect(core.call("mapRectangle", map, 3.5, 3.5, 21.5, 25.5, f64(corners))).toBe(1);
        [
          [3.5, 3.5],
          [21.5, 3.5],
          [21.5, 25.5],
          [3.5, 25.5],
        ].forEach(([u, v], k) => {
          expect(core.call("mapPointX", map, u as number, v as number)).toBeCloseTo(corners[2 * k] as number, 7);
          expect(core.call("mapPointY", map, u as number, v as number)).toBeCloseTo(corners[2 * k + 1] as number, 7);
        });
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("refuses quadrilaterals that are not convex", () => {
    const map = core.call("mapAlloc");
    expect(core.call("mapRectangle", map, 0, 0, 1, 1, f64([0, 0, 10, 0, 0, 10, 10, 10]))).toBe(0);
    expect(core.call("mapRectangle", map, 0, 0, 1, 1, f64([0, 0, 10, 0, 20, 0, 30, 0]))).toBe(0);
  });

  it("fits many exact points to the map that made them, and four points exactly", () => {
    fc.assert(
      fc.property(quad, fc.integer({ min: 4, max: 40 }), (moves, count) => {
        core.call("reset");
        const corners = moves.map((move, i) => move + (SQUARE[i] as number) + 1000);
        const truth = core.call("mapAlloc");
        core.call("mapRectangle", truth, 0, 0, 100, 100, f64(corners));
        const random = seededRandom(count);
        const pairs: number[] = [];
        for (let k = 0; k < count; k++) {
          // The first four span the area; the others lie anywhere in it.
          const [u, v] =
            k < 4
              ? ([k % 3 === 0 ? 0 : 100, k < 2 ? 0 : 100] as const)
              : [random.between(0, 100), random.between(0, 100)];
          pairs.push(u, v, core.call("mapPointX", truth, u, v), core.call("mapPointY", truth, u, v), 1);
        }
        const map = core.call("mapAlloc");
        expect(core.call("mapFit", map, f64(pairs), count)).toBe(1);
        for (const [u, v] of [
          [12, 80],
          [50, 50],
          [99, 3],
        ] as const) {
          expect(core.call("mapPointX", map, u, v)).toBeCloseTo(core.call("mapPointX", truth, u, v), 5);
          expect(core.call("mapPointY", map, u, v)).toBeCloseTo(core.call("mapPointY", truth, u, v), 5);
        }
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  it("refuses points that do not span the plane", () => {
    const map = core.call("mapAlloc");
    const line = Array.from({ length: 6 }, (_, k) => [k, k, 2 * k, 2 * k, 1]).flat();
    expect(core.call("mapFit", map, f64(line), 6)).toBe(0);
    expect(core.call("mapFit", map, f64(line), 3)).toBe(0);
  });

  it("samples a ramp exactly between pixel centres and clamps at the border", () => {
    const [width, height] = [60, 40];
    const data = Uint8Array.from({ length: width * height }, (_, i) => 2 * (i % width) + 3 * Math.floor(i / width));
    openFrame(core, { width, height, data });
    const random = seededRandom(4);
    for (let i = 0; i < 300; i++) {
      const [x, y] = [random.between(-3, width + 3), random.between(-3, height + 3)];
      const px = Math.min(Math.max(x - 0.5, 0), width - 1);
      const py = Math.min(Math.max(y - 0.5, 0), height - 1);
      expect(core.call("sampleAt", 0, x, y)).toBeCloseTo(2 * px + 3 * py, 3);
    }
  });

  it("reads bits most significant first and remembers the end", () => {
    const bytes = [0b10110011, 0b01010101, 0xff];
    const reader = core.call("bitsOpen", core.put(bytes), bytes.length);
    expect([3, 5, 4, 12].map((count) => core.call("bitsRead", reader, count))).toEqual([
      0b101, 0b10011, 0b0101, 0b010111111111,
    ]);
    expect(core.call("bitsPastEnd", reader)).toBe(0);
    expect(core.call("bitsRead", reader, 1)).toBe(0);
    expect(core.call("bitsPastEnd", reader)).toBe(1);
  });
});
