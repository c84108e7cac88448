/** Bad input in Node: one row for each way to be wrong, with the code and what the message has to say. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { BarcodeReader } from "../../../src/barcode-reader.js";
import { ScanError, type ScanErrorCode } from "../../../src/errors.js";
import { openMeter } from "../../../src/metering/meter.js";
import { READ_OPTION_NAMES } from "../../../src/read-options.js";
import { FakeEngine } from "./fake-engine.js";

const noise = Buffer.from(Uint8Array.from({ length: 90 * 60 * 3 }, (_, i) => (i * 7919) >> 3));
const picture = () => sharp(noise, { raw: { width: 90, height: 60, channels: 3 } });
const cut = (file: Buffer, part = 0.6) => file.subarray(0, Math.floor(file.length * part));

/** A PNG that claims a size and has no pixels: opening it must not get as far as its pixels. */
async function claiming(width: number, height: number): Promise<Buffer> {
  const png = Buffer.from(await picture().png().toBuffer());
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  return png;
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(64);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

let folder: string;
let server: Server;
let base: string;
let engine: FakeEngine;
let reader: BarcodeReader;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tallymark-bad-"));
  await writeFile(join(folder, "text.png"), "This is no picture.");
  server = createServer((request, response) => {
    if (request.url === "/hang") return;
    if (request.url === "/hang-body") response.writeHead(200, { "content-length": "1000" }).write("some");
    else if (request.url === "/page") response.writeHead(200).end("<!doctype html><title>Log in</title>");
    else if (request.url === "/cut")
      response.writeHead(200, { "content-length": "1000" }).write("x", () => response.destroy());
    else response.writeHead(request.url === "/500" ? 500 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  engine = new FakeEngine();
  reader = new BarcodeReader({ engine, meter: await openMeter() });
});
afterEach(() => reader.close());

const errorOf = (work: Promise<unknown>): Promise<ScanError> =>
  work.then(
    () => {
      throw new Error("nothing was thrown");
    },
    (error) => {
      if (error instanceof ScanError) return error;
      throw error;
    },
  );

const grey = (fields: object) => ({ data: new Uint8Array(100), width: 10, height: 10, layout: "grey", ...fields });

describe("sources", () => {
  test.each<[string, ScanErrorCode, RegExp, () => unknown]>([
    ["an empty file", "invalid_image", /empty/, () => new Blob([])],
    ["no bytes", "invalid_image", /empty/, () => new Uint8Array(0)],
    ["text", "invalid_image", /no image/, () => Buffer.from("This is no picture.")],
    ["zeros", "invalid_image", /no image/, () => new Uint8Array(500)],
    ["PNG, truncated", "invalid_image", /no image/, async () => cut(await picture().png().toBuffer())],
    ["PNG, header only", "invalid_image", /no image/, async () => (await picture().png().toBuffer()).subarray(0, 30)],
    ["PNG, corrupt", "invalid_image", /no image/, async () => (await picture().png().toBuffer()).fill(0xa5, 60, 400)],
    ["JPEG, truncated", "invalid_image", /no image/, async () => cut(await picture().jpeg().toBuffer())],
    ["JPEG, nearly whole", "invalid_image", /no image/, async () => cut(await picture().jpeg().toBuffer(), 0.95)],
    ["WebP, truncated", "invalid_image", /no image/, async () => cut(await picture().webp().toBuffer())],
    ["GIF, truncated", "invalid_image", /no image/, async () => cut(await picture().gif().toBuffer())],
    ["TIFF, truncated", "invalid_image", /no image/, async () => cut(await picture().tiff().toBuffer())],
    ["AVIF, truncated", "invalid_image", /no image/, async () => cut(await picture().avif().toBuffer())],
    ["SVG, broken", "invalid_image", /no image/, () => Buffer.from("<svg width='9' height='9'><rect")],
    ["a PNG of 100 megapixels", "image_too_large", /Scale it down/, () => claiming(10000, 10000)],
    ["a PNG too wide", "image_too_large", /Scale it down|too large/, () => claiming(40000, 10)],
    ["a PNG of width 0", "invalid_image", /no image/, () => claiming(0, 10)],
    ["raw pixels, width 0", "empty_image", /0 × 10/, () => grey({ width: 0 })],
    ["raw pixels, height 0", "empty_image", /10 × 0/, () => grey({ height: 0 })],
    ["raw pixels, 100 megapixels", "image_too_large", /10000 × 10000/, () => grey({ width: 10000, height: 10000 })],
    ["raw pixels, a side of 40000", "image_too_large", /40000/, () => grey({ width: 40000, height: 1 })],
    ["raw pixels, width NaN", "invalid_option", /width .* NaN/, () => grey({ width: Number.NaN })],
    ["raw pixels, width 1.5", "invalid_option", /width/, () => grey({ width: 1.5 })],
    ["raw pixels, height -1", "invalid_option", /height/, () => grey({ height: -1 })],
    ["raw pixels, height as text", "invalid_option", /height/, () => grey({ height: "10" })],
    ["raw pixels, no such layout", "invalid_option", /"rgba", "bgra" or "grey"/, () => grey({ layout: "rgb" })],
    ["raw pixels, stride NaN", "invalid_option", /stride .* NaN/, () => grey({ stride: Number.NaN })],
    ["raw pixels, stride negative", "invalid_option", /stride/, () => grey({ stride: -10 })],
    ["raw pixels, stride fractional", "invalid_option", /stride/, () => grey({ stride: 10.5 })],
    ["raw pixels, stride infinite", "invalid_option", /stride/, () => grey({ stride: Number.POSITIVE_INFINITY })],
    ["raw pixels, stride below a row", "invalid_option", /at least 10/, () => grey({ stride: 9 })],
    ["raw pixels, too short for the stride", "invalid_buffer", /need 109/, () => grey({ stride: 11 })],
    ["raw pixels, too short", "invalid_buffer", /99 bytes/, () => grey({ data: new Uint8Array(99) })],
    ["raw pixels, grey taken for rgba", "invalid_buffer", /layout "grey"/, () => grey({ layout: undefined })],
    [
      "raw pixels, detached",
      "invalid_buffer",
      /detached/,
      () => {
        const data = new Uint8Array(100);
        structuredClone(data.buffer, { transfer: [data.buffer] });
        return grey({ data });
      },
    ],
    ["raw pixels, no data", "invalid_buffer", /not null/, () => grey({ data: null })],
    ["raw pixels, an array of numbers", "invalid_buffer", /an array/, () => grey({ data: [1, 2, 3] })],
    ["raw pixels, 16 bits", "invalid_buffer", /Uint16Array/, () => grey({ data: new Uint16Array(100) })],
    ["a detached ArrayBuffer", "invalid_buffer", /detached/, detached],
    [
      "a view of a detached buffer",
      "invalid_buffer",
      /detached/,
      () => {
        const view = new Uint8Array(64);
        structuredClone(view.buffer, { transfer: [view.buffer] });
        return view;
      },
    ],
    ["a file that is not there", "file_unreadable", /no such file/, () => join(folder, "none.png")],
    ["a directory", "file_unreadable", /directory/, () => folder],
    ["a file that is no image", "invalid_image", /no image/, () => join(folder, "text.png")],
    ["a file URL with a host", "file_unreadable", /./, () => "file://host/a.png"],
    ["an empty string", "file_unreadable", /./, () => ""],
    ["a path with a zero byte", "file_unreadable", /./, () => "a\0b"],
    ["a URL that is not there", "network", /404/, () => `${base}/none.png?token=secret`],
    ["a server error", "network", /500/, () => new URL("/500", base)],
    ["a server that is not there", "network", /could not be fetched/, () => "http://127.0.0.1:9/a.png"],
    ["a body that breaks off", "network", /could not be fetched/, () => `${base}/cut`],
    ["a page in place of an image", "invalid_image", /no image/, () => `${base}/page`],
    ["a URL of another kind", "network", /could not be fetched/, () => "ftp://127.0.0.1/a.png"],
    [
      "a blob URL that was revoked",
      "network",
      /could not be fetched/,
      () => {
        const url = URL.createObjectURL(new Blob(["x"]));
        URL.revokeObjectURL(url);
        return url;
      },
    ],
    ["a data URL without data", "invalid_image", /comma/, () => "data:image/png"],
    ["a data URL with broken base64", "invalid_image", /base64/, () => "data:image/png;base64,@@@"],
    ["undefined", "unsupported_source", /not undefined/, () => undefined],
    ["null", "unsupported_source", /not null/, () => null],
    ["a number", "unsupported_source", /not 42/, () => 42],
    ["a symbol", "unsupported_source", /a symbol/, () => Symbol("image")],
    ["a function", "unsupported_source", /a function/, () => () => {}],
    ["an empty object", "unsupported_source", /an object/, () => ({})],
    ["an array", "unsupported_source", /an array/, () => ["a.png"]],
    ["a date", "unsupported_source", /Date/, () => new Date(0)],
    ["something that calls itself a Blob", "unsupported_source", /Blob/, () => ({ [Symbol.toStringTag]: "Blob" })],
    [
      "something that calls itself a video",
      "unsupported_source",
      /HTMLVideoElement/,
      () => ({ [Symbol.toStringTag]: "HTMLVideoElement" }),
    ],
  ])("%s: %s", async (_, code, message, source) => {
    const error = await errorOf(reader.read((await source()) as never));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
    expect(error.message).not.toContain("secret");
    expect(engine.requests).toEqual([]);
  });

  test("a promise that was not awaited", async () => {
    const error = await errorOf(reader.read({ source: Promise.resolve("a.png") }.source as never));
    expect([error.code, error.message]).toEqual(["unsupported_source", expect.stringMatching(/Await it first/)]);
  });
});

describe("options of a call", () => {
  const source = grey({}) as never;

  test.each<[string, ScanErrorCode, RegExp, unknown]>([
    ["null", "invalid_option", /not null/, null],
    ["an unknown option", "invalid_option", /did you mean "formats"/, { format: ["qr_code"] }],
    ["an unknown format", "unknown_format", /did you mean "qr_code"/, { formats: ["qr_coed"] }],
    ["NaN in a region", "invalid_region", /NaN/, { region: { left: Number.NaN, top: 0, right: 1, bottom: 1 } }],
    ["an inverted region", "invalid_region", /inverted/, { region: { left: 9, top: 0, right: 1, bottom: 1 } }],
    [
      "a region outside the image",
      "invalid_region",
      /10 × 10/,
      { region: { left: 10, top: 0, right: 20, bottom: 9, unit: "pixel" } },
    ],
    ["a signal that is none", "invalid_option", /AbortSignal/, { signal: {} }],
    ["transfer that is no flag", "invalid_option", /transfer/, { transfer: "yes" }],
    ["keepDecodedImage in read()", "invalid_option", /keepDecodedImage/, { keepDecodedImage: true }],
  ])("%s: %s", async (_, code, message, options) => {
    const error = await errorOf(reader.read(source, options as never));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
    expect(engine.requests).toEqual([]);
  });

  test.each<[string, RegExp, unknown]>([
    ["an unknown option", /minConfidence/, { minConfidance: 3 }],
    ["an unknown option of the engine", /wasmUrl/, { wasmURI: "/core.wasm" }],
    ["an unknown option of the meter", /databaseName/, { databasename: "x" }],
    ["a time-out that is none", /timeoutMs/, { timeoutMs: "long" }],
    ["a clock that is none", /now/, { now: 5 }],
  ])("create() with %s: invalid_option", async (_, message, options) => {
    const error = await errorOf(BarcodeReader.create(options as never));
    expect([error.code, error.message]).toEqual(["invalid_option", expect.stringMatching(message)]);
  });
});

describe("abort at any moment", () => {
  const hanging = () => new Promise<never>(() => {});

  test("before the call", async () => {
    const reason = new Error("gone");
    const error = await errorOf(reader.read(grey({}) as never, { signal: AbortSignal.abort(reason) }));
    expect(error).toMatchObject({ code: "aborted", cause: reason });
    expect(engine.requests).toEqual([]);
  });

  test.each(["/hang", "/hang-body"])("while fetching %s", async (path) => {
    const controller = new AbortController();
    const read = errorOf(reader.read(base + path, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 30);
    expect((await read).code).toBe("aborted");
  });

  test("while decoding the file", async () => {
    const controller = new AbortController();
    const file = await picture().png().toBuffer();
    const read = errorOf(reader.read(file, { signal: controller.signal }));
    await Promise.resolve();
    controller.abort();
    expect((await read).code).toBe("aborted");
    expect(engine.requests).toEqual([]);
  });

  test("while the engine decodes, even where it does not listen", async () => {
    engine.answer = hanging;
    const controller = new AbortController();
    const read = errorOf(reader.read(grey({}) as never, { signal: controller.signal }));
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    controller.abort();
    expect((await read).code).toBe("aborted");
  });

  test("while the reader is made", async () => {
    expect((await errorOf(BarcodeReader.create({ signal: AbortSignal.abort() }))).code).toBe("aborted");
    const controller = new AbortController();
    const made = errorOf(BarcodeReader.create({ signal: controller.signal }));
    controller.abort();
    expect((await made).code).toBe("aborted");
  });

  test("by a time-out", async () => {
    engine.answer = hanging;
    const error = await errorOf(reader.read(grey({}) as never, { signal: AbortSignal.timeout(10) }));
    expect(error).toMatchObject({ code: "aborted", cause: { name: "TimeoutError" } });
  });

  test("closing the reader ends what is being read, and refuses more", async () => {
    engine.answer = hanging;
    const read = errorOf(reader.read(grey({}) as never));
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    await Promise.all([reader.close(), reader.close()]);
    expect((await read).code).toBe("closed");
    expect((await errorOf(reader.read(grey({}) as never))).code).toBe("closed");
    expect(engine.closed).toBe(1);
  });

  test("the caller's signal is let go of after each read", async () => {
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    vi.spyOn(signal, "addEventListener").mockImplementation((_, listener) => void listeners.add(listener));
    vi.spyOn(signal, "removeEventListener").mockImplementation((_, listener) => void listeners.delete(listener));
    await reader.read(grey({}) as never, { signal });
    expect(listeners.size).toBe(0);
  });
});

test("a worker that dies is reported with its own code", async () => {
  engine.answer = () => Promise.reject(new ScanError("worker_failed"));
  expect(await errorOf(reader.read(grey({}) as never))).toMatchObject({ code: "worker_failed", retryable: true });
});

test("whatever source and options are handed over, read() gives an array or a ScanError", async () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withTypedArray: true,
    withNullPrototype: true,
  });
  const pixels = fc.record(
    {
      data: fc.oneof(fc.uint8Array(), fc.uint8ClampedArray(), anything),
      width: fc.oneof(fc.integer(), anything),
      height: fc.oneof(fc.nat(9), anything),
      stride: anything,
      layout: fc.oneof(fc.constantFrom("grey", "rgba"), anything),
    },
    { requiredKeys: [] },
  );
  const image = fc
    .uint8Array()
    .map((tail) => Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), tail]));
  const junk = fc.record(
    Object.fromEntries([...READ_OPTION_NAMES, "signal", "transfer"].map((name) => [name, anything])),
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(anything, pixels, image),
      fc.oneof(fc.constant(undefined), junk, anything),
      async (source, options) => {
        try {
          expect(Array.isArray(await reader.read(source as never, options as never))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ScanError);
        }
      },
    ),
    { seed: 52, numRuns: 600 },
  );
});

test("however a file is damaged, read() gives an array or a ScanError", async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><rect width="9" height="9"/></svg>`;
  const files = [
    Buffer.from(svg),
    ...(await Promise.all(
      (["png", "jpeg", "webp", "gif", "tiff", "avif"] as const).map((type) => picture().toFormat(type).toBuffer()),
    )),
  ];
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), damage, fc.double({ min: 0, max: 1 }), async (file, bytes, kept) => {
      const damaged = Buffer.from(file.subarray(0, kept < 0.5 ? file.length : Math.ceil(file.length * kept)));
      for (const [at, value] of bytes) damaged[at % damaged.length] = value;
      try {
        expect(Array.isArray(await reader.read(damaged))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ScanError);
      }
    }),
    { seed: 8, numRuns: 300 },
  );
});
