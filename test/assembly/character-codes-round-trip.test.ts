/** Random contents of every code read character by character, drawn clean: what is read is what was written, to the byte. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { FORMATS } from "../../src/formats.js";
import type { Barcode } from "../../src/types.js";
import { renderScene } from "../scenes/index.js";
import { type Bars, barsToModules, barsWidth, type Modules, zxingSymbol } from "../symbols/index.js";
import { idsOf, PHARMACODES, VARIANTS } from "./character-codes.js";
import { Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

let core: Probe;
beforeAll(async () => {
  core = await Probe.load("simd");
});

const LINEAR = FORMATS.filter(({ kind }) => kind === "linear");
/** Every linear format looked for where none is named, and one more. */
const withDefaults = (id: number): number[] =>
  [...LINEAR.filter((row) => !("onRequest" in row)).map((row) => row.id as number), id].filter(
    (format, i, all) => all.indexOf(format) === i,
  );

function read(symbol: Modules, moduleSize: number, rotation: number, formats: readonly number[]): readonly Barcode[] {
  const width = Math.ceil((symbol.width + 2 * symbol.quiet.x) * moduleSize) + 16;
  const scene = renderScene({ width, height: 90, symbols: [{ symbol, moduleSize, rotation }] });
  return readFrame(core, scene, { formats, thorough: false });
}

const drawn = (bars: Bars): Modules => barsToModules(bars, Math.ceil(60 / pixels(bars)));
/** Bars in half modules are drawn half as large. */
const pixels = (bars: Bars): number => (bars.quiet === 20 ? 1.25 : 2.2);
const latin1 = (barcode: Barcode): string => Buffer.from(barcode.bytes).toString("latin1");

describe("round trips of R54", () => {
  it.each(VARIANTS)("$name", ({ format, cases }) => {
    const [id] = idsOf(format) as [number];
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 180), ({ bars, text, aim }, turn) => {
        const found = read(drawn(bars), pixels(bars), turn, withDefaults(id));
        expect(found.map((barcode) => [barcode.format, latin1(barcode)])).toEqual([[format, text]]);
        if (aim !== "") expect(found[0]?.symbologyIdentifier).toBe(aim);
        expect(found[0]?.rawValue).toBe(text);
        expect(Math.abs((found[0]?.boundingBox.width ?? 0) - barsWidth(bars) * pixels(bars))).toBeLessThan(4);
      }),
      { numRuns: process.env.TALLYMARK_LONG ? 400 : 25, seed: 39 },
    );
  });

  it("Pharmacode, from left to right", () => {
    fc.assert(
      fc.property(PHARMACODES, ({ bars, text, aim }) => {
        const found = read(drawn(bars), 2.2, 0, idsOf("pharmacode"));
        expect(found.map((b) => [b.format, b.rawValue, b.symbologyIdentifier])).toEqual([["pharmacode", text, aim]]);
      }),
      { numRuns: 40, seed: 24 },
    );
  });

  it.each([
    ["Code39", "code_39", "TEST-39"],
    ["Code39Ext", "code_39", "Test~39"],
    ["Code93", "code_93", "TEST 93"],
    ["Codabar", "codabar", "A12-34+5B"],
    ["ITF", "itf", "1234567890"],
    ["TelepenAlpha", "telepen", "Telepen 1"],
    ["TelepenNumeric", "telepen", "0123456789"],
  ] as const)("%s of the second writer", async (theirs, format, text) => {
    const symbol = await zxingSymbol(theirs, text);
    const found = read(symbol, 2.2, 0, withDefaults(idsOf(format)[0] as number));
    expect(found.map((barcode) => [barcode.format, latin1(barcode)])).toEqual([[format, text]]);
  });
});
