/**
 * The store in memory: for tests and for trying things out, with the exact behaviour that the durable stores must have.
 * Nothing outlives the process. It must not know http or use cases.
 */
import { SLOTS_PER_DAY } from "../../../../src/rules/slots.js";
import type { Device } from "../../domain/device.js";
import { DomainError } from "../../domain/domain-error.js";
import type {
  ClaimResult,
  Commit,
  DayRange,
  Records,
  RefusalCount,
  SeatClaim,
  SlotClaim,
  Store,
  UsageQuery,
  UsageRow,
  UsageWrite,
} from "../../ports.js";
import { recordsOver } from "./memory-records.js";
import { copyCold, emptyState, type MemoryState } from "./memory-state.js";
import { keyOf } from "./memory-table.js";
import { chargedTo, claimSeat, claimSlot, mergeWrite } from "./memory-usage.js";
import { verifyState } from "./memory-verify.js";

export class MemoryStore implements Store {
  readonly #generation: string;
  #state: MemoryState;
  #sequence = 0;
  #isClosed = false;
  /** Ends when the last transaction has: transactions run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param backup a {@link backup} to start from; the generation must be a new one. */
  constructor(generation: string, backup?: MemoryState) {
    this.#generation = generation;
    this.#state = structuredClone(backup ?? emptyState());
  }

  /** A copy of everything, to restore from. */
  backup(): MemoryState {
    return structuredClone(this.#state);
  }

  transaction<T>(work: (records: Records) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const draft = copyCold(this.#state);
      const result = await work(recordsOver(draft));
      Object.assign(this.#state, draft);
      this.#sequence++;
      return result;
    });
  }

  read<T>(work: (records: Records) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => work(readOnly(recordsOver(this.#state))));
  }

  mergeUsage(writes: readonly UsageWrite[]) {
    return this.#inTurn(async () => {
      const results = writes.map((write) => mergeWrite(this.#state, write));
      this.#sequence++;
      return { generation: this.#generation, sequence: this.#sequence, results };
    });
  }

  claimSeats(claims: readonly SeatClaim[]): Promise<readonly ClaimResult[]> {
    return this.#inTurn(async () => {
      this.#sequence++;
      return claims.map((claim) => claimSeat(this.#state, claim));
    });
  }

  claimSlots(claims: readonly SlotClaim[]): Promise<readonly ClaimResult[]> {
    return this.#inTurn(async () => {
      this.#sequence++;
      return claims.map((claim) => claimSlot(this.#state, claim));
    });
  }

  touchDevices(devices: readonly Device[]): Promise<void> {
    return this.#inTurn(async () => {
      this.#sequence++;
      for (const device of devices) {
        const key = keyOf(device.organisation, device.id);
        const known = this.#state.devices.get(key);
        const first = known ?? device;
        const lastSeen = Math.max(first.lastSeen, device.lastSeen);
        this.#state.devices.set(key, { ...device, firstSeen: first.firstSeen, key: first.key, lastSeen });
      }
    });
  }

  countRefusals(counts: readonly RefusalCount[]): Promise<void> {
    return this.#inTurn(async () => {
      this.#sequence++;
      for (const row of counts) {
        const key = keyOf(row.organisation, row.code, row.day, row.refusal);
        const count = (this.#state.refusals.get(key)?.count ?? 0) + row.count;
        this.#state.refusals.set(key, { ...row, count });
      }
    });
  }

  charged(organisation: string, accounts: readonly { item: string; period: number }[]): Promise<readonly number[]> {
    return this.#inTurn(async () => accounts.map((account) => chargedTo(this.#state, organisation, account)));
  }

  usage({ organisation, from, to, code, device, groupBy }: UsageQuery): Promise<readonly UsageRow[]> {
    return this.#inTurn(async () => {
      const groups = new Map<string, UsageRow>();
      for (const cell of this.#state.cells.values()) {
        if (cell.organisation !== organisation || cell.bookedDay < from || cell.bookedDay > to) continue;
        if ((code !== undefined && cell.code !== code) || (device !== undefined && cell.device !== device)) continue;
        const names = { day: cell.bookedDay, metric: cell.metric, code: cell.code, device: cell.device };
        const key = keyOf(...groupBy.map((name) => names[name]));
        const group = Object.fromEntries(groupBy.map((name) => [name, names[name]]));
        groups.set(key, { ...group, count: (groups.get(key)?.count ?? 0) + cell.count });
      }
      return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    });
  }

  slotCounts(organisation: string, account: string, day: string): Promise<readonly number[]> {
    return this.#inTurn(async () => [
      ...(this.#state.slotCounts.get(keyOf(organisation, account, day)) ?? new Array<number>(SLOTS_PER_DAY).fill(0)),
    ]);
  }

  refusals(organisation: string, { from, to }: DayRange): Promise<readonly RefusalCount[]> {
    return this.#inTurn(async () =>
      [...this.#state.refusals]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, row]) => row)
        .filter((row) => row.organisation === organisation && row.day >= from && row.day <= to),
    );
  }

  verify() {
    return this.#inTurn(async () => verifyState(this.#state));
  }

  commit(): Promise<Commit> {
    return this.#inTurn(async () => ({ generation: this.#generation, sequence: this.#sequence }));
  }

  async close(): Promise<void> {
    await this.#last;
    this.#isClosed = true;
  }

  /** Runs work after what came before it; a failure does not hold up what comes after. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(() => {
      if (this.#isClosed) throw new DomainError("busy", "The store is closed.");
      return work();
    });
    this.#last = run.catch(() => undefined);
    return run;
  }
}

const WRITES = new Set(["insert", "update", "remove", "removeUnseen", "removeUnused", "append"]);

/** The same records, whose writing verbs throw. */
function readOnly(records: Records): Records {
  const guarded = Object.entries(records).map(([name, table]) => {
    const verbs = Object.entries(table).map(([verb, run]) => [verb, WRITES.has(verb) ? refuseWrite : run]);
    return [name, Object.fromEntries(verbs)];
  });
  return Object.fromEntries(guarded) as Records;
}

const refuseWrite = async (): Promise<never> => {
  throw new DomainError("invalid", "This is a reading transaction.");
};
