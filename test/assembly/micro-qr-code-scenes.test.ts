/** Micro QR Codes in pictures: any turn, perspective, light, size and damage, several at once, and nothing where none is. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { renderScene } from "../scenes/index.js";
import { type MicroQrOptions, microQrCode, qrCode, type Random, seededRandom, withQuiet } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";
import { type Case, cornerError, drawSingle, type Look, type Looks, textOf, turned } from "./single-scene.js";

/** What a scene is like, by name; each is drawn with several seeds. */
const LOOKS: Looks = {
  "flat, at any turn": (r) => ({ moduleSize: r.between(2.2, 7), rotation: turned(r), noise: 3 }),
  "small modules of 1.8 to 2.2 pixels": (r) => ({ moduleSize: r.between(1.8, 2.2), rotation: turned(r), noise: 2 }),
  "tilted by up to 50 degrees": (r) => ({
    moduleSize: r.between(4, 7),
    rotation: turned(r),
    tiltX: r.between(30, 50),
    tiltY: r.between(-15, 15),
    noise: 3,
  }),
  "out of focus by 0.35 modules": (r) => ({ moduleSize: 4, rotation: turned(r), blur: 1.4, noise: 2 }),
  shaken: (r) => ({ moduleSize: 4, rotation: turned(r), motion: { length: 3, angle: turned(r) } }),
  noisy: (r) => ({ moduleSize: 4, rotation: turned(r), noise: r.between(15, 25), blur: 0.7 }),
  "of low contrast": (r) => ({ moduleSize: 4, rotation: turned(r), contrast: 0.1, noise: 1.5 }),
  "half in shadow": (r) => ({
    moduleSize: 4,
    rotation: turned(r),
    shading: { depth: 0.8, angle: turned(r) },
    noise: 3,
  }),
  inverted: (r) => ({ moduleSize: 3, rotation: turned(r), inverted: true, noise: 3 }),
  mirrored: (r) => ({ moduleSize: 3, rotation: turned(r), mirrored: true, noise: 3 }),
  "printed too thick or thin": (r) => ({ moduleSize: 4, spread: r.pick([-0.2, 0.2]), noise: 3 }),
  "on clutter": (r) => ({ moduleSize: 4, rotation: turned(r), background: "clutter", noise: 3 }),
};

const FORMATS = { formats: [0, 10, 11] };
const SEEDS = 8;

/** Versions with a level, and a text that fills most of each. */
const KINDS: readonly (MicroQrOptions & { readonly text: string })[] = [
  { version: 1, text: "40591" },
  { version: 2, level: "L", text: "A1B2C3" },
  { version: 2, level: "M", text: "70412583" },
  { version: 3, level: "L", text: "tally mk" },
  { version: 3, level: "M", text: "scan me" },
  { version: 4, level: "L", text: "tallies: 42!" },
  { version: 4, level: "M", text: "a mark, two" },
  { version: 4, level: "Q", text: "marks" },
];

function drawCase(make: (random: Random) => Look, seed: number): Case {
  const random = seededRandom(seed);
  const { text, ...options } = KINDS[seed % KINDS.length] as (typeof KINDS)[number];
  const look = make(random);
  const symbol = microQrCode(text, options);
  return drawSingle(symbol, text, look, { seed, sideModules: (symbol.width + 12) * 1.5 });
}

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

describe("Micro QR Code scenes", () => {
  it.each(Object.entries(LOOKS))("reads symbols that are %s", (name, make) => {
    for (let i = 0; i < SEEDS; i++) {
      const drawn = drawCase(make, 100 * name.length + i);
      const read = readFrame(cores.simd, drawn.scene, FORMATS);
      expect(read.map(textOf), `seed ${i}`).toEqual([drawn.text]);
      const [barcode] = read as [Barcode];
      expect(barcode.format).toBe("micro_qr_code");
      expect(cornerError(barcode, drawn), `seed ${i}`).toBeLessThan(1);
      expect(barcode.isInverted).toBe(name === "inverted");
      expect(barcode.isMirrored).toBe(name === "mirrored");
      expect(barcode.confidence).toBeGreaterThanOrEqual(30);
    }
  });

  it("gives the same from the scalar twin", () => {
    for (const [name, make] of Object.entries(LOOKS)) {
      const { scene } = drawCase(make, 100 * name.length);
      expect(readFrame(cores.scalar, scene, FORMATS), name).toEqual(readFrame(cores.simd, scene, FORMATS));
    }
  });

  it("reads every turn in a live frame, and tells it", () => {
    const symbol = microQrCode("TURNED", { version: 3, level: "L" });
    for (let rotation = 0; rotation < 360; rotation += 7) {
      const scene = renderScene({ width: 140, height: 140, symbols: [{ symbol, moduleSize: 4, rotation }] });
      const [read] = readFrame(cores.simd, scene, { ...FORMATS, thorough: false });
      expect(read && textOf(read), `${rotation}°`).toBe("TURNED");
      const error = Math.abs((((read?.orientation ?? 0) - rotation + 540) % 360) - 180);
      expect(error).toBeLessThan(2);
    }
  });

  it("reads nine symbols beside a QR Code, each as what it is", () => {
    const micro = Array.from({ length: 9 }, (_, i) => ({
      symbol: microQrCode(`PART ${i}`, { version: 4 }),
      center: { x: 90 + 150 * (i % 3), y: 90 + 150 * Math.floor(i / 3) },
      moduleSize: 3,
      rotation: 40 * i,
    }));
    const large = { symbol: qrCode("LARGE"), center: { x: 600, y: 240 }, moduleSize: 4, rotation: 15 };
    const read = readFrame(
      cores.simd,
      renderScene({ width: 720, height: 480, symbols: [...micro, large], noise: 3 }),
      FORMATS,
    );
    const found = read.map((barcode) => `${barcode.format} ${textOf(barcode)}`).sort();
    expect(found).toEqual([...micro.map((_, i) => `micro_qr_code PART ${i}`), "qr_code LARGE"].sort());
  });

  it("reads only what is asked for", () => {
    const { scene } = drawCase(LOOKS.inverted as (random: Random) => Look, 1);
    expect(readFrame(cores.simd, scene, { ...FORMATS, inverted: false })).toEqual([]);
    const dark = drawCase(LOOKS["half in shadow"] as (random: Random) => Look, 2);
    expect(readFrame(cores.simd, dark.scene, { formats: [0, 11] })).toEqual([]);
    expect(readFrame(cores.simd, dark.scene, { formats: [10] }).map(textOf)).toEqual([dark.text]);
  });

  it("finds none in QR Codes, whole or torn to one finder, nor in noise, texture and clutter", () => {
    const random = seededRandom(50);
    for (let i = 0; i < 24; i++) {
      const symbol = withQuiet(qrCode(`NOT MICRO ${i}`, { version: 1 + (i % 6), mask: i % 8 }), 4);
      const covers =
        i % 2 === 0
          ? []
          : [
              { left: 0.6, top: 0, right: 1, bottom: 1, tone: 1 },
              { left: 0, top: 0.6, right: 1, bottom: 1, tone: 1 },
            ];
      const rotation = random.between(0, 360);
      const scene = renderScene({ symbols: [{ symbol, moduleSize: 4, rotation, covers }], noise: 3, seed: i });
      expect(readFrame(cores.simd, scene, { formats: [10, 11] }), `${i}`).toEqual([]);
    }
    for (const background of ["texture", "clutter", "gradient", "grey"] as const) {
      for (let seed = 1; seed <= 3; seed++) {
        const scene = renderScene({ symbols: [], background, noise: seed * 10, seed });
        expect(readFrame(cores.simd, scene, FORMATS), `${background} ${seed}`).toEqual([]);
      }
    }
  });

  it("finds none where finder, timing patterns and quiet zone are true and all else is noise", () => {
    const random = seededRandom(51);
    const real = microQrCode("1234", { version: 4, level: "M" });
    for (let i = 0; i < 30; i++) {
      const cells = real.cells.map((cell, at) => {
        const [row, column] = [Math.floor(at / real.width), at % real.width];
        return Math.min(row, column) === 0 || Math.max(row, column) < 8 ? cell : random.int(0, 1);
      });
      const scene = renderScene({ width: 160, height: 160, symbols: [{ symbol: { ...real, cells }, moduleSize: 5 }] });
      expect(readFrame(cores.simd, scene, FORMATS)).toEqual([]);
    }
  });

  it("gives up within its budget and never traps on images of any size", () => {
    const random = seededRandom(52);
    for (const [width, height] of [
      [1, 1],
      [1, 90],
      [7, 7],
      [11, 11],
      [33, 32],
      [65, 300],
    ] as const) {
      const data = Uint8Array.from({ length: width * height }, () => random.int(0, 255));
      for (const core of Object.values(cores)) expect(readFrame(core, { width, height, data }, FORMATS)).toEqual([]);
    }
    const { scene } = drawCase(LOOKS.noisy as (random: Random) => Look, 4);
    for (const budget of [1, 20, 60, 200]) {
      const read = readFrame(cores.simd, scene, { ...FORMATS, budget });
      expect(read.length).toBeLessThanOrEqual(1);
    }
  });
});
