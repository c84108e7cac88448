/** Random contents of every form of GS1 DataBar, drawn clean: what is read is what was written (ISO/IEC 24724). */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { formatByName } from "../../src/formats.js";
import type { Barcode } from "../../src/types.js";
import { renderScene } from "../scenes/index.js";
import {
  type Bars,
  databar,
  databarExpanded,
  databarExpandedStacked,
  databarLimited,
  databarStacked,
  databarStackedOmni,
  drawn,
  gtinCheckDigit,
  type Modules,
  zxingSymbol,
} from "../symbols/index.js";
import { Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

let core: Probe;
beforeAll(async () => {
  core = await Probe.load("simd");
});

const idOf = (name: string): number => formatByName(name)?.id as number;
const DATABAR = ["databar", "databar_limited", "databar_expanded"].map(idOf);

function read(symbol: Modules, rotation = 0, moduleSize = 2): readonly Barcode[] {
  const width = (symbol.width + 2 * symbol.quiet.x) * moduleSize + 32;
  const height = (symbol.height + 2 * symbol.quiet.y) * moduleSize + 32;
  const [w, h] = rotation % 180 === 0 ? [width, height] : [height, width];
  const symbols = [{ symbol, moduleSize, rotation }];
  return readFrame(core, renderScene({ width: w, height: h, symbols }), { formats: DATABAR });
}

const linear = (bars: Bars, height = 33): Modules => drawn(bars, height);
const look = (barcodes: readonly Barcode[]) =>
  barcodes.map((b) => ({ format: b.format, text: b.rawValue, aim: b.symbologyIdentifier, gs1: b.details.isGs1 }));

const gtin = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 13, maxLength: 13 })
  .map((digits) => digits.join(""))
  .map((number) => number + gtinCheckDigit(number));
const turn = fc.constantFrom(0, 90, 180, 270);
const RUNS = { numRuns: 25, seed: 24724 };
const one = (format: string, text: string) => [{ format, text, aim: "]e0", gs1: true }];

describe("GS1 DataBar round trips", () => {
  it("omnidirectional and truncated", () => {
    fc.assert(
      fc.property(gtin, turn, fc.constantFrom(13, 33), (number, angle, height) => {
        expect(look(read(linear(databar(number), height), angle))).toEqual(one("databar", `01${number}`));
      }),
      RUNS,
    );
  });

  it("stacked", () => {
    fc.assert(
      fc.property(gtin, turn, (number, angle) => {
        expect(look(read(databarStacked(number), angle, 3))).toEqual(one("databar", `01${number}`));
      }),
      RUNS,
    );
  });

  it("stacked omnidirectional", () => {
    fc.assert(
      fc.property(gtin, turn, (number, angle) => {
        expect(look(read(databarStackedOmni(number), angle))).toEqual(one("databar", `01${number}`));
      }),
      RUNS,
    );
  });
});

describe("GS1 DataBar from a second writer", () => {
  it.each([
    ["DataBar", "04412345678909", "databar", "0104412345678909"],
    ["DataBar", "20012345678909", "databar", "0120012345678909"],
    ["DataBarStk", "00034567890125", "databar", "0100034567890125"],
    ["DataBarLimited", "15012345678907", "databar_limited", "0115012345678907"],
    ["DataBarExpanded", "[01]90012345678908[3103]001750", "databar_expanded", "01900123456789083103001750"],
    ["DataBarExpanded", "[10]12A[422]123[21]ab", "databar_expanded", "1012A\u001d422123\u001d21ab"],
    ["DataBarExpStk", "[01]04412345678909[10]ABC123", "databar_expanded", "010441234567890910ABC123"],
  ] as const)("%s %s", async (format, source, name, text) => {
    expect(look(read(await zxingSymbol(format, source), 0, 3))).toEqual(one(name, text));
  });
});

describe("GS1 DataBar Limited round trips", () => {
  const small = fc
    .tuple(fc.constantFrom("0", "1"), fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 }))
    .map(([first, rest]) => first + rest.join(""))
    .map((number) => number + gtinCheckDigit(number));

  it("any number that it holds", () => {
    fc.assert(
      fc.property(small, turn, (number, angle) => {
        expect(look(read(linear(databarLimited(number), 10), angle))).toEqual(one("databar_limited", `01${number}`));
      }),
      RUNS,
    );
  });
});

describe("GS1 DataBar Expanded round trips", () => {
  const charsOf = (alphabet: string, maxLength: number) =>
    fc.array(fc.constantFrom(...alphabet), { minLength: 1, maxLength }).map((all) => all.join(""));
  const numeric = "0123456789";
  const alphanumeric = `${numeric}ABCDEFGHIJKLMNOPQRSTUVWXYZ*,-./`;
  const anything = `${alphanumeric}abcdefghijklmnopqrstuvwxyz!"%&'+:;<=>?_ `;
  const field = (maxLength: number) =>
    fc.oneof(charsOf(numeric, maxLength), charsOf(alphanumeric, maxLength), charsOf(anything, maxLength));

  it("any mix of encodations, in rows of any length", () => {
    fc.assert(
      fc.property(field(20), field(12), fc.constantFrom(0, 2, 4, 6, 8), turn, (batch, serial, segments, angle) => {
        // The writer takes a bracket for the beginning of an identifier and a caret for an escape.
        const elements = `(10)${batch}(21)${serial}`;
        const text = `10${batch}\u001d21${serial}`;
        const symbol =
          segments === 0 ? linear(databarExpanded(elements), 34) : databarExpandedStacked(elements, segments);
        expect(look(read(symbol, angle))).toEqual(one("databar_expanded", text));
      }),
      { numRuns: 25, seed: 724 },
    );
  });

  it("an item with anything behind it", () => {
    fc.assert(
      fc.property(gtin, field(16), (number, batch) => {
        const [barcode] = read(linear(databarExpanded(`(01)${number}(10)${batch}`)));
        expect(barcode?.rawValue).toBe(`01${number}10${batch}`);
      }),
      RUNS,
    );
  });

  it("tells that a 2D component belongs to it", () => {
    const details = (bars: Bars) => read(linear(bars))[0]?.details.isLinked;
    expect(details(databar("00012345678905", true))).toBe(true);
    expect(details(databarLimited("00012345678905", true))).toBe(true);
    expect(details(databarExpanded("(10)12A", true))).toBe(true);
    expect(details(databar("00012345678905"))).toBeUndefined();
  });

  it("numbers its rows and characters", () => {
    const [barcode] = read(databarExpandedStacked("(01)90012345678908(10)ABC123456", 4));
    expect(barcode?.details).toMatchObject({ rows: 3, columns: 10 });
  });

  const texts = [
    "(01)90012345678908(3103)001750",
    "(01)90012345678908(3202)000156",
    "(01)90012345678908(3203)012767",
    "(01)90012345678908(3922)795",
    "(01)90012345678908(3932)0401234",
    "(01)90012345678908(3103)012233(15)991231",
    "(01)90012345678908(3203)012233(11)991231",
    "(01)90012345678908(3109)012233(17)991231",
    "(01)00012345678905(10)ABC123",
    "(10)12A",
    "(10)1a2B-_ /?(21)99",
  ];
  it.each(texts)("%s, in one row and in several", (elements) => {
    const expected = elements.replace(/^\((\d+)\)|\((\d+)\)/g, "$1$2").replace("/?21", "/?\u001d21");
    expect(look(read(linear(databarExpanded(elements))))).toEqual(one("databar_expanded", expected));
    for (const segments of [2, 4, 6]) {
      expect(look(read(databarExpandedStacked(elements, segments)))).toEqual(one("databar_expanded", expected));
    }
  });
});
