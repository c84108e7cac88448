/**
 * The hot rows in SQLite: one prepared statement for each verb, run row by row inside one writing transaction, which nobody
 * else writes beside; so reading a row locks it. It must not know where the transaction begins and ends.
 */
import type { Database, Statement } from "better-sqlite3";
import type {
  AccountKey,
  CellUpsert,
  CounterAdd,
  HotRows,
  SeatStanding,
  SlotRow,
  SlotRowKey,
} from "../hot/hot-rows.js";

const SQL = {
  cell: `INSERT INTO usage_cell AS c (org_id, device_id, epoch, day, metric, code, booked_day, count, added)
    VALUES ($org, $device, $epoch, $day, $metric, $code, $bookedDay, $count, $count)
    ON CONFLICT DO UPDATE SET added = max(excluded.count - c.count, 0), count = max(c.count, excluded.count)
    RETURNING code, booked_day AS bookedDay, count, added`,
  total: `INSERT INTO usage_total AS t (org_id, code, booked_day, metric, count)
    VALUES ($org, $code, $bookedDay, $metric, $added)
    ON CONFLICT DO UPDATE SET count = t.count + excluded.count`,
  account: "SELECT units FROM account WHERE org_id = $org AND item_id = $item AND period = $period",
  units: `INSERT INTO account AS a (org_id, item_id, period, units) VALUES ($org, $item, $period, $added)
    ON CONFLICT DO UPDATE SET units = a.units + excluded.units`,
  charge: `INSERT INTO charge AS c (org_id, item_id, period, code, units) VALUES ($org, $item, $period, $code, $added)
    ON CONFLICT DO UPDATE SET units = c.units + excluded.units`,
  slots: `SELECT slots, excess FROM slot_use
    WHERE org_id = $org AND account = $account AND day = $day AND device_id = $device`,
  counter: `INSERT INTO slot_count AS s (org_id, account, day, slot, count) VALUES ($org, $account, $day, $slot, $added)
    ON CONFLICT DO UPDATE SET count = s.count + excluded.count
    RETURNING count`,
  writeSlots: `INSERT INTO slot_use (org_id, account, day, device_id, slots, excess)
    VALUES ($org, $account, $day, $device, $slots, $excess)
    ON CONFLICT DO UPDATE SET slots = excluded.slots, excess = excluded.excess`,
  device: `INSERT INTO device AS d (org_id, id, first_seen, last_seen, device_key, doc)
    VALUES ($org, $id, $firstSeen, $lastSeen, $key, $doc)
    ON CONFLICT DO UPDATE SET last_seen = max(d.last_seen, excluded.last_seen), doc = excluded.doc`,
  contact: "UPDATE device SET last_seen = $at WHERE org_id = $org AND id = $device AND last_seen < $at",
  pool: "SELECT taken FROM seat_pool WHERE org_id = $org AND item_id = $item AND period = $period",
  touchSeat: `UPDATE seat SET used_at = max(used_at, $at)
    WHERE org_id = $org AND item_id = $item AND period = $period AND device_id = $device`,
  standing: `SELECT
    (SELECT count(*) FROM seat
      WHERE org_id = $org AND item_id = $item AND period = $period AND used_at < $freedBefore) AS disused,
    (SELECT used_at FROM seat
      WHERE org_id = $org AND item_id = $item AND period = $period AND device_id = $device) AS own`,
  free: "DELETE FROM seat WHERE org_id = $org AND item_id = $item AND period = $period AND used_at < $freedBefore",
  take: `INSERT INTO seat AS s (org_id, item_id, period, device_id, used_at) VALUES ($org, $item, $period, $device, $at)
    ON CONFLICT DO UPDATE SET used_at = max(s.used_at, excluded.used_at)`,
  newPool: "INSERT OR IGNORE INTO seat_pool (org_id, item_id, period, taken) VALUES ($org, $item, $period, 0)",
  taken: `UPDATE seat_pool SET taken = taken + $added
    WHERE org_id = $org AND item_id = $item AND period = $period`,
  refusal: `INSERT INTO refusal AS r (org_id, code, day, refusal, count) VALUES ($org, $code, $day, $refusal, $added)
    ON CONFLICT DO UPDATE SET count = r.count + excluded.count`,
} as const;

/** Adds what the query returns to each key; leaves out those without a row. */
const lookUp = <K extends object, R>(query: Statement, keys: readonly K[]): (K & R)[] =>
  keys.flatMap((key) => {
    const row = query.get(key) as R | undefined;
    return row === undefined ? [] : [{ ...key, ...row }];
  });

export function sqliteRows(db: Database): HotRows {
  const prepared = Object.fromEntries(Object.entries(SQL).map(([name, sql]) => [name, db.prepare(sql)])) as Record<
    keyof typeof SQL,
    Statement
  >;
  const each = (query: Statement) => async (rows: readonly object[]) => {
    for (const row of rows) query.run(row);
  };
  return {
    upsertCells: async (cells) => lookUp<CellUpsert, CellUpsert & { added: number }>(prepared.cell, cells),
    touchDevices: each(prepared.contact),
    touchSeats: async (touches) => touches.filter((touch) => prepared.touchSeat.run(touch).changes > 0),
    lockSlots: async (keys) => lookUp<SlotRowKey, SlotRow>(prepared.slots, keys),
    addCounts: async (counters) => lookUp<CounterAdd, { count: number }>(prepared.counter, counters),
    writeSlots: each(prepared.writeSlots),
    addTotals: async (totals, accounts) => {
      for (const total of totals) prepared.total.run(total);
      return lookUp<AccountKey, { units: number }>(prepared.account, accounts);
    },
    addUnits: async (accounts, charges) => {
      for (const account of accounts) prepared.units.run(account);
      for (const charge of charges) prepared.charge.run(charge);
    },
    lockPools: async (pools) => lookUp<AccountKey, { taken: number }>(prepared.pool, pools),
    standings: async (questions) =>
      questions.map((question): SeatStanding => {
        const { disused, own } = prepared.standing.get(question) as { disused: number; own: number | null };
        return { disused, ownUsedAt: own ?? undefined };
      }),
    freeSeats: async (question) => {
      const { device: _, ...pool } = question;
      prepared.free.run(pool);
    },
    takeSeat: async (seat) => {
      prepared.take.run(seat);
    },
    addTaken: async (pools) => {
      for (const { added, ...pool } of pools) {
        prepared.newPool.run(pool);
        prepared.taken.run({ ...pool, added });
      }
    },
    upsertDevices: each(prepared.device),
    addRefusals: each(prepared.refusal),
  };
}
