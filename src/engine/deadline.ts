/**
 * Time limits: of a promise, and of work that may be put to sleep with its page.
 */

/** Settles as the promise does, or rejects with `late()` after so many milliseconds. */
export function within<Value>(ms: number, promise: Promise<Value>, late: () => unknown): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A timer that fires so many times later than it should was asleep, with its page or its device. */
const ASLEEP = 1.5;

/**
 * Calls `late` after so many milliseconds. If the page was frozen or the device slept meanwhile, then whatever is waited
 * for slept as well: it gets the same time once more.
 * @returns what calls it off
 */
export function afterAwake(ms: number, late: () => void): () => void {
  const started = performance.now();
  let timer = setTimeout(() => {
    if (performance.now() - started > ms * ASLEEP) timer = setTimeout(late, ms);
    else late();
  }, ms);
  return () => clearTimeout(timer);
}
