/** The flows in WebKit. */
import { describe, expect, test } from "vitest";
import { contractCases, readerCases } from "./flows/cases.js";
import { licenseFlows } from "./flows/license.js";
import { ownCameraFlow, productFlows } from "./flows/product.js";
import { inEngine, PATIENCE } from "./stage.js";
import { openWebKit } from "./webkit.js";

inEngine("webkit", openWebKit, (stage) => {
  productFlows(stage);
  ownCameraFlow(stage, { facing: "environment", hasTorch: true });

  test("torch and zoom of a camera that has them; zoom is digital beyond what it has, and on one that has none", async () => {
    const page = await stage.page();
    expect(await page.call("openScanner", {})).toBe("ok");
    expect(await page.call("start")).toBe("ok");
    await expect.poll(async () => (await page.call("scanned")).frames, PATIENCE).toBeGreaterThan(2);
    expect((await page.call("camera")).capabilities).toMatchObject({ torch: true, zoom: { min: 1, max: 4 } });
    expect(await page.call("setTorch", true)).toBe("ok");
    expect(await page.call("camera")).toMatchObject({ isTorchOn: true, settings: { torch: true } });
    expect(await page.call("setZoom", 2)).toBe("ok");
    expect(await page.call("camera")).toMatchObject({ zoom: 2, settings: { torch: true, zoom: 2 } });
    expect(await page.call("setZoom", 6)).toBe("ok");
    expect(await page.call("camera")).toMatchObject({ zoom: 6, settings: { zoom: 4 } });
    expect(await page.call("setTorch", false)).toBe("ok");
    expect(await page.call("camera")).toMatchObject({ isTorchOn: false, settings: { torch: false } });

    expect((await page.call("cameras"))?.toSorted()).toEqual(["environment", "user"]);
    expect(await page.call("setCamera", "user")).toBe("ok");
    await expect.poll(async () => (await page.call("camera")).facing, PATIENCE).toBe("user");
    expect((await page.call("camera")).capabilities).toMatchObject({ torch: false });
    expect(await page.call("setTorch", true)).toBe("camera_unsupported_control");
    expect((await page.call("scanned")).live).toBe(1);
    await page.call("closeScanner");
    expect((await page.call("scanned")).live).toBe(0);
  });

  readerCases(stage);
  contractCases(stage);
  licenseFlows(stage);
});

describe("where there is no camera", () => {
  inEngine(
    "webkit",
    () => openWebKit({ hasCameras: false }),
    (stage) => {
      test("the scanner says that there is none, whatever WebKit calls it", async () => {
        const page = await stage.page();
        expect(await page.call("openScanner", {})).toBe("ok");
        expect(await page.call("start")).toBe("camera_not_found");
        expect(await page.call("scanned")).toMatchObject({ state: "idle", live: 0 });
      });
    },
  );
});
