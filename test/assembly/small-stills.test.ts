/** Stills that were cut out around a symbol: read once more at twice their size where their own shows nothing. */
import { beforeAll, describe, expect, it } from "vitest";
import { MAX_SIDE } from "../../assembly/abi/layout.js";
import { DEFAULT_FORMATS, formatByName } from "../../src/formats.js";
import { dataMatrix, type Modules, qrCode, seededRandom } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { type FrameOptions, readFrame } from "./read-frame.js";
import { type Case, cornerError, drawSingle, textOf, turned } from "./single-scene.js";

const TEXT = "TALLY MARK 0123456789";
const SCENES = 24;
const DEFAULT_IDS = DEFAULT_FORMATS.map((name) => formatByName(name)?.id as number);

/** A symbol whose modules are hardly larger than pixels, at any turn, as a lens and a sensor leave it. */
function drawn(symbol: Modules, seed: number): Case {
  const random = seededRandom(seed);
  const look = { moduleSize: random.between(1, 1.3), rotation: turned(random), blur: 0.3, noise: 3 };
  return drawSingle(symbol, TEXT, look, { seed, sideModules: (symbol.width + 8) * 1.5 });
}

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

describe("small stills", () => {
  it.each([
    { name: "QR Code", symbol: qrCode(TEXT), formats: [0], least: 20 },
    { name: "Data Matrix", symbol: dataMatrix(TEXT), formats: [6], least: 19 },
  ])("$name with modules of 1 to 1.3 pixels, in their own places", ({ symbol, formats, least }) => {
    let count = 0;
    for (let seed = 1; seed <= SCENES; seed++) {
      const scene = drawn(symbol, seed);
      const options: FrameOptions = { formats, thorough: true };
      const read = readFrame(cores.simd, scene.scene, options);
      expect(readFrame(cores.scalar, scene.scene, options)).toEqual(read);
      for (const barcode of read) {
        expect(textOf(barcode), `seed ${seed}`).toBe(TEXT);
        expect(cornerError(barcode, scene), `seed ${seed}`).toBeLessThan(2);
        expect(barcode.details.moduleSize).toBeCloseTo(scene.moduleSize, 0);
        count++;
      }
    }
    expect(count).toBeGreaterThanOrEqual(least);
  });

  it("of any shape end without a result where there is none", () => {
    for (const [width, height] of [
      [1, 1],
      [MAX_SIDE, 1],
      [1, MAX_SIDE],
      [MAX_SIDE >> 1, 3],
      [250, 250],
    ] as const) {
      const random = seededRandom(width + height);
      const data = Uint8Array.from({ length: width * height }, () => random.int(0, 255));
      for (const build of BUILDS) {
        const frame = { width, height, data };
        expect(readFrame(cores[build], frame, { formats: DEFAULT_IDS, named: false }), `${width} × ${height}`).toEqual(
          [],
        );
      }
    }
  });
});
