/** The decoder that stands in where there is no WebAssembly: what it maps, in every quarter turn. */
import { describe, expect, test } from "vitest";
import type { DecodedImage } from "../../../src/engine/engine.js";
import { readLuma } from "../../../src/engine/fallback-reader.js";
import { type Turns, turned, unturned } from "../../../src/engine/fallback-turn.js";
import { sceneOf } from "../../scenes/index.js";
import { code128, drawn, ean8, ean13, type Modules, qrCode, upcA } from "../../symbols/index.js";

function imageOf(symbol: Modules, moduleSize = 3): DecodedImage {
  const scene = sceneOf(symbol, { moduleSize });
  return { data: new Uint8ClampedArray(scene.data), width: scene.width, height: scene.height };
}

const ORIGIN = { x: 0, y: 0 };

describe("readLuma", () => {
  const SYMBOLS = [
    ["qr_code", qrCode("HELLO"), "HELLO", "]Q1"],
    ["ean_13", drawn(ean13("4006381333931")), "4006381333931", "]E0"],
    ["ean_8", drawn(ean8("96385074")), "96385074", "]E4"],
    ["upc_a", drawn(upcA("036000291452")), "036000291452", "]E0"],
    ["code_128", drawn(code128("Tally")), "Tally", "]C0"],
  ] as const;
  test.each(SYMBOLS)("%s", (format, symbol, text, symbologyIdentifier) => {
    const [barcode, ...more] = readLuma(imageOf(symbol), ORIGIN, { formats: [format] });
    expect(more).toEqual([]);
    expect(barcode).toMatchObject({ format, rawValue: text, symbologyIdentifier });
    expect(String.fromCharCode(...(barcode?.bytes ?? []))).toBe(text);
  });

  test.each([0, 1, 2, 3] as const)("a linear symbol after %i quarter turns lies where it is", (turns) => {
    const upright = imageOf(drawn(ean13("4006381333931")));
    const image = turned(upright, turns);
    const [barcode] = readLuma(image, { x: 1000, y: 2000 }, { formats: ["ean_13"] });
    expect(barcode?.rawValue).toBe("4006381333931");
    const inside = unturned({ x: 0, y: 0 }, 0, image);
    expect(inside).toEqual({ x: 0, y: 0 });
    const box = barcode?.boundingBox;
    expect(Math.abs((box?.left ?? 0) + (box?.right ?? 0) - 2000 - image.width)).toBeLessThan(8);
    expect(Math.abs((box?.top ?? 0) + (box?.bottom ?? 0) - 4000 - image.height)).toBeLessThan(8);
  });

  test("a light symbol on a dark ground is read unless that is switched off", () => {
    const { data, width, height } = imageOf(qrCode("INVERTED"));
    const negative = { data: data.map((tone) => 255 - tone), width, height };
    expect(readLuma(negative, ORIGIN, {})).toMatchObject([{ rawValue: "INVERTED", isInverted: true }]);
    expect(readLuma(negative, ORIGIN, { inverted: false })).toEqual([]);
  });

  test("the image is not touched", () => {
    const image = imageOf(qrCode("HELLO"));
    const before = image.data.slice();
    readLuma(image, ORIGIN, {});
    expect(image.data).toEqual(before);
  });
});

describe("quarter turns", () => {
  test.each([1, 2, 3] as const)("%i: every pixel comes back to its place", (turns: Turns) => {
    const image = { data: Uint8ClampedArray.from({ length: 12 }, (_, index) => index), width: 4, height: 3 };
    const there = turned(image, turns);
    for (let y = 0; y < there.height; y++) {
      for (let x = 0; x < there.width; x++) {
        const from = unturned({ x: x + 0.5, y: y + 0.5 }, turns, image);
        expect(image.data[Math.floor(from.y) * 4 + Math.floor(from.x)]).toBe(there.data[y * there.width + x]);
      }
    }
  });
});
