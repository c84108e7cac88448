/** A live scanner over one engine: camera, feed, loop, filter and view as one object. Must not know how it is counted. */
import { abortable, checkSignal, isAborted, throwIfAborted } from "../abort.js";
import type { DecodeOutcome, Engine } from "../engine/engine.js";
import type { ScanError } from "../errors.js";
import { checkRegions } from "../region.js";
import type { Barcode, Region } from "../types.js";
import type { CameraInfo } from "./camera-choice.js";
import type { CameraControls, Focus } from "./camera-controls.js";
import type { CameraWish, Resolution } from "./constraint-ladder.js";
import { DecodeFaults, isFatal } from "./decode-faults.js";
import { DuplicateFilter } from "./duplicate-filter.js";
import type { CameraChange, FrameReport, ScannerState } from "./events.js";
import type { Feedback } from "./feedback.js";
import { FEEDBACK, LIVE_RIG, STAGE } from "./late-parts.js";
import { Life, type Rig } from "./life.js";
import type { LiveRig } from "./live-rig.js";
import { NO_CONTROLS } from "./no-controls.js";
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

const newStreamName = (): string => `video-${Math.random().toString(36).slice(2)}`;

export class Scanner extends ScannerEventTarget {
  readonly #engine: Engine;
  readonly #options: CheckedScannerOptions;
  readonly #platform: ScannerPlatform;
  readonly #video: HTMLVideoElement;
  readonly #filter: DuplicateFilter;
  readonly #life: Life;
  readonly #queue = new ScanQueue<Barcode>();
  readonly #faults = new DecodeFaults();
  /** One name for the scanner's life: a stop and a start do not make a code new (R55). */
  readonly #stream = newStreamName();

  #wish: CameraWish;
  #regions: RegionPlan;
  /** What it runs on, once its part is there. */
  #rig: LiveRig | undefined;
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
    this.#filter = new DuplicateFilter(options.forgetMs, options.now);
    this.#video = options.video ?? options.container?.ownerDocument.createElement("video") ?? platform.createVideo();
    this.#life = new Life(this.#drive(), {
      onState: (state, previous) => this.#entered(state, previous),
      onError: (error) => this.#report(error),
    });
    this.#furnished = this.#furnish();
    // Whoever starts gets the error of a part that cannot be had.
    this.#withRig(() => {}).catch(() => {});
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
    return this.#rig?.camera?.info;
  }

  /** What the open camera can do. Android tells it some frames after the start: listen for `camerachange`. */
  get capabilities(): CameraControls {
    return this.#rig?.tuning.controls ?? NO_CONTROLS;
  }

  get isTorchOn(): boolean {
    return this.#rig?.tuning.isTorchOn ?? false;
  }

  /** The zoom factor in force, optical and digital together. */
  get zoom(): number {
    return this.#rig?.tuning.zoom ?? this.#options.zoom;
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
      this.#rig?.keeper.watch();
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
  cameras(): Promise<readonly CameraInfo[]> {
    return this.#withRig((rig) => rig.cameras());
  }

  /** Changes to a device of `cameras()`, which is remembered, or to the best of a side; at once where scanning. */
  async setCamera(camera: string): Promise<void> {
    const { facing, deviceId } = checkCamera(camera);
    this.#wish = { ...this.#wish, facing: deviceId ? this.#wish.facing : facing, deviceId };
    const kept = this.#withRig((rig) => rig.choose(this.#wish.facing, deviceId));
    await Promise.all([kept, this.#life.reopen()]);
  }

  async setResolution(resolution: Resolution): Promise<void> {
    const { width, height } = checkResolution(resolution);
    this.#wish = { ...this.#wish, resolution: { width, height } };
    if (!this.#rig?.camera) return;
    if (await this.#rig.resize(this.#wish.resolution)) this.#cameraChanged();
    else await this.#life.reopen();
  }

  /** @throws ScanError `camera_unsupported_control`; look at `capabilities.torch` first */
  setTorch(isOn: boolean): Promise<void> {
    return this.#withRig(({ tuning }) => tuning.setTorch(isOn));
  }

  /** A factor from 1 (or from `capabilities.zoom.min`, for lenses that go below); digital beyond what the camera has. */
  async setZoom(factor: number): Promise<void> {
    const zoom = checkZoom(factor);
    await this.#withRig(({ tuning }) => tuning.setZoom(zoom));
  }

  /** @throws ScanError `camera_unsupported_control`; look at `capabilities.focusModes` first */
  async setFocus(focus: Focus): Promise<void> {
    const wanted = checkFocus(focus) ?? "continuous";
    await this.#withRig(({ tuning }) => tuning.setFocus(wanted));
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

  /** Does what needs the rig: at once where its part is loaded, which it is after `create()`. */
  async #withRig<T>(work: (rig: LiveRig) => T): Promise<Awaited<T>> {
    const { LiveRig } = LIVE_RIG.loaded ?? (await LIVE_RIG.load());
    this.#rig ??= new LiveRig({
      engine: this.#engine,
      options: this.#options,
      platform: this.#platform,
      video: this.#video,
      life: this.#life,
      wish: () => this.#wish,
      regions: () => this.#regions,
      viewport: (width, height) => this.#stage?.view.viewport(width, height),
      sighting: (at) => ({ stream: this.#stream, at, forgetMs: this.#filter.forgetMs }),
      onOutcome: (outcome, at) => this.#outcome(outcome, at),
      onDecodeError: (error) => this.#decodeError(error),
      onError: (error) => this.#report(error),
      onTuned: () => this.#tuned(),
      onDevices: () => void this.#stage?.buttons.count(),
    });
    return await work(this.#rig);
  }

  #drive(): Rig {
    return {
      open: async (how, signal) => {
        await this.#furnished;
        await this.#withRig((rig) => rig.open(how, signal));
      },
      release: () => this.#rig?.release(),
      isLive: () => this.#rig?.isLive() ?? false,
      run: () => {
        this.#faults.clear();
        this.#rig?.run();
      },
      halt: async () => this.#rig?.halt(),
    };
  }

  async #close(): Promise<void> {
    const ended = this.#life.close();
    // A decode that hangs is ended by this, and does not hold up the rest.
    await this.#engine.close();
    await ended;
    this.#rig?.keeper.unwatch();
    this.#filter.clear();
    this.#queue.close();
    this.#stage?.view.close();
    await this.#feedback?.close();
  }

  #entered(state: ScannerState, previous: ScannerState): void {
    this.#rig?.keeper.entered(state);
    this.#stage?.view.showState(state);
    this.tell("statechange", { state, previous });
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
    const isMirrored = this.camera?.facing === "user" && this.#options.mirrorFront;
    this.#stage?.view.setPicture(this.#rig?.tuning.digitalZoom ?? 1, isMirrored);
    this.#stage?.buttons.update();
    this.#cameraChanged();
  }

  #cameraChanged(): void {
    const opened = this.#rig?.camera;
    if (!opened) return;
    const change: CameraChange = {
      camera: opened.info,
      rung: opened.rung,
      width: this.#video.videoWidth,
      height: this.#video.videoHeight,
      capabilities: this.capabilities,
    };
    this.tell("camerachange", change);
  }
}
