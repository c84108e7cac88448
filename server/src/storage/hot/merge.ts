/**
 * Reports merged as one batch: cells by max in one statement, then what they added replayed write by write, so that a batch
 * gives what the same writes would give one after the other. It must not know SQL, nor where the transaction begins and ends.
 */
import { deltaOf } from "../../../../src/rules/tally.js";
import { allot } from "../../domain/consumption.js";
import type { StoredSlots, UsageResult, UsageWrite } from "../../ports.js";
import { inOrder, rowKeyOf } from "../row-key.js";
import { BatchSlots, type SlotUse } from "./batch-slots.js";
import type { AccountKey, CellUpsert, ChargeAdd, HotRows, SeatTouch, StoredCell, TotalAdd } from "./hot-rows.js";

/** A cell of the batch, however many of its writes name it. */
interface MergedCell {
  /** With the highest count that was reported, and the code and day of booking of the first report. */
  cell: CellUpsert;
  /** As it is stored, whatever code the batch named. */
  code: string;
  /** What it holds when the write that is being replayed begins. */
  standing: number;
}

/** An account of the batch: what is charged to it, and what it holds when the write that is being replayed begins. */
interface MergedAccount {
  readonly key: AccountKey;
  balance: number;
  raised: number;
}

/** Units that one write added, by the code of the cells. */
type Added = ReadonlyMap<string, number>;

export async function mergeBatch(rows: HotRows, writes: readonly UsageWrite[]): Promise<UsageResult[]> {
  const { cells, added, totals } = await mergeCells(rows, writes);
  const hasSeat = await touchUse(rows, writes);
  const slots = await mergeSlotWrites(rows, writes);
  const used = await chargeUnits(rows, writes, added, totals);
  return writes.map((_, index) => ({
    cells: cells[index] as UsageResult["cells"],
    slots: slots[index] as UsageResult["slots"],
    used: used[index] as number[],
    hasSeat: hasSeat[index] as boolean,
  }));
}

/** What is added to totals is returned, and written last. */
async function mergeCells(rows: HotRows, writes: readonly UsageWrite[]) {
  const merged = new Map<string, MergedCell>();
  const named = writes.map(({ organisation: org, device, code, cells }) =>
    cells.map(({ epoch, day, metric, bookedDay, count }) => {
      const key = rowKeyOf(org, device, epoch, day, metric);
      const known = merged.get(key);
      if (known === undefined) {
        const cell = { org, device, epoch, day, metric, code, bookedDay, count };
        const first = { cell, code, standing: 0 };
        merged.set(key, first);
        return first;
      }
      if (known.cell.count < count) known.cell = { ...known.cell, count };
      return known;
    }),
  );
  const totals = new Map<string, Growing<TotalAdd>>();
  if (merged.size === 0) return { cells: writes.map(() => []), added: writes.map((): Added => new Map()), totals };
  const ordered = inOrder(merged);
  const stored = await rows.upsertCells(ordered.map(({ cell }) => cell));
  ordered.forEach((it, index) => {
    const { org, code, bookedDay, metric, count, added } = stored[index] as StoredCell;
    it.code = code;
    it.standing = count - added;
    // A cell of nothing makes its group appear, as a sum of zero.
    if (added > 0 || count === 0)
      addTo(totals, rowKeyOf(org, code, bookedDay, metric), { org, code, bookedDay, metric, added });
  });
  const added: Added[] = [];
  const cells = writes.map((write, index) => {
    const units = new Map<string, number>();
    added.push(units);
    const its = named[index] as readonly MergedCell[];
    return write.cells.map(({ epoch, day, metric, count: reported }, at) => {
      const it = its[at] as MergedCell;
      const delta = deltaOf(it.standing, reported);
      it.standing += delta;
      if (delta > 0) units.set(it.code, (units.get(it.code) ?? 0) + delta);
      return { epoch, day, metric, count: it.standing };
    });
  });
  return { cells, added, totals };
}

/** What is added to one row of an aggregate, while it is summed up. */
type Growing<Add> = { -readonly [Field in keyof Add]: Add[Field] };

/** Adds to the row of a key. */
function addTo<Add extends { added: number }>(adds: Map<string, Add>, key: string, add: Add): void {
  const known = adds.get(key);
  if (known === undefined) adds.set(key, add);
  else known.added += add.added;
}

/** Allots what was added, write by write, to accounts that are locked before any of them is read. */
async function chargeUnits(
  rows: HotRows,
  writes: readonly UsageWrite[],
  added: readonly Added[],
  totals: ReadonlyMap<string, TotalAdd>,
): Promise<number[][]> {
  const merged = new Map<string, MergedAccount>();
  const accounts = writes.map(({ organisation: org, accounts: named }) =>
    named.map(({ item, period }) => {
      const key = rowKeyOf(org, item, period);
      const known = merged.get(key);
      if (known !== undefined) return known;
      const first = { key: { org, item, period }, balance: 0, raised: 0 };
      merged.set(key, first);
      return first;
    }),
  );
  const ordered = inOrder(merged);
  if (totals.size + ordered.length > 0) {
    const found = await rows.addTotals(
      inOrder(totals),
      ordered.map(({ key }) => key),
    );
    for (const { org, item, period, units } of found) {
      const it = merged.get(rowKeyOf(org, item, period));
      if (it !== undefined) it.balance = units;
    }
  }
  const charges = new Map<string, Growing<ChargeAdd>>();
  const charge = ({ org, item, period }: AccountKey, code: string, units: number) => {
    if (units > 0) addTo(charges, rowKeyOf(org, item, period, code), { org, item, period, code, added: units });
  };
  const used = writes.map(({ organisation: org, accounts: named }, index) => {
    const its = accounts[index] as readonly MergedAccount[];
    for (const [code, units] of added[index] as Added) {
      if (its.length === 0) charge({ org, item: "", period: 0 }, code, units);
      const parts = allot(
        units,
        named,
        its.map(({ balance }) => balance),
      );
      its.forEach((it, at) => {
        const part = parts[at] as number;
        it.balance += part;
        it.raised += part;
        charge(it.key, code, part);
      });
    }
    return its.map(({ balance }) => balance);
  });
  const adds = ordered.filter(({ raised }) => raised > 0).map(({ key, raised }) => ({ ...key, added: raised }));
  if (adds.length + charges.size > 0) await rows.addUnits(adds, inOrder(charges));
  return used;
}

async function mergeSlotWrites(rows: HotRows, writes: readonly UsageWrite[]): Promise<StoredSlots[][]> {
  const uses: SlotUse[] = [];
  for (const { organisation: org, device, slots: written } of writes) {
    for (const { account, day, slots } of written) uses.push({ org, device, account, day, slots });
  }
  if (uses.length === 0) return writes.map(() => []);
  const batch = await BatchSlots.load(rows, uses);
  await batch.countUses(uses);
  let next = 0;
  const stored = writes.map(({ slots: written }) =>
    written.map(({ slots, limit }) => batch.use(uses[next++] as SlotUse, slots, limit ?? Number.POSITIVE_INFINITY)),
  );
  await batch.write();
  return stored;
}

/** Refreshes last contacts and seats; tells for each write whether the device has the seat that it names. */
async function touchUse(rows: HotRows, writes: readonly UsageWrite[]): Promise<boolean[]> {
  const contacts = new Map<string, { org: string; device: string; at: number }>();
  const seats = new Map<string, SeatTouch>();
  const seatKeys = writes.map(({ organisation: org, device, receivedAt, seat }) => {
    const contact = rowKeyOf(org, device);
    contacts.set(contact, { org, device, at: Math.max(contacts.get(contact)?.at ?? receivedAt, receivedAt) });
    if (seat === undefined) return undefined;
    const key = rowKeyOf(org, seat.item, seat.period, device);
    const { item, period } = seat;
    seats.set(key, { org, item, period, device, at: Math.max(seats.get(key)?.at ?? receivedAt, receivedAt) });
    return key;
  });
  if (contacts.size > 0) await rows.touchDevices(inOrder(contacts));
  const held = seats.size > 0 ? await rows.touchSeats(inOrder(seats)) : [];
  const has = new Set(held.map(({ org, item, period, device }) => rowKeyOf(org, item, period, device)));
  return seatKeys.map((key) => key === undefined || has.has(key));
}
