/** Random contents of every linear format, drawn clean: what is read is what was written, to the byte (ISO/IEC 15420, 15417). */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Barcode } from "../../src/types.js";
import { renderScene } from "../scenes/index.js";
import {
  type Bars,
  barsWidth,
  code128,
  code128WithFunctions,
  drawn,
  ean8,
  ean13,
  gs1Code128,
  payloads,
  upcA,
  upcE,
} from "../symbols/index.js";
import { LINEAR } from "./linear-symbols.js";
import { Probe } from "./probe.js";
import { readFrame } from "./read-frame.js";

let core: Probe;
beforeAll(async () => {
  core = await Probe.load("simd");
});

const [EAN_13, EAN_8, UPC_A, UPC_E, CODE_128] = LINEAR as [number, number, number, number, number];

function read(bars: Bars, formats: readonly number[], rotation = 0): readonly Barcode[] {
  const width = Math.ceil((barsWidth(bars) + 2 * bars.quiet) * 2) + 16;
  const symbols = [{ symbol: drawn(bars, 30), moduleSize: 2, rotation }];
  return readFrame(core, renderScene({ width, height: 100, symbols }), { formats, thorough: false });
}

const latin1 = (barcode: Barcode | undefined): string => Buffer.from(barcode?.bytes ?? []).toString("latin1");

/** What retail tests look at. */
const retail = (barcodes: readonly Barcode[]) =>
  barcodes.map((b) => ({ format: b.format, text: latin1(b), addOn: b.addOn ?? "", aim: b.symbologyIdentifier }));

const upsideDown = fc.constantFrom(0, 180);
const RUNS = { numRuns: 60, seed: 15420 };

describe("EAN and UPC round trips", () => {
  it("EAN-13 with any add-on", () => {
    fc.assert(
      fc.property(payloads.ean13Number, payloads.addOn, upsideDown, (text, addOn, turn) => {
        fc.pre(text[0] !== "0");
        const aim = addOn === "" ? "]E0" : "]E3";
        expect(retail(read(ean13(text, addOn), LINEAR, turn))).toEqual([{ format: "ean_13", text, addOn, aim }]);
      }),
      RUNS,
    );
  });

  it("UPC-A with any add-on", () => {
    fc.assert(
      fc.property(payloads.upcANumber, payloads.addOn, upsideDown, (text, addOn, turn) => {
        const aim = addOn === "" ? "]E0" : "]E3";
        expect(retail(read(upcA(text, addOn), LINEAR, turn))).toEqual([{ format: "upc_a", text, addOn, aim }]);
      }),
      RUNS,
    );
  });

  it("UPC-E of both number systems with any add-on", () => {
    fc.assert(
      fc.property(payloads.upcENumbers, payloads.addOn, upsideDown, (text, addOn, turn) => {
        const aim = addOn === "" ? "]E0" : "]E3";
        expect(retail(read(upcE(text, addOn), LINEAR, turn))).toEqual([{ format: "upc_e", text, addOn, aim }]);
      }),
      RUNS,
    );
  });

  it("EAN-8", () => {
    fc.assert(
      fc.property(payloads.ean8Number, upsideDown, (text, turn) => {
        expect(retail(read(ean8(text), LINEAR, turn))).toEqual([{ format: "ean_8", text, addOn: "", aim: "]E4" }]);
      }),
      RUNS,
    );
  });

  it("an EAN-13 with a leading zero is a UPC-A where that is asked for, else itself", () => {
    const bars = upcA("036000291452");
    expect(retail(read(bars, [EAN_13, UPC_A]))[0]).toMatchObject({ format: "upc_a", text: "036000291452" });
    expect(retail(read(bars, [UPC_A]))[0]).toMatchObject({ format: "upc_a", text: "036000291452" });
    expect(retail(read(bars, [EAN_13]))[0]).toMatchObject({ format: "ean_13", text: "0036000291452" });
    expect(read(bars, [EAN_8, UPC_E, CODE_128])).toEqual([]);
    expect(read(ean13("4006381333931"), [UPC_A])).toEqual([]);
  });
});

describe("Code 128 round trips", () => {
  it("texts of all code sets, shifts and FNC4", () => {
    fc.assert(
      fc.property(payloads.code128Text, upsideDown, (text, turn) => {
        const [barcode, ...rest] = read(code128(text), LINEAR, turn);
        expect(rest).toEqual([]);
        expect(barcode?.format).toBe("code_128");
        expect(latin1(barcode)).toBe(text);
        expect(barcode?.rawValue).toBe(text);
        expect(barcode?.symbologyIdentifier).toBe("]C0");
        expect(barcode?.details.isGs1 ?? false).toBe(false);
      }),
      { numRuns: 150, seed: 15417 },
    );
  });

  it("GS1-128: FNC1 in first place, and between element strings as GS", () => {
    const [barcode] = read(gs1Code128("(01)09521234543213(10)ABC123(21)456"), LINEAR);
    expect(latin1(barcode)).toBe("010952123454321310ABC123\u001d21456");
    expect(barcode?.symbologyIdentifier).toBe("]C1");
    expect(barcode?.details.isGs1).toBe(true);
  });

  it.each([
    ["A^FNC1234567", "A234567"],
    ["12^FNC13456", "123456"],
  ])("FNC1 in second place of %s is an application's own standard", (source, text) => {
    const [barcode] = read(code128WithFunctions(source), LINEAR);
    expect(latin1(barcode)).toBe(text);
    expect(barcode?.symbologyIdentifier).toBe("]C2");
    expect(barcode?.details.isGs1 ?? false).toBe(false);
  });

  it("FNC2 and FNC3 are messages to the reader, not data", () => {
    const [setUp] = read(code128WithFunctions("^FNC3ABC"), LINEAR);
    expect(latin1(setUp)).toBe("ABC");
    expect(setUp?.details.isReaderInit).toBe(true);
    const [part] = read(code128WithFunctions("^FNC2ABC"), LINEAR);
    expect(latin1(part)).toBe("ABC");
    expect(part?.details.isReaderInit).toBeUndefined();
  });

  it("names Latin-1 as the character set where FNC4 is used, ASCII elsewhere", () => {
    expect(read(code128("Gr\u00fc\u00dfe"), LINEAR)[0]?.segments.map(({ eci }) => eci)).toEqual([3]);
    expect(read(code128("Gruesse"), LINEAR)[0]?.segments).toHaveLength(1);
  });
});
