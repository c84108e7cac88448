/**
 * The hot statements over a state in memory: cells by max, slots by OR, charges by allotment, claims within limits. Each
 * function is one statement and does not wait, so nothing comes in between. It must not know use cases.
 */
import { newSlots, SLOTS_PER_DAY, type SlotSet } from "../../../../src/rules/slots.js";
import { deltaOf } from "../../../../src/rules/tally.js";
import { type Account, allot } from "../../domain/consumption.js";
import type {
  ClaimResult,
  SeatClaim,
  SlotClaim,
  SlotWrite,
  StoredSlots,
  UsageResult,
  UsageWrite,
} from "../../ports.js";
import type { MemoryState, Sum } from "./memory-state.js";
import { keyOf } from "./memory-table.js";

type Part = string | number;

/** Marks a charge that no account bore. */
const NOBODY: readonly Part[] = ["", 0];

function addTo(sums: Map<string, Sum>, organisation: string, parts: readonly Part[], units: number): void {
  if (units === 0) return;
  const key = keyOf(organisation, ...parts);
  sums.set(key, { organisation, parts, units: (sums.get(key)?.units ?? 0) + units });
}

/** Units charged to an account by all codes together. */
export function chargedTo(
  state: MemoryState,
  organisation: string,
  { item, period }: Pick<Account, "item" | "period">,
) {
  let units = 0;
  for (const sum of state.charges.values()) {
    if (sum.organisation === organisation && sum.parts[0] === item && sum.parts[1] === period) units += sum.units;
  }
  return units;
}

export function mergeWrite(state: MemoryState, write: UsageWrite): UsageResult {
  const added = new Map<string, number>();
  const cells = write.cells.map((cell) => mergeCell(state, write, cell, added));
  const slots = write.slots.map((slot) => mergeSlotWrite(state, write, slot));
  for (const [code, units] of added) charge(state, write, code, units);
  return {
    cells,
    slots,
    used: write.accounts.map((account) => chargedTo(state, write.organisation, account)),
    hasSeat: touchUse(state, write),
  };
}

function mergeCell(
  state: MemoryState,
  write: UsageWrite,
  cell: UsageWrite["cells"][number],
  added: Map<string, number>,
) {
  const { organisation, device } = write;
  const { epoch, day, metric } = cell;
  const key = keyOf(organisation, device, epoch, day, metric);
  const stored = state.cells.get(key);
  const { code, bookedDay } = stored ?? { code: write.code, bookedDay: cell.bookedDay };
  const delta = deltaOf(stored?.count ?? 0, cell.count);
  const count = (stored?.count ?? 0) + delta;
  if (stored === undefined || delta > 0) {
    state.cells.set(key, { organisation, device, epoch, day, metric, code, bookedDay, count });
  }
  addTo(state.usage, organisation, [code, bookedDay, metric], delta);
  added.set(code, (added.get(code) ?? 0) + delta);
  return { epoch, day, metric, count };
}

function charge(state: MemoryState, { organisation, accounts }: UsageWrite, code: string, units: number): void {
  if (accounts.length === 0) addTo(state.charges, organisation, [...NOBODY, code], units);
  const used = accounts.map((account) => chargedTo(state, organisation, account));
  allot(units, accounts, used).forEach((part, index) => {
    const { item, period } = accounts[index] as Account;
    addTo(state.charges, organisation, [item, period, code], part);
  });
}

type SlotKey = Pick<UsageWrite, "organisation" | "device"> & Pick<SlotWrite, "account" | "day">;

const slotRowKey = ({ organisation, account, device, day }: SlotKey): string =>
  keyOf(organisation, account, device, day);

function countersOf(state: MemoryState, { organisation, account, day }: SlotKey): number[] {
  const key = keyOf(organisation, account, day);
  const counters = state.slotCounts.get(key) ?? new Array<number>(SLOTS_PER_DAY).fill(0);
  state.slotCounts.set(key, counters);
  return counters;
}

/** Sets bits, raises the counters of those that are new, and marks those that came too late. */
function setSlots(state: MemoryState, key: SlotKey, slots: SlotSet, limit: number): StoredSlots {
  const { organisation, account, device, day } = key;
  const stored = state.slots.get(slotRowKey(key));
  const fresh = newSlots(stored?.slots ?? [], slots);
  const counters = fresh.length === 0 ? [] : countersOf(state, key);
  const late = fresh.filter((slot) => (counters[slot] as number) >= limit);
  for (const slot of fresh) counters[slot] = (counters[slot] as number) + 1;
  const union = (a: SlotSet, b: SlotSet) => [...a, ...b].sort((x, y) => x - y);
  const row = { slots: union(stored?.slots ?? [], fresh), excess: union(stored?.excess ?? [], late) };
  if (fresh.length > 0) state.slots.set(slotRowKey(key), { organisation, account, device, day, ...row });
  return { account, day, ...row };
}

const mergeSlotWrite = (state: MemoryState, { organisation, device }: UsageWrite, write: SlotWrite): StoredSlots =>
  setSlots(state, { organisation, device, ...write }, write.slots, write.limit ?? Number.POSITIVE_INFINITY);

/** Refreshes last contact and seat; false where the device does not have the seat. */
function touchUse(state: MemoryState, { organisation, device, receivedAt, seat }: UsageWrite): boolean {
  const deviceKey = keyOf(organisation, device);
  const known = state.devices.get(deviceKey);
  if (known !== undefined && known.lastSeen < receivedAt)
    state.devices.set(deviceKey, { ...known, lastSeen: receivedAt });
  if (seat === undefined) return true;
  const key = keyOf(organisation, seat.item, seat.period, device);
  const held = state.seats.get(key);
  if (held === undefined) return false;
  state.seats.set(key, { ...held, usedAt: Math.max(held.usedAt, receivedAt) });
  return true;
}

export function claimSeat(state: MemoryState, { organisation, device, at, candidates }: SeatClaim): ClaimResult {
  const options = candidates.map((candidate) => {
    const { item, period, freedBefore, limit } = candidate;
    const held = [...state.seats.entries()].filter(
      ([, seat]) => seat.organisation === organisation && seat.item === item && seat.period === period,
    );
    const live = held.filter(([, seat]) => seat.usedAt >= freedBefore);
    const own = live.find(([, seat]) => seat.device === device)?.[1];
    return { item, period, limit, own, live: live.length, disused: held.filter((entry) => !live.includes(entry)) };
  });
  const taken = options.find(({ own }) => own !== undefined) ?? options.find(({ live, limit }) => live < limit);
  if (taken === undefined) return undefined;
  for (const [key] of taken.disused) state.seats.delete(key);
  const { item, period, own, live } = taken;
  const usedAt = Math.max(own?.usedAt ?? at, at);
  state.seats.set(keyOf(organisation, item, period, device), { organisation, item, period, device, usedAt });
  return { item, used: own === undefined ? live + 1 : live };
}

export function claimSlot(state: MemoryState, claim: SlotClaim): ClaimResult {
  const { organisation, device, day, slot, candidates } = claim;
  const options = candidates.map(({ item, limit }) => {
    const key: SlotKey = { organisation, device, account: item, day };
    const row = state.slots.get(slotRowKey(key));
    const used = state.slotCounts.get(keyOf(organisation, item, day))?.[slot] ?? 0;
    const isIn = row?.slots.includes(slot) === true;
    return { item, key, used, isIn, isExcess: row?.excess.includes(slot) === true, hasRoom: !isIn && used < limit };
  });
  const taken = options.find(({ isIn, isExcess }) => isIn && !isExcess) ?? options.find(({ hasRoom }) => hasRoom);
  if (taken === undefined) return undefined;
  if (!taken.isIn) setSlots(state, taken.key, [slot], Number.POSITIVE_INFINITY);
  return { item: taken.item, used: taken.isIn ? taken.used : taken.used + 1 };
}
