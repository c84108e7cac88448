/** Luma, blocks, bits, run tables, turned bits and pyramid against their definition; SIMD and scalar give the same. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  bitsOf,
  blocksOf,
  edgesOf,
  greyOfRgba,
  halfOf,
  lumaOf,
  measure,
  openGrey,
  paint,
  planeFields,
  random,
  runsOf,
  SCENES,
  SIZES,
} from "./front-end-model.js";
import { BUILDS, Probe } from "./probe.js";

const scenes = Object.entries(SCENES);

describe.each(BUILDS)("front end (%s)", (build) => {
  let core: Probe;
  beforeAll(async () => {
    core = await Probe.load(build);
  });

  describe.each(SIZES)("%d × %d", (width, height) => {
    it.each(scenes)("%s: blocks, runs and half-size level are what their definition says", (_, scene) => {
      const image = scene(width, height, width * 1000 + height);
      openGrey(core, image);
      const plane = core.call("binaryAt", 0);
      expect(lumaOf(core, plane)).toEqual(image);
      expect(blocksOf(core, plane)).toEqual(measure(image));
      const bits = bitsOf(core, plane);
      const rows = runsOf(core, core.call("rowsAt", 0));
      const columns = runsOf(core, core.call("columnsAt", 0));
      expect(rows.edges).toEqual(edgesOf(bits, "rows"));
      expect(columns.edges).toEqual(edgesOf(bits, "columns"));
      expect([...rows.sentinels, ...columns.sentinels].every((v) => v === 0xffff)).toBe(true);
      openGrey(core, image);
      core.call("binaryAt", 0);
      const second = runsOf(core, core.call("everyNthRowAt", 0, 2)).edges;
      expect(second, "every second row").toEqual(rows.edges.filter((_row, y) => y % 2 === 0));
      expect(runsOf(core, core.call("rowsAt", 0)).edges, "all rows after that").toEqual(rows.edges);
      const next = core.call("planeAt", 1);
      if (Math.min(width, height) < 32) expect(next).toBe(0);
      else expect(lumaOf(core, next)).toEqual(halfOf(image));
    });

    it("leaves padding bits 0", () => {
      openGrey(
        core,
        paint(width, height, (x, y) => ((x + y) & 4 ? 255 : 0)),
      );
      const { bits, bitStride } = planeFields(core, core.call("binaryAt", 0));
      for (let y = 0; y < height; y++) {
        for (let x = width; x < bitStride * 8; x++) {
          expect(((core.u8(bits + y * bitStride + (x >> 3), 1)[0] ?? 0) >> (x & 7)) & 1).toBe(0);
        }
      }
    });

    it.each([
      ["opaque", () => 255],
      ["partly transparent", (next: () => number) => (next() < 0.9 ? 255 : Math.floor(next() * 256))],
      ["transparent", (next: () => number) => Math.floor(next() * 256)],
    ] as const)("%s colour by strips of any height gives its luma", (_, alpha) => {
      const next = random(width * height);
      const rgba = new Uint8Array(width * height * 4).map((_, i) => (i % 4 === 3 ? alpha(next) : next() * 256));
      const at = core.call("begin", width, height, 1);
      for (let y = 0; y < height; ) {
        const rows = Math.min(1 + Math.floor(next() * 16), height - y);
        core.u8(at, rows * width * 4).set(rgba.subarray(y * width * 4, (y + rows) * width * 4));
        core.call("push", rows);
        y += rows;
      }
      const grey = greyOfRgba(rgba, width, height);
      expect(lumaOf(core, core.call("planeAt", 0))).toEqual(grey);
      expect(blocksOf(core, core.call("binaryAt", 0))).toEqual(measure(grey));
    });
  });
});

describe("SIMD = scalar", () => {
  let builds: Probe[];
  beforeAll(async () => {
    builds = await Promise.all(BUILDS.map((build) => Probe.load(build)));
  });

  const everything = (core: Probe) =>
    [0, 1, 2, 3].map((level) => {
      const plane = core.call("binaryAt", level);
      if (plane === 0) return null;
      const bits = Buffer.from(bitsOf(core, plane).data).toString("base64");
      return [bits, runsOf(core, core.call("rowsAt", level)).edges, runsOf(core, core.call("columnsAt", level)).edges];
    });

  it.each(scenes)("%s, every level, every size", (_, scene) => {
    for (const [width, height] of SIZES) {
      const image = scene(width, height, 7 * width + height);
      const [simd, scalar] = builds.map((core) => {
        openGrey(core, image);
        return everything(core);
      });
      expect(simd).toEqual(scalar);
    }
  });

  it("any image of any size", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 1, max: 150 }),
        fc.integer(),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 1, max: 256 }),
        fc.integer({ min: 1, max: 40 }),
        (width, height, seed, low, range, cell) => {
          const next = random(seed);
          const levels = Array.from({ length: 1024 }, () => low + next() * range);
          const image = paint(
            width,
            height,
            (x, y) => (levels[(Math.floor(y / cell) * 31 + Math.floor(x / cell)) % 1024] ?? 0) + next() * 6,
          );
          const [simd, scalar] = builds.map((core) => {
            openGrey(core, image);
            return everything(core);
          });
          expect(simd).toEqual(scalar);
        },
      ),
      { seed: 2, numRuns: 60 },
    );
  });
});
