import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../../src/rules/period.js";
import { type Acknowledgement, applyAck, type PendingUsage, pendingUsage } from "../../../src/rules/reporting.js";
import { mergeSlots } from "../../../src/rules/slots.js";
import { type Cell, EMPTY_TALLY, mergeCells, type Tally, totals } from "../../../src/rules/tally.js";
import {
  addScans,
  type Ledger,
  newLedger,
  purgeUsage,
  RETAIN_MS,
  touchSlot,
  usageByDay,
} from "../../../src/rules/usage.js";

const NOON = Date.UTC(2026, 4, 1, 12);
const ORG = "100";

function minter() {
  let minted = 0;
  return () => `epoch-${++minted}`;
}

const scans = (metric: string, count: number, at = NOON) => ({ metric, at, count });
const ackOf = (pending: PendingUsage, sequence = 1, generation = "g1"): Acknowledgement => ({
  generation,
  sequence,
  cells: pending.cells,
  slots: pending.slots,
});

describe("the ledger", () => {
  test("R8 keeps symbology and number of scans, R9 R77 and nothing finer than a slot", () => {
    const ledger = addScans(newLedger("dev"), ORG, [scans("ean_13", 2), scans("qr_code", 1)], minter());
    expect(pendingUsage(ledger)).toEqual({
      device: "dev",
      cells: [
        { organisation: ORG, device: "dev", epoch: "epoch-1", day: "2026-05-01", metric: "ean_13", count: 2 },
        { organisation: ORG, device: "dev", epoch: "epoch-1", day: "2026-05-01", metric: "qr_code", count: 1 },
      ],
      slots: [{ organisation: ORG, device: "dev", day: "2026-05-01", slots: [240] }],
    });
  });

  test("an epoch belongs to one UTC day: the first count of a day mints one", () => {
    const mint = minter();
    const midnight = Date.UTC(2026, 4, 2);
    let ledger = addScans(
      newLedger("dev"),
      ORG,
      [scans("ean_13", 1, midnight - 1), scans("ean_13", 1, midnight)],
      mint,
    );
    expect(ledger.entries.map((it) => [it.epoch, it.day])).toEqual([
      ["epoch-1", "2026-05-01"],
      ["epoch-2", "2026-05-02"],
    ]);
    ledger = addScans(ledger, ORG, [scans("ean_13", 1, midnight - 5)], mint);
    expect(ledger.entries).toHaveLength(2);
    expect(ledger.highWaterMark).toBe(midnight);
  });

  test("organisations on one origin have cells of their own", () => {
    const mint = minter();
    const ledger = addScans(
      addScans(newLedger("dev"), "a", [scans("ean_13", 1)], mint),
      "b",
      [scans("ean_13", 4)],
      mint,
    );
    expect(pendingUsage(ledger, "b").cells.map((cell) => cell.count)).toEqual([4]);
    expect(usageByDay(ledger)).toEqual([{ day: "2026-05-01", total: 5, formats: { ean_13: 5 } }]);
    expect(usageByDay(ledger, "", "9999", "a")[0]?.total).toBe(1);
  });

  test("R60 use without a scan marks its slot only", () => {
    const ledger = touchSlot(newLedger("dev"), ORG, NOON + 180_000, minter());
    expect(pendingUsage(ledger).cells).toEqual([]);
    expect(pendingUsage(ledger).slots[0]?.slots).toEqual([241]);
    expect(usageByDay(ledger)).toEqual([]);
  });
});

describe("acknowledgements", () => {
  test("what is acknowledged is not pending; what came since is, as an absolute value", () => {
    const mint = minter();
    const sent = addScans(newLedger("dev"), ORG, [scans("ean_13", 2)], mint);
    const later = addScans(sent, ORG, [scans("ean_13", 3)], mint);
    expect(pendingUsage(applyAck(sent, ackOf(pendingUsage(sent)), NOON)).cells).toEqual([]);
    expect(pendingUsage(applyAck(later, ackOf(pendingUsage(sent)), NOON)).cells.map((it) => it.count)).toEqual([5]);
  });

  test("a server that knows more means a rolled-back store: the epoch is frozen, the next count mints another", () => {
    const mint = minter();
    const old = addScans(newLedger("dev"), ORG, [scans("ean_13", 2)], mint);
    const newer = addScans(old, ORG, [scans("ean_13", 5)], mint);
    const healed = applyAck(old, ackOf(pendingUsage(newer)), NOON);
    expect(pendingUsage(healed).cells).toEqual([]);
    const next = pendingUsage(addScans(healed, ORG, [scans("ean_13", 1)], mint)).cells;
    expect(next.map((cell) => [cell.epoch, cell.count])).toEqual([["epoch-2", 1]]);
  });

  test.each([
    ["another generation", "g2", 9],
    ["a sequence that goes back", "g1", 3],
  ])("%s means a restored server: all that is retained is pending again", (_name, generation, sequence) => {
    const ledger = addScans(newLedger("dev"), ORG, [scans("ean_13", 2)], minter());
    const pending = pendingUsage(ledger);
    const clean = applyAck(ledger, ackOf(pending, 7), NOON);
    const restored = applyAck(clean, { generation, sequence, cells: [], slots: [] }, NOON);
    expect(pendingUsage(restored)).toEqual(pending);
    expect(pendingUsage(applyAck(restored, ackOf(pending, sequence, generation), NOON)).cells).toEqual([]);
  });

  test("somebody else's acknowledgement changes nothing", () => {
    const ledger = addScans(newLedger("dev"), ORG, [scans("ean_13", 2)], minter());
    const foreign = addScans(newLedger("other"), ORG, [scans("ean_13", 9)], minter());
    const after = applyAck(ledger, { ...ackOf(pendingUsage(foreign)), slots: [] }, NOON);
    expect(pendingUsage(after)).toEqual(pendingUsage(ledger));
  });
});

describe("purging", () => {
  const LATER = NOON + 500 * DAY_MS;

  test("R13, R32 never before the server has accepted it", () => {
    const ledger = addScans(newLedger("dev"), ORG, [scans("ean_13", 2)], minter());
    expect(purgeUsage(ledger, LATER, 0)).toBe(ledger);
  });

  test("R13 partly accepted is not accepted", () => {
    const ledger = addScans(newLedger("dev"), ORG, [scans("ean_13", 2), scans("qr_code", 1)], minter());
    const { cells, ...rest } = ackOf(pendingUsage(ledger));
    const partly = applyAck(ledger, { ...rest, cells: cells.slice(0, 1) }, NOON);
    expect(purgeUsage(partly, LATER, 0)).toBe(partly);
  });

  test("R13 afterwards, once the time of retention is over", () => {
    const ledger = addScans(newLedger("dev"), ORG, [scans("ean_13", 2)], minter());
    const clean = applyAck(ledger, ackOf(pendingUsage(ledger)), NOON);
    expect(purgeUsage(clean, NOON + RETAIN_MS - 1)).toBe(clean);
    expect(purgeUsage(clean, NOON + RETAIN_MS).entries).toEqual([]);
    expect(purgeUsage(clean, NOON + DAY_MS, 0).entries).toEqual([]);
    expect(purgeUsage(clean, NOON + RETAIN_MS).device).toBe("dev");
  });

  test("counts without a licence are kept for 400 days", () => {
    const ledger = addScans(newLedger("dev"), "", [scans("ean_13", 2)], minter());
    expect(purgeUsage(ledger, NOON + 400 * DAY_MS - DAY_MS / 2)).toBe(ledger);
    expect(purgeUsage(ledger, NOON + 401 * DAY_MS).entries).toEqual([]);
  });
});

describe("device and server together", () => {
  /** What can happen to a report on its way. */
  const fate = fc.constantFrom("ok", "ack lost", "report lost", "twice", "late");
  const step = fc.record({
    metric: fc.constantFrom("ean_13", "qr_code"),
    count: fc.integer({ min: 1, max: 5 }),
    hours: fc.integer({ min: 0, max: 30 }),
    fate,
  });

  test("lost, repeated and late reports: the server's total is the device's own truth exactly", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const mint = minter();
        const truth = new Map<string, number>();
        const late: Cell[][] = [];
        let [now, sequence] = [NOON, 0];
        let server: Tally = EMPTY_TALLY;
        let ledger: Ledger = newLedger("dev");
        const receive = (cells: readonly Cell[]): Acknowledgement => {
          server = mergeCells(server, cells).tally;
          return { generation: "g", sequence: ++sequence, cells, slots: pendingUsage(ledger).slots };
        };
        const exchange = (how: string) => {
          const { cells } = pendingUsage(ledger);
          if (how === "report lost") return;
          if (how === "late") late.push([...cells]);
          else {
            const ack = receive(cells);
            if (how === "twice") receive(cells);
            if (how !== "ack lost") ledger = applyAck(ledger, ack, now);
          }
        };
        for (const { metric, count, hours, fate: how } of steps) {
          now += hours * 3_600_000;
          ledger = purgeUsage(addScans(ledger, ORG, [{ metric, at: now, count }], mint), now, DAY_MS);
          truth.set(metric, (truth.get(metric) ?? 0) + count);
          exchange(how);
        }
        exchange("ok");
        for (const cells of late.reverse()) receive(cells);
        const held = totals(
          server.values(),
          (cell) => cell.metric,
          (cell) => cell.count,
        );
        expect([...held].sort()).toEqual([...truth].sort());
        expect(pendingUsage(ledger).cells).toEqual([]);
      }),
      { numRuns: 10_000, seed: 2 },
    );
  });

  test("a server restored from a backup is healed by what the device retains", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 12 }), fc.nat(11), (steps, backupAt) => {
        const mint = minter();
        let ledger = newLedger("dev");
        let server: Tally = EMPTY_TALLY;
        let backup: Tally = EMPTY_TALLY;
        let total = 0;
        steps.forEach(({ metric, count }, index) => {
          ledger = addScans(ledger, ORG, [{ metric, at: NOON + index * 3_600_000, count }], mint);
          total += count;
          const pending = pendingUsage(ledger);
          server = mergeCells(server, pending.cells).tally;
          ledger = applyAck(ledger, { generation: "g1", sequence: index, ...pending }, NOON);
          if (index === backupAt) backup = server;
        });
        server = backup;
        ledger = applyAck(ledger, { generation: "g2", sequence: 0, cells: [], slots: [] }, NOON);
        server = mergeCells(server, pendingUsage(ledger).cells).tally;
        expect([...server.values()].reduce((sum, cell) => sum + cell.count, 0)).toBe(total);
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  test("R62 slots: merged by OR they are commutative, associative and idempotent", () => {
    const slots = fc.uniqueArray(fc.nat(479), { maxLength: 8 }).map((set) => set.sort((a, b) => a - b));
    fc.assert(
      fc.property(slots, slots, slots, (a, b, c) => {
        expect(mergeSlots(a, b)).toEqual(mergeSlots(b, a));
        expect(mergeSlots(a, mergeSlots(b, c))).toEqual(mergeSlots(mergeSlots(a, b), c));
        expect(mergeSlots(mergeSlots(a, b), b)).toEqual(mergeSlots(a, b));
      }),
      { numRuns: 10_000, seed: 62 },
    );
  });
});
