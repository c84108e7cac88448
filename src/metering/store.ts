/**
 * Where metering and licensing keep what must survive: numbered boxes of plain data, changed one at a time and exactly
 * once. This file is the contract and the store in memory; it must not know what is in the boxes.
 */

/** Numbers of the boxes; a number is all that a dump of the store shows of one. */
export const BOX = { ledger: 1, license: 2 } as const;
export type BoxNumber = (typeof BOX)[keyof typeof BOX];

/**
 * From what a box holds (undefined for nothing), and the entries appended to it since, in any order, to what it shall hold;
 * pure, it may be called again after a lost race.
 */
export type Change<T, E = never> = (current: T | undefined, entries: readonly E[]) => T;

/** One contract suite holds for all stores. All but `close` throw ScanError `storage_full`, `storage_unavailable`, `closed`. */
export interface Store {
  readonly kind: "indexeddb" | "memory";
  /** What the last update left in the box. */
  read<T>(box: BoxNumber): Promise<T | undefined>;
  /**
   * Keeps an entry for the next update of the box, by whatever tab. The quick way to safety: it needs nothing to be read,
   * and what it has begun outlives the page.
   */
  append<E>(box: BoxNumber, entry: E): Promise<void>;
  /**
   * Replaces what is in the box by what `change` makes of it and the entries, uses these up, and gives the result. When it
   * resolves the change is kept, exactly once, whatever other tabs do; when it rejects nothing has changed. Writes nothing
   * where there is no entry and `change` gives back `current`.
   */
  update<T, E = never>(box: BoxNumber, change: Change<T, E>): Promise<T>;
  close(): void;
}

/** Keeps boxes until the page or the process ends. */
export class MemoryStore implements Store {
  readonly kind = "memory";
  readonly #boxes = new Map<BoxNumber, unknown>();
  readonly #entries = new Map<BoxNumber, unknown[]>();

  async read<T>(box: BoxNumber): Promise<T | undefined> {
    return this.#boxes.get(box) as T | undefined;
  }

  async append<E>(box: BoxNumber, entry: E): Promise<void> {
    this.#entries.set(box, [...(this.#entries.get(box) ?? []), entry]);
  }

  async update<T, E>(box: BoxNumber, change: Change<T, E>): Promise<T> {
    const next = change(this.#boxes.get(box) as T | undefined, (this.#entries.get(box) ?? []) as E[]);
    this.#boxes.set(box, next);
    this.#entries.delete(box);
    return next;
  }

  close(): void {}
}
