/** The result block as barcodes: every field, and blocks that contradict themselves. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as abi from "../../../assembly/abi/layout.js";
import { parseResult } from "../../../src/engine/result.js";
import { ScanError } from "../../../src/errors.js";
import { type SymbolFields, writeBlock } from "./result-block.js";

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));

describe("parseResult", () => {
  test("an empty block is an empty list", () => {
    expect(parseResult(writeBlock([]))).toEqual([]);
  });

  test("a QR Code carries everything its record says", () => {
    const qr: SymbolFields = {
      format: 0,
      flags: abi.SYMBOL_MIRRORED | abi.SYMBOL_INVERTED | abi.SYMBOL_GS1 | abi.SYMBOL_HAS_APPEND,
      confidence: 77,
      orientation: 12.5,
      corners: [10, 20, 110, 21, 109, 120, 9, 119],
      bytes: [...ascii("A1"), 0xc3, 0xa9],
      segments: [
        [abi.ECI_ASCII, 0, 2],
        [26, 2, 2],
      ],
      modifier: "5",
      append: [1, 3, 0xab],
      words: {
        [abi.RECORD_VERSION]: 7,
        [abi.RECORD_ROWS]: 45,
        [abi.RECORD_COLUMNS]: 45,
        [abi.RECORD_EC_LEVEL]: 2,
        [abi.RECORD_EC_USED]: 0.25,
        [abi.RECORD_MASK]: 0,
        [abi.RECORD_MODEL]: 2,
        [abi.RECORD_MODULE_SIZE]: 2.5,
      },
    };
    expect(parseResult(writeBlock([qr]), { x: 100, y: 200 })).toEqual([
      {
        format: "qr_code",
        rawValue: "A1é",
        boundingBox: { x: 109, y: 220, width: 101, height: 100, left: 109, top: 220, right: 210, bottom: 320 },
        cornerPoints: [
          { x: 110, y: 220 },
          { x: 210, y: 221 },
          { x: 209, y: 320 },
          { x: 109, y: 319 },
        ],
        bytes: Uint8Array.from([65, 49, 0xc3, 0xa9]),
        symbologyIdentifier: "]Q5",
        segments: [
          { eci: undefined, bytes: Uint8Array.from([65, 49]), text: "A1" },
          { eci: 26, bytes: Uint8Array.from([0xc3, 0xa9]), text: "é" },
        ],
        confidence: 77,
        orientation: 12.5,
        isMirrored: true,
        isInverted: true,
        structuredAppend: { index: 1, count: 3, id: "171" },
        details: {
          version: 7,
          rows: 45,
          columns: 45,
          errorCorrectionLevel: "Q",
          errorCorrectionUsed: 0.25,
          mask: 0,
          model: 2,
          moduleSize: 2.5,
          isGs1: true,
        },
      },
    ]);
  });

  test("a linear symbol has no fields that its symbology lacks", () => {
    const ean: SymbolFields = {
      format: 1,
      flags: abi.SYMBOL_HAS_ADD_ON,
      bytes: ascii("4006381333931"),
      segments: [[abi.ECI_ASCII, 0, 13]],
      modifier: "3",
      addOn: "52495",
      words: { [abi.RECORD_SCAN_LINES]: 9, [abi.RECORD_MODULE_SIZE]: 1.5 },
    };
    const [barcode] = parseResult(writeBlock([ean]));
    expect(barcode).toMatchObject({ format: "ean_13", rawValue: "4006381333931", addOn: "52495" });
    expect(barcode?.symbologyIdentifier).toBe("]E3");
    expect(barcode?.details).toEqual({ scanLines: 9, moduleSize: 1.5 });
    expect(barcode && "structuredAppend" in barcode).toBe(false);
  });

  test("results are structured-cloneable, and their bytes do not hold the block", () => {
    const block = writeBlock([{ bytes: ascii("x") }]);
    const [barcode] = parseResult(block);
    expect(structuredClone(barcode)).toEqual(barcode);
    expect(barcode?.bytes.buffer.byteLength).toBe(1);
  });

  test("a block of another version is a mismatch", () => {
    const block = writeBlock([]);
    new DataView(block).setInt32(0, abi.ABI_VERSION + 1, true);
    expect(() => parseResult(block)).toThrow(expect.objectContaining({ code: "wasm_mismatch" }));
  });

  test("whatever is wrong with a block, the error is a ScanError", () => {
    const good = writeBlock([
      { bytes: ascii("HELLO"), segments: [[26, 0, 5]] },
      { format: 5, bytes: ascii("1") },
    ]);
    const words = good.byteLength / 4;
    fc.assert(
      fc.property(fc.nat(words - 1), fc.integer(), fc.nat(good.byteLength), (index, value, length) => {
        const block = good.slice(0, length);
        if ((index + 1) * 4 <= length) new DataView(block).setInt32(index * 4, value, true);
        try {
          for (const { rawValue } of parseResult(block)) expect(typeof rawValue).toBe("string");
        } catch (error) {
          expect(error).toBeInstanceOf(ScanError);
        }
      }),
      { seed: 20261121, numRuns: 2000 },
    );
  });
});
