import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changeCode, createCode } from "../../../server/src/usecases/admin-codes.js";
import { exportOffline } from "../../../server/src/usecases/admin-items.js";
import { confirmOrder, orderMore } from "../../../server/src/usecases/admin-orders.js";
import { MemoryStore } from "../../../src/metering/store.js";
import { DAY_MS } from "../../../src/rules/period.js";
import { ENVELOPES, PATHS } from "../../../src/rules/protocol/envelopes.js";
import { openSite, type Site } from "../../server/http/site.js";
import { attach, buy, SHOP } from "../../server/lab.js";
import { CLEAR, CUT, keyOf, openPage, refusalOf } from "./page.js";

let site: Site;
const sites: Site[] = [];
const siteWith = async (order: Parameters<typeof openSite>[0] = {}): Promise<Site> => {
  site = await openSite(order);
  sites.push(site);
  return site;
};
const usedOnServer = async (): Promise<number> => {
  const [row] = await site.store.usage({ organisation: "100", from: "2026-01-01", to: "2027-12-31", groupBy: [] });
  return row?.count ?? 0;
};

beforeEach(() => siteWith());
afterEach(async () => {
  for (const one of sites.splice(0)) await one.close();
});

describe("authorising", () => {
  test("R19 R36 the first use asks the server, and later ones need no network", async () => {
    const store = new MemoryStore();
    expect(await refusalOf(openPage(site, { store, weather: CUT }))).toBe("license_unreachable");
    const first = await openPage(site, { store, deviceName: "Till 1" });
    expect(first.license.standing).toMatchObject({
      isAllowed: true,
      organisation: "100",
      type: "per-scan",
      isTrial: false,
      remaining: 1000,
      offlineUntil: site.clock.at + 7 * DAY_MS,
    });
    await first.close();
    const second = await openPage(site, { store, weather: CUT });
    expect(await second.scan()).toBe("ok");
    await second.close();
  });

  test("R24 R25 what is sent is sealed: to the server's key, or with the session's", async () => {
    const page = await openPage(site, { deviceName: "Till 1" });
    await page.scan(3);
    await page.license.refresh();
    await page.close();
    const posts = page.requests.filter(({ body }) => body !== "");
    expect(posts.length).toBeGreaterThanOrEqual(2);
    for (const { body } of posts) {
      expect(body).toMatch(/^[\w.~-]+$/);
      const clear = body
        .split(/[.~]/)
        .map((part) => Buffer.from(part, "base64url").toString("latin1"))
        .join("\n");
      expect(clear).toMatch(new RegExp(`${ENVELOPES.authorize}|${ENVELOPES.report}`));
      expect(clear + body).not.toMatch(/Till 1|qr_code|100-shop|value \d/);
    }
  });

  test("R23 R26 a foreign domain and a wrong password are refused with their own codes", async () => {
    await changeCode(site.operator, "100", "shop", { domains: ["shop.example"], passwords: ["open sesame"] });
    expect(await refusalOf(openPage(site, { origin: "https://other.example" }))).toBe("domain_not_bound");
    expect(await refusalOf(openPage(site))).toBe("password_wrong");
    expect(await refusalOf(openPage(site, { key: { password: "open sesame" } }))).toBe("ok");
  });

  test("R64 unknown codes and licences that are not activated say so", async () => {
    expect(await refusalOf(openPage(site, { key: { code: "100-none" } }))).toBe("code_unknown");
    expect(await refusalOf(openPage(site, { key: { organisation: "7", code: "7-shop" } }))).toBe(
      "organisation_unknown",
    );
    const { item } = await buy(site, { type: "per-scan", name: "later", units: 1 }, "100", false);
    await attach(site, [item]);
    expect(await refusalOf(openPage(site))).toBe("license_not_activated");
  });

  test("what is no licence key, or one of another root, is told", async () => {
    expect(await refusalOf(openPage(site, { license: "tally1.x" }))).toBe("license_invalid");
    expect(await refusalOf(openPage(site, { license: "nonsense" }))).toBe("license_invalid");
    expect(await refusalOf(openPage(site, { key: { root: "A".repeat(43) } }))).toBe("license_unreachable");
  });

  test("a stand-by server is asked where the main one does not answer", async () => {
    const page = await openPage(site, { key: { servers: ["http://127.0.0.1:9", site.url] } });
    expect(page.license.standing.isAllowed).toBe(true);
    await page.close();
  });

  test("R44 two browsers are two devices; R46 R47 so is one whose storage was deleted", async () => {
    const [a, b] = [await openPage(site), await openPage(site)];
    expect(a.meter.deviceId).not.toBe(b.meter.deviceId);
    await a.close();
    await b.close();
    expect(await site.store.read((records) => records.devices.count("100", 0))).toBe(2);
  });

  test("one device may use one licence after another", async () => {
    const store = new MemoryStore();
    await createCode(site.operator, "100", "other");
    await attach(site, [site.item], "100", "other");
    for (const code of ["100-shop", "100-other", "100-shop"]) {
      expect(await refusalOf(openPage(site, { store, key: { code } }))).toBe("ok");
    }
  });

  test("network trouble and a busy server are never taken for a refusal", async () => {
    const page = await openPage(site);
    const busy = () => new Response('{"code":"license_revoked"}', { status: 503, headers: { "retry-after": "5" } });
    for (const weather of [CUT, async () => busy(), async () => new Response("<html>", { status: 502 })]) {
      page.weather = weather;
      site.clock.pass(1.5);
      await page.license.refresh();
      expect(await page.scan()).toBe("ok");
    }
    await page.close();
  });

  test("a definitive refusal drops the authorisation at once, and a later yes brings it back", async () => {
    const store = new MemoryStore();
    const page = await openPage(site, { store });
    const told: boolean[] = [];
    page.license.addEventListener("change", (event) => told.push((event as CustomEvent).detail.isAllowed));
    await attach(site, []);
    await page.license.refresh();
    site.clock.pass(1.5);
    await page.license.refresh();
    expect(await page.show("x")).toBe("license_missing");
    await page.close();
    expect(await refusalOf(openPage(site, { store, weather: CUT }))).toBe("license_unreachable");
    await attach(site, [site.item]);
    const again = await openPage(site, { store });
    expect(await again.scan()).toBe("ok");
    await again.close();
    expect(told).toEqual([false]);
  });
});

describe("the quota", () => {
  test("R49 R63 scans run out at exactly N, with the rest of a frame left out", async () => {
    await siteWith({ order: { units: 5 } });
    const page = await openPage(site);
    expect(await page.scan(3)).toBe("ok");
    expect(page.license.standing.remaining).toBe(2);
    expect(await page.show("a", "b", "c")).toEqual(["a", "b"]);
    expect(await page.show("a")).toBe("quota_exceeded");
    expect(page.license.standing).toMatchObject({
      isAllowed: false,
      remaining: 0,
      refusal: { code: "quota_exceeded" },
    });
    await page.license.refresh();
    expect(await usedOnServer()).toBe(5);
    expect(await page.show("d")).toBe("quota_exceeded");
    await page.close();
  });

  test("R65 R67 an increase takes effect without another key, and so does a reload", async () => {
    await siteWith({ order: { units: 2 } });
    const store = new MemoryStore();
    const page = await openPage(site, { store });
    expect(await page.scan(3)).toBe("quota_exceeded");
    const order = await orderMore(site.operator, "100", site.item, { kind: "increase", units: 3 });
    await confirmOrder(site.operator, "100", order.id);
    await page.license.refresh();
    expect(await page.scan(3)).toBe("ok");
    expect(await page.scan()).toBe("quota_exceeded");
    await page.close();
    expect(await refusalOf(openPage(site, { store }))).toBe("quota_exceeded");
    expect(await usedOnServer()).toBe(5);
  });

  test("what is counted offline is taken off what is left, also after a reload", async () => {
    await siteWith({ order: { units: 10 } });
    const store = new MemoryStore();
    const page = await openPage(site, { store });
    page.weather = CUT;
    expect(await page.scan(4)).toBe("ok");
    await page.crash();
    const again = await openPage(site, { store, weather: CUT });
    expect(again.license.standing.remaining).toBe(6);
    again.weather = CLEAR;
    await again.license.refresh();
    expect(again.license.standing.remaining).toBe(6);
    expect(again.meter.unreported).toBe(0);
    expect(await usedOnServer()).toBe(4);
    await again.close();
  });

  test("two tabs of one device share what is left", async () => {
    await siteWith({ order: { units: 6 } });
    const store = new MemoryStore();
    const one = await openPage(site, { store });
    expect(await one.scan(2)).toBe("ok");
    await one.meter.flush();
    const two = await openPage(site, { store });
    expect(two.license.standing.remaining).toBe(4);
    await two.close();
    await one.close();
  });
});

describe("time", () => {
  test("R30 R31 seven days offline and not a minute more; R32 R33 then all is sent at once", async () => {
    const page = await openPage(site);
    page.weather = CUT;
    site.clock.at += 7 * DAY_MS - 60_000;
    expect(await page.scan()).toBe("ok");
    site.clock.at += 60_000;
    expect(await page.scan()).toBe("authorisation_expired");
    expect(await usedOnServer()).toBe(0);
    page.weather = CLEAR;
    await page.license.refresh();
    expect(await page.scan()).toBe("ok");
    await page.license.refresh();
    expect(await usedOnServer()).toBe(2);
    await page.close();
  });

  test("turning the clock back gains nothing, not even over a reload", async () => {
    const store = new MemoryStore();
    let ahead = 0;
    const options = { store, clockAhead: () => ahead };
    const page = await openPage(site, options);
    page.weather = CUT;
    site.clock.at += 6 * DAY_MS;
    expect(await page.scan()).toBe("ok");
    await page.crash();
    ahead = -30 * DAY_MS;
    const again = await openPage(site, { ...options, weather: CUT });
    site.clock.at += DAY_MS;
    expect(await again.scan()).toBe("ok");
    ahead = 0;
    expect(await again.scan()).toBe("authorisation_expired");
    ahead = -30 * DAY_MS;
    expect(await again.scan()).toBe("authorisation_expired");
    await again.crash();
  });

  test("a clock that is wrong harms nobody who has met the server", async () => {
    for (const years of [-5, 5]) {
      const page = await openPage(site, { clockAhead: () => years * 365 * DAY_MS });
      expect(await page.scan()).toBe("ok");
      expect(Math.abs(page.license.now - site.clock.at)).toBeLessThan(1000);
      await page.close();
    }
  });

  test("a clock that ran ahead is set right by one answer of the server", async () => {
    const store = new MemoryStore();
    let ahead = 0;
    const options = { store, clockAhead: () => ahead };
    const page = await openPage(site, options);
    ahead = 400 * DAY_MS;
    expect(await page.scan()).toBe("license_expired");
    ahead = 0;
    expect(await page.scan()).toBe("license_expired");
    await page.license.refresh();
    expect(await page.scan()).toBe("ok");
    await page.close();
  });

  test("R66 a renewal takes effect with the next word of the server", async () => {
    const page = await openPage(site);
    const order = await orderMore(site.operator, "100", site.item, { kind: "renewal", units: 1000 });
    await confirmOrder(site.operator, "100", order.id);
    site.clock.pass(366);
    expect(await page.scan()).toBe("license_expired");
    await page.license.refresh();
    expect(await page.scan()).toBe("ok");
    await page.close();
  });
});

describe("reports", () => {
  test("R10 R13 what was counted is sent, acknowledged, and not before that forgotten", async () => {
    const page = await openPage(site);
    await page.scan(4);
    page.weather = CUT;
    await page.license.refresh();
    expect(page.meter.unreported).toBe(4);
    page.weather = CLEAR;
    await page.license.refresh();
    expect(page.meter.unreported).toBe(0);
    expect(await page.meter.pending()).toMatchObject({ cells: [] });
    expect(await usedOnServer()).toBe(4);
    await page.close();
  });

  test("lost answers, repeated requests and reloads change no total", async () => {
    const store = new MemoryStore();
    const page = await openPage(site, { store });
    await page.scan(5);
    page.weather = async (next) => {
      await next();
      throw new TypeError("the answer was lost");
    };
    await page.license.refresh();
    expect(await usedOnServer()).toBe(5);
    expect(page.meter.unreported).toBe(5);
    page.weather = async (next) => {
      await next();
      return next();
    };
    await page.scan(2);
    await page.license.refresh();
    await page.close();
    expect(await usedOnServer()).toBe(7);
  });

  test("a session that the server has forgotten is opened again, and nothing is lost", async () => {
    const page = await openPage(site);
    await page.scan(2);
    let isForgotten = true;
    page.weather = async (next, url) => {
      if (!url.endsWith(PATHS.report) || !isForgotten) return next();
      isForgotten = false;
      return new Response(JSON.stringify({ code: "session_unknown" }), {
        status: 401,
        headers: { "content-type": "application/json" },
      });
    };
    await page.license.refresh();
    expect(await usedOnServer()).toBe(2);
    await page.close();
  });

  test("R77 what the meter shows as pending is what the report holds", async () => {
    const page = await openPage(site);
    await page.scan(3);
    const { cells, slots } = await page.meter.pending();
    expect(cells).toMatchObject([{ metric: "qr_code", count: 3, organisation: "100" }]);
    expect(slots).toHaveLength(1);
    await page.license.refresh();
    const rows = await site.store.usage({
      organisation: "100",
      from: "2026-01-01",
      to: "2027-12-31",
      groupBy: ["metric"],
    });
    expect(rows).toMatchObject([{ metric: "qr_code", count: 3 }]);
    await page.close();
  });
});

describe("offline licences", () => {
  test("R15 R35 R38 work with no traffic at all, under the root that was given and no other", async () => {
    const { item } = await buy(site, { type: "per-device", name: "island", units: 1, isOffline: true });
    const license = await exportOffline(site.operator, "100", item);
    const licenseRoot = site.ports.keys.rootThumbprint();
    const page = await openPage(site, { license, licenseRoot, weather: CUT });
    expect(page.license.standing).toMatchObject({ isAllowed: true, type: "per-device" });
    expect(await page.scan(3)).toBe("ok");
    site.clock.pass(364);
    expect(await page.scan(3)).toBe("ok");
    site.clock.pass(2);
    expect(await page.scan()).toBe("license_expired");
    await page.close();
    expect(page.requests).toEqual([]);

    expect(await refusalOf(openPage(site, { license, weather: CUT }))).toBe("license_invalid");
    const other = await openSite();
    sites.push(other);
    const stranger = other.ports.keys.rootThumbprint();
    expect(await refusalOf(openPage(site, { license, licenseRoot: stranger, weather: CUT }))).toBe("license_invalid");
    const forged = `${license.slice(0, -4)}AAAA`;
    expect(await refusalOf(openPage(site, { license: forged, licenseRoot, weather: CUT }))).toBe("license_invalid");
  });
});

test("the key names servers, organisation, code and root, and nothing that has to change", () => {
  expect(keyOf(site)).toMatch(/^tally1\./);
  expect(SHOP).toMatch(/^https:/);
});
