import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Engine } from "../../../src/engine/engine.js";
import { ScanError } from "../../../src/errors.js";
import { FrameClock } from "../../../src/scanner/frame-clock.js";
import { FrameGrabber } from "../../../src/scanner/frame-source.js";
import { FrameLoop } from "../../../src/scanner/loop.js";
import { afterFrame, IDLE_AFTER_MS, NEW_PACE, restMs } from "../../../src/scanner/pacing.js";
import { Watchdog } from "../../../src/scanner/watchdog.js";
import { domError } from "./fake-camera.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("frames", () => {
  const video = (more: object = {}) => ({ readyState: 4, videoWidth: 4, videoHeight: 2, ...more }) as HTMLVideoElement;
  class Frame {
    displayWidth = 4;
    displayHeight = 2;
    close() {}
  }
  const canvas = () => ({
    width: 4,
    height: 2,
    getContext: () => ({ drawImage: () => {}, getImageData: () => ({ data: new Uint8ClampedArray(32) }) }),
  });

  test.each<[string, object, string]>([
    [
      "VideoFrame first",
      { VideoFrame: Frame, createImageBitmap: async () => ({ width: 4, height: 2 }) },
      "video-frame",
    ],
    ["then ImageBitmap", { createImageBitmap: async () => ({ width: 4, height: 2 }) }, "image-bitmap"],
    ["then canvas", {}, "canvas"],
  ])("%s", async (_name, offers, way) => {
    const grabber = new FrameGrabber(video(), { ...offers, createCanvas: canvas } as never);
    expect(await grabber.grab()).toMatchObject({ width: 4, height: 2 });
    expect(grabber.way).toBe(way);
  });

  test("a way that fails twice is given up for the next; a single failure is not", async () => {
    let fails = 1;
    class Flaky extends Frame {
      constructor() {
        super();
        if (fails-- > 0) throw domError("InvalidStateError");
      }
    }
    const grabber = new FrameGrabber(video(), { VideoFrame: Flaky, createCanvas: canvas } as never);
    expect(await grabber.grab()).toBeUndefined();
    expect(await grabber.grab()).toBeDefined();
    fails = 9;
    expect(await grabber.grab()).toBeUndefined();
    expect(await grabber.grab()).toMatchObject({ kind: "pixels", layout: "rgba", stride: 16 });
    expect(grabber.way).toBe("canvas");
  });

  test("no picture yet is no frame; a tainted one is an error with its remedy", async () => {
    const platform = { VideoFrame: Frame, createCanvas: canvas } as never;
    expect(await new FrameGrabber(video({ readyState: 1 }), platform).grab()).toBeUndefined();
    expect(await new FrameGrabber(video({ videoWidth: 0 }), platform).grab()).toBeUndefined();
    class Tainted {
      constructor() {
        throw domError("SecurityError");
      }
    }
    const tainted = new FrameGrabber(video(), { VideoFrame: Tainted, createCanvas: canvas } as never);
    await expect(tainted.grab()).rejects.toMatchObject({ code: "tainted_source" });
  });

  test("without the callback the clock of the video tells of new pictures; nothing is left after an abort", async () => {
    const shown = { currentTime: 0, readyState: 4 };
    const clock = new FrameClock(shown);
    const stop = new AbortController();
    const seen: boolean[] = [];
    const look = () => void clock.next(stop.signal).then((isNew) => seen.push(isNew));
    look();
    await vi.advanceTimersByTimeAsync(20);
    look();
    await vi.advanceTimersByTimeAsync(200);
    expect(seen).toEqual([true]); // the same picture still
    shown.currentTime = 0.1;
    await vi.advanceTimersByTimeAsync(20);
    look();
    stop.abort();
    look();
    await vi.advanceTimersByTimeAsync(20);
    expect(seen).toEqual([true, true, false, false]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("run, halt and run again: still one frame in flight", async () => {
    let inFlight = 0;
    let most = 0;
    const loop = new FrameLoop({
      engine: {
        decode: async () => {
          most = Math.max(most, ++inFlight);
          await new Promise((resolve) => setTimeout(resolve, 100));
          inFlight--;
          return { barcodes: [], width: 1, height: 1, elapsedMs: 0 };
        },
      } as unknown as Engine,
      clock: { next: async (signal) => !signal.aborted },
      grabber: { grab: async () => ({ kind: "pixels" }) as never, release: () => {} },
      pacing: { intervalMs: 0, maxFramesPerSecond: 30 },
      now: Date.now,
      request: () => ({ options: {}, sighting: { at: 0, forgetMs: 0 } }),
      onPicture: () => {},
      onOutcome: () => {},
      onError: () => true,
    });
    loop.run();
    await vi.advanceTimersByTimeAsync(10);
    void loop.halt();
    loop.run();
    loop.run();
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all([loop.halt(), vi.advanceTimersByTimeAsync(200)]);
    expect([most, inFlight]).toEqual([1, 0]);
  });

  test("a frame that is grabbed while scanning stops, or whose request fails, is closed", async () => {
    let open = 0;
    const source = () => {
      open++;
      return { kind: "frame" as const, frame: { close: () => open-- } as unknown as ImageBitmap, width: 1, height: 1 };
    };
    const decode = vi.fn();
    let requests = 0;
    const make = (grab: () => Promise<ReturnType<typeof source>>) =>
      new FrameLoop({
        engine: { decode } as unknown as Engine,
        clock: { next: async (signal) => !signal.aborted },
        grabber: { grab, release: () => {} },
        pacing: { intervalMs: 0, maxFramesPerSecond: 30 },
        now: Date.now,
        request: () => {
          requests++;
          throw new ScanError("invalid_region");
        },
        onPicture: () => {},
        onOutcome: () => {},
        onError: () => true,
      });
    const slow = make(async () => {
      const frame = source();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return frame;
    });
    slow.run();
    await vi.advanceTimersByTimeAsync(10);
    const halted = slow.halt();
    await vi.advanceTimersByTimeAsync(100);
    await halted;
    expect([open, requests]).toEqual([0, 0]);
    const wrong = make(async () => source());
    wrong.run();
    await vi.advanceTimersByTimeAsync(1000);
    await wrong.halt();
    expect(requests).toBeGreaterThan(2);
    expect([open, decode.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });
});

describe("pacing", () => {
  const options = { intervalMs: 0, maxFramesPerSecond: 30 };

  test.each<[string, number, number, { intervalMs: number; maxFramesPerSecond: number }, number]>([
    ["a cheap frame waits for the camera's next", 2, 0, options, 1000 / 30 - 2 - 8],
    ["a dear frame rests a quarter", 200, 0, options, 50],
    ["intervalTime", 2, 0, { ...options, intervalMs: 500 }, 500],
    ["five frames a second", 2, 0, { ...options, maxFramesPerSecond: 5 }, 190],
    ["no limit", 2, 0, { ...options, maxFramesPerSecond: Number.POSITIVE_INFINITY }, 0],
    ["idle for long", 2, IDLE_AFTER_MS, options, 1000 / 8 - 2 - 8],
  ])("%s", (_name, took, at, pacing, expected) => {
    const pace = afterFrame(NEW_PACE, took, false, 0);
    expect(restMs(pace, took, at, pacing)).toBeCloseTo(expected, 6);
  });

  test("a find ends idleness", () => {
    const pace = afterFrame(afterFrame(NEW_PACE, 2, false, 0), 2, true, IDLE_AFTER_MS);
    expect(restMs(pace, 2, IDLE_AFTER_MS, options)).toBeLessThan(40);
  });
});

describe("watchdog", () => {
  test("barks once after the limit without food, never with it, never while the device sleeps", async () => {
    const onStall = vi.fn();
    const dog = new Watchdog(1000, onStall);
    dog.start();
    for (let i = 0; i < 10; i++) {
      await vi.advanceTimersByTimeAsync(500);
      dog.feed();
    }
    vi.setSystemTime(Date.now() + 3_600_000); // an hour passes, nothing ticks
    await vi.advanceTimersByTimeAsync(500);
    expect(onStall).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5000);
    expect(onStall).toHaveBeenCalledTimes(1);
    const never = new Watchdog(Number.POSITIVE_INFINITY, onStall);
    never.start();
    expect(vi.getTimerCount()).toBe(0);
  });
});
