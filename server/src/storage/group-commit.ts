/**
 * A store whose hot verbs share commits: requests queue, one transaction takes what has gathered while the last one was
 * running, and each is answered after its commit. It must not know what the store is made of, nor http.
 */
import type { Device } from "../domain/device.js";
import { BusyError, DomainError } from "../domain/domain-error.js";
import type { RefusalCount, SeatClaim, SlotClaim, Store, UsageWrite } from "../ports.js";

export interface GroupCommitOptions {
  /** Rows that one transaction takes. @default 512 */
  readonly batchRows?: number;
  /** Rows that wait at most, all verbs together; beyond, requests are refused with `queue_full`. @default 20_000 */
  readonly queueRows?: number;
  /**
   * For how long a batch waits while each turn of the event loop brings more: a crowd shares one commit instead of two, and
   * who comes alone waits for one empty turn. 0 where the store takes the next batch while it commits. @default 0
   */
  readonly gatherMs?: number;
  /** Transactions of one verb at the same time: 1 where the store takes one after the other anyway. @default 1 */
  readonly inFlight?: number;
}

/** What a queue that is over its cap tells clients to wait. */
const RETRY_SECONDS = 2;

/** What a batch gave, for the inputs from one place to another. */
type Share<Out> = (from: number, to: number) => Out;

interface Request<In, Out> {
  readonly inputs: readonly In[];
  readonly rows: number;
  resolve(output: Out): void;
  reject(error: unknown): void;
}

/** Rows that wait in all lanes. */
interface Backlog {
  rows: number;
}

/** One verb's queue. Requests are kept whole: what one of them brings is stored together or not at all. */
class Lane<In, Out> {
  readonly #run: (inputs: readonly In[]) => Promise<Share<Out>>;
  readonly #rowsOf: (input: In) => number;
  readonly #options: Required<GroupCommitOptions>;
  readonly #backlog: Backlog;
  #waiting: Request<In, Out>[] = [];
  #inFlight = 0;
  #isScheduled = false;
  #idle: (() => void)[] = [];

  constructor(
    run: (inputs: readonly In[]) => Promise<Share<Out>>,
    rowsOf: (input: In) => number,
    options: Required<GroupCommitOptions>,
    backlog: Backlog,
  ) {
    this.#run = run;
    this.#rowsOf = rowsOf;
    this.#options = options;
    this.#backlog = backlog;
  }

  add(inputs: readonly In[]): Promise<Out> {
    let rows = 0;
    for (const input of inputs) rows += this.#rowsOf(input);
    // A request that is larger than the whole queue is taken where nothing else waits.
    if (this.#backlog.rows > 0 && this.#backlog.rows + rows > this.#options.queueRows) {
      const full = new BusyError("queue_full", "More is waiting to be stored than the server takes.", RETRY_SECONDS);
      return Promise.reject(full);
    }
    return new Promise((resolve, reject) => {
      this.#backlog.rows += rows;
      this.#waiting.push({ inputs, rows, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when nothing waits or runs. */
  drained(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  #isIdle(): boolean {
    return this.#inFlight === 0 && this.#waiting.length === 0;
  }

  /** After what the event loop has at hand, so that requests that came together are stored together. */
  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0 || this.#inFlight >= this.#options.inFlight) return;
    this.#isScheduled = true;
    this.#gather(this.#waiting.length, performance.now() + this.#options.gatherMs);
  }

  #gather(before: number, until: number): void {
    setImmediate(() => {
      const { length } = this.#waiting;
      if (length > before && length < this.#options.batchRows && performance.now() < until) {
        this.#gather(length, until);
        return;
      }
      this.#isScheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const batch = this.#take();
    if (batch.length === 0) return;
    this.#inFlight++;
    this.#schedule();
    await this.#commit(batch);
    this.#inFlight--;
    for (const { rows } of batch) this.#backlog.rows -= rows;
    this.#schedule();
    if (this.#isIdle()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #take(): Request<In, Out>[] {
    let rows = 0;
    let count = 0;
    for (const request of this.#waiting) {
      rows += request.rows;
      if (count > 0 && rows > this.#options.batchRows) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  /** Never rejects: whoever asked is told. */
  async #commit(batch: readonly Request<In, Out>[]): Promise<void> {
    try {
      const share = await this.#run(batch.flatMap(({ inputs }) => inputs));
      let from = 0;
      for (const { inputs, resolve } of batch) {
        resolve(share(from, from + inputs.length));
        from += inputs.length;
      }
    } catch (error) {
      // Where the storage is away, halves would fail too; otherwise one of the batch is at fault, and only that one fails.
      if (batch.length === 1 || (error instanceof DomainError && error.code === "busy")) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const middle = batch.length >> 1;
      await this.#commit(batch.slice(0, middle));
      await this.#commit(batch.slice(middle));
    }
  }
}

const usageRows = ({ cells, slots }: UsageWrite): number => Math.max(cells.length + slots.length, 1);
const claimRows = ({ candidates }: SeatClaim): number => Math.max(candidates.length, 1);
const one = (): number => 1;

type Merged = Awaited<ReturnType<Store["mergeUsage"]>>;

const sharesOf =
  <Out>(outputs: readonly Out[]): Share<readonly Out[]> =>
  (from, to) =>
    outputs.slice(from, to);
const nothing: Share<void> = () => undefined;

/** Wraps a store; closing it stores what waits and closes the store. */
export function groupCommit(store: Store, options: GroupCommitOptions = {}): Store {
  const settings = { batchRows: 512, queueRows: 20_000, gatherMs: 0, inFlight: 1, ...options };
  const backlog: Backlog = { rows: 0 };
  const lane = <In, Out>(run: (inputs: readonly In[]) => Promise<Share<Out>>, rowsOf: (input: In) => number) =>
    new Lane(run, rowsOf, settings, backlog);
  const usage = lane(async (writes: readonly UsageWrite[]): Promise<Share<Merged>> => {
    const { generation, sequence, results } = await store.mergeUsage(writes);
    return (from, to) => ({ generation, sequence, results: results.slice(from, to) });
  }, usageRows);
  const seats = lane(async (claims: readonly SeatClaim[]) => sharesOf(await store.claimSeats(claims)), claimRows);
  const slots = lane(async (claims: readonly SlotClaim[]) => sharesOf(await store.claimSlots(claims)), claimRows);
  const devices = lane(async (touched: readonly Device[]) => {
    await store.touchDevices(touched);
    return nothing;
  }, one);
  const refusals = lane(async (counts: readonly RefusalCount[]) => {
    await store.countRefusals(counts);
    return nothing;
  }, one);
  let closing: Promise<void> | undefined;
  const queued = <In, Out>(to: Lane<In, Out>, inputs: readonly In[]): Promise<Out> =>
    closing === undefined ? to.add(inputs) : Promise.reject(new DomainError("busy", "The store is closed."));
  return {
    transaction: (work) => store.transaction(work),
    read: (work) => store.read(work),
    // Nothing to merge still tells where the store stands.
    mergeUsage: (writes) => (writes.length === 0 ? store.mergeUsage(writes) : queued(usage, writes)),
    claimSeats: (claims) => queued(seats, claims),
    claimSlots: (claims) => queued(slots, claims),
    touchDevices: (touched) => queued(devices, touched),
    countRefusals: (counts) => queued(refusals, counts),
    charged: (organisation, accounts) => store.charged(organisation, accounts),
    usage: (query) => store.usage(query),
    slotCounts: (organisation, account, day) => store.slotCounts(organisation, account, day),
    refusals: (organisation, range) => store.refusals(organisation, range),
    verify: () => store.verify(),
    commit: () => store.commit(),
    close() {
      closing ??= (async () => {
        await Promise.all([usage, seats, slots, devices, refusals].map((it) => it.drained()));
        await store.close();
      })();
      return closing;
    },
  };
}
