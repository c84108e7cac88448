/**
 * Numbers the frames of video: in fast mode the core takes its dear attempts in turns, one share for each frame.
 */
import type { Sighting } from "./engine.js";

/** Keeps the number a positive 32-bit word. */
const WRAP = 0x3fffffff;

export class FrameCounter {
  #last = 0;

  /** The number for a frame of a stream; 0 for a still, which is no part of a sequence. */
  next({ stream }: Sighting): number {
    if (stream === undefined) return 0;
    this.#last = (this.#last % WRAP) + 1;
    return this.#last;
  }
}
