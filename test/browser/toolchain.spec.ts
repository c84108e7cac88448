/** Shows that the browser the other specs rely on is what they think it is. */
import { expect, test } from "@playwright/test";

test.beforeEach(({ page }) => page.goto("/test/browser/blank.html"));

test("the page is a secure context with the APIs the library is made for", async ({ page }) => {
  const apis = await page.evaluate(() => ({
    secure: isSecureContext,
    camera: "mediaDevices" in navigator,
    frames: "requestVideoFrameCallback" in HTMLVideoElement.prototype && "VideoFrame" in globalThis,
    storage: "indexedDB" in globalThis && "subtle" in crypto && "locks" in navigator,
  }));
  expect(apis).toEqual({ secure: true, camera: true, frames: true, storage: true });
});

test("the fake camera delivers frames once it is allowed, and not before", async ({ page, context }) => {
  const open = () =>
    page.evaluate(async () => {
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ video: true });
        const [track] = stream.getVideoTracks();
        return track?.readyState;
      } catch (error) {
        return (error as Error).name;
      }
    });
  expect(await open()).toBe("NotAllowedError");
  await context.grantPermissions(["camera"]);
  await page.reload();
  expect(await open()).toBe("live");
});
