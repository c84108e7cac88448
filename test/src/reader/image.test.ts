/** Any image → pixels, in Node: formats, orientation, transparency, depth, buffers. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Pixels } from "../../../src/engine/engine.js";
import { encodePng } from "../../../src/image/decoded-image.js";
import { readHeader } from "../../../src/image/image-header.js";
import { openImage } from "../../../src/image/source.js";
import { vectorScale } from "../../../src/image/vector-scale.js";

const WIDTH = 40;
const HEIGHT = 24;

/** Black on the left half, white on the right: enough to see orientation and polarity. */
const halves = Buffer.alloc(WIDTH * HEIGHT * 3, 255);
for (let y = 0; y < HEIGHT; y++) halves.fill(0, y * WIDTH * 3, (y * WIDTH + WIDTH / 2) * 3);
const picture = () => sharp(halves, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });

async function pixelsOf(input: unknown, transfer = false): Promise<Pixels> {
  const { source } = await openImage(input, { transfer });
  if (source.kind !== "pixels") throw new Error("not pixels");
  return source;
}

/** Luminance of one pixel, whatever the layout. */
function lumaAt({ data, stride, layout }: Pixels, x: number, y: number): number {
  if (layout === "grey") return data[y * stride + x] as number;
  const at = y * stride + x * 4;
  expect(data[at + 3]).toBe(255);
  return ((data[at] as number) + 2 * (data[at + 1] as number) + (data[at + 2] as number)) / 4;
}

function expectHalves(pixels: Pixels): void {
  expect([pixels.width, pixels.height]).toEqual([WIDTH, HEIGHT]);
  expect(lumaAt(pixels, 4, 12)).toBeLessThan(24);
  expect(lumaAt(pixels, 36, 12)).toBeGreaterThan(231);
}

let folder: string;
let server: Server;
let base: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tallymark-image-"));
  const png = await picture().png().toBuffer();
  await writeFile(join(folder, "halves #1.png"), png);
  server = createServer((request, response) => {
    if (request.url === "/halves.png") response.setHeader("content-type", "image/png").end(png);
    else if (request.url === "/redirect") response.writeHead(302, { location: "/halves.png" }).end();
    else response.writeHead(404).end("gone");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe("encoded files", () => {
  test.each<[string, () => Promise<Buffer>]>([
    ["PNG", () => picture().png().toBuffer()],
    ["PNG, palette", () => picture().png({ palette: true }).toBuffer()],
    ["PNG, grey", () => picture().greyscale().png().toBuffer()],
    ["PNG, 16 bits", () => picture().toColourspace("rgb16").png().toBuffer()],
    ["PNG, grey, 16 bits", () => picture().toColourspace("grey16").png().toBuffer()],
    ["JPEG", () => picture().jpeg({ quality: 95 }).toBuffer()],
    ["JPEG, progressive", () => picture().jpeg({ progressive: true, quality: 95 }).toBuffer()],
    ["JPEG, CMYK", () => picture().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer()],
    ["WebP", () => picture().webp({ quality: 95 }).toBuffer()],
    ["WebP, lossless", () => picture().webp({ lossless: true }).toBuffer()],
    ["GIF", () => picture().gif().toBuffer()],
    ["TIFF", () => picture().tiff().toBuffer()],
    ["AVIF", () => picture().avif({ quality: 90 }).toBuffer()],
  ])("%s", async (_, file) => {
    expectHalves(await pixelsOf(await file()));
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "EXIF orientation %i is undone: corners refer to the upright image",
    async (o) => {
      const upright = await pixelsOf(await picture().png().toBuffer());
      // Stored the way a camera with this orientation stores it, so that reading it shows the picture as it was.
      const stored = [5, 6, 7, 8].includes(o)
        ? picture().rotate(o === 6 || o === 7 ? 270 : 90)
        : picture().rotate(o === 3 || o === 4 ? 180 : 0);
      const raw = await stored.png().toBuffer();
      const turned = [2, 4, 5, 7].includes(o) ? sharp(raw).flop() : sharp(raw);
      const file = await sharp(await turned.png().toBuffer())
        .withMetadata({ orientation: o })
        .jpeg({ quality: 95 })
        .toBuffer();
      const pixels = await pixelsOf(file);
      expect([pixels.width, pixels.height]).toEqual([upright.width, upright.height]);
      expectHalves(pixels);
    },
  );

  test("transparent pixels are white", async () => {
    const rgba = Buffer.alloc(WIDTH * HEIGHT * 4);
    for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH / 2; x++) rgba[(y * WIDTH + x) * 4 + 3] = 255;
    const raw = { width: WIDTH, height: HEIGHT, channels: 4 as const };
    for (const file of [
      await sharp(rgba, { raw }).png().toBuffer(),
      await sharp(rgba, { raw }).webp({ lossless: true }).toBuffer(),
    ])
      expectHalves(await pixelsOf(file));
  });

  test("of an animation the first frame", async () => {
    const frames = await Promise.all([
      picture().png().toBuffer(),
      sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: "black" } })
        .png()
        .toBuffer(),
    ]);
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(gif, { pages: -1 }).metadata()).pages).toBe(2);
    expectHalves(await pixelsOf(gif));
  });

  test("SVG is drawn large enough to read, and says how much larger than its own size", async () => {
    const svg = `<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
      <rect width="${WIDTH / 2}" height="${HEIGHT}"/></svg>`;
    const { source, scale } = await openImage(Buffer.from(svg), { transfer: false });
    expect([source.width, source.height]).toEqual([WIDTH * scale, HEIGHT * scale]);
    expect(source.width).toBeGreaterThanOrEqual(1024);
    expect(lumaAt(source as Pixels, 4 * scale, 12 * scale)).toBe(0);
    expect(lumaAt(source as Pixels, 36 * scale, 12 * scale)).toBe(255);
  });
});

describe("where a file may come from", () => {
  test("a path, a file URL as string and object, in spite of spaces and signs", async () => {
    const path = join(folder, "halves #1.png");
    for (const input of [path, pathToFileURL(path), pathToFileURL(path).href]) expectHalves(await pixelsOf(input));
  });

  test("Blob, File, ArrayBuffer, SharedArrayBuffer, DataView, a part of a buffer", async () => {
    const png = await picture().png().toBuffer();
    const padded = new Uint8Array(png.length + 20);
    padded.set(png, 7);
    const shared = new Uint8Array(new SharedArrayBuffer(png.length));
    shared.set(png);
    const bytes = new Uint8Array(png);
    for (const input of [
      new Blob([bytes]),
      new File([bytes], "halves.png"),
      bytes.buffer,
      shared,
      shared.buffer,
      new DataView(padded.buffer, 7, png.length),
      padded.subarray(7, 7 + png.length),
    ])
      expectHalves(await pixelsOf(input));
    expect(bytes.buffer.byteLength).toBe(png.length);
  });

  test("an http URL, also by redirect", async () => {
    expectHalves(await pixelsOf(`${base}/halves.png`));
    expectHalves(await pixelsOf(new URL("/redirect", base)));
  });

  test("data URLs, base64 and escaped", async () => {
    const png = await picture().png().toBuffer();
    expectHalves(await pixelsOf(`data:image/png;base64,${png.toString("base64")}`));
    expectHalves(await pixelsOf(`DATA:;base64,${encodeURIComponent(png.toString("base64"))}`));
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2048" height="64"><text>ä€</text></svg>`;
    for (const text of [svg, encodeURIComponent(svg)])
      expect((await pixelsOf(`data:image/svg+xml,${text}`)).width).toBe(2048);
  });

  test("a blob URL", async () => {
    const url = URL.createObjectURL(new Blob([new Uint8Array(await picture().png().toBuffer())]));
    try {
      expectHalves(await pixelsOf(url));
    } finally {
      URL.revokeObjectURL(url);
    }
  });
});

describe("raw pixels", () => {
  test("are handed on as they are: no copy, no transfer unless allowed", async () => {
    const data = new Uint8Array(6 * 4).fill(9);
    const pixels = await pixelsOf({ data, width: 5, height: 4, stride: 6, layout: "grey" });
    expect(pixels).toMatchObject({ width: 5, height: 4, stride: 6, layout: "grey", transferable: false });
    expect(pixels.data).toBe(data);
    expect((await pixelsOf({ data, width: 5, height: 4, stride: 6, layout: "grey" }, true)).transferable).toBe(true);
  });

  test("the last row needs no padding", async () => {
    const data = new Uint8Array(2 * 8 + 5);
    expect((await pixelsOf({ data, width: 5, height: 3, stride: 8, layout: "grey" })).height).toBe(3);
  });

  test("a buffer without a view is as good", async () => {
    expect((await pixelsOf({ data: new ArrayBuffer(64), width: 4, height: 4 })).data).toHaveLength(64);
  });

  test("an alpha channel of zeros is unused: RGBX and BGRX are opaque", async () => {
    const data = new Uint8Array([1, 2, 3, 0, 4, 5, 6, 0, 77, 77, 77, 77]);
    const pixels = await pixelsOf({ data, width: 1, height: 2, stride: 4, layout: "bgra" });
    expect([pixels.layout, pixels.data]).toEqual(["rgbx", data]);
    const padded = await pixelsOf({ data, width: 1, height: 2, stride: 8, layout: "rgba" });
    expect([padded.layout, padded.data]).toEqual(["rgba", data]);
  });

  test("ImageData of 8 bits is not copied, of 16 bits and of floats becomes bytes", async () => {
    const bytes = new Uint8ClampedArray([0, 128, 255, 255]);
    const like = (data: ArrayLike<number>) => ({ data, width: 1, height: 1, [Symbol.toStringTag]: "ImageData" });
    expect((await pixelsOf(like(bytes))).data).toBe(bytes);
    expect([...(await pixelsOf(like(new Uint16Array([0, 32896, 65535, 65535])))).data]).toEqual([0, 128, 255, 255]);
    expect([...(await pixelsOf(like(new Float32Array([-0.5, 0.5, 1.5, 1])))).data]).toEqual([0, 128, 255, 255]);
  });
});

describe("headers", () => {
  test.each<[string, () => Promise<Buffer>, boolean]>([
    ["png", () => picture().png().toBuffer(), true],
    ["jpeg", () => picture().jpeg().toBuffer(), true],
    ["jpeg", () => picture().withMetadata({ orientation: 3 }).jpeg({ progressive: true }).toBuffer(), true],
    ["gif", () => picture().gif().toBuffer(), true],
    ["webp", () => picture().webp().toBuffer(), true],
    ["webp", () => picture().webp({ lossless: true }).toBuffer(), true],
    ["webp", () => picture().webp().withMetadata({ orientation: 1 }).toBuffer(), true],
    ["tiff", () => picture().tiff().toBuffer(), false],
    ["avif", () => picture().avif().toBuffer(), false],
  ])("%s is recognised, its size read, and any truncation of it survived", async (type, file, isSized) => {
    const bytes = new Uint8Array(await file());
    expect(readHeader(bytes)).toEqual(isSized ? { type, width: WIDTH, height: HEIGHT } : { type });
    for (let length = 0; length < Math.min(bytes.length, 1024); length++) readHeader(bytes.subarray(0, length));
  });

  test.each<[string, string, string | undefined]>([
    ["svg", '\ufeff<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg ', "svg"],
    ["svg without prologue", "  <svg>", "svg"],
    ["html with an svg inside", "<!DOCTYPE html><body><svg >", undefined],
    ["text", "svg <svg", undefined],
    ["nothing", "", undefined],
  ])("%s", (_, text, type) => {
    expect(readHeader(new TextEncoder().encode(text))?.type).toBe(type);
  });
});

test("vector images are enlarged by a whole number, and never beyond what the core takes", () => {
  expect([vectorScale(100, 50), vectorScale(1024, 10), vectorScale(5000, 5000), vectorScale(1, 1)]).toEqual([
    11, 1, 1, 1024,
  ]);
  expect(vectorScale(0.001, 0.001) * 0.001).toBeLessThanOrEqual(32767);
});

test("R16 the decoded image is saved as a PNG with the same pixels", async () => {
  const data = Uint8ClampedArray.from({ length: 7 * 5 }, (_, i) => i * 7);
  const png = await encodePng({ data, width: 7, height: 5 });
  const { data: read, info } = await sharp(png).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([7, 5, 1]);
  expect([...read]).toEqual([...data]);
});
