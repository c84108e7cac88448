/**
 * What of the device's ledger a server has not acknowledged yet, and the ledger after it has. Pure. It must not know networks or
 * the values that were scanned (R9).
 */
import { mergeSlots, type SlotSet } from "./slots.js";
import { type Cell, cellKey } from "./tally.js";
import { dirtyMetrics, type Ledger, settle } from "./usage.js";

/** Slots of one day in which the device was in use. */
export interface DaySlots {
  readonly organisation: string;
  readonly device: string;
  readonly day: string;
  readonly slots: SlotSet;
}

/** Exactly what the next report carries: absolute values, no text, no time finer than a slot (R77). */
export interface PendingUsage {
  readonly device: string;
  readonly cells: readonly Cell[];
  readonly slots: readonly DaySlots[];
}

/** What the server has stored, said after its commit. */
export interface Acknowledgement {
  readonly generation: string;
  readonly sequence: number;
  readonly cells: readonly Cell[];
  readonly slots: readonly DaySlots[];
}

/** What the server has not acknowledged: only of `organisation`, where one is given. */
export function pendingUsage(ledger: Ledger, organisation?: string): PendingUsage {
  const { device } = ledger;
  const entries = ledger.entries.filter((entry) => organisation === undefined || entry.organisation === organisation);
  const cells = entries.flatMap((entry) =>
    dirtyMetrics(entry).map((metric) => ({
      organisation: entry.organisation,
      device,
      epoch: entry.epoch,
      metric,
      day: entry.day,
      count: entry.counts[metric] ?? 0,
    })),
  );
  const slots = entries
    .filter((entry) => mergeSlots(entry.ackedSlots, entry.slots) !== entry.ackedSlots)
    .map((entry) => ({ organisation: entry.organisation, device, day: entry.day, slots: entry.slots }));
  return { device, cells, slots };
}

/**
 * The ledger after an acknowledgement. A stored value above ours means that this store was rolled back or cloned: the
 * epoch is frozen and the next count mints another. A new generation or a sequence that goes back means that the server
 * was restored: all that is retained becomes pending again, and the total heals.
 */
export function applyAck(ledger: Ledger, ack: Acknowledgement, now: number): Ledger {
  const isRestored =
    ledger.generation !== undefined && (ledger.generation !== ack.generation || (ledger.sequence ?? 0) > ack.sequence);
  const stored = new Map(ack.cells.map((cell) => [cellKey(cell), cell.count]));
  const entries = ledger.entries.map((entry) => {
    const { organisation, epoch, day } = entry;
    const acked: Record<string, number> = isRestored ? {} : { ...entry.acked };
    let isFrozen = entry.isFrozen === true;
    for (const metric of Object.keys(entry.counts)) {
      const count = stored.get(cellKey({ organisation, device: ledger.device, epoch, day, metric }));
      if (count === undefined) continue;
      acked[metric] = Math.max(acked[metric] ?? 0, count);
      isFrozen ||= count > (entry.counts[metric] ?? 0);
    }
    const ours = ack.slots.filter((slots) => slots.organisation === organisation && slots.day === day);
    const ackedSlots = ours.reduce((set, { slots }) => mergeSlots(set, slots), isRestored ? [] : entry.ackedSlots);
    return settle({ ...entry, acked, ackedSlots, ...(isFrozen ? { isFrozen } : {}) }, now);
  });
  return { ...ledger, entries, generation: ack.generation, sequence: ack.sequence };
}
