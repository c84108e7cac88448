/**
 * Moves everything from an SQLite file to an empty PostgreSQL: one state of the source, one transaction of the target, table
 * by table in pages; what was written is read back and compared before it is committed. It must not know what rows mean.
 */
import { existsSync } from "node:fs";
import pg from "pg";
import { DomainError } from "../domain/domain-error.js";
import { demandMigrated, migrate, migrationsOf, type ScriptConnection } from "./migrations.js";
import { PostgresConnections } from "./postgres/postgres-connections.js";
import { discrepancies } from "./sql/verify.js";
import { SqliteConnection } from "./sqlite/sqlite-connection.js";

/** Rows that were moved, by table. */
export type Moved = Readonly<Record<string, number>>;

/** Rows in memory at once. */
const PAGE = 1000;
/** Filled by the migrations, and by each database for itself: the target begins a life of its own. */
const OWN = new Set(["migration", "store_state"]);

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** Types of the target, in the order of the columns. */
  readonly types: readonly string[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
}

type Row = readonly unknown[];

/**
 * @param from path of a migrated SQLite file. It takes no writes meanwhile, so that nothing is acknowledged that stays behind
 * @param to URL of a database that is empty, migrated or not
 * @throws DomainError `conflict` where the target holds anything, or where what was read back is not what was written
 */
export async function moveStorage(from: string, to: string): Promise<Moved> {
  if (!existsSync(from)) throw new DomainError("not_found", `There is no database ${from}; name it by --from.`);
  const source = SqliteConnection.open(from);
  try {
    await demandMigrated(source, await migrationsOf("sqlite"));
    const target = await PostgresConnections.open(to);
    try {
      await migrate(target, await migrationsOf("postgres"));
      return await source.inTransaction(() => target.inTransaction((inside) => copy(source, inside), true));
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

/** May run again from its beginning, after a conflict. */
async function copy(source: SqliteConnection, target: ScriptConnection): Promise<Moved> {
  const tables = await tablesOf(source, target);
  for (const table of tables) await demandEmpty(target, table);
  const moved: Record<string, number> = {};
  for (const table of tables) {
    moved[table.name] = await fill(source, target, table);
    await demandSame(source, target, table);
  }
  const [before, after] = [await discrepancies(source), await discrepancies(target)];
  if (JSON.stringify(before) !== JSON.stringify(after)) {
    throw new DomainError("conflict", "The totals of the copy are not those of the source; nothing was moved.");
  }
  return moved;
}

/** Both schemas are the same but for their types. */
async function tablesOf(source: SqliteConnection, target: ScriptConnection): Promise<readonly Table[]> {
  const names = await source.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    [],
  );
  const types = await target.all<{ table: string; column: string; type: string }>(
    `SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns
      WHERE table_schema = current_schema()`,
    [],
  );
  const typeOf = new Map(types.map(({ table, column, type }) => [`${table}.${column}`, type]));
  const tables: Table[] = [];
  for (const { name } of names.filter((it) => !OWN.has(it.name))) {
    const columns = await source.all<{ name: string; pk: number }>("SELECT name, pk FROM pragma_table_info(?)", [name]);
    const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    tables.push({
      name,
      columns: columns.map((column) => column.name),
      types: columns.map((column) => typeOf.get(`${name}.${column.name}`) ?? "text"),
      key: key.map((column) => column.name),
    });
  }
  return tables;
}

async function demandEmpty(target: ScriptConnection, { name }: Table): Promise<void> {
  if ((await target.all(`SELECT 1 FROM ${pg.escapeIdentifier(name)} LIMIT 1`, [])).length === 0) return;
  throw new DomainError("conflict", `The target holds rows already (${name}); move to an empty database.`);
}

/** Rows of the source in the order of their key, a page at a time. */
function* pagesOf(source: SqliteConnection, { name, columns, key }: Table): Generator<Row[]> {
  const list = (names: readonly string[]) => names.map((it) => `"${it}"`).join(", ");
  const rows = source.db
    .prepare(`SELECT ${list(columns)} FROM "${name}" ORDER BY ${list(key)}`)
    .raw()
    .iterate();
  let page: Row[] = [];
  for (const row of rows) {
    page.push(row as Row);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function fill(source: SqliteConnection, target: ScriptConnection, table: Table): Promise<number> {
  const { name, columns, types } = table;
  const names = columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`).join(", ");
  const insert = `INSERT INTO ${pg.escapeIdentifier(name)} (${names}) SELECT * FROM unnest(${arrays})`;
  let count = 0;
  for (const page of pagesOf(source, table)) {
    const values = columns.map((_, index) => page.map((row) => row[index]));
    count += await target.run(insert, values);
  }
  return count;
}

/** Reads the target's table in the same order, and throws at the first row that is another one. */
async function demandSame(source: SqliteConnection, target: ScriptConnection, table: Table): Promise<void> {
  const { name, columns, key } = table;
  const list = (names: readonly string[]) => names.map((it) => pg.escapeIdentifier(it)).join(", ");
  const cursor = pg.escapeIdentifier(`moved_${name}`);
  await target.run(
    `DECLARE ${cursor} CURSOR FOR SELECT ${list(columns)} FROM ${pg.escapeIdentifier(name)} ORDER BY ${list(key)}`,
    [],
  );
  const fetch = async () => {
    const rows = await target.all<Record<string, unknown>>(`FETCH ${PAGE} FROM ${cursor}`, []);
    return rows.map((row) => columns.map((column) => row[column]));
  };
  for (const page of pagesOf(source, table)) demandSameRows(table, page, await fetch());
  demandSameRows(table, [], await fetch());
  await target.run(`CLOSE ${cursor}`, []);
}

function demandSameRows({ name, key, columns }: Table, wanted: readonly Row[], found: readonly Row[]): void {
  const at = wanted.findIndex((row, index) => !isSameRow(row, found[index] ?? []));
  if (at < 0 && wanted.length === found.length) return;
  const row = wanted[Math.max(at, 0)] ?? found[0] ?? [];
  const where = key.map((column) => String(row[columns.indexOf(column)])).join(" ");
  throw new DomainError("conflict", `A row of ${name} (${where}) is not in the copy as it was; nothing was moved.`);
}

const isSameRow = (a: Row, b: Row): boolean => a.every((value, index) => isSame(value, b[index]));
const isSame = (a: unknown, b: unknown): boolean =>
  a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
