/** PDF417 in pictures: lens, light, perspective, bent surfaces, damage; and nothing where none is. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { asJpeg, type Cover, renderScene, type SceneSpec, sceneOf } from "../scenes/index.js";
import { type Modules, pdf417, type Random, seededRandom } from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

const FORMATS = { formats: [8] };

type Look = Parameters<typeof sceneOf>[1] & Pick<SceneSpec, "noise">;

const turned = (random: Random) => random.between(0, 360);

/** What a scene is like, by name. */
const LOOKS: Record<string, (random: Random) => Look> = {
  "of 1.2 pixels per module": (r) => ({ moduleSize: 1.2, rotation: r.between(-3, 3), noise: 2 }),
  "of 8 pixels per module": (r) => ({ moduleSize: 8, rotation: turned(r), noise: 3 }),
  "tilted by up to 35 degrees": (r) => ({
    moduleSize: 3,
    rotation: turned(r),
    tiltX: r.between(-35, 35),
    tiltY: r.between(-35, 35),
    noise: 3,
  }),
  "out of focus by a third of a module": (r) => ({ moduleSize: 3, rotation: turned(r), blur: 1, noise: 2 }),
  "shaken along the bars or across them": (r) => ({
    moduleSize: 3,
    motion: { length: 2, angle: r.pick([0, 90]) },
    noise: 2,
  }),
  noisy: (r) => ({ moduleSize: 3, rotation: turned(r), noise: 25 }),
  "of low contrast": (r) => ({ moduleSize: 3, rotation: turned(r), contrast: 0.12, noise: 1.5 }),
  "half in shadow": (r) => ({
    moduleSize: 3,
    rotation: turned(r),
    shading: { depth: 0.8, angle: turned(r) },
    noise: 3,
  }),
  "around a can": (r) => ({ moduleSize: 3, rotation: turned(r), bend: r.between(15, 30), noise: 2 }),
  "around a lying can": (r) => ({ moduleSize: 3, rotation: 90 + r.between(-10, 10), bend: 20, noise: 2 }),
  "printed too thick or thin": (r) => ({ moduleSize: 3, rotation: turned(r), spread: r.pick([-0.2, 0.2]), noise: 3 }),
};

const cores = {} as Record<string, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

const textOf = (barcode: Barcode): string => Buffer.from(barcode.bytes).toString("latin1");

function symbolOf(random: Random, columns = random.int(2, 6)): { text: string; symbol: Modules } {
  const text = Array.from({ length: random.int(20, 60) }, () => String.fromCharCode(random.int(32, 126))).join("");
  return { text, symbol: pdf417(text, { columns, level: 3 }) };
}

describe("PDF417 scenes", () => {
  it.each(Object.entries(LOOKS))("reads symbols that are %s", (name, make) => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seededRandom(100 * seed + name.length);
      const { text, symbol } = symbolOf(random);
      const scene = sceneOf(symbol, { ...make(random), seed });
      const found = readFrame(cores.simd as Probe, scene, FORMATS);
      expect(found.map(textOf), `seed ${seed}`).toEqual([text]);
    }
  });

  it("reads after JPEG", async () => {
    for (const quality of [30, 60]) {
      const { text, symbol } = symbolOf(seededRandom(quality));
      const scene = await asJpeg(sceneOf(symbol, { moduleSize: 3, rotation: 7 }), quality);
      expect(readFrame(cores.simd as Probe, scene, FORMATS).map(textOf)).toEqual([text]);
    }
  });

  it("reads on with a start or a stop pattern alone, and with torn rows", () => {
    const covers: Record<string, Cover> = {
      "no start pattern": { left: -0.05, top: -0.1, right: 0.05, bottom: 1.1, tone: 0.92 },
      "no stop pattern": { left: 0.9, top: -0.1, right: 1.05, bottom: 1.1, tone: 0.92 },
      "a tenth of the height torn out": { left: -0.1, top: 0.45, right: 1.1, bottom: 0.55, tone: 0.6 },
      "the last rows cut off": { left: -0.1, top: 0.88, right: 1.1, bottom: 1.1, tone: 0.92 },
      "a corner torn off": { left: 0.7, top: -0.1, right: 1.1, bottom: 0.3, tone: 0.3 },
    };
    for (const [name, cover] of Object.entries(covers)) {
      const random = seededRandom(name.length);
      const text = Array.from({ length: 40 }, () => String.fromCharCode(random.int(32, 126))).join("");
      const symbol = pdf417(text, { columns: 5, level: 4 });
      const scene = renderScene({
        width: 640,
        height: 300,
        symbols: [{ symbol, moduleSize: 3, covers: [cover] }],
        noise: 3,
      });
      expect(readFrame(cores.simd as Probe, scene, FORMATS).map(textOf), name).toEqual([text]);
    }
  });

  it("gives no wrong value however much is torn out", () => {
    const random = seededRandom(3);
    for (let i = 0; i < 24; i++) {
      const { text, symbol } = symbolOf(random, 4);
      const part = 0.1 + 0.03 * i;
      const cover = { left: 0.15, top: 0.1, right: 0.15 + part, bottom: 0.1 + part, tone: random.next() };
      const scene = renderScene({
        width: 480,
        height: 240,
        symbols: [{ symbol, moduleSize: 3, covers: [cover] }],
        noise: 8,
      });
      for (const barcode of readFrame(cores.simd as Probe, scene, FORMATS)) expect(textOf(barcode)).toBe(text);
    }
  });

  it("R50, R51: reads several symbols in one image", () => {
    const random = seededRandom(12);
    const cases = Array.from({ length: 6 }, () => symbolOf(random, 2));
    const symbols = cases.map(({ symbol }, i) => ({
      symbol,
      center: { x: 220 + 440 * (i % 2), y: 130 + 250 * Math.floor(i / 2) },
      moduleSize: 2,
      rotation: (i % 4) * 90,
    }));
    const found = readFrame(cores.simd as Probe, renderScene({ width: 900, height: 780, symbols, noise: 2 }), FORMATS);
    expect(found.map(textOf).sort()).toEqual(cases.map(({ text }) => text).sort());
  });

  it("leaves inverted symbols alone where they are not asked for", () => {
    const { symbol } = symbolOf(seededRandom(4));
    const scene = sceneOf(symbol, { inverted: true, moduleSize: 3 });
    expect(readFrame(cores.simd as Probe, scene, { ...FORMATS, inverted: false })).toEqual([]);
    expect(readFrame(cores.simd as Probe, scene, FORMATS)).toHaveLength(1);
  });

  it("finds nothing in noise, texture and clutter", () => {
    for (const background of ["texture", "clutter", "gradient", "grey"] as const) {
      for (let seed = 1; seed <= 3; seed++) {
        const scene = renderScene({ symbols: [], background, noise: seed * 10, seed });
        expect(readFrame(cores.simd as Probe, scene, FORMATS), `${background} ${seed}`).toEqual([]);
      }
    }
  });

  it("finds nothing between start and stop patterns with random bars", () => {
    const random = seededRandom(5);
    for (let i = 0; i < 20; i++) {
      const { symbol } = symbolOf(random, 3);
      const cells = symbol.cells.slice();
      for (let row = 0; row < symbol.height / 3; row++) {
        for (let x = 17; x < symbol.width - 18; x++) {
          const dark = random.int(0, 1);
          for (let y = 3 * row; y < 3 * row + 3; y++) cells[y * symbol.width + x] = dark;
        }
      }
      const scene = sceneOf({ ...symbol, cells }, { moduleSize: 3, noise: 2 });
      expect(readFrame(cores.simd as Probe, scene, FORMATS)).toEqual([]);
    }
  });

  it("gives up within its budget and never traps on images of any size", () => {
    const random = seededRandom(10);
    for (const [width, height] of [
      [1, 1],
      [1, 90],
      [90, 1],
      [7, 7],
      [33, 32],
      [65, 300],
      [3000, 9],
    ] as const) {
      const data = Uint8Array.from({ length: width * height }, () => random.int(0, 255));
      for (const core of Object.values(cores)) expect(readFrame(core, { width, height, data }, FORMATS)).toEqual([]);
    }
    const scene = sceneOf(symbolOf(random).symbol, { moduleSize: 3 });
    expect(readFrame(cores.simd as Probe, scene, { ...FORMATS, budget: 1 })).toEqual([]);
  });
});
