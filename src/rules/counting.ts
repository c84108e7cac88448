/**
 * What counts as a scan (R49–R58): a reducer from sightings to scans, the clock passed in. It must not know how symbols are
 * found, nor where scans are kept; what the reader's filters dropped never gets here (R58).
 */
import { dropBefore, EMPTY_WINDOW, type ForgetWindow, purgeDue, see } from "./forget-window.js";

/** One symbol as counting sees it: its symbology, and a key that stands for its value (`resultKey`). */
export interface SightedSymbol {
  readonly format: string;
  readonly key: string;
}

/** What one image or one video frame shows. */
export interface SymbolSighting {
  /** Name of the video stream; undefined for a still image, which has no time window. */
  readonly stream?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Forget time in milliseconds (R54). */
  readonly forgetMs: number;
  readonly symbols: readonly SightedSymbol[];
}

/** A unit of use: one value of one symbology, seen for the first time. It carries no value (R9). */
export interface Scan {
  readonly format: string;
  readonly at: number;
}

interface StreamWindow {
  readonly window: ForgetWindow;
  readonly forgetMs: number;
}

/** Stream name → its forget window. Streams know nothing of one another. */
export type CountingState = ReadonlyMap<string, StreamWindow>;

/** The state before the first sighting. */
export const NOTHING_COUNTED: CountingState = new Map();

/** What one sighting gave: the scans that count, and the state after it. */
export interface Counted {
  readonly state: CountingState;
  readonly scans: readonly Scan[];
  /** Keys of the symbols that there was no room for; absent where there was. */
  readonly refused?: ReadonlySet<string>;
}

/**
 * The scans that a sighting adds, and the state after it. A still counts its unique keys each time it is read.
 * @param room scans that may still be counted; what goes beyond is refused and leaves no trace
 */
export function count(state: CountingState, sighting: SymbolSighting, room = Number.POSITIVE_INFINITY): Counted {
  const { stream, at, forgetMs, symbols } = sighting;
  const before = (stream !== undefined && state.get(stream)?.window) || EMPTY_WINDOW;
  const keys = symbols.map((symbol) => symbol.key);
  const { window, fresh } = see(before, keys, at, forgetMs);
  if (fresh.length > room) {
    const refused = new Set(fresh.slice(Math.max(room, 0)));
    const admitted = symbols.filter(({ key }) => !refused.has(key));
    return { ...count(state, { ...sighting, symbols: admitted }), refused };
  }
  const formats = new Map(symbols.map((symbol) => [symbol.key, symbol.format]));
  const scans = fresh.map((key) => ({ format: formats.get(key) as string, at }));
  if (stream === undefined || (window === before && window.size === 0)) return { state, scans };
  return { state: withStream(state, stream, { window, forgetMs }), scans };
}

/** The state without what is forgotten at `now` (R6). */
export function forget(state: CountingState, now: number): CountingState {
  let next = state;
  for (const [stream, { window, forgetMs }] of state) {
    const kept = dropBefore(window, now - forgetMs);
    if (kept !== window) next = withStream(next, stream, { window: kept, forgetMs });
  }
  return next;
}

/** From when on {@link forget} has something to remove, or undefined where nothing is remembered. */
export function forgetDue(state: CountingState): number | undefined {
  let due: number | undefined;
  for (const { window, forgetMs } of state.values()) {
    const own = purgeDue(window, forgetMs);
    if (own !== undefined && (due === undefined || own < due)) due = own;
  }
  return due;
}

function withStream(state: CountingState, stream: string, entry: StreamWindow): CountingState {
  const next = new Map(state);
  if (entry.window.size === 0) next.delete(stream);
  else next.set(stream, entry);
  return next;
}
