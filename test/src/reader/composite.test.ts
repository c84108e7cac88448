/** GS1 Composite through the reader and the real core: which symbols are looked for, reported and counted. */
import { existsSync } from "node:fs";
import { toBuffer } from "bwip-js/node";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as abi from "../../../assembly/abi/layout.js";
import { buildWasm } from "../../../scripts/build-wasm.mjs";
import { BarcodeReader } from "../../../src/barcode-reader.js";
import { symbolLimit } from "../../../src/engine/options-block.js";
import { parseResult } from "../../../src/engine/result.js";
import type { BarcodeFormat } from "../../../src/formats.js";
import { writeBlock } from "../engine/result-block.js";

let reader: BarcodeReader;
beforeAll(async () => {
  if (!existsSync("wasm/core.simd.wasm")) await buildWasm("release", "wasm");
  reader = await BarcodeReader.create({ now: () => Date.UTC(2026, 10, 21) });
}, 120_000);
afterAll(() => reader.close());

const symbol = (bcid: string, text: string): Promise<Buffer> =>
  toBuffer({ bcid, text, scale: 3, paddingwidth: 12, paddingheight: 12, backgroundcolor: "FFFFFF" });

const composite = (): Promise<Buffer> => symbol("ean13composite", "9520123456788|(17)261231(10)LOT7");
const WHOLE = "01095201234567881726123110LOT7";

const values = async (source: Buffer, formats?: readonly BarcodeFormat[], maxSymbols = 0) =>
  (await reader.read(source, { maxSymbols, ...(formats && { formats }) })).map(
    ({ format, rawValue }) => `${format} ${rawValue}`,
  );

describe("GS1 Composite", () => {
  test("R54: both components are one symbol and one scan where the format is named", async () => {
    const image = await composite();
    const [barcode, ...rest] = await reader.read(image, { formats: ["gs1_composite"] });
    expect(rest).toEqual([]);
    expect(barcode).toMatchObject({
      format: "gs1_composite",
      rawValue: WHOLE,
      symbologyIdentifier: "]e0",
      gs1: {
        elements: [
          { ai: "01", value: "09520123456788" },
          { ai: "17", value: "261231" },
          { ai: "10", value: "LOT7" },
        ],
      },
      details: { component: "CC-A", linearFormat: "ean_13", rows: 3, columns: 4 },
    });
    expect(barcode?.details).not.toHaveProperty("model");
    expect(await values(image, ["gs1_composite", "ean_13"])).toEqual([`gs1_composite ${WHOLE}`]);
    expect(await reader.meter.usage()).toEqual([{ day: "2026-11-21", total: 2, formats: { gs1_composite: 2 } }]);
  });

  test("is the linear symbol alone where it is not named", async () => {
    expect(await values(await composite())).toEqual(["ean_13 9520123456788"]);
  });

  test("linear symbols that were not asked for are neither reported nor counted towards a limit", async () => {
    const plain = await symbol("ean13", "4006381333931");
    expect(await values(plain, ["gs1_composite"])).toEqual([]);
    const sheet = sharp({ create: { width: 1200, height: 400, channels: 3, background: "white" } }).composite([
      { input: plain, left: 20, top: 20 },
      { input: await composite(), left: 650, top: 20 },
    ]);
    const both = await sheet.png().toBuffer();
    expect(await values(both, ["gs1_composite"], 1)).toEqual([`gs1_composite ${WHOLE}`]);
    expect((await values(both, ["gs1_composite", "ean_13"])).toSorted()).toEqual(
      ["ean_13 4006381333931", `gs1_composite ${WHOLE}`].toSorted(),
    );
    expect(symbolLimit({ formats: ["gs1_composite"], maxSymbols: 1 })).toBe(0);
    expect(symbolLimit({ formats: ["ean_13"], maxSymbols: 1 })).toBe(1);
  });

  test("a UPC-A is an EAN-13 to who asked for that, beside composites too", async () => {
    const upcA = await symbol("upca", "012345000058");
    expect(await values(upcA, ["ean_13", "gs1_composite"])).toEqual(["ean_13 0012345000058"]);
    const image = await symbol("upcacomposite", "012345000058|(21)A1");
    const read = async (formats: readonly BarcodeFormat[]) => (await reader.read(image, { formats }))[0];
    expect((await read(["gs1_composite"]))?.details.linearFormat).toBe("upc_a");
    const beside = await read(["gs1_composite", "ean_13"]);
    expect(beside?.details.linearFormat).toBe("ean_13");
    expect(beside?.rawValue).toBe("010001234500005821A1");
  });

  test("the variant and the linear format come from the record", () => {
    const words = { [abi.RECORD_MODEL]: 3, [abi.RECORD_MASK]: 5 };
    const [barcode] = parseResult(writeBlock([{ format: 36, modifier: "0", words }]));
    expect(barcode?.details).toMatchObject({ component: "CC-C", linearFormat: "code_128" });
    const [qr] = parseResult(writeBlock([{ format: 0, words: { [abi.RECORD_MODEL]: 2 } }]));
    expect(qr?.details).not.toHaveProperty("component");
  });
});
