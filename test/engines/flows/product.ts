/** What the product does without a licence, in any engine: images, the scanner, the demo page. */
import { expect, inject, test } from "vitest";
import { code128, dataMatrix, drawn, ean13, qrCode } from "../../symbols/index.js";
import type { Bench } from "../page/bench.js";
import { PATIENCE, type Page, picture, type Stage } from "../stage.js";

const EAN = "4006381333931";
const SYMBOLS = { qr_code: "TALLY", ean_13: EAN, code_128: "CODE-128 Tally", data_matrix: "Data Matrix" };

/** Four symbologies on one picture. */
const shelf = () =>
  picture({
    symbols: [
      { symbol: qrCode(SYMBOLS.qr_code), moduleSize: 5, center: { x: 150, y: 120 } },
      { symbol: drawn(ean13(SYMBOLS.ean_13)), moduleSize: 2.4, center: { x: 460, y: 120 } },
      { symbol: drawn(code128(SYMBOLS.code_128)), moduleSize: 1.6, center: { x: 460, y: 360 } },
      { symbol: dataMatrix(SYMBOLS.data_matrix), moduleSize: 6, center: { x: 150, y: 360 } },
    ],
  });
const single = (value: string) => picture({ symbols: [{ symbol: qrCode(value), moduleSize: 7 }] });
const nothing = () => picture({ symbols: [] });

type Scanned = ReturnType<Bench["scanned"]>;
const seen = async <K extends keyof Scanned>(page: Page, what: K): Promise<Scanned[K]> =>
  (await page.call("scanned"))[what];

export function productFlows(stage: Stage): void {
  test("R49 R51 images of every kind are read and counted; the core runs with SIMD in a worker", async () => {
    const site = await stage.site();
    const page = await stage.page(site.origin);
    expect(await page.call("openReader", {})).toBe("ok");
    const results = await page.call("readAll", shelf());
    const expected = Object.values(SYMBOLS).toSorted().join("|");
    expect(Object.keys(results)).toHaveLength(6);
    for (const [kind, values] of Object.entries(results))
      expect(values.split(",").toSorted().join("|"), kind).toBe(expected);
    const all = Object.keys(SYMBOLS).map((format) => [format, 6]);
    expect(await page.call("usage")).toEqual(Object.fromEntries(all));
    const loaded = site.requests.filter((path) => /core|worker|fallback|direct/.test(path));
    expect(new Set(loaded)).toEqual(new Set(["/core.simd.wasm", "/worker.js"]));
  });

  test("R52 R54 R55 a code before the camera is scanned once, and again when it was away for the forget time", async () => {
    const page = await stage.page();
    await page.call("replaceCamera");
    await page.call("pointCamera", [{ picture: single("once"), ms: 1000 }]);
    expect(await page.call("openScanner", { duplicateForgetTime: 700 })).toBe("ok");
    expect(await page.call("start")).toBe("ok");
    await expect.poll(() => seen(page, "found"), PATIENCE).toBeGreaterThan(12);
    expect(await page.call("scanned")).toMatchObject({ scans: ["once"], errors: [], state: "scanning", live: 1 });
    await page.call("pointCamera", [{ picture: nothing(), ms: 1000 }]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const away = await seen(page, "found");
    await page.call("pointCamera", [{ picture: single("once"), ms: 1000 }]);
    await expect.poll(() => seen(page, "found"), PATIENCE).toBeGreaterThan(away + 5);
    expect(await seen(page, "scans")).toEqual(["once", "once"]);
    expect(await page.call("usage")).toEqual({ qr_code: 2 });
    await page.call("stop");
    const { frames, live } = await page.call("scanned");
    expect(live).toBe(0);
    expect(await page.call("start")).toBe("ok");
    await expect.poll(() => seen(page, "frames"), PATIENCE).toBeGreaterThan(frames + 3);
    await page.call("closeScanner");
    expect(await seen(page, "live")).toBe(0);
  });

  test("R51 R58 all symbologies before the camera are scanned, and only those that were asked for", async () => {
    const page = await stage.page();
    await page.call("replaceCamera");
    await page.call("pointCamera", [{ picture: shelf(), ms: 1000 }]);
    expect(await page.call("openScanner", {})).toBe("ok");
    expect(await page.call("start")).toBe("ok");
    await expect
      .poll(async () => (await seen(page, "scans")).toSorted(), PATIENCE)
      .toEqual(Object.values(SYMBOLS).toSorted());
    await page.call("closeScanner");
    expect(await page.call("openScanner", { formats: ["ean_13"] })).toBe("ok");
    expect(await page.call("start")).toBe("ok");
    await expect.poll(() => seen(page, "found"), PATIENCE).toBeGreaterThan(5);
    expect(await seen(page, "scans")).toEqual([EAN]);
    expect(await page.call("usage")).toEqual({ qr_code: 1, ean_13: 2, code_128: 1, data_matrix: 1 });
  });

  test("the demo reads its example, lists it, counts it, and still knows the count when it is loaded anew", async () => {
    const page = await stage.blank();
    await page.goto(`${inject("demo")}demo/`);
    const text = (selector: string) =>
      page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent`);
    const values = () =>
      page.evaluate(`Array.from(document.querySelectorAll(".value"), (value) => value.textContent).toSorted()`);
    const isShown = () =>
      page.evaluate('document.querySelector("#tab-images").click(), !document.querySelector("#panel-images").hidden');
    await expect.poll(isShown, PATIENCE).toBe(true);
    await page.evaluate('document.querySelector("#sample").click()');
    await expect.poll(() => text("#progress"), PATIENCE).toBe("5 codes in shelf.svg.");
    expect(await values()).toEqual([
      EAN,
      "96385074",
      "SHELF-07/B",
      "WIFI:T:WPA;S:Corner Shop;P:five-bar-gate;;",
      "https://www.example.org/tallymark?from=the+demo",
    ]);
    await expect.poll(() => text("#tally-total"), PATIENCE).toBe("5 today");
    await page.goto(`${inject("demo")}demo/`);
    await expect.poll(() => text("#tally-total"), PATIENCE).toBe("5 today");
  });
}

export interface OwnCamera {
  readonly facing: string | undefined;
  readonly hasTorch: boolean;
}

/** The browser's own fake camera, with all that the browser itself does to it. */
export function ownCameraFlow(stage: Stage, { facing, hasTorch }: OwnCamera): void {
  test("the browser's own camera is opened, read from and given back", async () => {
    const page = await stage.page();
    expect(await page.call("openScanner", {})).toBe("ok");
    expect(await page.call("start")).toBe("ok");
    await expect.poll(() => seen(page, "frames"), PATIENCE).toBeGreaterThan(3);
    expect(await page.call("scanned")).toMatchObject({ errors: [], live: 1, state: "scanning" });
    expect((await page.call("camera")).facing).toBe(facing);
    if (!hasTorch) expect(await page.call("setTorch", true)).toBe("camera_unsupported_control");
    expect(await page.call("setZoom", 2)).toBe("ok");
    expect((await page.call("camera")).zoom).toBe(2);
    const { frames } = await page.call("scanned");
    await expect.poll(() => seen(page, "frames"), PATIENCE).toBeGreaterThan(frames + 3);
    await page.call("stop");
    expect(await page.call("scanned")).toMatchObject({ live: 0, errors: [], state: "idle" });
    await page.call("closeScanner");
  });
}
