/**
 * Devices and their seats as cold records. A seat's pool counts it as long as its row is there, so whoever deletes seats
 * lowers the pool in the same transaction. It must not know claims.
 */
import type { Device } from "../../domain/device.js";
import type { Page, Paged, Records } from "../../ports.js";
import type { Connection } from "./connection.js";
import { paged, startOf } from "./document-table.js";
import { type Statement, statement } from "./statement.js";

interface DeviceRow {
  readonly org_id: string;
  readonly id: string;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly device_key: string;
  readonly doc: string;
}

const COLUMNS = ["org_id", "id", "first_seen", "last_seen", "device_key", "doc"] as const;

const deviceOf = (row: DeviceRow): Device => ({
  organisation: row.org_id,
  id: row.id,
  ...(JSON.parse(row.doc) as Pick<Device, "code" | "origin" | "friendlyName" | "library">),
  key: JSON.parse(row.device_key) as Device["key"],
  firstSeen: row.first_seen,
  lastSeen: row.last_seen,
});

/** The parts of a device that its table keeps as they are. */
export function deviceColumns({ organisation, id, key, firstSeen, lastSeen, ...said }: Device) {
  return {
    org: organisation,
    id,
    firstSeen,
    lastSeen,
    key: JSON.stringify(key),
    doc: JSON.stringify(said),
  };
}

const getDevice: Statement<DeviceRow> = statement((db, arg) =>
  db.selectFrom("device").select(COLUMNS).where("org_id", "=", arg("org")).where("id", "=", arg("id")),
);
const listDevices: Statement<DeviceRow> = statement((db, arg) =>
  db
    .selectFrom("device")
    .select(COLUMNS)
    .where("org_id", "=", arg("org"))
    .where("id", ">", arg("after"))
    .where("last_seen", ">=", arg("since"))
    .orderBy("id")
    .limit(arg("limit")),
);
const countDevices: Statement<{ readonly n: number }> = statement((db, arg) =>
  db
    .selectFrom("device")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("org_id", "=", arg("org"))
    .where("last_seen", ">=", arg("since")),
);
const removeDevice = statement((db, arg) =>
  db.deleteFrom("device").where("org_id", "=", arg("org")).where("id", "=", arg("id")),
);
const removeUnseen = statement((db, arg) =>
  db.deleteFrom("device").where("org_id", "=", arg("org")).where("last_seen", "<", arg("before")),
);

interface PoolShare {
  readonly item_id: string;
  readonly period: number;
  readonly n: number;
}

const seatsOfDevice: Statement<PoolShare> = statement((db, arg) =>
  db
    .selectFrom("seat")
    .select((eb) => ["item_id", "period", eb.fn.countAll<number>().as("n")])
    .where("org_id", "=", arg("org"))
    .where("device_id", "=", arg("device"))
    .groupBy(["item_id", "period"])
    .orderBy("item_id")
    .orderBy("period"),
);
const removeSeatsOfDevice = statement((db, arg) =>
  db.deleteFrom("seat").where("org_id", "=", arg("org")).where("device_id", "=", arg("device")),
);
const unusedSeats: Statement<PoolShare> = statement((db, arg) =>
  db
    .selectFrom("seat")
    .select((eb) => ["item_id", "period", eb.fn.countAll<number>().as("n")])
    .where("org_id", "=", arg("org"))
    .where("item_id", "=", arg("item"))
    .where("used_at", "<", arg("before"))
    .groupBy(["item_id", "period"])
    .orderBy("period"),
);
const removeUnusedSeats = statement((db, arg) =>
  db
    .deleteFrom("seat")
    .where("org_id", "=", arg("org"))
    .where("item_id", "=", arg("item"))
    .where("used_at", "<", arg("before")),
);
const lowerPool = statement((db, arg) =>
  db
    .updateTable("seat_pool")
    .set((eb) => ({ taken: eb("taken", "-", arg("n")) }))
    .where("org_id", "=", arg("org"))
    .where("item_id", "=", arg("item"))
    .where("period", "=", arg("period")),
);
const countSeats: Statement<{ readonly n: number }> = statement((db, arg) =>
  db
    .selectFrom("seat")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("org_id", "=", arg("org"))
    .where("item_id", "=", arg("item"))
    .where("period", "=", arg("period"))
    .where("used_at", ">=", arg("since")),
);

async function lowerPools(at: Connection, org: string, shares: readonly PoolShare[]): Promise<void> {
  for (const { item_id, period, n } of shares) await lowerPool.run(at, { org, item: item_id, period, n });
}

export const deviceRecords = (at: Connection): Records["devices"] => ({
  async get(org, id) {
    const row = await getDevice.first(at, { org, id });
    return row && deviceOf(row);
  },
  async list(org: string, page: Page, since: number): Promise<Paged<Device>> {
    const rows = await listDevices.all(at, { org, after: startOf(page), since, limit: page.limit + 1 });
    return paged(rows.map(deviceOf), page.limit, ({ id }) => id);
  },
  count: async (org, since) => (await countDevices.first(at, { org, since }))?.n ?? 0,
  async remove(org, id) {
    await lowerPools(at, org, await seatsOfDevice.all(at, { org, device: id }));
    await removeSeatsOfDevice.run(at, { org, device: id });
    return (await removeDevice.run(at, { org, id })) > 0;
  },
  removeUnseen: (org, before) => removeUnseen.run(at, { org, before }),
});

export const seatRecords = (at: Connection): Records["seats"] => ({
  count: async (org, item, period, since) => (await countSeats.first(at, { org, item, period, since }))?.n ?? 0,
  async removeUnused(org, item, before) {
    await lowerPools(at, org, await unusedSeats.all(at, { org, item, before }));
    return removeUnusedSeats.run(at, { org, item, before });
  },
});
