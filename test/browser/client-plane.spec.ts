/**
 * Shows that a page of another origin reaches the licence server as the protocol promises: simple requests without a
 * preflight, answers that can be read, reports that outlive the page.
 */
import { expect, test } from "@playwright/test";
import { ENVELOPE_TYPE, PATHS } from "../../src/rules/protocol/envelopes.js";
import { Device, openSite, type Site } from "../server/http/site.js";
import { openAuthorizeReply, openReportAnswer, sealAuthorize } from "../server/http/wire.js";
import { cell } from "../server/lab.js";

let site: Site;
test.beforeAll(async () => {
  site = await openSite();
});
test.afterAll(() => site.close());

/** How often the server was asked by a method on a path. */
async function asked(method: string, route: string): Promise<number> {
  const { values } = await site.metrics.requests.get();
  return values
    .filter(({ labels }) => labels.method === method && labels.route === route)
    .reduce((sum, { value }) => sum + value, 0);
}

const scans = async (): Promise<number> => {
  const query = { organisation: "100", from: "2026-01-01", to: "2026-12-31", groupBy: [] };
  return (await site.store.usage(query))[0]?.count ?? 0;
};

test("authorize and report by fetch, also with keepalive; report by beacon when the page goes", async ({ page }) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto("/test/browser/blank.html");
  const origin = await page.evaluate(() => location.origin);
  expect(origin).not.toBe(site.url);
  const post = (path: string, body: string, keepalive = false) =>
    page.evaluate(
      async ([url, text, type, isKept]) => {
        const headers = { "content-type": type };
        const answer = await fetch(url, {
          method: "POST",
          body: text,
          headers,
          keepalive: isKept,
          credentials: "omit",
        });
        return { status: answer.status, body: await answer.text() };
      },
      [site.url + path, body, ENVELOPE_TYPE, keepalive] as const,
    );

  const device = await Device.open(site);
  const request = device.request({ origin });
  const authorized = await post(PATHS.authorize, await sealAuthorize(request, await device.keySet(), site.clock.now()));
  const reply = await openAuthorizeReply(authorized.body, request.replyKey);
  if (!reply.ok) throw new Error(reply.refusal.code);
  device.grant = reply;

  const { body, sessionKey } = await device.sealed([cell(3)]);
  const reported = await post(PATHS.report, body, true);
  expect(await openReportAnswer(reported.body, sessionKey)).toMatchObject({ ok: true, cells: [cell(3)] });

  const wrong = await post(PATHS.report, "no report");
  expect([wrong.status, JSON.parse(wrong.body).code]).toEqual([400, "malformed_request"]);

  const last = await device.sealed([cell(8)]);
  const isQueued = await page.evaluate(
    ([url, text]) =>
      new Promise<boolean>((resolve) => {
        addEventListener("pagehide", () => void navigator.sendBeacon(url, text));
        resolve(true);
      }),
    [site.url + PATHS.report, last.body] as const,
  );
  expect(isQueued).toBe(true);
  await page.goto("about:blank");
  await expect.poll(scans).toBe(8);

  expect(await asked("OPTIONS", PATHS.authorize)).toBe(0);
  expect(await asked("OPTIONS", PATHS.report)).toBe(0);
  expect(await asked("POST", PATHS.report)).toBe(3);
  // A refused request is told on the console by the browser itself; nothing else is.
  expect(complaints.filter((text) => !text.includes("400 (Bad Request)"))).toEqual([]);
});

test("R23 a page on a domain that is not bound can read why", async ({ page }) => {
  await page.goto("/test/browser/blank.html");
  const device = await Device.open(site, 2);
  const request = device.request({ origin: "https://shop.example" });
  const sealed = await sealAuthorize(request, await device.keySet(), site.clock.now());
  const { status, body } = await page.evaluate(
    async ([url, text]) => {
      const answer = await fetch(url, { method: "POST", body: text });
      return { status: answer.status, body: await answer.text() };
    },
    [site.url + PATHS.authorize, sealed] as const,
  );
  expect(status).toBe(403);
  expect(await openAuthorizeReply(body, request.replyKey)).toMatchObject({ refusal: { code: "domain_not_bound" } });
});

test("keys and state are fetched by any page", async ({ page }) => {
  await page.goto("/test/browser/blank.html");
  const [keys, state] = await page.evaluate(
    (urls) => Promise.all(urls.map(async (url) => (await fetch(url)).text())),
    [site.url + PATHS.keys, site.url + PATHS.status],
  );
  expect(keys?.split(".")).toHaveLength(3);
  expect(JSON.parse(state ?? "").isReady).toBe(true);
});
