/** QR Codes in pictures: any turn, perspective, lens, light, size and damage, several at once, and nothing where none is. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { asJpeg, type Cover, renderScene, type Scene, type SceneSpec } from "../scenes/index.js";
import {
  type Modules,
  type QrLevel,
  qrCapacity,
  qrCode,
  type Random,
  seededRandom,
  withQuiet,
} from "../symbols/index.js";
import { BUILDS, type Build, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

type Look = Omit<SceneSpec, "symbols"> & {
  readonly version: number;
  readonly level?: QrLevel;
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
  readonly cover?: Cover;
  /** Finder that is hidden: 0 top left, 1 top right, 2 bottom left. */
  readonly hidden?: number;
};

const turned = (random: Random) => random.between(0, 360);

/** What a scene is like, by name; each is drawn with several seeds. */
const LOOKS: Record<string, (random: Random) => Look> = {
  "flat, at any turn": (r) => ({ version: r.int(1, 12), moduleSize: r.between(2.2, 5), rotation: turned(r), noise: 3 }),
  "small modules of 1.4 to 1.9 pixels": (r) => ({
    version: r.int(1, 6),
    moduleSize: r.between(1.4, 1.9),
    rotation: turned(r),
    noise: 2,
  }),
  "tilted by up to 60 degrees": (r) => ({
    version: r.int(1, 8),
    moduleSize: r.between(4, 7),
    rotation: turned(r),
    tiltX: r.between(40, 60),
    tiltY: r.between(-15, 15),
    noise: 3,
  }),
  "out of focus by 0.4 modules": (r) => ({
    version: r.int(1, 6),
    moduleSize: 4,
    rotation: turned(r),
    blur: 1.6,
    noise: 2,
  }),
  shaken: (r) => ({
    version: r.int(1, 5),
    moduleSize: 4,
    rotation: turned(r),
    motion: { length: 4, angle: turned(r) },
  }),
  noisy: (r) => ({ version: r.int(1, 6), moduleSize: 4, rotation: turned(r), noise: r.between(20, 35), blur: 0.7 }),
  "of low contrast": (r) => ({ version: r.int(1, 6), moduleSize: 4, rotation: turned(r), contrast: 0.1, noise: 1.5 }),
  "half in shadow": (r) => ({
    version: r.int(1, 8),
    moduleSize: 4,
    rotation: turned(r),
    shading: { depth: 0.85, angle: turned(r) },
    noise: 3,
  }),
  inverted: (r) => ({ version: r.int(1, 8), moduleSize: 3, rotation: turned(r), inverted: true, noise: 3 }),
  mirrored: (r) => ({ version: r.int(1, 8), moduleSize: 3, rotation: turned(r), mirrored: true, noise: 3 }),
  "around a can": (r) => ({
    version: r.int(2, 8),
    moduleSize: 4,
    rotation: turned(r),
    bend: r.between(20, 35),
    noise: 3,
  }),
  "printed too thick or thin": (r) => ({
    version: r.int(1, 6),
    moduleSize: 4,
    spread: r.pick([-0.25, 0.25]),
    noise: 3,
  }),
  "with a quiet zone of one module on clutter": (r) => ({
    version: r.int(1, 6),
    moduleSize: 4,
    rotation: turned(r),
    quiet: 1,
    background: "clutter",
    noise: 3,
  }),
  "with a logo over its middle": (r) => ({
    version: r.int(3, 8),
    level: "H",
    moduleSize: 4,
    rotation: turned(r),
    cover: { left: 0.38, top: 0.38, right: 0.62, bottom: 0.62, tone: 0.9 },
  }),
  "with one finder hidden": (r) => ({
    version: r.int(3, 8),
    level: "H",
    moduleSize: 4,
    rotation: turned(r),
    hidden: r.int(0, 2),
    noise: 3,
  }),
  "large, up to version 40": (r) => ({ version: r.int(20, 40), moduleSize: 2.5, rotation: turned(r), noise: 3 }),
};

const FORMATS = { formats: [0] };
const SEEDS = 6;

interface Case {
  readonly scene: Scene;
  readonly text: string;
  readonly moduleSize: number;
}

function textOfLength(length: number, random: Random): string {
  return Array.from({ length }, () => String.fromCharCode(random.int(33, 126))).join("");
}

function coverOf(look: Look, symbol: Modules): readonly Cover[] {
  if (look.cover) return [look.cover];
  if (look.hidden === undefined) return [];
  const side = 7.5 / symbol.width;
  const left = look.hidden === 1 ? 1 - side : 0;
  const top = look.hidden === 2 ? 1 - side : 0;
  return [{ left, top, right: left + side, bottom: top + side, tone: 0.5 }];
}

function drawCase(make: (random: Random) => Look, seed: number): Case {
  const random = seededRandom(seed);
  const look = make(random);
  const { version, level = "M", moduleSize, quiet = 4 } = look;
  const text = textOfLength(Math.max(3, Math.floor(qrCapacity(version, level) * 0.6) - 3), random);
  const symbol = withQuiet(qrCode(text, { version, level }), quiet);
  const side = Math.ceil((symbol.width + 8) * moduleSize * 1.6) + 20;
  const covers = coverOf(look, symbol);
  const scene = renderScene({ width: side, height: side, seed, ...look, symbols: [{ ...look, symbol, covers }] });
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

describe("QR Code scenes", () => {
  it.each(Object.entries(LOOKS))("reads symbols that are %s", (name, make) => {
    for (let i = 0; i < SEEDS; i++) {
      const { scene, text, moduleSize } = drawCase(make, 100 * i + name.length);
      const read = readFrame(cores.simd, scene, FORMATS);
      expect(read.map(textOf), `seed ${i}`).toEqual([text]);
      const [barcode] = read as [Barcode];
      expect(cornerError(barcode, scene, moduleSize), `seed ${i}`).toBeLessThan(1);
      expect(barcode.isInverted).toBe(name === "inverted");
      expect(barcode.isMirrored).toBe(name === "mirrored");
      expect(barcode.confidence).toBeGreaterThanOrEqual(30);
    }
  });

  it("gives the same from the scalar twin", () => {
    for (const [name, make] of Object.entries(LOOKS)) {
      const { scene } = drawCase(make, name.length);
      expect(readFrame(cores.scalar, scene, FORMATS), name).toEqual(readFrame(cores.simd, scene, FORMATS));
    }
  });

  it("reads every whole degree of turn, and tells it", () => {
    const symbol = qrCode("TURNED", { version: 2 });
    for (let rotation = 0; rotation < 360; rotation += 7) {
      const scene = renderScene({ width: 200, height: 200, symbols: [{ symbol, moduleSize: 4, rotation }] });
      const [read] = readFrame(cores.simd, scene, { ...FORMATS, thorough: false });
      expect(read && textOf(read), `${rotation}°`).toBe("TURNED");
      const error = Math.abs((((read?.orientation ?? 0) - rotation + 540) % 360) - 180);
      expect(error).toBeLessThan(1);
    }
  });

  it("reads after JPEG", async () => {
    for (const quality of [30, 50, 80]) {
      const { scene, text } = drawCase(LOOKS["flat, at any turn"] as (random: Random) => Look, 300 + quality);
      expect(readFrame(cores.simd, await asJpeg(scene, quality), FORMATS).map(textOf)).toEqual([text]);
    }
  });

  it("reads twenty symbols in one image, with three of the same content", () => {
    const random = seededRandom(20);
    const texts = Array.from({ length: 20 }, (_, i) => (i < 3 ? "TWIN" : `SYMBOL ${i}`));
    const symbols = texts.map((text, i) => ({
      symbol: qrCode(text, { version: 1 + (i % 4) }),
      center: { x: 100 + 200 * (i % 5), y: 100 + 200 * Math.floor(i / 5) },
      moduleSize: 3,
      rotation: random.between(0, 360),
    }));
    const read = readFrame(cores.simd, renderScene({ width: 1000, height: 800, symbols, noise: 3 }), FORMATS);
    expect(read.map(textOf).sort()).toEqual([...texts].sort());
  });

  it("reads a symbol below more torn finders than a frame's list holds", () => {
    const spec = { width: 640, height: 560 };
    const symbol = qrCode("BELOW", { version: 2 });
    const placed = { symbol, center: { x: 320, y: 450 }, moduleSize: 4, rotation: 20 };
    const scene = renderScene({ ...spec, symbols: [placed] });
    const data = Uint8ClampedArray.from(scene.data);
    const isMiddle = (n: number) => n >= 2 && n <= 4;
    for (let at = 0; at < 12 * 23 * 49; at++) {
      const [finder, cell] = [Math.floor(at / 49), at % 49];
      const [row, column] = [Math.floor(cell / 7), cell % 7];
      const isRing = Math.min(row, column, 6 - row, 6 - column) === 0;
      const isCore = isMiddle(row) && isMiddle(column);
      // What is left of the ring is what the lines through the middle cross.
      if (!isCore && !(isRing && (isMiddle(row) || isMiddle(column) || row === column))) continue;
      const [x, y] = [4 + 27 * (finder % 23) + 3 * column, 4 + 27 * Math.floor(finder / 23) + 3 * row];
      for (let dy = 0; dy < 3; dy++) data.fill(30, (y + dy) * 640 + x, (y + dy) * 640 + x + 3);
    }
    for (const thorough of [true, false]) {
      expect(readFrame(cores.simd, { ...spec, data }, { ...FORMATS, thorough }).map(textOf)).toEqual(["BELOW"]);
    }
  });

  it("leaves inverted symbols alone where they are not asked for", () => {
    const { scene } = drawCase(LOOKS.inverted as (random: Random) => Look, 1);
    expect(readFrame(cores.simd, scene, { ...FORMATS, inverted: false })).toEqual([]);
  });

  it("finds nothing in noise, texture, clutter and finders without a symbol", () => {
    for (const background of ["texture", "clutter", "gradient", "grey"] as const) {
      for (let seed = 1; seed <= 4; seed++) {
        const scene = renderScene({ symbols: [], background, noise: seed * 10, seed });
        expect(readFrame(cores.simd, scene, FORMATS), `${background} ${seed}`).toEqual([]);
      }
    }
    const random = seededRandom(9);
    const real = qrCode("EMPTY", { version: 3 });
    for (let i = 0; i < 5; i++) {
      // Finders and timing patterns of a true symbol, everything else noise.
      const cells = real.cells.map((cell, at) => {
        const [row, column] = [Math.floor(at / real.width), at % real.width];
        const isFinder = Math.min(row, real.width - 1 - row) < 8 && Math.min(column, real.width - 1 - column) < 8;
        return isFinder || row === 6 || column === 6 ? cell : random.int(0, 1);
      });
      const scene = renderScene({ symbols: [{ symbol: { ...real, cells }, moduleSize: 5 }], noise: 3 });
      expect(readFrame(cores.simd, scene, FORMATS)).toEqual([]);
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
      for (const core of Object.values(cores)) expect(readFrame(core, { width, height, data }, FORMATS)).toEqual([]);
    }
    const { scene } = drawCase(LOOKS["large, up to version 40"] as (random: Random) => Look, 4);
    expect(readFrame(cores.simd, scene, { ...FORMATS, budget: 1 })).toEqual([]);
  });
});

describe.each(BUILDS)("finder patterns in runs (%s)", (build) => {
  /** The proportions as they are meant: 2, 4, 4, 2 modules between like edges, with room for quantisation. */
  it("takes exact patterns of any size, dark and light, and no others", () => {
    const core = cores[build];
    core.call("reset");
    const random = seededRandom(11);
    const out = core.call("alloc", 2048);
    for (let i = 0; i < 200; i++) {
      const module = random.between(1.5, 60);
      const start = random.between(1, 50);
      const ends = [0, 1, 2, 5, 6, 7].map((at) => Math.round(start + at * module));
      const edges = [...ends, ...new Array<number>(16).fill(0xffff)];
      const at = core.call("alloc", edges.length * 2);
      core.u16(at, edges.length).set(edges);
      expect(core.call("patternsOf", at, 6, 1, out, 100)).toBe(1);
      // A core of one module makes a plain stripe pattern.
      const stripes = [0, 1, 2, 3, 4, 5].map((n) => Math.round(start + n * module * 2));
      core.u16(at, 6).set(stripes);
      expect(core.call("patternsOf", at, 6, 1, out, 100)).toBe(0);
    }
  });

  it("gives the same as its twin on random lines", () => {
    const random = seededRandom(12);
    for (let i = 0; i < 300; i++) {
      const edges: number[] = [];
      let x = random.int(0, 9);
      while (edges.length < 200 && x < 4000) {
        edges.push(x);
        x += random.next() < 0.2 ? random.int(3, 12) : random.int(1, 4);
      }
      if (edges.length % 2) edges.pop();
      const found = BUILDS.map((name) => {
        const core = cores[name];
        core.call("reset");
        const out = core.call("alloc", 2048);
        const at = core.call("alloc", (edges.length + 16) * 2);
        core.u16(at, edges.length + 16).set([...edges, ...new Array<number>(16).fill(0xffff)]);
        const count = core.call("patternsOf", at, edges.length, i & 1, out, 500);
        return [...core.u16(out, count)];
      });
      expect(found[0]).toEqual(found[1]);
    }
  });
});
