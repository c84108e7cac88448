/**
 * The hot rows in PostgreSQL: one statement for each verb and batch, over arrays. Rows are locked by the statements that
 * read them, in the order of their keys. It must not know where the transaction begins and ends.
 */
import type {
  AccountKey,
  CellKey,
  CounterAdd,
  HotRows,
  SeatKey,
  SlotRow,
  SlotRowKey,
  StoredCell,
} from "../hot/hot-rows.js";
import { rowKeyOf } from "../row-key.js";
import type { Connection } from "../sql/connection.js";

type Field = readonly [name: string, type: "text" | "bigint" | "bytea"];

const t = (...names: string[]): Field[] => names.map((name) => [name, "text"]);
const n = (...names: string[]): Field[] => names.map((name) => [name, "bigint"]);
const b = (...names: string[]): Field[] => names.map((name) => [name, "bytea"]);

/** A statement over a batch: `ROWS` in it stands for the batch as a table named `v`. */
interface BatchStatement {
  readonly sql: string;
  readonly fields: readonly string[];
}

/** Arrays from the parameter after `from` on, as a table. */
function tableOf(fields: readonly Field[], name: string, from = 0): string {
  const arrays = fields.map(([, type], index) => `$${from + index + 1}::${type}[]`).join(", ");
  return `unnest(${arrays}) AS ${name} (${fields.map(([field]) => `"${field}"`).join(", ")})`;
}

const namesOf = (fields: readonly Field[]) => fields.map(([name]) => name);

const over = (fields: readonly Field[], sql: string): BatchStatement => ({
  sql: sql.replace("ROWS", tableOf(fields, "v")),
  fields: namesOf(fields),
});

/** A statement over two batches; `OTHER` stands for the second, named `w`. */
interface TwofoldStatement extends BatchStatement {
  readonly others: readonly string[];
}

const overBoth = (fields: readonly Field[], others: readonly Field[], sql: string): TwofoldStatement => ({
  ...over(fields, sql.replace("OTHER", tableOf(others, "w", fields.length))),
  others: namesOf(others),
});

const SQL = {
  cells: over(
    [...t("org", "device", "epoch", "day", "metric", "code", "bookedDay"), ...n("count")],
    `INSERT INTO usage_cell AS c (org_id, device_id, epoch, day, metric, code, booked_day, count, added)
    SELECT org, device, epoch, day, metric, code, "bookedDay", count, count FROM ROWS
    ON CONFLICT (org_id, device_id, epoch, day, metric) DO UPDATE
    SET added = greatest(excluded.count - c.count, 0), count = greatest(c.count, excluded.count)
    RETURNING org_id AS org, device_id AS device, epoch, day, metric, code, booked_day AS "bookedDay", count, added`,
  ),
  // Both in one, because everybody queues for these rows; what WITH writes is written whether it is read or not.
  totals: overBoth(
    [...t("org", "code", "bookedDay", "metric"), ...n("added")],
    [...t("org", "item"), ...n("period")],
    `WITH total AS (
      INSERT INTO usage_total AS t (org_id, code, booked_day, metric, count)
      SELECT org, code, "bookedDay", metric, added FROM ROWS
      ON CONFLICT (org_id, code, booked_day, metric) DO UPDATE SET count = t.count + excluded.count
    )
    SELECT a.org_id AS org, a.item_id AS item, a.period, a.units
    FROM OTHER JOIN account a ON a.org_id = w.org AND a.item_id = w.item AND a.period = w.period
    ORDER BY a.org_id, a.item_id, a.period FOR UPDATE OF a`,
  ),
  newAccounts: over(
    [...t("org", "item"), ...n("period")],
    `INSERT INTO account (org_id, item_id, period, units) SELECT org, item, period, 0 FROM ROWS
    ON CONFLICT DO NOTHING`,
  ),
  accounts: over(
    [...t("org", "item"), ...n("period")],
    `SELECT a.org_id AS org, a.item_id AS item, a.period, a.units
    FROM ROWS JOIN account a ON a.org_id = v.org AND a.item_id = v.item AND a.period = v.period
    ORDER BY a.org_id, a.item_id, a.period FOR UPDATE OF a`,
  ),
  units: overBoth(
    [...t("org", "item"), ...n("period", "added")],
    [...t("org", "item", "code"), ...n("period", "added")],
    `WITH raised AS (
      UPDATE account a SET units = a.units + v.added FROM ROWS
      WHERE a.org_id = v.org AND a.item_id = v.item AND a.period = v.period
    )
    INSERT INTO charge AS c (org_id, item_id, period, code, units) SELECT org, item, period, code, added FROM OTHER
    ON CONFLICT (org_id, item_id, period, code) DO UPDATE SET units = c.units + excluded.units`,
  ),
  newSlots: over(
    t("org", "account", "day", "device"),
    `INSERT INTO slot_use (org_id, account, day, device_id, slots, excess)
    SELECT org, account, day, device, decode(repeat('00', 60), 'hex'), decode(repeat('00', 60), 'hex') FROM ROWS
    ON CONFLICT DO NOTHING`,
  ),
  slots: over(
    t("org", "account", "day", "device"),
    `SELECT s.org_id AS org, s.account, s.day, s.device_id AS device, s.slots, s.excess
    FROM ROWS JOIN slot_use s
      ON s.org_id = v.org AND s.account = v.account AND s.day = v.day AND s.device_id = v.device
    ORDER BY s.org_id, s.account, s.day, s.device_id FOR UPDATE OF s`,
  ),
  counts: over(
    [...t("org", "account", "day"), ...n("slot", "added")],
    `INSERT INTO slot_count AS s (org_id, account, day, slot, count) SELECT org, account, day, slot, added FROM ROWS
    ON CONFLICT (org_id, account, day, slot) DO UPDATE SET count = s.count + excluded.count
    RETURNING org_id AS org, account, day, slot, count`,
  ),
  writeSlots: over(
    [...t("org", "account", "day", "device"), ...b("slots", "excess")],
    `UPDATE slot_use s SET slots = v.slots, excess = v.excess FROM ROWS
    WHERE s.org_id = v.org AND s.account = v.account AND s.day = v.day AND s.device_id = v.device`,
  ),
  devices: over(
    [...t("org", "id", "key", "doc"), ...n("firstSeen", "lastSeen")],
    `INSERT INTO device AS d (org_id, id, first_seen, last_seen, device_key, doc)
    SELECT org, id, "firstSeen", "lastSeen", key, doc FROM ROWS
    ON CONFLICT (org_id, id) DO UPDATE SET last_seen = greatest(d.last_seen, excluded.last_seen), doc = excluded.doc`,
  ),
  contacts: over(
    [...t("org", "device"), ...n("at")],
    `UPDATE device d SET last_seen = greatest(d.last_seen, late.at)
    FROM (
      SELECT d.org_id, d.id, v.at FROM ROWS JOIN device d ON d.org_id = v.org AND d.id = v.device
      WHERE d.last_seen < v.at ORDER BY d.org_id, d.id FOR UPDATE OF d
    ) late
    WHERE d.org_id = late.org_id AND d.id = late.id`,
  ),
  newPools: over(
    [...t("org", "item"), ...n("period")],
    `INSERT INTO seat_pool (org_id, item_id, period, taken) SELECT org, item, period, 0 FROM ROWS
    ON CONFLICT DO NOTHING`,
  ),
  pools: over(
    [...t("org", "item"), ...n("period")],
    `SELECT p.org_id AS org, p.item_id AS item, p.period, p.taken
    FROM ROWS JOIN seat_pool p ON p.org_id = v.org AND p.item_id = v.item AND p.period = v.period
    ORDER BY p.org_id, p.item_id, p.period FOR UPDATE OF p`,
  ),
  touchSeats: over(
    [...t("org", "item", "device"), ...n("period", "at")],
    `WITH held AS (
      SELECT s.org_id, s.item_id, s.period, s.device_id, v.at FROM ROWS
      JOIN seat s ON s.org_id = v.org AND s.item_id = v.item AND s.period = v.period AND s.device_id = v.device
      ORDER BY s.org_id, s.item_id, s.period, s.device_id FOR UPDATE OF s
    ), touched AS (
      UPDATE seat s SET used_at = held.at FROM held
      WHERE s.org_id = held.org_id AND s.item_id = held.item_id AND s.period = held.period
        AND s.device_id = held.device_id AND s.used_at < held.at
    )
    SELECT org_id AS org, item_id AS item, period, device_id AS device FROM held`,
  ),
  standings: over(
    [...t("org", "item", "device"), ...n("period", "freedBefore")],
    `SELECT
      (SELECT count(*) FROM seat s WHERE s.org_id = v.org AND s.item_id = v.item AND s.period = v.period
        AND s.used_at < v."freedBefore") AS disused,
      (SELECT s.used_at FROM seat s WHERE s.org_id = v.org AND s.item_id = v.item AND s.period = v.period
        AND s.device_id = v.device) AS own
    FROM ROWS`,
  ),
  free: over(
    [...t("org", "item"), ...n("period", "freedBefore")],
    `DELETE FROM seat s USING ROWS
    WHERE s.org_id = v.org AND s.item_id = v.item AND s.period = v.period AND s.used_at < v."freedBefore"`,
  ),
  take: over(
    [...t("org", "item", "device"), ...n("period", "at")],
    `INSERT INTO seat AS s (org_id, item_id, period, device_id, used_at) SELECT org, item, period, device, at FROM ROWS
    ON CONFLICT (org_id, item_id, period, device_id) DO UPDATE SET used_at = greatest(s.used_at, excluded.used_at)`,
  ),
  taken: over(
    [...t("org", "item"), ...n("period", "added")],
    `UPDATE seat_pool p SET taken = p.taken + v.added FROM ROWS
    WHERE p.org_id = v.org AND p.item_id = v.item AND p.period = v.period`,
  ),
  refusals: over(
    [...t("org", "code", "day", "refusal"), ...n("added")],
    `INSERT INTO refusal AS r (org_id, code, day, refusal, count) SELECT org, code, day, refusal, added FROM ROWS
    ON CONFLICT (org_id, code, day, refusal) DO UPDATE SET count = r.count + excluded.count`,
  ),
} as const satisfies Record<string, BatchStatement>;

const cellKey = ({ org, device, epoch, day, metric }: CellKey): string => rowKeyOf(org, device, epoch, day, metric);

export function postgresRows(at: Connection): HotRows {
  const columnsOf = (fields: readonly string[], rows: readonly object[]) =>
    fields.map((field) => rows.map((row) => (row as Record<string, unknown>)[field]));
  const ask = <Row>({ sql, fields }: BatchStatement, rows: readonly object[]) =>
    at.all<Row>(sql, columnsOf(fields, rows));
  const askBoth = <Row>(
    { sql, fields, others }: TwofoldStatement,
    rows: readonly object[],
    otherRows: readonly object[],
  ) => at.all<Row>(sql, [...columnsOf(fields, rows), ...columnsOf(others, otherRows)]);
  const write = (query: BatchStatement) => async (rows: readonly object[]) => {
    await at.run(query.sql, columnsOf(query.fields, rows));
  };
  /** Locks rows; those that are missing are made first, and then locked with all others in the one order. */
  const lock = async <K extends object, Row>(select: BatchStatement, create: BatchStatement, keys: readonly K[]) => {
    const found = await ask<K & Row>(select, keys);
    if (found.length === keys.length) return found;
    await write(create)(keys);
    return ask<K & Row>(select, keys);
  };
  return {
    upsertCells: async (cells) => {
      // RETURNING promises no order.
      const found = new Map((await ask<StoredCell>(SQL.cells, cells)).map((cell) => [cellKey(cell), cell]));
      return cells.map((cell) => {
        const stored = found.get(cellKey(cell));
        if (stored === undefined) throw new Error("the store did not return a cell that it was given");
        return stored;
      });
    },
    touchDevices: write(SQL.contacts),
    touchSeats: (touches) => ask<SeatKey>(SQL.touchSeats, touches),
    lockSlots: (keys) => lock<SlotRowKey, SlotRow>(SQL.slots, SQL.newSlots, keys),
    addCounts: (counters) => ask<Omit<CounterAdd, "added"> & { count: number }>(SQL.counts, counters),
    writeSlots: write(SQL.writeSlots),
    addTotals: async (totals, accounts) => {
      const found = await askBoth<AccountKey & { units: number }>(SQL.totals, totals, accounts);
      if (found.length === accounts.length) return found;
      return lock<AccountKey, { units: number }>(SQL.accounts, SQL.newAccounts, accounts);
    },
    addUnits: async (accounts, charges) => {
      await askBoth(SQL.units, accounts, charges);
    },
    lockPools: (keys) => lock<AccountKey, { taken: number }>(SQL.pools, SQL.newPools, keys),
    standings: async (questions) => {
      const rows = await ask<{ disused: number; own: number | null }>(SQL.standings, questions);
      return rows.map(({ disused, own }) => ({ disused, ownUsedAt: own ?? undefined }));
    },
    freeSeats: (question) => write(SQL.free)([question]),
    takeSeat: (seat) => write(SQL.take)([seat]),
    addTaken: write(SQL.taken),
    upsertDevices: write(SQL.devices),
    addRefusals: write(SQL.refusals),
  };
}
