/**
 * Parts of the library that lie in files of their own, because not every page needs them. Knows no part.
 */
import { ScanError } from "./errors.js";

/** Waits for a part. @throws ScanError `network` where the file cannot be had */
export async function loadPart<Part>(part: Promise<Part>): Promise<Part> {
  try {
    return await part;
  } catch (cause) {
    throw new ScanError(
      "network",
      'A part of the library could not be loaded. Serve all .js files of the package side by side, or import "tallymark/inline".',
      { cause },
    );
  }
}

/** A part that is loaded when it is first asked for, and kept. */
export class LatePart<Part> {
  readonly #fetch: () => Promise<Part>;
  #part: Part | undefined;

  constructor(fetch: () => Promise<Part>) {
    this.#fetch = fetch;
  }

  /** Undefined until it is there. */
  get loaded(): Part | undefined {
    return this.#part;
  }

  /** @throws ScanError `network` */
  async load(): Promise<Part> {
    this.#part ??= await loadPart(this.#fetch());
    return this.#part;
  }

  /** Does what needs the part: at once where it is loaded. @throws ScanError `network` */
  use(work: (part: Part) => void): Promise<void> {
    if (!this.#part) return this.load().then(work);
    work(this.#part);
    return Promise.resolve();
  }
}
