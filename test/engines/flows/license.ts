/** Licensed scanning as test/browser/license.spec.ts shows it in Chromium, written for any engine. */
import { expect, test } from "vitest";
import { changeCode } from "../../../server/src/usecases/admin-codes.js";
import { exportOffline } from "../../../server/src/usecases/admin-items.js";
import { confirmOrder, orderMore } from "../../../server/src/usecases/admin-orders.js";
import { DAY_MS, MINUTE_MS } from "../../../src/rules/period.js";
import { LtsProcess } from "../../browser/lts-process.js";
import { attach, buy } from "../../server/lab.js";
import { qrCode } from "../../symbols/index.js";
import { PATIENCE, type Page, picture, type Stage } from "../stage.js";

const CANARY = "CANARY-51c2e0";
const SIZE = 132;
const qr = (value: string) =>
  picture({ width: SIZE, height: SIZE, symbols: [{ symbol: qrCode(value), moduleSize: 4, center: { x: 66, y: 66 } }] });
const read = (page: Page, value: string) => page.call("read", qr(value));

/** Codes side by side before the camera. */
const row = (...values: string[]) =>
  picture({
    symbols: values.map((value, index) => ({
      symbol: qrCode(value),
      moduleSize: 5,
      center: { x: 110 + index * 200, y: 240 },
    })),
  });

export function licenseFlows(stage: Stage): void {
  test("R49 R65 R67 a camera scans exactly N times, and goes on when the quota is increased", async () => {
    const server = await stage.licenseLab({ units: 2 });
    const page = await stage.page();
    await page.call("replaceCamera");
    await page.call("pointCamera", [{ picture: row("one", "two", "three"), ms: 1000 }]);
    expect(await page.call("openScanner", { license: server.license, deviceName: "Till 1" })).toBe("ok");
    expect(await page.call("start")).toBe("ok");
    await expect.poll(async () => (await page.call("scanned")).errors, PATIENCE).toEqual(["quota_exceeded"]);
    expect((await page.call("scanned")).scans).toHaveLength(2);
    await page.call("refresh");
    expect(await server.total()).toBe(2);

    const order = await orderMore(server.operator, "100", server.item, { kind: "increase", units: 5 });
    await confirmOrder(server.operator, "100", order.id);
    await page.call("refresh");
    await expect
      .poll(async () => (await page.call("scanned")).scans.toSorted(), PATIENCE)
      .toEqual(["one", "three", "two"]);
    expect((await page.call("scanned")).changes).toContain(true);
    await page.call("closeScanner");
    expect(await server.total()).toBe(3);
  });

  test("R40 R44 two profiles are two devices, and a third finds no seat", async () => {
    const server = await stage.licenseLab({ type: "per-device", units: 2 });
    const outcomes: string[] = [];
    for (let i = 0; i < 3; i++) {
      const page = await stage.page();
      outcomes.push(await page.call("openReader", { license: server.license }));
      await page.call("closeReader");
    }
    expect(outcomes).toEqual(["ok", "ok", "seats_taken"]);
    expect(await server.devices()).toBe(2);
  });

  test("R60 R63 in one slot of three minutes no more devices work than the licence takes", async () => {
    const server = await stage.licenseLab({ type: "concurrent-device", units: 1 });
    const [first, second] = [await stage.page(), await stage.page()];
    expect(await first.call("openReader", { license: server.license })).toBe("ok");
    expect(await second.call("openReader", { license: server.license })).toBe("seats_taken");
    await first.call("closeReader");
    server.pass(4 * MINUTE_MS);
    expect(await second.call("openReader", { license: server.license })).toBe("ok");
  });

  test("R30 R31 seven days offline and not a minute more, then all is told at once", async () => {
    const server = await stage.licenseLab();
    const page = await stage.page();
    const began = Date.now();
    expect(await page.call("openReader", { license: server.license })).toBe("ok");
    const { offlineUntil = 0 } = (await page.call("standing")) ?? {};
    expect(Math.abs(offlineUntil - began - 7 * DAY_MS)).toBeLessThan(MINUTE_MS);
    await server.cable.cut();
    await page.call("setClock", offlineUntil - MINUTE_MS);
    expect(await read(page, "a")).toBe("a");
    // The two clocks were compared over a request, so they agree to some milliseconds.
    await page.call("setClock", offlineUntil + 1000);
    expect(await read(page, "b")).toBe("authorisation_expired");
    await page.call("setClock", offlineUntil - 6 * DAY_MS);
    expect(await read(page, "b")).toBe("authorisation_expired");
    expect(await server.total()).toBe(0);
    await server.cable.plug();
    await page.call("refresh");
    expect(await read(page, "b")).toBe("b");
    await page.call("closeReader");
    expect(await server.total()).toBe(2);
  });

  test("R36 the first use needs the network, later ones do not", async () => {
    const server = await stage.licenseLab();
    const page = await stage.page();
    await server.cable.cut();
    expect(await page.call("openReader", { license: server.license })).toBe("license_unreachable");
    await server.cable.plug();
    expect(await page.call("openReader", { license: server.license })).toBe("ok");
    await page.call("closeReader");
    await server.cable.cut();
    await stage.enter(page);
    expect(await page.call("openReader", { license: server.license })).toBe("ok");
    expect(await read(page, "offline")).toBe("offline");
  });

  test("R46 R47 a browser whose IndexedDB is deleted is another device", async () => {
    const server = await stage.licenseLab({ type: "per-device", units: 2 });
    const page = await stage.page();
    expect(await page.call("openReader", { license: server.license })).toBe("ok");
    const before = await page.call("device");
    await page.call("closeReader");
    await stage.enter(page);
    expect(await page.call("openReader", { license: server.license })).toBe("ok");
    expect(await page.call("device")).toBe(before);
    await page.call("closeReader");
    expect(await page.call("deleteDatabase")).toBe("deleted");
    expect(await page.call("openReader", { license: server.license })).toBe("ok");
    expect(await page.call("device")).not.toBe(before);
    expect(await server.devices()).toBe(2);
  });

  test("R23 on a domain that is not bound the licence is refused, on one that is it works", async () => {
    const server = await stage.licenseLab();
    const page = await stage.page();
    await changeCode(server.operator, "100", "shop", { domains: ["shop.example"] });
    expect(await page.call("openReader", { license: server.license })).toBe("domain_not_bound");
    await changeCode(server.operator, "100", "shop", { domains: ["localhost"] });
    expect(await page.call("openReader", { license: server.license })).toBe("ok");
  });

  test("R66 a renewal takes effect without another key", async () => {
    const server = await stage.licenseLab();
    const page = await stage.page();
    expect(await page.call("openReader", { license: server.license })).toBe("ok");
    const order = await orderMore(server.operator, "100", server.item, { kind: "renewal", units: 1000 });
    await confirmOrder(server.operator, "100", order.id);
    const { until = 0 } = (await page.call("standing")) ?? {};
    server.pass(until - Date.now() + DAY_MS);
    await page.call("refresh");
    expect(((await page.call("standing"))?.until ?? 0) - until).toBeGreaterThan(364 * DAY_MS);
    expect(await read(page, "renewed")).toBe("renewed");
  });

  test("R15 R35 an offline licence works with the network cut, and sends nothing", async () => {
    const server = await stage.licenseLab();
    const { item } = await buy(server, { type: "per-device", name: "island", units: 1, isOffline: true });
    const license = await exportOffline(server.operator, "100", item);
    const page = await stage.page();
    await server.cable.cut();
    const licenseRoot = server.ports.keys.rootThumbprint();
    await page.call("recordRequests");
    expect(await page.call("openReader", { license, licenseRoot })).toBe("ok");
    expect(await read(page, "island")).toBe("island");
    expect(await page.call("standing")).toMatchObject({ isAllowed: true, type: "per-device" });
    await page.call("closeReader");
    expect(await page.call("openReader", { license })).toBe("license_invalid");
    const asked = await page.call("requests");
    expect(asked.filter((url) => !url.startsWith(stage.origin))).toEqual([]);
    expect(server.cable.sent).toEqual([]);
  });

  test("a closing page tells by beacon what it has counted", async () => {
    const server = await stage.licenseLab();
    const page = await stage.page();
    expect(await page.call("openReader", { license: server.license })).toBe("ok");
    expect(await read(page, "last words")).toBe("last words");
    expect(await server.total()).toBe(0);
    // The seal for the beacon is made soon after the count is stored.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await page.goto("about:blank");
    await expect.poll(() => server.total(), PATIENCE).toBe(1);
  });

  test("R9 R12 R77 R78 no value leaves the page, in no request, store or log, failures included", async () => {
    const server = await stage.licenseLab();
    const page = await stage.page();
    await page.call("recordRequests");
    expect(await page.call("openReader", { license: server.license, deviceName: "CANARY-name" })).toBe("ok");
    for (let i = 0; i < 3; i++) expect(await read(page, `${CANARY}-${i}`)).toBe(`${CANARY}-${i}`);
    await server.cable.cut();
    await page.call("refresh");
    await server.cable.plug();
    await attach(server, []);
    await page.call("refresh");
    expect(await read(page, `${CANARY}-refused`)).toBe("license_missing");
    const stored = await page.call("storedTexts");
    const sent = Buffer.concat(server.cable.sent).toString("latin1");
    expect(sent.length).toBeGreaterThan(1000);
    const clear = [sent, ...(await page.call("requests"))].flatMap((text) => [
      text,
      ...text.split(/[^\w-]/).map((part) => Buffer.from(part, "base64url").toString("latin1")),
    ]);
    for (const text of [...clear, ...stored, ...server.log]) {
      expect(text).not.toContain("CANARY");
      expect(text).not.toContain("qr_code");
    }
    expect(stored.join("").length).toBeGreaterThan(1000);
    expect(await server.total()).toBe(3);
  });

  test("a server that is killed and served again while a camera scans ends with the scanner's own count", async () => {
    const lts = await LtsProcess.build();
    stage.atEnd(() => lts.remove());
    expect(await lts.serve()).toBeGreaterThan(0);
    await lts.run("license", "organisation", "7", "Seven");
    const { item, order } = JSON.parse(
      await lts.run("license", "item", "7", "--type", "per-scan", "--units", "100000", "--json"),
    );
    await lts.run("license", "code", "7", "till", "--items", item, "--domains", "localhost", "--default");
    await lts.run("license", "confirm", "7", order);
    await lts.run("license", "activate", "7", order);
    const license = (await lts.run("license", "key", "7", "till")).split("\n").at(-1) as string;

    const page = await stage.page();
    await page.call("replaceCamera");
    // In and out of view, so that it is scanned again and again.
    await page.call("pointCamera", [
      { picture: row("again"), ms: 300 },
      { picture: row(), ms: 300 },
    ]);
    expect(await page.call("openScanner", { license, duplicateForgetTime: 50 })).toBe("ok");
    expect(await page.call("start")).toBe("ok");
    const scans = async () => (await page.call("scanned")).scans.length;
    for (let round = 0; round < 3; round++) {
      const before = await scans();
      await expect.poll(scans, PATIENCE).toBeGreaterThan(before + 2);
      // Killed while a report is on its way.
      const reporting = page.call("refresh");
      await lts.kill();
      await reporting;
      await lts.serve();
    }
    await page.call("stop");
    const truth = await scans();
    await page.call("refresh");
    await page.call("closeScanner");
    const [, listed] = JSON.parse(await lts.run("license", "list", "7", "--json"));
    expect(truth).toBeGreaterThan(8);
    expect(listed.used).toBe(truth);
    await lts.kill();
    // Exits with another status where an aggregate is not what its cells add up to.
    await lts.run("verify");
  });
}
