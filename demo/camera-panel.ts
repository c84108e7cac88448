/** The live camera: starts, stops and steers a BarcodeScanner, and shows what goes wrong with a way out. */
import { BarcodeScanner, ScanError } from "../src/index.js";
import { byId, make } from "./page.js";
import type { ScanList } from "./scan-list.js";
import { readOptionsOf, regionOf, type Settings } from "./settings.js";
import type { Tally } from "./tally.js";
import { describeTrouble } from "./trouble.js";

/** Frames over which the shown rate is averaged. */
const RATE_FRAMES = 20;

interface PanelParts {
  /** Options of the licence, where there is one. */
  readonly licensing: () => Promise<{ readonly license?: string; readonly deviceName?: string }>;
  readonly settings: () => Settings;
  readonly scans: ScanList;
  readonly tally: Tally;
  readonly onWantImages: () => void;
}

export class CameraPanel {
  readonly #parts: PanelParts;
  readonly #viewport = byId("viewport");
  readonly #poster = byId("poster");
  readonly #trouble = byId("trouble");
  readonly #controls = byId("controls");
  readonly #start = byId<HTMLButtonElement>("start");
  readonly #camera = byId<HTMLSelectElement>("camera");
  readonly #resolution = byId<HTMLSelectElement>("resolution");
  readonly #torch = byId<HTMLButtonElement>("torch");
  readonly #zoom = byId<HTMLInputElement>("zoom");
  #scanner: BarcodeScanner | undefined;
  #opening: Promise<void> = Promise.resolve();
  #wantsToRun = false;
  #frames: { at: number; elapsedMs: number }[] = [];

  constructor(parts: PanelParts) {
    this.#parts = parts;
    this.#start.addEventListener("click", () => this.start());
    byId("retry").addEventListener("click", () => this.start());
    byId("use-images").addEventListener("click", () => {
      this.#showIdle();
      parts.onWantImages();
    });
    byId("stop").addEventListener("click", () => {
      void this.stop().then(() => this.#start.focus());
    });
    this.#camera.addEventListener("change", () => this.#try(() => this.#scanner?.setCamera(this.#camera.value)));
    this.#resolution.addEventListener("change", () =>
      this.#try(() => this.#scanner?.setResolution(this.#wantedResolution())),
    );
    this.#torch.addEventListener("click", () => {
      const isOn = this.#torch.getAttribute("aria-pressed") !== "true";
      this.#try(async () => {
        await this.#scanner?.setTorch(isOn);
        this.#torch.setAttribute("aria-pressed", String(isOn));
      });
    });
    this.#zoom.addEventListener("input", () => {
      byId("zoom-value").textContent = `${this.#zoom.value}×`;
      this.#try(() => this.#scanner?.setZoom(Number(this.#zoom.value)));
    });
  }

  /** Starts, or starts again with the settings as they are now. Calls in quick succession end as the last one says. */
  start(): Promise<void> {
    this.#wantsToRun = true;
    return this.#inTurn(() => this.#open());
  }

  stop(): Promise<void> {
    this.#wantsToRun = false;
    return this.#inTurn(async () => {
      await this.#close();
      this.#showIdle();
    });
  }

  /** Settings that a running scanner takes at once are handed over; for the others it is made anew. */
  settingsChanged(next: Settings, previous: Settings): void {
    if (!this.#wantsToRun) return;
    const isLive = (["region", "left", "top", "right", "bottom", "forgetSeconds"] as const).some(
      (name) => next[name] !== previous[name],
    );
    if (!isLive) return void this.start();
    this.#try(() => {
      this.#scanner?.setRegion(regionOf(next));
      this.#scanner?.setDuplicateForgetTime(next.forgetSeconds * 1000);
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#opening = this.#opening.then(work, work);
    return this.#opening;
  }

  async #open(): Promise<void> {
    await this.#close();
    if (!this.#wantsToRun) return;
    this.#showStarting();
    const settings = this.#parts.settings();
    try {
      const scanner = await BarcodeScanner.create({
        ...(await this.#parts.licensing()),
        ...readOptionsOf(settings),
        container: byId("view"),
        duplicateForgetTime: settings.forgetSeconds * 1000,
        resolution: this.#wantedResolution(),
        beep: settings.beep,
        vibrate: settings.vibrate,
        showControls: false,
      });
      this.#scanner = scanner;
      this.#parts.tally.watch(scanner.meter);
      this.#listen(scanner);
      await scanner.start();
      if (scanner.state === "scanning") this.#showRunning();
    } catch (error) {
      await this.#close();
      this.#wantsToRun = false;
      this.#showTrouble(error);
    }
  }

  async #close(): Promise<void> {
    const scanner = this.#scanner;
    this.#scanner = undefined;
    if (!scanner) return;
    this.#parts.tally.unwatch(scanner.meter);
    await scanner.close();
    byId("view").replaceChildren();
  }

  #listen(scanner: BarcodeScanner): void {
    scanner.addEventListener("scan", ({ detail }) => this.#parts.scans.add([detail], "camera"));
    scanner.addEventListener("frame", ({ detail }) => this.#showRate(detail));
    scanner.addEventListener("camerachange", ({ detail }) => {
      this.#torch.hidden = !detail.capabilities.torch;
      this.#torch.setAttribute("aria-pressed", String(scanner.isTorchOn));
      this.#zoom.max = String(Math.max(5, Math.round(detail.capabilities.zoom?.max ?? 5)));
      void this.#showCameras(detail.camera.deviceId);
    });
    scanner.addEventListener("error", ({ detail }) => {
      // Whether it goes on by itself is the scanner's to know; it is only told here.
      if (scanner.state === "idle" || scanner.state === "closed") this.#showTrouble(detail);
    });
  }

  async #showCameras(current: string): Promise<void> {
    const cameras = (await this.#scanner?.cameras()) ?? [];
    this.#camera.replaceChildren(
      ...cameras.map(({ deviceId, label }, index) =>
        make("option", { value: deviceId, selected: deviceId === current }, label || `Camera ${index + 1}`),
      ),
    );
  }

  #showRate({ at, elapsedMs }: { at: number; elapsedMs: number }): void {
    this.#frames = [...this.#frames.slice(1 - RATE_FRAMES), { at, elapsedMs }];
    const [first] = this.#frames;
    if (!first || this.#frames.length < 5) return;
    const rate = ((this.#frames.length - 1) * 1000) / Math.max(1, at - first.at);
    const spent = this.#frames.map((frame) => frame.elapsedMs).toSorted((a, b) => a - b)[this.#frames.length >> 1] ?? 0;
    byId("frame-rate").textContent = `${rate.toFixed(0)} frames/s · ${spent.toFixed(1)} ms each`;
  }

  #wantedResolution(): { width: number; height: number } {
    const [width = 1920, height = 1080] = this.#resolution.value.split("x").map(Number);
    return { width, height };
  }

  #try(action: () => Promise<void> | void | undefined): void {
    void (async () => action())().catch((error: unknown) => {
      const { title, remedy } = describeTrouble(error);
      this.#parts.scans.announce(`${title}. ${remedy}`);
      if (!(error instanceof ScanError)) throw error;
    });
  }

  #showIdle(): void {
    this.#show("idle");
  }

  #showStarting(): void {
    this.#show("starting");
  }

  #showRunning(): void {
    const isFirst = this.#viewport.dataset.state !== "running";
    this.#show("running");
    if (isFirst) byId("stop").focus({ preventScroll: true });
  }

  #showTrouble(error: unknown): void {
    const { title, remedy, code } = describeTrouble(error);
    byId("trouble-title").textContent = title;
    byId("trouble-remedy").textContent = remedy;
    byId("trouble-code").textContent = code;
    this.#show("trouble");
    byId("retry").focus({ preventScroll: true });
  }

  #show(state: "idle" | "starting" | "running" | "trouble"): void {
    this.#viewport.dataset.state = state;
    this.#poster.hidden = state !== "idle" && state !== "starting";
    this.#start.disabled = state === "starting";
    this.#start.textContent = state === "starting" ? "Starting …" : "Start the camera";
    this.#trouble.hidden = state !== "trouble";
    this.#controls.hidden = state !== "running";
    if (state !== "running") {
      this.#frames = [];
      byId("frame-rate").textContent = "";
    }
  }
}
