/**
 * What every store must do, once: run on memory, SQLite and PostgreSQL. It knows stores by their port only, and keeps to its
 * own organisations, so that a store may be shared by several runs.
 */
import { afterAll, beforeAll, describe } from "vitest";
import type { Store } from "../../server/src/ports.js";
import { type ContractOptions, storageBench } from "./storage-bench.js";
import { claims } from "./storage-claims.js";
import { coldRecords } from "./storage-records.js";
import { reports } from "./storage-reports.js";

/** Runs the suite on the stores that `open` makes; each call opens the same or another empty one. */
export function storageContract(name: string, open: () => Promise<Store>, options: ContractOptions): void {
  describe(`${name} keeps the contract of stores`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    const bench = storageBench(() => store, options);
    coldRecords(bench);
    reports(bench);
    claims(bench);
  });
}
