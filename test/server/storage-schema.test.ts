import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Migrated, migrate, migrationsOf, pendingMigrations } from "../../server/src/storage/migrations.js";
import { migrateStorage, openStorage, placeOf } from "../../server/src/storage/open.js";
import { PostgresConnections } from "../../server/src/storage/postgres/postgres-connections.js";
import { SqliteConnection } from "../../server/src/storage/sqlite/sqlite-connection.js";
import { startPostgres, type TestPostgres } from "./postgres.js";

const folder = mkdtempSync(join(tmpdir(), "tallymark-schema-"));
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What both dialects must agree on: `table.column type null?`, keys in their order, indexes. */
type Schema = readonly string[];

const LOGICAL: Readonly<Record<string, string>> = {
  TEXT: "text",
  INTEGER: "whole number",
  BLOB: "bytes",
  bigint: "whole number",
  text: "text",
  bytea: "bytes",
};

function sqliteSchema(path: string): Schema {
  const db = new Database(path, { readonly: true });
  const all = <Row>(sql: string, ...values: unknown[]) => db.prepare(sql).all(...values) as Row[];
  const tables = all<{ name: string; strict: number }>(
    "SELECT name, strict FROM pragma_table_list WHERE schema = 'main'",
  );
  const lines = tables
    .filter(({ name }) => !name.startsWith("sqlite_") && name !== "migration")
    .flatMap(({ name, strict }) => {
      expect([name, strict]).toEqual([name, 1]);
      const columns = all<{ name: string; type: string; notnull: number; pk: number }>(
        'SELECT name, type, "notnull", pk FROM pragma_table_info(?)',
        name,
      );
      const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
      const indexes = all<{ name: string; unique: number; origin: string }>(
        "SELECT name, \"unique\", origin FROM pragma_index_list(?) WHERE origin = 'c'",
        name,
      );
      return [
        ...columns.map((it) => `${name}.${it.name} ${LOGICAL[it.type]} ${it.notnull === 1 ? "not null" : "null"}`),
        `${name} key ${key.map((it) => it.name).join()}`,
        ...indexes.map((it) => {
          const on = all<{ name: string }>("SELECT name FROM pragma_index_info(?) ORDER BY seqno", it.name);
          return `${name} ${it.unique === 1 ? "unique " : ""}index ${it.name} ${on.map((column) => column.name).join()}`;
        }),
      ];
    });
  db.close();
  return lines.sort();
}

async function postgresSchema(database: string): Promise<Schema> {
  const columns = await postgres.admin(
    `SELECT table_name, column_name, data_type, is_nullable, collation_name FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name <> 'migration'`,
    database,
  );
  const indexes = await postgres.admin(
    `SELECT t.relname AS table_name, i.relname AS index_name, x.indisprimary, x.indisunique,
        array_to_string(array_agg(a.attname ORDER BY k.place), ',') AS columns
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        CROSS JOIN unnest(x.indkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
      WHERE n.nspname = 'public' AND t.relname <> 'migration'
      GROUP BY t.relname, i.relname, x.indisprimary, x.indisunique`,
    database,
  );
  return [
    ...columns.map((it) => {
      // Text that sorts by a language would page and lock in another order than SQLite does.
      if (it.data_type === "text") expect([it.table_name, it.column_name, it.collation_name]).toContain("C");
      const type = LOGICAL[String(it.data_type)];
      return `${it.table_name}.${it.column_name} ${type} ${it.is_nullable === "NO" ? "not null" : "null"}`;
    }),
    ...indexes.map((it) =>
      it.indisprimary === true
        ? `${it.table_name} key ${it.columns}`
        : `${it.table_name} ${it.indisunique === true ? "unique " : ""}index ${it.index_name} ${it.columns}`,
    ),
  ].sort();
}

test("both dialects end in the same logical schema, with the organisation first in every key", async () => {
  const path = join(folder, "schema.db");
  await migrateStorage(path);
  await migrateStorage(await postgres.create("schema"));
  const schema = sqliteSchema(path);
  expect(await postgresSchema("schema")).toEqual(schema);
  expect(schema.length).toBeGreaterThan(80);
  const keys = schema.filter((line) => line.includes(" key "));
  const others = keys.filter((line) => !line.includes(" key org_id,"));
  expect(others).toEqual(["organisation key id", "store_state key one"]);
});

test("both dialects number the same migrations", async () => {
  const numbers = async (dialect: "sqlite" | "postgres") => (await migrationsOf(dialect)).map(({ name }) => name);
  expect(await numbers("sqlite")).toEqual(await numbers("postgres"));
});

const places = [
  ["SQLite", async (name: string) => join(folder, `${name}.db`)],
  ["PostgreSQL", (name: string) => postgres.create(name)],
] as const;

const connect = (location: string): Promise<Migrated & { close(): void | Promise<void> }> =>
  location.startsWith("postgres")
    ? PostgresConnections.open(location)
    : Promise.resolve(SqliteConnection.open(location));

/** The program's migrations and one more. */
async function withAnother(db: Migrated, sql: string, name = "another") {
  const migrations = await migrationsOf(db.dialect);
  const number = migrations.length + 1;
  return [...migrations, { number, name: `000${number}-${name}.sql`, sql, checksum: name }];
}

describe.each(places)("migrations of %s", (_, place) => {
  test("run once, when told to, and are asked for by name otherwise", async () => {
    const location = await place("told");
    await expect(openStorage(location)).rejects.toThrow(/lts migrate/);
    const planned = await migrateStorage(location, true);
    expect(planned).toContain("0001-first-schema.sql");
    await expect(openStorage(location)).rejects.toThrow(/lts migrate/);
    expect(await migrateStorage(location)).toEqual(planned);
    expect(await migrateStorage(location)).toEqual([]);
    const store = await openStorage(location);
    expect((await store.commit()).generation).not.toBe("");
    await store.close();
  });

  test("of a newer program are refused, with the remedy", async () => {
    const location = await place("newer");
    const db = await connect(location);
    await migrate(db, await withAnother(db, "CREATE TABLE later (n bigint)"));
    await db.close();
    await expect(openStorage(location)).rejects.toMatchObject({ reason: "too_new", message: /newer program/ });
    await expect(openStorage(location, { migrate: true })).rejects.toMatchObject({ reason: "too_new" });
  });

  test("that were changed after they were applied are refused", async () => {
    const db = await connect(await place("changed"));
    const migrations = await migrationsOf(db.dialect);
    await migrate(db, migrations);
    const changed = migrations.map((it) => ({ ...it, checksum: "another" }));
    await expect(pendingMigrations(db, changed)).rejects.toMatchObject({ reason: "changed" });
    await db.close();
  });

  test("that fail leave nothing behind and are run again", async () => {
    const db = await connect(await place("failing"));
    const bad = await withAnother(db, "CREATE TABLE half (n bigint); SELECT * FROM nowhere");
    await expect(migrate(db, bad)).rejects.toThrow(/nowhere/);
    expect((await pendingMigrations(db, bad)).map(({ number }) => number)).toEqual([bad.length]);
    const good = await withAnother(db, "CREATE TABLE half (n bigint)");
    expect(await migrate(db, good)).toHaveLength(1);
    await db.close();
  });

  test("run once where several runners start together", async () => {
    const location = await place("together");
    const done = await Promise.all(Array.from({ length: 4 }, () => migrateStorage(location)));
    expect(done.flat().sort()).toEqual(["0001-first-schema.sql", "0002-sign-in-attempts.sql"]);
  });
});

test("a missing number among migrations is found before anything runs", async () => {
  const inside = join(folder, "gap/sqlite");
  mkdirSync(inside, { recursive: true });
  for (const name of ["0001-a.sql", "0003-c.sql"]) writeFileSync(join(inside, name), "SELECT 1");
  await expect(migrationsOf("sqlite", pathToFileURL(`${join(folder, "gap")}/`))).rejects.toThrow(/0003-c\.sql/);
});

describe("locations", () => {
  test.each([
    ["memory:", { kind: "memory" }],
    ["sqlite:data/lts.db", { kind: "sqlite", path: "data/lts.db" }],
    ["sqlite:///var/lib/lts.db", { kind: "sqlite", path: "/var/lib/lts.db" }],
    ["/var/lib/lts.db", { kind: "sqlite", path: "/var/lib/lts.db" }],
    ["C:\\lts\\lts.db", { kind: "sqlite", path: "C:\\lts\\lts.db" }],
    ["postgresql://u:p@host/db", { kind: "postgres", url: "postgresql://u:p@host/db" }],
  ])("%s", (location, place) => {
    expect(placeOf(location)).toEqual(place);
  });

  test.each(["", "sqlite:", "mysql://u:secret@host/db"])(
    "%j names no storage, and no password is repeated",
    (location) => {
      expect(() => placeOf(location)).toThrow(/names no storage/);
      expect(() => placeOf(location)).not.toThrow(/secret/);
    },
  );

  test("a file that is not there is not made by opening it", async () => {
    await expect(openStorage(join(folder, "none.db"))).rejects.toThrow(/lts migrate/);
  });

  test("a server that does not answer is unavailable storage", async () => {
    const gone = openStorage("postgres://postgres:postgres@127.0.0.1:1/none");
    await expect(gone).rejects.toMatchObject({ code: "busy", reason: "storage_unavailable" });
  });

  test("memory has no backup", async () => {
    const store = await openStorage("memory:");
    await expect(store.backup(join(folder, "copy"))).rejects.toMatchObject({ code: "conflict" });
    await store.close();
  });
});
