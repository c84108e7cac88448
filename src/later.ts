/** Timers that never keep a Node process alive. Knows no work. */

export type Timer = ReturnType<typeof setTimeout>;

export function later(ms: number, work: () => unknown): Timer {
  const timer = setTimeout(work, ms);
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
