/**
 * What a scanner runs on: camera, picture, frames, and what keeps them coming, wired together. A part of its own, which
 * pages that only read images never load. Must not know what is shown, told or counted.
 */
import type { DecodeRequest, Sighting } from "../engine/engine.js";
import { ScanError } from "../errors.js";
import { Camera, type OpenCamera } from "./camera.js";
import type { CameraInfo } from "./camera-choice.js";
import { cameraError } from "./camera-error.js";
import { CameraMemory, NO_MEMORY } from "./camera-memory.js";
import { CameraTuning } from "./camera-tuning.js";
import type { CameraWish, Facing, Resolution } from "./constraint-ladder.js";
import { FrameClock } from "./frame-clock.js";
import { FrameGrabber } from "./frame-source.js";
import type { Life, Rig } from "./life.js";
import { FrameLoop, type LoopParts } from "./loop.js";
import type { ScannerPlatform } from "./platform.js";
import { type RegionPlan, regionsOfFrame } from "./scan-region.js";
import type { CheckedScannerOptions } from "./scanner-options.js";
import { StreamKeeper } from "./stream-keeper.js";
import { VideoFeed } from "./video-feed.js";
import { unseen, type Viewport } from "./viewport.js";

export interface LiveRigParts extends Pick<LoopParts, "engine" | "onOutcome"> {
  readonly options: CheckedScannerOptions;
  readonly platform: ScannerPlatform;
  readonly video: HTMLVideoElement;
  readonly life: Life;
  /** What to open. */
  readonly wish: () => CameraWish;
  readonly regions: () => RegionPlan;
  /** How a picture of this size is seen; undefined where it is shown to nobody. */
  readonly viewport: (width: number, height: number) => Viewport | undefined;
  readonly sighting: (at: number) => Sighting;
  /** Says whether to go on. */
  readonly onDecodeError: (error: ScanError) => boolean;
  readonly onError: (error: ScanError) => void;
  /** Another camera is open, or what it can do or does is another. */
  readonly onTuned: () => void;
  /** Cameras were plugged in or out. */
  readonly onDevices: () => void;
}

export class LiveRig implements Rig {
  readonly tuning: CameraTuning;
  readonly keeper: StreamKeeper;
  readonly #parts: LiveRigParts;
  readonly #camera: Camera;
  readonly #feed: VideoFeed;
  readonly #loop: FrameLoop;
  #turn = 0;

  constructor(parts: LiveRigParts) {
    const { options, platform, video, life } = parts;
    this.#parts = parts;
    const memory = options.rememberCamera ? new CameraMemory(platform.storage) : NO_MEMORY;
    this.#camera = new Camera(platform.isSecure, platform.devices, memory);
    this.tuning = new CameraTuning(options, {
      onChange: parts.onTuned,
      onError: (error) => parts.onError(error as ScanError),
    });
    this.#feed = new VideoFeed({
      video,
      camera: this.#camera,
      stream: options.stream,
      firstPictureMs: options.stallMs,
      onEnded: () => this.keeper.lost(),
    });
    this.keeper = new StreamKeeper({ ...options, ...parts, life: () => life, kind: () => this.#feed.kind });
    this.#loop = new FrameLoop({
      ...parts,
      clock: new FrameClock(video),
      grabber: new FrameGrabber(video, platform.grab),
      pacing: options,
      now: options.now,
      request: ({ width, height, at }) => this.#request(width, height, at),
      onPicture: () => this.keeper.feed(),
      onError: parts.onDecodeError,
    });
  }

  /** The open camera; undefined while none is, or where a stream or video was given. */
  get camera(): OpenCamera | undefined {
    return this.#feed.camera;
  }

  async open(how: { preflight: boolean }, signal: AbortSignal): Promise<void> {
    await this.#feed.open(this.#parts.wish(), how, signal);
    const { track } = this.#feed;
    if (track) this.tuning.begin(track);
    this.#parts.onTuned();
    this.#parts.onDevices();
  }

  release(): void {
    this.tuning.end();
    this.#feed.release();
  }

  isLive(): boolean {
    return this.#feed.isLive;
  }

  run(): void {
    this.keeper.guard();
    this.#loop.run();
  }

  halt(): Promise<void> {
    this.keeper.unguard();
    return this.#loop.halt();
  }

  /** The cameras there are; labels stay empty until the permission was granted once. @throws ScanError */
  async cameras(): Promise<readonly CameraInfo[]> {
    try {
      return await this.#camera.list();
    } catch (error) {
      throw error instanceof ScanError ? error : cameraError("camera_unsupported", error);
    }
  }

  /** Keeps the user's choice for the next time; without one the best camera of the side is found anew. */
  choose(facing: Facing, deviceId: string | undefined): void {
    if (deviceId) this.#camera.remember(facing, deviceId);
    else this.#camera.forget(facing);
  }

  /** Sets the size of the open camera's picture; false where that has to be opened anew. */
  async resize({ width, height }: Resolution): Promise<boolean> {
    try {
      await this.camera?.track.applyConstraints({ width: { ideal: width }, height: { ideal: height } });
      return true;
    } catch {
      return false;
    }
  }

  #request(width: number, height: number, at: number): Omit<DecodeRequest, "source"> {
    const { options, regions, sighting, viewport } = this.#parts;
    const seen = viewport(width, height) ?? unseen(width, height, this.tuning.digitalZoom);
    const region = regionsOfFrame(regions(), this.#turn++, seen);
    const { region: _given, ...rest } = options.read;
    return {
      options: region ? { ...rest, region } : rest,
      sighting: sighting(at),
      keepImage: options.keepDecodedImage,
    };
  }
}
