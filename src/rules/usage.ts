/**
 * The device's own ledger: cells that grow, and when they may go (R13). What of it is told to a server is in reporting.ts.
 * Pure; clock and random epochs are passed in. It must not know storage, networks or the values that were scanned (R9).
 */
import { DAY_MS, utcDay } from "./period.js";
import { mergeSlots, type SlotSet, slotIndex } from "./slots.js";

/** What one epoch holds: one organisation, one UTC day. */
export interface EpochEntry {
  readonly organisation: string;
  readonly epoch: string;
  readonly day: string;
  readonly counts: Readonly<Record<string, number>>;
  /** What the server said it has stored. */
  readonly acked: Readonly<Record<string, number>>;
  readonly slots: SlotSet;
  readonly ackedSlots: SlotSet;
  /** When everything in it was acknowledged; absent while something is not. */
  readonly ackedAt?: number;
  /** True where the server knew more than this store: no count is added to it any more. */
  readonly isFrozen?: boolean;
}

/** The device's own record of what was counted on it. */
export interface Ledger {
  /** UUID of this browser on this origin (R11, R44). */
  readonly device: string;
  readonly entries: readonly EpochEntry[];
  /** Latest time this ledger has seen; a clock that goes back does not lower it. */
  readonly highWaterMark: number;
  /** Organisation → scans ever counted for it on this store, purged ones included. */
  readonly counted?: Readonly<Record<string, number>>;
  /** Generation and commit sequence of the last acknowledgement. */
  readonly generation?: string;
  readonly sequence?: number;
}

/** Scans of one metric to be added at one time. */
export interface Increment {
  readonly metric: string;
  readonly at: number;
  readonly count: number;
}

/** How long acknowledged cells are kept, so that a server restored from a backup can be healed. */
export const RETAIN_MS = 35 * DAY_MS;
/** How long counts that no server asks for are kept for the application to read. */
export const RETAIN_UNLICENSED_MS = 400 * DAY_MS;

/** The ledger of a device on which nothing was counted yet. */
export const newLedger = (device: string): Ledger => ({ device, entries: [], highWaterMark: 0 });

/** The ledger with scans added to the cells of their own UTC days; `mint` makes the epoch of a day's first count. */
export function addScans(
  ledger: Ledger,
  organisation: string,
  increments: readonly Increment[],
  mint: () => string,
): Ledger {
  let next = ledger;
  let added = 0;
  for (const { metric, at, count } of increments) {
    added += count;
    next = withEntry(next, organisation, at, mint, (entry) => ({
      ...entry,
      counts: { ...entry.counts, [metric]: (entry.counts[metric] ?? 0) + count },
    }));
  }
  if (added === 0) return next;
  return { ...next, counted: { ...next.counted, [organisation]: countedFor(next, organisation) + added } };
}

/** Scans ever counted for an organisation on this store; a total that only grows. */
export const countedFor = ({ counted }: Ledger, organisation: string): number => counted?.[organisation] ?? 0;

/** Those of them that the server has not acknowledged. */
export function unreportedFor(ledger: Ledger, organisation: string): number {
  let sum = 0;
  for (const { organisation: whose, counts, acked } of ledger.entries) {
    if (whose !== organisation) continue;
    for (const metric in counts) sum += Math.max((counts[metric] as number) - (acked[metric] ?? 0), 0);
  }
  return sum;
}

/** The ledger with the slot of `at` marked as used (R60), whether or not anything was scanned in it. */
export const touchSlot = (ledger: Ledger, organisation: string, at: number, mint: () => string): Ledger =>
  withEntry(ledger, organisation, at, mint, (entry) => entry);

function withEntry(
  ledger: Ledger,
  organisation: string,
  at: number,
  mint: () => string,
  change: (entry: EpochEntry) => EpochEntry,
): Ledger {
  const day = utcDay(at);
  const isOpen = (entry: EpochEntry) => entry.organisation === organisation && entry.day === day && !entry.isFrozen;
  const found = ledger.entries.find(isOpen);
  const entry = found ?? { organisation, epoch: mint(), day, counts: {}, acked: {}, slots: [], ackedSlots: [] };
  const changed = settle(change({ ...entry, slots: mergeSlots(entry.slots, [slotIndex(at)]) }), at);
  const others = ledger.entries.filter((other) => other !== found);
  return { ...ledger, entries: [...others, changed], highWaterMark: Math.max(ledger.highWaterMark, at) };
}

/** What of an epoch the server has not acknowledged. */
export const dirtyMetrics = (entry: EpochEntry): string[] =>
  Object.keys(entry.counts).filter((metric) => (entry.counts[metric] ?? 0) > (entry.acked[metric] ?? 0));

const isDirty = (entry: EpochEntry): boolean =>
  dirtyMetrics(entry).length > 0 || mergeSlots(entry.ackedSlots, entry.slots) !== entry.ackedSlots;

/** Sets or removes `ackedAt` to fit what is acknowledged. */
export function settle(entry: EpochEntry, now: number): EpochEntry {
  const { ackedAt, ...rest } = entry;
  return isDirty(rest) ? rest : { ...rest, ackedAt: ackedAt ?? now };
}

/**
 * The ledger without what has served its time: cells go `retainMs` after the server has accepted all of their epoch and
 * never before (R13); counts of no organisation, which nobody will ask for, go after {@link RETAIN_UNLICENSED_MS}.
 */
export function purgeUsage(ledger: Ledger, now: number, retainMs = RETAIN_MS): Ledger {
  const lastUnasked = utcDay(now - RETAIN_UNLICENSED_MS - 1);
  const today = utcDay(now);
  const entries = ledger.entries.filter((entry) => {
    if (entry.day >= today) return true;
    if (entry.organisation === "" && entry.day <= lastUnasked) return false;
    return entry.ackedAt === undefined || now - entry.ackedAt < retainMs;
  });
  return entries.length === ledger.entries.length ? ledger : { ...ledger, entries };
}

/** Counts of one UTC day. */
export interface DayUsage {
  readonly day: string;
  readonly total: number;
  /** Symbology → number of scans. */
  readonly formats: Readonly<Record<string, number>>;
}

/** The ledger's counts by UTC day and symbology, oldest first; days in [from, to], both optional. */
export function usageByDay(ledger: Ledger, from = "", to = "9999-12-31", organisation?: string): DayUsage[] {
  const days = new Map<string, Record<string, number>>();
  for (const entry of ledger.entries) {
    if (entry.day < from || entry.day > to) continue;
    if (organisation !== undefined && entry.organisation !== organisation) continue;
    const formats = days.get(entry.day) ?? {};
    for (const [metric, count] of Object.entries(entry.counts)) formats[metric] = (formats[metric] ?? 0) + count;
    days.set(entry.day, formats);
  }
  return [...days]
    .map(([day, formats]) => ({ day, total: Object.values(formats).reduce((sum, count) => sum + count, 0), formats }))
    .filter((usage) => usage.total > 0)
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}
