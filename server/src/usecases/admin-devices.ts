/** The list of active devices (R39), unregistering by hand, and the sweep that deletes those out of use (R41, R42). */

import { DAY_MS } from "../../../src/rules/period.js";
import { SEATS } from "../../../src/rules/seats.js";
import { type Device, listExpiryDays } from "../domain/device.js";
import { found } from "../domain/domain-error.js";
import type { Page, Paged, Ports, Records } from "../ports.js";
import { type Admin, change, look, pageWithin } from "./admin.js";

/** From when on a device of an organisation counts as active. */
async function activeSince(records: Records, organisation: string, now: number): Promise<number> {
  return now - listExpiryDays(await records.items.all(organisation)) * DAY_MS;
}

export const listDevices = (
  admin: Admin,
  organisation: string,
  page: Page,
): Promise<Paged<Device> & { readonly total: number }> =>
  look(admin, "device.read", organisation, async (records, now) => {
    const since = await activeSince(records, organisation, now);
    const devices = await records.devices.list(organisation, pageWithin(page), since);
    return { ...devices, total: await records.devices.count(organisation, since) };
  });

export const getDevice = (admin: Admin, organisation: string, id: string): Promise<Device> =>
  look(admin, "device.read", organisation, async (records) =>
    found(await records.devices.get(organisation, id), "such device"),
  );

/** Deletes a device and frees its seats at once. What it counted stays; if it comes back it is a new device. */
export const unregisterDevice = (admin: Admin, organisation: string, id: string): Promise<void> =>
  change(admin, "device.unregister", organisation, async (records) => {
    found((await records.devices.remove(organisation, id)) || undefined, "such device");
    return { result: undefined, target: id };
  });

/**
 * Deletes devices and seats that have been out of use for too long, in all organisations; returns how many. What fails in one
 * organisation holds up no other, and is thrown at the end.
 */
export async function sweepDevices({ store, clock }: Ports): Promise<{ devices: number; seats: number }> {
  const swept = { devices: 0, seats: 0 };
  const failures: unknown[] = [];
  let after: string | undefined;
  do {
    const page = { limit: 100, ...(after === undefined ? {} : { after }) };
    const { rows, next } = await store.read((records) => records.organisations.list(page));
    for (const { id } of rows) {
      try {
        const { devices, seats } = await store.transaction((records) => sweepOne(records, id, clock.now()));
        swept.devices += devices;
        swept.seats += seats;
      } catch (error) {
        failures.push(error);
      }
    }
    after = next;
  } while (after !== undefined);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} organisations were not swept.`);
  return swept;
}

async function sweepOne(records: Records, organisation: string, now: number) {
  let seats = 0;
  for (const item of await records.items.all(organisation)) {
    if (SEATS[item.type].freedBy !== "disuse") continue;
    seats += await records.seats.removeUnused(organisation, item.id, now - item.settings.deviceExpiryDays * DAY_MS);
  }
  const devices = await records.devices.removeUnseen(organisation, await activeSince(records, organisation, now));
  return { devices, seats };
}
