/** What the shared statements need of a database: rows for a query, inside whatever transaction is open. It must not know SQL. */

export type Dialect = "sqlite" | "postgres";

/** What a column takes; `Uint8Array` for bits. */
export type Value = string | number | Uint8Array | null;

export interface Connection {
  readonly dialect: Dialect;
  all<Row>(sql: string, values: readonly unknown[]): Promise<readonly Row[]>;
  /** Rows that were written or deleted. */
  run(sql: string, values: readonly unknown[]): Promise<number>;
}
