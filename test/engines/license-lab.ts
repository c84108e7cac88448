/** A licence server on SQLite behind a cable, with a clock that tests turn on. Must not know any single flow. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStorage } from "../../server/src/storage/open.js";
import type { InitialOrder } from "../../server/src/usecases/admin-orders.js";
import { encodeLicenseKey } from "../../src/rules/protocol/license-key.js";
import { openSite } from "../server/http/site.js";
import { Cable } from "./cable.js";

export type LicenseLab = Awaited<ReturnType<typeof openLicenseLab>>;

/** @param order what was bought; a licence per scan for 1,000 where nothing else is said */
export async function openLicenseLab(order: Partial<InitialOrder> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "lts-"));
  const log: string[] = [];
  const store = await openStorage(`sqlite:${join(folder, "lts.sqlite")}`, { migrate: true, groupCommit: true });
  const server = await openSite({ store, order: { ...order }, log: (line) => log.push(line) });
  const cable = await Cable.to(server.port);
  let ahead = 0;
  // Bought some months ago; today is as real as the browser's.
  server.clock.now = () => Date.now() + ahead;
  const license = encodeLicenseKey({
    organisation: "100",
    code: "100-shop",
    servers: [cable.url],
    root: server.ports.keys.rootThumbprint(),
  });
  return Object.assign(server, {
    license,
    log,
    cable,
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
    devices: () => store.read((records) => records.devices.count("100", 0)),
    async end(): Promise<void> {
      await cable.cut();
      await server.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}
