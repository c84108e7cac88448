/** Shows that the scanner page works for people: by camera and images, keyboard, small screens, light and dark, axe. */
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { renderScene } from "../scenes/scene.js";
import { movingClip, writeClip } from "../scenes/y4m.js";
import { drawn, ean13, qrCode } from "../symbols/index.js";
import { cameraFrom, noCamera } from "./chromium.js";

/** Each worker of the test run has a clip of its own: another may be writing while a camera reads. */
const CLIP = `.cache/demo-camera-${process.env.TEST_PARALLEL_INDEX ?? "none"}.y4m`;
const clip = writeClip(
  CLIP,
  movingClip({
    symbols: [
      { symbol: qrCode("HELD UP"), moduleSize: 6, center: { x: 190, y: 240 } },
      { symbol: drawn(ean13("5901234123457"), 50), moduleSize: 2, center: { x: 460, y: 240 } },
    ],
  }),
);

test.use({ launchOptions: cameraFrom(clip) });

/** Opens the page and collects whatever it complains of: errors, warnings, breaches of its own content policy. */
async function open(page: Page): Promise<string[]> {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto("/demo/");
  return complaints;
}

async function png(text: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const scene = renderScene({
    width: 300,
    height: 300,
    symbols: [{ symbol: qrCode(text), moduleSize: 5, rotation: 12 }],
  });
  const raw = { width: scene.width, height: scene.height, channels: 1 as const };
  return { name: "code.png", mimeType: "image/png", buffer: await sharp(scene.data, { raw }).png().toBuffer() };
}

async function readExample(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Images" }).click();
  await page.getByRole("button", { name: "Try an example" }).click();
  await expect(page.locator("#progress")).toHaveText("5 codes in shelf.svg.");
}

const values = (page: Page) => page.locator(".value").allTextContents();

test.describe("images", () => {
  test("an example is read, outlined, listed and counted, and the page complains of nothing", async ({ page }) => {
    const complaints = await open(page);
    await readExample(page);
    expect((await values(page)).toSorted()).toEqual([
      "4006381333931",
      "96385074",
      "SHELF-07/B",
      "WIFI:T:WPA;S:Corner Shop;P:five-bar-gate;;",
      "https://www.example.org/tallymark?from=the+demo",
    ]);
    await expect(page.locator(".picture polygon.outline-line")).toHaveCount(5);
    await expect(page.locator("#tally-total")).toHaveText("5 today");
    await expect(page.locator("#tally-formats tr", { hasText: "QR Code" }).locator("td").last()).toHaveText("2");
    expect(complaints).toEqual([]);
  });

  test("the tally outlives the page, results do not (R6)", async ({ page }) => {
    await open(page);
    await readExample(page);
    await expect(page.locator("#tally-total")).toHaveText("5 today");
    await page.reload();
    await expect(page.locator("#tally-total")).toHaveText("5 today");
    await expect(page.locator(".scan")).toHaveCount(0);
  });

  test("several files are read in turn; a broken one says what is wrong", async ({ page }) => {
    await open(page);
    const broken = { name: "broken.png", mimeType: "image/png", buffer: Buffer.from("no image at all") };
    await page.setInputFiles("#files", [await png("ONE"), broken, await png("TWO")]);
    await expect(page.locator(".picture")).toHaveCount(3);
    expect(await values(page)).toEqual(["TWO", "ONE"]);
    await expect(page.locator(".failed")).toHaveCount(1);
    await expect(page.locator(".picture", { hasText: "broken.png" })).toContainText("(");
  });

  test("only web addresses become links, and no code can put markup into the page", async ({ page }) => {
    await open(page);
    const harmless = ["javascript:alert(1)", "https://user:secret@example.org/", "<img src=x onerror=alert(1)>"];
    for (const text of [...harmless, "https://example.org/a"]) await page.setInputFiles("#files", [await png(text)]);
    await expect(page.locator(".scan")).toHaveCount(4);
    expect(await page.locator("a.go").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual([
      "https://example.org/a",
    ]);
    await expect(page.locator("a.go")).toHaveAttribute("rel", /noopener/);
    await expect(page.locator(".scan img")).toHaveCount(0);
  });

  test("a value can be copied", async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await open(page);
    await page.setInputFiles("#files", [await png("COPY ME")]);
    await page.getByRole("button", { name: "Copy" }).click();
    await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("COPY ME");
  });

  test("settings filter, and are remembered", async ({ page }) => {
    await open(page);
    await page.getByText("Settings").click();
    await page.getByLabel("EAN-13").check();
    await readExampleWith(page, "One code in shelf.svg.");
    expect(await values(page)).toEqual(["4006381333931"]);
    await page.reload();
    await page.getByText("Settings").click();
    await expect(page.getByLabel("EAN-13")).toBeChecked();
    await page.getByRole("button", { name: "Back to the defaults" }).click();
    await expect(page.getByLabel("EAN-13")).not.toBeChecked();
  });
});

async function readExampleWith(page: Page, outcome: string): Promise<void> {
  await page.getByRole("tab", { name: "Images" }).click();
  await page.getByRole("button", { name: "Try an example" }).click();
  await expect(page.locator("#progress")).toHaveText(outcome);
}

test.describe("the camera", () => {
  test("scans, counts each code once, changes zoom and stops, by keyboard alone", async ({ page, context }) => {
    await context.grantPermissions(["camera"]);
    const complaints = await open(page);
    await page.getByRole("button", { name: "Start the camera" }).focus();
    await page.keyboard.press("Enter");
    await expect(page.locator(".scan")).toHaveCount(2, { timeout: 15_000 });
    expect((await values(page)).toSorted()).toEqual(["5901234123457", "HELD UP"]);
    await expect(page.locator("#stop")).toBeFocused();
    await expect(page.locator("#frame-rate")).toContainText("frames/s");
    await expect(page.locator("#camera option")).not.toHaveCount(0);
    await page.locator("#zoom").focus();
    await page.keyboard.press("ArrowRight");
    await expect(page.locator("#zoom-value")).toHaveText("1.1×");
    await expect(page.locator("#tally-total")).toHaveText("2 today");
    // Held before the camera for longer, they are still two (R52).
    await page.waitForTimeout(1500);
    await expect(page.locator(".scan")).toHaveCount(2);
    await page.locator("#stop").focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: "Start the camera" })).toBeFocused();
    expect(complaints).toEqual([]);
  });

  test("a denied camera is explained with its remedy, and images are offered instead", async ({ page }) => {
    await open(page);
    await page.getByRole("button", { name: "Start the camera" }).click();
    await expect(page.locator("#trouble-title")).toHaveText("The camera is not allowed");
    await expect(page.locator("#trouble-code")).toHaveText("camera_permission_denied");
    await expect(page.locator("#trouble-remedy")).toContainText("Allow it");
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.getByRole("button", { name: "Use images instead" }).click();
    await expect(page.getByRole("button", { name: "Choose images" })).toBeVisible();
  });

  test("changing to images gives the camera back", async ({ page, context }) => {
    await context.grantPermissions(["camera"]);
    await open(page);
    await page.getByRole("button", { name: "Start the camera" }).click();
    await expect(page.locator("#controls")).toBeVisible();
    await page.getByRole("tab", { name: "Images" }).click();
    await expect(page.locator("#viewport")).toHaveAttribute("data-state", "idle");
    expect(await page.locator("video").count()).toBe(0);
  });

  test("settings reach a running scanner", async ({ page, context }) => {
    await context.grantPermissions(["camera"]);
    await open(page);
    await page.getByText("Settings").click();
    await page.getByLabel("QR Code", { exact: true }).check();
    await page.getByRole("button", { name: "Start the camera" }).click();
    await expect(page.locator(".scan")).toHaveCount(1, { timeout: 15_000 });
    expect(await values(page)).toEqual(["HELD UP"]);
    await page.getByLabel("QR Code", { exact: true }).uncheck();
    await expect(page.locator(".scan", { hasText: "5901234123457" })).toHaveCount(1, { timeout: 15_000 });
  });
});

test("a device without a camera is told so", async ({ baseURL }) => {
  const browser = await chromium.launch(noCamera());
  try {
    const context = await browser.newContext({ permissions: ["camera"], ...(baseURL && { baseURL }) });
    const page = await context.newPage();
    await open(page);
    await page.getByRole("button", { name: "Start the camera" }).click();
    await expect(page.locator("#trouble-title")).toHaveText("There is no camera");
  } finally {
    await browser.close();
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`looks, ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("axe finds nothing in any state of the page", async ({ page, context }) => {
      await context.grantPermissions(["camera"]);
      await open(page);
      // What is fading in is judged by how it looks when it has come, whenever that is.
      await page.emulateMedia({ reducedMotion: "reduce" });
      const violations = async () => (await new AxeBuilder({ page }).analyze()).violations;
      expect(await violations()).toEqual([]);
      await readExample(page);
      await page.locator("summary", { hasText: "Settings" }).click();
      await page.locator("summary", { hasText: "By day" }).click();
      await page.locator("summary", { hasText: "Details" }).first().click();
      expect(await violations()).toEqual([]);
      await page.getByRole("tab", { name: "Camera" }).click();
      await page.getByRole("button", { name: "Start the camera" }).click();
      await expect(page.locator("#controls")).toBeVisible();
      expect(await violations()).toEqual([]);
    });
  });
}

test("nothing is cut off on any screen from 320 pixels on", async ({ page }) => {
  await open(page);
  await readExample(page);
  await page.locator("summary", { hasText: "Settings" }).click();
  for (const width of [320, 390, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(tooWide, `at ${width} pixels`).toBeLessThanOrEqual(0);
  }
});

test("moves nothing for those who asked for less motion", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page);
  await page.setInputFiles("#files", [await png("STILL")]);
  await expect(page.locator(".scan")).toHaveCount(1);
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});
