/** Linear symbols in pictures: any turn, perspective, lens, light and size, and nothing where none is. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { asJpeg, type Cover, type Quad, renderScene, type Scene, type SceneSpec } from "../scenes/index.js";
import { barsWidth, code128, drawn, type Random, seededRandom } from "../symbols/index.js";
import { LINEAR, LINEAR_FORMATS, type LinearCase, linearCase } from "./linear-symbols.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

type Look = Omit<SceneSpec, "symbols"> & {
  readonly moduleSize: number;
  readonly rotation?: number;
  readonly tiltX?: number;
  readonly tiltY?: number;
  readonly bend?: number;
  readonly inverted?: boolean;
  readonly spread?: number;
  readonly cover?: Cover;
};

const turned = (random: Random) => random.between(0, 360);

/** What a scene is like, by name; each is drawn with every format. */
const LOOKS: Record<string, (random: Random) => Look> = {
  "flat, at any turn": (r) => ({ moduleSize: r.between(1.8, 4), rotation: turned(r), noise: 3 }),
  "of 1.2 pixels per module": (r) => ({ moduleSize: 1.2, rotation: turned(r), noise: 2 }),
  "of 8 to 12 pixels per module": (r) => ({ moduleSize: r.between(8, 12), rotation: turned(r), noise: 3 }),
  "tilted by up to 50 degrees": (r) => ({
    moduleSize: 3,
    rotation: turned(r),
    tiltX: r.between(-50, 50),
    tiltY: r.between(-30, 30),
    noise: 3,
  }),
  "out of focus by half a module": (r) => ({ moduleSize: 3, rotation: turned(r), blur: 1.5, noise: 2 }),
  "out of focus by 0.6 modules": (r) => ({ moduleSize: 3, rotation: turned(r), blur: 1.8, noise: 1 }),
  shaken: (r) => ({ moduleSize: 3, motion: { length: 4, angle: turned(r) }, noise: 2 }),
  noisy: (r) => ({ moduleSize: 2.5, rotation: turned(r), noise: 30 }),
  "of low contrast": (r) => ({ moduleSize: 2.5, rotation: turned(r), contrast: 0.1, noise: 1.5 }),
  "half in shadow": (r) => ({
    moduleSize: 2.5,
    rotation: turned(r),
    shading: { depth: 0.85, angle: turned(r) },
    noise: 3,
  }),
  inverted: (r) => ({ moduleSize: 2.5, rotation: turned(r), inverted: true, noise: 3 }),
  "around a can": (r) => ({ moduleSize: 3, rotation: turned(r), bend: r.between(20, 35), noise: 3 }),
  "printed too thick or thin": (r) => ({ moduleSize: 3, spread: r.pick([-0.2, 0.2]), noise: 3 }),
  "half covered in height": (r) => ({
    moduleSize: 2.5,
    rotation: turned(r),
    cover: { left: 0, top: r.pick([0, 0.5]), right: 0.7, bottom: 1, tone: 0.5 },
    noise: 3,
  }),
};

const FORMATS = { formats: LINEAR };

interface Case extends LinearCase {
  readonly scene: Scene;
  readonly moduleSize: number;
}

function drawCase(make: (random: Random) => Look, format: LinearCase["format"], seed: number): Case {
  const random = seededRandom(seed);
  const look = make(random);
  const symbol = linearCase(format, random);
  const across = (barsWidth(symbol.bars) + 24) * look.moduleSize;
  const side = Math.ceil(across * (look.rotation ? 1.1 : 1)) + 20;
  const height = Math.min(69, Math.ceil(barsWidth(symbol.bars) * 0.6));
  const cover = look.cover && { ...look.cover, bottom: look.cover.top === 0 ? 0.5 : 1 };
  const scene = renderScene({
    width: side,
    height: side,
    seed,
    ...look,
    symbols: [{ ...look, symbol: drawn(symbol.bars, height), covers: cover ? [cover] : [] }],
  });
  return { ...symbol, scene, moduleSize: look.moduleSize };
}

const valueOf = (barcode: Barcode): string => `${barcode.format} ${Buffer.from(barcode.bytes).toString("latin1")}`;

/** Largest distance of a corner from where it was drawn, across the bars, in modules. */
function cornerError(read: Barcode, scene: Scene, moduleSize: number): number {
  const truth = scene.corners[0];
  if (truth === undefined) throw new Error("the scene has no symbol");
  const [a, b] = [truth[0], truth[1]];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  return Math.max(
    ...truth.map((p, k) => {
      const q = read.cornerPoints[k as 0];
      return Math.abs((q.x - p.x) * ux + (q.y - p.y) * uy) / moduleSize;
    }),
  );
}

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

/** Looks whose symbols are flat squares to the camera: their corners are certain. */
const isFlat = (name: string) => !/tilted|covered|can/.test(name);

describe("linear scenes", () => {
  it.each(Object.entries(LOOKS))("reads symbols that are %s", (name, make) => {
    LINEAR_FORMATS.forEach((format, i) => {
      const { scene, text, moduleSize } = drawCase(make, format, 100 * i + name.length);
      const read = readFrame(cores.simd, scene, FORMATS);
      expect(read.map(valueOf), format).toEqual([`${format} ${text}`]);
      const [barcode] = read as [Barcode];
      expect(barcode.isInverted).toBe(name === "inverted");
      expect(barcode.confidence).toBeGreaterThanOrEqual(30);
      if (isFlat(name)) {
        expect(cornerError(barcode, scene, moduleSize)).toBeLessThan(Math.max(1.5, 2.5 / moduleSize));
        expect(Math.abs((barcode.details.moduleSize ?? 0) / moduleSize - 1)).toBeLessThan(0.03);
      }
    });
  });

  it("gives the same from the scalar twin", () => {
    for (const [name, make] of Object.entries(LOOKS)) {
      const { scene } = drawCase(make, name.length % 2 ? "ean_13" : "code_128", name.length);
      expect(readFrame(cores.scalar, scene, FORMATS), name).toEqual(readFrame(cores.simd, scene, FORMATS));
    }
  });

  it("reads every seventh degree of turn in a live frame, and tells it", () => {
    const { bars, text } = linearCase("ean_13", seededRandom(7));
    const symbol = drawn(bars, 50);
    for (let rotation = 0; rotation < 360; rotation += 7) {
      const scene = renderScene({ width: 280, height: 280, symbols: [{ symbol, moduleSize: 2, rotation }] });
      const [read] = readFrame(cores.simd, scene, { ...FORMATS, thorough: false });
      expect(read && valueOf(read), `${rotation}°`).toBe(`ean_13 ${text}`);
      const error = Math.abs((((read?.orientation ?? 0) - rotation + 540) % 360) - 180);
      expect(error).toBeLessThan(1);
    }
  });

  it("reads after JPEG", async () => {
    for (const quality of [30, 50, 80]) {
      const { scene, text } = drawCase(LOOKS["flat, at any turn"] as (r: Random) => Look, "ean_13", quality);
      const read = readFrame(cores.simd, await asJpeg(scene, quality), FORMATS);
      expect(read.map(valueOf)).toEqual([`ean_13 ${text}`]);
    }
  });

  it("R50, R51: reads a dozen symbols in one image, the same one twice in two places", () => {
    const random = seededRandom(12);
    const cases = Array.from({ length: 12 }, (_, i) => linearCase(LINEAR_FORMATS[i % 5] as "ean_13", random));
    cases[11] = cases[0] as LinearCase;
    const symbols = cases.map(({ bars }, i) => ({
      symbol: drawn(bars, 40),
      center: { x: 220 + 440 * (i % 3), y: 160 + 300 * Math.floor(i / 3) },
      moduleSize: 1.6,
      rotation: random.between(-25, 25) + (i % 2) * 180,
    }));
    const read = readFrame(cores.simd, renderScene({ width: 1320, height: 1220, symbols, noise: 3 }), FORMATS);
    expect(read.map(valueOf).sort()).toEqual(cases.map(({ format, text }) => `${format} ${text}`).sort());
  });

  it("reads two symbols side by side and two on top of each other", () => {
    const random = seededRandom(21);
    const cases = Array.from({ length: 4 }, () => linearCase("ean_13", random));
    const symbols = cases.map(({ bars }, i) => ({
      symbol: drawn(bars, 30),
      center: { x: 130 + 234 * (i % 2), y: 60 + 70 * Math.floor(i / 2) },
      moduleSize: 2,
    }));
    const read = readFrame(cores.simd, renderScene({ width: 500, height: 200, symbols, noise: 2 }), FORMATS);
    expect(read.map(valueOf).sort()).toEqual(cases.map(({ text }) => `ean_13 ${text}`).sort());
  });

  it("leaves inverted symbols alone where they are not asked for", () => {
    const { scene } = drawCase(LOOKS.inverted as (r: Random) => Look, "code_128", 1);
    expect(readFrame(cores.simd, scene, { ...FORMATS, inverted: false })).toEqual([]);
  });

  it("finds nothing in noise, texture and clutter", () => {
    for (const background of ["texture", "clutter", "gradient", "grey"] as const) {
      for (let seed = 1; seed <= 4; seed++) {
        const scene = renderScene({ symbols: [], background, noise: seed * 10, seed });
        expect(readFrame(cores.simd, scene, FORMATS), `${background} ${seed}`).toEqual([]);
      }
    }
  });

  it("takes no Code 128 for whole that follows on bars too blurred to show", () => {
    const symbol = drawn(code128("GQ6D1"), 40);
    const scene = renderScene({ width: 480, height: 160, symbols: [{ symbol, moduleSize: 3 }] });
    expect(readFrame(cores.simd, scene, FORMATS)).toHaveLength(1);
    const { x } = (scene.corners[0] as Quad)[0];
    // What blur leaves of bars and spaces: a grey without edges, up to the first bar.
    const data = scene.data.map((value, i) => (i % scene.width < x - 0.5 ? 100 : value));
    expect(readFrame(cores.simd, { ...scene, data }, FORMATS)).toEqual([]);
  });

  it("finds nothing in bars of random widths, whatever their quiet zones", () => {
    const random = seededRandom(31);
    for (let i = 0; i < 40; i++) {
      const elements = random.pick([33, 43, 59, 67, 91]);
      const widths = Array.from({ length: elements }, () => random.int(1, 4));
      const symbol = drawn({ widths, mainElements: elements, quiet: 10 }, 40);
      const scene = renderScene({ width: 600, height: 160, seed: i, symbols: [{ symbol, moduleSize: 2 }], noise: 4 });
      expect(readFrame(cores.simd, scene, FORMATS), `${widths}`).toEqual([]);
    }
  });

  it("finds nothing in symbols with one digit that does not fit its check digit", () => {
    const random = seededRandom(32);
    for (let i = 0; i < 12; i++) {
      const { bars } = linearCase(random.pick(["ean_13", "ean_8"] as const), random);
      const first = 3 + 4 * random.int(0, 2);
      // Another digit of the same set: widths 1-1-1-4 for any but itself, 3-2-1-1 else.
      const own = bars.widths.slice(first, first + 4).join("");
      const other = own === "1114" || own === "4111" ? [3, 2, 1, 1] : [1, 1, 1, 4];
      const widths = [...bars.widths.slice(0, first), ...other, ...bars.widths.slice(first + 4)];
      const scene = renderScene({
        width: 300,
        height: 140,
        symbols: [{ symbol: drawn({ ...bars, widths }, 40), moduleSize: 2.5 }],
        noise: 3,
      });
      expect(readFrame(cores.simd, scene, FORMATS).map(valueOf)).toEqual([]);
    }
  });

  it("gives up within its budget and never traps on images of any size", () => {
    const random = seededRandom(10);
    for (const [width, height] of [
      [1, 1],
      [1, 90],
      [90, 1],
      [2, 2],
      [7, 7],
      [33, 32],
      [65, 300],
      [3000, 9],
    ] as const) {
      const data = Uint8Array.from({ length: width * height }, () => random.int(0, 255));
      for (const core of Object.values(cores)) expect(readFrame(core, { width, height, data }, FORMATS)).toEqual([]);
    }
    const { scene } = drawCase(LOOKS["flat, at any turn"] as (r: Random) => Look, "ean_13", 4);
    expect(readFrame(cores.simd, scene, { ...FORMATS, budget: 1 })).toEqual([]);
  });
});
