/** The reader over an engine that answers as told: options, counting, coordinates, the decoded image, its life. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BarcodeReader } from "../../../src/barcode-reader.js";
import { type Meter, openMeter } from "../../../src/metering/meter.js";
import { MeteredEngine } from "../../../src/metering/metered-engine.js";
import type { RawPixels } from "../../../src/types.js";
import { barcode, FakeEngine } from "./fake-engine.js";

const image: RawPixels = { data: new Uint8Array(200 * 100), width: 200, height: 100, layout: "grey" };

const NOW = Date.UTC(2026, 10, 21, 12);

let engine: FakeEngine;
let meter: Meter;
let reader: BarcodeReader;
beforeEach(async () => {
  engine = new FakeEngine();
  meter = await openMeter({ now: () => NOW });
  reader = new BarcodeReader({ engine: new MeteredEngine(engine, meter), meter, now: () => NOW });
});
afterEach(() => reader.close());

test("nothing found is an empty array", async () => {
  expect(await reader.read(image)).toEqual([]);
});

test("what the engine found comes back as it is", async () => {
  engine.answer = async () => ({ barcodes: [barcode("A"), barcode("B")] });
  expect(await reader.read(image)).toEqual([barcode("A"), barcode("B")]);
});

describe("options", () => {
  test("a call's options go over the reader's, field by field, for this call only", async () => {
    const own = new BarcodeReader({ engine, meter }, { formats: ["ean_13"], minConfidence: 60, effort: "fast" });
    await own.read(image, { minConfidence: 10 });
    await own.read(image, { formats: ["qr_code"], minConfidence: undefined } as never);
    await own.read(image);
    expect(engine.requests.map(({ options }) => [options.formats, options.minConfidence, options.effort])).toEqual([
      [["ean_13"], 10, "fast"],
      [["qr_code"], 60, "fast"],
      [["ean_13"], 60, "fast"],
    ]);
  });

  test("stills are read thoroughly by default, and have no time window", async () => {
    await reader.read(image);
    expect(engine.requests[0]).toMatchObject({ options: { effort: "thorough" }, sighting: { at: NOW } });
    expect(engine.requests[0]?.sighting.stream).toBeUndefined();
  });

  test("R58 the region reaches the engine, clipped or not", async () => {
    await reader.read(image, { region: { left: 150, top: 0, right: 900, bottom: 50, unit: "pixel" } });
    expect(engine.requests[0]?.options.region).toEqual([{ left: 150, top: 0, right: 900, bottom: 50, unit: "pixel" }]);
  });
});

describe("counting", () => {
  const countOf = async () => (await meter.usage()).reduce((sum, day) => sum + day.total, 0);

  test("R50 R51 R53 one call counts each value of each format once", async () => {
    engine.answer = async () => ({ barcodes: [barcode("A"), barcode("A"), barcode("B"), barcode("A", "code_128")] });
    await reader.read(image);
    expect(await countOf()).toBe(3);
  });

  test("each call counts anew: a still has no forget time", async () => {
    engine.answer = async () => ({ barcodes: [barcode("A")] });
    await reader.read(image);
    await reader.read(image);
    expect(await countOf()).toBe(2);
  });
});

describe("R16 R17 the decoded image", () => {
  test("is handed out only where it was asked for", async () => {
    expect(await reader.readDetailed(image)).not.toHaveProperty("decodedImage");
    expect(engine.requests[0]?.keepImage).toBe(false);
    const { decodedImage } = await reader.readDetailed(image, { keepDecodedImage: true });
    expect(decodedImage).toMatchObject({ width: 200, height: 100 });
    expect(await reader.readDetailed(image)).not.toHaveProperty("decodedImage");
  });
});

test("a vector image's coordinates are those of its own size, for regions as for results", async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="64"/>`;
  engine.answer = async () => ({ barcodes: [barcode("A")] });
  const result = await reader.readDetailed(Buffer.from(svg), {
    region: [{ left: 16, top: 8, right: 32, bottom: 24, unit: "pixel" }],
  });
  expect(engine.requests[0]?.source).toMatchObject({ width: 1024, height: 512 });
  expect(engine.requests[0]?.options.region).toEqual([{ left: 128, top: 64, right: 256, bottom: 192, unit: "pixel" }]);
  expect([result.width, result.height]).toEqual([128, 64]);
  expect(result.barcodes[0]).toMatchObject({
    boundingBox: { x: 5, y: 2.5, width: 10, height: 7.5, top: 2.5, right: 15, bottom: 10, left: 5 },
    cornerPoints: [
      { x: 5, y: 2.5 },
      { x: 15, y: 2.5 },
      { x: 15, y: 10 },
      { x: 5, y: 10 },
    ],
    details: { moduleSize: 0.5 },
  });
});

test("the caller's buffers are left alone unless given away", async () => {
  const data = new Uint8Array(100);
  await reader.read({ data, width: 10, height: 10, layout: "grey" });
  await reader.read({ data, width: 10, height: 10, layout: "grey" }, { transfer: true });
  expect(engine.requests.map(({ source }) => source.kind === "pixels" && source.transferable)).toEqual([false, true]);
});

test("many reads at once do not mix", async () => {
  engine.answer = async ({ source }) => ({ barcodes: [barcode(String(source.width))] });
  const widths = Array.from({ length: 20 }, (_, i) => i + 1);
  const results = await Promise.all(
    widths.map(async (width) =>
      reader.read(
        await sharp({ create: { width, height: 5, channels: 3, background: "white" } })
          .png()
          .toBuffer(),
      ),
    ),
  );
  expect(results.map(([found]) => found?.rawValue)).toEqual(widths.map(String));
});

test("await using closes the reader", async () => {
  const own = new BarcodeReader({ engine, meter });
  await own[Symbol.asyncDispose]();
  await expect(own.read(image)).rejects.toMatchObject({ code: "closed" });
  expect(engine.closed).toBe(1);
});

test("importing touches no browser global: safe under SSR", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tallymark-ssr-"));
  const file = join(folder, "reader.mjs");
  try {
    await build({
      entryPoints: ["src/barcode-reader.ts"],
      outfile: file,
      bundle: true,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      external: ["./fallback-reader.js", "sharp", "node:*"],
      logLevel: "silent",
    });
    const names = ["document", "window", "location", "Image", "OffscreenCanvas", "Worker", "indexedDB", "localStorage"];
    const trap = `for (const name of ${JSON.stringify(names)})
      Object.defineProperty(globalThis, name, { get() { throw new Error("import touched " + name); } });
      console.log(Object.keys(await import(${JSON.stringify(pathToFileURL(file).href)})).join());`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-"], { input: trap, encoding: "utf8" });
    expect(out.trim()).toBe("BarcodeReader");
  } finally {
    await rm(folder, { recursive: true });
  }
});
