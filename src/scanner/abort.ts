/**
 * Giving up on what cannot itself be stopped. Knows nothing of what is waited for.
 */
import { ScanError } from "../errors.js";

/** The error of a signal: always our own, the signal's reason is the cause. */
export const aborted = (signal: AbortSignal): ScanError =>
  new ScanError("aborted", undefined, signal.reason === undefined ? undefined : { cause: signal.reason });

export const isAborted = (error: unknown): boolean => error instanceof ScanError && error.code === "aborted";

/**
 * What the promise gives, or `aborted` as soon as the signal says so; the promise itself goes on unheard. The listener
 * is gone when this settles.
 */
export const unlessAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      promise.catch(() => undefined);
      reject(aborted(signal));
      return;
    }
    const onAbort = () => reject(aborted(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
