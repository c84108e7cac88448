/** PDF417 written by two independent writers and read back: every width, level and compaction, any place in the frame. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { type Placement, sceneOf } from "../scenes/index.js";
import {
  type Modules,
  pdf417,
  pdf417FromCodewords,
  type Random,
  type StackedOptions,
  seededRandom,
  zxingSymbol,
} from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

const FORMATS = { formats: [8] };

const cores = {} as Record<string, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

const textOf = (barcode: Barcode): string => Buffer.from(barcode.bytes).toString("latin1");

const read = (symbol: Modules, look: Parameters<typeof sceneOf>[1] = {}, thorough = true): readonly Barcode[] =>
  readFrame(cores.simd as Probe, sceneOf(symbol, { moduleSize: 2, ...look }), { ...FORMATS, thorough });

/** Random text that uses every compaction. */
function payload(random: Random, length: number): string {
  let text = "";
  while (text.length < length) {
    const kind = random.int(0, 4);
    const run = random.int(1, 24);
    for (let i = 0; i < run; i++) {
      const [low, high] = [
        [65, 90],
        [97, 122],
        [48, 57],
        [32, 126],
        [0, 255],
      ][kind] as [number, number];
      text += String.fromCharCode(random.int(low, high));
    }
  }
  return text.slice(0, length);
}

/** A symbol of these options, or undefined where the text does not fit them. */
function fitting(text: string, options: StackedOptions): Modules | undefined {
  try {
    return pdf417(text, options);
  } catch {
    return undefined;
  }
}

describe("PDF417 round trips", () => {
  it("R54: reads every number of columns", () => {
    const random = seededRandom(1);
    for (let columns = 1; columns <= 30; columns++) {
      const text = payload(random, 10 + 4 * columns);
      const [barcode, ...rest] = read(pdf417(text, { columns, level: 2 }));
      expect(barcode && textOf(barcode), `${columns} columns`).toBe(text);
      expect(rest).toEqual([]);
      expect(barcode?.details.columns).toBe(columns);
      expect(barcode?.details.errorCorrectionUsed).toBe(0);
    }
  });

  it("R54: reads every error correction level, and up to 90 rows", () => {
    const random = seededRandom(2);
    for (let level = 0; level <= 8; level++) {
      const text = payload(random, 60);
      const [barcode] = read(pdf417(text, { columns: level > 6 ? 10 : 5, level }));
      expect(barcode && textOf(barcode), `level ${level}`).toBe(text);
      expect(barcode?.details.errorCorrectionLevel).toBe(String(level));
    }
    for (const rows of [3, 20, 60, 90]) {
      const text = payload(random, rows);
      const [barcode] = read(pdf417(text, { columns: rows === 3 ? 30 : 3, rows, level: 1 }), { moduleSize: 1.5 });
      expect(barcode && textOf(barcode), `${rows} rows`).toBe(text);
      expect(barcode?.details.rows).toBe(rows);
    }
  });

  it("R54: reads random contents in random shapes at random turns", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = seededRandom(seed);
        const text = payload(random, random.int(1, 160));
        const symbol = fitting(text, { columns: random.int(2, 12), level: random.int(1, 5) });
        if (symbol === undefined) return;
        const found = read(symbol, { moduleSize: random.between(1.8, 4), rotation: random.int(0, 3) * 90 });
        expect(found.map(textOf)).toEqual([text]);
      }),
      { numRuns: 60, seed: 54 },
    );
  });

  it("reads the other writer's symbols", async () => {
    const random = seededRandom(4);
    for (const options of ["", "columns=1", "columns=4", "columns=11", "ecLevel=0", "ecLevel=5", "rows=12"]) {
      const text = Array.from({ length: 30 }, () => String.fromCharCode(random.int(32, 126))).join("");
      const found = read(await zxingSymbol("PDF417", text, options));
      expect(found.map(textOf), options).toEqual([text]);
    }
  });

  it("reads compact symbols of both writers", async () => {
    const random = seededRandom(5);
    for (const columns of [1, 2, 5, 9]) {
      const text = payload(random, 30);
      const found = read(pdf417(text, { columns, level: 2, compact: true }));
      expect(found.map(textOf), `${columns} columns`).toEqual([text]);
    }
    expect(read(await zxingSymbol("CompactPDF417", "compact 4711")).map(textOf)).toEqual(["compact 4711"]);
  });

  it("reads macro PDF417 with its place in the sequence", () => {
    // Segment index 1 of file 017 053, the last one.
    const symbol = pdf417FromCodewords([453, 178, 121, 239, 928, 111, 101, 17, 53, 922], { columns: 3, level: 2 });
    const [barcode] = read(symbol);
    expect(barcode?.rawValue).toBe("PDF417");
    expect(barcode?.structuredAppend).toEqual({ index: 1, count: 2, id: "017053" });
  });

  it("reads symbols upright, on their heads and sideways in live frames", () => {
    const random = seededRandom(6);
    for (const rotation of [0, 90, 180, 270, 4, 176, 94, 266]) {
      const text = payload(random, 40);
      const [barcode] = read(pdf417(text, { columns: 4, level: 3 }), { moduleSize: 3, rotation }, false);
      expect(barcode && textOf(barcode), `${rotation}°`).toBe(text);
      const error = Math.abs((((barcode?.orientation ?? 0) - rotation + 540) % 360) - 180);
      expect(error).toBeLessThan(1.5);
    }
  });

  it("reads every eleventh degree of turn in a still, mirrored or not, light on dark or not", () => {
    const random = seededRandom(7);
    for (let rotation = 0; rotation < 360; rotation += 11) {
      const text = payload(random, 24);
      const mirrored = rotation % 2 === 1;
      const inverted = rotation % 3 === 1;
      const place: Placement = { rotation, mirrored, moduleSize: 2.5 };
      const [barcode] = read(pdf417(text, { columns: 3, level: 3 }), { ...place, inverted });
      expect(barcode && textOf(barcode), `${rotation}°`).toBe(text);
      expect(barcode?.isMirrored).toBe(mirrored);
      expect(barcode?.isInverted).toBe(inverted);
    }
  });

  it("tells where the symbol lies", () => {
    const random = seededRandom(8);
    for (const look of [{}, { rotation: 20 }, { mirrored: true }, { rotation: 200, moduleSize: 4 }]) {
      const symbol = pdf417(payload(random, 30), { columns: 4, level: 2 });
      const moduleSize = "moduleSize" in look ? look.moduleSize : 3;
      const scene = sceneOf(symbol, { ...look, moduleSize });
      const [barcode] = readFrame(cores.simd as Probe, scene, FORMATS);
      scene.corners[0]?.forEach((corner, i) => {
        const own = barcode?.cornerPoints[i as 0] ?? { x: -99, y: -99 };
        expect(Math.hypot(own.x - corner.x, own.y - corner.y)).toBeLessThan(2 * moduleSize);
      });
      expect((barcode?.details.moduleSize ?? 0) / moduleSize).toBeCloseTo(1, 1);
    }
  });

  it("gives the same from the scalar twin", () => {
    const random = seededRandom(9);
    for (let i = 0; i < 6; i++) {
      const scene = sceneOf(pdf417(payload(random, 40), { columns: 1 + 2 * i, level: 2 }), {
        moduleSize: 2,
        rotation: 17 * i,
        noise: 5,
        blur: 0.8,
      });
      const simd = readFrame(cores.simd as Probe, scene, FORMATS);
      expect(readFrame(cores.scalar as Probe, scene, FORMATS)).toEqual(simd);
    }
  });
});
