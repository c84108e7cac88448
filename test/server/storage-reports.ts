/** The contract of stores: reports of use, merged whatever their order. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { UsageWrite } from "../../server/src/ports.js";
import { SLOTS_PER_DAY } from "../../src/rules/slots.js";
import { START } from "./lab.js";
import { ACCOUNT, cellOf, DAY, type StorageBench } from "./storage-bench.js";

export function reports(bench: StorageBench): void {
  const { tenant, property, write, sum, deviceOf, seatClaim, slotClaim } = bench;

  describe("reports", () => {
    test("a cell keeps the code and the booked day of its first write", async () => {
      const id = tenant();
      await bench.store.mergeUsage([write(id, { cells: [cellOf(3)] })]);
      await bench.store.mergeUsage([
        write(id, { code: `${id}-other`, cells: [cellOf(5, { bookedDay: "2026-05-02" })] }),
      ]);
      const rows = await bench.store.usage({ organisation: id, from: DAY, to: "2026-05-31", groupBy: ["code", "day"] });
      expect(rows).toEqual([{ code: `${id}-shop`, day: DAY, count: 5 }]);
      expect(await bench.store.verify()).toEqual([]);
    });

    test("sums are asked for by day, metric, code and device", async () => {
      const id = tenant();
      await bench.store.mergeUsage([
        write(id, { cells: [cellOf(1), cellOf(2, { metric: "qr_code" })] }),
        write(id, { device: "d2", cells: [cellOf(4), cellOf(8, { day: "2026-05-02", bookedDay: "2026-05-02" })] }),
      ]);
      const ask = (groupBy: ("day" | "metric" | "code" | "device")[], more = {}) =>
        bench.store.usage({ organisation: id, from: DAY, to: "2026-05-31", groupBy, ...more });
      expect(await ask([])).toEqual([{ count: 15 }]);
      expect(await ask(["metric"])).toEqual([
        { metric: "ean_13", count: 13 },
        { metric: "qr_code", count: 2 },
      ]);
      expect(await ask(["device", "day"])).toEqual([
        { device: "d1", day: DAY, count: 3 },
        { device: "d2", day: DAY, count: 4 },
        { device: "d2", day: "2026-05-02", count: 8 },
      ]);
      expect(await ask([], { device: "d1" })).toEqual([{ count: 3 }]);
      expect(await ask([], { code: "nobody" })).toEqual([]);
      expect(await ask([], { from: "2026-05-02" })).toEqual([{ count: 8 }]);
    });

    test("results are in the order of the writes, and one batch may write one cell twice", async () => {
      const id = tenant();
      const { results } = await bench.store.mergeUsage([
        write(id, { cells: [cellOf(3)], accounts: [ACCOUNT] }),
        write(id, { cells: [cellOf(2)], accounts: [ACCOUNT] }),
        write(id, { cells: [cellOf(6)], accounts: [ACCOUNT] }),
      ]);
      expect(results.at(-1)?.cells).toEqual([{ epoch: "e1", day: DAY, metric: "ean_13", count: 6 }]);
      expect(results.every(({ cells }) => (cells[0]?.count ?? 0) >= 3)).toBe(true);
      expect(await bench.store.charged(id, [ACCOUNT])).toEqual([6]);
    });

    test("a sequence grows with every batch, a generation stays", async () => {
      const id = tenant();
      const first = await bench.store.mergeUsage([write(id, { cells: [cellOf(1)] })]);
      const second = await bench.store.mergeUsage([write(id, { cells: [cellOf(1)] })]);
      expect(second.sequence).toBeGreaterThan(first.sequence);
      expect(second.generation).toBe(first.generation);
      expect((await bench.store.commit()).sequence).toBeGreaterThanOrEqual(second.sequence);
    });

    test("refresh the last contact and the seat, and tell where there is no seat", async () => {
      const id = tenant();
      const seat = { item: "item1", period: START };
      await bench.store.touchDevices([deviceOf(id, "d1")]);
      const before = await bench.store.mergeUsage([write(id, { seat })]);
      await bench.store.claimSeats([seatClaim(id, "d1", 1)]);
      const after = await bench.store.mergeUsage([write(id, { seat, receivedAt: START + 50 })]);
      await bench.store.mergeUsage([write(id, { seat, receivedAt: START + 20 })]);
      expect([before.results[0]?.hasSeat, after.results[0]?.hasSeat]).toEqual([false, true]);
      expect((await bench.store.read(({ devices }) => devices.get(id, "d1")))?.lastSeen).toBe(START + 50);
      expect(await bench.store.read(({ seats }) => seats.count(id, "item1", START, START + 50))).toBe(1);
      expect(await bench.store.read(({ seats }) => seats.count(id, "item1", START, START + 51))).toBe(0);
    });

    test("are charged in the order of the accounts, to the last unit, and to nobody where there are none", async () => {
      const id = tenant();
      const accounts = [
        { item: "a", period: 1, quota: 3, overage: 1 },
        { item: "b", period: 1, quota: 2, overage: 0 },
      ];
      const used: (readonly number[] | undefined)[] = [];
      for (const count of [2, 4, 5, 6, 9]) {
        const { results } = await bench.store.mergeUsage([write(id, { cells: [cellOf(count)], accounts })]);
        used.push(results[0]?.used);
      }
      expect(used).toEqual([
        [2, 0],
        [3, 1],
        [3, 2],
        [4, 2],
        [4, 5],
      ]);
      await bench.store.mergeUsage([write(id, { cells: [cellOf(20)] })]);
      expect(await bench.store.charged(id, accounts)).toEqual([4, 5]);
      expect(await bench.store.verify()).toEqual([]);
    });

    test("slots that come beyond a limit are counted and marked", async () => {
      const id = tenant();
      const use = (device: string, slots: number[]) =>
        write(id, { device, slots: [{ account: "item1", day: DAY, slots, limit: 1 }] });
      await bench.store.mergeUsage([use("d1", [1, 2])]);
      const { results } = await bench.store.mergeUsage([use("d2", [2, 3])]);
      expect(results[0]?.slots).toEqual([{ account: "item1", day: DAY, slots: [2, 3], excess: [2] }]);
      const again = await bench.store.mergeUsage([use("d2", [2])]);
      expect(again.results[0]?.slots).toEqual([{ account: "item1", day: DAY, slots: [2, 3], excess: [2] }]);
      const counts = await bench.store.slotCounts(id, "item1", DAY);
      expect([counts.length, ...counts.slice(0, 4)]).toEqual([SLOTS_PER_DAY, 0, 1, 2, 1]);
      expect(await bench.store.claimSlots([slotClaim(id, "d1", 1, 2), slotClaim(id, "d2", 1, 2)])).toEqual([
        { item: "item1", used: 2 },
        undefined,
      ]);
    });

    test("refusals add up", async () => {
      const id = tenant();
      const row = { organisation: id, code: `${id}-shop`, day: DAY, refusal: "seats_taken", count: 2 } as const;
      await bench.store.countRefusals([row, { ...row, count: 3 }]);
      await bench.store.countRefusals([row, { ...row, day: "2026-05-02" }]);
      expect(await bench.store.refusals(id, { from: DAY, to: DAY })).toEqual([{ ...row, count: 7 }]);
    });

    const report = fc.record({
      device: fc.constantFrom("d1", "d2", "d3"),
      epoch: fc.constantFrom("e1", "e2"),
      day: fc.constantFrom(DAY, "2026-05-02"),
      metric: fc.constantFrom("ean_13", "qr_code"),
      count: fc.nat(40),
      slot: fc.nat(5),
    });
    type Report = typeof report extends fc.Arbitrary<infer T> ? T : never;
    const writeOf = (organisation: string, { device, epoch, day, metric, count, slot }: Report): UsageWrite =>
      write(organisation, {
        device,
        cells: [cellOf(count, { epoch, day, metric, bookedDay: day })],
        slots: [{ account: `${organisation}-shop`, day, slots: [slot] }],
        accounts: [
          { ...ACCOUNT, quota: 60 },
          { ...ACCOUNT, item: "item2" },
        ],
      });

    test("cut, repeated, shuffled and in any batches, they add up to the devices' own truth", async () => {
      const delivered = fc
        .array(report, { maxLength: 12 })
        .chain((reports) =>
          fc.tuple(
            fc.constant(reports),
            fc.shuffledSubarray([...reports, ...reports], { minLength: reports.length * 2 }),
            fc.integer({ min: 1, max: 5 }),
          ),
        );
      await property(delivered, async ([reports, sent, batch], id) => {
        for (let at = 0; at < sent.length; at += batch) {
          await bench.store.mergeUsage(sent.slice(at, at + batch).map((it) => writeOf(id, it)));
        }
        const highest = new Map<string, number>();
        const slots = new Set<string>();
        for (const { device, epoch, day, metric, count, slot } of reports) {
          const key = [device, epoch, day, metric].join();
          highest.set(key, Math.max(highest.get(key) ?? 0, count));
          slots.add([device, day, slot].join());
        }
        const truth = [...highest.values()].reduce((total, count) => total + count, 0);
        expect(await sum(id)).toBe(truth);
        const charged = await bench.store.charged(id, [ACCOUNT, { ...ACCOUNT, item: "item2" }]);
        expect(charged).toEqual([Math.min(truth, 60), Math.max(truth - 60, 0)]);
        const days = [DAY, "2026-05-02"].map((day) => bench.store.slotCounts(id, `${id}-shop`, day));
        const counted = (await Promise.all(days)).flat().reduce((total, count) => total + count, 0);
        expect(counted).toBe(slots.size);
      });
      expect(await bench.store.verify()).toEqual([]);
    });
  });
}
