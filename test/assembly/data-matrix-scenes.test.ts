/** Data Matrix in pictures: any turn, perspective, lens, light, size and damage, several at once, and nothing where none is. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { asJpeg, renderScene, type Scene, type SceneSpec } from "../scenes/index.js";
import { dataMatrix, type Modules, type Random, seededRandom, withQuiet } from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

type Look = Omit<SceneSpec, "symbols"> & {
  /** Rows × columns. */
  readonly size: string;
  readonly moduleSize: number;
  readonly rotation?: number;
  readonly tiltX?: number;
  readonly tiltY?: number;
  readonly bend?: number;
  readonly inverted?: boolean;
  readonly mirrored?: boolean;
  readonly spread?: number;
  /** Modules of quiet zone. */
  readonly quiet?: number;
};

const turned = (random: Random) => random.between(0, 360);
const SQUARES = ["10x10", "12x12", "14x14", "16x16", "18x18", "20x20", "22x22", "24x24", "26x26", "32x32"];
const RECTANGLES = ["8x18", "8x32", "12x26", "12x36", "16x36", "16x48", "20x44", "24x48", "26x64"];

/** What a scene is like, by name; each is drawn with several seeds. */
const LOOKS: Record<string, (random: Random) => Look> = {
  "flat, at any turn": (r) => ({ size: r.pick(SQUARES), moduleSize: r.between(3, 6), rotation: turned(r), noise: 3 }),
  "rectangular, at any turn": (r) => ({
    size: r.pick(RECTANGLES),
    moduleSize: r.between(3, 5),
    rotation: turned(r),
    noise: 3,
  }),
  "large, of many data regions": (r) => ({
    size: r.pick(["52x52", "64x64", "88x88", "120x120", "144x144"]),
    moduleSize: 3,
    rotation: turned(r),
    noise: 3,
  }),
  "small modules of two pixels": (r) => ({ size: r.pick(SQUARES), moduleSize: 2, rotation: turned(r), noise: 2 }),
  "tilted by up to 40 degrees": (r) => ({
    size: r.pick(SQUARES.slice(2)),
    moduleSize: r.between(4, 7),
    rotation: turned(r),
    tiltX: r.between(25, 40),
    tiltY: r.between(-15, 15),
    noise: 3,
  }),
  "out of focus by 0.35 modules": (r) => ({
    size: r.pick(SQUARES),
    moduleSize: 5,
    rotation: turned(r),
    blur: 1.75,
    noise: 2,
  }),
  noisy: (r) => ({ size: r.pick(SQUARES), moduleSize: 5, rotation: turned(r), noise: r.between(15, 25), blur: 0.7 }),
  "of low contrast": (r) => ({
    size: r.pick(SQUARES),
    moduleSize: 4,
    rotation: turned(r),
    contrast: 0.15,
    noise: 1.5,
  }),
  "half in shadow": (r) => ({
    size: r.pick(SQUARES),
    moduleSize: 4,
    rotation: turned(r),
    shading: { depth: 0.8, angle: turned(r) },
    noise: 3,
  }),
  inverted: (r) => ({
    size: r.pick(SQUARES),
    moduleSize: 4,
    rotation: turned(r),
    inverted: true,
    noise: 3,
  }),
  mirrored: (r) => ({
    size: r.pick([...SQUARES, ...RECTANGLES]),
    moduleSize: 4,
    rotation: turned(r),
    mirrored: true,
    noise: 3,
  }),
  "around a can": (r) => ({
    size: r.pick(SQUARES),
    moduleSize: 5,
    rotation: turned(r),
    bend: r.between(15, 30),
    noise: 3,
  }),
  "printed too thick or thin": (r) => ({
    size: r.pick(SQUARES),
    moduleSize: 5,
    rotation: turned(r),
    spread: r.pick([-0.12, 0.18]),
    noise: 3,
  }),
};

const FORMATS = { formats: [6] };
const SEEDS = 6;

interface Case {
  readonly scene: Scene;
  readonly text: string;
  readonly moduleSize: number;
}

function symbolOf(size: string, random: Random): { symbol: Modules; text: string } {
  const [rows, columns] = size.split("x").map(Number) as [number, number];
  // A third of the modules' bits is content that any encodation holds.
  const length = Math.max(1, Math.floor((rows * columns) / 60));
  const text = Array.from({ length }, () => String.fromCharCode(random.int(48, 90))).join("");
  return { symbol: dataMatrix(text, { size }), text };
}

function drawCase(make: (random: Random) => Look, seed: number): Case {
  const random = seededRandom(seed);
  const look = make(random);
  const { symbol, text } = symbolOf(look.size, random);
  const { moduleSize, quiet = 2 } = look;
  const side = Math.ceil((Math.hypot(symbol.width, symbol.height) + 8) * moduleSize * 1.15) + 20;
  const scene = renderScene({
    width: side,
    height: side,
    seed,
    ...look,
    symbols: [{ ...look, symbol: withQuiet(symbol, quiet) }],
  });
  return { scene, text, moduleSize };
}

const textOf = (barcode: Barcode): string => Buffer.from(barcode.bytes).toString("latin1");

/** Largest distance of a corner from where it was drawn, in modules. */
function cornerError(read: Barcode, scene: Scene, moduleSize: number): number {
  const truth = scene.corners[0];
  if (truth === undefined) throw new Error("the scene has no symbol");
  return (
    Math.max(...truth.map((p, k) => Math.hypot(read.cornerPoints[k as 0].x - p.x, read.cornerPoints[k as 0].y - p.y))) /
    moduleSize
  );
}

const cores = {} as Record<Build, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

describe("Data Matrix scenes", { timeout: 120_000 }, () => {
  it.each(Object.entries(LOOKS))("reads symbols that are %s", (name, make) => {
    for (let i = 0; i < SEEDS; i++) {
      const { scene, text, moduleSize } = drawCase(make, 100 * i + name.length);
      const read = readFrame(cores.simd, scene, FORMATS);
      expect(read.map(textOf), `seed ${i}`).toEqual([text]);
      const [barcode] = read as [Barcode];
      expect(cornerError(barcode, scene, moduleSize), `seed ${i}`).toBeLessThan(1.5);
      expect(barcode.isInverted).toBe(name === "inverted");
      expect(barcode.isMirrored).toBe(name === "mirrored");
      expect(barcode.confidence).toBeGreaterThanOrEqual(30);
    }
  });

  it("gives the same from the scalar twin", () => {
    for (const [name, make] of Object.entries(LOOKS)) {
      if (name.startsWith("large")) continue;
      const { scene } = drawCase(make, name.length);
      expect(readFrame(cores.scalar, scene, FORMATS), name).toEqual(readFrame(cores.simd, scene, FORMATS));
    }
  });

  it("reads every turn in a live frame, and tells it", () => {
    const symbol = dataMatrix("TURNED");
    for (let rotation = 0; rotation < 360; rotation += 11) {
      const scene = renderScene({ width: 200, height: 200, symbols: [{ symbol, moduleSize: 5, rotation }] });
      const [read] = readFrame(cores.simd, scene, { ...FORMATS, thorough: false });
      expect(read && textOf(read), `${rotation}°`).toBe("TURNED");
      const error = Math.abs((((read?.orientation ?? 0) - rotation + 540) % 360) - 180);
      expect(error, `${rotation}°`).toBeLessThan(1.5);
    }
  });

  it("reads after JPEG", async () => {
    for (const quality of [30, 50, 80]) {
      const { scene, text } = drawCase(LOOKS["flat, at any turn"] as (random: Random) => Look, 300 + quality);
      expect(readFrame(cores.simd, await asJpeg(scene, quality), FORMATS).map(textOf)).toEqual([text]);
    }
  });

  it("reads a symbol that is cut out to its very edge, of one pixel per module", () => {
    const symbol = withQuiet(dataMatrix("EDGE"), 0);
    const data = symbol.cells.map((cell) => (cell ? 0 : 255));
    const read = readFrame(cores.simd, { width: symbol.width, height: symbol.height, data }, FORMATS);
    expect(read.map(textOf)).toEqual(["EDGE"]);
  });

  it("reads twelve symbols in one image, two of the same content", () => {
    const random = seededRandom(20);
    const texts = Array.from({ length: 12 }, (_, i) => (i < 2 ? "TWIN" : `SYMBOL ${i}`));
    const symbols = texts.map((text, i) => ({
      symbol: dataMatrix(text),
      center: { x: 80 + 160 * (i % 4), y: 80 + 160 * Math.floor(i / 4) },
      moduleSize: 4,
      rotation: random.between(0, 360),
    }));
    const read = readFrame(cores.simd, renderScene({ width: 640, height: 480, symbols, noise: 3 }), FORMATS);
    expect(read.map(textOf).sort()).toEqual([...texts].sort());
  });

  it("leaves inverted symbols alone where they are not asked for", () => {
    const { scene } = drawCase(LOOKS.inverted as (random: Random) => Look, 1);
    expect(readFrame(cores.simd, scene, { ...FORMATS, inverted: false })).toEqual([]);
  });

  it("finds nothing in noise, texture, clutter and frames around noise", () => {
    for (const background of ["texture", "clutter", "gradient", "grey"] as const) {
      for (let seed = 1; seed <= 2; seed++) {
        const scene = renderScene({ width: 280, height: 210, symbols: [], background, noise: seed * 10, seed });
        expect(readFrame(cores.simd, scene, FORMATS), `${background} ${seed}`).toEqual([]);
      }
    }
    const random = seededRandom(9);
    for (const size of ["12x12", "18x18", "26x26", "8x32"]) {
      const real = dataMatrix("EMPTY", { size });
      for (let i = 0; i < 3; i++) {
        // Solid sides and clock tracks of a true symbol, everything else noise.
        const cells = real.cells.map((cell, at) => {
          const [row, column] = [Math.floor(at / real.width), at % real.width];
          const isInner = row > 0 && column > 0 && row < real.height - 1 && column < real.width - 1;
          return isInner ? random.int(0, 1) : cell;
        });
        const scene = renderScene({
          width: 200,
          height: 200,
          symbols: [{ symbol: { ...real, cells }, moduleSize: 5 }],
          noise: 3,
        });
        expect(readFrame(cores.simd, scene, FORMATS), size).toEqual([]);
      }
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
    ] as const) {
      const data = Uint8Array.from({ length: width * height }, () => random.int(0, 255));
      for (const core of Object.values(cores)) {
        for (const thorough of [true, false]) {
          expect(readFrame(core, { width, height, data }, { ...FORMATS, thorough })).toEqual([]);
        }
      }
    }
    const { scene } = drawCase(LOOKS["large, of many data regions"] as (random: Random) => Look, 4);
    expect(readFrame(cores.simd, scene, { ...FORMATS, budget: 1 })).toEqual([]);
  });
});
