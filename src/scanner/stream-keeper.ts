/**
 * Keeps the picture coming: reopens a stalled camera once, brings a lost one back, gives it back while the page is
 * hidden. Decides, and lets the {@link Life} do it; must not know frames or barcodes.
 */
import type { ScanError } from "../errors.js";
import { cameraError } from "./camera-error.js";
import { cameraPermission } from "./camera-permission.js";
import type { ScannerState } from "./events.js";
import type { Life } from "./life.js";
import { type PagePlatform, watchPage } from "./page-watch.js";
import type { FeedKind } from "./video-feed.js";
import { Watchdog } from "./watchdog.js";

export interface KeeperParts {
  readonly platform: PagePlatform;
  readonly life: () => Life;
  readonly kind: () => FeedKind;
  readonly stallMs: number;
  readonly releaseAfterHiddenMs: number;
  readonly onError: (error: ScanError) => void;
  /** Cameras were plugged in or out. */
  readonly onDevices: () => void;
}

/** After so many pictures a reopened camera counts as healthy, and may be reopened once more. */
const HEALTHY_PICTURES = 30;
/** Milliseconds before a lost camera is looked for, and the longest between two looks; doubled in between. */
const FIRST_SEARCH_MS = 1000;
const LAST_SEARCH_MS = 30_000;

export class StreamKeeper {
  readonly #parts: KeeperParts;
  readonly #watchdog: Watchdog;
  #unwatch: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #search: ReturnType<typeof setTimeout> | undefined;
  #pictures = 0;
  #stalls = 0;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#watchdog = new Watchdog(parts.stallMs, () => this.#stalled());
  }

  /** Listens to the page until {@link unwatch}. */
  watch(): void {
    const { platform, releaseAfterHiddenMs } = this.#parts;
    this.#unwatch ??= watchPage(platform, {
      onHidden: () => this.#hidden(releaseAfterHiddenMs),
      onLeft: () => this.#hidden(0),
      onVisible: () => {
        clearTimeout(this.#timer);
        this.#retry();
        void this.#parts.life().show();
      },
      onDevices: () => {
        this.#retry();
        this.#parts.onDevices();
      },
    });
  }

  /** Leaves no listener and no timer behind. */
  unwatch(): void {
    clearTimeout(this.#timer);
    this.#endSearch();
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#stalls = 0;
  }

  /** Frames are awaited from now on. */
  guard(): void {
    this.#pictures = 0;
    // A given stream or video may stand still as it likes (a canvas sends frames only when it is drawn on).
    if (this.#parts.kind() === "camera") this.#watchdog.start();
  }

  unguard(): void {
    this.#watchdog.stop();
  }

  /** A picture came. */
  feed(): void {
    this.#watchdog.feed();
    if (++this.#pictures === HEALTHY_PICTURES) this.#stalls = 0;
  }

  /** The picture ended by itself. */
  lost(): void {
    const { life, kind, onError } = this.#parts;
    if (kind() !== "camera") {
      void life().fail(cameraError("camera_lost", undefined, "The given stream has ended. Start with a new one."));
      return;
    }
    void life().lose();
    onError(cameraError("camera_lost"));
  }

  /**
   * While a camera is awaited it is looked for now and then: not every return is told by an event (a phone call). With
   * the end of scanning the page is left alone.
   */
  entered(state: ScannerState): void {
    this.#endSearch();
    if (state === "recovering") this.#searchIn(FIRST_SEARCH_MS);
    if (state === "idle" || state === "closed") this.unwatch();
    else this.watch();
  }

  #searchIn(ms: number): void {
    const search = setTimeout(async () => {
      const permission = await cameraPermission(this.#parts.platform.permissions);
      if (this.#search !== search) return;
      // Asking without a standing permission would be a prompt that nobody called for.
      if (permission === "granted" || permission === "unknown") this.#retry();
      if (permission !== "unknown") this.#searchIn(Math.min(2 * ms, LAST_SEARCH_MS));
    }, ms);
    this.#search = search;
  }

  #endSearch(): void {
    clearTimeout(this.#search);
    this.#search = undefined;
  }

  #retry(): void {
    if (this.#parts.life().state === "recovering") void this.#parts.life().retry();
  }

  #hidden(releaseMs: number): void {
    clearTimeout(this.#timer);
    const life = this.#parts.life();
    void life.hide();
    if (releaseMs === 0) void life.letGo();
    else this.#timer = setTimeout(() => void life.letGo(), releaseMs);
  }

  #stalled(): void {
    const life = this.#parts.life();
    const isFirst = this.#stalls++ === 0;
    if (!isFirst) this.#stalls = 0;
    void (isFirst ? life.wake() : life.fail(cameraError("camera_stalled")));
  }
}
