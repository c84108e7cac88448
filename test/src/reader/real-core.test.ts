/** The reader over the real core in Node: files in, values and counts out; the worker; what holds nothing. */
import { existsSync } from "node:fs";
import { toBuffer } from "bwip-js/node";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildWasm } from "../../../scripts/build-wasm.mjs";
import { BarcodeReader } from "../../../src/barcode-reader.js";

let reader: BarcodeReader;
beforeAll(async () => {
  if (!existsSync("wasm/core.simd.wasm")) await buildWasm("release", "wasm");
  reader = await BarcodeReader.create();
}, 120_000);
afterAll(() => reader.close());

const symbol = async (bcid: string, text: string): Promise<Buffer> =>
  toBuffer({ bcid, text, scale: 4, paddingwidth: 12, paddingheight: 12, backgroundcolor: "FFFFFF" });

async function sheet(): Promise<Sharp> {
  return sharp({ create: { width: 1000, height: 500, channels: 3, background: "white" } }).composite([
    { input: await symbol("qrcode", "https://example.com/Ä"), left: 30, top: 30 },
    { input: await symbol("ean13", "4006381333931"), left: 480, top: 30 },
  ]);
}

const values = async (source: Parameters<BarcodeReader["read"]>[0], options = {}) =>
  (await reader.read(source, options)).map(({ format, rawValue }) => `${format} ${rawValue}`).sort();

const BOTH = ["ean_13 4006381333931", "qr_code https://example.com/Ä"];

test("R50 R51 two codes on one sheet are read, and counted once each in each call", async () => {
  const own = await BarcodeReader.create({ now: () => Date.UTC(2026, 10, 21) });
  const png = await (await sheet()).png().toBuffer();
  expect((await own.read(png)).length).toBe(2);
  expect(await own.meter.usage()).toEqual([{ day: "2026-11-21", total: 2, formats: { qr_code: 1, ean_13: 1 } }]);
  await own.read(png, { formats: ["ean_13"] });
  expect(await own.meter.usage()).toEqual([{ day: "2026-11-21", total: 3, formats: { qr_code: 1, ean_13: 2 } }]);
  await own.close();
});

describe("R58 what is filtered is not read", () => {
  test.each<[string, object, string[]]>([
    ["formats", { formats: ["qr_code"] }, ["qr_code https://example.com/Ä"]],
    ["a region", { region: { left: 45, top: 0, right: 100, bottom: 100 } }, ["ean_13 4006381333931"]],
    ["a pattern", { textPattern: /\d{13}/ }, ["ean_13 4006381333931"]],
    ["a length", { minTextLength: 14 }, ["qr_code https://example.com/Ä"]],
    ["nothing", {}, BOTH],
  ])("%s", async (_, options, expected) => {
    expect(await values(await (await sheet()).png().toBuffer(), options)).toEqual(expected);
  });
});

test("a transparent ground is white, 16 bits and CMYK are read", async () => {
  const flat = await (await sheet()).png().toBuffer();
  const ink = await sharp(flat).greyscale().negate().raw().toBuffer();
  const rgba = Buffer.alloc(ink.length * 4);
  for (let i = 0; i < ink.length; i++) rgba[i * 4 + 3] = ink[i] as number;
  const raw = { width: 1000, height: 500, channels: 4 as const };
  expect(await values(await sharp(rgba, { raw }).png().toBuffer())).toEqual(BOTH);
  expect(await values({ data: new Uint8Array(rgba), width: 1000, height: 500 })).toEqual(BOTH);
  expect(await values(await sharp(flat).toColourspace("rgb16").png().toBuffer())).toEqual(BOTH);
  expect(await values(await sharp(flat).toColourspace("cmyk").jpeg().toBuffer())).toEqual(BOTH);
});

test("cameras' RGBX, whose fourth byte is zero, is read", async () => {
  const rgba = new Uint8Array(await (await sheet()).ensureAlpha().raw().toBuffer());
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 0;
  expect(await values({ data: rgba, width: 1000, height: 500 })).toEqual(BOTH);
});

test("an SVG of a symbol a few pixels wide is read, in its own coordinates", async () => {
  const { toSVG } = await import("bwip-js/node");
  const svg = toSVG({
    bcid: "qrcode",
    text: "vector",
    scale: 1,
    paddingwidth: 4,
    paddingheight: 4,
    backgroundcolor: "FFFFFF",
  });
  const [barcode] = await reader.read(Buffer.from(svg.replace("<svg ", '<svg width="29" height="29" ')));
  expect(barcode?.rawValue).toBe("vector");
  const { left = 0, right = 0 } = barcode?.boundingBox ?? {};
  expect(left > 2 && right < 27 && right - left > 18).toBe(true);
});

test.each([
  [1, 1],
  [1, 3000],
  [3000, 1],
  [2, 2],
  [7, 3],
])("%i × %i pixels hold nothing", async (width, height) => {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => (i * 97) & 255);
  expect(await reader.read({ data, width, height })).toEqual([]);
  expect(await reader.read({ data, width, height, layout: "grey" })).toEqual([]);
});

test("whatever the pixels, nothing traps", async () => {
  const size = fc.integer({ min: 1, max: 80 });
  await fc.assert(
    fc.asyncProperty(size, size, fc.integer(), fc.constantFrom(0, 5), async (width, height, seed, pad) => {
      let state = seed >>> 0;
      const data = Uint8Array.from({ length: (width + pad) * height }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state >>> 24;
      });
      const found = await reader.read({ data, width, height, stride: width + pad, layout: "grey" });
      expect(Array.isArray(found)).toBe(true);
    }),
    { seed: 11, numRuns: 150 },
  );
});
