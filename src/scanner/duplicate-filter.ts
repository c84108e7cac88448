/**
 * What of a frame is new (R54–R57). Holds the forget window and empties it in time, also when no frame comes any more
 * (R6). Must not know cameras or views.
 */
import {
  dropBefore,
  EMPTY_WINDOW,
  type ForgetWindow,
  LATE_MS,
  purgeDue,
  resultKey,
  see,
} from "../rules/forget-window.js";
import type { Barcode } from "../types.js";

export class DuplicateFilter {
  readonly #now: () => number;
  #forgetMs: number;
  #window: ForgetWindow = EMPTY_WINDOW;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(forgetMs: number, now: () => number) {
    this.#forgetMs = forgetMs;
    this.#now = now;
  }

  get forgetMs(): number {
    return this.#forgetMs;
  }

  /** How many results are remembered now. */
  get size(): number {
    return this.#window.size;
  }

  /** The barcodes of a frame that have not been seen within the forget time; equal ones of one frame count once. */
  sift(barcodes: readonly Barcode[], at: number): readonly Barcode[] {
    const byKey = new Map<string, Barcode>();
    for (const barcode of barcodes) {
      const key = resultKey(barcode);
      if (!byKey.has(key)) byKey.set(key, barcode);
    }
    const { window, fresh } = see(this.#window, [...byKey.keys()], at, this.#forgetMs);
    this.#window = window;
    this.#schedule();
    return fresh.flatMap((key) => byKey.get(key) ?? []);
  }

  setForgetMs(forgetMs: number): void {
    this.#forgetMs = forgetMs;
    this.#purge();
  }

  /** Forgets everything at once. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#window = EMPTY_WINDOW;
  }

  readonly #purge = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#window = dropBefore(this.#window, this.#now() - this.#forgetMs - LATE_MS);
    this.#schedule();
  };

  #schedule(): void {
    const due = purgeDue(this.#window, this.#forgetMs);
    if (due === undefined || this.#timer !== undefined) return;
    // setTimeout holds at most 2^31 - 1 ms; a longer wait is taken up again then.
    this.#timer = setTimeout(this.#purge, Math.min(2 ** 31 - 1, Math.max(1, due + LATE_MS - this.#now())));
  }
}
