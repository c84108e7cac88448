/**
 * Opens the storage that a location names: `memory:`, `sqlite:<path>` (or a bare path), `postgres://…`. It never migrates
 * unless it is told to, because a migration is what an operator makes a backup before.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { DomainError } from "../domain/domain-error.js";
import type { Store } from "../ports.js";
import { groupCommit } from "./group-commit.js";
import { MemoryStore } from "./memory/memory-store.js";
import { demandMigrated, type Migrated, migrate, migrationsOf, pendingMigrations } from "./migrations.js";
import { PostgresConnections, type PostgresOptions } from "./postgres/postgres-connections.js";
import { PostgresStore } from "./postgres/postgres-store.js";
import { SqliteConnection } from "./sqlite/sqlite-connection.js";
import { SqliteStore } from "./sqlite/sqlite-store.js";

export interface StorageOptions extends PostgresOptions {
  /** Create the database's file and bring it to the program's schema. @default false */
  readonly migrate?: boolean;
  /** Begin another generation: after a restore that nothing in the database can show. @default false */
  readonly restored?: boolean;
  /** Let requests share commits (`group-commit.ts`): what a server does. @default false */
  readonly groupCommit?: boolean;
}

/** A store with what operators need beside the port. */
export interface Storage extends Store {
  /**
   * Copies everything to a new file while the store is used: a database in the case of SQLite, a script of rows in that of a
   * small PostgreSQL; throws `conflict` where the file is there or the database too large.
   */
  backup(target: string): Promise<void>;
  /** Begins another generation. */
  renewGeneration(): Promise<void>;
}

type Place =
  | { readonly kind: "memory" }
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string };

/** Takes a location apart; throws `invalid` for what names no storage. */
export function placeOf(location: string): Place {
  if (location === "memory:") return { kind: "memory" };
  if (/^postgres(ql)?:\/\//.test(location)) return { kind: "postgres", url: location };
  const path = location.replace(/^sqlite:(\/\/(?=\/))?/, "");
  // A drive's letter is no scheme.
  if (path !== "" && !/^[a-z][a-z0-9+.-]+:/i.test(path)) return { kind: "sqlite", path };
  throw new DomainError(
    "invalid",
    `"${location.replace(/\/\/[^@/]*@/, "//…@")}" names no storage; write sqlite:/path/to/file, postgres://… or memory:`,
  );
}

/** @throws SchemaError where the database is not migrated, or newer than the program; BusyError where it does not answer. */
export async function openStorage(location: string, options: StorageOptions = {}): Promise<Storage> {
  const place = placeOf(location);
  const storage = await openPlace(place, options);
  if (options.groupCommit !== true) return storage;
  return {
    ...groupCommit(storage, place.kind === "postgres" ? POSTGRES_COMMITS : SQLITE_COMMITS),
    backup: (target) => storage.backup(target),
    renewGeneration: () => storage.renewGeneration(),
  };
}

/** While one transaction waits for the disk, the next one's statements run. */
const POSTGRES_COMMITS = { inFlight: 2 };
/** Nothing else runs while SQLite waits for the disk, so each commit takes as many along as it can. */
const SQLITE_COMMITS = { gatherMs: 5 };

async function openPlace(place: Place, options: StorageOptions): Promise<Storage> {
  if (place.kind === "memory") return memoryStorage();
  if (place.kind === "postgres") {
    const connections = await PostgresConnections.open(place.url, options);
    return settle(connections, options, () => PostgresStore.open(connections, options.restored));
  }
  const connection = openFile(place.path, options.migrate === true);
  return settle(connection, options, () => SqliteStore.open(connection, place.path, options.restored));
}

/** Names of the migrations that a database still needs, or those that were applied. */
export async function migrateStorage(location: string, isPlan = false): Promise<readonly string[]> {
  const place = placeOf(location);
  if (place.kind === "memory") return [];
  const db = place.kind === "postgres" ? await PostgresConnections.open(place.url) : openFile(place.path, true);
  try {
    const migrations = await migrationsOf(db.dialect);
    if (!isPlan) return await migrate(db, migrations);
    return (await pendingMigrations(db, migrations)).map(({ name }) => name);
  } finally {
    await db.close();
  }
}

function openFile(path: string, isNew: boolean): SqliteConnection {
  if (isNew || path === ":memory:" || existsSync(path)) return SqliteConnection.open(path);
  throw new DomainError("not_found", `There is no database ${path}; create it with: lts migrate`);
}

async function settle<T>(
  db: Migrated & { close(): void | Promise<void> },
  options: StorageOptions,
  open: () => Promise<T>,
): Promise<T> {
  try {
    const migrations = await migrationsOf(db.dialect);
    if (options.migrate === true) await migrate(db, migrations);
    else await demandMigrated(db, migrations);
    return await open();
  } catch (error) {
    await db.close();
    throw error;
  }
}

function memoryStorage(): Storage {
  const store = new MemoryStore(randomBytes(12).toString("base64url"));
  const refuse = async (): Promise<never> => {
    throw new DomainError("conflict", "What is stored in memory only has no backup; use sqlite:/path/to/file.");
  };
  return Object.assign(store, { backup: refuse, renewGeneration: refuse });
}
