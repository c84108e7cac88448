/**
 * The life of a scanner: what is wanted on one side, what is open on the other, and one driver that brings the second
 * to the first, one step at a time. Any order of calls, twice or at once, ends where the last wish says. Must not know
 * cameras, pages or timers; they are behind the {@link Rig}.
 */
import { isAborted } from "../abort.js";
import { ScanError } from "../errors.js";
import type { ScannerState } from "./events.js";

/** What is driven. Only the driver calls it, never two calls at once. */
export interface Rig {
  /** Opens the picture. After an abort it must leave nothing open, also nothing that arrives late. */
  open(how: { preflight: boolean }, signal: AbortSignal): Promise<void>;
  /** Closes what is open. */
  release(): void;
  /** Whether what was opened still is. */
  isLive(): boolean;
  /** Begins to decode. */
  run(): void;
  /** Ends decoding; resolves when nothing is in flight. */
  halt(): Promise<void>;
}

export interface LifeEvents {
  readonly onState: (state: ScannerState, previous: ScannerState) => void;
  readonly onError: (error: ScanError) => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

type Goal = "off" | "lost" | "suspended" | "paused" | "scanning";

export class Life {
  readonly #rig: Rig;
  readonly #events: LifeEvents;

  // what is wanted
  #isOn = false;
  #isPaused = false;
  #isHidden = false;
  #isLost = false;
  #isClosed = false;
  /** Release the camera although the page may come back. */
  #isLetGo = false;
  /** Raised by whatever needs the picture to be opened anew. */
  #edition = 0;
  #preflight = false;

  // what is
  #state: ScannerState = "idle";
  #openEdition: number | undefined;
  #isRunning = false;
  #hasOpened = false;
  #isRecovering = false;
  #isLossTold = false;

  #opening: AbortController | undefined;
  #openingEdition = 0;
  #isDirty = false;
  #driving: Promise<void> | undefined;
  #starters: Waiter[] = [];

  constructor(rig: Rig, events: LifeEvents) {
    this.#rig = rig;
    this.#events = events;
  }

  get state(): ScannerState {
    return this.#state;
  }

  /** Resolves when scanning, or when a later call has overtaken this one. Rejects with what kept it from starting. */
  start(): Promise<void> {
    if (this.#isClosed) return Promise.reject(new ScanError("closed", "The scanner was closed. Create another one."));
    this.#isOn = true;
    this.#isPaused = false;
    this.#isLost = false;
    return new Promise((resolve, reject) => {
      this.#starters.push({ resolve, reject });
      this.#changed();
    });
  }

  stop(): Promise<void> {
    this.#turnOff();
    return this.#changed();
  }

  pause(): Promise<void> {
    this.#isPaused = true;
    return this.#changed();
  }

  resume(): Promise<void> {
    this.#isPaused = false;
    return this.#changed();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.stop();
  }

  /** Opens the picture anew, for another camera. Rejects where none can be opened. */
  reopen(): Promise<void> {
    this.#edition++;
    if (!this.#isOn || this.#isClosed) return this.#changed();
    return new Promise((resolve, reject) => {
      this.#starters.push({ resolve, reject });
      this.#changed();
    });
  }

  /** Opens the picture anew behind a plain request, to wake a camera that delivers nothing. */
  wake(): Promise<void> {
    this.#edition++;
    this.#preflight = true;
    this.#isRecovering = this.#isOn;
    return this.#changed();
  }

  hide(): Promise<void> {
    this.#isHidden = true;
    return this.#changed();
  }

  /** The page has been hidden for so long that the camera is given back. */
  letGo(): Promise<void> {
    this.#isLetGo = true;
    return this.#changed();
  }

  show(): Promise<void> {
    this.#isHidden = false;
    this.#isLetGo = false;
    return this.#changed();
  }

  /** The picture is gone, and the application knows; waits for {@link retry}. */
  lose(): Promise<void> {
    this.#isLost = this.#isOn;
    this.#isRecovering = this.#isOn;
    this.#isLossTold = this.#isOn;
    return this.#changed();
  }

  /** The lost picture may be back. */
  retry(): Promise<void> {
    this.#isLost = false;
    return this.#changed();
  }

  /** Ends scanning with an error, which is told when all is closed. */
  async fail(error: ScanError): Promise<void> {
    this.#settle(error);
    await this.stop();
    this.#events.onError(error);
  }

  get #goal(): Goal {
    if (!this.#isOn || this.#isClosed) return "off";
    if (this.#isHidden) return "suspended";
    if (this.#isLost) return "lost";
    return this.#isPaused ? "paused" : "scanning";
  }

  #needsPicture(): boolean {
    const goal = this.#goal;
    return goal === "paused" || goal === "scanning";
  }

  /** Wakes the driver; resolves when all that is wanted by then is done. */
  #changed(): Promise<void> {
    this.#isDirty = true;
    if (this.#opening && (!this.#needsPicture() || this.#openingEdition !== this.#edition)) this.#opening.abort();
    this.#driving ??= this.#drive();
    return this.#driving;
  }

  async #drive(): Promise<void> {
    // The first step waits a turn, so that calls of one moment (StrictMode's start, stop, start) become one.
    await Promise.resolve();
    try {
      while (this.#isDirty) {
        this.#isDirty = false;
        await this.#step();
      }
    } finally {
      this.#driving = undefined;
    }
    this.#settle();
  }

  async #step(): Promise<void> {
    if (this.#isRunning && this.#goal !== "scanning") await this.#halt();
    if (this.#mustRelease()) {
      this.#openEdition = undefined;
      this.#rig.release();
      if (this.#isRunning) await this.#halt();
    }
    if (this.#isDirty) return;
    const goal = this.#goal;
    if (goal === "off") this.#enter(this.#isClosed ? "closed" : "idle");
    else if (goal === "suspended") this.#enter("suspended");
    else if (goal === "lost") this.#enter("recovering");
    else if (this.#openEdition !== undefined || (await this.#open())) {
      if (this.#isDirty) return;
      if (goal === "scanning" && !this.#isRunning) {
        this.#isRunning = true;
        this.#rig.run();
      }
      this.#enter(goal);
    }
  }

  async #halt(): Promise<void> {
    this.#isRunning = false;
    // A camera that nobody wants any more is closed at once, before the last frame is through.
    const halted = this.#rig.halt();
    if (this.#mustRelease()) {
      this.#openEdition = undefined;
      this.#rig.release();
    }
    await halted;
  }

  #mustRelease(): boolean {
    if (this.#openEdition === undefined) return false;
    const goal = this.#goal;
    if (goal === "off" || goal === "lost") return true;
    if (goal === "suspended") return this.#isLetGo;
    return this.#openEdition !== this.#edition || !this.#rig.isLive();
  }

  async #open(): Promise<boolean> {
    this.#enter(this.#isRecovering ? "recovering" : "starting");
    const opening = new AbortController();
    this.#opening = opening;
    this.#openingEdition = this.#edition;
    try {
      await this.#rig.open({ preflight: this.#preflight }, opening.signal);
      if (opening.signal.aborted) {
        this.#rig.release();
        return false;
      }
      this.#openEdition = this.#openingEdition;
      this.#hasOpened = true;
      this.#isRecovering = false;
      this.#isLossTold = false;
      this.#preflight = false;
      return true;
    } catch (error) {
      if (!isAborted(error) && !opening.signal.aborted) this.#failed(toScanError(error));
      return false;
    } finally {
      this.#opening = undefined;
    }
  }

  #failed(error: ScanError): void {
    this.#preflight = false;
    this.#isDirty = true;
    const wasScanning = this.#hasOpened && this.#starters.length === 0;
    if (wasScanning && error.code !== "camera_stalled" && (this.#isRecovering || error.retryable)) {
      const isTold = this.#isLossTold;
      this.#isLost = true;
      this.#isRecovering = true;
      this.#isLossTold = true;
      if (!isTold) this.#events.onError(error);
      return;
    }
    this.#turnOff();
    this.#enter("idle");
    this.#settle(error);
    this.#events.onError(error);
  }

  #turnOff(): void {
    this.#isOn = false;
    this.#isPaused = false;
    this.#isLost = false;
    this.#isRecovering = false;
    this.#isLossTold = false;
    this.#hasOpened = false;
    this.#edition++;
  }

  #enter(state: ScannerState): void {
    const previous = this.#state;
    if (state === previous || previous === "closed") return;
    this.#state = state;
    this.#events.onState(state, previous);
  }

  #settle(error?: ScanError): void {
    const starters = this.#starters;
    this.#starters = [];
    for (const { resolve, reject } of starters) error ? reject(error) : resolve();
  }
}

const toScanError = (error: unknown): ScanError =>
  error instanceof ScanError ? error : new ScanError("camera_in_use", undefined, { cause: error });
