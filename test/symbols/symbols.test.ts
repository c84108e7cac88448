/** Shows that the test writers write what the standards say: two independent writers agree, an independent reader reads. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/full";
import {
  type Bars,
  blockOfCodeword,
  code128,
  drawn,
  ean8,
  ean13,
  expandUpcE,
  flipModules,
  gtin13,
  gtinCheckDigit,
  type Modules,
  payloads,
  qrCapacity,
  qrCode,
  qrContent,
  qrCorrectable,
  qrFromSegments,
  seededRandom,
  upcA,
  upcE,
  zxingSymbol,
} from "./index.js";

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve("zxing-wasm/full/zxing_full.wasm");
  await prepareZXingModule({
    overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer },
    fireImmediately: true,
  });
});

const seeded = { seed: 20, numRuns: 12 };

/** Bars of the first row of a drawn symbol. */
function firstRow(symbol: Modules): string {
  return Array.from(symbol.cells.subarray(0, symbol.width)).join("");
}

const row = (bars: Bars): string => bars.widths.map((width, i) => (i % 2 ? "0" : "1").repeat(width)).join("");

/** What zxing-wasm reads from a symbol drawn with four pixels to a module. */
async function readWithPeer(symbol: Modules, eanAddOnSymbol: "Ignore" | "Require" = "Ignore") {
  const [scale, qx, qy] = [4, symbol.quiet.x, symbol.quiet.y];
  const [width, height] = [(symbol.width + 2 * qx) * scale, (symbol.height + 2 * qy) * scale];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [mx, my] = [Math.floor(x / scale) - qx, Math.floor(y / scale) - qy];
      if (mx < 0 || my < 0 || mx >= symbol.width || my >= symbol.height) continue;
      if (symbol.cells[my * symbol.width + mx] === 1) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  const image = { data, width, height, colorSpace: "srgb" } as ImageData;
  return readBarcodes(image, { eanAddOnSymbol, maxNumberOfSymbols: 1 });
}

describe("check digits", () => {
  it("complete the numbers of the GS1 General Specifications", () => {
    expect(gtinCheckDigit("629104150021")).toBe("3");
    expect(gtinCheckDigit("9638507")).toBe("4");
    expect(expandUpcE("0", "123456")).toBe("01234500006");
    expect(expandUpcE("0", "124533")).toBe("01240000053");
    expect(gtin13("upc_e", "01234565")).toBe("0012345000065");
  });
});

describe("linear writers", () => {
  const pairs = [
    ["EAN13", ean13, payloads.ean13Number],
    ["EAN8", ean8, payloads.ean8Number],
    ["UPCA", upcA, payloads.upcANumber],
    ["UPCE", upcE, payloads.upcENumbers],
  ] as const;
  it.each(pairs)("bwip-js and zxing-wasm write the same %s", async (format, write, numbers) => {
    for (const number of fc.sample(numbers, seeded)) {
      expect(row(write(number))).toBe(firstRow(await zxingSymbol(format, number)));
    }
  });

  it("Code 128 of every code set is read back by zxing-wasm", async () => {
    for (const text of fc.sample(payloads.code128Text, { seed: 7, numRuns: 40 })) {
      const [found] = await readWithPeer(drawn(code128(text), 30));
      expect(found?.format).toBe("Code128");
      expect(Buffer.from(found?.bytes ?? []).toString("latin1")).toBe(text);
    }
  });

  it("add-ons stand lower than the main symbol and are read by zxing-wasm", async () => {
    const symbol = drawn(ean13("5901234123457", "12"));
    expect(firstRow(symbol).slice(95)).toMatch(/^0+$/);
    expect((await readWithPeer(symbol, "Require"))[0]?.text).toBe("590123412345712");
  });
});

describe("QR Code writers", () => {
  it("bwip-js and the segment writer place the same modules for every level and mask", () => {
    for (const level of ["L", "M", "Q", "H"] as const) {
      for (let mask = 0; mask < 8; mask++) {
        const bytes = new TextEncoder().encode(`level ${level} mask ${mask}`);
        const ours = qrFromSegments([{ mode: "byte", bytes }], { version: 4, level, mask });
        const theirs = qrCode(`level ${level} mask ${mask}`, { version: 4, level, mask });
        expect(Buffer.from(ours.cells).equals(Buffer.from(theirs.cells)), `${level} ${mask}`).toBe(true);
      }
    }
  });

  it("every version and level filled to the last codeword is read back by zxing-wasm", async () => {
    const random = seededRandom(3);
    for (let version = 1; version <= 40; version += 3) {
      const level = random.pick(["L", "M", "Q", "H"] as const);
      const [segment] = fc.sample(payloads.fullByteSegment(version, level), { seed: version, numRuns: 1 });
      const symbol = qrFromSegments([segment as never], { version, level, mask: random.int(0, 7) });
      const [found] = await readWithPeer(symbol);
      expect(Buffer.from(found?.bytes ?? []).equals(Buffer.from(qrContent([segment as never])))).toBe(true);
    }
  }, 60_000);

  it("random mixes of modes are read back by zxing-wasm", async () => {
    for (const segments of fc.sample(payloads.mixedSegments(20), { seed: 5, numRuns: 25 })) {
      const [found] = await readWithPeer(qrFromSegments(segments, { level: "Q" }));
      expect(Buffer.from(found?.bytes ?? []).toString("hex")).toBe(Buffer.from(qrContent(segments)).toString("hex"));
    }
  });

  it("writes ECI, GS1 and structured append headers", async () => {
    const bytes = new TextEncoder().encode("žluťoučký");
    const [eci] = await readWithPeer(
      qrFromSegments([
        { mode: "eci", assignment: 26 },
        { mode: "byte", bytes },
      ]),
    );
    expect([eci?.text, eci?.hasECI]).toEqual(["žluťoučký", true]);
    const gs1 = qrFromSegments([{ mode: "fnc1-first" }, { mode: "alphanumeric", text: "10ABC%\x1d21X" }]);
    const [elements] = await readWithPeer(gs1);
    expect(Buffer.from(elements?.bytes ?? []).toString("latin1")).toBe("10ABC%\x1d21X");
    expect(elements?.symbologyIdentifier).toBe("]Q3");
    const [part] = await readWithPeer(
      qrFromSegments([
        { mode: "append", index: 1, count: 3, parity: 0xa5 },
        { mode: "numeric", text: "123" },
      ]),
    );
    expect([part?.sequenceIndex, part?.sequenceSize, part?.sequenceId]).toEqual([1, 3, "165"]);
    for (const assignment of [3, 127, 128, 16383, 16384, 999999]) {
      const [long] = await readWithPeer(
        qrFromSegments([
          { mode: "eci", assignment },
          { mode: "byte", bytes: Uint8Array.of(65) },
        ]),
      );
      expect(Buffer.from(long?.bytesECI ?? []).toString("latin1")).toContain(
        `\\${String(assignment).padStart(6, "0")}`,
      );
    }
  });

  it("spoils exactly so many codewords of each block", async () => {
    const segments = [{ mode: "alphanumeric", text: "SPOILT SYMBOLS ARE READ UP TO THE LIMIT" }] as const;
    for (const [version, level] of [
      [5, "Q"],
      [7, "H"],
      [3, "M"],
    ] as const) {
      const limit = qrCorrectable(version, level);
      const at = (perBlock: number) =>
        qrFromSegments(segments, { version, level, mask: 2, spoil: { perBlock, random: seededRandom(9) } });
      expect((await readWithPeer(at(limit)))[0]?.text).toBe(segments[0].text);
      expect(await readWithPeer(at(limit + 1))).toEqual([]);
    }
  });

  it("knows the block structure of the standard (5-Q: two blocks of 15 and two of 16 data codewords)", () => {
    const owner = blockOfCodeword(134, qrCapacity(5, "Q"), 4);
    const data = Array.from(owner.subarray(0, 62));
    expect([0, 1, 2, 3].map((block) => data.filter((b) => b === block).length)).toEqual([15, 15, 16, 16]);
    expect([0, 1, 2, 3].map((block) => owner.filter((b) => b === block).length)).toEqual([33, 33, 34, 34]);
  });
});

describe("seeded randomness", () => {
  it("repeats itself for one seed and differs between seeds", () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed).bits);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it("is flat enough for test data", () => {
    const random = seededRandom(11);
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const bin = Math.floor(random.next() * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    expect(Math.min(...bins.map((n) => n / 10_000))).toBeGreaterThan(0.9);
  });

  it("flips as many modules as asked for", () => {
    const symbol = qrCode("FLIP");
    const flipped = flipModules(symbol, 17, seededRandom(4));
    expect(flipped.cells.filter((cell, at) => cell !== symbol.cells[at]).length).toBe(17);
  });
});
