import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstBreak } from "../../server/src/domain/audit.js";
import { moveStorage } from "../../server/src/storage/move.js";
import { openStorage, type Storage } from "../../server/src/storage/open.js";
import { type FleetDevice, fleetOf, sumOf } from "./fleet.js";
import { addOrganisation, ask, attach, buy, granted, openLab } from "./lab.js";
import { startPostgres, type TestPostgres } from "./postgres.js";
import { likeTheModel } from "./store-model.js";

const folder = mkdtempSync(join(tmpdir(), "tallymark-move-"));
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const FLEET = 1201;

/** An SQLite store with something in every table, one of them longer than a page. */
async function grown(name: string) {
  const path = join(folder, `${name}.db`);
  const store = await openStorage(path, { migrate: true });
  const lab = openLab(store);
  await addOrganisation(lab);
  const { item } = await buy(lab, { type: "per-device", name: "licence", units: 10 });
  await attach(lab, [item]);
  granted(await ask(lab));
  await likeTheModel(store, 60);
  const fleet = fleetOf("fleet", FLEET);
  const counted = fleet.map((device) => {
    device.count = 3;
    return device.report();
  });
  await store.mergeUsage(counted);
  const { generation } = await store.commit();
  await store.close();
  return { path, fleet, generation };
}

/** After everybody has reported once more, the store holds exactly what the devices have counted. */
async function expectTruth(store: Storage, fleet: readonly FleetDevice[]) {
  await store.mergeUsage(fleet.map((device) => device.report()));
  expect(await sumOf(store, "fleet")).toBe(fleet.reduce((sum, { count }) => sum + count, 0));
  expect(await store.verify()).toEqual([]);
}

type Tables = Record<string, unknown[]>;
const isOurs = (name: string) => name !== "migration" && name !== "store_state";
const sorted = (rows: readonly object[]) =>
  rows.map((row) => JSON.stringify(row, (_, value) => (value instanceof Uint8Array ? [...value] : value))).sort();

/** All rows, read without the code that moved them. */
function rowsOfSqlite(path: string): Tables {
  const db = new Database(path, { readonly: true });
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  const tables = names
    .filter(isOurs)
    .map((name) => [name, sorted(db.prepare(`SELECT * FROM ${name}`).all() as object[])]);
  db.close();
  return Object.fromEntries(tables);
}

async function rowsOfPostgres(database: string): Promise<Tables> {
  const names = await postgres.admin("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database);
  const tables: Tables = {};
  for (const name of names.map(({ tablename }) => String(tablename)).filter(isOurs)) {
    const rows = await postgres.admin(`SELECT * FROM ${name}`, database);
    const numbers = (row: object) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          typeof value === "string" && NUMBERS.has(column) ? Number(value) : value,
        ]),
      );
    tables[name] = sorted(rows.map(numbers));
  }
  return tables;
}
/** What the driver returns as text: bigint. */
const NUMBERS = new Set(
  "expires_at sequence first_seen last_seen count added period units slot taken used_at".split(" "),
);

describe("a server that has begun on SQLite moves to PostgreSQL", () => {
  test("every row is there, the totals and the audit are right, and the devices go on", async () => {
    const { path, fleet, generation } = await grown("whole");
    const to = await postgres.create("whole");
    const moved = await moveStorage(path, to);
    const before = rowsOfSqlite(path);
    expect(await rowsOfPostgres("whole")).toEqual(before);
    expect(moved).toEqual(Object.fromEntries(Object.entries(before).map(([name, rows]) => [name, rows.length])));
    expect(moved.usage_cell).toBeGreaterThan(FLEET);
    const filled = Object.entries(moved).filter(([, count]) => count > 0);
    expect(filled.map(([name]) => name)).toEqual(
      expect.arrayContaining(["audit_record", "charge", "device", "refusal", "seat", "seat_pool", "slot_count"]),
    );
    const store = await openStorage(to);
    expect(await store.verify()).toEqual([]);
    const { ports } = openLab(store);
    const chain = await store.read(({ audit }) => audit.list("100", 0, 1000));
    expect(chain.length).toBeGreaterThan(2);
    expect(firstBreak(chain, ports.keys.sha256)).toBeUndefined();
    // Devices hear that it is another life, and send again what they have kept.
    expect((await store.commit()).generation).not.toBe(generation);
    for (const device of fleet.slice(0, 5)) expect(await device.work(store)).toBe(true);
    await expectTruth(store, fleet);
    await store.close();
  });

  test("a target that holds anything is refused and stays as it is; so is a source that is none", async () => {
    const { path } = await grown("refused");
    const to = await postgres.create("refused");
    await moveStorage(path, to);
    const before = await rowsOfPostgres("refused");
    await expect(moveStorage(path, to)).rejects.toMatchObject({ code: "conflict" });
    expect(await rowsOfPostgres("refused")).toEqual(before);
    await expect(moveStorage(join(folder, "none.db"), to)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a row that arrives as another one undoes the whole", async () => {
    const { path } = await grown("altered");
    const to = await postgres.create("altered");
    await (await openStorage(to, { migrate: true })).close();
    await postgres.admin(
      `CREATE FUNCTION alter_row() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.device_id = 'd1200' THEN NEW.count := 4; END IF; RETURN NEW; END $$;
      CREATE TRIGGER alter_row BEFORE INSERT ON usage_cell FOR EACH ROW EXECUTE FUNCTION alter_row()`,
      "altered",
    );
    await expect(moveStorage(path, to)).rejects.toThrow(/row of usage_cell \(fleet d1200 .*nothing was moved/);
    expect(Object.values(await rowsOfPostgres("altered")).flat()).toEqual([]);
  });

  test("nothing is acknowledged by the source meanwhile", async () => {
    const { path, fleet } = await grown("locked");
    const to = await postgres.create("locked");
    await (await openStorage(to, { migrate: true })).close();
    await postgres.admin(
      `CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$;
      CREATE TRIGGER wait BEFORE INSERT ON organisation FOR EACH ROW EXECUTE FUNCTION wait()`,
      "locked",
    );
    const source = await openStorage(path);
    const moving = moveStorage(path, to);
    const isAtIt = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    while ((await postgres.admin(isAtIt)).length === 0) await sleep(20);
    expect(await fleet[0]?.work(source)).toBe(false);
    await moving;
    expect(await fleet[0]?.work(source)).toBe(true);
    await source.close();
    const store = await openStorage(to);
    expect(await sumOf(store, "fleet")).toBe(3 * FLEET);
    // What the device has counted since is there with its next report.
    await expectTruth(store, fleet);
    await store.close();
  });
});
