import { afterAll, beforeAll, describe } from "vitest";
import { openStorage } from "../../server/src/storage/open.js";
import { startPostgres, type TestPostgres } from "./postgres.js";
import { storageContract } from "./storage-contract.js";

const isLong = process.env.TALLYMARK_LONG === "1";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

describe("on a real server", () => {
  storageContract("PostgreSQL", async () => openStorage(await postgres.create("contract"), { migrate: true }), {
    numRuns: isLong ? 1000 : 40,
  });
});
