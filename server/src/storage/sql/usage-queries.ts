/** What is asked about use: sums, counters, charges, refusals; the same queries in both dialects. They only read. */
import { SLOTS_PER_DAY } from "../../../../src/rules/slots.js";
import type { Account } from "../../domain/consumption.js";
import type { DayRange, RefusalCount, UsageQuery, UsageRow } from "../../ports.js";
import type { Connection } from "./connection.js";
import { query, type Statement, statement } from "./statement.js";

const COLUMN = { day: "booked_day", metric: "metric", code: "code", device: "device_id" } as const;

/** From the day's aggregates where they know enough, from the cells where single devices matter. */
export async function usageRows(at: Connection, asked: UsageQuery): Promise<readonly UsageRow[]> {
  const { organisation, from, to, code, device, groupBy } = asked;
  const isOfDevices = device !== undefined || groupBy.includes("device");
  // Both tables have the columns that are named below; the cells' type stands for both.
  const table = (isOfDevices ? "usage_cell" : "usage_total") as "usage_cell";
  const rows = await query<Record<string, string | number>>(at, (db) => {
    const columns = [...new Set(groupBy)].map((name) => COLUMN[name]);
    let asking = db
      .selectFrom(table)
      .select((eb) => eb.cast<number>(eb.fn.sum("count"), "bigint").as("total"))
      .select((eb) => eb.fn.countAll<number>().as("rows"))
      .where("org_id", "=", organisation)
      .where("booked_day", ">=", from)
      .where("booked_day", "<=", to);
    if (code !== undefined) asking = asking.where("code", "=", code);
    if (device !== undefined) asking = asking.where("device_id", "=", device);
    for (const column of columns) asking = asking.select(column).groupBy(column).orderBy(column);
    return asking;
  });
  return rows
    .filter((row) => row.rows !== 0)
    .map((row) => ({
      ...Object.fromEntries(groupBy.map((name) => [name, row[COLUMN[name]] as string])),
      count: row.total as number,
    }));
}

const slotCounters: Statement<{ readonly slot: number; readonly count: number }> = statement((db, arg) =>
  db
    .selectFrom("slot_count")
    .select(["slot", "count"])
    .where("org_id", "=", arg("org"))
    .where("account", "=", arg("account"))
    .where("day", "=", arg("day")),
);

export async function countersOf(at: Connection, org: string, account: string, day: string) {
  const counters = new Array<number>(SLOTS_PER_DAY).fill(0);
  for (const { slot, count } of await slotCounters.all(at, { org, account, day })) counters[slot] = count;
  return counters;
}

const chargedUnits: Statement<{ readonly units: number }> = statement((db, arg) =>
  db
    .selectFrom("account")
    .select("units")
    .where("org_id", "=", arg("org"))
    .where("item_id", "=", arg("item"))
    .where("period", "=", arg("period")),
);

export async function chargedOf(at: Connection, org: string, accounts: readonly Pick<Account, "item" | "period">[]) {
  const units: number[] = [];
  for (const { item, period } of accounts) {
    units.push((await chargedUnits.first(at, { org, item, period }))?.units ?? 0);
  }
  return units;
}

const refusalRows: Statement<Omit<RefusalCount, "organisation">> = statement(
  (db, arg) =>
    db
      .selectFrom("refusal")
      .select(["code", "day", "refusal", "count"])
      .where("org_id", "=", arg("org"))
      .where("day", ">=", arg("from"))
      .where("day", "<=", arg("to"))
      .orderBy("code")
      .orderBy("day")
      .orderBy("refusal") as never,
);

export const refusalsOf = async (at: Connection, org: string, { from, to }: DayRange): Promise<RefusalCount[]> =>
  (await refusalRows.all(at, { org, from, to })).map((row) => ({ organisation: org, ...row }));
