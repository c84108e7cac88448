/**
 * Shows the whole way in Chromium on a build of the package: camera clip → worker and core → scan, counted. Each test
 * plays a clip of its own to the fake camera, which reads the file anew whenever it is opened.
 */
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import type * as library from "../../src/index.js";
import { buildTestPackage, type TestPackage } from "../contract/test-package.js";
import { movingClip, writeClip } from "../scenes/y4m.js";
import { drawn, ean13, qrCode } from "../symbols/index.js";
import { cameraFrom } from "./chromium.js";
import { type Site, serve } from "./engine/package-server.js";

/** The file that is in front of the camera: one for each worker, overwritten by each test before it opens the camera. */
const CLIP = resolve(`.cache/clips/scanner-${process.env.TEST_PARALLEL_INDEX ?? "0"}.y4m`);
/** A value that must be found nowhere but in the application's hands. */
const CANARY = "CANARY-7f3a9c";
const EAN = "4006381333931";

test.use({ launchOptions: cameraFrom(CLIP), permissions: ["camera"] });
// In order, for there is one clip; slow machines get their time.
test.describe.configure({ mode: "default", timeout: 90_000 });

let built: TestPackage;
let site: Site;

test.beforeAll(async () => {
  writeClip(CLIP, movingClip({ symbols: [], frames: 1 }));
  built = await buildTestPackage();
  // What a page may do that follows the library's documentation.
  site = await serve(built.folder, {
    policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  });
});
test.afterAll(async () => {
  await site.close();
  built.remove();
  rmSync(CLIP, { force: true });
});

const qr = { symbol: qrCode(CANARY), moduleSize: 7, center: { x: 200, y: 240 } };
const ean = { symbol: drawn(ean13(EAN)), moduleSize: 2.4, center: { x: 460, y: 240 } };

interface Bench {
  scanner: library.BarcodeScanner;
  scans: string[];
  frames: number;
  found: number;
}
declare const bench: Bench;

/** Opens a page with a started scanner that has a clip in front of it. */
const scan = async (page: Page, options: object = {}): Promise<string[]> => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy|without being closed|^tallymark/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(site.origin);
  await page.evaluate(
    async ([origin, options]) => {
      const { BarcodeScanner } = (await import(`${origin}/index.js`)) as typeof library;
      const container = document.body.appendChild(document.createElement("main"));
      container.style.width = "640px";
      container.style.height = "480px";
      const scanner = await BarcodeScanner.create({ container, ...options });
      const bench: Bench = { scanner, scans: [], frames: 0, found: 0 };
      scanner.addEventListener("scan", ({ detail }) => bench.scans.push(`${detail.format} ${detail.rawValue}`));
      scanner.addEventListener("frame", ({ detail }) => {
        bench.frames++;
        if (detail.barcodes.length > 0) bench.found++;
      });
      Object.assign(globalThis, { bench });
      await scanner.start();
    },
    [site.origin, options] as const,
  );
  return complaints;
};

const scans = (page: Page) => page.evaluate(() => bench.scans);
const frames = (page: Page) => page.evaluate(() => bench.frames);
const found = (page: Page) => page.evaluate(() => bench.found);
const usage = (page: Page) =>
  page.evaluate(async () => Object.assign({}, ...(await bench.scanner.meter.usage()).map(({ formats }) => formats)));

test("R52: a moving code is scanned and counted once, however long it is seen", async ({ page }) => {
  writeClip(CLIP, movingClip({ symbols: [qr] }));
  const complaints = await scan(page);
  await expect.poll(() => found(page), { timeout: 15_000 }).toBeGreaterThan(25);
  expect(complaints).toEqual([]);
  expect(await scans(page)).toEqual([`qr_code ${CANARY}`]);
  expect(await usage(page)).toEqual({ qr_code: 1 });
});

test("R4 R51: two codes are scanned and counted as two", async ({ page }) => {
  writeClip(CLIP, movingClip({ symbols: [qr, ean], seed: 2 }));
  await scan(page);
  await expect.poll(async () => (await scans(page)).length, { timeout: 15_000 }).toBe(2);
  await expect.poll(() => found(page), { timeout: 15_000 }).toBeGreaterThan(20);
  expect((await scans(page)).sort()).toEqual([`ean_13 ${EAN}`, `qr_code ${CANARY}`]);
  expect(await usage(page)).toEqual({ ean_13: 1, qr_code: 1 });
});

test("R54 R55: a code that leaves and returns after the forget time counts again, before it does not", async ({
  page,
}) => {
  // 1 s in view, 2 s away, over and over.
  writeClip(CLIP, movingClip({ symbols: [qr], frames: 15, empty: 30, seed: 3 }));
  await scan(page, { duplicateForgetTime: 1000 });
  await expect.poll(async () => (await scans(page)).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
  await page.evaluate(() => bench.scanner.stop());
  expect(await usage(page)).toEqual({ qr_code: (await scans(page)).length });
  await page.evaluate(() => bench.scanner.close());
  await scan(page, { duplicateForgetTime: 30_000 });
  await expect.poll(() => found(page), { timeout: 15_000 }).toBeGreaterThan(0);
  const before = await frames(page);
  await expect.poll(() => frames(page), { timeout: 20_000 }).toBeGreaterThan(before + 60);
  expect(await scans(page)).toHaveLength(1);
});

test("R58: what lies outside the region or is of another format is neither scanned nor counted", async ({ page }) => {
  writeClip(CLIP, movingClip({ symbols: [qr, ean], seed: 4 }));
  await scan(page, { region: { left: 55, top: 0, right: 100, bottom: 100 } });
  await expect.poll(async () => (await scans(page)).length, { timeout: 15_000 }).toBe(1);
  const before = await frames(page);
  await expect.poll(() => frames(page), { timeout: 15_000 }).toBeGreaterThan(before + 20);
  expect(await scans(page)).toEqual([`ean_13 ${EAN}`]);
  expect(await usage(page)).toEqual({ ean_13: 1 });
});

test("R2 R3 R7 R9: offline, nothing is asked for, and no value is stored anywhere", async ({ page, context }) => {
  writeClip(CLIP, movingClip({ symbols: [qr], seed: 5 }));
  await scan(page, { duplicateForgetTime: 300 });
  await expect.poll(() => found(page), { timeout: 15_000 }).toBeGreaterThan(0);
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await context.setOffline(true);
  await page.evaluate(() => bench.scanner.stop());
  await page.evaluate(() => bench.scanner.start());
  const before = await found(page);
  await expect.poll(() => found(page), { timeout: 15_000 }).toBeGreaterThan(before + 10);
  await page.evaluate(() => bench.scanner.meter.flush());
  expect(requests).toEqual([]);
  expect(await traces(context, page)).not.toContain(CANARY);
  await page.evaluate(() => bench.scanner.close());
});

/** Everything that the browser keeps for the page, as text. */
const traces = async (context: BrowserContext, page: Page): Promise<string> => {
  const kept = await context.storageState({ indexedDB: true });
  const caches = await page.evaluate(async () => [await globalThis.caches.keys(), { ...sessionStorage }]);
  return JSON.stringify([kept, caches]);
};

test("R16 R17: the decoded image is handed over only where it is asked for", async ({ page }) => {
  writeClip(CLIP, movingClip({ symbols: [qr], seed: 7, frames: 8 }));
  const image = async (options: object) => {
    await scan(page, options);
    const seen = await page.evaluate(
      () =>
        new Promise<{ keys: string[]; size: number | undefined; area: number }>((resolve) => {
          bench.scanner.addEventListener(
            "frame",
            ({ detail }) =>
              resolve({
                keys: Object.keys(detail),
                size: detail.image?.data.length,
                area: (detail.image?.width ?? 0) * (detail.image?.height ?? 0),
              }),
            { once: true },
          );
        }),
    );
    await page.evaluate(() => bench.scanner.close());
    return seen;
  };
  expect((await image({})).keys).not.toContain("image");
  const { size, area } = await image({ keepDecodedImage: true });
  expect(area).toBeGreaterThan(0);
  expect(size).toBe(area);
});

test("mounted, unmounted and mounted again, as StrictMode does: one camera and one worker, after close() none", async ({
  page,
}) => {
  writeClip(CLIP, movingClip({ symbols: [qr], seed: 8, frames: 8 }));
  await page.goto(site.origin);
  const states = await page.evaluate(async (origin) => {
    const { BarcodeScanner } = (await import(`${origin}/index.js`)) as typeof library;
    const container = document.body.appendChild(document.createElement("main"));
    /** What an effect of React does, and undoes. */
    const mount = () => {
      const leaving = new AbortController();
      const made = BarcodeScanner.create({ container, signal: leaving.signal }).then(
        async (scanner) => {
          leaving.signal.addEventListener("abort", () => void scanner.close());
          await scanner.start();
          return scanner;
        },
        (error) => (leaving.signal.aborted ? undefined : Promise.reject(error)),
      );
      return { made, unmount: () => leaving.abort() };
    };
    const first = mount();
    first.unmount();
    const second = mount();
    const [gone, scanner] = await Promise.all([first.made, second.made]);
    Object.assign(globalThis, { bench: { scanner } });
    return [gone?.state, scanner?.state, container.childElementCount];
  }, site.origin);
  expect(states).toEqual([undefined, "scanning", 1]);
  await expect.poll(() => page.workers().length).toBe(1);
  await page.evaluate(() => bench.scanner.close());
  await expect.poll(() => page.workers().length).toBe(0);
  expect(await page.evaluate(() => document.querySelector("main")?.childElementCount)).toBe(0);
});

test("R5: 10,000 decoded frames leave memory as it was", async ({ page, context }) => {
  test.setTimeout(240_000);
  writeClip(CLIP, movingClip({ symbols: [qr], seed: 6, frames: 20, empty: 10 }));
  // The frame clock of the test: as many frames as the decoder takes, not as many as the camera gives.
  await page.addInitScript(() => {
    const { port1, port2 } = new MessageChannel();
    let due: VideoFrameRequestCallback | undefined;
    let id = 0;
    port1.onmessage = () => {
      const callback = due;
      due = undefined;
      callback?.(performance.now(), {} as VideoFrameCallbackMetadata);
    };
    HTMLVideoElement.prototype.requestVideoFrameCallback = (callback) => {
      due = callback;
      port2.postMessage(0);
      return ++id;
    };
    HTMLVideoElement.prototype.cancelVideoFrameCallback = () => {};
  });
  const complaints = await scan(page, {
    maxFramesPerSecond: 100_000,
    region: { left: 0, top: 0, right: 60, bottom: 100 },
  });
  const session = await context.newCDPSession(page);
  const heap = async () => {
    await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Runtime.getHeapUsage")).usedSize;
  };
  const reach = (count: number) =>
    expect.poll(() => frames(page), { timeout: 200_000, intervals: [500] }).toBeGreaterThan(count);
  await reach(1500);
  const before = await heap();
  await reach(10_000);
  const after = await heap();
  // The heap itself breathes by some 100 KB. One kept promise per frame would be 2 MB, four kept pictures 1.2 MB.
  expect(after - before).toBeLessThan(1_000_000);
  expect(complaints).toEqual([]);
  expect(await scans(page)).toEqual([`qr_code ${CANARY}`]);
});
