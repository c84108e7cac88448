/**
 * The store in PostgreSQL, for any number of nodes side by side: every verb is one transaction, durable when its promise
 * resolves. Hot verbs lock the rows that they decide by; cold ones are serialisable. It must not know http, use cases or
 * batching.
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
import type { Connection } from "../sql/connection.js";
import { recordsOver } from "../sql/records.js";
import { chargedOf, countersOf, refusalsOf, usageRows } from "../sql/usage-queries.js";
import { discrepancies } from "../sql/verify.js";
import type { PostgresConnections } from "./postgres-connections.js";
import { dump } from "./postgres-dump.js";
import { hasGoneBack, lifeOf } from "./postgres-life.js";
import { postgresRows } from "./postgres-rows.js";

export class PostgresStore implements Store {
  readonly #connections: PostgresConnections;
  /** The furthest that this node has seen the store. */
  #furthest: Commit | undefined;
  #isClosed = false;
  /** Ends when the last cold transaction of this node has: only other nodes are worth a conflict. */
  #lastCold: Promise<unknown> = Promise.resolve();
  readonly #running = new Set<Promise<unknown>>();

  private constructor(connections: PostgresConnections) {
    this.#connections = connections;
  }

  /** Takes a migrated database over. @param isRestored true where it is known to come from a backup */
  static async open(connections: PostgresConnections, isRestored = false): Promise<PostgresStore> {
    const store = new PostgresStore(connections);
    if (isRestored) await store.renewGeneration();
    await store.commit();
    return store;
  }

  /** Begins another life: devices send again what they have kept. Right after a restore that nothing can notice. */
  async renewGeneration(): Promise<void> {
    await this.#track(() =>
      this.#connections.inTransaction((at) =>
        at.run("UPDATE store_state SET generation = $1", [randomBytes(12).toString("base64url")]),
      ),
    );
  }

  transaction<T>(work: (records: Records) => Promise<T>): Promise<T> {
    return this.#track(() => {
      const run = this.#lastCold.then(() => this.#connections.inTransaction((at) => work(recordsOver(at))));
      this.#lastCold = run.catch(() => undefined);
      return run;
    });
  }

  read<T>(work: (records: Records) => Promise<T>): Promise<T> {
    return this.#ask((at) => work(readOnly(recordsOver(at))));
  }

  async mergeUsage(writes: readonly UsageWrite[]) {
    const { result: results, generation, sequence } = await this.#commit((rows) => mergeBatch(rows, writes));
    return { generation, sequence, results };
  }

  claimSeats(claims: readonly SeatClaim[]) {
    return this.#write((rows) => claimSeatBatch(rows, claims));
  }

  claimSlots(claims: readonly SlotClaim[]) {
    return this.#write((rows) => claimSlotBatch(rows, claims));
  }

  touchDevices(devices: readonly Device[]): Promise<void> {
    return this.#write((rows) => touchBatch(rows, devices));
  }

  countRefusals(counts: readonly RefusalCount[]): Promise<void> {
    return this.#write((rows) => refusalBatch(rows, counts));
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
    return this.#track(() => this.#connections.inSnapshot(discrepancies, true));
  }

  /** Writes, so that a stand-by or a full disk shows. */
  async commit(): Promise<Commit> {
    const { generation, sequence } = await this.#commit(async (_, at) => {
      await at.run("UPDATE store_state SET sequence = sequence", []);
    });
    return { generation, sequence };
  }

  /** Writes the rows of a small database to a script. */
  backup(target: string): Promise<void> {
    return this.#track(() => this.#connections.inSnapshot((at) => dump(at, target), true));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#running);
    await this.#connections.close();
  }

  #ask<T>(work: (at: Connection) => Promise<T>): Promise<T> {
    return this.#track(() => this.#connections.inSnapshot(work));
  }

  #write<T>(work: (rows: HotRows) => Promise<T>): Promise<T> {
    return this.#track(() => this.#connections.inLockingTransaction((at) => work(postgresRows(at))));
  }

  #commit<T>(work: (rows: HotRows, at: Connection) => Promise<T>): Promise<Commit & { readonly result: T }> {
    return this.#track(async () => {
      // What was seen before this transaction began lies before its end, whatever other transactions see meanwhile.
      const before = this.#furthest;
      const done = await this.#connections.inLockingTransaction(async (at) => {
        const result = await work(postgresRows(at), at);
        return { result, ...(await lifeOf(at)) };
      });
      if (hasGoneBack(before, done)) {
        await this.renewGeneration();
        return { ...done, ...(await this.#connections.inSnapshot(lifeOf)) };
      }
      const { generation, sequence } = done;
      if (this.#furthest?.generation !== generation || this.#furthest.sequence < sequence) {
        this.#furthest = { generation, sequence };
      }
      return done;
    });
  }

  /** Work that close() waits for. */
  #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new DomainError("busy", "The store is closed."));
    const run = work();
    this.#running.add(run);
    const forget = () => this.#running.delete(run);
    run.then(forget, forget);
    return run;
  }
}
