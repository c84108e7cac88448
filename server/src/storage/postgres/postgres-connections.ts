/**
 * Connections to one PostgreSQL: transactions that begin again after a conflict, and errors told apart into those of the
 * database and those of the caller. A commit whose end is unknown is never taken for one. It must not know tables.
 */
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { BusyError, DomainError } from "../../domain/domain-error.js";
import type { Migrated, ScriptConnection } from "../migrations.js";

export interface PostgresOptions {
  /** Connections of this node. @default 10 */
  readonly maxConnections?: number;
}

/** Conflicts between nodes are over in milliseconds; who still fails then is told to come back. */
const ATTEMPTS = 40;
/** A fail-over leaves dead connections in the pool: each of them costs an attempt. */
const LOST_ATTEMPTS = 12;
const STATEMENT_MS = 30_000;
const CONNECT_MS = 5_000;
/** For what reads whole tables. */
const LONG_MS = 24 * 60 * 60 * 1000;
const PATIENCE = "; SET LOCAL statement_timeout = 0";
const OLDEST_VERSION = 150_000;

const INT8 = 20;

/** bigint as a number, which all of ours are; anything else would be a silent loss of digits. */
function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} is beyond what a number holds exactly`);
  return value;
}

const types = {
  getTypeParser: ((id: number, format?: "text" | "binary") =>
    id === INT8 ? wholeNumber : pg.types.getTypeParser(id, format as "text")) as typeof pg.types.getTypeParser,
};

/** Names of prepared statements: the same text has the same name on every connection of the process. */
const names = new Map<string, string>();
function nameOf(sql: string): string {
  const name = names.get(sql) ?? `lts${names.size + 1}`;
  names.set(sql, name);
  return name;
}

/** One connection inside a transaction: queries one after the other, and none when it is over. */
class PostgresConnection implements ScriptConnection {
  readonly dialect = "postgres";
  readonly #client: pg.PoolClient;
  readonly #timeoutMs: number;
  #last: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(client: pg.PoolClient, timeoutMs: number) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
  }

  async all<Row>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.#query({ name: nameOf(sql), text: sql, values: [...values] })).rows as Row[];
  }

  async run(sql: string, values: readonly unknown[]): Promise<number> {
    return (await this.#query({ name: nameOf(sql), text: sql, values: [...values] })).rowCount ?? 0;
  }

  async script(sql: string): Promise<void> {
    await this.#query({ text: sql });
  }

  /** What goes on after this, such as a branch of work whose sibling has failed, must not meet the next transaction. */
  end(): Promise<unknown> {
    this.#isOver = true;
    return this.#last;
  }

  #query(query: pg.QueryConfig): Promise<pg.QueryResult> {
    if (this.#isOver) return Promise.reject(new Error("the transaction is over"));
    // Where the network swallows everything, nobody else ends the wait; the driver knows it, its types do not.
    const config = { ...query, query_timeout: this.#timeoutMs };
    const run = this.#last.then(() => this.#client.query(config));
    this.#last = run.catch(() => undefined);
    return run;
  }
}

type Work<T> = (inside: ScriptConnection) => Promise<T>;

export class PostgresConnections implements Migrated {
  readonly dialect = "postgres";
  readonly #pool: pg.Pool;
  /** Before every writing transaction: what the server's own settings lack. */
  #assurance = "";

  private constructor(url: string, { maxConnections = 10 }: PostgresOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: maxConnections,
      types,
      keepAlive: true,
      application_name: "lts",
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      idle_in_transaction_session_timeout: STATEMENT_MS,
      // For what begins and ends transactions; other statements name their own.
      query_timeout: STATEMENT_MS + CONNECT_MS,
    });
    // A connection that breaks while nobody waits for it says so here, and its next user finds out.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  /** @throws {@link BusyError} where it does not answer; {@link DomainError} where it must not be trusted with a ledger */
  static async open(url: string, options: PostgresOptions = {}): Promise<PostgresConnections> {
    const connections = new PostgresConnections(url, options);
    try {
      await connections.#demandTrustworthy();
      return connections;
    } catch (error) {
      await connections.close();
      throw error;
    }
  }

  async #demandTrustworthy(): Promise<void> {
    const [settings] = await this.inSnapshot((at) =>
      at.all<{ version: number; fsync: string; commit: string; encoding: string }>(
        `SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync,
          current_setting('synchronous_commit') AS commit, current_setting('server_encoding') AS encoding`,
        [],
      ),
    );
    const { version = 0, fsync, commit, encoding } = settings ?? {};
    const refuse = (why: string) => {
      throw new DomainError("invalid", why);
    };
    if (version < OLDEST_VERSION) refuse("PostgreSQL is older than 15; use a newer one.");
    if (fsync !== "on")
      refuse("PostgreSQL runs with fsync = off and would lose what it has acknowledged; set fsync = on.");
    if (encoding !== "UTF8") refuse(`The database is encoded in ${encoding}; create it with ENCODING 'UTF8'.`);
    if (commit === "off") this.#assurance = "; SET LOCAL synchronous_commit = on";
  }

  /** Serialisable: for work that reads what it decides by. @param isLong true for work that may take its time */
  inTransaction<T>(work: Work<T>, isLong = false): Promise<T> {
    const begin = `BEGIN ISOLATION LEVEL SERIALIZABLE${this.#assurance}${isLong ? PATIENCE : ""}`;
    return this.#run(begin, work, isLong ? LONG_MS : undefined);
  }

  /** For work that locks every row that it decides by. */
  inLockingTransaction<T>(work: Work<T>): Promise<T> {
    return this.#run(`BEGIN ISOLATION LEVEL READ COMMITTED${this.#assurance}`, work);
  }

  /** Sees one state. @param isLong true for work that may take its time */
  inSnapshot<T>(work: Work<T>, isLong = false): Promise<T> {
    const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY${isLong ? PATIENCE : ""}`;
    return this.#run(begin, work, isLong ? LONG_MS : undefined);
  }

  all<Row>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return this.inLockingTransaction((at) => at.all<Row>(sql, values));
  }

  run(sql: string, values: readonly unknown[]): Promise<number> {
    return this.inLockingTransaction((at) => at.run(sql, values));
  }

  async hasMigrationTable(): Promise<boolean> {
    const [row] = await this.all<{ found: string | null }>("SELECT to_regclass('migration')::text AS found", []);
    return row?.found != null;
  }

  async close(): Promise<void> {
    if (!this.#pool.ended && !this.#pool.ending) await this.#pool.end();
  }

  async #run<T>(begin: string, work: Work<T>, timeoutMs = STATEMENT_MS + CONNECT_MS): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(begin, work, timeoutMs);
      if ("result" in outcome) return outcome.result;
      const isLast = attempt >= (outcome.again === "lost" ? LOST_ATTEMPTS : ATTEMPTS);
      if (outcome.again === "never" || isLast) throw unavailable(outcome.error);
      // Two nodes that met once must not meet again in step.
      if (outcome.again === "conflict") await pause(Math.random() * Math.min(2 ** attempt, 50));
    }
  }

  async #attempt<T>(begin: string, work: Work<T>, timeoutMs: number): Promise<Outcome<T>> {
    let client: pg.PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      return { error, again: "never" };
    }
    const connection = new PostgresConnection(client, timeoutMs);
    let isCommitting = false;
    try {
      await client.query(begin);
      const result = await work(connection);
      await connection.end();
      isCommitting = true;
      const { command } = await client.query("COMMIT");
      // A transaction that had failed without anybody telling ends here, and nothing of it stays.
      if (command !== "COMMIT") throw new Error("the transaction had failed before its end");
      client.release();
      return { result };
    } catch (error) {
      await connection.end();
      await release(client, error);
      if (isConflict(error)) return { error, again: "conflict" };
      // Nobody knows how a commit ended whose connection broke: it is not repeated here, and not acknowledged.
      return { error, again: isLoss(error) && !isCommitting ? "lost" : "never" };
    }
  }
}

type Outcome<T> = { readonly result: T } | { readonly error: unknown; readonly again: "conflict" | "lost" | "never" };

async function release(client: pg.PoolClient, error: unknown): Promise<void> {
  let isBroken = isLoss(error);
  if (!isBroken) await client.query("ROLLBACK").catch(() => (isBroken = true));
  client.release(isBroken);
}

const codeOf = (error: unknown): string => String((error as { readonly code?: unknown } | undefined)?.code ?? "");

/** Serialisation failure, deadlock: the transaction is gone as a whole and may run again. */
const isConflict = (error: unknown): boolean => /^(40001|40P01)$/.test(codeOf(error));

/** The connection is gone: classes 08 and 57P0x, what sockets say, and what the driver says of them. */
function isLoss(error: unknown): boolean {
  if (/^(08|57P0|25P03|E[A-Z]+$)/.test(codeOf(error))) return true;
  return (
    error instanceof Error &&
    /connection (terminated|ended)|read timeout|not queryable|timeout (exceeded|expired)/i.test(error.message)
  );
}

/** Says nothing of what was asked: no space or memory (53), canceled (57), disk (58), read-only (25006), no access (28, 3D). */
const isOutside = (error: unknown): boolean =>
  /^(53|57|58|25006|28|3D)/.test(codeOf(error)) || isLoss(error) || isConflict(error);

/** The error as `storage_unavailable` where the storage is at fault; itself otherwise. */
function unavailable(error: unknown): unknown {
  if (error instanceof DomainError || !isOutside(error)) return error;
  const { message } = error as Error;
  return new BusyError("storage_unavailable", `PostgreSQL does not take it now: ${message || codeOf(error)}`, 5, {
    cause: error,
  });
}
