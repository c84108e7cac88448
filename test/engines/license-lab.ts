/** A licence server on SQLite behind a cable, with a clock that tests turn on. Must not know any single flow. */
import type { InitialOrder } from "../../server/src/usecases/admin-orders.js";
import { openLicenseSite } from "../server/http/license-site.js";
import { Cable } from "./cable.js";

export type LicenseLab = Awaited<ReturnType<typeof openLicenseLab>>;

/** @param order what was bought; a licence per scan for 1,000 where nothing else is said */
export async function openLicenseLab(order: Partial<InitialOrder> = {}) {
  const site = await openLicenseSite(order);
  const cable = await Cable.to(site.port);
  const { end } = site;
  return Object.assign(site, {
    license: site.keyFor(cable.url),
    cable,
    devices: () => site.store.read((records) => records.devices.count("100", 0)),
    async end(): Promise<void> {
      await cable.cut();
      await end();
    },
  });
}
