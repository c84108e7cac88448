import { afterAll, beforeAll, expect, test } from "vitest";
import { groupCommit } from "../../server/src/storage/group-commit.js";
import { openStorage } from "../../server/src/storage/open.js";
import { startPostgres, type TestPostgres } from "./postgres.js";
import { likeTheModel } from "./store-model.js";

const isLong = process.env.TALLYMARK_LONG === "1";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

test("random work on SQLite gives what it gives in memory", { timeout: 120_000 }, async () => {
  const store = await openStorage("sqlite::memory:", { migrate: true });
  await likeTheModel(store, isLong ? 10_000 : 2000);
  await store.close();
});

test("random work on PostgreSQL gives what it gives in memory, alone and behind the group commit", {
  timeout: 600_000,
}, async () => {
  const store = await openStorage(await postgres.create("model"), { migrate: true });
  await likeTheModel(store, isLong ? 10_000 : 60);
  await store.close();
  const grouped = groupCommit(await openStorage(await postgres.create("grouped"), { migrate: true }), { inFlight: 2 });
  await likeTheModel(grouped, isLong ? 2000 : 30, 99);
  expect(await grouped.verify()).toEqual([]);
  await grouped.close();
});
