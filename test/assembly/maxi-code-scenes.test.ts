/** MaxiCode in seeded scenes: any turn, tilt, blur, noise and light; nothing where there is nothing. */
import { beforeAll, describe, expect, it } from "vitest";
import { renderScene, type Scene, sceneOf } from "../scenes/index.js";
import { drawnMaxi, maxiCode, maxiModules, type Random, seededRandom } from "../symbols/index.js";
import { type BUILDS, Probe } from "./probe.js";
import { type FrameOptions, readFrame } from "./read-frame.js";

const MAXI: FrameOptions = { formats: [12] };

/** Pixels of a fine cell of a drawn symbol: an eighth of a module. */
const cellOf = (modulePixels: number): number => modulePixels / 8;

type Look = Omit<Parameters<typeof sceneOf>[1] & object, "seed">;

const LOOKS: Record<string, (random: Random) => Look> = {
  "flat, at any turn": (random) => ({
    moduleSize: cellOf(random.between(3.2, 9)),
    rotation: random.between(0, 360),
    noise: 4,
  }),
  blurred: (random) => ({
    moduleSize: cellOf(random.between(5, 8)),
    rotation: random.between(0, 360),
    blur: random.between(0.8, 1.6),
    noise: 3,
  }),
  tilted: (random) => ({
    moduleSize: cellOf(random.between(5, 8)),
    rotation: random.between(0, 360),
    tiltX: random.between(-22, 22),
    tiltY: random.between(-22, 22),
    blur: 0.6,
    noise: 4,
  }),
  "in falling light": (random) => ({
    moduleSize: cellOf(random.between(5, 8)),
    rotation: random.between(0, 360),
    shading: { depth: 0.6, angle: random.between(0, 360) },
    contrast: 0.6,
    noise: 3,
  }),
};

describe("MaxiCode in scenes", () => {
  let cores: Record<(typeof BUILDS)[number], Probe>;
  beforeAll(async () => {
    cores = { simd: await Probe.load("simd"), scalar: await Probe.load("scalar") };
  });

  const textsOf = (core: Probe, scene: Pick<Scene, "width" | "height" | "data">, options = MAXI): string[] =>
    readFrame(core, scene, options).map(({ rawValue }) => rawValue);

  it.each(Object.keys(LOOKS))("reads symbols %s", (name) => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = seededRandom(seed * 31);
      const text = `SCENE ${seed} ${name}`;
      const look = (LOOKS[name] as (random: Random) => Look)(random);
      const scene = sceneOf(maxiCode(text, { mode: 4 }), { ...look, seed });
      const read = readFrame(cores.simd, scene, MAXI);
      expect(
        read.map(({ rawValue }) => rawValue),
        `seed ${seed}`,
      ).toEqual([text]);
      const [corners] = scene.corners;
      const size = Math.hypot(
        ...(["x", "y"] as const).map((axis) => (corners?.[1][axis] ?? 0) - (corners?.[0][axis] ?? 0)),
      );
      read[0]?.cornerPoints.forEach((point, k) => {
        const true_ = corners?.[k] ?? { x: 0, y: 0 };
        expect(Math.hypot(point.x - true_.x, point.y - true_.y), `corner ${k} of seed ${seed}`).toBeLessThan(
          size * 0.06,
        );
      });
    }
  });

  it("reads the same with and without SIMD, and upright or turned as its orientation says", () => {
    for (const rotation of [0, 90, 180, 270]) {
      const scene = sceneOf(maxiCode("TURNED", { mode: 5 }), { moduleSize: cellOf(4), rotation });
      const [simd] = readFrame(cores.simd, scene, MAXI);
      const [scalar] = readFrame(cores.scalar, scene, MAXI);
      expect(simd).toEqual(scalar);
      expect(simd?.rawValue).toBe("TURNED");
      const off = ((((simd?.orientation ?? 90) - rotation) % 360) + 540) % 360;
      expect(Math.abs(off - 180)).toBeLessThan(1);
    }
  });

  it("reads live frames in one quick look", () => {
    const scene = sceneOf(maxiCode("QUICK", { mode: 4 }), { moduleSize: cellOf(6), rotation: 25, blur: 0.5, noise: 3 });
    expect(textsOf(cores.simd, scene, { ...MAXI, thorough: false })).toEqual(["QUICK"]);
  });

  it("reads a symbol that is damaged in places", () => {
    const random = seededRandom(12);
    const modules = maxiModules("DAMAGED BUT READ", { mode: 4 });
    for (const at of random.distinct(14, modules.length)) modules[at] = modules[at] === 1 ? 0 : 1;
    const scene = sceneOf(drawnMaxi(modules), { moduleSize: cellOf(6), rotation: 130, noise: 3 });
    const [read] = readFrame(cores.simd, scene, MAXI);
    expect(read?.rawValue).toBe("DAMAGED BUT READ");
    expect(read?.details.errorCorrectionUsed).toBeGreaterThan(0);
  });

  it("finds nothing in texture, in rings alone, and where modules are chance", () => {
    for (const background of ["texture", "clutter", "gradient"] as const) {
      const scene = renderScene({ width: 280, height: 210, symbols: [], background, noise: 20, seed: 3 });
      expect(textsOf(cores.simd, scene), background).toEqual([]);
    }
    const random = seededRandom(13);
    const chance = Uint8Array.from({ length: 990 }, () => random.int(0, 1));
    for (const modules of [new Uint8Array(990), chance]) {
      expect(textsOf(cores.simd, sceneOf(drawnMaxi(modules), { moduleSize: cellOf(6) }))).toEqual([]);
    }
  });

  it("gives up within its budget and never traps on images of any size", () => {
    const random = seededRandom(14);
    for (const [width, height] of [
      [1, 1],
      [1, 90],
      [33, 32],
      [65, 300],
    ] as const) {
      const data = Uint8Array.from({ length: width * height }, () => random.int(0, 255));
      for (const core of Object.values(cores)) expect(textsOf(core, { width, height, data })).toEqual([]);
    }
    const scene = sceneOf(maxiCode("NO BUDGET", { mode: 4 }), { moduleSize: cellOf(6) });
    expect(textsOf(cores.simd, scene, { ...MAXI, budget: 1 })).toEqual([]);
  });
});
