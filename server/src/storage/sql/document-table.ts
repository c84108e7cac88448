/**
 * Records of one kind as JSON documents by organisation and id: written whole, read whole, so that a new optional field needs
 * no migration. It must not know what is in them.
 */
import { DomainError } from "../../domain/domain-error.js";
import type { Page, Paged, Table } from "../../ports.js";
import type { Connection, Value } from "./connection.js";
import { type Statement, statement } from "./statement.js";
import type { DocumentName } from "./tables.js";

export interface DocumentRow {
  readonly doc: string;
}

/** A page of rows that were asked for with one more than the limit. */
export function paged<T>(rows: readonly T[], limit: number, idOf: (row: T) => string): Paged<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return rows.length > limit && last !== undefined ? { rows: shown, next: idOf(last) } : { rows: shown };
}

/** Before the first id of a page: every id sorts after it, but the empty one, which nothing has. */
export const startOf = ({ after }: Page): string => after ?? "";

export interface Kind<T> {
  readonly table: DocumentName;
  idOf(record: T): string;
  /** Columns beside the document, by name. */
  columnsOf?(record: T): Readonly<Record<string, Value>>;
  readonly columns?: readonly string[];
  /** Said where a unique column is taken. */
  readonly conflict?: string;
}

/** A kind of records: what makes its table over a connection. Statements are compiled once for all connections. */
export function documentTable<T extends { readonly organisation: string }>(
  kind: Kind<T>,
): (at: Connection) => Table<T> {
  // Every document table has these columns; the type stands for all of them.
  const name = kind.table as "handshake_code";
  const columns = kind.columns ?? [];
  const get: Statement<DocumentRow> = statement((db, arg) =>
    db.selectFrom(name).select("doc").where("org_id", "=", arg("org")).where("id", "=", arg("id")),
  );
  const insert = statement((db, arg) =>
    db
      .insertInto(name)
      .values({
        org_id: arg("org"),
        id: arg("id"),
        doc: arg("doc"),
        ...Object.fromEntries(columns.map((column) => [column, arg(column)])),
      })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const update = statement((db, arg) =>
    db
      .updateTable(name)
      .set({ doc: arg("doc"), ...Object.fromEntries(columns.map((column) => [column, arg(column)])) })
      .where("org_id", "=", arg("org"))
      .where("id", "=", arg("id")),
  );
  const remove = statement((db, arg) =>
    db.deleteFrom(name).where("org_id", "=", arg("org")).where("id", "=", arg("id")),
  );
  const all: Statement<DocumentRow> = statement((db, arg) =>
    db.selectFrom(name).select("doc").where("org_id", "=", arg("org")).orderBy("id"),
  );
  const list: Statement<DocumentRow> = statement((db, arg) =>
    db
      .selectFrom(name)
      .select("doc")
      .where("org_id", "=", arg("org"))
      .where("id", ">", arg("after"))
      .orderBy("id")
      .limit(arg("limit")),
  );
  const read = ({ doc }: DocumentRow) => JSON.parse(doc) as T;
  const argsOf = (record: T) => ({
    org: record.organisation,
    id: kind.idOf(record),
    doc: JSON.stringify(record),
    ...kind.columnsOf?.(record),
  });
  return (at) => ({
    async get(organisation, id) {
      const row = await get.first(at, { org: organisation, id });
      return row && read(row);
    },
    async insert(record) {
      if ((await insert.run(at, argsOf(record))) > 0) return;
      throw new DomainError("conflict", kind.conflict ?? `${kind.idOf(record)} exists already.`);
    },
    async update(record) {
      if ((await update.run(at, argsOf(record))) > 0) return;
      throw new DomainError("not_found", `There is no ${kind.idOf(record)}.`);
    },
    remove: async (organisation, id) => (await remove.run(at, { org: organisation, id })) > 0,
    async list(organisation, page) {
      const rows = await list.all(at, { org: organisation, after: startOf(page), limit: page.limit + 1 });
      return paged(rows.map(read), page.limit, kind.idOf);
    },
    all: async (organisation) => (await all.all(at, { org: organisation })).map(read),
  });
}
