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
  Discrepancy,
  Records,
  RefusalCount,
  SeatClaim,
  SlotClaim,
  Store,
  UsageQuery,
  UsageRow,
  UsageWrite,
} from "../../ports.js";
import { readOnly } from "../read-only.js";
import { keyOf } from "../row-key.js";
import { recordsOver } from "./memory-records.js";
import { coldView, draftOf, emptyState, type MemoryState, type Tenant, tenantOf } from "./memory-state.js";
import { chargedTo, claimSeat, claimSlot, mergeWrite } from "./memory-usage.js";
import { verifyTenant } from "./memory-verify.js";

export class MemoryStore implements Store {
  readonly #generation: string;
  readonly #state: MemoryState;
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
    return this.#write(async () => {
      const draft = draftOf(this.#state);
      const result = await work(recordsOver(draft));
      draft.commit();
      return result;
    });
  }

  read<T>(work: (records: Records) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => work(readOnly(recordsOver(coldView(this.#state)))));
  }

  mergeUsage(writes: readonly UsageWrite[]) {
    return this.#write(async () => {
      const results = writes.map((write) => mergeWrite(this.#tenant(write.organisation), write));
      return { generation: this.#generation, sequence: this.#sequence, results };
    });
  }

  claimSeats(claims: readonly SeatClaim[]): Promise<readonly ClaimResult[]> {
    return this.#write(async () => claims.map((claim) => claimSeat(this.#tenant(claim.organisation), claim)));
  }

  claimSlots(claims: readonly SlotClaim[]): Promise<readonly ClaimResult[]> {
    return this.#write(async () => claims.map((claim) => claimSlot(this.#tenant(claim.organisation), claim)));
  }

  touchDevices(touched: readonly Device[]): Promise<void> {
    return this.#write(async () => {
      for (const device of touched) {
        const { devices } = this.#tenant(device.organisation);
        const first = devices.get(device.id) ?? device;
        const lastSeen = Math.max(first.lastSeen, device.lastSeen);
        devices.set(device.id, { ...device, firstSeen: first.firstSeen, key: first.key, lastSeen });
      }
    });
  }

  countRefusals(counts: readonly RefusalCount[]): Promise<void> {
    return this.#write(async () => {
      for (const row of counts) {
        const { refusals } = this.#tenant(row.organisation);
        const key = keyOf(row.code, row.day, row.refusal);
        refusals.set(key, { ...row, count: (refusals.get(key)?.count ?? 0) + row.count });
      }
    });
  }

  charged(organisation: string, accounts: readonly { item: string; period: number }[]): Promise<readonly number[]> {
    return this.#inTurn(async () => accounts.map((account) => chargedTo(this.#tenant(organisation), account)));
  }

  usage({ organisation, from, to, code, device, groupBy }: UsageQuery): Promise<readonly UsageRow[]> {
    return this.#inTurn(async () => {
      const groups = new Map<string, UsageRow>();
      for (const cell of this.#tenant(organisation).cells.values()) {
        if (cell.bookedDay < from || cell.bookedDay > to) continue;
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
    return this.#inTurn(async () => {
      const counters = this.#tenant(organisation).slotCounts.get(keyOf(account, day));
      return counters === undefined ? new Array<number>(SLOTS_PER_DAY).fill(0) : [...counters];
    });
  }

  refusals(organisation: string, { from, to }: DayRange): Promise<readonly RefusalCount[]> {
    return this.#inTurn(async () =>
      [...this.#tenant(organisation).refusals]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, row]) => row)
        .filter(({ day }) => day >= from && day <= to),
    );
  }

  verify(): Promise<readonly Discrepancy[]> {
    return this.#inTurn(async () => [...this.#state.tenants].flatMap(([id, tenant]) => verifyTenant(id, tenant)));
  }

  commit(): Promise<Commit> {
    return this.#inTurn(async () => ({ generation: this.#generation, sequence: this.#sequence }));
  }

  async close(): Promise<void> {
    await this.#last;
    this.#isClosed = true;
  }

  #tenant(organisation: string): Tenant {
    return tenantOf(this.#state, organisation);
  }

  /** One commit. */
  #write<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(() => {
      this.#sequence++;
      return work();
    });
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
