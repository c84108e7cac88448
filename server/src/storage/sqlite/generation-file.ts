/**
 * A small file beside the database that says which life of it was served last, and how far it had come. A database that is
 * another's, or that has not come so far, is a restored one. It must not know SQL.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Commit } from "../../ports.js";

/** How often the file follows the commits: what a copy may lack at most without being noticed. */
const FOLLOW_MS = 1000;

export class GenerationFile {
  /** None for a database that is in memory only. */
  readonly #path: string | undefined;
  #written = 0;
  #timer: NodeJS.Timeout | undefined;
  #next: Commit | undefined;

  constructor(database: string) {
    this.#path = database === ":memory:" ? undefined : `${database}.generation`;
  }

  /** Where the database stood when it was last served; undefined where nobody knows. */
  read(): Commit | undefined {
    if (this.#path === undefined) return undefined;
    try {
      const { generation, sequence } = JSON.parse(readFileSync(this.#path, "utf8")) as Partial<Commit>;
      if (typeof generation !== "string" || !Number.isSafeInteger(sequence)) return undefined;
      return { generation, sequence: sequence as number };
    } catch {
      return undefined;
    }
  }

  write(commit: Commit): void {
    if (this.#path === undefined) return;
    const part = `${this.#path}.${process.pid}.part`;
    writeFileSync(part, `${JSON.stringify(commit)}\n`);
    renameSync(part, this.#path);
    this.#written = commit.sequence;
  }

  /** Writes it soon. A full disk only makes the file stand behind: it says less than is true, never more. */
  follow(commit: Commit): void {
    this.#next = commit;
    this.#timer ??= setTimeout(() => this.flush(), FOLLOW_MS).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#next === undefined || this.#next.sequence === this.#written) return;
    try {
      this.write(this.#next);
    } catch {
      // See follow().
    }
  }
}

/** True where the database is the one that was served last, and as far as it had come then. */
export const isSameLife = (database: Commit, file: Commit | undefined): boolean =>
  file !== undefined && file.generation === database.generation && database.sequence >= file.sequence;
