/** A licence server on SQLite whose clock is the real one, turned on by hand. Must not know who asks it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStorage } from "../../../server/src/storage/open.js";
import type { InitialOrder } from "../../../server/src/usecases/admin-orders.js";
import { encodeLicenseKey } from "../../../src/rules/protocol/license-key.js";
import { openSite } from "./site.js";

/** @param order what was bought; a licence per scan for 1,000 where nothing else is said */
export async function openLicenseSite(order: Partial<InitialOrder> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "lts-"));
  const log: string[] = [];
  const store = await openStorage(`sqlite:${join(folder, "lts.sqlite")}`, { migrate: true, groupCommit: true });
  const server = await openSite({ store, order: { ...order }, log: (line) => log.push(line) });
  let ahead = 0;
  // Bought some months ago; today is as real as the browser's.
  server.clock.now = () => Date.now() + ahead;
  /** The key of the licence that leads here, or to where somebody passes it on. */
  const keyFor = (url: string) =>
    encodeLicenseKey({
      organisation: "100",
      code: "100-shop",
      servers: [url],
      root: server.ports.keys.rootThumbprint(),
    });
  return Object.assign(server, {
    store,
    keyFor,
    license: keyFor(server.url),
    log,
    /** Turns the server's clock on. */
    pass: (ms: number) => {
      ahead += ms;
    },
    /** Scans that the server knows of. */
    async total(): Promise<number> {
      const range = { from: "2026-01-01", to: "2099-12-31" };
      const [row] = await store.usage({ organisation: "100", ...range, groupBy: [] });
      return row?.count ?? 0;
    },
    async end(): Promise<void> {
      await server.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}
