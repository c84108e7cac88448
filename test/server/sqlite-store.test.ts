import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { migrate, migrationsOf } from "../../server/src/storage/migrations.js";
import { SqliteConnection } from "../../server/src/storage/sqlite/sqlite-connection.js";
import { SqliteStore } from "../../server/src/storage/sqlite/sqlite-store.js";
import { storageContract } from "./storage-contract.js";

const folder = mkdtempSync(join(tmpdir(), "tallymark-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = async (path: string) => {
  const connection = SqliteConnection.open(path);
  await migrate(connection, await migrationsOf("sqlite"));
  return SqliteStore.open(connection, path);
};

storageContract("SQLite", () => open(join(folder, "contract.db")), { numRuns: 200 });
