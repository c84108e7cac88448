/** rMQR symbols in pictures: all sizes at any turn, perspective, light and damage, and nothing where none is. */
import { beforeAll, describe, expect, it } from "vitest";
import { renderScene } from "../scenes/index.js";
import { qrCode, type Random, RMQR_SIZES, rmQrCode, seededRandom } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";
import { type Case, cornerError, drawSingle, type Look, type Looks, textOf, turned } from "./single-scene.js";

/** What a scene is like, by name; each is drawn with several seeds. */
const LOOKS: Looks = {
  "flat, at any turn": (r) => ({ moduleSize: r.between(2.5, 5), rotation: turned(r), noise: 3 }),
  "tilted by up to 40 degrees": (r) => ({
    moduleSize: r.between(4, 5),
    rotation: turned(r),
    tiltX: r.between(-20, 20),
    tiltY: r.between(20, 40),
    noise: 3,
  }),
  "out of focus by 0.3 modules": (r) => ({ moduleSize: 4, rotation: turned(r), blur: 1.2, noise: 2 }),
  shaken: (r) => ({ moduleSize: 4, rotation: turned(r), motion: { length: 3, angle: turned(r) } }),
  noisy: (r) => ({ moduleSize: 4, rotation: turned(r), noise: r.between(12, 20), blur: 0.7 }),
  "of low contrast": (r) => ({ moduleSize: 4, rotation: turned(r), contrast: 0.15, noise: 1.5 }),
  "half in shadow": (r) => ({
    moduleSize: 4,
    rotation: turned(r),
    shading: { depth: 0.7, angle: turned(r) },
    noise: 3,
  }),
  inverted: (r) => ({ moduleSize: 3, rotation: turned(r), inverted: true, noise: 3 }),
  mirrored: (r) => ({ moduleSize: 3, rotation: turned(r), mirrored: true, noise: 3 }),
  "printed too thick or thin": (r) => ({ moduleSize: 4, spread: r.pick([-0.15, 0.15]), noise: 3 }),
};

const FORMATS = { formats: [0, 10, 11] };
const SEEDS = 8;

function drawCase(make: (random: Random) => Look, seed: number): Case {
  const random = seededRandom(seed);
  const look = make(random);
  const version = (seed * 5) % RMQR_SIZES.length;
  const text = String(1000 + (seed % 9000));
  const symbol = rmQrCode(text, version, seed % 2 ? "M" : "H");
  return drawSingle(symbol, text, look, { seed, sideModules: (symbol.width + 10) * 1.3 });
}

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

describe("rMQR scenes", () => {
  it.each(Object.entries(LOOKS))("reads symbols that are %s, all but one in eight, and none wrong", (name, make) => {
    let missed = 0;
    for (let i = 0; i < SEEDS; i++) {
      const drawn = drawCase(make, 100 * name.length + i);
      const [barcode, ...others] = readFrame(cores.simd, drawn.scene, FORMATS);
      expect(others).toEqual([]);
      if (barcode === undefined) {
        missed++;
        continue;
      }
      expect(textOf(barcode), `seed ${i}`).toBe(drawn.text);
      expect(barcode.format).toBe("rm_qr_code");
      expect(cornerError(barcode, drawn), `seed ${i}`).toBeLessThan(1);
      expect(barcode.isInverted).toBe(name === "inverted");
      expect(barcode.isMirrored).toBe(name === "mirrored");
      expect(barcode.confidence).toBeGreaterThanOrEqual(30);
    }
    expect(missed).toBeLessThanOrEqual(1);
  });

  it("gives the same from the scalar twin", () => {
    for (const [name, make] of Object.entries(LOOKS)) {
      const { scene } = drawCase(make, 100 * name.length);
      expect(readFrame(cores.scalar, scene, FORMATS), name).toEqual(readFrame(cores.simd, scene, FORMATS));
    }
  });

  it("finds none in QR Codes, noise, texture and clutter, nor where all data are noise", () => {
    const random = seededRandom(80);
    for (let i = 0; i < 6; i++) {
      const symbol = qrCode(`NO RMQR ${i}`, { version: 1 + i });
      const scene = renderScene({ symbols: [{ symbol, moduleSize: 4, rotation: random.between(0, 360) }], seed: i });
      expect(readFrame(cores.simd, scene, { formats: [11] })).toEqual([]);
    }
    for (const background of ["texture", "clutter"] as const) {
      const scene = renderScene({ symbols: [], background, noise: 10, seed: 3 });
      expect(readFrame(cores.simd, scene, FORMATS), background).toEqual([]);
    }
    const real = rmQrCode("12", 23);
    for (let i = 0; i < 10; i++) {
      const cells = real.cells.map((cell, at) => {
        const [row, column] = [Math.floor(at / real.width), at % real.width];
        const isEdge = row === 0 || row === real.height - 1 || column < 12 || column > real.width - 9;
        return isEdge ? cell : random.int(0, 1);
      });
      const scene = renderScene({ width: 300, height: 300, symbols: [{ symbol: { ...real, cells }, moduleSize: 4 }] });
      expect(readFrame(cores.simd, scene, FORMATS)).toEqual([]);
    }
  });
});
