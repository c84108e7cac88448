/**
 * Licensed scanning in a real browser against a real server on SQLite: a build of the package on a page, cameras and images in
 * front of it, licences bought and changed on the server meanwhile.
 */
import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { changeCode } from "../../server/src/usecases/admin-codes.js";
import { exportOffline } from "../../server/src/usecases/admin-items.js";
import { confirmOrder, type InitialOrder, orderMore } from "../../server/src/usecases/admin-orders.js";
import type * as library from "../../src/index.js";
import { DAY_MS, MINUTE_MS } from "../../src/rules/period.js";
import { buildTestPackage, type TestPackage } from "../contract/test-package.js";
import { renderScene } from "../scenes/scene.js";
import { movingClip, writeClip } from "../scenes/y4m.js";
import { openLicenseSite } from "../server/http/license-site.js";
import { attach, buy } from "../server/lab.js";
import { qrCode } from "../symbols/index.js";
import { cameraFrom } from "./chromium.js";
import { type Site, serve } from "./engine/package-server.js";
import { LtsProcess } from "./lts-process.js";

const CLIP = resolve(`.cache/clips/license-${process.env.TEST_PARALLEL_INDEX ?? "0"}.y4m`);
const CANARY = "CANARY-51c2e0";

test.use({ launchOptions: cameraFrom(CLIP), permissions: ["camera"] });
test.describe.configure({ mode: "default", timeout: 90_000 });

let built: TestPackage;
let pages: Site;
const ends: (() => Promise<unknown>)[] = [];

test.beforeAll(async () => {
  writeClip(CLIP, movingClip({ symbols: [], frames: 1 }));
  built = await buildTestPackage();
  pages = await serve(built.folder, {
    policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' http://127.0.0.1:*",
  });
});
test.afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
test.afterAll(async () => {
  await pages.close();
  built.remove();
  rmSync(CLIP, { force: true });
});

async function licenseServer(order: Partial<InitialOrder> = {}) {
  const server = await openLicenseSite(order);
  ends.push(server.end);
  return server;
}

interface Reading {
  reader: library.BarcodeReader;
  read(pixels: number[], size: number): Promise<string>;
}
declare const reading: Reading;

const SIZE = 132;
/** A picture of a QR Code with this value, one byte of grey per pixel. */
function picture(value: string): number[] {
  const symbol = { symbol: qrCode(value), moduleSize: 4, center: { x: SIZE / 2, y: SIZE / 2 } };
  return Array.from(renderScene({ width: SIZE, height: SIZE, symbols: [symbol] }).data);
}

/** Opens a page with a licensed reader; "ok", or the code of what `create()` throws. */
async function open(page: Page, options: object): Promise<string> {
  await page.goto(pages.origin);
  return page.evaluate(
    async ([origin, options]) => {
      const { BarcodeReader } = (await import(`${origin}/index.js`)) as typeof library;
      try {
        const reader = await BarcodeReader.create(options);
        const read = async (pixels: number[], size: number) => {
          const data = Uint8Array.from(pixels);
          try {
            const [found] = await reader.read({ data, width: size, height: size, layout: "grey" });
            return found?.rawValue ?? "nothing";
          } catch (error) {
            return (error as library.ScanError).code;
          }
        };
        Object.assign(globalThis, { reading: { reader, read } satisfies Reading });
        return "ok";
      } catch (error) {
        return (error as library.ScanError).code;
      }
    },
    [pages.origin, options] as const,
  );
}

const read = (page: Page, value: string): Promise<string> =>
  page.evaluate(([pixels, size]) => reading.read(pixels, size), [picture(value), SIZE] as const);
const refresh = (page: Page) => page.evaluate(() => reading.reader.license?.refresh());
const standing = (page: Page) => page.evaluate(() => reading.reader.license?.standing);
const device = (page: Page) => page.evaluate(() => reading.reader.meter.deviceId);
const close = (page: Page) => page.evaluate(() => reading.reader.close());

test("R49 R65 R67 a camera scans exactly N times, and goes on when the quota is increased", async ({ page }) => {
  const server = await licenseServer({ units: 2 });
  const codes = ["one", "two", "three"].map((value, index) => ({
    symbol: qrCode(value),
    moduleSize: 5,
    center: { x: 110 + index * 200, y: 240 },
  }));
  writeClip(CLIP, movingClip({ symbols: codes, seed: 7 }));
  await page.goto(pages.origin);
  await page.evaluate(
    async ([origin, license]) => {
      const { BarcodeScanner } = (await import(`${origin}/index.js`)) as typeof library;
      const container = document.body.appendChild(document.createElement("main"));
      const scanner = await BarcodeScanner.create({ container, license, deviceName: "Till 1" });
      const bench = { scanner, scans: [] as string[], errors: [] as string[], changes: [] as boolean[] };
      scanner.addEventListener("scan", ({ detail }) => bench.scans.push(detail.rawValue));
      scanner.addEventListener("error", ({ detail }) => bench.errors.push(detail.code));
      scanner.addEventListener("licensechange", ({ detail }) => bench.changes.push(detail.isAllowed));
      Object.assign(globalThis, { bench });
      await scanner.start();
    },
    [pages.origin, server.license] as const,
  );
  type Bench = { scanner: library.BarcodeScanner; scans: string[]; errors: string[]; changes: boolean[] };
  const bench = <T>(look: (bench: Bench) => T) => page.evaluate(`(${look})(globalThis.bench)`) as Promise<Awaited<T>>;
  await expect.poll(() => bench(({ errors }) => errors), { timeout: 20_000 }).toEqual(["quota_exceeded"]);
  expect(await bench(({ scans }) => scans.length)).toBe(2);
  await bench(({ scanner }) => scanner.license?.refresh());
  expect(await server.total()).toBe(2);

  const order = await orderMore(server.operator, "100", server.item, { kind: "increase", units: 5 });
  await confirmOrder(server.operator, "100", order.id);
  await bench(({ scanner }) => scanner.license?.refresh());
  await expect
    .poll(() => bench(({ scans }) => [...scans].sort()), { timeout: 20_000 })
    .toEqual(["one", "three", "two"]);
  expect(await bench(({ changes }) => changes)).toContain(true);
  await bench(({ scanner }) => scanner.close());
  expect(await server.total()).toBe(3);
});

test("R40 R44 two profiles are two devices, and a third finds no seat", async ({ browser }) => {
  const server = await licenseServer({ type: "per-device", units: 2 });
  const contexts: BrowserContext[] = [];
  const outcomes: string[] = [];
  for (let i = 0; i < 3; i++) {
    const context = await browser.newContext();
    contexts.push(context);
    outcomes.push(await open(await context.newPage(), { license: server.license }));
  }
  expect(outcomes).toEqual(["ok", "ok", "seats_taken"]);
  expect(await server.store.read((records) => records.devices.count("100", 0))).toBe(2);
  for (const context of contexts) await context.close();
});

test("R60 R63 in one slot of three minutes no more devices work than the licence takes", async ({ browser }) => {
  const server = await licenseServer({ type: "concurrent-device", units: 1 });
  const [first, second] = [await browser.newContext(), await browser.newContext()];
  expect(await open(await first.newPage(), { license: server.license })).toBe("ok");
  const page = await second.newPage();
  expect(await open(page, { license: server.license })).toBe("seats_taken");
  await first.close();
  server.pass(4 * MINUTE_MS);
  expect(await open(page, { license: server.license })).toBe("ok");
  await second.close();
});

test("R30 R31 seven days offline and not a minute more, then all is told at once", async ({ page, context }) => {
  const server = await licenseServer();
  await page.clock.install();
  expect(await open(page, { license: server.license })).toBe("ok");
  const { offlineUntil = 0 } = (await standing(page)) ?? {};
  await context.setOffline(true);
  await page.clock.setFixedTime(offlineUntil - MINUTE_MS);
  expect(await read(page, "a")).toBe("a");
  // The two clocks were compared over a request, so they agree to some milliseconds.
  await page.clock.setFixedTime(offlineUntil + 1000);
  expect(await read(page, "b")).toBe("authorisation_expired");
  await page.clock.setFixedTime(offlineUntil - 6 * DAY_MS);
  expect(await read(page, "b")).toBe("authorisation_expired");
  expect(await server.total()).toBe(0);
  await context.setOffline(false);
  await refresh(page);
  expect(await read(page, "b")).toBe("b");
  await close(page);
  expect(await server.total()).toBe(2);
});

test("R36 the first use needs the network, later ones do not", async ({ page }) => {
  const server = await licenseServer();
  await page.route("http://127.0.0.1:*/**", (route) => route.abort());
  expect(await open(page, { license: server.license })).toBe("license_unreachable");
  await page.unroute("http://127.0.0.1:*/**");
  expect(await open(page, { license: server.license })).toBe("ok");
  await page.route("http://127.0.0.1:*/**", (route) => route.abort());
  expect(await open(page, { license: server.license })).toBe("ok");
  expect(await read(page, "offline")).toBe("offline");
});

test("R46 R47 a browser whose IndexedDB is deleted is another device", async ({ page }) => {
  const server = await licenseServer({ type: "per-device", units: 2 });
  expect(await open(page, { license: server.license })).toBe("ok");
  const before = await device(page);
  await close(page);
  await page.evaluate(() => new Promise((resolve) => (indexedDB.deleteDatabase("tallymark").onsuccess = resolve)));
  expect(await open(page, { license: server.license })).toBe("ok");
  expect(await device(page)).not.toBe(before);
  expect(await server.store.read((records) => records.devices.count("100", 0))).toBe(2);
});

test("R23 on a domain that is not bound the licence is refused, on one that is it works", async ({ page }) => {
  const server = await licenseServer();
  await changeCode(server.operator, "100", "shop", { domains: ["shop.example"] });
  expect(await open(page, { license: server.license })).toBe("domain_not_bound");
  await changeCode(server.operator, "100", "shop", { domains: ["localhost"] });
  expect(await open(page, { license: server.license })).toBe("ok");
});

test("R66 a renewal takes effect without another key", async ({ page }) => {
  const server = await licenseServer();
  expect(await open(page, { license: server.license })).toBe("ok");
  const order = await orderMore(server.operator, "100", server.item, { kind: "renewal", units: 1000 });
  await confirmOrder(server.operator, "100", order.id);
  const { until = 0 } = (await standing(page)) ?? {};
  server.pass(until - Date.now() + DAY_MS);
  await refresh(page);
  expect(((await standing(page))?.until ?? 0) - until).toBeGreaterThan(364 * DAY_MS);
  expect(await read(page, "renewed")).toBe("renewed");
});

test("R15 R35 an offline licence works with the network cut, and sends nothing", async ({ page }) => {
  const server = await licenseServer();
  const { item } = await buy(server, { type: "per-device", name: "island", units: 1, isOffline: true });
  const license = await exportOffline(server.operator, "100", item);
  const sent: string[] = [];
  page.on("request", (request) => sent.push(new URL(request.url()).origin));
  const licenseRoot = server.ports.keys.rootThumbprint();
  expect(await open(page, { license, licenseRoot })).toBe("ok");
  expect(await read(page, "island")).toBe("island");
  expect(await standing(page)).toMatchObject({ isAllowed: true, type: "per-device" });
  await close(page);
  expect(new Set(sent)).toEqual(new Set([pages.origin]));
  expect(await open(page, { license })).toBe("license_invalid");
});

test("a closing page tells by beacon what it has counted", async ({ page }) => {
  const server = await licenseServer();
  expect(await open(page, { license: server.license })).toBe("ok");
  expect(await read(page, "last words")).toBe("last words");
  // The seal for the beacon is made soon after the count is stored.
  await page.waitForTimeout(2500);
  await page.goto("about:blank");
  await expect.poll(() => server.total()).toBe(1);
});

test("R9 R12 R77 R78 no value leaves the page, in no request, store or log, failures included", async ({ page }) => {
  const server = await licenseServer();
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.url(), request.postData() ?? ""));
  expect(await open(page, { license: server.license, deviceName: "CANARY-name" })).toBe("ok");
  for (let i = 0; i < 3; i++) expect(await read(page, `${CANARY}-${i}`)).toBe(`${CANARY}-${i}`);
  await page.route("http://127.0.0.1:*/**", (route) => route.abort());
  await refresh(page);
  await page.unroute("http://127.0.0.1:*/**");
  await attach(server, []);
  await refresh(page);
  expect(await read(page, `${CANARY}-refused`)).toBe("license_missing");
  const stored = await page.evaluate(async () => {
    const found: string[] = [JSON.stringify(localStorage)];
    for (const { name = "" } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((done) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => done(opening.result);
      });
      for (const store of db.objectStoreNames) {
        const values = await new Promise<unknown[]>((done) => {
          const getting = db.transaction(store).objectStore(store).getAll();
          getting.onsuccess = () => done(getting.result);
        });
        for (const value of values)
          found.push(value instanceof Uint8Array ? new TextDecoder("latin1").decode(value) : "");
      }
      db.close();
    }
    return found;
  });
  const clear = sent.flatMap((text) => [
    text,
    ...text.split(/[.~]/).map((part) => Buffer.from(part, "base64url").toString("latin1")),
  ]);
  for (const text of [...clear, ...stored, ...server.log]) {
    expect(text).not.toContain("CANARY");
    expect(text).not.toContain("qr_code");
  }
  expect(stored.join("").length).toBeGreaterThan(1000);
  expect(await server.total()).toBe(3);
});

test("a server that is killed and served again while a camera scans ends with the scanner's own count", async ({
  page,
}) => {
  const lts = await LtsProcess.build();
  ends.push(() => lts.remove());
  expect(await lts.serve()).toBeGreaterThan(0);
  await lts.run("license", "organisation", "7", "Seven");
  const { item, order } = JSON.parse(
    await lts.run("license", "item", "7", "--type", "per-scan", "--units", "100000", "--json"),
  );
  await lts.run("license", "code", "7", "till", "--items", item, "--domains", "localhost", "--default");
  await lts.run("license", "confirm", "7", order);
  await lts.run("license", "activate", "7", order);
  const license = (await lts.run("license", "key", "7", "till")).split("\n").at(-1) as string;

  // In and out of view, so that it is scanned again and again.
  const again = { symbol: qrCode("again"), moduleSize: 7, center: { x: 320, y: 240 } };
  writeClip(CLIP, movingClip({ symbols: [again], frames: 6, empty: 6, seed: 9 }));
  await page.goto(pages.origin);
  await page.evaluate(
    async ([origin, license]) => {
      const { BarcodeScanner } = (await import(`${origin}/index.js`)) as typeof library;
      const container = document.body.appendChild(document.createElement("main"));
      const scanner = await BarcodeScanner.create({ container, license, duplicateForgetTime: 50 });
      let scans = 0;
      scanner.addEventListener("scan", () => scans++);
      Object.assign(globalThis, { bench: { scanner, scans: () => scans } });
      await scanner.start();
    },
    [pages.origin, license] as const,
  );
  type Bench = { scanner: library.BarcodeScanner; scans: () => number };
  const bench = <T>(look: (bench: Bench) => T) => page.evaluate(`(${look})(globalThis.bench)`) as Promise<Awaited<T>>;
  for (let round = 0; round < 3; round++) {
    const before = await bench(({ scans }) => scans());
    await expect.poll(() => bench(({ scans }) => scans()), { timeout: 20_000 }).toBeGreaterThan(before + 3);
    // Killed while a report is on its way.
    const reporting = bench(({ scanner }) => scanner.license?.refresh());
    await lts.kill();
    await reporting;
    await lts.serve();
  }
  await bench(({ scanner }) => scanner.stop());
  const truth = await bench(({ scans }) => scans());
  await bench(({ scanner }) => scanner.license?.refresh());
  await bench(({ scanner }) => scanner.close());
  const [, listed] = JSON.parse(await lts.run("license", "list", "7", "--json"));
  expect(truth).toBeGreaterThan(9);
  expect(listed.used).toBe(truth);
  await lts.kill();
  // Exits with another status where an aggregate is not what its cells add up to.
  await lts.run("verify");
});
