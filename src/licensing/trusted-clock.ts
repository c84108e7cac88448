/**
 * The time that a licence goes by: turning the device's clock back gains nothing, and a clock that is wrong harms nobody who
 * has met the server once. It must not know what the time is used for.
 */
import { effectiveTime } from "../rules/verdict.js";

/** What is kept of the time between visits. */
export interface ClockMarks {
  /** Latest effective time that was seen. */
  readonly highWaterMark: number;
  /** What the server's clock was ahead of the device's at the last answer, in milliseconds. */
  readonly offset: number;
}

export const NO_MARKS: ClockMarks = { highWaterMark: 0, offset: 0 };

export class TrustedClock {
  readonly #clock: () => number;
  readonly #steady: () => number;
  #marks: ClockMarks;
  /** What the server's clock is ahead of the steady one, by its word in this page's life. */
  #ahead = Number.NEGATIVE_INFINITY;

  /**
   * @param clock milliseconds since the epoch, by the device
   * @param steady milliseconds of a clock that nobody can set
   */
  constructor(clock: () => number, steady: () => number, marks: ClockMarks = NO_MARKS) {
    this.#clock = clock;
    this.#steady = steady;
    this.#marks = marks;
  }

  /** Effective time in milliseconds since the epoch; never goes back but by the server's word. */
  now(): number {
    const { highWaterMark, offset } = this.#marks;
    const now = effectiveTime({
      clock: this.#clock() + offset,
      highWaterMark,
      serverTime: this.#ahead + this.#steady(),
    });
    if (now > highWaterMark) this.#marks = { highWaterMark: now, offset };
    return now;
  }

  /** Takes the time of a server's answer that repeats our nonce: it alone may set the mark back. */
  heard(serverTime: number): void {
    this.#ahead = serverTime - this.#steady();
    this.#marks = { highWaterMark: serverTime, offset: serverTime - this.#clock() };
  }

  /** To be kept for the next visit. */
  get marks(): ClockMarks {
    this.now();
    return this.#marks;
  }
}
