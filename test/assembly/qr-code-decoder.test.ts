/** The QR Code decoder on grids alone: tables, every version, level, mask and mode, damage to the limit and beyond. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import {
  flipModules,
  type Modules,
  modulesFrom,
  payloads,
  type QrLevel,
  type QrSegment,
  qrCapacity,
  qrCode,
  qrContent,
  qrCorrectable,
  qrFromSegments,
  seededRandom,
  zxingSymbol,
} from "../symbols/index.js";
import { BUILDS, Probe } from "./probe.js";
import { blockAt, putOptions } from "./read-frame.js";

const OK = 0;
const LEVELS: readonly QrLevel[] = ["L", "M", "Q", "H"];
const VERSIONS = Array.from({ length: 40 }, (_, i) => i + 1);

/**
 * A model 1 symbol, version 2-M, rows as hexadecimal numbers of 25 modules: qrcode-2/qr-model-1.png of zxing-cpp's samples
 * (Apache-2.0). No writer for model 1 is to be had.
 */
const MODEL_1 =
  "1fdfc7f 104b741 1743a5d 175dd5d 175915d 1052741 1fd557f 0012800 0f55af9 029966b 1b61525 0d1c8e7 10c4795 " +
  "0d8536d 0e6b529 10215a5 1c79221 00120f1 1fc8bdf 1049847 1751e09 17565f1 175e62b 1059068 1fc7f95";
const MODEL_1_TEXT = "QR Code Model 1 ";

function gridOf(rows: string, dimension: number): Modules {
  const numbers = rows.split(" ").map((row) => Number.parseInt(row, 16));
  return modulesFrom(dimension, dimension, 4, (x, y) => (((numbers[y] as number) >> (dimension - 1 - x)) & 1) === 1);
}

/** Softness of a flawless grid: full dark or full light. */
const softOf = (cells: ArrayLike<number>): number[] => Array.from(cells, (cell) => (cell ? 1 : -1));

describe.each(BUILDS)("QR Code decoder (%s)", (build) => {
  let core: Probe;
  beforeEach(async () => {
    core = await Probe.load(build);
    core.call("reset");
    putOptions(core, { formats: [0] });
  });

  function decodeSoft(soft: readonly number[], version: number, name = "qrDecodeGrid"): Barcode | undefined {
    core.call("reset");
    const at = core.call("alloc", soft.length * 4);
    core.f32(at, soft.length).set(soft);
    if (core.call(name, at, version) !== OK) return undefined;
    return blockAt(core, core.call("qrResults") >>> 0)[0];
  }

  const decode = (symbol: Modules): Barcode | undefined => decodeSoft(softOf(symbol.cells), (symbol.width - 17) / 4);

  const textOf = (barcode: Barcode | undefined): string | undefined =>
    barcode && Buffer.from(barcode.bytes).toString("latin1");

  it("has tables that add up: blocks, check words and modules of ISO/IEC 18004 table 9 and annex E", () => {
    for (const version of VERSIONS) {
      const dimension = 17 + 4 * version;
      const codewords = core.call("qrDataModules", version) >> 3;
      for (const [level, name] of LEVELS.entries()) {
        const checks = core.call("qrChecks", version, level) * core.call("qrBlocks", version, level);
        expect(codewords - checks, `${version}-${name}`).toBe(qrCapacity(version, name));
      }
      const centres = Array.from({ length: core.call("qrAlignmentCount", version) }, (_, i) =>
        core.call("qrAlignmentAt", version, i),
      );
      if (version > 1) expect([centres[0], centres.at(-1)]).toEqual([6, dimension - 7]);
      // In a drawn symbol each centre is dark in a light ring in a dark ring.
      const { cells } = qrCode("A", { version });
      const dark = (row: number, column: number) => cells[row * dimension + column] === 1;
      for (const row of centres.slice(1)) {
        for (const column of centres.slice(1)) {
          expect([dark(row, column), dark(row, column + 1), dark(row + 1, column), dark(row, column + 2)]).toEqual([
            true,
            false,
            false,
            true,
          ]);
        }
      }
    }
  });

  it.each(LEVELS)("reads every version at level %s, written by bwip-js", (level) => {
    const random = seededRandom(level.charCodeAt(0));
    for (const version of VERSIONS) {
      const room = Math.max(1, Math.floor((qrCapacity(version, level) - 4) * random.next()));
      const text = Array.from({ length: room }, () => String.fromCharCode(random.int(33, 126))).join("");
      const read = decode(qrCode(text, { version, level }));
      expect(textOf(read), `${version}-${level}`).toBe(text);
      expect(read?.details).toMatchObject({
        version,
        errorCorrectionLevel: level,
        errorCorrectionUsed: 0,
        model: 2,
        rows: 17 + 4 * version,
      });
      expect(read?.confidence).toBe(100);
      expect(read?.symbologyIdentifier).toBe("]Q1");
    }
  });

  it("reads every data mask of both writers", async () => {
    for (let mask = 0; mask < 8; mask++) {
      for (const version of [1, 6, 7, 14]) {
        const text = `MASK ${mask} VERSION ${version}`.slice(0, version === 1 ? 14 : 99);
        for (const symbol of [
          qrCode(text, { version, mask }),
          await zxingSymbol("QRCode", text, `version=${version},ecLevel=M,dataMask=${mask}`),
        ]) {
          const read = decode(symbol);
          expect(textOf(read)).toBe(text);
          expect(read?.details.mask).toBe(mask);
        }
      }
    }
  });

  it("gives the bytes of any mix of segments in order, kanji as Shift JIS for certain", () => {
    fc.assert(
      fc.property(
        payloads.mixedSegments(40),
        fc.constantFrom(...LEVELS),
        fc.integer({ min: 0, max: 7 }),
        (segments, level, mask) => {
          const read = decode(qrFromSegments(segments, { level, mask }));
          expect(read && [...read.bytes]).toEqual([...qrContent(segments)]);
          for (const { eci } of read?.segments ?? []) expect(eci === undefined || eci === 20).toBe(true);
        },
      ),
      { seed: 21, numRuns: 150 },
    );
  });

  it("keeps ECI assignments of one, two and three bytes", () => {
    const bytes = Uint8Array.from([0xe4, 0xbd, 0xa0]);
    for (const assignment of [3, 26, 127, 128, 899, 16383, 16384, 999999]) {
      const read = decode(
        qrFromSegments([
          { mode: "byte", bytes: Uint8Array.from([65]) },
          { mode: "eci", assignment },
          { mode: "byte", bytes },
        ]),
      );
      expect(read?.segments.map(({ eci, bytes: part }) => [eci, [...part]])).toEqual([
        [undefined, [65]],
        [assignment, [...bytes]],
      ]);
      expect(read?.symbologyIdentifier).toBe("]Q2");
    }
  });

  it("reads FNC1 in first position as GS1 and in second with its application indicator", () => {
    const gs1: QrSegment[] = [
      { mode: "fnc1-first" },
      { mode: "alphanumeric", text: "0109521234543213%10AB\x1d21X" },
      { mode: "numeric", text: "123" },
    ];
    const first = decode(qrFromSegments(gs1));
    expect(textOf(first)).toBe("0109521234543213%10AB\x1d21X123");
    expect(first?.symbologyIdentifier).toBe("]Q3");
    expect(first?.details.isGs1).toBe(true);
    for (const [application, prefix] of [
      [37, "37"],
      [4, "04"],
      [165, "A"],
      [222, "z"],
    ] as const) {
      const read = decode(
        qrFromSegments([
          { mode: "fnc1-second", application },
          { mode: "alphanumeric", text: "AA1234BBB" },
        ]),
      );
      expect(textOf(read)).toBe(`${prefix}AA1234BBB`);
      expect(read?.symbologyIdentifier).toBe("]Q5");
    }
    expect(
      decode(
        qrFromSegments([
          { mode: "fnc1-second", application: 130 },
          { mode: "numeric", text: "1" },
        ]),
      ),
    ).toBe(undefined);
  });

  it("reads structured append", () => {
    const read = decode(
      qrFromSegments([
        { mode: "append", index: 2, count: 5, parity: 0xa7 },
        { mode: "byte", bytes: Uint8Array.from([1, 2, 3]) },
      ]),
    );
    expect(read?.structuredAppend).toEqual({ index: 2, count: 5, id: "167" });
    expect([...(read?.bytes ?? [])]).toEqual([1, 2, 3]);
  });

  it("reads a grid seen from behind", () => {
    const symbol = qrCode("MIRROR", { version: 3 });
    const d = symbol.width;
    const cells = symbol.cells.map((_, at) => symbol.cells[(at % d) * d + Math.floor(at / d)] as number);
    const read = decode({ ...symbol, cells });
    expect(textOf(read)).toBe("MIRROR");
    expect(read?.isMirrored).toBe(true);
  });

  it("reads model 1 and corrects its errors, mirrored too", () => {
    const symbol = gridOf(MODEL_1, 25);
    const model1 = (cells: ArrayLike<number>) => decodeSoft(softOf(cells), 2, "qrDecodeModel1Grid");
    const read = model1(symbol.cells);
    expect(textOf(read)).toBe(MODEL_1_TEXT);
    expect(read?.symbologyIdentifier).toBe("]Q0");
    expect(read?.details).toMatchObject({ model: 1, version: 2, errorCorrectionLevel: "M" });
    const behind = symbol.cells.map((_, at) => symbol.cells[(at % 25) * 25 + Math.floor(at / 25)] as number);
    expect(model1(behind)?.isMirrored).toBe(true);
    // Six modules lie in six codewords at most, and eight can be mended.
    const random = seededRandom(90);
    for (let i = 0; i < 40; i++) {
      const cells = symbol.cells.slice();
      for (let k = 0; k < 6; k++) {
        const at = random.int(10, 22) * 25 + random.int(10, 15);
        cells[at] = 1 - (cells[at] as number);
      }
      expect(textOf(model1(cells))).toBe(MODEL_1_TEXT);
    }
    expect(decode(symbol)).toBe(undefined);
  });

  it("corrects what the standard corrects in every block, and no less", () => {
    const random = seededRandom(77);
    for (const version of [1, 2, 3, 5, 8, 13, 21, 40]) {
      for (const level of LEVELS) {
        const text = "X".repeat(Math.min(20, qrCapacity(version, level) - 3));
        const segments: QrSegment[] = [{ mode: "byte", bytes: Buffer.from(text) }];
        const limit = qrCorrectable(version, level);
        const spoilt = qrFromSegments(segments, { version, level, spoil: { perBlock: limit, random } });
        const read = decode(spoilt);
        expect(textOf(read), `${version}-${level}`).toBe(text);
        expect(read?.details.errorCorrectionUsed).toBeGreaterThan(0);
        expect(read?.confidence).toBeLessThan(100);
      }
    }
  });

  it("corrects more where the grid says which modules it could not see", () => {
    const random = seededRandom(5);
    const symbol = qrFromSegments([{ mode: "byte", bytes: Buffer.from("ERASURES ARE CHEAP") }], {
      version: 4,
      level: "Q",
    });
    const soft = softOf(symbol.cells);
    // A stain in the data area, right of the middle: unknown, with a faint guess that is as often wrong as right.
    for (let row = 10; row < 24; row++) {
      for (let column = 17; column < 30; column++) soft[row * symbol.width + column] = random.between(-0.05, 0.05);
    }
    expect(textOf(decodeSoft(soft, 4))).toBe("ERASURES ARE CHEAP");
  });

  it("never gives another content when there is one error too many", () => {
    const random = seededRandom(78);
    for (let i = 0; i < 150; i++) {
      const version = random.pick([1, 2, 3, 5, 7]);
      const level = random.pick(LEVELS);
      const text = "BEYOND".slice(0, Math.max(1, qrCapacity(version, level) - 3));
      const spoil = { perBlock: qrCorrectable(version, level) + random.int(1, 3), random };
      const read = decode(qrFromSegments([{ mode: "byte", bytes: Buffer.from(text) }], { version, level, spoil }));
      expect([undefined, text]).toContain(textOf(read));
    }
  });

  it("gives a status for random grids of every version, and never a content", () => {
    const random = seededRandom(79);
    for (const version of VERSIONS) {
      for (let i = 0; i < (version < 8 ? 12 : 2); i++) {
        const soft = Array.from({ length: (17 + 4 * version) ** 2 }, () => random.between(-1, 1));
        expect(decodeSoft(soft, version)).toBe(undefined);
        expect(decodeSoft(soft, version, "qrDecodeModel1Grid")).toBe(undefined);
      }
    }
  });

  it("gives a status for grids of one colour, of no number, and for damaged function patterns", () => {
    const size = 21 * 21;
    for (const value of [1, -1, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(decodeSoft(new Array<number>(size).fill(value), 1)).toBe(undefined);
    }
    const random = seededRandom(80);
    for (let i = 0; i < 40; i++) {
      const read = decode(flipModules(qrCode("FLIPPED", { version: 2, level: "H" }), random.int(0, 400), random));
      expect([undefined, "FLIPPED"]).toContain(textOf(read));
    }
  });

  it("refuses a structured-append position beyond its count", () => {
    for (let count = 1; count < 16; count++) {
      const append: QrSegment = { mode: "append", index: count, count, parity: 0 };
      expect(decode(qrFromSegments([append, { mode: "numeric", text: "12" }]))).toBe(undefined);
    }
  });
});
