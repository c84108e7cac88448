/** MicroPDF417: all 34 sizes, both writers, every compaction, damage, any turn; and nothing where none is. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { renderScene, sceneOf } from "../scenes/index.js";
import {
  MICRO_SIZES,
  type Modules,
  microPdf417,
  microPdf417FromCodewords,
  type Random,
  seededRandom,
  zxingSymbol,
} from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

const FORMATS = { formats: [9] };

const cores = {} as Record<string, Probe>;
beforeAll(async () => {
  for (const build of BUILDS) cores[build] = await Probe.load(build);
});

const textOf = (barcode: Barcode): string => Buffer.from(barcode.bytes).toString("latin1");

const read = (symbol: Modules, look: Parameters<typeof sceneOf>[1] = {}, thorough = true): readonly Barcode[] =>
  readFrame(cores.simd as Probe, sceneOf(symbol, { moduleSize: 3, ...look }), { ...FORMATS, thorough });

const digits = (random: Random, length: number): string => Array.from({ length }, () => random.int(0, 9)).join("");

/** The largest random text that still fits a size. */
function filled(random: Random, columns: number, rows: number, checks: number): { symbol: Modules; text: string } {
  for (let length = 2 * (columns * rows - checks); length > 0; length--) {
    const text = Array.from({ length }, () => String.fromCharCode(random.int(32, 126))).join("");
    try {
      return { symbol: microPdf417(text, { columns, rows }), text };
    } catch {
      // Too long.
    }
  }
  throw new Error(`nothing fits ${columns}x${rows}`);
}

/** The symbol with `count` of its codewords replaced by others of their cluster. */
function damaged(symbol: Modules, count: number, random: Random, columns: number): Modules {
  const rows = symbol.height / 2;
  const cells = symbol.cells.slice();
  for (const at of random.distinct(count, rows * columns)) {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const x = 10 + 17 * column + (columns === 3 && column > 0 ? 10 : 0) + (columns === 4 && column > 1 ? 10 : 0);
    // The codeword three rows off is one of the same cluster, nearly always another.
    const other = (row + 3) % rows;
    for (let i = 0; i < 17; i++) {
      const value = symbol.cells[2 * other * symbol.width + x + i] as number;
      for (const y of [2 * row, 2 * row + 1]) cells[y * symbol.width + x + i] = value;
    }
  }
  return { ...symbol, cells };
}

describe("MicroPDF417", () => {
  it.each(MICRO_SIZES)("R54: reads size %i × %i full of text", (columns, rows, checks) => {
    const { symbol, text } = filled(seededRandom(100 * columns + rows), columns, rows, checks);
    const [barcode, ...rest] = read(symbol);
    expect(barcode && textOf(barcode)).toBe(text);
    expect(rest).toEqual([]);
    expect(barcode?.details).toMatchObject({ columns, rows, errorCorrectionUsed: 0 });
    expect(barcode?.symbologyIdentifier).toBe("]L2");
  });

  it("reads every compaction", () => {
    const random = seededRandom(2);
    const bytes = Array.from({ length: 40 }, () => String.fromCharCode(random.int(0, 255))).join("");
    for (const text of [
      "ABC abc 12;<>",
      digits(random, 60),
      bytes,
      `${digits(random, 20)}abc\u00e9\u00ff${digits(random, 14)}`,
    ]) {
      const [barcode] = read(microPdf417(text));
      expect(barcode && textOf(barcode)).toBe(text);
    }
  });

  it("reads the other writer's symbols", async () => {
    for (const options of ["", "columns=1", "columns=2", "columns=3", "columns=4"]) {
      const found = read(await zxingSymbol("MicroPDF417", "Hello 12345678901234 World", options));
      expect(found.map(textOf), options).toEqual(["Hello 12345678901234 World"]);
    }
  });

  it("reads emulation of Code 128 and GS1, macros and structured append", () => {
    const [gs1] = read(microPdf417FromCodewords([903, 900, 178, 121], { columns: 2 }));
    expect(gs1?.symbologyIdentifier).toBe("]L3");
    expect(gs1?.details.isGs1).toBe(true);
    const [second] = read(microPdf417FromCodewords([908, 453, 178], { columns: 2 }));
    expect(second?.symbologyIdentifier).toBe("]L4");
    const [macro] = read(microPdf417FromCodewords([917, 453, 178], { columns: 2 }));
    expect(macro?.rawValue).toBe("[)>\u001e06\u001dPDF\u001e\u0004");
    const [part] = read(microPdf417FromCodewords([453, 178, 928, 111, 101, 17, 53], { columns: 2 }));
    expect(part?.structuredAppend).toEqual({ index: 1, count: 0, id: "017053" });
  });

  it("reads damage up to what a size corrects, and gives no wrong value beyond", () => {
    const random = seededRandom(5);
    for (const [columns, rows, checks] of MICRO_SIZES.filter((_, i) => i % 6 === 1)) {
      const { symbol, text } = filled(random, columns, rows, checks);
      const limit = Math.floor((checks - 2) / 2);
      expect(read(damaged(symbol, limit - 1, random, columns)).map(textOf), `${columns}x${rows}`).toEqual([text]);
      for (const count of [limit + 1, limit + 4, checks]) {
        const found = read(damaged(symbol, Math.min(count, rows * columns), random, columns));
        for (const barcode of found) expect(textOf(barcode)).toBe(text);
      }
    }
  });

  it("reads symbols at any turn, mirrored, inverted, tilted, blurred", () => {
    const random = seededRandom(6);
    for (let rotation = 0; rotation < 360; rotation += 17) {
      const [columns, rows, checks] = MICRO_SIZES[random.int(0, 33)] as [number, number, number];
      const { symbol, text } = filled(random, columns, rows, checks);
      const look = {
        rotation,
        moduleSize: random.between(3, 5),
        mirrored: random.next() < 0.3,
        inverted: random.next() < 0.3,
        blur: random.between(0, 1),
        noise: 3,
      };
      const [barcode] = read(symbol, look);
      expect(barcode && textOf(barcode), `${columns}x${rows} at ${rotation}°`).toBe(text);
      expect(barcode?.isMirrored).toBe(look.mirrored);
      expect(barcode?.isInverted).toBe(look.inverted);
    }
  });

  it("reads symbols upright, on their heads and sideways in live frames", () => {
    const random = seededRandom(7);
    for (const rotation of [0, 90, 180, 270]) {
      const text = digits(random, 30);
      const [barcode] = read(microPdf417(text, { columns: 2 }), { moduleSize: 3, rotation }, false);
      expect(barcode && textOf(barcode), `${rotation}°`).toBe(text);
    }
  });

  it("tells where the symbol lies", () => {
    for (const rotation of [0, 30]) {
      const scene = sceneOf(microPdf417("where am I", { columns: 4, rows: 8 }), { moduleSize: 4, rotation });
      const [barcode] = readFrame(cores.simd as Probe, scene, FORMATS);
      scene.corners[0]?.forEach((corner, i) => {
        const own = barcode?.cornerPoints[i as 0] ?? { x: -99, y: -99 };
        expect(Math.hypot(own.x - corner.x, own.y - corner.y)).toBeLessThan(6);
      });
    }
  });

  it("gives the same from the scalar twin", () => {
    const random = seededRandom(8);
    for (let i = 0; i < 6; i++) {
      const { symbol } = filled(random, ...(MICRO_SIZES[5 * i] as [number, number, number]));
      const scene = sceneOf(symbol, { moduleSize: 3, rotation: 13 * i, noise: 5, blur: 0.8 });
      const simd = readFrame(cores.simd as Probe, scene, FORMATS);
      expect(readFrame(cores.scalar as Probe, scene, FORMATS)).toEqual(simd);
    }
  });

  it("finds nothing in noise, texture and clutter, and never traps", () => {
    for (const background of ["texture", "clutter", "gradient", "grey"] as const) {
      for (const seed of [1, 3]) {
        const scene = renderScene({ symbols: [], background, noise: seed * 10, seed });
        expect(readFrame(cores.simd as Probe, scene, FORMATS), `${background} ${seed}`).toEqual([]);
      }
    }
    const random = seededRandom(9);
    for (const [width, height] of [
      [1, 1],
      [1, 90],
      [7, 7],
      [65, 300],
      [3000, 9],
    ] as const) {
      const data = Uint8Array.from({ length: width * height }, () => random.int(0, 255));
      for (const core of Object.values(cores)) expect(readFrame(core, { width, height, data }, FORMATS)).toEqual([]);
    }
  });
});
