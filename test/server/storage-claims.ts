/** The contract of stores: seats and slots, of which there are only so many. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { START } from "./lab.js";
import { DAY, type StorageBench } from "./storage-bench.js";

export function claims(bench: StorageBench): void {
  const { tenant, property, write, seatClaim, slotClaim } = bench;

  describe("claims", () => {
    test("a device keeps its seat, takes the first that is free, and a disused one is free", async () => {
      const id = tenant();
      const candidates = (freedBefore = 0) => [
        { item: "a", period: 1, limit: 1, freedBefore },
        { item: "b", period: 1, limit: 1, freedBefore },
      ];
      const claim = async (device: string, at: number, freedBefore = 0) =>
        (await bench.store.claimSeats([{ organisation: id, device, at, candidates: candidates(freedBefore) }]))[0]
          ?.item;
      expect(await claim("d1", 10)).toBe("a");
      expect(await claim("d2", 10)).toBe("b");
      expect(await claim("d3", 10)).toBeUndefined();
      expect(await claim("d2", 20)).toBe("b");
      expect(await claim("d3", 30, 10)).toBeUndefined();
      expect(await claim("d3", 30, 11)).toBe("a");
      expect(await claim("d1", 31, 11)).toBeUndefined();
      expect(await claim("d2", 31, 11)).toBe("b");
      const counts = await bench.store.read(({ seats }) =>
        Promise.all(["a", "b"].map((item) => seats.count(id, item, 1, 11))),
      );
      expect(counts).toEqual([1, 1]);
      expect(await bench.store.transaction(({ seats }) => seats.removeUnused(id, "a", 31))).toBe(1);
    });

    test("a seat that was freed and taken is not got back by a late report", async () => {
      const id = tenant();
      const only = (freedBefore: number) => ({ candidates: [{ item: "a", period: 1, limit: 1, freedBefore }] });
      await bench.store.claimSeats([seatClaim(id, "d1", 1, { at: 10, ...only(0) })]);
      await bench.store.claimSeats([seatClaim(id, "d2", 1, { at: 30, ...only(11) })]);
      const seat = { item: "a", period: 1 };
      const { results } = await bench.store.mergeUsage([write(id, { seat, receivedAt: 40 })]);
      expect(results[0]?.hasSeat).toBe(false);
      expect(await bench.store.read(({ seats }) => seats.count(id, "a", 1, 0))).toBe(1);
    });

    test("seats of one period and one organisation are not those of another", async () => {
      const [a, b] = [tenant(), tenant()];
      const next = { item: "item1", period: START + 1, limit: 1, freedBefore: 0 };
      const results = await bench.store.claimSeats([
        seatClaim(a, "d1", 1),
        seatClaim(b, "d2", 1),
        seatClaim(a, "d3", 1, { candidates: [next] }),
        seatClaim(a, "d4", 1),
      ]);
      expect(results.map((result) => result?.used)).toEqual([1, 1, 1, undefined]);
    });

    const race = fc.record({
      limit: fc.integer({ min: 0, max: 4 }),
      devices: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 16 }),
    });

    test("R40 in a race exactly as many devices have seats as there are, each one once", async () => {
      await property(race, async ({ limit, devices }, id) => {
        const results = await Promise.all(devices.map((n) => bench.store.claimSeats([seatClaim(id, `d${n}`, limit)])));
        const seated = new Set(devices.filter((_, index) => results[index]?.[0] !== undefined));
        expect(seated.size).toBe(Math.min(limit, new Set(devices).size));
        expect(await bench.store.read(({ seats }) => seats.count(id, "item1", START, 0))).toBe(seated.size);
      });
    });

    test("R63 in a race no more devices are admitted to a slot than it takes, with reports in between", async () => {
      const mixed = fc.tuple(race, fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 4 }));
      await property(mixed, async ([{ limit, devices }, users], id) => {
        const work = devices.map((n, index) => {
          const user = users[index];
          const slots = [{ account: "item1", day: DAY, slots: [7], limit }];
          const use = user === undefined ? [] : [write(id, { device: `d${user}`, slots })];
          return Promise.all([bench.store.claimSlots([slotClaim(id, `d${n}`, limit)]), bench.store.mergeUsage(use)]);
        });
        await Promise.all(work);
        // Who is in now: everybody who asks again, without room for anybody new.
        const asked = Array.from({ length: 8 }, (_, n) => `d${n + 1}`);
        const results = await bench.store.claimSlots(asked.map((device) => slotClaim(id, device, 0)));
        const admitted = asked.filter((_, index) => results[index] !== undefined);
        const present = new Set([...devices, ...users.slice(0, devices.length)]);
        expect(admitted.length).toBeLessThanOrEqual(limit);
        expect(admitted.length).toBe(Math.min(limit, present.size));
        const count = (await bench.store.slotCounts(id, "item1", DAY))[7] ?? 0;
        expect(count).toBeGreaterThanOrEqual(admitted.length);
        expect(count).toBeLessThanOrEqual(present.size);
      });
      expect(await bench.store.verify()).toEqual([]);
    });
  });
}
