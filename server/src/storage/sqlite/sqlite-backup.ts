/**
 * A copy of a SQLite database made while it is written to. The copy has no generation: whoever serves it begins another life,
 * so that devices send again what came after it. It must not know the store.
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { DomainError } from "../../domain/domain-error.js";
import { unavailable } from "./sqlite-connection.js";

/** Pages copied between two turns of the event loop, at first. */
const PAGES = 256;

/**
 * How many pages come next. A copy begins again when another process has written, so each time that happens it takes larger
 * steps, until one takes all. Writes of this process do not disturb it.
 */
function pace(): (progress: Database.BackupMetadata) => number {
  let pages = PAGES;
  let left = Number.POSITIVE_INFINITY;
  return ({ remainingPages }) => {
    if (remainingPages > left) pages = Math.min(pages * 16, 2 ** 30);
    left = remainingPages;
    return pages;
  };
}

export async function backUp(db: Database.Database, target: string): Promise<void> {
  if (existsSync(target)) throw new DomainError("conflict", `${target} exists already; name a new file.`);
  const part = `${target}.part`;
  try {
    rmSync(part, { force: true });
    await db.backup(part, { progress: pace() });
    const copy = new Database(part);
    try {
      // One file, without a log beside it, and synced to the disk.
      copy.pragma("journal_mode = DELETE");
      copy.pragma("synchronous = FULL");
      copy.prepare("UPDATE store_state SET generation = ''").run();
      if (copy.pragma("quick_check", { simple: true }) !== "ok") throw new Error("the copy is damaged");
    } finally {
      copy.close();
    }
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw unavailable(error);
  }
}
