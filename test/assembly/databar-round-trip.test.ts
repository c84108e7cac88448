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
} from "../symbols/index.js";
import { Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

let core: Probe;
beforeAll(async () => {
  core = await Probe.load("simd");
});

const idOf = (name: string): number => formatByName(name)?.id as number;
const DATABAR = ["databar", "databar_limited", "databar_expanded"].map(idOf);

function read(symbol: Modules, rotation = 0, thorough = true): readonly Barcode[] {
  const moduleSize = 2;
  const width = (symbol.width + 2 * symbol.quiet.x) * moduleSize + 32;
  const height = (symbol.height + 2 * symbol.quiet.y) * moduleSize + 32;
  const [w, h] = rotation % 180 === 0 ? [width, height] : [height, width];
  const symbols = [{ symbol, moduleSize, rotation }];
  return readFrame(core, renderScene({ width: w, height: h, symbols }), { formats: DATABAR, thorough });
}

const linear = (bars: Bars, height = 33): Modules => drawn(bars, height);
const look = (barcodes: readonly Barcode[]) =>
  barcodes.map((b) => ({ format: b.format, text: b.rawValue, aim: b.symbologyIdentifier, gs1: b.details.isGs1 }));

const gtin = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 13, maxLength: 13 })
  .map((digits) => digits.join(""))
  .map((number) => number + gtinCheckDigit(number));
const turn = fc.constantFrom(0, 90, 180, 270);
const RUNS = { numRuns: 40, seed: 24724 };
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
        expect(look(read(databarStacked(number), angle))).toEqual(one("databar", `01${number}`));
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
  it.each(texts)("%s", (elements) => {
    const expected = elements.replace(/^\((\d+)\)|\((\d+)\)/g, "$1$2").replace("/?21", "/?\u001d21");
    expect(look(read(linear(databarExpanded(elements))))).toEqual(one("databar_expanded", expected));
    for (const segments of [2, 4, 6]) {
      expect(look(read(databarExpandedStacked(elements, segments)))).toEqual(one("databar_expanded", expected));
    }
  });
});
