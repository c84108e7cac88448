/**
 * Notices that pictures have stopped to come. Counts ticks, not the clock: while a device sleeps nothing ticks, and
 * waking up is no stall. Must not know what is done about it.
 */
const TICKS = 10;

export class Watchdog {
  readonly #tickMs: number;
  readonly #onStall: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #ticks = 0;

  /** @param limitMs time without a picture that counts as a stall; Infinity for never */
  constructor(limitMs: number, onStall: () => void) {
    this.#tickMs = limitMs / TICKS;
    this.#onStall = onStall;
  }

  start(): void {
    this.stop();
    if (!Number.isFinite(this.#tickMs)) return;
    this.#timer = setInterval(() => {
      this.#ticks++;
      if (this.#ticks < TICKS) return;
      this.stop();
      this.#onStall();
    }, this.#tickMs);
  }

  /** A picture came. */
  feed(): void {
    this.#ticks = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#ticks = 0;
  }
}
