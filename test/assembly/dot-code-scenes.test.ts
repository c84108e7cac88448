/** DotCode in seeded scenes: any turn, tilt, blur, noise, light and print; nothing where there is nothing. */
import { beforeAll, describe, expect, it } from "vitest";
import { type PlacedSymbol, renderScene, type Scene, sceneOf } from "../scenes/index.js";
import {
  bwipDots,
  DOT_CELLS,
  type DotInk,
  type Dots,
  dotCapacity,
  dotsOf,
  drawnDots,
  type Random,
  seededRandom,
} from "../symbols/index.js";
import { type BUILDS, Probe } from "./probe.js";
import { type FrameOptions, readFrame } from "./read-frame.js";

const DOT_CODE: FrameOptions = { formats: [13] };

/** Pixels of a fine cell of a drawn symbol where a place has so many. */
const cellOf = (placePixels: number): number => placePixels / DOT_CELLS;

interface Look extends Omit<Parameters<typeof sceneOf>[1] & object, "seed"> {
  readonly ink?: DotInk;
}

const LOOKS: Record<string, (random: Random) => Look> = {
  "flat, at any turn": (random) => ({ moduleSize: cellOf(random.between(3, 9)), noise: 4 }),
  "of two to three pixels a place": (random) => ({ moduleSize: cellOf(random.between(2, 3)), noise: 1.5 }),
  "of large dots": (random) => ({ moduleSize: cellOf(random.between(12, 24)), noise: 5 }),
  blurred: (random) => ({ moduleSize: cellOf(random.between(4, 7)), blur: random.between(0.8, 1.4), noise: 3 }),
  shaken: (random) => ({ moduleSize: cellOf(6), motion: { length: 3, angle: random.between(0, 180) }, noise: 3 }),
  tilted: (random) => ({
    moduleSize: cellOf(random.between(4, 8)),
    tiltX: random.between(-25, 25),
    tiltY: random.between(-25, 25),
    blur: 0.6,
    noise: 4,
  }),
  bent: (random) => ({ moduleSize: cellOf(random.between(4, 7)), bend: random.between(10, 45), noise: 3 }),
  "in falling light": (random) => ({
    moduleSize: cellOf(random.between(4, 8)),
    shading: { depth: 0.6, angle: random.between(0, 360) },
    contrast: 0.6,
    noise: 3,
  }),
  faint: () => ({ moduleSize: cellOf(5), contrast: 0.2, noise: 2 }),
  "printed off their places": (random) => ({
    moduleSize: cellOf(random.between(4, 8)),
    noise: 3,
    ink: { size: 0.75, jitter: 0.14, next: () => random.next() },
  }),
  "of half-size dots": (random) => ({ moduleSize: cellOf(random.between(4, 8)), noise: 3, ink: { size: 0.5 } }),
  "of full-size dots": (random) => ({ moduleSize: cellOf(random.between(4, 8)), noise: 3, ink: { size: 1 } }),
  "of light dots": (random) => ({ moduleSize: cellOf(random.between(4, 8)), noise: 3, inverted: true }),
  "seen from behind": (random) => ({ moduleSize: cellOf(random.between(4, 8)), noise: 3, mirrored: true }),
};

/** A field of dots on a lattice that say nothing. */
function chanceDots(random: Random): Dots {
  const [width, height] = [random.int(8, 36), random.int(7, 28)];
  const cells = new Uint8Array(width * height);
  for (let at = 0; at < cells.length; at++) {
    const isPlace = ((at % width) + Math.floor(at / width)) % 2 === 0;
    if (isPlace && random.next() < 5 / 9) cells[at] = 1;
  }
  return { width, height, cells };
}

/** A tone in dots of a screen, as in print. */
function halftone(random: Random): Pick<Scene, "width" | "height" | "data"> {
  const [width, height] = [320, 240];
  const pitch = random.between(3, 12);
  const turn = random.between(0, Math.PI);
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const [near, far] = [random.between(20, 90), random.between(20, 90)];
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x * c + y * s) / pitch, (y * c - x * s) / pitch];
      const radius = Math.sqrt(0.4 + 0.25 * Math.sin(x / near) * Math.cos(y / far)) * 0.5;
      const off = Math.hypot(u - Math.round(u), v - Math.round(v)) - radius;
      data[y * width + x] = Math.max(0, Math.min(255, 128 + off * pitch * 120 + random.between(-6, 6)));
    }
  }
  return { width, height, data };
}

describe("DotCode in scenes", () => {
  let cores: Record<(typeof BUILDS)[number], Probe>;
  beforeAll(async () => {
    cores = { simd: await Probe.load("simd"), scalar: await Probe.load("scalar") };
  });

  const textsOf = (core: Probe, scene: Pick<Scene, "width" | "height" | "data">, options = DOT_CODE): string[] =>
    readFrame(core, scene, options).map(({ rawValue }) => rawValue);

  /** A text, its symbol and the scene of it: in the writer's own size or in so many rows. */
  function shown(name: string, seed: number): { text: string; dots: Dots; scene: Scene } {
    const random = seededRandom(seed * 31 + 7);
    const text = `SCENE ${seed} ${"0123456789abcdefghij".slice(0, (seed * 5) % 17)}`;
    const { ink, ...look } = (LOOKS[name] as (random: Random) => Look)(random);
    const dots = bwipDots(text, seed % 3 === 0 ? { rows: 9 + (seed % 8) } : {});
    const symbol = drawnDots(dots, { size: random.between(0.6, 0.95), ...ink });
    return { text, dots, scene: sceneOf(symbol, { rotation: random.between(0, 360), ...look, seed }) };
  }

  it.each(Object.keys(LOOKS))("reads symbols %s, all but one in eight, and none wrong", (name) => {
    let missed = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const { text, dots, scene } = shown(name, seed);
      const read = readFrame(cores.simd, scene, DOT_CODE);
      if (read.length === 0) {
        missed++;
        continue;
      }
      expect(
        read.map(({ rawValue }) => rawValue),
        `seed ${seed}`,
      ).toEqual([text]);
      expect(read[0]?.isInverted).toBe(name === "of light dots");
      expect(read[0]?.isMirrored).toBe(name === "seen from behind");
      const sides = [dots.width, dots.height].sort((a, b) => b - a);
      expect(read[0]?.details).toMatchObject({ columns: sides[0], rows: sides[1] });
    }
    expect(missed).toBeLessThanOrEqual(1);
  });

  it("gives the corners of what it read", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const { dots, scene } = shown("tilted", seed);
      const [read] = readFrame(cores.simd, scene, DOT_CODE);
      const [corners] = scene.corners;
      const side = Math.hypot(
        (corners?.[1].x ?? 0) - (corners?.[0].x ?? 0),
        (corners?.[1].y ?? 0) - (corners?.[0].y ?? 0),
      );
      for (const point of read?.cornerPoints ?? []) {
        const off = Math.min(...(corners ?? []).map(({ x, y }) => Math.hypot(point.x - x, point.y - y)));
        expect(off, `seed ${seed}`).toBeLessThan((side / dots.width) * 0.5);
      }
    }
  });

  it("reads symbols from a few characters in a few rows to the largest that is advised", () => {
    for (const rows of [5, 6, 7, 8]) {
      const scene = sceneOf(drawnDots(bwipDots("AB", { rows })), {
        moduleSize: cellOf(5),
        rotation: 20 * rows,
        noise: 3,
      });
      expect(textsOf(cores.simd, scene), `${rows} rows`).toEqual(["AB"]);
    }
    const random = seededRandom(4);
    for (const [width, height] of [
      [44, 61],
      [100, 99],
    ] as const) {
      const pairs = Array.from({ length: dotCapacity(width, height) }, () => random.int(0, 99));
      const scene = sceneOf(drawnDots(dotsOf(width, height, pairs, 1)), {
        moduleSize: cellOf(3.2),
        rotation: 33,
        noise: 3,
      });
      expect(textsOf(cores.simd, scene)).toEqual([pairs.map((pair) => String(pair).padStart(2, "0")).join("")]);
    }
  });

  it("reads the same with and without SIMD, and turned as its orientation says", () => {
    for (const rotation of [0, 90, 180, 270]) {
      const scene = sceneOf(drawnDots(bwipDots("TURNED SYMBOL")), { moduleSize: cellOf(5), rotation });
      const [simd] = readFrame(cores.simd, scene, DOT_CODE);
      const [scalar] = readFrame(cores.scalar, scene, DOT_CODE);
      expect(simd).toEqual(scalar);
      expect(simd?.rawValue).toBe("TURNED SYMBOL");
      const off = ((((simd?.orientation ?? 90) - rotation) % 360) + 540) % 360;
      expect(Math.abs(off - 180)).toBeLessThan(1);
    }
  });

  it("reads live frames in one quick look, and all of several symbols in clutter", () => {
    const place = (text: string, x: number, moduleSize: number): PlacedSymbol => ({
      symbol: drawnDots(bwipDots(text)),
      center: { x, y: 240 },
      moduleSize: cellOf(moduleSize),
      rotation: x,
    });
    for (const background of ["clutter", "texture", "gradient"] as const) {
      const scene = renderScene({
        width: 800,
        height: 480,
        background,
        noise: 3,
        seed: 6,
        symbols: [place("LEFT ONE", 200, 5), place("RIGHT ONE", 580, 8)],
      });
      for (const thorough of [false, true]) {
        expect(textsOf(cores.simd, scene, { ...DOT_CODE, thorough }).sort(), background).toEqual([
          "LEFT ONE",
          "RIGHT ONE",
        ]);
      }
    }
  });

  it("reads symbols that are partly hidden", () => {
    let used = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const random = seededRandom(seed);
      const text = `HIDDEN IN PART ${seed}`;
      const [left, top] = [random.between(0, 0.8), random.between(0, 0.7)];
      const cover = { left, top, right: left + 0.14, bottom: top + 0.25, tone: seed % 2 === 0 ? 0.9 : 0.1 };
      const scene = renderScene({
        width: 420,
        height: 360,
        noise: 3,
        seed,
        symbols: [{ symbol: drawnDots(bwipDots(text)), moduleSize: cellOf(6), rotation: 50 * seed, covers: [cover] }],
      });
      const [read] = readFrame(cores.simd, scene, DOT_CODE);
      expect(read?.rawValue, `seed ${seed}`).toBe(text);
      used += read?.details.errorCorrectionUsed ?? 0;
    }
    expect(used).toBeGreaterThan(0.5);
  });

  it("gives two messages of one symbol one place", () => {
    const words = [106, ...Array.from("FIRST", (c) => c.charCodeAt(0) - 32), 109, 1, 9, 52, 12, 34, 54, 32, 13];
    const scene = sceneOf(drawnDots(dotsOf(33, 14, words, 2)), { moduleSize: cellOf(5), rotation: 12 });
    const read = readFrame(cores.simd, scene, DOT_CODE);
    expect(read.map(({ rawValue }) => rawValue)).toEqual(["FIRST", "0109521234543213"]);
    expect(read[1]?.cornerPoints).toEqual(read[0]?.cornerPoints);
  });

  it("finds nothing in texture, in screens of print, and where dots are chance", () => {
    for (const background of ["texture", "clutter", "gradient"] as const) {
      const scene = renderScene({ width: 280, height: 210, symbols: [], background, noise: 20, seed: 3 });
      expect(textsOf(cores.simd, scene), background).toEqual([]);
    }
    const random = seededRandom(13);
    const fields = process.env.TALLYMARK_LONG ? 2000 : 20;
    for (let i = 0; i < fields; i++) {
      const moduleSize = cellOf(random.between(3, 6));
      const scene = sceneOf(drawnDots(chanceDots(random)), { moduleSize, rotation: random.between(0, 360), noise: 3 });
      expect(textsOf(cores.simd, scene), `field ${i}`).toEqual([]);
    }
    for (let i = 0; i < fields / 5; i++) expect(textsOf(cores.simd, halftone(random)), `screen ${i}`).toEqual([]);
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
    const scene = sceneOf(drawnDots(bwipDots("NO BUDGET")), { moduleSize: cellOf(6) });
    expect(textsOf(cores.simd, scene, { ...DOT_CODE, budget: 1 })).toEqual([]);
  });
});
