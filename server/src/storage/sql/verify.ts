/**
 * Recomputes the aggregates of all organisations from cells, bits and seats, and lists what differs. Sums are made by the
 * database; bits are unfolded here, one account's day at a time. It must not know how aggregates came to be.
 */
import { unpackSlots } from "../../../../src/rules/slot-bits.js";
import { SLOTS_PER_DAY } from "../../../../src/rules/slots.js";
import type { Discrepancy } from "../../ports.js";
import { keyOf } from "../row-key.js";
import type { Connection } from "./connection.js";
import { type Statement, statement } from "./statement.js";

/** Two sums by the same names, side by side where they differ. */
function compared(names: readonly string[], stored: string, recomputed: string): string {
  const same = names.map((name) => `s.${name} = r.${name}`).join(" AND ");
  const either = names.map((name) => `coalesce(s.${name}, r.${name}) AS ${name}`).join(", ");
  return `SELECT ${either}, cast(coalesce(s.n, 0) AS bigint) AS stored, cast(coalesce(r.n, 0) AS bigint) AS recomputed
    FROM (${stored}) s FULL JOIN (${recomputed}) r ON ${same}
    WHERE coalesce(s.n, 0) <> coalesce(r.n, 0)
    ORDER BY ${names.map((_, index) => index + 1).join(", ")}`;
}

interface Check {
  readonly aggregate: Discrepancy["aggregate"];
  /** Organisation first. */
  readonly names: readonly string[];
  readonly sql: string;
}

const check = (aggregate: Discrepancy["aggregate"], names: readonly string[], stored: string, recomputed: string) => ({
  aggregate,
  names,
  sql: compared(names, stored, recomputed),
});

const CHECKS: readonly Check[] = [
  check(
    "usage",
    ["org_id", "code", "booked_day", "metric"],
    "SELECT org_id, code, booked_day, metric, count AS n FROM usage_total",
    "SELECT org_id, code, booked_day, metric, sum(count) AS n FROM usage_cell GROUP BY org_id, code, booked_day, metric",
  ),
  // Every scan of a code is charged once: to items, or to nobody.
  check(
    "charge",
    ["org_id", "code"],
    "SELECT org_id, code, sum(units) AS n FROM charge GROUP BY org_id, code",
    "SELECT org_id, code, sum(count) AS n FROM usage_cell GROUP BY org_id, code",
  ),
  check(
    "charge",
    ["org_id", "item_id", "period"],
    "SELECT org_id, item_id, period, units AS n FROM account",
    "SELECT org_id, item_id, period, sum(units) AS n FROM charge WHERE item_id <> '' GROUP BY org_id, item_id, period",
  ),
  check(
    "seats",
    ["org_id", "item_id", "period"],
    "SELECT org_id, item_id, period, taken AS n FROM seat_pool",
    "SELECT org_id, item_id, period, count(*) AS n FROM seat GROUP BY org_id, item_id, period",
  ),
];

interface AccountDay {
  readonly org_id: string;
  readonly account: string;
  readonly day: string;
}

const ACCOUNT_DAYS = `SELECT org_id, account, day FROM slot_use UNION SELECT org_id, account, day FROM slot_count
  ORDER BY 1, 2, 3`;

const bitsOfDay: Statement<{ readonly slots: Uint8Array }> = statement((db, arg) =>
  db
    .selectFrom("slot_use")
    .select("slots")
    .where("org_id", "=", arg("org"))
    .where("account", "=", arg("account"))
    .where("day", "=", arg("day")),
);
const countersOfDay: Statement<{ readonly slot: number; readonly count: number }> = statement((db, arg) =>
  db
    .selectFrom("slot_count")
    .select(["slot", "count"])
    .where("org_id", "=", arg("org"))
    .where("account", "=", arg("account"))
    .where("day", "=", arg("day")),
);

async function slotDifferences(at: Connection, { org_id: org, account, day }: AccountDay): Promise<Discrepancy[]> {
  const stored = new Array<number>(SLOTS_PER_DAY).fill(0);
  const recomputed = new Array<number>(SLOTS_PER_DAY).fill(0);
  for (const { slot, count } of await countersOfDay.all(at, { org, account, day })) stored[slot] = count;
  for (const { slots } of await bitsOfDay.all(at, { org, account, day })) {
    for (const slot of unpackSlots(slots)) recomputed[slot] = (recomputed[slot] as number) + 1;
  }
  return stored.flatMap((count, slot) =>
    count === recomputed[slot]
      ? []
      : [
          {
            organisation: org,
            aggregate: "slots",
            key: keyOf(keyOf(account, day), slot),
            stored: count,
            recomputed: recomputed[slot] as number,
          },
        ],
  );
}

/** Takes a connection whose transaction sees one state. */
export async function discrepancies(at: Connection): Promise<Discrepancy[]> {
  const found: Discrepancy[] = [];
  for (const { aggregate, names, sql } of CHECKS) {
    const rows = await at.all<Record<string, string | number> & { stored: number; recomputed: number }>(sql, []);
    for (const row of rows) {
      const [organisation, ...rest] = names.map((name) => row[name] as string | number);
      const { stored, recomputed } = row;
      found.push({ organisation: organisation as string, aggregate, key: keyOf(...rest), stored, recomputed });
    }
  }
  for (const day of await at.all<AccountDay>(ACCOUNT_DAYS, [])) found.push(...(await slotDifferences(at, day)));
  return found;
}
