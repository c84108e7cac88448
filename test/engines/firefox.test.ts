/** The flows in Firefox. */
import { describe, expect, test } from "vitest";
import { openFirefox } from "./firefox.js";
import { contractCases, readerCases } from "./flows/cases.js";
import { licenseFlows } from "./flows/license.js";
import { ownCameraFlow, productFlows } from "./flows/product.js";
import { inEngine } from "./stage.js";

inEngine("firefox", openFirefox, (stage) => {
  productFlows(stage);
  ownCameraFlow(stage, { facing: "environment", hasTorch: false });
  readerCases(stage);
  contractCases(stage);
  licenseFlows(stage);
});

describe("where the camera is denied", () => {
  inEngine(
    "firefox",
    () => openFirefox({ camera: "deny" }),
    (stage) => {
      test("the scanner says so, and what to do about it", async () => {
        const page = await stage.page();
        expect(await page.call("openScanner", {})).toBe("ok");
        expect(await page.call("start")).toBe("camera_permission_denied");
        expect(await page.call("scanned")).toMatchObject({ state: "idle", live: 0 });
      });
    },
  );
});

describe("where nobody answers whether the camera may be used", () => {
  inEngine(
    "firefox",
    () => openFirefox({ camera: "ask" }),
    (stage) => {
      test("start() waits for the answer, says that it does, and ends with stop()", async () => {
        const page = await stage.page();
        expect(await page.call("permission")).toBe("prompt");
        expect(await page.call("openScanner", {})).toBe("ok");
        expect(
          await page.evaluate('Promise.race([bench.start(), new Promise((r) => setTimeout(r, 1500, "waits"))])'),
        ).toBe("waits");
        expect(await page.call("scanned")).toMatchObject({ state: "starting", live: 0, errors: [] });
        await page.call("stop");
        expect(await page.call("scanned")).toMatchObject({ state: "idle", live: 0, errors: [] });
        await page.call("closeScanner");
      });
    },
  );
});
