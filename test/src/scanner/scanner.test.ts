/** Shows the scanner whole, on fake cameras and a fake clock: frames, what is new, controls, and that nothing is left behind. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LATE_MS } from "../../../src/rules/forget-window.js";
import type { Region } from "../../../src/types.js";
import { barcode } from "../reader/fake-engine.js";
import { listen, setUp } from "./fake-camera.js";

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
    await settled(scanner.setCamera("environment")); // a side is its best camera, not the one remembered
    expect(scanner.camera?.deviceId).toBe("back");
    expect(stored.get("tallymark.camera.environment")).toBe("back");
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
    await pass(3100 + LATE_MS);
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
