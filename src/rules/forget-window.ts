/**
 * Which results are new and which are duplicates of one seen a short while ago (R54–R57). Pure, the clock is passed in;
 * shared by what the user sees and by what is counted. It must not know barcodes, frames or storage.
 */

/** Key of a result → time of its latest sighting in milliseconds. Never changed in place. */
export type ForgetWindow = ReadonlyMap<string, number>;

/** The window before anything was seen. */
export const EMPTY_WINDOW: ForgetWindow = new Map();

/** Default of `duplicateForgetTime` (R54). */
export const DEFAULT_FORGET_MS = 3000;

/**
 * How much longer than the forget time a result is kept where no frame follows (R6), in milliseconds: a frame is looked at
 * some time after it was taken, and by its own time it may still find a duplicate.
 */
export const LATE_MS = 5000;

/** What a look at a window gave: what is new in it, and the window after it. */
export interface Seen {
  readonly window: ForgetWindow;
  /** The keys that were not in the window, each once, in the order given. */
  readonly fresh: string[];
}

/**
 * What a frame that shows `keys` at `now` makes of the window: results not seen within `forgetMs` are fresh, the others
 * are duplicates, and both carry `now` as their new time stamp (the window slides, R56). Everything older is purged (R6).
 *
 * "Within" includes the boundary: seen again exactly `forgetMs` later, a result is a duplicate. A clock that goes back
 * neither makes a result fresh nor keeps one for longer: stamps from the future become `now`.
 */
export function see(window: ForgetWindow, keys: readonly string[], now: number, forgetMs: number): Seen {
  const kept = purge(window, now, forgetMs);
  if (keys.length === 0) return { window: kept, fresh: [] };
  const next = new Map(kept);
  const fresh: string[] = [];
  for (const key of keys) {
    if (!next.has(key)) fresh.push(key);
    next.set(key, now);
  }
  return { window: next, fresh };
}

/** The window without what is forgotten at `now` (R6); the same object where nothing changes. */
export function purge(window: ForgetWindow, now: number, forgetMs: number): ForgetWindow {
  let isStale = false;
  for (const at of window.values()) isStale ||= at > now || now - at > forgetMs;
  if (!isStale) return window;
  const kept = new Map<string, number>();
  for (const [key, at] of window) if (now - at <= forgetMs) kept.set(key, Math.min(at, now));
  return kept;
}

/** The window without results that were last seen before a time (R6); the same object where nothing changes. */
export function dropBefore(window: ForgetWindow, time: number): ForgetWindow {
  const kept = new Map([...window].filter(([, at]) => at >= time));
  return kept.size === window.size ? window : kept;
}

/** From when on a result is forgotten, or undefined for an empty window. */
export function purgeDue(window: ForgetWindow, forgetMs: number): number | undefined {
  if (window.size === 0) return undefined;
  return Math.min(...window.values()) + forgetMs + 1;
}

/** Key of a value of one symbology: the same text in two symbologies has two keys (R53), text and bytes never meet. */
export function scanKey(format: string, value: string | Uint8Array): string {
  if (typeof value === "string") return `${format}\nt${value}`;
  let latin = "";
  for (const byte of value) latin += String.fromCharCode(byte);
  return `${format}\nb${latin}`;
}

/** The part of a result that makes it the same as another. */
export interface Identity {
  readonly format: string;
  readonly rawValue: string;
  readonly bytes: Uint8Array;
}

const REPLACEMENT = "\ufffd";

/** Key of a result: its text, or its bytes where the text does not say all of them (undecodable bytes, no text). */
export function resultKey(result: Identity): string {
  const isLossy = result.rawValue === "" || result.rawValue.includes(REPLACEMENT);
  return scanKey(result.format, isLossy && result.bytes.length > 0 ? result.bytes : result.rawValue);
}
