/**
 * A browser that is killed while it scans, as by a power cut, and started again with the same profile: what was counted is
 * told to the server once, all of it and nothing more. Chromium only: the driver of no other engine keeps a profile.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type BrowserContext, chromium, expect, type Page, test } from "@playwright/test";
import type * as library from "../../src/index.js";
import { buildTestPackage, type TestPackage } from "../contract/test-package.js";
import { openLicenseLab } from "../engines/license-lab.js";
import { movingClip, writeClip } from "../scenes/y4m.js";
import { qrCode } from "../symbols/index.js";
import { cameraFrom } from "./chromium.js";
import { type Site, serve } from "./engine/package-server.js";

const CLIP = resolve(`.cache/clips/crash-${process.env.TEST_PARALLEL_INDEX ?? "0"}.y4m`);
const KILLS = 3;

test.describe.configure({ timeout: 120_000 });

let built: TestPackage;
let pages: Site;
test.beforeAll(async () => {
  built = await buildTestPackage();
  pages = await serve(built.folder);
});
test.afterAll(async () => {
  await pages.close();
  built.remove();
  rmSync(CLIP, { force: true });
});

interface Bench {
  scanner: library.BarcodeScanner;
  scans: number;
  frames: number;
}
declare const bench: Bench;

/** The browser's own process, which has storage and network under it. */
async function processOf(context: BrowserContext): Promise<number> {
  const session = await context.browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send("SystemInfo.getProcessInfo")) ?? { processInfo: [] };
  const own = processInfo.find(({ type }) => type === "browser");
  if (!own) throw new Error("the browser does not tell its process");
  return own.id;
}

async function scan(page: Page, license: string): Promise<void> {
  await page.goto(pages.origin);
  await page.evaluate(
    async ([origin, license]) => {
      const { BarcodeScanner } = (await import(`${origin}/index.js`)) as typeof library;
      const container = document.body.appendChild(document.createElement("main"));
      const scanner = await BarcodeScanner.create({ container, license, duplicateForgetTime: 50 });
      Object.assign(globalThis, { bench: { scanner, scans: 0, frames: 0 } });
      scanner.addEventListener("scan", () => bench.scans++);
      scanner.addEventListener("frame", () => bench.frames++);
      await scanner.start();
    },
    [pages.origin, license] as const,
  );
}

test("R13 R32 R33 a browser killed while it scans and reports loses no count, and tells none twice", async () => {
  const server = await openLicenseLab({ units: 100_000 });
  const profile = mkdtempSync(join(tmpdir(), "profile-"));
  // In and out of view, so that it is scanned again and again.
  const again = { symbol: qrCode("again"), moduleSize: 7, center: { x: 320, y: 240 } };
  writeClip(CLIP, movingClip({ symbols: [again], frames: 6, empty: 6, seed: 9 }));
  const start = () =>
    chromium.launchPersistentContext(profile, { ...cameraFrom(CLIP), headless: true, permissions: ["camera"] });
  let context = await start();
  let truth = 0;
  const devices = new Set<string>();
  const open = async () => {
    const page = context.pages()[0] ?? (await context.newPage());
    await scan(page, server.license);
    devices.add(await page.evaluate(() => bench.scanner.meter.deviceId));
    return page;
  };
  try {
    for (let life = 0; life < KILLS; life++) {
      const page = await open();
      await expect.poll(() => page.evaluate(() => bench.scans), { timeout: 20_000 }).toBeGreaterThan(3);
      // From here on the code is a duplicate: it is decoded on and on, and the count stands still.
      await page.evaluate(() => bench.scanner.setDuplicateForgetTime(600_000));
      const before = await page.evaluate(() => bench.frames);
      await expect.poll(() => page.evaluate(() => bench.frames), { timeout: 20_000 }).toBeGreaterThan(before + 15);
      truth += await page.evaluate(() => bench.scans);
      const ended = new Promise((resolve) => context.once("close", resolve));
      const id = await processOf(context);
      // In the first life nothing gets through; in the others the report is on its way.
      if (life === 0) await server.cable.cut();
      await page.evaluate(() => void bench.scanner.license?.refresh());
      process.kill(id, "SIGKILL");
      await ended;
      await server.cable.cut();
      await server.cable.plug();
      context = await start();
    }
    const page = await open();
    await page.evaluate(() => bench.scanner.stop());
    truth += await page.evaluate(() => bench.scans);
    await page.evaluate(() => bench.scanner.license?.refresh());
    await page.evaluate(() => bench.scanner.close());
    expect(truth).toBeGreaterThan(3 * KILLS);
    expect(await server.total()).toBe(truth);
    expect(devices.size).toBe(1);
    expect(await server.devices()).toBe(1);
  } finally {
    await context.close();
    await server.end();
    rmSync(profile, { recursive: true, force: true });
  }
});
