/**
 * Waiting that ends when the caller's AbortSignal says so. Knows nothing of what is waited for.
 */
import { describe } from "./describe.js";
import { ScanError } from "./errors.js";

/** A signal as options carry it: an AbortSignal of any realm. @throws ScanError `invalid_option` */
export function checkSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value === null) return undefined;
  const signal = value as AbortSignal;
  if (
    typeof signal !== "object" ||
    typeof signal.aborted !== "boolean" ||
    typeof signal.addEventListener !== "function"
  )
    throw new ScanError("invalid_option", `signal takes an AbortSignal, not ${describe(value)}.`);
  return signal;
}

/** @throws ScanError `aborted`, its cause the signal's reason */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedBy(signal);
}

export const abortedBy = (signal: AbortSignal): ScanError =>
  new ScanError("aborted", undefined, { cause: signal.reason });

/** The asker has given up: nothing went wrong, nobody is to be told. */
export const isAborted = (error: unknown): boolean => error instanceof ScanError && error.code === "aborted";

/** Calls once when the signal is aborted, at once if it is; call what is returned once that no longer matters. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
  return () => signal.removeEventListener("abort", act);
}

/**
 * The work's own end, or `aborted` as soon as the signal fires. Work cannot always be stopped: what it delivers
 * afterwards goes to `discard`, so that nothing it holds stays open.
 */
export function abortable<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  discard: (late: T) => void = () => {},
): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    let left = false;
    const unlisten = onAbort(signal, () => {
      left = true;
      reject(abortedBy(signal));
    });
    work.then((value) => (left ? discard(value) : resolve(value)), reject).finally(unlisten);
  });
}

/** Makes a controller abort when the signal does; call what is returned once that no longer matters. */
export function follow(signal: AbortSignal | undefined, controller: AbortController): () => void {
  if (!signal) return () => {};
  return onAbort(signal, () => controller.abort(signal.reason));
}
