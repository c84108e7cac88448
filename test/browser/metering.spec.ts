/** The meter in a real browser: exact across tabs, sealed in IndexedDB, alive without network, quota or secure context. */
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import type {} from "./metering-page.js";
import { TEST_PORT } from "./server.js";

const PATH = "/test/browser/metering.html";
const CANARY = "canary-8f3a-Grüße";

async function openTab(context: BrowserContext, url = PATH): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await ready(page);
  return page;
}

async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => globalThis.metering !== undefined);
  await page.evaluate(async () => {
    globalThis.heard = [];
    globalThis.meter = await metering.openMeter({ organisation: "canary-organisation" });
    meter.addEventListener("usage", (event) => heard.push(`usage ${event.detail.total}`));
    meter.addEventListener("error", (event) => heard.push(event.detail.code));
  });
}

const total = (page: Page) => page.evaluate(() => metering.total(meter));
const device = (page: Page) => page.evaluate(() => meter.deviceId);

test("two tabs count at once and lose nothing, and a reload keeps it (R44)", async ({ context }) => {
  const tabs = await Promise.all([openTab(context), openTab(context)]);
  const sums = await Promise.all(
    tabs.map((page, index) =>
      page.evaluate(async (seed) => {
        let sum = 0;
        for (let i = 0; i < 60; i++) {
          const count = 1 + ((i * 7 + seed * 3) % 5);
          await metering.scan(meter, "text", count);
          sum += count;
          if ((i + seed) % 3 !== 0) await meter.flush();
        }
        await meter.flush();
        return sum;
      }, index),
    ),
  );
  const truth = sums.reduce((sum, count) => sum + count, 0);
  expect(truth).toBeGreaterThan(300);
  const [first, second] = tabs as [Page, Page];
  expect(await total(first)).toBe(truth);
  expect(await total(second)).toBe(truth);
  expect(await device(first)).toBe(await device(second));
  const before = await device(first);
  await first.reload();
  await ready(first);
  expect(await total(first)).toBe(truth);
  expect(await device(first)).toBe(before);
});

test("a tab hears what another has counted", async ({ context }) => {
  const [first, second] = [await openTab(context), await openTab(context)];
  await first.evaluate(() => metering.scan(meter, "text", 2));
  await expect.poll(() => second.evaluate(() => heard.at(-1))).toBe("usage 2");
});

test("R46, R47 deleting IndexedDB makes another device, with the page open and after a reload", async ({ context }) => {
  const page = await openTab(context);
  await page.evaluate(() => metering.scan(meter, "text", 3));
  await page.evaluate(() => meter.flush());
  const names = [await device(page)];
  const wipe = () =>
    page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const request = indexedDB.deleteDatabase("tallymark");
          request.onsuccess = () => resolve("deleted");
          request.onerror = request.onblocked = () => reject(new Error("blocked"));
        }),
    );
  expect(await wipe()).toBe("deleted");
  expect(await total(page)).toBe(0);
  names.push(await device(page));
  await wipe();
  await page.reload();
  await ready(page);
  names.push(await device(page));
  expect(new Set(names).size).toBe(3);
});

test("R44 another browser profile is another device", async ({ browser, context }) => {
  const other = await browser.newContext({ baseURL: `http://localhost:${TEST_PORT}` });
  const [here, there] = [await openTab(context), await openTab(other)];
  await here.evaluate(() => metering.scan(meter, "text", 2));
  expect(await device(here)).not.toBe(await device(there));
  expect(await total(there)).toBe(0);
  await other.close();
});

test("R3, R7, R9, R12 nothing readable is stored, and nothing is sent", async ({ context }) => {
  const requests: string[] = [];
  const page = await openTab(context);
  // Files of the library may be fetched; nothing goes with such a request.
  const isOwnFile = (url: string) => /^[^?]+\/src\/[\w/-]+\.ts$/.test(url);
  page.on("request", (request) => void (isOwnFile(request.url()) || requests.push(request.url())));
  await page.evaluate((text) => metering.scan(meter, text, 4711), CANARY);
  const { cells, slots } = await page.evaluate(() => meter.pending());
  expect(cells.map((cell) => [cell.metric, cell.count])).toEqual([["qr_code", 4711]]);
  expect(JSON.stringify([cells, slots])).not.toContain("canary-8f3a");
  const id = await device(page);
  const dump = await page.evaluate(() => metering.dump());
  const readable = dump.filter((text) => !text.startsWith("bytes:")).join("\n");
  const hex = dump.filter((text) => text.startsWith("bytes:")).join("\n");
  expect(dump).toContain('["secret",false,["encrypt","decrypt"]]');
  expect(hex.length).toBeGreaterThan(1000);
  const epoch = cells[0]?.epoch ?? "none";
  const secrets = [CANARY, "canary", "4711", "qr_code", "organisation", id, epoch, cells[0]?.day ?? "none"];
  for (const secret of secrets) expect(readable).not.toContain(secret);
  for (const secret of [Buffer.from(CANARY).toString("hex"), id.replaceAll("-", ""), epoch]) {
    expect(hex).not.toContain(secret);
  }
  expect(requests).toEqual([]);
});

test("R2 without the network it counts on, and the counts are there after it is back", async ({ context }) => {
  const page = await openTab(context);
  await context.setOffline(true);
  await page.evaluate(() => metering.scan(meter, "text", 5));
  expect(await total(page)).toBe(5);
  await context.setOffline(false);
  await page.reload();
  await ready(page);
  expect(await total(page)).toBe(5);
});

test("a page that leaves on a scan has counted it", async ({ context }) => {
  const page = await openTab(context);
  for (let i = 1; i <= 5; i++) {
    await page.evaluate(async () => {
      await metering.scan(meter, "text", 3);
      location.href = "/test/browser/blank.html";
    });
    await page.waitForURL("**/blank.html");
    await page.goto(PATH);
    await ready(page);
    expect(await total(page)).toBe(3 * i);
  }
});

test("a full disk is told, and what could not be written is written later", async ({ context }) => {
  const page = await openTab(context);
  // Chromium lets small writes through whatever quota is set for a test, so the refusal itself is put in.
  await page.evaluate(() => {
    const { add } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.add = () => {
      IDBObjectStore.prototype.add = add;
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await page.evaluate(() => metering.scan(meter, "text", 3));
  await expect.poll(() => page.evaluate(() => heard)).toContain("storage_full");
  expect(await total(page)).toBe(3);
  expect(await total(await openTab(context))).toBe(3);
});

test("R12 an insecure page stores nothing and counts in memory, with one warning", async ({ context }) => {
  await context.route("http://insecure.test/**", async (route) => {
    const { pathname, search } = new URL(route.request().url());
    await route.fulfill({ response: await route.fetch({ url: `http://localhost:${TEST_PORT}${pathname}${search}` }) });
  });
  const warnings: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "warning") warnings.push(message.text());
  });
  const page = await openTab(context, `http://insecure.test${PATH}`);
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  await page.evaluate(() => metering.scan(meter, "text", 2));
  expect(await total(page)).toBe(2);
  expect(await page.evaluate(() => meter.storage)).toBe("memory");
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
  expect(warnings.filter((text) => text.startsWith("tallymark:"))).toHaveLength(1);
});
