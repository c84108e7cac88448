/**
 * Scans for `for await`: each iteration has its own queue, which ends with the scanner. What the application has not
 * taken yet is kept for it; a loop that is left takes its queue along. Must not know where scans come from.
 */
interface Reader<T> {
  readonly waiting: T[];
  wake: (() => void) | undefined;
}

export class ScanQueue<T> {
  readonly #readers = new Set<Reader<T>>();
  #isClosed = false;

  push(item: T): void {
    for (const reader of this.#readers) {
      reader.waiting.push(item);
      reader.wake?.();
    }
  }

  /** Ends every iteration after what is waiting. */
  close(): void {
    this.#isClosed = true;
    for (const reader of this.#readers) reader.wake?.();
  }

  /** Begins to collect at once, not at the first `next()`. */
  iterate(): AsyncIterableIterator<T> {
    const reader: Reader<T> = { waiting: [], wake: undefined };
    this.#readers.add(reader);
    const end = (): IteratorReturnResult<undefined> => {
      this.#readers.delete(reader);
      reader.waiting.length = 0;
      reader.wake?.();
      return { done: true, value: undefined };
    };
    const next = async (): Promise<IteratorResult<T, undefined>> => {
      while (this.#readers.has(reader)) {
        if (reader.waiting.length > 0) return { done: false, value: reader.waiting.shift() as T };
        if (this.#isClosed) break;
        await new Promise<void>((resolve) => {
          const before = reader.wake;
          reader.wake = () => {
            before?.();
            resolve();
          };
        });
        reader.wake = undefined;
      }
      return end();
    };
    const iterator: AsyncIterableIterator<T> = {
      next,
      return: async () => end(),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }
}
