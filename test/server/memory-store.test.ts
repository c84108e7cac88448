import { expect, test } from "vitest";
import { MemoryStore } from "../../server/src/storage/memory/memory-store.js";
import { START } from "./lab.js";
import { storageContract } from "./storage-contract.js";

storageContract("the store in memory", async () => new MemoryStore("g1"), { numRuns: 10_000 });

test("what is spoiled behind its back is found by verify", async () => {
  const store = new MemoryStore("g1");
  await store.mergeUsage([
    {
      organisation: "100",
      device: "d1",
      code: "100-shop",
      receivedAt: START,
      cells: [{ epoch: "e1", day: "2026-05-01", metric: "ean_13", count: 5, bookedDay: "2026-05-01" }],
      slots: [{ account: "100-shop", day: "2026-05-01", slots: [1] }],
      accounts: [{ item: "i1", period: 1, quota: 10, overage: 0 }],
    },
  ]);
  expect(await store.verify()).toEqual([]);
  const state = store.backup();
  const tenant = state.tenants.get("100");
  if (tenant === undefined) throw new Error("nothing was stored");
  for (const [key, units] of tenant.usage) tenant.usage.set(key, units + 1);
  for (const [key, row] of tenant.charges) tenant.charges.set(key, { ...row, units: row.units + 1 });
  for (const counters of tenant.slotCounts.values()) counters[1] = 3;
  const found = await new MemoryStore("g2", state).verify();
  expect(found.map(({ aggregate, stored, recomputed }) => [aggregate, stored, recomputed])).toEqual([
    ["usage", 6, 5],
    ["charge", 6, 5],
    ["slots", 3, 1],
  ]);
});

test("a closed store takes nothing more, and a failed transaction holds nobody up", async () => {
  const store = new MemoryStore("g1");
  const failed = store.transaction(async () => {
    throw new Error("no");
  });
  const after = store.commit();
  await expect(failed).rejects.toThrow("no");
  expect(await after).toEqual({ generation: "g1", sequence: 1 });
  await store.close();
  await expect(store.mergeUsage([])).rejects.toMatchObject({ code: "busy" });
});
