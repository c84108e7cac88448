/**
 * Numbered migrations, in plain SQL, one folder for each dialect; they stand beside this file. Each runs once, in a
 * transaction of its own that also notes it, so that one that was cut off starts again and two runners never do it twice.
 * It must not know what the statements do.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { DomainError } from "../domain/domain-error.js";
import type { Connection, Dialect } from "./sql/connection.js";

export interface Migration {
  readonly number: number;
  /** The file's name. */
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const FILE = /^(\d{4})-[a-z0-9-]+\.sql$/;

export async function migrationsOf(dialect: Dialect, folder = new URL("./migrations/", import.meta.url)) {
  const inside = new URL(`${dialect}/`, folder);
  const names = (await readdir(inside)).filter((name) => FILE.test(name)).sort();
  const migrations = await Promise.all(
    names.map(async (name): Promise<Migration> => {
      const sql = (await readFile(new URL(name, inside), "utf8")).replaceAll("\r\n", "\n");
      return { number: Number(FILE.exec(name)?.[1]), name, sql, checksum: sha256(sql) };
    }),
  );
  migrations.forEach(({ number, name }, index) => {
    if (number !== index + 1) throw new Error(`migration ${name} stands in the place of number ${index + 1}`);
  });
  return migrations;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Why a store was not opened; the message names the remedy. */
export class SchemaError extends DomainError {
  constructor(
    readonly reason: "not_migrated" | "too_new" | "changed",
    message: string,
  ) {
    super("conflict", message);
    this.name = "SchemaError";
  }
}

/** A connection that also runs scripts. */
export interface ScriptConnection extends Connection {
  script(sql: string): Promise<void>;
}

/** What the runner needs of a database. */
export interface Migrated extends Connection {
  /** True where the table of migrations is there. */
  hasMigrationTable(): Promise<boolean>;
  /** One writing transaction; nothing stays of it where the work throws. */
  inTransaction<T>(work: (inside: ScriptConnection) => Promise<T>): Promise<T>;
}

const TABLE = `CREATE TABLE IF NOT EXISTS migration (
  number bigint NOT NULL PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at bigint NOT NULL)`;

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/** The migrations that the database still needs; throws where it is newer than the program or not what was applied. */
export async function pendingMigrations(db: Migrated, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const applied = (await db.hasMigrationTable())
    ? await db.all<Applied>("SELECT number, name, checksum FROM migration ORDER BY number", [])
    : [];
  const newest = applied.at(-1)?.number ?? 0;
  if (newest > migrations.length) {
    throw new SchemaError(
      "too_new",
      `The database has been migrated to ${newest} by a newer program; this one knows ${migrations.length}. Run the newer program, or restore a backup from before the migration.`,
    );
  }
  for (const { number, name, checksum } of applied) {
    if (migrations[number - 1]?.checksum === checksum) continue;
    throw new SchemaError(
      "changed",
      `Migration ${name} is not the one that was applied to the database; run the program's unchanged release.`,
    );
  }
  return migrations.slice(newest);
}

/** Throws unless the database has every migration. */
export async function demandMigrated(db: Migrated, migrations: readonly Migration[]): Promise<void> {
  const pending = await pendingMigrations(db, migrations);
  if (pending.length === 0) return;
  throw new SchemaError(
    "not_migrated",
    `The database lacks ${pending.length} of ${migrations.length} migrations; make a backup, then run: lts migrate`,
  );
}

/** Applies what is pending, in order; returns the names of those that this call applied. */
export async function migrate(db: Migrated, migrations: readonly Migration[], now = Date.now()): Promise<string[]> {
  const pending = await pendingMigrations(db, migrations);
  if (pending.length === 0) return [];
  await db
    .inTransaction((inside) => inside.script(TABLE))
    .catch(async (error) => {
      // Two runners that create it together: one of them is told that it exists, whatever IF NOT EXISTS says.
      if (!(await db.hasMigrationTable())) throw error;
    });
  const done: string[] = [];
  for (const migration of pending)
    if (await db.inTransaction((inside) => apply(inside, migration, now))) done.push(migration.name);
  return done;
}

/** Noted first: another runner waits there for the end of this transaction, and then finds it noted. */
async function apply(inside: ScriptConnection, { number, name, checksum, sql }: Migration, now: number) {
  const values = inside.dialect === "postgres" ? "($1, $2, $3, $4)" : "(?, ?, ?, ?)";
  const note = `INSERT INTO migration (number, name, checksum, applied_at) VALUES ${values} ON CONFLICT DO NOTHING`;
  if ((await inside.run(note, [number, name, checksum, now])) === 0) return false;
  await inside.script(sql);
  return true;
}
