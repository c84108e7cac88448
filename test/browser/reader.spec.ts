/**
 * The reader in Chromium on a build of the package: every kind of source, every kind of bad one, in a worker, offline.
 */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page, test } from "@playwright/test";
import { toBuffer, toSVG } from "bwip-js/node";
import { build } from "esbuild";
import sharp from "sharp";
import type * as library from "../../src/index.js";
import { buildTestPackage, type TestPackage } from "../contract/test-package.js";
import { type Site, serve } from "./engine/package-server.js";
import { HEIGHT, SYMBOL, TEXT, WIDTH } from "./reader/page-kit.js";
import type * as runner from "./reader/page-runner.js";

const QR = { bcid: "qrcode", text: TEXT, scale: 4 } as const;

async function fixtures(): Promise<Record<string, Buffer | string>> {
  const symbol = await sharp(await toBuffer(QR))
    .flatten({ background: "white" })
    .png()
    .toBuffer();
  const paper = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: "white" } });
  const png = await paper
    .composite([{ input: symbol, left: SYMBOL.left, top: SYMBOL.top }])
    .png()
    .toBuffer();
  const picture = () => sharp(png);
  const jpeg = await picture().jpeg({ quality: 95 }).toBuffer();
  const ink = await picture().greyscale().negate().raw().toBuffer();
  const transparent = Buffer.alloc(ink.length * 4);
  for (let i = 0; i < ink.length; i++) transparent[i * 4 + 3] = ink[i] as number;
  const black = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: "black" } })
    .png()
    .toBuffer();
  const huge = Buffer.from(png);
  huge.writeUInt32BE(10_000, 16);
  huge.writeUInt32BE(10_000, 20);
  const path = /<path[^>]*>/.exec(toSVG({ ...QR, scale: 4 }))?.[0];
  const svg = (attributes: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><g transform="translate(${SYMBOL.left} ${SYMBOL.top})">${path}</g></svg>`;
  const files: Record<string, Buffer | string> = {
    "/tally.png": png,
    "/tally.jpg": jpeg,
    "/tally.webp": await picture().webp({ quality: 95 }).toBuffer(),
    "/tally.avif": await picture().avif({ quality: 80 }).toBuffer(),
    "/palette.png": await picture().png({ palette: true }).toBuffer(),
    "/16-bit.png": await picture().toColourspace("rgb16").png().toBuffer(),
    "/grey-16-bit.png": await picture().toColourspace("grey16").png().toBuffer(),
    "/cmyk.jpg": await picture().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer(),
    "/transparent.png": await sharp(transparent, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } })
      .png()
      .toBuffer(),
    "/animated.gif": await sharp([png, black], { join: { animated: true } })
      .gif()
      .toBuffer(),
    "/huge.png": huge,
    "/tally.svg": svg(`width="${WIDTH}" height="${HEIGHT}"`),
    "/no-size.svg": svg(`viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none"`),
  };
  for (const orientation of [2, 3, 4, 5, 6, 7, 8]) files[`/exif-${orientation}.jpg`] = await stored(png, orientation);
  const gif = files["/animated.gif"] as Buffer;
  for (const [type, file] of Object.entries({
    png,
    jpg: jpeg,
    gif,
    webp: files["/tally.webp"],
    avif: files["/tally.avif"],
  }))
    files[`/truncated.${type}`] = (file as Buffer).subarray(0, Math.floor((file as Buffer).length * 0.4));
  return files;
}

/** The picture as a camera stores it that writes this orientation (Exif 2.32, 4.6.4 A). */
async function stored(png: Buffer, orientation: number): Promise<Buffer> {
  const angle = { 3: 180, 4: 180, 5: 90, 6: 270, 7: 270, 8: 90 }[orientation] ?? 0;
  const turned = await sharp(png).rotate(angle).png().toBuffer();
  const mirrored = [2, 4, 5, 7].includes(orientation) ? sharp(turned).flop() : sharp(turned);
  return await mirrored.withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
}

let built: TestPackage;
let bodies: Record<string, string | Uint8Array>;
let site: Site;
let foreign: Site;
/** Answers without a word on who may read it. */
let closed: Server;
let closedOrigin: string;

// Some seventy reads, and a build of the package before them, on a machine that may be busy.
test.describe.configure({ timeout: 120_000 });

test.beforeAll(async () => {
  built = await buildTestPackage();
  const { outputFiles } = await build({
    entryPoints: ["test/browser/reader/page-runner.ts"],
    bundle: true,
    format: "esm",
    write: false,
    target: "es2022",
    external: ["/index.js"],
  });
  bodies = { ...(await fixtures()), "/runner.js": outputFiles[0]?.text ?? "" };
  const types = { "tally.svg": "image/svg+xml", "no-size.svg": "image/svg+xml" };
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
  closed = createServer((_, response) => response.end(bodies["/tally.png"]));
  await new Promise<void>((resolve) => closed.listen(0, "localhost", resolve));
  closedOrigin = `http://localhost:${(closed.address() as AddressInfo).port}`;
  foreign = await serve(built.folder, { bodies, types });
  site = await serve(built.folder, {
    bodies,
    types,
    // What the library needs, and the other origins and images that the cases are about.
    policy: `${policy}; connect-src 'self' blob: ${foreign.origin} ${closedOrigin}; img-src 'self' blob: ${foreign.origin}; frame-src 'self'`,
  });
});
test.afterAll(async () => {
  closed.close();
  await Promise.all([site.close(), foreign.close()]);
  built.remove();
});

async function open(page: Page): Promise<void> {
  await page.route("**/hang.png", () => {});
  await page.goto(site.origin);
}

test("every source is read, every bad one refused with its code", async ({ page }) => {
  await open(page);
  const faults = await page.evaluate(
    async ({ path, origins }) => ((await import(path)) as typeof runner).runAll(origins),
    { path: "/runner.js", origins: { foreign: foreign.origin, closed: closedOrigin } },
  );
  expect(faults).toEqual([]);
});

test("the reader works in a worker; SVG is refused there with the remedy", async ({ page }) => {
  bodies["/in-worker.js"] = `
    import { BarcodeReader } from "/index.js";
    onmessage = async () => {
      const reader = await BarcodeReader.create();
      const blob = async (path) => (await fetch(path)).blob();
      const bitmap = await createImageBitmap(await blob("/tally.png"));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const values = [];
      for (const input of [await blob("/exif-6.jpg"), "/tally.png", bitmap, canvas,
        context.getImageData(0, 0, canvas.width, canvas.height), new VideoFrame(canvas, { timestamp: 0 })])
        values.push((await reader.read(input)).map(({ rawValue }) => rawValue).join());
      values.push(await reader.read(await blob("/tally.svg")).catch(({ code, message }) => code + ": " + message));
      await reader.close();
      postMessage(values);
    };`;
  await open(page);
  const values = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/in-worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(null);
      }),
  );
  expect(values).toEqual([...Array(6).fill(TEXT), expect.stringMatching(/^unsupported_source: .*page/)]);
});

test("R2 R3 R7 with the network cut reading goes on, and asks for nothing", async ({ page, context }) => {
  await open(page);
  const read = (path: string) =>
    page.evaluate(async (path) => {
      const { BarcodeReader } = (await import("/index.js" as string)) as typeof library;
      const state = globalThis as { reader?: library.BarcodeReader; blob?: Blob };
      state.blob ??= await (await fetch(path)).blob();
      state.reader ??= await BarcodeReader.create();
      return (await state.reader.read(state.blob)).map(({ rawValue }) => rawValue);
    }, path);
  expect(await read("/tally.png")).toEqual([TEXT]);
  await context.setOffline(true);
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  expect(await read("/tally.png")).toEqual([TEXT]);
  expect(requests).toEqual([]);
  await context.setOffline(false);
});
