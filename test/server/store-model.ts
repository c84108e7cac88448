/**
 * Random work on a durable store and on the store in memory, which is the model: every answer and everything that can be asked
 * afterwards must be the same, batched or not.
 */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect } from "vitest";
import type { Device } from "../../server/src/domain/device.js";
import type { RefusalCount, SeatClaim, SlotClaim, Store, UsageWrite } from "../../server/src/ports.js";
import { MemoryStore } from "../../server/src/storage/memory/memory-store.js";

const DAYS = ["2026-05-01", "2026-05-02"] as const;
const RANGE = { from: DAYS[0], to: DAYS[1] };
const ITEMS = ["item1", "item2"] as const;
const DEVICES = ["d1", "d2", "d3", "d4"] as const;

const device = fc.constantFrom(...DEVICES);
const item = fc.constantFrom(...ITEMS);
const day = fc.constantFrom(...DAYS);
const period = fc.constantFrom(1, 2);
const at = fc.integer({ min: 100, max: 120 });
const slots = fc.uniqueArray(fc.constantFrom(0, 1, 7, 8, 255, 479), { maxLength: 4 });

const cell = fc.record({
  epoch: fc.constantFrom("e1", "e2"),
  day,
  metric: fc.constantFrom("ean_13", "qr_code"),
  count: fc.nat(30),
  bookedDay: day,
});

const optional = <T>(value: T | undefined, name: string) => (value === undefined ? {} : { [name]: value });

const write: fc.Arbitrary<Omit<UsageWrite, "organisation">> = fc
  .record({
    device,
    code: fc.constantFrom("shop", "depot"),
    receivedAt: at,
    cells: fc.array(cell, { maxLength: 4 }),
    slots: fc.array(
      fc
        .record({
          account: fc.constantFrom("shop", ...ITEMS),
          day,
          slots,
          limit: fc.option(fc.nat(2), { nil: undefined }),
        })
        .map(({ limit, ...rest }) => ({ ...rest, ...optional(limit, "limit") })),
      { maxLength: 2 },
    ),
    accounts: fc.uniqueArray(fc.record({ item, period, quota: fc.nat(40), overage: fc.nat(5) }), {
      maxLength: 2,
      selector: (account) => `${account.item}/${account.period}`,
    }),
    seat: fc.option(fc.record({ item, period }), { nil: undefined }),
  })
  .map(({ seat, ...rest }) => ({ ...rest, ...optional(seat, "seat") }) as Omit<UsageWrite, "organisation">);

const claim: fc.Arbitrary<Omit<SeatClaim, "organisation">> = fc.record({
  device,
  at,
  candidates: fc.uniqueArray(
    fc.record({ item, period, limit: fc.nat(3), freedBefore: fc.integer({ min: 95, max: 118 }) }),
    {
      maxLength: 2,
      selector: (candidate) => candidate.item,
    },
  ),
});

const slotClaim: fc.Arbitrary<Omit<SlotClaim, "organisation">> = fc
  .record({ claim: claim, day, slot: fc.constantFrom(0, 7, 479) })
  .map(({ claim: it, ...rest }) => ({ ...it, ...rest }));

const contact: fc.Arbitrary<Omit<Device, "organisation">> = fc
  .record({
    id: device,
    library: fc.constantFrom("0.1.0", "0.2.0"),
    lastSeen: at,
    name: fc.option(fc.string(), { nil: undefined }),
  })
  .map(({ name, ...rest }) => ({
    ...rest,
    code: "shop",
    key: { kty: "EC", crv: "P-256", x: `${rest.lastSeen}`, y: "y" },
    firstSeen: rest.lastSeen,
    ...optional(name, "friendlyName"),
  }));

const refusal: fc.Arbitrary<Omit<RefusalCount, "organisation">> = fc.record({
  code: fc.constantFrom("shop", "depot"),
  day,
  refusal: fc.constantFrom("seats_taken", "license_expired"),
  count: fc.nat(5),
});

type Step = (store: Store, organisation: string) => Promise<unknown>;

const batch = <T>(one: fc.Arbitrary<T>, maxLength: number) => {
  const rows = fc.array(one, { maxLength });
  return (run: (store: Store, rows: readonly (T & { readonly organisation: string })[]) => Promise<unknown>) =>
    rows.map(
      (list): Step =>
        (store, organisation) =>
          run(
            store,
            list.map((row) => ({ ...row, organisation })),
          ),
    );
};

/** Steps as functions, so that the same one runs on both stores; without the commit, which is each store's own. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: batch(write, 5)(async (store, rows) => (await store.mergeUsage(rows)).results) },
  { weight: 2, arbitrary: batch(claim, 4)((store, rows) => store.claimSeats(rows)) },
  { weight: 2, arbitrary: batch(slotClaim, 4)((store, rows) => store.claimSlots(rows)) },
  batch(contact, 3)((store, rows) => store.touchDevices(rows)),
  batch(refusal, 3)((store, rows) => store.countRefusals(rows)),
  device.map(
    (id): Step =>
      (store, organisation) =>
        store.transaction(({ devices }) => devices.remove(organisation, id)),
  ),
  fc.record({ item, before: at }).map(
    (it): Step =>
      (store, organisation) =>
        store.transaction(({ seats }) => seats.removeUnused(organisation, it.item, it.before)),
  ),
  at.map(
    (before): Step =>
      (store, organisation) =>
        store.transaction(({ devices }) => devices.removeUnseen(organisation, before)),
  ),
);

/** Everything that can be asked of an organisation. */
async function everything(store: Store, organisation: string) {
  const accounts = ITEMS.flatMap((name) => [1, 2].map((start) => ({ item: name, period: start })));
  return {
    byAll: await store.usage({ organisation, ...RANGE, groupBy: ["day", "metric", "code", "device"] }),
    byDay: await store.usage({ organisation, ...RANGE, groupBy: ["day", "code"] }),
    ofOne: await store.usage({ organisation, ...RANGE, groupBy: ["metric"], device: "d1", code: "shop" }),
    charged: await store.charged(organisation, accounts),
    counts: await Promise.all(
      ["shop", ...ITEMS].flatMap((account) => DAYS.map((date) => store.slotCounts(organisation, account, date))),
    ),
    refusals: await store.refusals(organisation, RANGE),
    records: await store.read(async ({ devices, seats }) => ({
      devices: (await devices.list(organisation, { limit: 10 }, 0)).rows,
      seats: await Promise.all(accounts.map((account) => seats.count(organisation, account.item, account.period, 105))),
    })),
  };
}

/** `toEqual` only where they differ: it costs more than the stores do. */
function expectSame(found: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(found, wanted)) expect(found).toEqual(wanted);
}

/** Runs random work on the store and on the model; each run in an organisation of its own. */
export async function likeTheModel(store: Store, numRuns: number, seed = 4711): Promise<void> {
  const model = new MemoryStore("model");
  let made = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const organisation = `m${++made}`;
      for (const run of steps) expectSame(await run(store, organisation), await run(model, organisation));
      expectSame(await everything(store, organisation), await everything(model, organisation));
    }),
    { numRuns, seed },
  );
  expect(await store.verify()).toEqual([]);
}
