/**
 * The store in one SQLite file: every verb is one transaction, one after the other, and durable when its promise resolves.
 * It must not know http, use cases or batching.
 */
import { randomBytes } from "node:crypto";
import type { Account } from "../../domain/consumption.js";
import type { Device } from "../../domain/device.js";
import { DomainError } from "../../domain/domain-error.js";
import type {
  Commit,
  DayRange,
  Discrepancy,
  Records,
  RefusalCount,
  SeatClaim,
  SlotClaim,
  Store,
  UsageQuery,
  UsageWrite,
} from "../../ports.js";
import { claimSeatBatch, claimSlotBatch } from "../hot/claims.js";
import type { HotRows } from "../hot/hot-rows.js";
import { mergeBatch } from "../hot/merge.js";
import { refusalBatch, touchBatch } from "../hot/touch.js";
import { readOnly } from "../read-only.js";
import { recordsOver } from "../sql/records.js";
import { chargedOf, countersOf, refusalsOf, usageRows } from "../sql/usage-queries.js";
import { discrepancies } from "../sql/verify.js";
import { GenerationFile, isSameLife } from "./generation-file.js";
import { backUp } from "./sqlite-backup.js";
import type { SqliteConnection } from "./sqlite-connection.js";
import { sqliteRows } from "./sqlite-rows.js";

export class SqliteStore implements Store {
  readonly #connection: SqliteConnection;
  readonly #rows: HotRows;
  readonly #file: GenerationFile;
  #isClosed = false;
  /** Ends when the last transaction has: they run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(connection: SqliteConnection, path: string) {
    this.#connection = connection;
    this.#rows = sqliteRows(connection.db);
    this.#file = new GenerationFile(path);
  }

  /** Takes a migrated database over. @param isRestored true where it is known to come from a backup */
  static async open(connection: SqliteConnection, path: string, isRestored = false): Promise<SqliteStore> {
    const store = new SqliteStore(connection, path);
    // The file first: it never says more than the database has, so a commit in between does no harm.
    const served = store.#file.read();
    const stored = await connection.inSnapshot(() => stateOf(connection));
    if (isRestored || stored.generation === "" || !isSameLife(stored, served)) await store.renewGeneration();
    else store.#file.follow(stored);
    return store;
  }

  /** Begins another life: devices send again what they have kept. Right after a restore that nothing can notice. */
  async renewGeneration(): Promise<void> {
    const generation = randomBytes(12).toString("base64url");
    const { sequence } = await this.#write(() =>
      this.#connection.run("UPDATE store_state SET generation = ?", [generation]),
    );
    this.#file.write({ generation, sequence });
  }

  transaction<T>(work: (records: Records) => Promise<T>): Promise<T> {
    return this.#result(() => work(recordsOver(this.#connection)));
  }

  read<T>(work: (records: Records) => Promise<T>): Promise<T> {
    return this.#ask(() => work(readOnly(recordsOver(this.#connection))));
  }

  async mergeUsage(writes: readonly UsageWrite[]) {
    const { result: results, sequence, generation } = await this.#write(() => mergeBatch(this.#rows, writes));
    return { generation, sequence, results };
  }

  claimSeats(claims: readonly SeatClaim[]) {
    return this.#result(() => claimSeatBatch(this.#rows, claims));
  }

  claimSlots(claims: readonly SlotClaim[]) {
    return this.#result(() => claimSlotBatch(this.#rows, claims));
  }

  touchDevices(devices: readonly Device[]): Promise<void> {
    return this.#result(() => touchBatch(this.#rows, devices));
  }

  countRefusals(counts: readonly RefusalCount[]): Promise<void> {
    return this.#result(() => refusalBatch(this.#rows, counts));
  }

  charged(organisation: string, accounts: readonly Pick<Account, "item" | "period">[]) {
    return this.#ask((at) => chargedOf(at, organisation, accounts));
  }

  usage(query: UsageQuery) {
    return this.#ask((at) => usageRows(at, query));
  }

  slotCounts(organisation: string, account: string, day: string) {
    return this.#ask((at) => countersOf(at, organisation, account, day));
  }

  refusals(organisation: string, range: DayRange) {
    return this.#ask((at) => refusalsOf(at, organisation, range));
  }

  verify(): Promise<readonly Discrepancy[]> {
    return this.#ask(discrepancies);
  }

  /** Writes, so that a full or read-only disk shows. */
  async commit(): Promise<Commit> {
    const { generation, sequence } = await this.#write(async () => undefined);
    return { generation, sequence };
  }

  /** Copies the database into another file, while it is being used. */
  async backup(target: string): Promise<void> {
    if (this.#isClosed) throw closed();
    await backUp(this.#connection.db, target);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return this.#last.then(() => undefined);
    const end = this.#inTurn(async () => {
      this.#file.flush();
      this.#connection.close();
    });
    this.#isClosed = true;
    await end;
  }

  #ask<T>(work: (at: SqliteConnection) => Promise<T>): Promise<T> {
    return this.#inTurn(() => this.#connection.inSnapshot(work));
  }

  async #result<T>(work: () => Promise<T>): Promise<T> {
    return (await this.#write(work)).result;
  }

  /** One commit. */
  async #write<T>(work: () => Promise<T>): Promise<Commit & { readonly result: T }> {
    const done = await this.#inTurn(() =>
      this.#connection.inTransaction(async (at) => {
        const result = await work();
        const [state] = await at.all<Commit>(NEXT, []);
        if (state === undefined) throw new Error("the store's state is missing");
        return { ...state, result };
      }),
    );
    this.#file.follow({ generation: done.generation, sequence: done.sequence });
    return done;
  }

  /** Runs work after what came before it; a failure does not hold up what comes after. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(closed());
    const run = this.#last.then(work);
    this.#last = run.catch(() => undefined);
    return run;
  }
}

/** The generation is asked for each time: another process, such as the command line, may have begun another. */
const NEXT = "UPDATE store_state SET sequence = sequence + 1 RETURNING generation, sequence";

const closed = () => new DomainError("busy", "The store is closed.");

async function stateOf(at: SqliteConnection): Promise<Commit> {
  const [row] = await at.all<Commit>("SELECT generation, sequence FROM store_state", []);
  return row ?? { generation: "", sequence: 0 };
}
