/** Shows the demo's licence panel against a real server, and that the page starts and works without any network (R37). */
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { encodeLicenseKey } from "../../src/rules/protocol/license-key.js";
import { openSite, type Site } from "../server/http/site.js";

let server: Site;
test.beforeAll(async () => {
  server = await openSite();
  server.clock.now = () => Date.now();
});
test.afterAll(() => server.close());
test.describe.configure({ timeout: 60_000 });

const demoLicense = () => ({
  license: encodeLicenseKey({
    organisation: "100",
    code: "100-shop",
    servers: [server.url],
    root: server.ports.keys.rootThumbprint(),
  }),
  server: server.url,
});

async function open(context: BrowserContext): Promise<Page> {
  await context.route("**/demo/license.json", (route) => route.fulfill({ json: demoLicense() }));
  const page = await context.newPage();
  await page.goto("/demo/");
  return page;
}

const row = (page: Page, name: string) => page.locator("#license-rows dt", { hasText: name }).locator("+ dd");

async function readExample(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Images" }).click();
  await page.getByRole("button", { name: "Try an example" }).click();
  await expect(page.locator("#progress")).toHaveText("5 codes in shelf.svg.");
}

const total = async (): Promise<number> => {
  const [row] = await server.store.usage({ organisation: "100", from: "2026-01-01", to: "2099-12-31", groupBy: [] });
  return row?.count ?? 0;
};

test("the panel says how the licence stands, what waits, and reports on demand", async ({ context }) => {
  const before = await total();
  const page = await open(context);
  await expect(row(page, "State")).toHaveText("in force");
  await expect(row(page, "Type")).toHaveText("per-scan");
  await page.getByLabel("Play that the licence server cannot be reached").check();
  await readExample(page);
  await expect(row(page, "Not reported")).toHaveText("5");
  await page.getByRole("button", { name: "Report now" }).click();
  await expect(row(page, "Not reported")).toHaveText("5");
  await page.getByLabel("Play that the licence server cannot be reached").uncheck();
  await page.getByRole("button", { name: "Report now" }).click();
  await expect(row(page, "Not reported")).toHaveText("0");
  await expect(row(page, "Next report")).toHaveText("nothing");
  expect(await total()).toBe(before + 5);
});

test("R37 after one visit the page starts, scans and counts with no network at all", async ({ context }) => {
  const page = await open(context);
  await expect(row(page, "State")).toHaveText("in force");
  await readExample(page);
  await page.getByRole("button", { name: "Report now" }).click();
  await expect(row(page, "Not reported")).toHaveText("0");
  const kept = () =>
    page.evaluate(async () => {
      const requests = await (await caches.open("tallymark-demo")).keys();
      return requests.map(({ url }) => new URL(url).pathname);
    });
  for (const part of [/engine\/worker\.[jt]s$/, /core\.simd\.wasm$/, /read-image/]) {
    await expect.poll(async () => (await kept()).some((path) => part.test(path)), { timeout: 20_000 }).toBe(true);
  }
  // What the service worker asks for is not routed, so the key is put where `npm start` would have given it.
  await page.evaluate(async (json) => {
    const cache = await caches.open("tallymark-demo");
    await cache.put("license.json", new Response(json, { headers: { "content-type": "application/json" } }));
  }, JSON.stringify(demoLicense()));
  await page.waitForTimeout(1500);
  await context.unrouteAll();
  await context.setOffline(true);
  // Which does not reach service workers.
  const [worker] = context.serviceWorkers();
  await worker?.evaluate(() => {
    globalThis.fetch = () => Promise.reject(new TypeError("offline"));
  });
  expect(worker).toBeDefined();
  await page.reload();
  await expect(row(page, "State")).toHaveText("in force");
  await readExample(page);
  await expect(row(page, "Not reported")).toHaveText("5");
});

test("a refusal is shown with its remedy", async ({ context }) => {
  await context.route("**/demo/license.json", (route) => route.fulfill({ json: { license: "tally1.x", server: "" } }));
  const page = await context.newPage();
  await page.goto("/demo/");
  await expect(row(page, "State")).toHaveText("license_invalid");
  await expect(row(page, "What to do")).toContainText("Copy all of it");
});
