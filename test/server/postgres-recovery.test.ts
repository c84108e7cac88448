import { afterAll, beforeAll, expect, test } from "vitest";
import { openStorage } from "../../server/src/storage/open.js";
import { expectExact, fleetOf, sumOf } from "./fleet.js";
import { startPostgres, type TestPostgres } from "./postgres.js";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop(), 60_000);

test("a restart keeps the generation, a recovered base backup begins another, and the devices' cells heal the total", {
  timeout: 120_000,
}, async () => {
  const store = await openStorage(await postgres.create("recovered"), { migrate: true });
  const fleet = fleetOf("recovered", 6);
  for (const device of fleet) expect(await device.work(store)).toBe(true);
  const before = await store.commit();
  await postgres.keepCopy();
  // The node has lived on, and finds the server again by itself.
  const restarted = await store.commit();
  expect(restarted.generation).toBe(before.generation);
  expect(restarted.sequence).toBeGreaterThan(before.sequence);
  for (const device of fleet) expect(await device.work(store)).toBe(true);
  expect(await sumOf(store, "recovered")).toBe(12);
  await postgres.restoreCopy();
  expect((await store.commit()).generation).not.toBe(before.generation);
  expect(await sumOf(store, "recovered")).toBe(6);
  await expectExact(store, fleet);
  await store.close();
});
