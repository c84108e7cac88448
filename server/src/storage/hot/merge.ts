/**
 * Reports merged as one batch: cells by max in one statement, then what they added replayed write by write, so that a batch
 * gives what the same writes would give one after the other. It must not know SQL, nor where the transaction begins and ends.
 */
import { deltaOf } from "../../../../src/rules/tally.js";
import { allot } from "../../domain/consumption.js";
import type { UsageResult, UsageWrite } from "../../ports.js";
import { inOrder, rowKeyOf } from "../row-key.js";
import { BatchSlots } from "./batch-slots.js";
import type { AccountKey, CellKey, CellUpsert, ChargeAdd, HotRows, SeatTouch, TotalAdd } from "./hot-rows.js";

const cellKey = ({ org, device, epoch, day, metric }: CellKey): string => rowKeyOf(org, device, epoch, day, metric);
const accountKey = ({ org, item, period }: AccountKey): string => rowKeyOf(org, item, period);

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
  const highest = new Map<string, CellUpsert>();
  const keys = writes.map(({ organisation: org, device, code, cells }) =>
    cells.map(({ epoch, day, metric, bookedDay, count }) => {
      const key = cellKey({ org, device, epoch, day, metric });
      const known = highest.get(key);
      // Code and day of booking are those of the first write, in this batch too.
      if (known === undefined) highest.set(key, { org, device, epoch, day, metric, code, bookedDay, count });
      else if (known.count < count) highest.set(key, { ...known, count });
      return key;
    }),
  );
  const totals = new Map<string, TotalAdd>();
  if (highest.size === 0) return { cells: writes.map(() => []), added: writes.map((): Added => new Map()), totals };
  const stored = new Map((await rows.upsertCells(inOrder(highest))).map((cell) => [cellKey(cell), cell]));
  const standing = new Map<string, number>();
  for (const [key, { org, code, bookedDay, metric, count, added }] of stored) {
    standing.set(key, count - added);
    // A cell of nothing makes its group appear, as a sum of zero.
    if (added === 0 && count > 0) continue;
    const group = rowKeyOf(org, code, bookedDay, metric);
    totals.set(group, { org, code, bookedDay, metric, added: (totals.get(group)?.added ?? 0) + added });
  }
  const added: Added[] = [];
  const cells = writes.map((write, index) => {
    const units = new Map<string, number>();
    added.push(units);
    return write.cells.map(({ epoch, day, metric, count: reported }, at) => {
      const key = keys[index]?.[at] as string;
      const cell = stored.get(key);
      if (cell === undefined) throw new Error("the store did not return a cell that it was given");
      const before = standing.get(key) as number;
      const delta = deltaOf(before, reported);
      standing.set(key, before + delta);
      if (delta > 0) units.set(cell.code, (units.get(cell.code) ?? 0) + delta);
      return { epoch, day, metric, count: before + delta };
    });
  });
  return { cells, added, totals };
}

/** Allots what was added, write by write, to accounts that are locked before any of them is read. */
async function chargeUnits(
  rows: HotRows,
  writes: readonly UsageWrite[],
  added: readonly Added[],
  totals: ReadonlyMap<string, TotalAdd>,
): Promise<number[][]> {
  const accounts = new Map<string, AccountKey>();
  for (const { organisation: org, accounts: named } of writes) {
    for (const { item, period } of named) accounts.set(rowKeyOf(org, item, period), { org, item, period });
  }
  const balances = new Map<string, number>();
  if (totals.size + accounts.size > 0) {
    for (const row of await rows.addTotals(inOrder(totals), inOrder(accounts)))
      balances.set(accountKey(row), row.units);
  }
  const raised = new Map<string, number>();
  const charges = new Map<string, ChargeAdd>();
  const charge = (key: AccountKey, code: string, units: number) => {
    if (units === 0) return;
    const { org, item, period } = key;
    const name = rowKeyOf(org, item, period, code);
    charges.set(name, { org, item, period, code, added: (charges.get(name)?.added ?? 0) + units });
  };
  const used = writes.map(({ organisation: org, accounts: named }, index) => {
    const keys = named.map(({ item, period }) => rowKeyOf(org, item, period));
    const balancesNow = () => keys.map((key) => balances.get(key) ?? 0);
    for (const [code, units] of added[index] as Added) {
      if (named.length === 0) charge({ org, item: "", period: 0 }, code, units);
      const parts = allot(units, named, balancesNow());
      keys.forEach((key, at) => {
        const part = parts[at] as number;
        balances.set(key, (balances.get(key) ?? 0) + part);
        raised.set(key, (raised.get(key) ?? 0) + part);
        charge(accounts.get(key) as AccountKey, code, part);
      });
    }
    return balancesNow();
  });
  const adds = inOrder(accounts)
    .map((key) => ({ ...key, added: raised.get(accountKey(key)) ?? 0 }))
    .filter((add) => add.added > 0);
  if (adds.length + charges.size > 0) await rows.addUnits(adds, inOrder(charges));
  return used;
}

async function mergeSlotWrites(rows: HotRows, writes: readonly UsageWrite[]) {
  const uses = writes.map(({ organisation: org, device, slots }) =>
    slots.map((write) => ({
      org,
      device,
      account: write.account,
      day: write.day,
      slots: write.slots,
      limit: write.limit,
    })),
  );
  const all = uses.flat();
  if (all.length === 0) return writes.map(() => []);
  const batch = await BatchSlots.load(
    rows,
    all.map(({ org, account, day, device }) => ({ org, account, day, device })),
  );
  await batch.countUses(all);
  const stored = uses.map((list) =>
    list.map(({ slots, limit, ...key }) => batch.use(key, slots, limit ?? Number.POSITIVE_INFINITY)),
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
