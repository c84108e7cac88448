import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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
