/** Random runs into every linear decoder of the registry: it comes to an end within its budget, and never traps. */
import { beforeAll, describe, expect, it } from "vitest";
import { FORMATS } from "../../src/formats.js";
import { renderScene } from "../scenes/index.js";
import { barsToModules, seededRandom } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

const LINEAR = FORMATS.filter(({ kind }) => kind === "linear");

describe("random runs (R54)", () => {
  it.each(LINEAR)("$name", ({ id }) => {
    const random = seededRandom(1000 + id);
    for (let i = 0; i < 12; i++) {
      const most = random.pick([1, 2, 3, 4, 9]);
      const widths = Array.from({ length: 2 * random.int(1, 70) + 1 }, () => random.int(1, most));
      const symbol = barsToModules({ widths, mainElements: widths.length, quiet: random.int(0, 12) }, 30);
      const scene = renderScene({
        width: 400,
        height: 100,
        seed: i,
        noise: random.between(0, 20),
        blur: random.between(0, 2),
        symbols: [{ symbol, moduleSize: random.between(0.8, 4), rotation: random.int(0, 359) }],
      });
      const [simd, scalar] = BUILDS.map((build) =>
        readFrame(cores[build], scene, { formats: [id], thorough: i % 2 === 0 }),
      );
      expect(scalar).toEqual(simd);
    }
  });
});
