/**
 * Opens a camera: walks the constraint ladder, moves to the right lens, remembers it, and never leaves a stream behind
 * that nobody wants any more. Must not know video elements, frames or barcodes.
 */
import { abortable, abortedBy, isAborted, throwIfAborted } from "../abort.js";
import { ScanError } from "../errors.js";
import { betterCamera, type CameraEvidence, type CameraInfo, facingOfLabel } from "./camera-choice.js";
import { cameraError, errorName, isFinal, toCameraError } from "./camera-error.js";
import type { CameraMemory } from "./camera-memory.js";
import { type CameraWish, constraintLadder, type Facing, PLAIN_REQUEST, type RungName } from "./constraint-ladder.js";
import { rest } from "./rest.js";

/** The part of `navigator.mediaDevices` that is used. */
export type Devices = Pick<MediaDevices, "getUserMedia" | "enumerateDevices">;

export interface OpenCamera {
  readonly stream: MediaStream;
  readonly track: MediaStreamTrack;
  readonly info: CameraInfo;
  readonly rung: RungName;
}

/** Milliseconds before a camera that could not be read is tried once more; another stream may be just closing. */
const BUSY_RETRY_MS = 300;

export const stopStream = (stream: MediaStream | undefined): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};

interface PendingRequest {
  readonly promise: Promise<MediaStream>;
  /** Who asked last; the stream is closed when that one gave up. */
  asker: object;
}

export class Camera {
  readonly #isSecure: boolean;
  readonly #devices: Devices | undefined;
  readonly #memory: CameraMemory;
  /** Requests the browser has not answered; one is taken up again rather than asked twice (one prompt, not two). */
  readonly #pending = new Map<string, PendingRequest>();

  constructor(isSecure: boolean, devices: Devices | undefined, memory: CameraMemory) {
    this.#isSecure = isSecure;
    this.#devices = devices;
    this.#memory = memory;
  }

  /**
   * Opens the device asked for, else the remembered one, else one of the facing asked for, else any.
   * @throws ScanError every `camera_…` code that concerns opening, `insecure_context`, `aborted`
   */
  async open(wish: CameraWish, signal: AbortSignal, options: { preflight?: boolean } = {}): Promise<OpenCamera> {
    const devices = this.#checkedDevices();
    if (options.preflight) {
      stopStream(await this.#request(devices, PLAIN_REQUEST, signal).catch(() => undefined));
      throwIfAborted(signal);
    }
    const deviceId = wish.deviceId ?? this.#memory.recall(wish.facing);
    const opened = await this.#climb(devices, { ...wish, deviceId }, signal);
    if (deviceId && opened.rung !== "device" && !wish.deviceId) this.#memory.forget(wish.facing);
    if (opened.rung === "device" || wish.deviceId) return opened;
    return this.#moveToBetter(devices, opened, wish, signal);
  }

  /** The cameras there are; labels stay empty until the permission was granted once. */
  async list(): Promise<readonly CameraInfo[]> {
    return (await videoInputs(this.#checkedDevices())).map(toCameraInfo);
  }

  /** Keeps a camera that the user chose for the next time. */
  remember(facing: Facing, deviceId: string): void {
    this.#memory.remember(facing, deviceId);
  }

  /** Lets the best camera of a side be found anew. */
  forget(facing: Facing): void {
    this.#memory.forget(facing);
  }

  #checkedDevices(): Devices {
    if (!this.#isSecure) throw cameraError("insecure_context");
    if (typeof this.#devices?.getUserMedia !== "function") throw cameraError("camera_unsupported");
    return this.#devices;
  }

  async #climb(devices: Devices, wish: CameraWish, signal: AbortSignal): Promise<OpenCamera> {
    let failure: unknown;
    for (const { name, constraints } of constraintLadder(wish)) {
      try {
        return this.#describe(await this.#requestPatiently(devices, constraints, signal), name);
      } catch (error) {
        if (isAborted(error)) throw error;
        // A camera in use tells more than a constraint that did not fit.
        if (failure === undefined || toCameraError(failure).code !== "camera_in_use") failure = error;
        if (isFinal(error)) break;
      }
    }
    const inputs = await videoInputs(devices).catch(() => undefined);
    throw toCameraError(failure, inputs?.length);
  }

  async #requestPatiently(devices: Devices, constraints: MediaStreamConstraints, signal: AbortSignal) {
    try {
      return await this.#request(devices, constraints, signal);
    } catch (error) {
      const name = errorName(error);
      if (isAborted(error) || (name !== "NotReadableError" && name !== "AbortError")) throw error;
      await rest(BUSY_RETRY_MS, signal);
      return this.#request(devices, constraints, signal);
    }
  }

  /** One getUserMedia that can be given up: what then still arrives is closed at once, or taken by the next asker. */
  async #request(devices: Devices, constraints: MediaStreamConstraints, signal: AbortSignal): Promise<MediaStream> {
    throwIfAborted(signal);
    const key = JSON.stringify(constraints);
    const asker = {};
    const pending = this.#pending.get(key) ?? this.#ask(devices, constraints, key, asker);
    pending.asker = asker;
    const stream = await abortable(
      pending.promise,
      signal,
      (late) => pending.asker === asker && stopStream(late), // unless somebody else has asked for it since
    );
    if (!signal.aborted) return stream;
    stopStream(stream);
    throw abortedBy(signal);
  }

  #ask(devices: Devices, constraints: MediaStreamConstraints, key: string, asker: object): PendingRequest {
    const entry: PendingRequest = { promise: devices.getUserMedia(constraints), asker };
    this.#pending.set(key, entry);
    const done = () => this.#pending.delete(key);
    entry.promise.then(done, done);
    return entry;
  }

  /** The first permission brings the labels; if they tell of a better lens, it is opened instead. */
  async #moveToBetter(devices: Devices, opened: OpenCamera, wish: CameraWish, signal: AbortSignal) {
    const cameras = await this.list().catch(() => []);
    if (signal.aborted) {
      stopStream(opened.stream);
      throw abortedBy(signal);
    }
    const current: CameraEvidence = opened.info;
    const better = betterCamera(cameras, current, wish.facing);
    if (!better) {
      this.#memory.remember(wish.facing, current.deviceId);
      return opened;
    }
    // Phones refuse a second lens while the first is open.
    stopStream(opened.stream);
    const moved = await this.#climb(devices, { ...wish, deviceId: better.deviceId }, signal);
    this.#memory.remember(wish.facing, moved.info.deviceId);
    return moved.rung === "device" ? { ...moved, rung: opened.rung } : moved;
  }

  #describe(stream: MediaStream, rung: RungName): OpenCamera {
    const track = stream.getVideoTracks()[0];
    if (!track) {
      stopStream(stream);
      throw new ScanError("camera_not_found", "The browser gave a stream without a picture.");
    }
    const { deviceId = "", facingMode } = track.getSettings?.() ?? {};
    return { stream, track, rung, info: infoOf(deviceId, track.label, facingMode) };
  }
}

const toCameraInfo = (device: MediaDeviceInfo): CameraInfo => {
  const { deviceId, label } = device;
  let facing: string | undefined;
  try {
    facing = (device as InputDeviceInfo).getCapabilities?.().facingMode?.[0];
  } catch {
    facing = undefined; // Firefox has no capabilities of devices that are not open
  }
  return infoOf(deviceId, label, facing);
};

/** @param facing what the browser says; where it says nothing, the label may tell */
const infoOf = (deviceId: string, label: string, facing: string | undefined): CameraInfo => ({
  deviceId,
  label,
  facing: facing === "environment" || facing === "user" ? facing : facingOfLabel(label),
});

const videoInputs = async (devices: Devices): Promise<MediaDeviceInfo[]> =>
  (await devices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
