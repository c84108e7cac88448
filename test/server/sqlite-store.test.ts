import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { openStorage } from "../../server/src/storage/open.js";
import { storageContract } from "./storage-contract.js";

const isLong = process.env.TALLYMARK_LONG === "1";
const folder = mkdtempSync(join(tmpdir(), "tallymark-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (name: string, groupCommit = false) => openStorage(join(folder, name), { migrate: true, groupCommit });

storageContract("SQLite", () => open("contract.db"), { numRuns: isLong ? 2000 : 40 });
storageContract("SQLite in memory", () => openStorage("sqlite::memory:", { migrate: true }), {
  numRuns: isLong ? 10_000 : 300,
});
storageContract("SQLite behind the group commit", () => open("grouped.db", true), { numRuns: 40 });
