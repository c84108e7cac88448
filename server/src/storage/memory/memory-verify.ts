/** Recomputes an organisation's aggregates from its cells and bits, and lists what differs. It must not know how they came. */
import { totals } from "../../../../src/rules/tally.js";
import type { Discrepancy } from "../../ports.js";
import { keyOf } from "../row-key.js";
import type { Tenant } from "./memory-state.js";

type Sums = ReadonlyMap<string, number>;

function differences(organisation: string, aggregate: Discrepancy["aggregate"], stored: Sums, recomputed: Sums) {
  const keys = [...new Set([...stored.keys(), ...recomputed.keys()])].sort();
  return keys
    .map((key) => ({
      organisation,
      aggregate,
      key,
      stored: stored.get(key) ?? 0,
      recomputed: recomputed.get(key) ?? 0,
    }))
    .filter((row) => row.stored !== row.recomputed);
}

export function verifyTenant(organisation: string, tenant: Tenant): Discrepancy[] {
  const cells = [...tenant.cells.values()];
  const countOf = ({ count }: { readonly count: number }) => count;
  const usage = totals(cells, ({ code, bookedDay, metric }) => keyOf(code, bookedDay, metric), countOf);
  // Every scan of a code is charged once: to items, or to nobody.
  const ofCodes = totals(cells, ({ code }) => keyOf(code), countOf);
  const charges = totals(
    tenant.charges.values(),
    ({ code }) => keyOf(code),
    ({ units }) => units,
  );
  const counters = [...tenant.slotCounts].flatMap(([key, counts]) =>
    counts.flatMap((count, slot) => (count === 0 ? [] : [[keyOf(key, slot), count] as const])),
  );
  const bits = totals(
    [...tenant.slots.values()].flatMap(({ account, day, slots }) => slots.map((slot) => ({ account, day, slot }))),
    ({ account, day, slot }) => keyOf(keyOf(account, day), slot),
    () => 1,
  );
  return [
    ...differences(organisation, "usage", tenant.usage, usage),
    ...differences(organisation, "charge", charges, ofCodes),
    ...differences(organisation, "slots", new Map(counters), bits),
  ];
}
