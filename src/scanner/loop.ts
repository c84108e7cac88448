/**
 * Takes frames of a video one after the other to an engine: exactly one in flight, none waiting, whatever comes in
 * between is dropped. Must not know cameras, views or duplicates.
 */
import type { DecodeOutcome, DecodeRequest, Engine } from "../engine/engine.js";
import { ScanError } from "../errors.js";
import type { FrameClock } from "./frame-clock.js";
import { closeFrame, type FrameGrabber } from "./frame-source.js";
import { afterFrame, NEW_PACE, type Pace, type PacingOptions, restMs } from "./pacing.js";
import { rest } from "./rest.js";

export interface LoopParts {
  readonly engine: Engine;
  readonly clock: Pick<FrameClock, "next">;
  readonly grabber: Pick<FrameGrabber, "grab" | "release">;
  readonly pacing: PacingOptions;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** What to ask the engine for besides the frame, made anew for each frame. */
  readonly request: (frame: { width: number; height: number; at: number }) => Omit<DecodeRequest, "source">;
  /** A new picture arrived, before it is decoded. */
  readonly onPicture: () => void;
  readonly onOutcome: (outcome: DecodeOutcome, at: number) => void;
  /** Says whether to go on. */
  readonly onError: (error: ScanError) => boolean;
}

/** Milliseconds to wait after an error that does not end the loop. */
const AFTER_ERROR_MS = 200;

export class FrameLoop {
  readonly #parts: LoopParts;
  #stop: AbortController | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  run(): void {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    // A run that is still ending comes first: there is never more than one frame in flight.
    this.#ended = this.#ended.then(() => this.#turn(stop.signal));
  }

  /**
   * No frame is taken after this call; it resolves when the last one is through. That one is not given up: what the
   * engine has counted is also reported.
   */
  async halt(): Promise<void> {
    this.#stop?.abort();
    this.#stop = undefined;
    await this.#ended;
  }

  async #turn(signal: AbortSignal): Promise<void> {
    let pace: Pace = NEW_PACE;
    const { clock, grabber, pacing } = this.#parts;
    while (await clock.next(signal)) {
      this.#parts.onPicture();
      const began = performance.now();
      let found = false;
      try {
        found = await this.#frame(signal);
      } catch (error) {
        if (signal.aborted && error instanceof ScanError && ["closed", "aborted"].includes(error.code)) break;
        if (!this.#parts.onError(asScanError(error))) break;
        await rest(AFTER_ERROR_MS, signal);
        continue;
      }
      const ended = performance.now();
      pace = afterFrame(pace, ended - began, found, ended);
      await rest(restMs(pace, ended - began, ended, pacing), signal);
    }
    grabber.release();
  }

  async #frame(signal: AbortSignal): Promise<boolean> {
    const source = await this.#parts.grabber.grab();
    if (!source) return false;
    if (signal.aborted) {
      closeFrame(source);
      return false;
    }
    const at = this.#parts.now();
    let request: DecodeRequest;
    try {
      request = { source, ...this.#parts.request({ width: source.width, height: source.height, at }) };
    } catch (error) {
      closeFrame(source);
      throw error;
    }
    const outcome = await this.#parts.engine.decode(request); // owns and closes the frame
    this.#parts.onOutcome(outcome, at);
    return outcome.barcodes.length > 0;
  }
}

const asScanError = (error: unknown): ScanError =>
  error instanceof ScanError ? error : new ScanError("decode_failed", undefined, { cause: error });
