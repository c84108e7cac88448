/** Shows the scanner's view in Chromium: outlines, region, accessibility, and that nothing leaks in or out. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import type { Lab } from "./scanner/lab.js";

declare const lab: Lab;

const PAGE = "/test/browser/scanner/lab.html";

const open = async (page: Page): Promise<string[]> => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (/garbage collected without being closed|Content Security Policy/i.test(message.text())) {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(PAGE);
  await page.waitForFunction("globalThis.lab");
  return complaints;
};

test.use({ permissions: ["camera"] });

test.describe("view", () => {
  test("outlines lie where the code is seen, go when it is gone, and nothing of it stays (R6)", async ({ page }) => {
    const complaints = await open(page);
    const seen = await page.evaluate(async () => {
      lab.make({ container: lab.container(), duplicateForgetTime: 1000 });
      await lab.start();
      lab.engine.codes = [{ text: "<b>SECRET</b>", left: 40, top: 25, right: 60, bottom: 75 }];
      await lab.frames(3);
      const points = lab.root().querySelector(".line")?.getAttribute("points");
      const spoken = lab.root().querySelector("[role=status]")?.textContent;
      const { videoWidth, videoHeight } = lab.scanner.video;
      lab.engine.codes = [];
      await new Promise((done) => setTimeout(done, 2600));
      const rest = lab.root().innerHTML;
      return {
        points,
        spoken,
        videoWidth,
        videoHeight,
        rest,
        scans: lab.log.filter((word) => word.startsWith("scan ")),
      };
    });
    // 400 × 400 with object-fit: cover: the height fills the box, the sides are cut.
    const scale = 400 / seen.videoHeight;
    const across = (percent: number) => 200 + (percent / 100 - 0.5) * seen.videoWidth * scale;
    const corners = (seen.points ?? "").split(" ").map((corner) => corner.split(",").map(Number));
    expect(corners[0]?.[0]).toBeCloseTo(across(40), 0);
    expect(corners[0]?.[1]).toBeCloseTo(100, 0);
    expect(corners[2]?.[0]).toBeCloseTo(across(60), 0);
    expect(corners[2]?.[1]).toBeCloseTo(300, 0);
    expect(seen.spoken).toBe("qr code: <b>SECRET</b>");
    expect(seen.scans).toEqual(["scan <b>SECRET</b>"]);
    expect(seen.rest).not.toContain("SECRET");
    expect(seen.rest).not.toContain("polygon");
    expect(complaints).toEqual([]);
  });

  test("mask and viewfinder show the region where it is scanned, also after a resize", async ({ page }) => {
    await open(page);
    const seen = await page.evaluate(async () => {
      lab.make({ container: lab.container(), region: { left: 10, top: 30, right: 90, bottom: 70 } });
      await lab.start();
      await lab.frames(2);
      const mask = () => lab.root().querySelector(".mask")?.getAttribute("d");
      const first = mask();
      const region = lab.engine.last?.region as { top: number; bottom: number }[];
      lab.container().style.width = "200px";
      await new Promise((done) => setTimeout(done, 200));
      await lab.frames(2);
      return { first, second: mask(), region, height: lab.engine.last?.height ?? 0 };
    });
    expect(seen.first).toBe("M0 0H400V400H0ZM40 120h320v160h-320Z");
    expect(seen.second).toBe("M0 0H200V400H0ZM20 120h160v160h-160Z");
    expect((seen.region[0]?.top ?? 0) / seen.height).toBeCloseTo(0.3, 2);
    expect((seen.region[0]?.bottom ?? 0) / seen.height).toBeCloseTo(0.7, 2);
  });

  test("accessible: no axe finding, texts of the page's choice, focusable buttons", async ({ page }) => {
    await open(page);
    await page.evaluate(async () => {
      lab.make({
        container: lab.container(),
        locale: "de-AT",
        messages: { switchCamera: "Andere Linse" },
        region: { left: 10, top: 30, right: 90, bottom: 70 },
      });
      await lab.start();
      lab.engine.codes = [{ text: "A" }, { text: "B" }];
      await lab.frames(3);
    });
    await expect(page.getByRole("group", { name: "Barcode-Scanner" })).toBeVisible();
    await expect(page.getByRole("status")).toHaveText("2 Codes gefunden");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  test("reduced motion stops the fading, and no style leaks out of the view", async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await open(page);
    const seen = await page.evaluate(async () => {
      lab.make({ container: lab.container() });
      await lab.start();
      lab.engine.codes = [{ text: "A" }];
      await lab.frames(3);
      const outline = lab.root().querySelector(".outline") as Element;
      const button = document.body.appendChild(document.createElement("button"));
      const plain = document.createElement("iframe");
      document.body.append(plain);
      const bare = plain.contentDocument?.body.appendChild(plain.contentDocument.createElement("button")) as Element;
      return {
        transition: getComputedStyle(outline).transitionDuration,
        leaks: getComputedStyle(button).minHeight !== plain.contentWindow?.getComputedStyle(bare).minHeight,
      };
    });
    expect(seen).toEqual({ transition: "0s", leaks: false });
  });

  test("the application's own video in its own frame gets the overlay", async ({ page }) => {
    await open(page);
    const seen = await page.evaluate(async () => {
      const container = lab.container();
      container.style.position = "relative";
      const video = document.createElement("video");
      video.style.width = "200px";
      video.style.height = "100px";
      video.style.objectFit = "fill";
      container.append(video);
      lab.make({ container, video });
      await lab.start();
      lab.engine.codes = [{ text: "A", left: 0, top: 0, right: 50, bottom: 50 }];
      await lab.frames(3);
      const points = lab.root().querySelector(".line")?.getAttribute("points");
      await lab.scanner.close();
      return { points, kept: video.isConnected, empty: video.srcObject === null, nodes: container.childElementCount };
    });
    expect(seen).toEqual({ points: "0.0,0.0 100.0,0.0 100.0,50.0 0.0,50.0", kept: true, empty: true, nodes: 1 });
  });
});
