/** Shows that the inspector draws every stage of a decode from the core's own memory, and that axe finds nothing in it. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

async function openExample(page: Page): Promise<string[]> {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto("/demo/inspect.html");
  await page.getByRole("button", { name: "Example" }).click();
  await expect(page.locator("#status")).toContainText("5 symbols");
  return complaints;
}

/** What the canvas shows, with its size in front. */
const shown = (page: Page) =>
  page.locator("#canvas").evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    return `${canvas.width}x${canvas.height} ${canvas.toDataURL()}`;
  });

test("every stage is another picture, and every level half the size", async ({ page }) => {
  const complaints = await openExample(page);
  const pictures = new Set<string>();
  const stages = ["image", "luma", "contrast", "direction", "bits", "rows", "columns"];
  for (const stage of stages) {
    await page.check(`[name="stage"][value="${stage}"]`);
    pictures.add(await shown(page));
  }
  expect(pictures.size).toBe(stages.length);
  await page.check('[name="stage"][value="luma"]');
  for (const [level, size] of [
    ["1", "600x400"],
    ["2", "300x200"],
    ["3", "150x100"],
  ] as const) {
    await page.selectOption('[name="level"]', level);
    expect(await shown(page)).toContain(size);
  }
  expect(complaints).toEqual([]);
});

test("finders, regions, results and grids are drawn over it and can be switched off", async ({ page }) => {
  await openExample(page);
  await page.check('[name="regions"]');
  await expect(page.locator("#lines .outline-line")).toHaveCount(5);
  await expect(page.locator("#lines .grid")).toHaveCount(2);
  expect(await page.locator("#lines .finder").count()).toBeGreaterThanOrEqual(6);
  expect(await page.locator("#lines .region").count()).toBeGreaterThanOrEqual(3);
  for (const name of ["regions", "finders", "results", "grid"]) await page.uncheck(`[name="${name}"]`);
  await expect(page.locator("#lines > *")).toHaveCount(0);
});

test("sampled modules and profiles show what was read", async ({ page }) => {
  await openExample(page);
  await expect(page.locator(".sampled")).toHaveCount(2);
  await expect(page.locator(".profile")).toHaveCount(3);
  // A version 3 symbol has 29 modules to a side, and its top left module is dark.
  const sizes = await page
    .locator(".sampled")
    .evaluateAll((all) => all.map((element) => (element as HTMLCanvasElement).width));
  expect(sizes.toSorted()).toEqual([29, 37]);
});

test("parameters act at once", async ({ page }) => {
  await openExample(page);
  await page.getByLabel("Code 128").check();
  await expect(page.locator("#status")).toContainText("1 symbol,");
  await page.getByLabel("Code 128").uncheck();
  await page.getByLabel("Light codes on dark ground too").uncheck();
  await expect(page.locator("#status")).toContainText("4 symbols");
});

test("a file that is no image is told in words", async ({ page }) => {
  await page.goto("/demo/inspect.html");
  await page.setInputFiles("#files", { name: "x.png", mimeType: "image/png", buffer: Buffer.from("nothing") });
  await expect(page.locator("#status")).toContainText("no image");
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`looks, ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("axe finds nothing, empty or with an image, and nothing is cut off on a phone", async ({ page }) => {
      await page.goto("/demo/inspect.html");
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await openExample(page);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    });
  });
}
