/**
 * The hot rows in SQLite: one prepared statement for each verb, run row by row inside one writing transaction, which nobody
 * else writes beside; so reading a row locks it. It must not know where the transaction begins and ends.
 */
import type { Database, Statement } from "better-sqlite3";
import { SLOT_BYTES } from "../../../../src/rules/slot-bits.js";
import type {
  AccountKey,
  CellUpsert,
  CounterAdd,
  HotRows,
  SeatStanding,
  SlotRow,
  StoredCell,
} from "../hot/hot-rows.js";

const SQL = {
  newCell: `INSERT INTO usage_cell (org_id, device_id, epoch, day, metric, code, booked_day, count, added)
    VALUES ($org, $device, $epoch, $day, $metric, $code, $bookedDay, $count, $count)`,
  total: `INSERT INTO usage_total AS t (org_id, code, booked_day, metric, count)
    VALUES ($org, $code, $bookedDay, $metric, $added)
    ON CONFLICT DO UPDATE SET count = t.count + excluded.count`,
  account: "SELECT units FROM account WHERE org_id = $org AND item_id = $item AND period = $period",
  units: `INSERT INTO account AS a (org_id, item_id, period, units) VALUES ($org, $item, $period, $added)
    ON CONFLICT DO UPDATE SET units = a.units + excluded.units`,
  charge: `INSERT INTO charge AS c (org_id, item_id, period, code, units) VALUES ($org, $item, $period, $code, $added)
    ON CONFLICT DO UPDATE SET units = c.units + excluded.units`,
  counter: `INSERT INTO slot_count AS s (org_id, account, day, slot, count) VALUES ($org, $account, $day, $slot, $added)
    ON CONFLICT DO UPDATE SET count = s.count + excluded.count
    RETURNING count`,
  writeSlots: `INSERT INTO slot_use (org_id, account, day, device_id, slots, excess)
    VALUES ($org, $account, $day, $device, $slots, $excess)
    ON CONFLICT DO UPDATE SET slots = excluded.slots, excess = excluded.excess`,
  device: `INSERT INTO device AS d (org_id, id, first_seen, last_seen, device_key, doc)
    VALUES ($org, $id, $firstSeen, $lastSeen, $key, $doc)
    ON CONFLICT DO UPDATE SET last_seen = max(d.last_seen, excluded.last_seen), doc = excluded.doc`,
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

/**
 * What each report asks, with values by position, and one value or an array as the answer: names cost a third of such a
 * statement, each text that is read as much as finding the row, and a BLOB twice that. A cell is read and written rather than
 * upserted: that is quicker, and a repeated one is not written at all.
 */
const QUICK = {
  /** Its count; {@link OTHERWISE} where its first report named another code or day of booking. */
  cell: `SELECT iif(code = ? AND booked_day = ?, count, -1) FROM usage_cell
    WHERE org_id = ? AND device_id = ? AND epoch = ? AND day = ? AND metric = ?`,
  raiseCell: `UPDATE usage_cell SET count = ?, added = ?
    WHERE org_id = ? AND device_id = ? AND epoch = ? AND day = ? AND metric = ?`,
  /** Both sets of bits; the second is left out where it is empty, as it hardly ever is not. */
  slots: `SELECT hex(slots) || iif(excess = zeroblob(length(excess)), '', hex(excess)) FROM slot_use
    WHERE org_id = ? AND account = ? AND day = ? AND device_id = ?`,
  contact: "UPDATE device SET last_seen = ? WHERE org_id = ? AND id = ? AND last_seen < ?",
} as const;

const OTHERWISE = -1;
const FIRST_REPORT = `SELECT code, booked_day AS bookedDay, count FROM usage_cell
  WHERE org_id = $org AND device_id = $device AND epoch = $epoch AND day = $day AND metric = $metric`;

/** Digits of one set of bits. */
const SLOT_DIGITS = 2 * SLOT_BYTES;

/** Adds what the query returns to each key; leaves out those without a row. */
const lookUp = <K extends object, R>(query: Statement, keys: readonly K[]): (K & R)[] =>
  keys.flatMap((key) => {
    const row = query.get(key) as R | undefined;
    return row === undefined ? [] : [{ ...key, ...row }];
  });

interface CellStatements {
  readonly quick: Record<keyof typeof QUICK, Statement>;
  readonly newCell: Statement;
  readonly firstReport: Statement;
}

/** Merges a cell by max; it was `count - added` before. */
function mergeCell({ quick, newCell, firstReport }: CellStatements, cell: CellUpsert): StoredCell {
  const { org, device, epoch, day, metric } = cell;
  let { code, bookedDay } = cell;
  let before = quick.cell.get(code, bookedDay, org, device, epoch, day, metric) as number | undefined;
  if (before === undefined) {
    newCell.run(cell);
    return { org, device, epoch, day, metric, code, bookedDay, count: cell.count, added: cell.count };
  }
  if (before === OTHERWISE) {
    ({ code, bookedDay, count: before } = firstReport.get(cell) as CellUpsert);
  }
  const added = Math.max(cell.count - before, 0);
  const count = before + added;
  if (added > 0) quick.raiseCell.run(count, added, org, device, epoch, day, metric);
  return { org, device, epoch, day, metric, code, bookedDay, count, added };
}

const preparedOf = <Name extends string>(db: Database, texts: Readonly<Record<Name, string>>, isPlucked: boolean) =>
  Object.fromEntries(
    Object.entries<string>(texts).map(([name, sql]) => {
      const prepared = db.prepare(sql);
      return [name, isPlucked && prepared.reader ? prepared.pluck() : prepared];
    }),
  ) as Record<Name, Statement>;

export function sqliteRows(db: Database): HotRows {
  const prepared = preparedOf(db, SQL, false);
  const quick = preparedOf(db, QUICK, true);
  const ofCells = { quick, newCell: prepared.newCell, firstReport: db.prepare(FIRST_REPORT) };
  const each = (query: Statement) => async (rows: readonly object[]) => {
    for (const row of rows) query.run(row);
  };
  return {
    upsertCells: async (cells) => cells.map((cell) => mergeCell(ofCells, cell)),
    touchDevices: async (touches) => {
      for (const { org, device, at } of touches) quick.contact.run(at, org, device, at);
    },
    touchSeats: async (touches) => touches.filter((touch) => prepared.touchSeat.run(touch).changes > 0),
    lockSlots: async (keys) => {
      const found: SlotRow[] = [];
      for (const { org, account, day, device } of keys) {
        const digits = quick.slots.get(org, account, day, device) as string | undefined;
        if (digits === undefined) continue;
        const slots = Buffer.from(digits.slice(0, SLOT_DIGITS), "hex");
        found.push({ org, account, day, device, slots, excess: Buffer.from(digits.slice(SLOT_DIGITS), "hex") });
      }
      return found;
    },
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
