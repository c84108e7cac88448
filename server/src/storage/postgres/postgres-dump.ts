/**
 * A small PostgreSQL as a script of rows, to be loaded into a migrated and empty database with `psql -f`. For anything larger
 * there are pg_dump and base backups. It must not know what the rows mean.
 */
import { open, rename, rm } from "node:fs/promises";
import pg from "pg";
import { DomainError } from "../../domain/domain-error.js";
import type { Connection } from "../sql/connection.js";

/** Bytes of a database above which dumping it row by row is the wrong tool. */
const LARGEST = 256 * 1024 * 1024;
const ROWS_AT_ONCE = 1000;

interface Column {
  readonly table: string;
  readonly column: string;
}

/** Tables in the order of their names, but for those that the migrations fill. */
const COLUMNS = `SELECT table_name AS table, column_name AS column FROM information_schema.columns
  WHERE table_schema = current_schema() AND table_name NOT IN ('migration', 'store_state')
  ORDER BY table_name, ordinal_position`;

/** Takes a connection whose transaction sees one state. */
export async function dump(at: Connection, target: string): Promise<void> {
  const [size] = await at.all<{ bytes: number }>("SELECT pg_database_size(current_database()) AS bytes", []);
  if ((size?.bytes ?? 0) > LARGEST) {
    throw new DomainError("conflict", "The database is too large for a script of rows; use pg_dump or pg_basebackup.");
  }
  const tables = new Map<string, string[]>();
  for (const { table, column } of await at.all<Column>(COLUMNS, [])) {
    tables.set(table, [...(tables.get(table) ?? []), column]);
  }
  const file = await openNew(target);
  const part = `${target}.part`;
  try {
    await file.write(
      "-- tallymark: rows of a License Tracking Server; load into a database after: lts migrate\nBEGIN;\n",
    );
    for (const [table, columns] of tables) {
      for await (const lines of rowsOf(at, table, columns)) await file.write(lines);
    }
    await file.write("COMMIT;\n");
    await file.sync();
    await file.close();
    await rename(part, target);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}

async function openNew(target: string) {
  const taken = await open(target, "r").catch(() => undefined);
  await taken?.close();
  if (taken !== undefined) throw new DomainError("conflict", `${target} exists already; name a new file.`);
  return open(`${target}.part`, "w");
}

/** Literals are made by the database, so that every value comes back as it was. */
async function* rowsOf(at: Connection, table: string, columns: readonly string[]): AsyncGenerator<string> {
  const name = pg.escapeIdentifier(table);
  const names = columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  const literals = columns.map((column) => `quote_nullable(${pg.escapeIdentifier(column)})`).join(" || ', ' || ");
  await at.run(`DECLARE rows CURSOR FOR SELECT ${literals} AS line FROM ${name}`, []);
  for (;;) {
    const rows = await at.all<{ line: string }>(`FETCH ${ROWS_AT_ONCE} FROM rows`, []);
    if (rows.length === 0) break;
    yield `${rows.map(({ line }) => `INSERT INTO ${name} (${names}) VALUES (${line});`).join("\n")}\n`;
  }
  await at.run("CLOSE rows", []);
}
