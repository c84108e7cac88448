/** Recomputes a state's aggregates from its cells and bits, and lists what differs. It must not know how they came about. */
import { SLOTS_PER_DAY } from "../../../../src/rules/slots.js";
import { totals } from "../../../../src/rules/tally.js";
import type { Discrepancy } from "../../ports.js";
import type { MemoryState } from "./memory-state.js";
import { keyOf } from "./memory-table.js";

/** Differences of two maps of sums; keys begin with the organisation. */
function differences(
  aggregate: Discrepancy["aggregate"],
  stored: ReadonlyMap<string, number>,
  recomputed: ReadonlyMap<string, number>,
): Discrepancy[] {
  const keys = [...new Set([...stored.keys(), ...recomputed.keys()])].sort();
  return keys.flatMap((key) => {
    const [is, should] = [stored.get(key) ?? 0, recomputed.get(key) ?? 0];
    const [organisation] = JSON.parse(key) as [string];
    return is === should ? [] : [{ organisation, aggregate, key, stored: is, recomputed: should }];
  });
}

export function verifyState(state: MemoryState): Discrepancy[] {
  const cells = [...state.cells.values()];
  const usage = new Map([...state.usage].map(([key, { units }]) => [key, units]));
  const fromCells = totals(
    cells,
    (cell) => keyOf(cell.organisation, cell.code, cell.bookedDay, cell.metric),
    (cell) => cell.count,
  );
  // Every scan of a code is charged once: to items, or to nobody.
  const charges = totals(
    state.charges.values(),
    ({ organisation, parts }) => keyOf(organisation, parts[2] as string),
    ({ units }) => units,
  );
  const ofCodes = totals(
    cells,
    (cell) => keyOf(cell.organisation, cell.code),
    (cell) => cell.count,
  );
  const counters = new Map<string, number>();
  for (const [key, slots] of state.slotCounts) {
    slots.forEach((count, slot) => void counters.set(keyOf(...(JSON.parse(key) as string[]), slot), count));
  }
  const bits = totals(
    [...state.slots.values()].flatMap((row) => row.slots.map((slot) => ({ ...row, slot }))),
    ({ organisation, account, day, slot }) => keyOf(organisation, account, day, slot % SLOTS_PER_DAY),
    () => 1,
  );
  return [
    ...differences("usage", usage, fromCells),
    ...differences("charge", charges, ofCodes),
    ...differences("slots", counters, bits),
  ];
}
