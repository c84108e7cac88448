/** Shows that the right lens is chosen from what phones and computers really call their cameras. */
import { describe, expect, test } from "vitest";
import {
  betterCamera,
  type CameraEvidence,
  facingOfLabel,
  rankCameras,
  scoreCamera,
} from "../../../src/scanner/camera-choice.js";

const camera = (label: string, more: Partial<CameraEvidence> = {}): CameraEvidence => ({
  deviceId: label,
  label,
  facing: facingOfLabel(label),
  ...more,
});

describe("facing by label", () => {
  test.each([
    ["camera2 0, facing back", "environment"],
    ["camera2 1, facing front", "user"],
    ["camera 1, facing front", "user"],
    ["Back Camera", "environment"],
    ["Front Camera", "user"],
    ["Front TrueDepth Camera", "user"],
    ["Back Ultra Wide Camera", "environment"],
    ["Rear Camera", "environment"],
    ["Rückseitige Kamera", "environment"],
    ["Rückseitige Ultra-Weitwinkelkamera", "environment"],
    ["Frontkamera", "user"],
    ["Caméra arrière", "environment"],
    ["Caméra avant", "user"],
    ["Cámara trasera", "environment"],
    ["Cámara frontal", "user"],
    ["Fotocamera posteriore", "environment"],
    ["Fotocamera anteriore", "user"],
    ["Câmera traseira", "environment"],
    ["Câmera frontal", "user"],
    ["Camera achterzijde", "environment"],
    ["Camera voorzijde", "user"],
    ["背面カメラ", "environment"],
    ["前面カメラ", "user"],
    ["后置相机", "environment"],
    ["前置相机", "user"],
    ["후면 카메라", "environment"],
    ["전면 카메라", "user"],
    ["Задняя камера", "environment"],
    ["Передняя камера", "user"],
    ["Arka Kamera", "environment"],
    ["Ön Kamera", "user"],
    ["Tylny aparat", "environment"],
    ["Aparat przedni", "user"],
    ["FaceTime HD Camera", "user"],
    ["HD Pro Webcam C920 (046d:082d)", undefined],
    ["Integrated Camera (04f2:b6d0)", undefined],
    ["", undefined],
  ])("%s looks to %s", (label, facing) => {
    expect(facingOfLabel(label)).toBe(facing);
  });
});

describe("best camera for codes", () => {
  test.each<[string, "environment" | "user", string[], string]>([
    [
      "iPhone Pro",
      "environment",
      [
        "Front Camera",
        "Back Ultra Wide Camera",
        "Back Telephoto Camera",
        "Back Camera",
        "Back Dual Camera",
        "Back Dual Wide Camera",
        "Back Triple Camera",
      ],
      "Back Triple Camera",
    ],
    [
      "iPhone 13",
      "environment",
      ["Back Ultra Wide Camera", "Back Camera", "Back Dual Wide Camera", "Front Camera"],
      "Back Dual Wide Camera",
    ],
    [
      "iPhone X",
      "environment",
      ["Back Telephoto Camera", "Back Dual Camera", "Back Camera", "Front Camera"],
      "Back Camera",
    ],
    ["iPhone SE", "environment", ["Front Camera", "Back Camera"], "Back Camera"],
    [
      "iPhone in German",
      "environment",
      ["Frontkamera", "Rückseitige Ultra-Weitwinkelkamera", "Rückseitige Kamera", "Rückseitige Dual-Weitwinkelkamera"],
      "Rückseitige Dual-Weitwinkelkamera",
    ],
    [
      "iPhone in French",
      "environment",
      ["Caméra avant", "Caméra ultra grand angle arrière", "Caméra arrière"],
      "Caméra arrière",
    ],
    [
      "iPhone in Spanish",
      "environment",
      ["Cámara ultra gran angular trasera", "Cámara trasera", "Cámara frontal"],
      "Cámara trasera",
    ],
    [
      "iPhone in Japanese",
      "environment",
      ["前面カメラ", "背面超広角カメラ", "背面カメラ", "背面デュアル広角カメラ"],
      "背面デュアル広角カメラ",
    ],
    ["iPhone in Chinese", "environment", ["前置相机", "后置超广角相机", "后置相机"], "后置相机"],
    ["iPhone in Korean", "environment", ["전면 카메라", "후면 울트라 와이드 카메라", "후면 카메라"], "후면 카메라"],
    [
      "iPhone in Russian",
      "environment",
      ["Передняя камера", "Задняя сверхширокоугольная камера", "Задняя камера"],
      "Задняя камера",
    ],
    [
      "Android, several back lenses",
      "environment",
      [
        "camera2 3, facing front",
        "camera2 2, facing back",
        "camera2 4, facing back",
        "camera2 1, facing front",
        "camera2 0, facing back",
      ],
      "camera2 0, facing back",
    ],
    [
      "Android, front wanted",
      "user",
      ["camera2 0, facing back", "camera2 3, facing front", "camera2 1, facing front"],
      "camera2 1, facing front",
    ],
    ["Windows laptop with Hello", "environment", ["Integrated IR Camera", "Integrated Camera"], "Integrated Camera"],
    [
      "Surface",
      "environment",
      ["Surface Camera Front", "Surface IR Camera Front", "Surface Camera Rear"],
      "Surface Camera Rear",
    ],
    ["with OBS", "environment", ["OBS Virtual Camera", "HD Webcam"], "HD Webcam"],
    ["Mac with iPhone", "user", ["Desk View Camera", "FaceTime HD Camera"], "FaceTime HD Camera"],
    [
      "phone with macro and depth",
      "environment",
      ["Back Macro Camera", "Back Depth Camera", "Back Camera"],
      "Back Camera",
    ],
    ["phone wanting its front", "user", ["Back Camera", "Front Camera"], "Front Camera"],
  ])("%s", (_name, wanted, labels, best) => {
    expect(
      rankCameras(
        labels.map((label) => camera(label)),
        wanted,
      )[0]?.camera.label,
    ).toBe(best);
    expect(
      rankCameras(
        [...labels].reverse().map((label) => camera(label)),
        wanted,
      )[0]?.camera.label,
    ).toBe(best);
  });

  test("equal cameras stay in the browser's order", () => {
    const two = [camera("USB Camera", { deviceId: "a" }), camera("USB Camera", { deviceId: "b" })];
    expect(rankCameras(two, "environment").map(({ camera: { deviceId } }) => deviceId)).toEqual(["a", "b"]);
  });

  test.each<[string, Partial<CameraEvidence>, Partial<CameraEvidence>]>([
    ["continuous focus beats fixed focus", { focusModes: ["manual", "continuous"] }, { focusModes: ["none"] }],
    ["any focus beats fixed focus", { focusModes: ["single-shot"] }, { focusModes: ["none"] }],
    ["a near limit of focus beats a far one", { nearestFocus: 0.07 }, { nearestFocus: 0.4 }],
    ["a torch marks the main camera", { hasTorch: true }, { hasTorch: false }],
    ["more pixels beat fewer", { maxWidth: 4000 }, { maxWidth: 640 }],
  ])("%s", (_name, more, less) => {
    const score = (evidence: Partial<CameraEvidence>) => scoreCamera(camera("Back Camera", evidence), "environment");
    expect(score(more)).toBeGreaterThan(score(less));
  });
});

describe("moving to a better camera", () => {
  const phone = ["camera2 1, facing front", "camera2 2, facing back", "camera2 0, facing back"].map((label) =>
    camera(label),
  );

  test("leaves a wrong lens", () => {
    expect(betterCamera(phone, camera("camera2 2, facing back"), "environment")?.label).toBe("camera2 0, facing back");
    expect(betterCamera(phone, camera("camera2 1, facing front"), "environment")?.label).toBe("camera2 0, facing back");
  });

  test("stays with the right one", () => {
    expect(betterCamera(phone, camera("camera2 0, facing back"), "environment")).toBeUndefined();
  });

  test("stays where nothing is gained: two webcams", () => {
    const webcams = [camera("Webcam A"), camera("Webcam B")];
    expect(betterCamera(webcams, webcams[1] as CameraEvidence, "environment")).toBeUndefined();
  });

  test("stays where labels are hidden", () => {
    const blank = [camera("", { deviceId: "a" }), camera("", { deviceId: "b" })];
    expect(betterCamera(blank, camera("camera2 2, facing back"), "environment")).toBeUndefined();
  });

  test("is not moved by evidence that only the open camera shows", () => {
    const open = camera("camera2 0, facing back", { focusModes: ["none"], maxWidth: 640 });
    expect(betterCamera(phone, open, "environment")).toBeUndefined();
  });
});
