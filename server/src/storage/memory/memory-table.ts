/**
 * Records of one kind in memory, by organisation and id. Written records are copies, so nobody changes them from outside. It
 * must not know what is in them, nor transactions.
 */
import { DomainError } from "../../domain/domain-error.js";
import type { Page, Paged, Table } from "../../ports.js";

/** A page of rows, ordered by what `idOf` says of them. */
export function pageOf<T>(rows: Iterable<T>, idOf: (row: T) => string, { limit, after }: Page): Paged<T> {
  const rest = sorted(rows, idOf).filter((row) => after === undefined || idOf(row) > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return rest.length > shown.length && last !== undefined ? { rows: shown, next: idOf(last) } : { rows: shown };
}

const sorted = <T>(rows: Iterable<T>, idOf: (row: T) => string): T[] =>
  [...rows].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));

/** A table; `rowsOf` gives an organisation's rows by id, `idOf` says what names a row. */
export function tableOver<T extends { readonly organisation: string }>(
  rowsOf: (organisation: string) => Map<string, T>,
  idOf: (row: T) => string,
): Table<T> {
  return {
    async get(organisation, id) {
      return rowsOf(organisation).get(id);
    },
    async insert(row) {
      const rows = rowsOf(row.organisation);
      if (rows.has(idOf(row))) throw new DomainError("conflict", `${idOf(row)} exists already.`);
      rows.set(idOf(row), structuredClone(row));
    },
    async update(row) {
      const rows = rowsOf(row.organisation);
      if (!rows.has(idOf(row))) throw new DomainError("not_found", `There is no ${idOf(row)}.`);
      rows.set(idOf(row), structuredClone(row));
    },
    async remove(organisation, id) {
      return rowsOf(organisation).delete(id);
    },
    async list(organisation, page) {
      return pageOf(rowsOf(organisation).values(), idOf, page);
    },
    async all(organisation) {
      return sorted(rowsOf(organisation).values(), idOf);
    },
  };
}
