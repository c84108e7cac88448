/**
 * What the hot statements ask of a dialect: rows of a batch, locked until its transaction ends, and written back. Every list
 * is sorted by key and has each key once, and the verbs of a batch are called in the order in which they stand here, so that
 * two nodes never wait for each other in a circle: rows of devices first, those of the whole organisation, for which
 * everybody queues, just before the end. It must not know SQL, nor what the numbers mean.
 */

export interface CellKey {
  readonly org: string;
  readonly device: string;
  readonly epoch: string;
  readonly day: string;
  readonly metric: string;
}

export interface CellUpsert extends CellKey {
  /** Kept from the first write. */
  readonly code: string;
  readonly bookedDay: string;
  readonly count: number;
}

/** A cell after its merge by max; it was `count - added` before. */
export interface StoredCell extends CellUpsert {
  readonly added: number;
}

export interface TotalAdd {
  readonly org: string;
  readonly code: string;
  readonly bookedDay: string;
  readonly metric: string;
  readonly added: number;
}

export interface AccountKey {
  readonly org: string;
  readonly item: string;
  readonly period: number;
}

export interface AccountAdd extends AccountKey {
  readonly added: number;
}

export interface ChargeAdd extends AccountAdd {
  readonly code: string;
}

export interface SlotRowKey {
  readonly org: string;
  readonly account: string;
  readonly day: string;
  readonly device: string;
}

/** Bits as bytes (`slot-bits.ts`); undefined where the dialect has no row yet. */
export interface SlotRow extends SlotRowKey {
  readonly slots: Uint8Array;
  readonly excess: Uint8Array;
}

export interface CounterAdd {
  readonly org: string;
  readonly account: string;
  readonly day: string;
  readonly slot: number;
  readonly added: number;
}

export interface DeviceTouch {
  readonly org: string;
  readonly device: string;
  readonly at: number;
}

export interface SeatKey extends AccountKey {
  readonly device: string;
}

export interface SeatTouch extends SeatKey {
  readonly at: number;
}

export interface SeatQuestion extends SeatKey {
  readonly freedBefore: number;
}

export interface DeviceUpsert {
  readonly org: string;
  readonly id: string;
  /** Kept from the first write, as the key is. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly key: string;
  readonly doc: string;
}

export interface RefusalAdd {
  readonly org: string;
  readonly code: string;
  readonly day: string;
  readonly refusal: string;
  readonly added: number;
}

/** How an item's seats in a period stand for one device. */
export interface SeatStanding {
  /** Seats that were last used before `freedBefore`. */
  readonly disused: number;
  /** When the device's own seat was last used; undefined where it has none. */
  readonly ownUsedAt: number | undefined;
}

type Rows<T> = Promise<readonly T[]>;

export interface HotRows {
  /** Merges by max; returns every cell, in their order. */
  upsertCells(cells: readonly CellUpsert[]): Rows<StoredCell>;
  /** Raises the last contact of devices that are known. */
  touchDevices(touches: readonly DeviceTouch[]): Promise<void>;
  /** Raises the last use of seats; returns those that are there. */
  touchSeats(touches: readonly SeatTouch[]): Rows<SeatKey>;
  /** Locks devices' slots, also those that have none yet; returns those that have. */
  lockSlots(rows: readonly SlotRowKey[]): Rows<SlotRow>;
  /** Adds to counters and locks them; returns the sums. Adding nothing only locks. */
  addCounts(counters: readonly CounterAdd[]): Rows<Omit<CounterAdd, "added"> & { readonly count: number }>;
  writeSlots(rows: readonly SlotRow[]): Promise<void>;
  /** Adds to totals, and locks accounts; returns those that have a balance. */
  addTotals(
    totals: readonly TotalAdd[],
    accounts: readonly AccountKey[],
  ): Rows<AccountKey & { readonly units: number }>;
  /** Adds to the accounts that are locked, and to what was charged by code. */
  addUnits(accounts: readonly AccountAdd[], charges: readonly ChargeAdd[]): Promise<void>;
  /** Locks pools; returns how many seats are taken of those that have any. */
  lockPools(pools: readonly AccountKey[]): Rows<AccountKey & { readonly taken: number }>;
  standings(questions: readonly SeatQuestion[]): Rows<SeatStanding>;
  /** Deletes the disused seats of the question's item and period. */
  freeSeats(question: SeatQuestion): Promise<void>;
  /** Inserts the device's seat, or raises its last use. */
  takeSeat(seat: SeatTouch): Promise<void>;
  addTaken(pools: readonly AccountAdd[]): Promise<void>;
  upsertDevices(devices: readonly DeviceUpsert[]): Promise<void>;
  addRefusals(refusals: readonly RefusalAdd[]): Promise<void>;
}
