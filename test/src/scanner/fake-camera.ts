/** Cameras, a video element and a page without a browser, which notice what is left open. */
import type { DecodeOutcome, DecodeRequest, Engine } from "../../../src/engine/engine.js";
import { FEEDBACK, LIVE_RIG } from "../../../src/scanner/late-parts.js";
import type { ScannerPlatform } from "../../../src/scanner/platform.js";
import { Scanner } from "../../../src/scanner/scanner.js";
import { checkScannerOptions, type ScannerOptions } from "../../../src/scanner/scanner-options.js";
import type { Barcode } from "../../../src/types.js";

// As `create()` does it: a file takes time of the real clock, and tests turn their own.
await Promise.all([FEEDBACK.load(), LIVE_RIG.load()]);

export interface FakeDevice {
  readonly deviceId: string;
  readonly label: string;
  readonly facing?: "environment" | "user";
  readonly capabilities?: Record<string, unknown>;
  /** What getUserMedia throws for this device. */
  fault?: string | undefined;
  /** Opens, but never shows a picture. */
  isDark?: boolean;
}

export const domError = (name: string): Error => Object.assign(new Error(name), { name });

export class FakeTrack extends EventTarget {
  readonly kind = "video";
  readyState: "live" | "ended" = "live";
  readonly applied: Record<string, unknown>[] = [];
  refuses = false;

  constructor(readonly device: FakeDevice) {
    super();
  }
  get label(): string {
    return this.device.label;
  }
  getSettings() {
    return { deviceId: this.device.deviceId, ...(this.device.facing && { facingMode: this.device.facing }) };
  }
  getCapabilities() {
    return this.device.capabilities ?? {};
  }
  async applyConstraints(constraints: { advanced?: Record<string, unknown>[] }) {
    if (this.refuses) throw domError("OverconstrainedError");
    this.applied.push(...(constraints.advanced ?? [constraints as Record<string, unknown>]));
  }
  stop() {
    this.readyState = "ended";
  }
  /** As when it is unplugged. */
  vanish() {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

export class FakeStream {
  constructor(readonly track: FakeTrack) {}
  getTracks() {
    return [this.track];
  }
  getVideoTracks() {
    return [this.track];
  }
}

interface AskedVideo {
  deviceId?: { exact: string };
  facingMode?: { ideal: string };
}

export class FakeDevices extends EventTarget {
  devices: FakeDevice[] = [{ deviceId: "back", label: "Back Camera", facing: "environment" }];
  readonly tracks: FakeTrack[] = [];
  readonly asked: (AskedVideo | true)[] = [];
  /** Milliseconds before an answer. */
  delayMs = 5;
  /** Answers to come before any other; undefined for none. */
  faults: (string | undefined)[] = [];
  /** What no device at all is answered with: WebKit says OverconstrainedError. */
  noneFault = "NotFoundError";
  /** Held back until a test lets go, as by a permission prompt. */
  prompt: Promise<void> | undefined;

  get live(): FakeTrack[] {
    return this.tracks.filter(({ readyState }) => readyState === "live");
  }

  async getUserMedia({ video }: { video: AskedVideo | true }): Promise<FakeStream> {
    this.asked.push(video);
    await this.prompt;
    await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    const fault = this.faults.shift();
    if (fault) throw domError(fault);
    const wanted = video === true ? {} : video;
    const device = wanted.deviceId
      ? this.devices.find(({ deviceId }) => deviceId === wanted.deviceId?.exact)
      : (this.devices.find(({ facing }) => facing === wanted.facingMode?.ideal) ?? this.devices[0]);
    if (!device) throw domError(this.devices.length > 0 ? "OverconstrainedError" : this.noneFault);
    if (device.fault) throw domError(device.fault);
    const track = new FakeTrack(device);
    this.tracks.push(track);
    return new FakeStream(track);
  }

  async enumerateDevices() {
    const allowed = this.tracks.length > 0;
    return this.devices.map(({ deviceId, label }) => ({
      kind: "videoinput",
      deviceId: allowed ? deviceId : "",
      label: allowed ? label : "",
    }));
  }
}

/** A video of which every 33 ms a picture comes while its stream lives. */
export class FakeVideo extends EventTarget {
  srcObject: FakeStream | null = null;
  src = "";
  currentSrc = "";
  muted = false;
  playsInline = false;
  autoplay = false;
  readonly attributes = new Map<string, string>();
  isFrozen = false;
  width_ = 1280;
  height_ = 720;
  callbacks = new Map<number, ReturnType<typeof setTimeout>>();
  #nextCallback = 1;

  get isShowing(): boolean {
    const { srcObject } = this;
    if (srcObject) return srcObject.track.readyState === "live" && !srcObject.track.device.isDark && !this.isFrozen;
    return this.src !== "" && !this.isFrozen;
  }
  get readyState(): number {
    return this.isShowing ? 4 : 0;
  }
  get videoWidth(): number {
    return this.isShowing ? this.width_ : 0;
  }
  get videoHeight(): number {
    return this.isShowing ? this.height_ : 0;
  }
  get currentTime(): number {
    return 0;
  }
  setAttribute(name: string, value: string) {
    this.attributes.set(name, value);
  }
  async play() {}
  pause() {}
  requestVideoFrameCallback(callback: () => void): number {
    const id = this.#nextCallback++;
    const again = () => {
      if (this.isShowing) {
        this.callbacks.delete(id);
        callback();
      } else wait();
    };
    // Pictures come at fixed times, whenever they are asked for.
    const wait = () => void this.callbacks.set(id, setTimeout(again, 33 - (Date.now() % 33)));
    wait();
    return id;
  }
  cancelVideoFrameCallback(id: number) {
    clearTimeout(this.callbacks.get(id));
    this.callbacks.delete(id);
  }
}

/** Counts listeners, so that a test sees what is left. */
class CountingTarget extends EventTarget {
  readonly #listening = new Set<object>();
  get listeners(): number {
    return this.#listening.size;
  }
  override addEventListener(type: string, listener: EventListener, options?: AddEventListenerOptions) {
    const entry = { type, listener };
    this.#listening.add(entry);
    options?.signal?.addEventListener("abort", () => this.#listening.delete(entry));
    super.addEventListener(type, listener, options);
  }
}

export class FakePage extends CountingTarget {
  visibilityState: "visible" | "hidden" = "visible";
  turn(visibility: "visible" | "hidden") {
    this.visibilityState = visibility;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

/** An engine that counts the frames it holds and answers what a test tells it to. */
export class CountingEngine implements Engine {
  readonly kind = "direct";
  readonly requests: DecodeRequest[] = [];
  inFlight = 0;
  mostInFlight = 0;
  decodeMs = 10;
  closed = 0;
  answer: (request: DecodeRequest) => readonly Barcode[] = () => [];

  async decode(request: DecodeRequest): Promise<DecodeOutcome> {
    this.requests.push(request);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      await new Promise((resolve) => setTimeout(resolve, this.decodeMs));
      const { width, height } = request.source;
      return { barcodes: this.answer(request), width, height, elapsedMs: this.decodeMs };
    } finally {
      this.inFlight--;
      if (request.source.kind === "frame") request.source.frame.close();
    }
  }
  async close() {
    this.closed++;
  }
}

export const setUp = (options: ScannerOptions = {}) => {
  const devices = new FakeDevices();
  const page = new FakePage();
  const video = new FakeVideo();
  const engine = new CountingEngine();
  const frames = { made: 0, open: 0 };
  const stored = new Map<string, string>();
  const permission = { state: "granted" as PermissionState };
  class FakeFrame {
    displayWidth = video.videoWidth;
    displayHeight = video.videoHeight;
    constructor() {
      frames.made++;
      frames.open++;
    }
    close() {
      frames.open--;
    }
  }
  const platform = {
    isSecure: true,
    devices,
    mediaDevices: devices,
    document: page,
    window: new CountingTarget(),
    permissions: { query: async () => Object.assign(new EventTarget(), permission) },
    storage: () => ({
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    }),
    language: "en",
    createVideo: () => video,
    grab: { VideoFrame: FakeFrame, createCanvas: () => undefined },
    feedback: { createAudio: () => undefined, vibrate: () => undefined },
  };
  const make = (more: ScannerOptions = {}, over: object = {}): Scanner => {
    const scanner = new Scanner(engine, checkScannerOptions({ ...options, ...more }), {
      ...platform,
      ...over,
    } as unknown as ScannerPlatform);
    return scanner;
  };
  return { devices, page, video, engine, frames, stored, permission, platform, make };
};

/** Everything a scanner tells, as short words. */
export const listen = (scanner: Scanner): string[] => {
  const told: string[] = [];
  scanner.addEventListener("scan", ({ detail }) => told.push(`scan ${detail.rawValue}`));
  scanner.addEventListener("error", ({ detail }) => told.push(`error ${detail.code}`));
  scanner.addEventListener("statechange", ({ detail }) => told.push(detail.state));
  return told;
};
