/**
 * Slots of a batch in memory while its rows are locked: devices' bits and the counters of the slots, changed by reports and
 * claims one after the other, then written back as a whole. It must not know SQL.
 */
import { packSlots, unpackSlots } from "../../../../src/rules/slot-bits.js";
import { mergeSlots, newSlots, type SlotSet } from "../../../../src/rules/slots.js";
import type { StoredSlots } from "../../ports.js";
import { inOrder, rowKeyOf } from "../row-key.js";
import type { CounterAdd, HotRows, SlotRowKey } from "./hot-rows.js";

interface Held {
  readonly slots: SlotSet;
  readonly excess: SlotSet;
}

const NONE: Held = { slots: [], excess: [] };

/** One device's row of the batch. */
interface BatchRow {
  readonly key: SlotRowKey;
  held: Held;
  isChanged: boolean;
}

const rowKey = ({ org, account, day, device }: SlotRowKey): string => rowKeyOf(org, account, day, device);
const counterKey = ({ org, account, day }: Omit<SlotRowKey, "device">, slot: number): string =>
  // Padded, so that counters are locked in the order of their slots.
  rowKeyOf(org, account, day, String(slot).padStart(3, "0"));

export interface SlotUse extends SlotRowKey {
  readonly slots: SlotSet;
}

export class BatchSlots {
  readonly #rows: HotRows;
  readonly #loaded = new Map<string, BatchRow>();
  /** The same by the very keys that they were asked for with: a look-up that needs no text. */
  readonly #asked = new Map<SlotRowKey, BatchRow>();
  /** Counters as they are in this batch; those that are not here are not locked. */
  readonly #counts = new Map<string, number>();

  private constructor(rows: HotRows) {
    this.#rows = rows;
  }

  /** Locks and loads the slots of devices. */
  static async load(rows: HotRows, keys: readonly SlotRowKey[]): Promise<BatchSlots> {
    const batch = new BatchSlots(rows);
    for (const key of keys) {
      const name = rowKey(key);
      const row = batch.#loaded.get(name) ?? { key, held: NONE, isChanged: false };
      batch.#loaded.set(name, row);
      batch.#asked.set(key, row);
    }
    const ordered = inOrder(batch.#loaded).map(({ key }) => key);
    for (const row of await rows.lockSlots(ordered)) {
      batch.#row(row).held = { slots: unpackSlots(row.slots), excess: unpackSlots(row.excess) };
    }
    return batch;
  }

  #row(key: SlotRowKey): BatchRow {
    const row = this.#asked.get(key) ?? this.#loaded.get(rowKey(key));
    if (row === undefined) throw new Error("slots are used that were not loaded");
    return row;
  }

  held(key: SlotRowKey): Held {
    return this.#row(key).held;
  }

  count(key: SlotRowKey, slot: number): number {
    return this.#counts.get(counterKey(key, slot)) ?? 0;
  }

  /** Adds all uses to the stored counters and locks those; in memory they stand where they stood before. */
  async countUses(uses: readonly SlotUse[]): Promise<void> {
    const together = new Map<BatchRow, SlotSet>();
    for (const use of uses) {
      const row = this.#row(use);
      const fresh = newSlots(row.held.slots, use.slots);
      if (fresh.length > 0) together.set(row, mergeSlots(together.get(row) ?? [], fresh));
    }
    const adds = new Map<string, CounterAdd>();
    for (const [{ key }, slots] of together) for (const slot of slots) countOne(adds, key, slot, 1);
    await this.#add(adds);
  }

  /** Locks and loads single counters. */
  async lockCounters(slots: readonly (SlotRowKey & { readonly slot: number })[]): Promise<void> {
    const adds = new Map<string, CounterAdd>();
    for (const key of slots) countOne(adds, key, key.slot, 0);
    await this.#add(adds);
  }

  /** Adds uses that claims have made to the stored counters, which are locked already. */
  async raiseCounters(uses: readonly SlotUse[]): Promise<void> {
    const adds = new Map<string, CounterAdd>();
    for (const use of uses) for (const slot of use.slots) countOne(adds, use, slot, 1);
    if (adds.size > 0) await this.#rows.addCounts(inOrder(adds));
  }

  async #add(adds: ReadonlyMap<string, CounterAdd>): Promise<void> {
    if (adds.size === 0) return;
    for (const row of await this.#rows.addCounts(inOrder(adds))) {
      const key = counterKey(row, row.slot);
      this.#counts.set(key, row.count - (adds.get(key)?.added ?? 0));
    }
  }

  /** Sets bits; those that are new and find so many devices there already are marked as excess. */
  use(key: SlotRowKey, slots: SlotSet, limit: number): StoredSlots {
    const row = this.#row(key);
    const fresh = newSlots(row.held.slots, slots);
    if (fresh.length > 0) {
      const late = fresh.filter((slot) => this.count(key, slot) >= limit);
      for (const slot of fresh) this.#counts.set(counterKey(key, slot), this.count(key, slot) + 1);
      row.held = { slots: mergeSlots(row.held.slots, fresh), excess: mergeSlots(row.held.excess, late) };
      row.isChanged = true;
    }
    return { account: key.account, day: key.day, slots: row.held.slots, excess: row.held.excess };
  }

  /** Writes the bits that were set. */
  async write(): Promise<void> {
    const changed = new Map([...this.#loaded].filter(([, { isChanged }]) => isChanged));
    if (changed.size === 0) return;
    await this.#rows.writeSlots(
      inOrder(changed).map(({ key: { org, account, day, device }, held }) => {
        return { org, account, day, device, slots: packSlots(held.slots), excess: packSlots(held.excess) };
      }),
    );
  }
}

function countOne(adds: Map<string, CounterAdd>, key: SlotRowKey, slot: number, added: number): void {
  const { org, account, day } = key;
  const name = counterKey(key, slot);
  adds.set(name, { org, account, day, slot, added: (adds.get(name)?.added ?? 0) + added });
}
