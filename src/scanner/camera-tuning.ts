/**
 * Torch, zoom and focus as the application wants them, through every change of the track: applied after the picture has
 * come (iOS and Android refuse or forget them earlier), and again after a switch or a return. Must not know views.
 */
import { type CameraControls, controlsWhenReady, type Focus, readControls } from "./camera-controls.js";
import { applyFocus, applyTorch, applyZoom } from "./camera-settings.js";
import { NO_CONTROLS } from "./no-controls.js";

export interface TuningEvents {
  /** Something is known or set that was not before. */
  readonly onChange: () => void;
  /** What was asked for in advance cannot be had from this camera. */
  readonly onError: (error: unknown) => void;
}

export interface TuningWishes {
  readonly torch: boolean;
  readonly zoom: number;
  /** Undefined for continuous where there is that. */
  readonly focus: Focus | undefined;
}

export class CameraTuning {
  readonly #events: TuningEvents;
  #wishes: TuningWishes;
  #track: MediaStreamTrack | undefined;
  #controls: CameraControls = NO_CONTROLS;
  #digitalZoom: number;
  #isTorchOn = false;
  #ended: AbortController | undefined;

  constructor(wishes: TuningWishes, events: TuningEvents) {
    this.#wishes = wishes;
    this.#events = events;
    this.#digitalZoom = Math.max(1, wishes.zoom);
  }

  get controls(): CameraControls {
    return this.#controls;
  }

  /** The part of the zoom that is left to cropping, at least 1. */
  get digitalZoom(): number {
    return this.#digitalZoom;
  }

  get zoom(): number {
    return this.#wishes.zoom;
  }

  get isTorchOn(): boolean {
    return this.#isTorchOn;
  }

  /** Takes over a track that shows a picture; what it can do is waited for beside scanning, not before it. */
  begin(track: MediaStreamTrack): void {
    this.end();
    const ended = new AbortController();
    this.#ended = ended;
    this.#track = track;
    this.#controls = readControls(track);
    void this.#applyAll(track, ended.signal);
  }

  /** The track is gone, the wishes stay. */
  end(): void {
    this.#ended?.abort();
    this.#ended = undefined;
    this.#track = undefined;
    this.#controls = NO_CONTROLS;
    this.#isTorchOn = false;
    this.#digitalZoom = Math.max(1, this.#wishes.zoom);
  }

  /** @throws ScanError `camera_unsupported_control` */
  async setTorch(isOn: boolean): Promise<void> {
    const track = this.#track;
    if (track) {
      if (isOn) await this.#until((controls) => controls.torch);
      await applyTorch(track, isOn);
    }
    this.#wishes = { ...this.#wishes, torch: isOn };
    this.#isTorchOn = isOn && track !== undefined && track === this.#track;
    this.#events.onChange();
  }

  async setZoom(zoom: number): Promise<void> {
    this.#wishes = { ...this.#wishes, zoom };
    const track = this.#track;
    const digital = await applyZoom(track, zoom);
    if (track !== this.#track || zoom !== this.#wishes.zoom) return; // overtaken
    this.#digitalZoom = digital;
    this.#events.onChange();
  }

  /** @throws ScanError `camera_unsupported_control` */
  async setFocus(focus: Focus): Promise<void> {
    if (this.#track) {
      await this.#until((controls) => controls.focusModes.length > 0);
      await applyFocus(this.#track, focus);
    }
    // "Once" and a point are deeds, not states: they are not repeated with the next camera.
    const isLasting = focus === "continuous" || (typeof focus === "object" && "distance" in focus);
    this.#wishes = { ...this.#wishes, focus: isLasting ? focus : undefined };
  }

  async #until(isEnough: (controls: CameraControls) => boolean): Promise<void> {
    const { signal } = this.#ended ?? new AbortController();
    if (this.#track) this.#controls = await controlsWhenReady(this.#track, isEnough, signal);
  }

  async #applyAll(track: MediaStreamTrack, signal: AbortSignal): Promise<void> {
    const { torch, zoom, focus } = this.#wishes;
    const controls = await controlsWhenReady(
      track,
      (known) => (!torch || known.torch) && (zoom === 1 || known.zoom !== undefined) && known.focusModes.length > 0,
      signal,
    );
    if (signal.aborted) return;
    this.#controls = controls;
    await this.#attempt(async () => {
      if (focus !== undefined) await applyFocus(track, focus);
      else if (controls.focusModes.includes("continuous")) await applyFocus(track, "continuous").catch(() => undefined);
    });
    await this.#attempt(async () => {
      if (!torch || signal.aborted) return;
      await applyTorch(track, true);
      if (!signal.aborted) this.#isTorchOn = true;
    });
    await this.#attempt(async () => {
      const digital = zoom === 1 ? 1 : await applyZoom(track, zoom);
      if (!signal.aborted && zoom === this.#wishes.zoom) this.#digitalZoom = digital;
    });
    if (signal.aborted) return;
    this.#events.onChange();
  }

  async #attempt(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
    } catch (error) {
      if (!this.#ended?.signal.aborted) this.#events.onError(error);
    }
  }
}
