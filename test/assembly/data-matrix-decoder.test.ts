/** The Data Matrix decoder on grids alone: every size, encodation and function, damage to the limit and beyond. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import {
  bwipMatrix,
  dataMatrix,
  dataMatrixChecks,
  flipModules,
  gs1DataMatrix,
  type Modules,
  padded,
  seededRandom,
  symbolOfCodewords,
  zxingSymbol,
} from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { blockAt, putOptions } from "./read-frame.js";

const OK = 0;
const SIZES = Array.from({ length: 48 }, (_, size) => size);

const softOf = (cells: ArrayLike<number>): number[] => Array.from(cells, (cell) => (cell ? 1 : -1));

describe.each(BUILDS)("Data Matrix decoder (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build);
    core.call("reset");
    putOptions(core, { formats: [6] });
  });

  function decodeSoft(soft: readonly number[], rows: number, columns: number): Barcode | undefined {
    core.call("reset");
    const at = core.call("alloc", soft.length * 4);
    core.f32(at, soft.length).set(soft);
    if (core.call("dmDecodeGrid", at, rows, columns) !== OK) return undefined;
    return blockAt(core, core.call("qrResults") >>> 0)[0];
  }

  const decode = (symbol: Modules): Barcode | undefined =>
    decodeSoft(softOf(symbol.cells), symbol.height, symbol.width);

  const bytesOf = (barcode: Barcode | undefined): string | undefined =>
    barcode && Buffer.from(barcode.bytes).toString("latin1");

  const dataOf = (size: number): number =>
    core.call("dmCodewords", size) - core.call("dmChecks", size) * core.call("dmBlocks", size);

  /** A symbol of one data region from its data codewords; every `spoil`ed one has all bits turned over. */
  function symbolOf(size: number, data: readonly number[], spoil: readonly number[] = []): Modules {
    const [rows, columns] = [core.call("dmRows", size), core.call("dmColumns", size)];
    const full = padded(data, dataOf(size));
    const words = [...full, ...dataMatrixChecks(full, core.call("dmChecks", size))];
    for (const at of spoil) words[at] = (words[at] as number) ^ 0xff;
    core.call("reset");
    const map = core.call("alloc", rows * columns * 2);
    core.call("dmPlace", map, rows - 2, columns - 2);
    return symbolOfCodewords(rows, columns, words, core.u16(map, (rows - 2) * (columns - 2)));
  }

  it.each(SIZES)("reads size %i as bwip-js writes it, with its fixed modules", (size) => {
    const random = seededRandom(size + 1);
    const [rows, columns] = [core.call("dmRows", size), core.call("dmColumns", size)];
    const length = Math.max(1, Math.floor(dataOf(size) * random.between(0.3, 0.7)));
    const text = Array.from({ length }, () => String.fromCharCode(random.int(33, 93))).join("");
    const symbol = dataMatrix(text, { size: `${rows}x${columns}` });
    expect([symbol.height, symbol.width]).toEqual([rows, columns]);
    const read = decode(symbol);
    expect(bytesOf(read)).toBe(text);
    expect(read?.details).toMatchObject({ rows, columns, errorCorrectionUsed: 0 });
    expect(read?.symbologyIdentifier).toBe("]d1");
    expect(read?.confidence).toBe(100);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const fixed = core.call("dmFixed", size, row, column);
        if (fixed !== 0) expect(symbol.cells[row * columns + column]).toBe(fixed > 0 ? 1 : 0);
      }
    }
  });

  it("reads random contents of every kind from both writers", async () => {
    const printable = fc.stringMatching(/^[ -~]{1,60}$/);
    const kinds = [
      printable,
      fc.stringMatching(/^[0-9]{1,70}$/),
      fc.stringMatching(/^[A-Z0-9 ]{1,60}$/),
      fc.stringMatching(/^[a-z0-9 ]{1,60}$/),
      fc.stringMatching(/^[A-Z0-9 *>\r]{1,60}$/),
      fc.stringMatching(/^[ -^]{1,60}$/),
    ];
    const contents = kinds.flatMap((kind, k) => fc.sample(kind, { seed: 90 + k, numRuns: 12 }));
    for (const text of contents) {
      expect(bytesOf(decode(dataMatrix(text))), `bwip-js: ${text}`).toBe(text);
      expect(bytesOf(decode(await zxingSymbol("DataMatrix", text))), `zxing-wasm: ${text}`).toBe(text);
    }
  });

  it("reads any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
        const text = Buffer.from(bytes).toString("latin1");
        expect(bytesOf(decode(dataMatrix(text, { options: { binarytext: true } })))).toBe(text);
      }),
      { seed: 61, numRuns: 40 },
    );
  });

  it.each([
    ["c40", "ABC123 ABCDEF9"],
    ["text", "abc123 abcdef9"],
    ["x12", "ABC>DEF*123"],
    ["edifact", "ABC.DEF/123"],
    ["b256", "\u00e4\u00f6\u00fc binary"],
    ["ascii", "Plain 0123456789"],
  ])("reads a symbol whose encodation is forced to %s", (encoding, text) => {
    const options = { encoding, binarytext: true };
    expect(bytesOf(decode(bwipMatrix("datamatrix", text, 1, options)))).toBe(text);
  });

  it("gives structured append, macros, reader programming, GS1 and ECI as the standard says", () => {
    const size = 6;
    const read = (...data: number[]) => decode(symbolOf(size, data));
    // Position 3 of 5, file 7.9.
    expect(read(233, (2 << 4) | (17 - 5), 7, 9, 66)).toMatchObject({
      rawValue: "A",
      structuredAppend: { index: 2, count: 5, id: String(7 * 256 + 9) },
    });
    expect(read(236, 66)?.rawValue).toBe("[)>\u001e05\u001dA\u001e\u0004");
    expect(read(237, 66)?.rawValue).toBe("[)>\u001e06\u001dA\u001e\u0004");
    expect(read(234, 66)).toMatchObject({ rawValue: "A", details: { isReaderInit: true } });
    expect(read(66)?.details.isReaderInit).toBeUndefined();
    expect(read(232, 131, 66)).toMatchObject({ symbologyIdentifier: "]d2", details: { isGs1: true }, rawValue: "01A" });
    expect(read(66, 232, 67)).toMatchObject({ symbologyIdentifier: "]d3", rawValue: "AB" });
    expect(read(66, 67, 232, 68)).toMatchObject({ symbologyIdentifier: "]d1", rawValue: "AB\u001dC" });
    expect(read(241, 8, 235, 40)).toMatchObject({ symbologyIdentifier: "]d4", segments: [{ eci: 7 }] });
    expect(read(232, 241, 27, 66)?.symbologyIdentifier).toBe("]d5");
    expect(read(66, 232, 241, 27, 67)?.symbologyIdentifier).toBe("]d6");
    expect(read(241, 128, 1, 66)?.segments[0]?.eci).toBe(127);
    expect(read(241, 192, 1, 1, 66)?.segments[0]?.eci).toBe(16383);
    expect(read(235, 66)?.bytes).toEqual(Uint8Array.of(65 + 128));
    const gs1 = decode(gs1DataMatrix("(01)09521234543213(10)ABC(21)7"));
    expect(gs1?.rawValue).toBe("010952123454321310ABC\u001d217");
    expect(gs1?.symbologyIdentifier).toBe("]d2");
  });

  it("refuses what no encoder writes", () => {
    const size = 6;
    for (const data of [
      [242],
      [255],
      [66, 236],
      [66, 234],
      [235, 131],
      [241, 250],
      [241, 128, 255],
      [230, 255, 255],
      [231, 44 + 100, 1],
      [233, (4 << 4) | (17 - 3), 7, 9, 66],
    ]) {
      expect(decode(symbolOf(size, data)), data.join()).toBe(undefined);
    }
  });

  it("corrects as many codewords as the size allows, and gives nothing wrong for one more", () => {
    const random = seededRandom(64);
    for (const size of [0, 1, 2, 5, 8, 24, 26]) {
      const total = core.call("dmCodewords", size);
      const most = core.call("dmChecks", size) >> 1;
      for (let i = 0; i < 12; i++) {
        const data = Array.from({ length: Math.min(3, dataOf(size)) }, () => random.int(34, 120));
        const text = String.fromCharCode(...data.map((word) => word - 1));
        const spoilt = decode(symbolOf(size, data, random.distinct(most, total)));
        expect(bytesOf(spoilt), `${size}`).toBe(text);
        expect(spoilt?.details.errorCorrectionUsed).toBeCloseTo((2 * most) / core.call("dmChecks", size), 5);
        const beyond = decode(symbolOf(size, data, random.distinct(most + 1, total)));
        expect([undefined, text], `${size}`).toContain(bytesOf(beyond));
      }
    }
  });

  it("takes the least certain codewords for erasures", () => {
    const random = seededRandom(65);
    const size = 8;
    const checks = core.call("dmChecks", size);
    for (let i = 0; i < 10; i++) {
      const bad = random.distinct(checks - 6, core.call("dmCodewords", size));
      const good = symbolOf(size, [66, 67, 68]);
      const spoilt = symbolOf(size, [66, 67, 68], bad);
      const soft = softOf(spoilt.cells).map((value, at) => (spoilt.cells[at] === good.cells[at] ? value : value * 0.1));
      expect(bytesOf(decodeSoft(soft, spoilt.height, spoilt.width))).toBe("ABC");
    }
  });

  it("reads squares mirrored, and says so", () => {
    const symbol = dataMatrix("MIRRORED");
    const n = symbol.width;
    const cells = symbol.cells.map(
      (_, at) => symbol.cells[(n - 1 - (at % n)) * n + n - 1 - Math.floor(at / n)] as number,
    );
    const read = decode({ ...symbol, cells });
    expect(read?.rawValue).toBe("MIRRORED");
    expect(read?.isMirrored).toBe(true);
  });

  it("gives a status for random grids of every size, and hardly ever a content", () => {
    const random = seededRandom(66);
    let read = 0;
    for (const size of SIZES) {
      const [rows, columns] = [core.call("dmRows", size), core.call("dmColumns", size)];
      for (let i = 0; i < 6; i++) {
        const soft = Array.from({ length: rows * columns }, () => random.between(-1, 1));
        if (decodeSoft(soft, rows, columns)) read++;
      }
      for (const value of [1, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
        decodeSoft(new Array<number>(rows * columns).fill(value), rows, columns);
      }
    }
    expect(read).toBe(0);
  });

  it("never gives a wrong content for modules that were turned over", () => {
    const random = seededRandom(67);
    for (let i = 0; i < 60; i++) {
      const read = decode(flipModules(dataMatrix("FLIPPED MODULES"), random.int(0, 120), random));
      expect([undefined, "FLIPPED MODULES"]).toContain(bytesOf(read));
    }
  });
});
