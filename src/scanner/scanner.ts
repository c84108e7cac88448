/** A live scanner over one engine: camera, feed, loop, filter and view as one object. Must not know how it is counted. */
import { abortable, checkSignal, throwIfAborted } from "../abort.js";
import type { DecodeOutcome, Engine } from "../engine/engine.js";
import { ScanError } from "../errors.js";
import { checkRegions } from "../region.js";
import type { Barcode, Region } from "../types.js";
import { Camera } from "./camera.js";
import type { CameraInfo } from "./camera-choice.js";
import type { CameraControls, Focus } from "./camera-controls.js";
import { cameraError, isAborted } from "./camera-error.js";
import { CameraMemory, NO_MEMORY } from "./camera-memory.js";
import { CameraTuning } from "./camera-tuning.js";
import type { CameraWish, Resolution } from "./constraint-ladder.js";
import { DecodeFaults, isFatal } from "./decode-faults.js";
import { DuplicateFilter } from "./duplicate-filter.js";
import type { CameraChange, FrameReport, ScannerState } from "./events.js";
import type { Feedback } from "./feedback.js";
import { FrameClock } from "./frame-clock.js";
import { FrameGrabber } from "./frame-source.js";
import { FEEDBACK, SCAN_REGION, STAGE } from "./late-parts.js";
import { Life, type Rig } from "./life.js";
import { FrameLoop } from "./loop.js";
import type { ScannerPlatform } from "./platform.js";
import { ScanQueue } from "./scan-queue.js";
import type { RegionPlan } from "./scan-region.js";
import { ScannerEventTarget } from "./scanner-event-target.js";
import {
  type CheckedScannerOptions,
  checkCamera,
  checkFocus,
  checkForgetTime,
  checkResolution,
  checkZoom,
} from "./scanner-options.js";
import type { Stage } from "./stage.js";
import { StreamKeeper } from "./stream-keeper.js";
import { VideoFeed } from "./video-feed.js";

const newStreamName = (): string => `video-${Math.random().toString(36).slice(2)}`;

export class Scanner extends ScannerEventTarget {
  readonly #engine: Engine;
  readonly #options: CheckedScannerOptions;
  readonly #platform: ScannerPlatform;
  readonly #camera: Camera;
  readonly #video: HTMLVideoElement;
  readonly #feed: VideoFeed;
  readonly #loop: FrameLoop;
  readonly #keeper: StreamKeeper;
  readonly #filter: DuplicateFilter;
  readonly #tuning: CameraTuning;
  readonly #life: Life;
  readonly #queue = new ScanQueue<Barcode>();
  readonly #faults = new DecodeFaults();
  /** One name for the scanner's life: a stop and a start do not make a code new (R55). */
  readonly #stream = newStreamName();

  #wish: CameraWish;
  #regions: RegionPlan;
  #turn = 0;
  #stage: Stage | undefined;
  #feedback: Feedback | undefined;
  /** Resolves when what is shown and heard is there, or cannot be had. */
  readonly #furnished: Promise<unknown>;
  #closing: Promise<void> | undefined;

  constructor(engine: Engine, options: CheckedScannerOptions, platform: ScannerPlatform) {
    super();
    this.#engine = engine;
    this.#options = options;
    this.#platform = platform;
    this.#wish = { deviceId: options.deviceId, facing: options.facing, resolution: options.resolution };
    this.#regions = {
      regions: options.read.region as RegionPlan["regions"],
      mode: options.regionMode,
      space: options.regionSpace,
    };
    const memory = options.rememberCamera ? new CameraMemory(platform.storage) : NO_MEMORY;
    this.#camera = new Camera(platform.isSecure, platform.devices, memory);
    this.#filter = new DuplicateFilter(options.forgetMs, options.now);
    this.#tuning = new CameraTuning(options, {
      onChange: () => this.#tuned(),
      onError: (error) => this.#report(error as ScanError),
    });
    this.#video = options.video ?? options.container?.ownerDocument.createElement("video") ?? platform.createVideo();
    this.#feed = new VideoFeed({
      video: this.#video,
      camera: this.#camera,
      stream: options.stream,
      firstPictureMs: options.stallMs,
      onEnded: () => this.#keeper.lost(),
    });
    this.#keeper = new StreamKeeper({
      platform,
      life: () => this.#life,
      kind: () => this.#feed.kind,
      stallMs: options.stallMs,
      releaseAfterHiddenMs: options.releaseAfterHiddenMs,
      onError: (error) => this.#report(error),
      onDevices: () => void this.#stage?.buttons.count(),
    });
    this.#loop = new FrameLoop({
      engine,
      clock: new FrameClock(this.#video),
      grabber: new FrameGrabber(this.#video, platform.grab),
      pacing: options,
      now: options.now,
      request: (frame) => this.#request(frame),
      onPicture: () => this.#keeper.feed(),
      onOutcome: (outcome, at) => this.#outcome(outcome, at),
      onError: (error) => this.#decodeError(error),
    });
    this.#life = new Life(this.#rig(), {
      onState: (state, previous) => this.#entered(state, previous),
      onError: (error) => this.#report(error),
    });
    this.#furnished = this.#furnish();
  }

  get state(): ScannerState {
    return this.#life.state;
  }

  /** The element that shows the picture. */
  get video(): HTMLVideoElement {
    return this.#video;
  }

  /** The open camera; undefined while none is, or where a stream or video was given. */
  get camera(): CameraInfo | undefined {
    return this.#feed.camera?.info;
  }

  /** What the open camera can do. Android tells it some frames after the start: listen for `camerachange`. */
  get capabilities(): CameraControls {
    return this.#tuning.controls;
  }

  get isTorchOn(): boolean {
    return this.#tuning.isTorchOn;
  }

  /** The zoom factor in force, optical and digital together. */
  get zoom(): number {
    return this.#tuning.zoom;
  }

  /**
   * Opens the camera and scans. Resolves when scanning, or, without an error, when a later `stop()` has overtaken it:
   * `state` tells which. Any order of `start` and `stop`, twice or at once, is safe.
   * @throws ScanError with the remedy in its message: `insecure_context`, `camera_…`, `closed`, `aborted`
   */
  async start(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const signal = checkSignal(options.signal);
    throwIfAborted(signal);
    const started = this.#life.start();
    if (!this.#closing) {
      this.#feedback?.prepare();
      this.#keeper.watch();
    }
    if (!signal) return started;
    try {
      await abortable(started, signal);
    } catch (error) {
      if (isAborted(error)) await this.stop();
      throw error;
    }
  }

  /** Stops and gives the camera back. No event of a frame comes after it has resolved. */
  stop(): Promise<void> {
    return this.#life.stop();
  }

  /** Stops decoding, keeps the camera open. */
  pause(): Promise<void> {
    return this.#life.pause();
  }

  resume(): Promise<void> {
    return this.#life.resume();
  }

  /** Ends the scanner for good: camera, view, worker and every listener are gone when it resolves. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** New codes, one after the other, until the scanner is closed. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Barcode> {
    return this.#queue.iterate();
  }

  /** The cameras there are. Labels are empty until the camera was allowed once. */
  async cameras(): Promise<readonly CameraInfo[]> {
    try {
      return await this.#camera.list();
    } catch (error) {
      throw error instanceof ScanError ? error : cameraError("camera_unsupported", error);
    }
  }

  /** Changes to a device of `cameras()`, which is remembered, or to the best of a side; at once where scanning. */
  async setCamera(camera: string): Promise<void> {
    const { facing, deviceId } = checkCamera(camera);
    this.#wish = { ...this.#wish, facing: deviceId ? this.#wish.facing : facing, deviceId };
    if (deviceId) this.#camera.remember(this.#wish.facing, deviceId);
    else this.#camera.forget(facing);
    await this.#life.reopen();
  }

  async setResolution(resolution: Resolution): Promise<void> {
    const { width, height } = checkResolution(resolution);
    this.#wish = { ...this.#wish, resolution: { width, height } };
    const track = this.#feed.camera?.track;
    if (!track) return;
    try {
      await track.applyConstraints({ width: { ideal: width }, height: { ideal: height } });
      this.#cameraChanged();
    } catch {
      await this.#life.reopen();
    }
  }

  /** @throws ScanError `camera_unsupported_control`; look at `capabilities.torch` first */
  setTorch(isOn: boolean): Promise<void> {
    return this.#tuning.setTorch(isOn);
  }

  /** A factor from 1 (or from `capabilities.zoom.min`, for lenses that go below); digital beyond what the camera has. */
  async setZoom(factor: number): Promise<void> {
    await this.#tuning.setZoom(checkZoom(factor));
  }

  /** @throws ScanError `camera_unsupported_control`; look at `capabilities.focusModes` first */
  async setFocus(focus: Focus): Promise<void> {
    await this.#tuning.setFocus(checkFocus(focus) ?? "continuous");
  }

  /** Looks elsewhere from the next frame on; undefined for everywhere. @throws ScanError `invalid_region` */
  setRegion(region: Region | readonly Region[] | undefined): void {
    this.#regions = { ...this.#regions, regions: checkRegions(region) };
    this.#stage?.view.setRegions(this.#regions);
  }

  setDuplicateForgetTime(ms: number): void {
    this.#filter.setForgetMs(checkForgetTime(ms, this.#filter.forgetMs));
  }

  #furnish(): Promise<unknown> {
    const { container, beep, vibrateMs, locale = this.#platform.language } = this.#options;
    const fault = (error: ScanError) => this.#report(error);
    return Promise.all([
      container &&
        STAGE.use(({ makeStage }) => {
          if (this.#closing) return;
          this.#stage = makeStage({ ...this.#options, container }, this.#video, locale, this, fault);
          this.#stage.view.setRegions(this.#regions);
        }).catch(fault),
      (beep || vibrateMs) &&
        FEEDBACK.use(({ Feedback }) => {
          this.#feedback = new Feedback({ beep, vibrateMs }, this.#platform.feedback);
        }).catch(fault),
    ]);
  }

  #rig(): Rig {
    return {
      open: async (how, signal) => {
        await this.#furnished;
        await this.#feed.open(this.#wish, how, signal);
        const { track } = this.#feed;
        if (track) this.#tuning.begin(track);
        this.#tuned();
        void this.#stage?.buttons.count();
      },
      release: () => {
        this.#tuning.end();
        this.#feed.release();
      },
      isLive: () => this.#feed.isLive,
      run: () => {
        this.#faults.clear();
        this.#keeper.guard();
        this.#loop.run();
      },
      halt: () => {
        this.#keeper.unguard();
        return this.#loop.halt();
      },
    };
  }

  async #close(): Promise<void> {
    const ended = this.#life.close();
    // A decode that hangs is ended by this, and does not hold up the rest.
    await this.#engine.close();
    await ended;
    this.#keeper.unwatch();
    this.#filter.clear();
    this.#queue.close();
    this.#stage?.view.close();
    await this.#feedback?.close();
  }

  #entered(state: ScannerState, previous: ScannerState): void {
    this.#keeper.entered(state);
    this.#stage?.view.showState(state);
    this.tell("statechange", { state, previous });
  }

  async #request({ width, height, at }: { width: number; height: number; at: number }) {
    const { read, keepDecodedImage } = this.#options;
    const region = await this.#regionOf(width, height);
    const { region: _given, ...rest } = read;
    return {
      options: region ? { ...rest, region } : rest,
      sighting: { stream: this.#stream, at, forgetMs: this.#filter.forgetMs },
      keepImage: keepDecodedImage,
    };
  }

  async #regionOf(width: number, height: number) {
    const turn = this.#turn++;
    const zoom = this.#tuning.digitalZoom;
    if (!this.#regions.regions && !this.#stage && zoom === 1) return undefined;
    const { regionsOfFrame, unseen } = await SCAN_REGION.load();
    const viewport = this.#stage?.view.viewport(width, height) ?? unseen(width, height, zoom);
    return regionsOfFrame(this.#regions, turn, viewport);
  }

  #outcome({ barcodes, width, height, elapsedMs, image }: DecodeOutcome, at: number): void {
    this.#faults.clear();
    const fresh = this.#filter.sift(barcodes, at);
    this.#stage?.view.showFound(barcodes, width, height);
    if (fresh.length > 0) {
      this.#stage?.view.announce(fresh);
      this.#feedback?.give();
    }
    const report: FrameReport = { barcodes, fresh, width, height, at, elapsedMs, ...(image && { image }) };
    this.tell("frame", report);
    for (const barcode of fresh) {
      this.tell("scan", barcode);
      this.#queue.push(barcode);
    }
  }

  /** Says whether the loop goes on. */
  #decodeError(error: ScanError): boolean {
    if (this.#closing) return false;
    if (!isFatal(error)) {
      if (this.#faults.isNew(error)) this.#report(error);
      return true;
    }
    void this.#life.fail(error);
    return false;
  }

  #report(error: ScanError): void {
    if (this.#closing) return;
    const isSeen = error.code.startsWith("camera_") || error.code === "insecure_context" || isFatal(error);
    if (isSeen && error.code !== "camera_unsupported_control") this.#stage?.view.showError(error.code);
    this.tell("error", error);
  }

  #tuned(): void {
    const camera = this.#feed.camera;
    const isMirrored = camera?.info.facing === "user" && this.#options.mirrorFront;
    this.#stage?.view.setPicture(this.#tuning.digitalZoom, isMirrored);
    this.#stage?.buttons.update();
    this.#cameraChanged();
  }

  #cameraChanged(): void {
    const opened = this.#feed.camera;
    if (!opened) return;
    const change: CameraChange = {
      camera: opened.info,
      rung: opened.rung,
      width: this.#video.videoWidth,
      height: this.#video.videoHeight,
      capabilities: this.#tuning.controls,
    };
    this.tell("camerachange", change);
  }
}
