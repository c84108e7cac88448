/**
 * The view's buttons for light and camera: when they are shown, and what they do. Must not know how they look.
 */
import { ScanError } from "../errors.js";
import type { CameraInfo } from "./camera-choice.js";
import type { CameraControls } from "./camera-controls.js";

/** What the buttons act on; a scanner is one. */
export interface ButtonCamera {
  /** The open camera. */
  readonly camera: CameraInfo | undefined;
  readonly capabilities: CameraControls;
  readonly isTorchOn: boolean;
  cameras(): Promise<readonly CameraInfo[]>;
  setCamera(deviceId: string): Promise<void>;
  setTorch(isOn: boolean): Promise<void>;
}

/** What is to be shown of them. */
export interface ButtonState {
  readonly torch: boolean;
  readonly isTorchOn: boolean;
  readonly cameras: number;
}

export class CameraButtons {
  readonly #camera: ButtonCamera;
  readonly #show: (state: ButtonState) => void;
  readonly #onError: (error: ScanError) => void;
  #count = 0;

  constructor(camera: ButtonCamera, show: (state: ButtonState) => void, onError: (error: ScanError) => void) {
    this.#camera = camera;
    this.#show = show;
    this.#onError = onError;
  }

  /** The camera, or what it can do, is another. */
  update(): void {
    const { camera, capabilities, isTorchOn } = this.#camera;
    this.#show({ torch: capabilities.torch, isTorchOn, cameras: camera ? this.#count : 0 });
  }

  /** Counts the cameras anew: the button to change them needs two. */
  async count(): Promise<void> {
    if (!this.#camera.camera) return;
    this.#count = await this.#camera.cameras().then(
      (cameras) => cameras.length,
      () => 0,
    );
    this.update();
  }

  async light(isOn: boolean): Promise<void> {
    try {
      await this.#camera.setTorch(isOn);
    } catch (error) {
      if (error instanceof ScanError) this.#onError(error);
    }
  }

  /** Changes to the camera after the open one; a failure is told by the scanner's own error event. */
  async next(): Promise<void> {
    const cameras = await this.#camera.cameras();
    const current = cameras.findIndex(({ deviceId }) => deviceId === this.#camera.camera?.deviceId);
    const next = cameras[(current + 1) % cameras.length];
    if (next) await this.#camera.setCamera(next.deviceId);
  }
}
