import { chromium, expect, type Page, test } from "@playwright/test";
import { noCamera } from "./chromium.js";
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

test.describe("with a camera", () => {
  test.use({ permissions: ["camera"] });

  test("frames arrive as VideoFrames with pixels, one at a time, and stop() gives the camera back", async ({
    page,
  }) => {
    const complaints = await open(page);
    const seen = await page.evaluate(async () => {
      lab.make();
      const started = await lab.start();
      await lab.frames(5);
      const during = { live: lab.live(), state: lab.scanner.state, last: lab.engine.last };
      await lab.scanner.stop();
      const { decodes } = lab.engine;
      await new Promise((done) => setTimeout(done, 300));
      const { mostOpen, open } = lab.engine;
      return { started, during, after: lab.live(), late: lab.engine.decodes - decodes, mostOpen, open };
    });
    expect(seen).toMatchObject({ started: "ok", after: 0, late: 0, mostOpen: 1, open: 0 });
    expect(seen.during).toMatchObject({ live: 1, state: "scanning", last: { kind: "VideoFrame" } });
    expect(seen.during.last?.luma).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  for (const [way, missing] of [
    ["ImageBitmap", "VideoFrame"],
    ["pixels", "VideoFrame,createImageBitmap"],
  ] as const) {
    test(`frames arrive as ${way} where there is no ${missing}`, async ({ page }) => {
      await open(page);
      const last = await page.evaluate(async (names) => {
        const grab: Record<string, unknown> = {
          createImageBitmap: (video: HTMLVideoElement) => createImageBitmap(video),
          createCanvas: (width: number, height: number) => new OffscreenCanvas(width, height),
        };
        for (const name of names) delete grab[name];
        lab.make({}, { grab });
        await lab.start();
        await lab.frames(3);
        await lab.scanner.close();
        return { ...lab.engine.last, open: lab.engine.open };
      }, missing.split(","));
      expect(last).toMatchObject({ kind: way, open: 0 });
      expect(last.width).toBeGreaterThan(0);
    });
  }

  test("StrictMode: start, unmount, start; at the end one camera, and after close() nothing", async ({ page }) => {
    const complaints = await open(page);
    const seen = await page.evaluate(async () => {
      const container = lab.container();
      const first = lab.make({ container });
      const started = first.start();
      const closed = first.close();
      const second = lab.make({ container });
      await Promise.all([started, closed, second.start(), second.start()]);
      await lab.frames(2);
      const during = { live: lab.live(), nodes: container.childElementCount, first: first.state, second: second.state };
      void second.stop();
      void second.start();
      await second.start();
      const again = { live: lab.live(), state: second.state };
      await second.close();
      return { during, again, live: lab.live(), nodes: container.childElementCount, closed: lab.engine.closed };
    });
    expect(seen.during).toEqual({ live: 1, nodes: 1, first: "closed", second: "scanning" });
    expect(seen.again).toEqual({ live: 1, state: "scanning" });
    expect([seen.live, seen.nodes, seen.closed]).toEqual([0, 0, 1]);
    expect(complaints).toEqual([]);
  });

  test("a camera lost in the middle is told, and taken up again when it is allowed again", async ({
    page,
    context,
  }) => {
    await open(page);
    await page.evaluate(async () => {
      lab.make({ container: lab.container() });
      await lab.start();
      await lab.frames(2);
    });
    await context.clearPermissions();
    expect(await page.evaluate(() => lab.until("recovering"))).toBe("recovering");
    expect(await page.evaluate(() => [lab.live(), lab.log])).toEqual([
      0,
      ["starting", "scanning", "error camera_lost", "recovering"],
    ]);
    await expect(page.getByRole("alert")).toContainText("camera is gone");
    await context.grantPermissions(["camera"]);
    expect(await page.evaluate(() => lab.until("scanning"))).toBe("scanning");
    await page.evaluate(() => lab.frames(2));
    expect(await page.evaluate(() => lab.live())).toBe(1);
  });

  test("a hidden tab decodes nothing, gives the camera back after a while, and goes on when it is seen", async ({
    page,
  }) => {
    await open(page);
    const seen = await page.evaluate(async () => {
      lab.make({ releaseAfterHidden: 300 });
      await lab.start();
      await lab.frames(2);
      lab.turn("hidden");
      await lab.until("suspended");
      const { decodes } = lab.engine;
      const kept = lab.live();
      await new Promise((done) => setTimeout(done, 700));
      const hidden = { late: lab.engine.decodes - decodes, kept, live: lab.live() };
      lab.turn("visible");
      const state = await lab.until("scanning");
      await lab.frames(2);
      return { hidden, state, live: lab.live() };
    });
    expect(seen).toEqual({ hidden: { late: 0, kept: 1, live: 0 }, state: "scanning", live: 1 });
  });

  test("a stream that stops to deliver is opened once more, then it is camera_stalled", async ({ page }) => {
    await open(page);
    const seen = await page.evaluate(async () => {
      lab.make({ stallTime: 800 });
      await lab.start();
      await lab.frames(2);
      // From now on no stream delivers anything: what iOS shows as a black picture.
      const { getUserMedia } = MediaDevices.prototype;
      MediaDevices.prototype.getUserMedia = async function (constraints) {
        await getUserMedia.call(this, constraints).then((stream) => stream.getTracks().map((track) => track.stop()));
        return document.createElement("canvas").captureStream(0);
      };
      lab.tracks.at(-1)?.applyConstraints({ frameRate: 1 });
      lab.scanner.video.srcObject = document.createElement("canvas").captureStream(0);
      const state = await lab.until("idle");
      return { state, log: lab.log, live: lab.live() };
    });
    expect(seen.log).toEqual(["starting", "scanning", "recovering", "idle", "error camera_stalled"]);
    expect([seen.state, seen.live]).toEqual(["idle", 0]);
  });

  test("a given stream and a given video are scanned and left alone", async ({ page }) => {
    await open(page);
    const seen = await page.evaluate(async () => {
      const stream = lab.canvasStream();
      lab.make({ stream });
      const ofStream = await lab.start();
      await lab.frames(3);
      const size = lab.engine.last;
      await lab.scanner.close();
      const video = document.createElement("video");
      video.muted = true;
      video.srcObject = stream;
      await video.play();
      lab.make({ video });
      const ofVideo = await lab.start();
      const frames = await lab.frames(3);
      await lab.scanner.close();
      const [track] = stream.getTracks();
      return {
        ofStream,
        size,
        ofVideo,
        frames,
        track: track?.readyState,
        kept: video.srcObject === stream,
        cameras: lab.tracks.length,
      };
    });
    expect(seen).toMatchObject({ ofStream: "ok", ofVideo: "ok", track: "live", kept: true, cameras: 0 });
    expect(seen.size).toMatchObject({ width: 320, height: 240 });
    expect(seen.frames).toBeGreaterThanOrEqual(3);
  });

  test("torch, zoom and focus are applied where the camera has them; zoom is digital where not", async ({ page }) => {
    await page.addInitScript(() => {
      const applied: unknown[] = [];
      Object.assign(globalThis, {
        applied,
        able: { torch: true, zoom: { min: 1, max: 4, step: 0.1 }, focusMode: ["continuous"] },
      });
      const { getCapabilities } = MediaStreamTrack.prototype;
      MediaStreamTrack.prototype.getCapabilities = function () {
        const {
          focusMode: _1,
          focusDistance: _2,
          zoom: _3,
          ...own
        } = getCapabilities.call(this) as Record<string, unknown>;
        return { ...own, ...(globalThis as unknown as { able: object }).able };
      };
      MediaStreamTrack.prototype.applyConstraints = async (constraints) => {
        applied.push(...(constraints?.advanced ?? []));
      };
    });
    await open(page);
    const seen = await page.evaluate(async () => {
      const page = globalThis as unknown as { applied: unknown[]; able: object };
      lab.make({ container: lab.container(), torch: true, zoom: 6 });
      await lab.start();
      await new Promise((done) => setTimeout(done, 300));
      const withControls = {
        applied: [...page.applied],
        capabilities: lab.scanner.capabilities,
        zoom: lab.scanner.zoom,
      };
      const buttons = [...lab.root().querySelectorAll("button")].map(({ hidden, textContent, ariaPressed }) => [
        textContent,
        hidden,
        ariaPressed,
      ]);
      const region = lab.engine.last?.region;
      lab.root().querySelector("button")?.click();
      await new Promise((done) => setTimeout(done, 100));
      const switched = page.applied.at(-1);
      await lab.scanner.close();
      page.able = {};
      lab.make({ container: lab.container(), zoom: 2 });
      await lab.start();
      await lab.frames(2);
      const torch = await lab.scanner.setTorch(true).catch((error) => error.code);
      const { width, height } = lab.engine.last ?? { width: 0, height: 0 };
      const transform = lab.scanner.video.style.transform;
      return {
        withControls,
        buttons,
        region,
        switched,
        torch,
        digital: lab.engine.last?.region,
        width,
        height,
        transform,
      };
    });
    expect(seen.withControls.applied).toEqual([{ focusMode: "continuous" }, { torch: true }, { zoom: 4 }]);
    expect(seen.withControls).toMatchObject({ capabilities: { torch: true, zoom: { min: 1, max: 4 } }, zoom: 6 });
    expect(seen.buttons[0]).toEqual(["Light", false, "true"]);
    expect(seen.switched).toEqual({ torch: false });
    expect(seen.torch).toBe("camera_unsupported_control");
    const [crop] = seen.digital as [{ top: number; bottom: number }];
    expect(crop.bottom - crop.top).toBeCloseTo(seen.height / 2, -1);
    expect(seen.transform).toBe("scale(2, 2)");
  });

  test("several cameras: listed, changed to, remembered; resolution follows", async () => {
    const browser = await chromium.launch({
      ...noCamera(),
      args: [...noCamera().args, "--use-fake-device-for-media-stream=device-count=3,fps=30"],
    });
    try {
      const context = await browser.newContext({
        permissions: ["camera"],
        baseURL: test.info().project.use.baseURL ?? "",
      });
      const page = await context.newPage();
      await open(page);
      const seen = await page.evaluate(async () => {
        lab.make({ resolution: { width: 640, height: 480 } });
        await lab.start();
        const cameras = await lab.scanner.cameras();
        const other = cameras.find(({ deviceId }) => deviceId !== lab.scanner.camera?.deviceId);
        await lab.scanner.setCamera(other?.deviceId ?? "");
        await lab.frames(2);
        const changed = lab.scanner.camera?.deviceId === other?.deviceId;
        const live = lab.live();
        await lab.scanner.setResolution({ width: 320, height: 240 });
        await new Promise((done) => setTimeout(done, 300));
        await lab.frames(3);
        const { width } = lab.engine.last ?? {};
        await lab.scanner.close();
        lab.make();
        await lab.start();
        const remembered = lab.scanner.camera?.deviceId === other?.deviceId;
        await lab.scanner.close();
        return { count: cameras.length, changed, live, width, remembered, stored: { ...localStorage } };
      });
      expect(seen).toMatchObject({ count: 3, changed: true, live: 1, width: 320, remembered: true });
      expect(Object.keys(seen.stored)).toEqual(["tallymark.camera.environment"]);
    } finally {
      await browser.close();
    }
  });

  test("R5: memory is steady over 10,000 frames, and each frame is closed", async ({ page, context }) => {
    test.setTimeout(120_000);
    const complaints = await open(page);
    const session = await context.newCDPSession(page);
    const heap = async () => {
      await session.send("HeapProfiler.collectGarbage");
      return (await session.send("Runtime.getHeapUsage")).usedSize;
    };
    const spin = (count: number) => page.evaluate((count) => lab.spin(count), count);
    await page.evaluate(async () => {
      lab.make();
      await lab.start();
      await lab.scanner.pause();
      lab.engine.looksAtPixels = false;
    });
    await spin(2000);
    const before = await heap();
    await spin(8000);
    const after = await heap();
    const { decodes, open: left, mostOpen } = await page.evaluate(() => ({ ...lab.engine }));
    expect(decodes).toBeGreaterThanOrEqual(10_000);
    expect([left, mostOpen]).toEqual([0, 1]);
    // One kept picture of 640 × 480 alone would be 300 KB.
    expect(after - before).toBeLessThan(300_000);
    expect(complaints).toEqual([]);
    expect(await page.evaluate(() => lab.log.filter((word) => word.startsWith("error")))).toEqual([]);
  });
});

test.describe("without a camera to be had", () => {
  test("denied", async ({ page }) => {
    await open(page);
    const code = await page.evaluate(() => {
      lab.make({ container: lab.container() });
      return lab.start();
    });
    expect(code).toBe("camera_permission_denied");
    await expect(page.getByRole("alert")).toContainText("not allowed");
    expect(await page.evaluate(() => [lab.scanner.state, lab.log.at(-1)])).toEqual([
      "idle",
      "error camera_permission_denied",
    ]);
  });

  test("denied at first, allowed at the second try", async ({ page, context }) => {
    await open(page);
    expect(await page.evaluate(() => lab.tryStart())).toBe("camera_permission_denied");
    await context.grantPermissions(["camera"]);
    expect(await page.evaluate(() => lab.start())).toBe("ok");
  });

  test("there is none", async () => {
    const browser = await chromium.launch(noCamera());
    try {
      const context = await browser.newContext({
        permissions: ["camera"],
        baseURL: test.info().project.use.baseURL ?? "",
      });
      const page = await context.newPage();
      await open(page);
      expect(await page.evaluate(() => lab.tryStart())).toBe("camera_not_found");
    } finally {
      await browser.close();
    }
  });

  test("an insecure page", async ({ page, baseURL }) => {
    await page.route("http://insecure.test/**", async (route) => {
      const url = new URL(route.request().url());
      const response = await page.request.get(`${baseURL}${url.pathname}${url.search}`);
      await route.fulfill({ response });
    });
    await page.goto(`http://insecure.test${PAGE}`);
    await page.waitForFunction("globalThis.lab");
    expect(await page.evaluate(() => lab.tryStart())).toBe("insecure_context");
  });
});
