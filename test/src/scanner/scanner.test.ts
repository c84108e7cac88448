/** Shows the scanner whole, on fake cameras and a fake clock: what is opened, told, counted as new, and left behind. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Region } from "../../../src/types.js";
import { barcode } from "../reader/fake-engine.js";
import { FakeStream, FakeTrack, listen, setUp } from "./fake-camera.js";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Lets time go on until the promise is settled. */
const settled = async <T>(promise: Promise<T>, limitMs = 30_000): Promise<T> => {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  promise.then(done, done);
  for (let waited = 0; !isDone && waited < limitMs; waited += 10) await pass(10);
  if (!isDone) throw new Error("still not settled");
  return promise;
};

describe("opening", () => {
  test.each<[string, object, (lab: ReturnType<typeof setUp>) => void, string]>([
    ["an insecure page", { isSecure: false }, () => {}, "insecure_context"],
    ["no camera API", { devices: undefined }, () => {}, "camera_unsupported"],
    ["an in-app browser with half an API", { devices: {} }, () => {}, "camera_unsupported"],
    ["denied", {}, ({ devices }) => (devices.faults = ["NotAllowedError"]), "camera_permission_denied"],
    ["denied by policy", {}, ({ devices }) => (devices.faults = ["SecurityError"]), "camera_permission_denied"],
    ["no camera", {}, ({ devices }) => (devices.devices = []), "camera_not_found"],
    [
      "no camera, as WebKit says it",
      {},
      ({ devices }) => Object.assign(devices, { devices: [], noneFault: "OverconstrainedError" }),
      "camera_not_found",
    ],
    [
      "in use",
      {},
      ({ devices }) => void ((devices.devices[0] as { fault: string }).fault = "NotReadableError"),
      "camera_in_use",
    ],
    [
      "overconstrained on every rung",
      {},
      ({ devices }) => void ((devices.devices[0] as { fault: string }).fault = "OverconstrainedError"),
      "camera_overconstrained",
    ],
    ["dark", {}, ({ devices }) => void ((devices.devices[0] as { isDark: boolean }).isDark = true), "camera_stalled"],
  ])("%s has its own code, the DOM error as cause, and the remedy", async (_name, over, arrange, code) => {
    const lab = setUp();
    arrange(lab);
    const scanner = lab.make({}, over);
    const told = listen(scanner);
    const started = scanner.start();
    started.catch(() => {});
    const error = await settled(started).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "ScanError", code });
    expect(error.message.length).toBeGreaterThan(30);
    expect(told).toContain(`error ${code}`);
    expect(scanner.state).toBe("idle");
    expect(lab.devices.live).toEqual([]);
    expect(lab.video.srcObject).toBeNull();
  });

  test("the first request never asks for zoom, pan, tilt or focus", async () => {
    const { devices, make } = setUp();
    await settled(make({ zoom: 3, torch: true }).start());
    expect(Object.keys(devices.asked[0] as object).sort()).toEqual(["facingMode", "height", "width"]);
  });

  test("the ladder goes from the device to the side to any, and says which rung it was", async () => {
    const lab = setUp({ camera: "gone" });
    lab.devices.devices = [{ deviceId: "usb", label: "USB Camera" }];
    const scanner = lab.make();
    const rungs: string[] = [];
    scanner.addEventListener("camerachange", ({ detail }) => rungs.push(`${detail.rung} ${detail.camera.deviceId}`));
    await settled(scanner.start());
    expect(rungs[0]).toBe("facing usb");
    expect(lab.devices.asked[0]).toMatchObject({ deviceId: { exact: "gone" } });
    expect(lab.devices.asked).toHaveLength(2);
  });

  test("a camera that is just closing elsewhere is tried once more (WKWebView's first call)", async () => {
    const { devices, make } = setUp();
    devices.faults = ["NotReadableError"];
    await settled(make().start());
    expect(devices.asked).toHaveLength(2);
    expect(devices.asked[1]).toEqual(devices.asked[0]);
  });

  test("a wrong lens is left for the right one, which is opened at once the next time", async () => {
    const lab = setUp();
    lab.devices.devices = [
      { deviceId: "wide", label: "camera2 2, facing back", facing: "environment" },
      { deviceId: "main", label: "camera2 0, facing back", facing: "environment" },
      { deviceId: "front", label: "camera2 1, facing front", facing: "user" },
    ];
    const scanner = lab.make();
    await settled(scanner.start());
    expect(scanner.camera?.deviceId).toBe("main");
    expect(lab.devices.live.map(({ device }) => device.deviceId)).toEqual(["main"]);
    expect([...lab.stored]).toEqual([["tallymark.camera.environment", "main"]]);
    await settled(scanner.stop());
    const asked = lab.devices.asked.length;
    const again = lab.make();
    await settled(again.start());
    expect(lab.devices.asked.slice(asked)).toEqual([expect.objectContaining({ deviceId: { exact: "main" } })]);
  });

  test("a remembered camera that is gone is forgotten, and nothing fails without storage", async () => {
    const lab = setUp();
    lab.stored.set("tallymark.camera.environment", "old");
    const scanner = lab.make();
    await settled(scanner.start());
    expect(lab.stored.get("tallymark.camera.environment")).toBe("back");
    const storage = () => {
      throw new Error("blocked");
    };
    await settled(lab.make({}, { storage }).start());
    await settled(lab.make({ rememberCamera: false }).start());
  });

  test("StrictMode behind a prompt: start, stop, start asks once and ends with one camera", async () => {
    const lab = setUp();
    let allow = () => {};
    lab.devices.prompt = new Promise((resolve) => {
      allow = resolve;
    });
    const scanner = lab.make();
    const first = scanner.start();
    await pass(20);
    await settled(scanner.stop());
    await settled(first); // overtaken, no error
    const second = scanner.start();
    await pass(20);
    allow();
    await settled(second);
    expect(lab.devices.asked).toHaveLength(1);
    expect(lab.devices.live).toHaveLength(1);
    expect(scanner.state).toBe("scanning");
  });

  test("a camera that is allowed after stop() is closed at once", async () => {
    const lab = setUp();
    let allow = () => {};
    lab.devices.prompt = new Promise((resolve) => {
      allow = resolve;
    });
    const scanner = lab.make();
    const started = scanner.start();
    await pass(20);
    await settled(scanner.stop());
    await started;
    allow();
    await pass(50);
    expect(lab.devices.tracks).toHaveLength(1);
    expect(lab.devices.live).toEqual([]);
  });

  test("an AbortSignal ends start()", async () => {
    const lab = setUp();
    lab.devices.prompt = new Promise(() => {});
    const scanner = lab.make();
    const controller = new AbortController();
    const started = scanner.start({ signal: controller.signal });
    started.catch(() => {});
    await pass(20);
    controller.abort();
    await expect(settled(started)).rejects.toMatchObject({ code: "aborted" });
    expect(scanner.state).toBe("idle");
    await expect(scanner.start({ signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
  });

  test("the video plays inline and muted, as iOS wants it", async () => {
    const { video, make } = setUp();
    await settled(make().start());
    expect(video).toMatchObject({ muted: true, playsInline: true, autoplay: true });
    expect([...video.attributes.keys()]).toEqual(["playsinline", "muted"]);
  });
});

describe("frames", () => {
  test("one in flight, none waiting, each closed", async () => {
    const { engine, frames, make } = setUp();
    engine.decodeMs = 170;
    const scanner = make();
    await settled(scanner.start());
    await pass(3000);
    expect(engine.mostInFlight).toBe(1);
    expect(frames.made).toBeGreaterThan(8);
    expect(frames.open).toBeLessThanOrEqual(1);
    await settled(scanner.stop());
    expect(frames.open).toBe(0);
  });

  test.each([
    ["intervalTime", { intervalTime: 500 }, 10, 5, 10],
    ["maxFramesPerSecond", { maxFramesPerSecond: 5 }, 10, 20, 26],
    ["a slow decoder rests a quarter of its time", {}, 400, 8, 11],
    ["no rest but the camera's own rate", {}, 1, 100, 160],
  ])("pacing: %s", async (_name, options, decodeMs, least, most) => {
    const { engine, make } = setUp(options);
    engine.decodeMs = decodeMs;
    engine.answer = () => [barcode("A")];
    await settled(make().start());
    engine.requests.length = 0;
    await pass(5000);
    expect(engine.requests.length).toBeGreaterThanOrEqual(least);
    expect(engine.requests.length).toBeLessThanOrEqual(most);
  });

  test("looks more seldom when nothing was found for long", async () => {
    const { engine, make } = setUp();
    await settled(make().start());
    await pass(31_000);
    engine.requests.length = 0;
    await pass(5000);
    expect(engine.requests.length).toBeLessThanOrEqual(41);
  });

  test("regions take turns (R58), the options are passed on, the frame event tells everything", async () => {
    const { engine, make } = setUp({
      formats: ["ean_13"],
      minConfidence: 70,
      region: [
        { left: 0, top: 0, right: 100, bottom: 50 },
        { left: 0, top: 50, right: 100, bottom: 100 },
      ],
    });
    const scanner = make();
    const frames: unknown[] = [];
    scanner.addEventListener("frame", ({ detail }) => frames.push(detail));
    await settled(scanner.start());
    await pass(300);
    const tops = engine.requests.map(({ options }) => (options.region as { top: number }[] | undefined)?.[0]?.top);
    expect(tops.slice(0, 4)).toEqual([0, 360, 0, 360]);
    expect(engine.requests[0]?.options).toMatchObject({ formats: ["ean_13"], minConfidence: 70, effort: "fast" });
    expect(frames[0]).toMatchObject({ barcodes: [], fresh: [], width: 1280, height: 720 });
    expect(engine.requests[0]?.keepImage).toBe(false);
  });

  test("a region of a turned phone follows the picture", async () => {
    const { engine, video, make } = setUp({ region: { left: 0, top: 0, right: 50, bottom: 100 } });
    await settled(make().start());
    await pass(100);
    Object.assign(video, { width_: 720, height_: 1280 });
    await pass(100);
    const last = engine.requests.at(-1)?.options.region as readonly Region[];
    expect(last[0]).toMatchObject({ right: 360, bottom: 1280 });
  });

  test("the same trouble in every frame is told once; what no frame can mend ends scanning", async () => {
    const { engine, make } = setUp();
    const scanner = make();
    const told = listen(scanner);
    await settled(scanner.start());
    const { ScanError } = await import("../../../src/errors.js");
    engine.answer = () => {
      throw new ScanError("decode_timeout");
    };
    await pass(3000);
    expect(told.filter((word) => word.startsWith("error"))).toEqual(["error decode_timeout"]);
    engine.answer = () => {
      throw new ScanError("worker_failed");
    };
    await pass(1000);
    expect(told.slice(-2)).toEqual(["idle", "error worker_failed"]);
  });
});

describe("what is new", () => {
  const values = (told: string[]) => told.filter((word) => word.startsWith("scan ")).map((word) => word.slice(5));

  test("R52 R54 R55 R56: a code in view is told once, and again after it was out of sight for the forget time", async () => {
    const { engine, make } = setUp({ duplicateForgetTime: 3000 });
    const scanner = make();
    const told = listen(scanner);
    engine.answer = () => [barcode("A")];
    await settled(scanner.start());
    await pass(10_000); // refreshed by each sighting
    expect(values(told)).toEqual(["A"]);
    engine.answer = () => [];
    await pass(2500);
    engine.answer = () => [barcode("A")];
    await pass(500);
    expect(values(told)).toEqual(["A"]);
    engine.answer = () => [];
    await pass(3200);
    engine.answer = () => [barcode("A")];
    await pass(500);
    expect(values(told)).toEqual(["A", "A"]);
  });

  test("R50 R51 R53: equal codes are one, different texts or symbologies are two", async () => {
    const { engine, make } = setUp();
    const scanner = make();
    const told = listen(scanner);
    engine.answer = () => [barcode("A"), barcode("A"), barcode("B"), barcode("A", "code_128")];
    await settled(scanner.start());
    await pass(1000);
    expect(values(told)).toEqual(["A", "B", "A"]);
  });

  test("R55: stop and start do not make a code new", async () => {
    const { engine, make } = setUp();
    const scanner = make();
    const told = listen(scanner);
    engine.answer = () => [barcode("A")];
    await settled(scanner.start());
    await pass(200);
    await settled(scanner.stop());
    await settled(scanner.start());
    await pass(200);
    expect(values(told)).toEqual(["A"]);
  });

  test("the engine is told the same time and forget time that the filter uses (R54)", async () => {
    let clock = 5;
    const { engine, make } = setUp({ now: () => clock, duplicateForgetTime: 250 });
    const scanner = make();
    const told = listen(scanner);
    engine.answer = () => [barcode("A")];
    await settled(scanner.start());
    await pass(300); // the injected clock stands still
    expect(values(told)).toEqual(["A"]);
    expect(engine.requests[0]?.sighting).toMatchObject({ at: 5, forgetMs: 250 });
    clock = 256; // one millisecond beyond
    await pass(100);
    expect(values(told)).toEqual(["A", "A"]);
    const streams = new Set(engine.requests.map(({ sighting }) => sighting.stream));
    expect(streams.size).toBe(1);
    expect([...streams][0]).toBeTruthy();
    scanner.setDuplicateForgetTime(1);
    clock = 258;
    await pass(100);
    expect(values(told)).toEqual(["A", "A", "A"]);
  });

  test("async iteration gives each new code and ends with the scanner", async () => {
    const { engine, make } = setUp();
    const scanner = make();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { rawValue } of scanner) seen.push(rawValue);
    })();
    await settled(scanner.start());
    engine.answer = () => [barcode("A"), barcode("B")];
    await pass(500);
    await settled(scanner.close());
    await settled(reading);
    expect(seen).toEqual(["A", "B"]);
  });
});

describe("trouble on the way", () => {
  test("an unplugged camera is told and taken up again when it is back", async () => {
    const { devices, permission, make } = setUp();
    permission.state = "prompt";
    const scanner = make();
    const told = listen(scanner);
    await settled(scanner.start());
    const plugged = devices.devices;
    devices.devices = [];
    devices.live[0]?.vanish();
    await pass(5000);
    expect(scanner.state).toBe("recovering");
    devices.devices = plugged;
    devices.dispatchEvent(new Event("devicechange"));
    await pass(500);
    expect(scanner.state).toBe("scanning");
    expect(told).toEqual(["starting", "scanning", "error camera_lost", "recovering", "scanning"]);
    expect(devices.live).toHaveLength(1);
  });

  test("where the permission stands, a lost camera is tried again by itself; where it was withdrawn, nobody is asked", async () => {
    const lab = setUp();
    const scanner = lab.make();
    await settled(scanner.start());
    lab.devices.live[0]?.vanish();
    await pass(2000);
    expect(scanner.state).toBe("scanning");
    lab.permission.state = "prompt";
    const asked = lab.devices.asked.length;
    lab.devices.live[0]?.vanish();
    await pass(20_000);
    expect(scanner.state).toBe("recovering");
    expect(lab.devices.asked).toHaveLength(asked);
  });

  test("a stalled stream is opened once more behind a plain request, then it is an error", async () => {
    const { devices, video, make } = setUp({ stallTime: 2000 });
    const scanner = make();
    const told = listen(scanner);
    await settled(scanner.start());
    await pass(500);
    video.isFrozen = true;
    await pass(2300);
    expect(scanner.state).toBe("recovering");
    expect(devices.asked.filter((video) => video === true)).toHaveLength(1);
    await pass(2500);
    expect(told.slice(-2)).toEqual(["idle", "error camera_stalled"]);
    expect(devices.live).toEqual([]);
  });

  test("a stalled stream that comes back scans on without a word", async () => {
    const { video, make } = setUp({ stallTime: 2000 });
    const scanner = make();
    const told = listen(scanner);
    await settled(scanner.start());
    video.isFrozen = true;
    await pass(2300);
    video.isFrozen = false;
    await pass(500);
    expect(told).toEqual(["starting", "scanning", "recovering", "scanning"]);
  });

  test("a hidden page stops decoding at once, gives the camera back in time, and goes on when it is seen", async () => {
    const { devices, engine, page, make } = setUp({ releaseAfterHidden: 1000, stallTime: 500 });
    const scanner = make();
    await settled(scanner.start());
    page.turn("hidden");
    await pass(100);
    engine.requests.length = 0;
    await pass(700);
    expect([scanner.state, engine.requests.length, devices.live.length]).toEqual(["suspended", 0, 1]);
    await pass(300);
    expect(devices.live).toEqual([]);
    page.turn("visible");
    await pass(200);
    expect([scanner.state, devices.live.length]).toEqual(["scanning", 1]);
    expect(engine.requests.length).toBeGreaterThan(0);
  });

  test("a page that is left gives the camera back at once", async () => {
    const { devices, platform, page, make } = setUp();
    const scanner = make();
    await settled(scanner.start());
    platform.window.dispatchEvent(new Event("pagehide"));
    await pass(50);
    expect(devices.live).toEqual([]);
    platform.window.dispatchEvent(new Event("pageshow"));
    await pass(200);
    expect([scanner.state, page.visibilityState]).toEqual(["scanning", "visible"]);
  });

  test("a given stream is scanned, never stopped, and its end is an error", async () => {
    const { devices, make } = setUp();
    const track = new FakeTrack({ deviceId: "own", label: "own" });
    const scanner = make({ stream: new FakeStream(track) as unknown as MediaStream });
    const told = listen(scanner);
    await settled(scanner.start());
    await pass(200);
    await settled(scanner.stop());
    expect([track.readyState, devices.asked.length]).toEqual(["live", 0]);
    await settled(scanner.start());
    track.vanish();
    await pass(100);
    expect(told.slice(-2)).toEqual(["idle", "error camera_lost"]);
    const ended = scanner.start();
    ended.catch(() => {});
    await expect(settled(ended)).rejects.toMatchObject({ code: "camera_lost" });
  });

  test("a given video that plays something is scanned as it is", async () => {
    const { devices, video, engine, make } = setUp();
    video.src = "clip.webm";
    const scanner = make({ video: video as unknown as HTMLVideoElement });
    await settled(scanner.start());
    await pass(200);
    expect(engine.requests.length).toBeGreaterThan(2);
    await settled(scanner.stop());
    expect([devices.asked.length, video.src]).toEqual([0, "clip.webm"]);
  });
});

describe("controls", () => {
  const able = { torch: true, zoom: { min: 100, max: 400, step: 10 }, focusMode: ["manual", "continuous"] };

  test("torch, zoom and focus are applied after the start, and again after a switch", async () => {
    const { devices, make } = setUp({ torch: true, zoom: 2 });
    devices.devices = [
      { deviceId: "a", label: "Back Camera", facing: "environment", capabilities: able },
      { deviceId: "b", label: "Front Camera", facing: "user", capabilities: able },
    ];
    const scanner = make();
    await settled(scanner.start());
    await pass(100);
    const expected = [{ focusMode: "continuous" }, { torch: true }, { zoom: 200 }];
    expect(devices.tracks[0]?.applied).toEqual(expected);
    expect(scanner.capabilities).toMatchObject({ torch: true, zoom: { min: 1, max: 4, step: 0.1 } });
    await settled(scanner.setCamera("user"));
    await pass(100);
    expect(scanner.camera?.deviceId).toBe("b");
    expect(devices.tracks[1]?.applied).toEqual(expected);
    expect(devices.live).toHaveLength(1);
    await settled(scanner.setTorch(false));
    expect(devices.tracks[1]?.applied.at(-1)).toEqual({ torch: false });
  });

  test("capabilities that come late are waited for", async () => {
    const { devices, make } = setUp({ torch: true });
    const device = { deviceId: "a", label: "Back Camera", facing: "environment" as const, capabilities: {} };
    devices.devices = [device];
    const scanner = make();
    await settled(scanner.start());
    await pass(250);
    device.capabilities = able;
    await pass(300);
    expect(devices.tracks[0]?.applied).toContainEqual({ torch: true });
    expect(scanner.isTorchOn).toBe(true);
  });

  test("what the camera lacks is an error for who asks, and zoom is digital", async () => {
    const { engine, make } = setUp({ torch: true });
    const scanner = make();
    const told = listen(scanner);
    await settled(scanner.start());
    await pass(1500);
    expect(told).toContain("error camera_unsupported_control");
    expect(scanner.state).toBe("scanning");
    await expect(settled(scanner.setTorch(true))).rejects.toMatchObject({ code: "camera_unsupported_control" });
    await expect(settled(scanner.setFocus("once"))).rejects.toMatchObject({ code: "camera_unsupported_control" });
    await settled(scanner.setZoom(4));
    await pass(100);
    expect(engine.requests.at(-1)?.options.region).toEqual([
      { left: 480, top: 270, right: 800, bottom: 450, unit: "pixel" },
    ]);
    await expect(scanner.setZoom(0)).rejects.toMatchObject({ code: "invalid_option" });
  });

  test("setCamera remembers a device, cameras() lists them", async () => {
    const { devices, stored, make } = setUp();
    devices.devices.push({ deviceId: "b", label: "USB Camera" });
    const scanner = make();
    await settled(scanner.start());
    expect(await scanner.cameras()).toEqual([
      { deviceId: "back", label: "Back Camera", facing: "environment" },
      { deviceId: "b", label: "USB Camera", facing: undefined },
    ]);
    await settled(scanner.setCamera("b"));
    expect(scanner.camera?.deviceId).toBe("b");
    expect(stored.get("tallymark.camera.environment")).toBe("b");
    await settled(scanner.setResolution({ width: 640, height: 480 }));
    expect(devices.live[0]?.applied.at(-1)).toEqual({ width: { ideal: 640 }, height: { ideal: 480 } });
  });
});

describe("nothing is left behind", () => {
  test("after stop and close: no stream, listener, timer, frame or callback", async () => {
    const { devices, page, platform, video, engine, frames, make } = setUp();
    const scanner = make();
    engine.answer = () => [barcode("A")];
    await settled(scanner.start());
    await pass(300);
    await settled(scanner.close());
    await scanner.close();
    await pass(5000);
    expect(devices.live).toEqual([]);
    expect([page.listeners, platform.window.listeners]).toEqual([0, 0]);
    expect([frames.open, video.callbacks.size, engine.closed]).toEqual([0, 0, 1]);
    expect(video.srcObject).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
    await expect(scanner.start()).rejects.toMatchObject({ code: "closed" });
    expect([page.listeners, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("R6: results are purged after the forget time without another frame", async () => {
    const { engine, make } = setUp();
    const scanner = make();
    engine.answer = () => [barcode("A")];
    await settled(scanner.start());
    await pass(300);
    await settled(scanner.stop());
    expect(vi.getTimerCount()).toBe(1); // the purge
    await pass(3100);
    expect(vi.getTimerCount()).toBe(0);
  });

  const calls = ["pause", "resume", "hide", "show", "vanish", "freeze", "thaw", "camera", "plug"] as const;
  const call = fc.oneof(
    { weight: 4, arbitrary: fc.constant("start" as const) },
    { weight: 4, arbitrary: fc.constant("stop" as const) },
    { weight: 9, arbitrary: fc.constantFrom(...calls) },
  );
  const step = fc.record({ call, wait: fc.constantFrom(0, 1, 7, 60, 400, 2500), fault: fc.nat(3).map((n) => n === 0) });

  test("any interleaving of calls and mishaps ends right, with every stream and frame closed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const { devices, page, platform, video, frames, engine, make } = setUp({ stallTime: 1000 });
        const scanner = make();
        const calls: Promise<unknown>[] = [];
        for (const { call: name, wait, fault } of steps) {
          if (fault) devices.faults.push("NotReadableError");
          if (name === "hide") page.turn("hidden");
          else if (name === "show") page.turn("visible");
          else if (name === "vanish") devices.live[0]?.vanish();
          else if (name === "freeze") video.isFrozen = true;
          else if (name === "thaw") video.isFrozen = false;
          else if (name === "plug") devices.dispatchEvent(new Event("devicechange"));
          else calls.push((name === "camera" ? scanner.setCamera("user") : scanner[name]()).catch(() => {}));
          await pass(wait);
          expect(devices.live.length).toBeLessThanOrEqual(1);
          expect(engine.mostInFlight).toBeLessThanOrEqual(1);
        }
        devices.faults = [];
        video.isFrozen = false;
        page.turn("visible");
        await settled(Promise.all(calls), 60_000);
        await settled(scanner.start());
        await pass(100);
        expect(scanner.state).toBe("scanning");
        expect(devices.live).toHaveLength(1);
        await settled(scanner.close());
        await pass(10_000);
        expect([devices.live.length, frames.open, video.callbacks.size]).toEqual([0, 0, 0]);
        expect(video.srcObject).toBeNull();
        expect([page.listeners, platform.window.listeners, vi.getTimerCount()]).toEqual([0, 0, 0]);
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});
