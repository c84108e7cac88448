/** Shows that options are checked before anything is opened, and that importing and creating is safe without a page. */
import { describe, expect, test } from "vitest";
import { checkScannerOptions, scannerOptionNames } from "../../../src/scanner/scanner-options.js";

const element = { appendChild: () => {}, play: () => {} };

describe("scanner options", () => {
  test("defaults", () => {
    expect(checkScannerOptions()).toMatchObject({
      facing: "environment",
      deviceId: undefined,
      resolution: { width: 1920, height: 1080 },
      forgetMs: 3000, // R54
      intervalMs: 0,
      maxFramesPerSecond: 30,
      regionMode: "turns",
      regionSpace: "video",
      keepDecodedImage: false, // R17
      torch: false,
      zoom: 1,
      beep: undefined,
      vibrateMs: undefined,
      rememberCamera: true,
      read: { effort: "fast", minConfidence: 30 },
    });
    expect(checkScannerOptions({ container: element as never }).regionSpace).toBe("view");
    expect(checkScannerOptions({ camera: "user" })).toMatchObject({ facing: "user", deviceId: undefined });
    expect(checkScannerOptions({ camera: "abc123" })).toMatchObject({ deviceId: "abc123" });
    expect(checkScannerOptions({ beep: true, vibrate: true })).toMatchObject({ beep: {}, vibrateMs: 100 });
  });

  test.each<[string, object, RegExp]>([
    ["a slip of the pen", { duplicateForgetTme: 1 }, /did you mean "duplicateForgetTime"/],
    ["camera", { camera: 3 }, /camera takes/],
    ["an empty camera", { camera: "" }, /camera takes/],
    ["resolution", { resolution: { width: 0, height: 10 } }, /resolution takes/],
    ["resolution as text", { resolution: "hd" }, /resolution takes/],
    ["a negative forget time", { duplicateForgetTime: -1 }, /duplicateForgetTime takes/],
    ["a forget time that is no number", { duplicateForgetTime: "3s" }, /duplicateForgetTime takes/],
    ["intervalTime NaN", { intervalTime: Number.NaN }, /intervalTime takes/],
    ["no frames at all", { maxFramesPerSecond: 0 }, /maxFramesPerSecond takes/],
    ["zoom", { zoom: -2 }, /zoom takes/],
    ["focus", { focus: "auto" }, /focus takes/],
    ["focus outside", { focus: { x: 2, y: 0 } }, /focus takes/],
    ["container", { container: "#view" }, /container takes/],
    ["video", { video: {} }, /video takes/],
    ["stream", { stream: {} }, /stream takes/],
    ["regionMode", { regionMode: "both" }, /regionMode takes "turns" or "all"/],
    ["fit", { fit: "fill" }, /fit takes/],
    ["beep", { beep: "loud" }, /beep takes/],
    ["beep volume", { beep: { volume: 11 } }, /beep.volume takes/],
    ["vibrate", { vibrate: -1 }, /vibrate takes/],
    ["now", { now: 5 }, /now takes/],
    ["messages", { messages: { torch: 1 } }, /messages.torch takes/],
    ["torch", { torch: "on" }, /torch takes/],
    ["stallTime", { stallTime: 0 }, /stallTime takes/],
  ])("%s is refused by name", (_name, options, message) => {
    expect(() => checkScannerOptions(options as never)).toThrow(
      expect.objectContaining({ code: "invalid_option", message: expect.stringMatching(message) }),
    );
  });

  test("read options are checked too", () => {
    const code = (options: object) => {
      try {
        checkScannerOptions(options);
        return "fine";
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code({ formats: ["qrr_code"] })).toBe("unknown_format");
    expect(code({ region: { left: 5, top: 0, right: 5, bottom: 9 } })).toBe("invalid_region");
    expect(code({ formats: ["qr_code"], textPattern: /\d+/, minTextLength: 1 })).toBe("fine");
  });

  test("each option is known once", () => {
    expect(new Set(scannerOptionNames()).size).toBe(scannerOptionNames().length);
  });
});

describe("without a page", () => {
  test("importing touches nothing, creating says what to do instead", async () => {
    expect(globalThis.document).toBeUndefined();
    const { BarcodeScanner } = await import("../../../src/barcode-scanner.js");
    const created = BarcodeScanner.create({ formats: ["ean_13"] });
    await expect(created).rejects.toMatchObject({
      code: "camera_unsupported",
      message: expect.stringMatching(/BarcodeReader/),
    });
    await expect(BarcodeScanner.create({ camera: 1 as never })).rejects.toMatchObject({ code: "invalid_option" });
    const { signal } = new AbortController();
    await expect(BarcodeScanner.create({ signal })).rejects.toMatchObject({ code: "camera_unsupported" });
    await expect(BarcodeScanner.create({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    await expect(BarcodeScanner.create({ signal: 1 as never })).rejects.toMatchObject({ code: "invalid_option" });
    await expect(BarcodeScanner.create({ worker: 1 as never })).rejects.toMatchObject({ code: "invalid_option" });
    await expect(BarcodeScanner.create({ retainMs: -1 })).rejects.toMatchObject({ code: "invalid_option" });
    expect(await BarcodeScanner.permission()).toBe("unknown");
  });
});
