/**
 * Records of one kind in memory, by organisation and id. Written records are frozen copies, so nobody changes them from
 * outside. It must not know what is in them, nor transactions.
 */
import { DomainError } from "../../domain/domain-error.js";
import type { Page, Paged } from "../../ports.js";

/** One string per key; no two keys share one. */
export const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

const byId = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A page of rows, ordered by what `idOf` says of them. */
export function pageOf<T>(rows: Iterable<T>, idOf: (row: T) => string, { limit, after }: Page): Paged<T> {
  const rest = [...rows].filter((row) => after === undefined || idOf(row) > after);
  rest.sort((a, b) => byId(idOf(a), idOf(b)));
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return rest.length > shown.length && last !== undefined ? { rows: shown, next: idOf(last) } : { rows: shown };
}

/** Rows of all organisations. */
export type Rows<T> = Map<string, T>;

interface Owned {
  readonly organisation: string;
}

/** A table over a map of rows; `idOf` says what names a row within its organisation. */
export function tableOver<T extends Owned>(rows: Rows<T>, idOf: (row: T) => string) {
  const rowKey = (row: T) => keyOf(row.organisation, idOf(row));
  const own = (organisation: string) => [...rows.values()].filter((row) => row.organisation === organisation);
  return {
    async get(organisation: string, id: string): Promise<T | undefined> {
      return rows.get(keyOf(organisation, id));
    },
    async insert(row: T): Promise<void> {
      if (rows.has(rowKey(row))) throw new DomainError("conflict", `${idOf(row)} exists already.`);
      rows.set(rowKey(row), structuredClone(row));
    },
    async update(row: T): Promise<void> {
      if (!rows.has(rowKey(row))) throw new DomainError("not_found", `There is no ${idOf(row)}.`);
      rows.set(rowKey(row), structuredClone(row));
    },
    async remove(organisation: string, id: string): Promise<boolean> {
      return rows.delete(keyOf(organisation, id));
    },
    async list(organisation: string, page: Page): Promise<Paged<T>> {
      return pageOf(own(organisation), idOf, page);
    },
    async all(organisation: string): Promise<readonly T[]> {
      return own(organisation).sort((a, b) => byId(idOf(a), idOf(b)));
    },
  };
}
