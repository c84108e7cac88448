/** Shows the small pure parts of the scanner, each by a table. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ERROR_CODES, ScanError } from "../../../src/errors.js";
import { LATE_MS } from "../../../src/rules/forget-window.js";
import { readControls } from "../../../src/scanner/camera-controls.js";
import { toCameraError } from "../../../src/scanner/camera-error.js";
import { shareZoom } from "../../../src/scanner/camera-settings.js";
import { constraintLadder } from "../../../src/scanner/constraint-ladder.js";
import { DuplicateFilter } from "../../../src/scanner/duplicate-filter.js";
import { ENGLISH } from "../../../src/scanner/english.js";
import { Feedback } from "../../../src/scanner/feedback.js";
import { LOCALES } from "../../../src/scanner/locales.js";
import { errorMessage, fill, loadMessages, messagesFor } from "../../../src/scanner/messages.js";
import { expire, follow, GONE_AFTER_MS, isFading, type Quad, trackOutlines } from "../../../src/scanner/outline.js";
import { ScanQueue } from "../../../src/scanner/scan-queue.js";
import { barcode } from "../reader/fake-engine.js";
import { domError } from "./fake-camera.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("constraint ladder", () => {
  const resolution = { width: 1280, height: 720 };
  const names = (deviceId?: string) =>
    constraintLadder({ deviceId, facing: "environment", resolution }).map(({ name }) => name);

  test("from the device over the side to any camera at all", () => {
    expect(names("x")).toEqual(["device", "facing", "any", "plain"]);
    expect(names()).toEqual(["facing", "any", "plain"]);
  });

  test("never sound, never zoom, pan or tilt, and only the device is exact", () => {
    const text = JSON.stringify(constraintLadder({ deviceId: "x", facing: "user", resolution }));
    expect(text).not.toMatch(/zoom|pan|tilt|torch/);
    expect(text.match(/exact/g)).toHaveLength(1);
    expect(text.match(/"audio":false/g)).toHaveLength(4);
  });
});

describe("camera errors", () => {
  test.each([
    ["NotAllowedError", undefined, "camera_permission_denied"],
    ["SecurityError", undefined, "camera_permission_denied"],
    ["NotFoundError", undefined, "camera_not_found"],
    ["NotReadableError", 1, "camera_in_use"],
    ["TrackStartError", 1, "camera_in_use"],
    ["AbortError", 1, "camera_in_use"],
    ["OverconstrainedError", 2, "camera_overconstrained"],
    ["OverconstrainedError", 0, "camera_not_found"],
    ["OverconstrainedError", undefined, "camera_overconstrained"],
    ["TypeError", 1, "camera_overconstrained"],
    ["SomethingNewError", 1, "camera_in_use"],
  ])("%s with %s cameras is %s", (name, inputs, code) => {
    const cause = domError(name);
    expect(toCameraError(cause, inputs)).toMatchObject({ code, cause });
  });

  test("our own errors pass through", () => {
    const own = new ScanError("camera_stalled");
    expect(toCameraError(own)).toBe(own);
  });
});

describe("zoom", () => {
  test.each<[string, number, { min: number; max: number; step: number } | undefined, number | undefined, number]>([
    ["no zoom of its own", 3, undefined, undefined, 3],
    ["never below one by cropping", 0.5, undefined, undefined, 1],
    ["within the range", 2, { min: 1, max: 8, step: 0.1 }, 2, 1],
    ["beyond the range, the rest by cropping", 12, { min: 1, max: 8, step: 0.1 }, 8, 1.5],
    ["a unit of percent", 2, { min: 100, max: 400, step: 1 }, 200, 1],
    ["lenses from 0.5", 1, { min: 0.5, max: 6, step: 0.1 }, 1, 1],
    ["down to the widest lens", 0.5, { min: 0.5, max: 6, step: 0.1 }, 0.5, 1],
    ["a coarse step", 1.4, { min: 1, max: 4, step: 1 }, 1, 1],
  ])("%s", (_name, factor, range, native, digital) => {
    const share = shareZoom(factor, range);
    expect(share.native).toEqual(native === undefined ? undefined : expect.closeTo(native, 6));
    expect(share.digital).toBeCloseTo(digital, 6);
  });

  test("the camera never gets what it does not have", () => {
    const range = fc.record({
      min: fc.double({ min: 0.1, max: 100, noNaN: true }),
      span: fc.double({ min: 0.1, max: 900, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 100, noNaN: true }), range, (factor, { min, span }) => {
        const { native, digital } = shareZoom(factor, { min, max: min + span, step: 0 });
        expect(native).toBeGreaterThanOrEqual(min);
        expect(native).toBeLessThanOrEqual(min + span);
        expect(digital).toBeGreaterThanOrEqual(1);
      }),
      { seed: 6 },
    );
  });

  test.each<[string, object, object]>([
    ["Chromium's torch", { torch: true }, { torch: true }],
    ["an older list", { torch: [false, true] }, { torch: true }],
    ["a torch that cannot be switched on", { torch: [false] }, { torch: false }],
    ["an empty range is no zoom", { zoom: { min: 1, max: 1 } }, { zoom: undefined }],
    [
      "focus",
      { focusMode: ["manual"], focusDistance: { min: 0.1, max: 2, step: 0.1 } },
      { focusModes: ["manual"], focusDistance: { min: 0.1, max: 2, step: 0.1 } },
    ],
    ["nothing", {}, { torch: false, zoom: undefined, focusModes: [], maxWidth: 0 }],
  ])("capabilities: %s", (_name, raw, expected) => {
    const track = { getCapabilities: () => raw } as unknown as MediaStreamTrack;
    expect(readControls(track)).toMatchObject(expected);
  });

  test("capabilities that throw are none", () => {
    const track = {
      getCapabilities: () => {
        throw domError("InvalidStateError");
      },
    } as unknown as MediaStreamTrack;
    expect(readControls(track)).toMatchObject({ torch: false });
  });
});

describe("outlines", () => {
  const quad = (x: number, y: number, size = 100): Quad => [
    { x, y },
    { x: x + size, y },
    { x: x + size, y: y + size },
    { x, y: y + size },
  ];
  const at = (text: string, corners: Quad) => ({ ...barcode(text), cornerPoints: corners });

  test("noise of the decoder moves nothing, a hand moves it half the way, a jump moves it at once", () => {
    expect(follow(quad(0, 0), quad(1, 1))).toEqual(quad(0, 0));
    expect(follow(quad(0, 0), quad(20, 0))).toEqual(quad(10, 0));
    expect(follow(quad(0, 0), quad(300, 0))).toEqual(quad(300, 0));
  });

  test("the same code keeps its outline; equal codes side by side do not change places", () => {
    const first = trackOutlines([], [at("A", quad(0, 0)), at("A", quad(300, 0)), at("B", quad(0, 300))], 0);
    const second = trackOutlines(first, [at("A", quad(302, 0)), at("B", quad(1, 300)), at("A", quad(1, 0))], 30);
    expect(second.map(({ id }) => id)).toEqual([first[1]?.id, first[2]?.id, first[0]?.id]);
    expect(new Set(first.map(({ id }) => id)).size).toBe(3);
  });

  test("R6: out of sight it fades, then it is gone", () => {
    const [outline] = trackOutlines([], [at("A", quad(0, 0))], 0);
    if (!outline) throw new Error("no outline");
    expect([isFading(outline, 100), isFading(outline, 300)]).toEqual([false, true]);
    expect(trackOutlines([outline], [], GONE_AFTER_MS - 1)).toHaveLength(1);
    expect(trackOutlines([outline], [], GONE_AFTER_MS)).toEqual([]);
    expect(expire([outline], GONE_AFTER_MS)).toEqual([]);
  });
});

describe("messages", () => {
  test("English is there at once, another language once it is loaded", async () => {
    expect(messagesFor("fr").torch).toBe("Light");
    expect(await loadMessages("fr-CA")).toBe(true);
    expect(messagesFor("fr").torch).toBe("Lumière");
    for (const locale of ["fr", "en", "xx", undefined]) expect(await loadMessages(locale)).toBe(false);
  });

  test.each(LOCALES)("%s says everything", async (locale) => {
    await loadMessages(locale);
    const messages = messagesFor(locale);
    expect(Object.keys(messages).sort()).toEqual(Object.keys(ENGLISH).sort());
    for (const text of Object.values(messages)) expect(text.length).toBeGreaterThan(0);
    expect(messages.found).toContain("{value}");
    expect(messages.foundMany).toContain("{count}");
  });

  test("a region takes its language, an unknown one English, own texts come first", async () => {
    await loadMessages("de-AT");
    expect(messagesFor("de-AT").torch).toBe("Licht");
    expect(messagesFor("xx").torch).toBe("Light");
    expect(messagesFor(undefined, { torch: "Lamp" }).torch).toBe("Lamp");
  });

  test("every camera code has a text of its own", () => {
    const messages = messagesFor("en");
    for (const code of Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[]) {
      const isOwn = code.startsWith("camera_") || code === "insecure_context";
      expect(errorMessage(messages, code) !== messages.failed).toBe(isOwn);
    }
  });

  test("a value with braces is not filled in again", () => {
    expect(fill("{format}: {value}", { format: "qr", value: "{format}" })).toBe("qr: {format}");
    expect(fill("{unknown}", {})).toBe("{unknown}");
  });
});

describe("feedback", () => {
  const setUp = (state: string) => {
    const tones: number[] = [];
    const node = () => ({
      connect: () => node(),
      disconnect: () => {},
      gain: { setValueAtTime: () => {}, linearRampToValueAtTime: () => {} },
    });
    const audio = {
      state,
      currentTime: 1,
      destination: {},
      resume: vi.fn(async () => {}),
      close: vi.fn(async () => {}),
      createGain: node,
      createOscillator: () => ({
        ...node(),
        frequency: {
          set value(hz: number) {
            tones.push(hz);
          },
        },
        start: () => {},
        stop: () => {},
      }),
    };
    const vibrate = vi.fn();
    const createAudio = vi.fn(() => audio as unknown as AudioContext);
    return { tones, audio, vibrate, createAudio, platform: { createAudio, vibrate } };
  };

  test("off by default: no sound is even prepared", () => {
    const { createAudio, vibrate, platform } = setUp("running");
    const feedback = new Feedback({ beep: undefined, vibrateMs: undefined }, platform);
    feedback.prepare();
    feedback.give();
    expect([createAudio.mock.calls.length, vibrate.mock.calls.length]).toEqual([0, 0]);
  });

  test("beeps at the pitch asked for, vibrates for so long, lets go of the sound", async () => {
    const { tones, audio, vibrate, createAudio, platform } = setUp("running");
    const feedback = new Feedback({ beep: { frequencyHz: 880 }, vibrateMs: 50 }, platform);
    feedback.prepare();
    feedback.give();
    feedback.give();
    expect(tones).toEqual([880, 880]);
    expect(vibrate.mock.calls).toEqual([[50], [50]]);
    expect(createAudio).toHaveBeenCalledTimes(1);
    await feedback.close();
    expect(audio.close).toHaveBeenCalledTimes(1);
  });

  test("sound that the browser holds back is asked for, and missing sound harms nothing", () => {
    const { tones, audio, platform } = setUp("suspended");
    const feedback = new Feedback({ beep: {}, vibrateMs: undefined }, platform);
    feedback.give();
    expect([tones.length, audio.resume.mock.calls.length]).toEqual([0, 1]);
    const createAudio = () => {
      throw domError("NotSupportedError");
    };
    new Feedback({ beep: {}, vibrateMs: undefined }, { ...platform, createAudio }).give();
  });
});

describe("duplicate filter", () => {
  test("R6 R57: each result lives its own time and is purged without another frame", async () => {
    const filter = new DuplicateFilter(1000, Date.now);
    filter.sift([barcode("A")], Date.now());
    await vi.advanceTimersByTimeAsync(600);
    filter.sift([barcode("B")], Date.now());
    expect(filter.size).toBe(2);
    await vi.advanceTimersByTimeAsync(500 + LATE_MS);
    expect(filter.size).toBe(1);
    await vi.advanceTimersByTimeAsync(600);
    expect([filter.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("a shorter forget time holds at once", () => {
    const filter = new DuplicateFilter(60_000, Date.now);
    filter.sift([barcode("A")], Date.now() - 500 - LATE_MS);
    filter.setForgetMs(100);
    expect([filter.size, vi.getTimerCount()]).toEqual([0, 0]);
  });
});

describe("scan queue", () => {
  test("each loop gets everything since its start, and leaving it lets go", async () => {
    const queue = new ScanQueue<number>();
    const one = queue.iterate();
    queue.push(1);
    const two = queue.iterate();
    queue.push(2);
    expect([(await one.next()).value, (await one.next()).value, (await two.next()).value]).toEqual([1, 2, 2]);
    const waiting = two.next();
    await two.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    const both = [one.next(), one.next()];
    queue.push(3);
    queue.push(4);
    expect((await Promise.all(both)).map(({ value }) => value).sort()).toEqual([3, 4]);
    queue.push(5);
    queue.close();
    expect([(await one.next()).value, (await one.next()).done]).toEqual([5, true]);
  });
});
