/**
 * Standard output and error of the command. A reader that goes away early (`| head -1`) is no error: it is told to
 * whoever asked, and nothing more is written.
 */
import { once } from "node:events";

export class Printer {
  readonly #closed = new AbortController();

  #hasFailed = false;

  constructor() {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      const isGone = error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
      if (!isGone && !this.#hasFailed) this.complain(`standard output: ${error.message}`);
      this.#hasFailed ||= !isGone;
      this.#closed.abort();
    });
    // Without anybody to complain to, there is nothing left to say.
    process.stderr.on("error", () => {});
  }

  /** True where output was lost for another reason than that nobody reads it: a full disk. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Fires once nobody reads any more. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  get isTerminal(): boolean {
    return process.stdout.isTTY === true;
  }

  /** Resolves when there is room for more. */
  async out(text: string | Uint8Array): Promise<void> {
    if (this.closed.aborted || text.length === 0 || process.stdout.write(text)) return;
    await once(process.stdout, "drain", { signal: this.closed }).catch(() => {});
  }

  complain(message: string): void {
    process.stderr.write(`tallymark: ${message}\n`);
  }
}
