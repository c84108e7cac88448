/**
 * The hot statements over one organisation in memory: cells by max, slots by OR, charges by allotment, claims within limits.
 * Each function is one statement and does not wait, so nothing comes in between. It must not know use cases.
 */
import { newSlots, SLOTS_PER_DAY, type SlotSet } from "../../../../src/rules/slots.js";
import { deltaOf } from "../../../../src/rules/tally.js";
import { type Account, allot } from "../../domain/consumption.js";
import type {
  CellWrite,
  ClaimResult,
  SeatClaim,
  SlotClaim,
  SlotWrite,
  StoredSlots,
  UsageResult,
  UsageWrite,
} from "../../ports.js";
import { keyOf } from "../row-key.js";
import type { Tenant } from "./memory-state.js";

/** Units charged to an account by all codes together. */
export function chargedTo({ charges }: Tenant, { item, period }: Pick<Account, "item" | "period">): number {
  let units = 0;
  for (const row of charges.values()) if (row.item === item && row.period === period) units += row.units;
  return units;
}

export function mergeWrite(tenant: Tenant, write: UsageWrite): UsageResult {
  const added = new Map<string, number>();
  const cells = write.cells.map((cell) => mergeCell(tenant, write, cell, added));
  const slots = write.slots.map((slot) => mergeSlotWrite(tenant, write, slot));
  for (const [code, units] of added) charge(tenant, write.accounts, code, units);
  return {
    cells,
    slots,
    used: write.accounts.map((account) => chargedTo(tenant, account)),
    hasSeat: touchUse(tenant, write),
  };
}

function mergeCell(tenant: Tenant, write: UsageWrite, cell: CellWrite, added: Map<string, number>) {
  const { device } = write;
  const { epoch, day, metric } = cell;
  const key = keyOf(device, epoch, day, metric);
  const stored = tenant.cells.get(key);
  const { code, bookedDay } = stored ?? { code: write.code, bookedDay: cell.bookedDay };
  const delta = deltaOf(stored?.count ?? 0, cell.count);
  const count = (stored?.count ?? 0) + delta;
  tenant.cells.set(key, { device, epoch, day, metric, code, bookedDay, count });
  const group = keyOf(code, bookedDay, metric);
  tenant.usage.set(group, (tenant.usage.get(group) ?? 0) + delta);
  added.set(code, (added.get(code) ?? 0) + delta);
  return { epoch, day, metric, count };
}

function charge(tenant: Tenant, accounts: readonly Account[], code: string, units: number): void {
  const add = (item: string, period: number, part: number) => {
    const key = keyOf(item, period, code);
    const before = tenant.charges.get(key)?.units ?? 0;
    tenant.charges.set(key, { item, period, code, units: before + part });
  };
  if (accounts.length === 0) add("", 0, units);
  const used = accounts.map((account) => chargedTo(tenant, account));
  const parts = allot(units, accounts, used);
  accounts.forEach(({ item, period }, index) => {
    add(item, period, parts[index] as number);
  });
}

type SlotKey = Pick<UsageWrite, "device"> & Pick<SlotWrite, "account" | "day">;

const slotRowKey = ({ account, device, day }: SlotKey): string => keyOf(account, device, day);

/** Sets bits, raises the counters of those that are new, and marks those that came too late. */
function setSlots(tenant: Tenant, key: SlotKey, slots: SlotSet, limit: number): StoredSlots {
  const { account, day } = key;
  const stored = tenant.slots.get(slotRowKey(key)) ?? { account, day, slots: [], excess: [] };
  const fresh = newSlots(stored.slots, slots);
  if (fresh.length === 0) return stored;
  const counters = tenant.slotCounts.get(keyOf(account, day)) ?? new Array<number>(SLOTS_PER_DAY).fill(0);
  const late = fresh.filter((slot) => (counters[slot] as number) >= limit);
  for (const slot of fresh) counters[slot] = (counters[slot] as number) + 1;
  tenant.slotCounts.set(keyOf(account, day), counters);
  const union = (a: SlotSet, b: SlotSet) => [...a, ...b].sort((x, y) => x - y);
  const row = { account, day, slots: union(stored.slots, fresh), excess: union(stored.excess, late) };
  tenant.slots.set(slotRowKey(key), row);
  return row;
}

const mergeSlotWrite = (
  tenant: Tenant,
  { device }: UsageWrite,
  { account, day, slots, limit }: SlotWrite,
): StoredSlots => setSlots(tenant, { device, account, day }, slots, limit ?? Number.POSITIVE_INFINITY);

/** Refreshes last contact and seat; false where the device does not have the seat. */
function touchUse({ devices, seats }: Tenant, { device, receivedAt, seat }: UsageWrite): boolean {
  const known = devices.get(device);
  if (known !== undefined && known.lastSeen < receivedAt) devices.set(device, { ...known, lastSeen: receivedAt });
  if (seat === undefined) return true;
  const key = keyOf(seat.item, seat.period, device);
  const held = seats.get(key);
  if (held !== undefined) seats.set(key, { ...held, usedAt: Math.max(held.usedAt, receivedAt) });
  return held !== undefined;
}

export function claimSeat({ seats }: Tenant, { device, at, candidates }: SeatClaim): ClaimResult {
  const options = candidates.map(({ item, period, freedBefore, limit }) => {
    const held = [...seats].filter(([, seat]) => seat.item === item && seat.period === period);
    const live = held.filter(([, seat]) => seat.usedAt >= freedBefore);
    const own = live.find(([, seat]) => seat.device === device)?.[1];
    const disused = held.filter(([, seat]) => seat.usedAt < freedBefore).map(([key]) => key);
    return { item, period, own, used: live.length, hasRoom: live.length < limit, disused };
  });
  const taken = options.find(({ own }) => own !== undefined) ?? options.find(({ hasRoom }) => hasRoom);
  if (taken === undefined) return undefined;
  for (const key of taken.disused) seats.delete(key);
  const { item, period, own, used } = taken;
  seats.set(keyOf(item, period, device), { item, period, device, usedAt: Math.max(own?.usedAt ?? at, at) });
  return { item, used: own === undefined ? used + 1 : used };
}

export function claimSlot(tenant: Tenant, { device, day, slot, candidates }: SlotClaim): ClaimResult {
  const options = candidates.map(({ item, limit }) => {
    const key: SlotKey = { device, account: item, day };
    const row = tenant.slots.get(slotRowKey(key));
    const used = tenant.slotCounts.get(keyOf(item, day))?.[slot] ?? 0;
    const isIn = row?.slots.includes(slot) === true;
    return { item, key, used, isIn, isExcess: row?.excess.includes(slot) === true, hasRoom: !isIn && used < limit };
  });
  const taken = options.find(({ isIn, isExcess }) => isIn && !isExcess) ?? options.find(({ hasRoom }) => hasRoom);
  if (taken === undefined) return undefined;
  if (!taken.isIn) setSlots(tenant, taken.key, [slot], Number.POSITIVE_INFINITY);
  return { item: taken.item, used: taken.isIn ? taken.used : taken.used + 1 };
}
