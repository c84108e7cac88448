/**
 * One SQLite file open for writing: WAL, a sync at every commit, statements prepared once, and errors told apart into those
 * of the disk and those of the caller. It must not know tables.
 */
import Database from "better-sqlite3";
import { BusyError } from "../../domain/domain-error.js";
import type { Migrated, ScriptConnection } from "../migrations.js";

/** How long a commit waits for another process, such as `lts backup`, to end its own; nothing else runs meanwhile. */
const BUSY_TIMEOUT_MS = 2000;
/** Bytes that the log keeps on disk after a checkpoint. */
const LOG_BYTES = 64 * 1024 * 1024;

export class SqliteConnection implements Migrated, ScriptConnection {
  readonly dialect = "sqlite";
  readonly #prepared = new Map<string, Database.Statement>();

  private constructor(readonly db: Database.Database) {}

  /** @throws {@link BusyError} `storage_unavailable` where the file cannot be opened. */
  static open(path: string): SqliteConnection {
    return guarded(() => {
      const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
      try {
        db.pragma("journal_mode = WAL");
        db.pragma("synchronous = FULL");
        db.pragma(`journal_size_limit = ${LOG_BYTES}`);
        db.pragma("foreign_keys = ON");
        db.pragma("cache_size = -32000");
        return new SqliteConnection(db);
      } catch (error) {
        db.close();
        throw error;
      }
    });
  }

  #statement(sql: string): Database.Statement {
    const known = this.#prepared.get(sql) ?? this.db.prepare(sql);
    this.#prepared.set(sql, known);
    return known;
  }

  async all<Row>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return this.#statement(sql).all(...values) as Row[];
  }

  async run(sql: string, values: readonly unknown[]): Promise<number> {
    return this.#statement(sql).run(...values).changes;
  }

  async script(sql: string): Promise<void> {
    this.db.exec(sql);
  }

  async hasMigrationTable(): Promise<boolean> {
    return (await this.all("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'", [])).length > 0;
  }

  inTransaction<T>(work: (inside: this) => Promise<T>): Promise<T> {
    return this.#within("BEGIN IMMEDIATE", work);
  }

  /** Sees one state; takes no lock. */
  inSnapshot<T>(work: (inside: this) => Promise<T>): Promise<T> {
    return this.#within("BEGIN", work);
  }

  async #within<T>(begin: string, work: (inside: this) => Promise<T>): Promise<T> {
    try {
      this.#statement(begin).run();
      const result = await work(this);
      this.#statement("COMMIT").run();
      return result;
    } catch (error) {
      this.#rollBack();
      throw unavailable(error);
    }
  }

  /** A commit that failed may have left its transaction open, or not. */
  #rollBack(): void {
    try {
      if (this.db.inTransaction) this.db.exec("ROLLBACK");
    } catch {
      // The disk's own error is what counts; the next transaction starts with a rolled-back log anyway.
    }
  }

  close(): void {
    this.#prepared.clear();
    this.db.close();
  }
}

/** Result codes that say nothing of what was asked, but of the disk, the file or its neighbours. */
const OUTSIDE = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|NOMEM|PERM|PROTOCOL|AUTH)/;

/** The error as `storage_unavailable` where the storage is at fault; itself otherwise. */
export function unavailable(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError) || !OUTSIDE.test(error.code)) return error;
  return new BusyError(
    "storage_unavailable",
    `The database cannot be written (${error.code}); free disk space, or restore its permissions.`,
    5,
    { cause: error },
  );
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unavailable(error);
  }
}
