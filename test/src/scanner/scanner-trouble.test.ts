import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type FakeDevice, FakeStream, FakeTrack, listen, setUp } from "./fake-camera.js";

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

  test("a camera taken by a phone call is looked for now and then, and comes back without any event", async () => {
    const { devices, video, make } = setUp({ stallTime: 1000 });
    const scanner = make();
    const told = listen(scanner);
    await settled(scanner.start());
    const device = devices.devices[0] as FakeDevice;
    device.fault = "NotReadableError";
    video.isFrozen = true;
    await pass(20_000);
    expect(scanner.state).toBe("recovering");
    const asked = devices.asked.length;
    expect(asked).toBeLessThan(40); // seldom
    device.fault = undefined;
    video.isFrozen = false;
    await pass(31_000);
    expect(scanner.state).toBe("scanning");
    expect(told).toEqual(["starting", "scanning", "recovering", "error camera_in_use", "scanning"]);
    await settled(scanner.stop());
    expect(devices.live).toEqual([]);
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

  test("a stream that stalls now and then, and is well in between, is woken each time", async () => {
    const { video, make } = setUp({ stallTime: 2000 });
    const scanner = make();
    const told = listen(scanner);
    await settled(scanner.start());
    for (let stall = 0; stall < 3; stall++) {
      await pass(2000); // more than the pictures that make it healthy
      video.isFrozen = true;
      await pass(2300);
      expect(scanner.state).toBe("recovering");
      video.isFrozen = false;
      await pass(500);
      expect(scanner.state).toBe("scanning");
    }
    expect(told.filter((word) => word.startsWith("error"))).toEqual([]);
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

  test("a scanner stopped and started again from a listener still hears of a hidden page", async () => {
    const { page, make } = setUp();
    const scanner = make();
    let again: Promise<void> | undefined;
    scanner.addEventListener("statechange", ({ detail }) => {
      if (detail.state === "idle" && !again) again = scanner.start();
    });
    await settled(scanner.start());
    await settled(scanner.stop());
    await settled(again as Promise<void>);
    page.turn("hidden");
    await pass(50);
    expect(scanner.state).toBe("suspended");
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
    const own = new FakeTrack({ deviceId: "own", label: "own" });
    const other = make({ stream: new FakeStream(own) as unknown as MediaStream });
    const ofOther = listen(other);
    await settled(other.start());
    await settled(other.stop());
    own.vanish(); // ended by its owner, when nobody scans it any more
    await pass(100);
    expect(ofOther).toEqual(["starting", "scanning", "idle"]);
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
