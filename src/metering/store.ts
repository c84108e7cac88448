/**
 * Where metering and licensing keep what must survive: numbered boxes of plain data, changed one at a time and exactly
 * once. This file is the contract and the store in memory; it must not know what is in the boxes.
 */

/** Numbers of the boxes; a number is all that a dump of the store shows of one. */
export const BOX = { ledger: 1, license: 2 } as const;
export type BoxNumber = (typeof BOX)[keyof typeof BOX];

/** From what a box holds (undefined for nothing) to what it shall hold; pure, it may be called again after a lost race. */
export type Change<T> = (current: T | undefined) => T;

/** One contract suite holds for all stores. */
export interface Store {
  readonly kind: "indexeddb" | "memory";
  read<T>(box: BoxNumber): Promise<T | undefined>;
  /**
   * Replaces what is in the box by what `change` makes of it, and gives that. When it resolves the change is kept, exactly
   * once, whatever other tabs do; when it rejects nothing has changed. Writes nothing where `change` gives back `current`.
   * @throws ScanError `storage_full`, `storage_unavailable`, `closed`
   */
  update<T>(box: BoxNumber, change: Change<T>): Promise<T>;
  close(): void;
}

/** Keeps boxes until the page or the process ends. */
export class MemoryStore implements Store {
  readonly kind = "memory";
  readonly #boxes = new Map<BoxNumber, unknown>();

  async read<T>(box: BoxNumber): Promise<T | undefined> {
    return this.#boxes.get(box) as T | undefined;
  }

  async update<T>(box: BoxNumber, change: Change<T>): Promise<T> {
    const next = change(this.#boxes.get(box) as T | undefined);
    this.#boxes.set(box, next);
    return next;
  }

  close(): void {}
}
