/** What tells linear symbols from texture and from parts of longer ones: each rule from both its sides. */
import { beforeAll, describe, expect, it } from "vitest";
import type { BarcodeFormat } from "../../src/formats.js";
import { DEFAULT_FORMATS, formatByName } from "../../src/formats.js";
import { renderScene } from "../scenes/index.js";
import { type Bars, barsToModules, bwipBars, ean8, gtinCheckDigit, seededRandom } from "../symbols/index.js";
import { Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

let core: Probe;
beforeAll(async () => {
  core = await Probe.load("simd");
});

const idsOf = (names: readonly BarcodeFormat[]): number[] => names.map((name) => formatByName(name)?.id as number);

interface Look {
  /** Formats named; those looked for by default where left out. */
  readonly formats?: readonly BarcodeFormat[];
  readonly spread?: number;
  /** Modules of light that the frame shows on the left and on the right. */
  readonly left?: number;
  readonly right?: number;
  readonly thorough?: boolean;
}

/** Formats and texts read from bars on white, three pixels a module, and from the same upside down. */
function readBars(bars: Bars, { formats, spread = 0, left = 12, right = 12, thorough = true }: Look = {}): string[] {
  const moduleSize = 3 / Math.min(...bars.widths);
  const symbol = barsToModules(bars, Math.ceil(120 / moduleSize));
  const narrow = 3;
  const width = Math.round(symbol.width * moduleSize + (left + right) * narrow);
  const center = { x: left * narrow + (symbol.width * moduleSize) / 2, y: 60 };
  const found = [0, 180].flatMap((rotation) => {
    const at = rotation === 0 ? center : { x: width - center.x, y: 60 };
    const symbols = [{ symbol, moduleSize, rotation, center: at, spread }];
    const scene = renderScene({ width, height: 120, symbols, noise: 4, seed: 3 });
    const ids = idsOf(formats ?? DEFAULT_FORMATS);
    return readFrame(core, scene, { formats: ids, named: formats !== undefined, thorough });
  });
  return found.map((barcode) => `${barcode.format} ${barcode.rawValue}`);
}

const twice = (text: string): string[] => [text, text];
const itf = (text: string): Bars => bwipBars("interleaved2of5", text, 10);
const codabar = (text: string): Bars => bwipBars("rationalizedCodabar", text, 10);
/** One element made wide instead of narrow, or the other way round. */
const changed = (bars: Bars, element: number): Bars => {
  const [narrow, wide] = [Math.min(...bars.widths), Math.max(...bars.widths)];
  return { ...bars, widths: bars.widths.map((w, k) => (k !== element ? w : w === narrow ? wide : narrow)) };
};

describe("short and uniform symbols without a check character (R54)", () => {
  it.each([
    ["itf", "2738", itf("2738")],
    ["itf", "272727", itf("272727")],
    ["codabar", "A273B", codabar("A273B")],
    ["codabar", "A22222B", codabar("A22222B")],
  ] as const)("%s is read where it is named: %s", (format, text, bars) => {
    expect(readBars(bars, { formats: [format] })).toEqual(twice(`${format} ${text}`));
    expect(readBars(bars)).toEqual([]);
  });

  it.each([
    ["itf", "273849", itf("273849")],
    ["codabar", "A2738B", codabar("A2738B")],
  ] as const)("%s of more characters is read by default: %s", (format, text, bars) => {
    expect(readBars(bars)).toEqual(twice(`${format} ${text}`));
  });
});

describe("form of start and stop pattern", () => {
  const text = "2738490516";
  const last = itf(text).widths.length - 1;
  it.each([0, 1, 2, 3, last - 2, last - 1, last])("ITF is not read with element %d of the other width", (element) => {
    expect(readBars(changed(itf(text), element), { formats: ["itf"] })).not.toContain(`itf ${text}`);
  });

  it("ITF is not read from its other end, whatever the ink spread", () => {
    const random = seededRandom(54);
    for (let k = 0; k < 12; k++) {
      const number = Array.from({ length: 10 }, () => random.int(0, 9)).join("");
      const bars = itf(number);
      const widths = bars.widths.map((w) => (w === Math.min(...bars.widths) ? 2 : 4));
      const spread = random.between(-0.4, 0.4);
      const found = readBars({ ...bars, widths, quiet: 20 }, { formats: ["itf"], spread });
      expect(new Set(found), `${number} ${spread}`).toEqual(new Set([`itf ${number}`]));
    }
  });
});

describe("light beside a short symbol", () => {
  const number = `9638507${gtinCheckDigit("9638507")}`;
  it.each([
    [7, 7, true, 2],
    [3.5, 7, true, 2],
    [1, 7, true, 0],
    [7, 1, true, 0],
    // Cropped around the symbol, which a live frame never is.
    [1, 1, true, 2],
    [1, 1, false, 0],
  ] as const)("EAN-8 with %d and %d modules, still: %s, is read %d times of two", (left, right, thorough, times) => {
    expect(readBars(ean8(number), { left, right, thorough })).toEqual(
      Array.from({ length: times }, () => `ean_8 ${number}`),
    );
  });
});

describe("parts of GS1 DataBar", () => {
  const number = "0868981674188";
  const all = bwipBars("databaromni", `(01)${number}${gtinCheckDigit(number)}`, 10);
  const widths = all.widths.slice(2);
  it("says its number whole", () => {
    expect(readBars({ ...all, widths })).toEqual(twice(`databar 01${number}${gtinCheckDigit(number)}`));
  });
  it.each([4, 6, 8, 10])("says nothing without its first %d elements", (missing) => {
    expect(readBars({ ...all, widths: widths.slice(missing) })).toEqual([]);
  });
});
