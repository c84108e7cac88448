/**
 * A progress bar on a terminal's error stream, for runs that take a while. Knows nothing of images.
 */

const FEWEST = 4;
const BAR_WIDTH = 24;
const INTERVAL_MS = 80;
const ERASE_LINE = "\r\x1b[K";

export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  readonly #isShown: boolean;
  #done = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  /** Nothing is shown for a few images only, nor where the stream is no terminal. */
  constructor(stream: NodeJS.WriteStream, total: number) {
    this.#stream = stream;
    this.#total = total;
    this.#isShown = total >= FEWEST && stream.isTTY === true && process.env.TERM !== "dumb";
  }

  /** One image is done. */
  advance(): void {
    this.#done += 1;
    const now = performance.now();
    if (!this.#isShown || (this.#isDrawn && now - this.#drawnAt < INTERVAL_MS)) return;
    const full = Math.floor((BAR_WIDTH * this.#done) / this.#total);
    const bar = `${"#".repeat(full)}${".".repeat(BAR_WIDTH - full)}`;
    this.#stream.write(`${ERASE_LINE}[${bar}] ${this.#done}/${this.#total}`);
    this.#isDrawn = true;
    this.#drawnAt = now;
  }

  /** Takes the bar away, so that a line can be printed in its place. */
  clear(): void {
    if (this.#isDrawn) this.#stream.write(ERASE_LINE);
    this.#isDrawn = false;
  }
}
