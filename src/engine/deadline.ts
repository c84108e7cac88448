/**
 * A promise with a time limit.
 */

/** Settles as the promise does, or rejects with `late()` after so many milliseconds. */
export function within<Value>(ms: number, promise: Promise<Value>, late: () => unknown): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
