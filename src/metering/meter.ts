/**
 * The device's meter: takes scans, keeps their counts, tells them. Counting never waits for storage and never fails because
 * of it. It must not know barcodes (only symbology and time reach it, R9), nor networks.
 */
import { ScanError } from "../errors.js";
import {
  type Acknowledgement,
  addScans,
  applyAck,
  type DayUsage,
  type Increment,
  type Ledger,
  newLedger,
  type PendingUsage,
  pendingUsage,
  purgeUsage,
  RETAIN_MS,
  type Scan,
  slotEnd,
  touchSlot,
  usageByDay,
  utcDay,
} from "../rules/index.js";
import { mintDeviceId, mintEpoch } from "./device.js";
import { openIndexedDbStore } from "./indexeddb-store.js";
import { BOX, MemoryStore, type Store } from "./store.js";

/**
 * Scans are written at once, so that a page which leaves on a scan has kept it; where they come thick and fast, they are
 * gathered: after so many writes in a second the next one waits for its end, or for so many scans.
 */
const BATCH_MS = 1000;
const WRITES_PER_BATCH_TIME = 5;
const BATCH_SCANS = 20;
/** Pause after a failed write, doubled each time up to the second figure. */
const RETRY_MS = 2000;
const MAX_RETRY_MS = 60_000;
/** Times that a Date can hold (ECMA-262, time values). */
const MAX_TIME = 8.64e15;

export interface MeterOptions {
  /** Whom the scans are counted for; empty without a licence. @default "" */
  readonly organisation?: string;
  /** Where counts are kept. @default IndexedDB, or memory where that cannot be had */
  readonly store?: Store;
  /** Name of the database. @default "tallymark" */
  readonly databaseName?: string;
  /** Clock in milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** How long counts stay after the server has accepted them (R13). @default 35 days */
  readonly retainMs?: number;
}

/** The names of all meter options. */
export const METER_OPTION_NAMES = Object.keys({
  organisation: 1,
  store: 1,
  databaseName: 1,
  now: 1,
  retainMs: 1,
} satisfies Record<keyof MeterOptions, 1>) as readonly (keyof MeterOptions)[];

/** Which days to count; both ends belong to it. */
export interface UsageOptions {
  /** First UTC day, `YYYY-MM-DD`. */
  readonly from?: string;
  /** Last UTC day, `YYYY-MM-DD`. */
  readonly to?: string;
}

/**
 * Opens the meter of this browser on this origin. It always opens: where nothing can be stored it counts in memory until
 * the page closes, and says so once on the console (in Node, where nothing is ever stored, it says nothing).
 *
 * @example
 * const meter = await openMeter();
 * meter.addEventListener("usage", () => meter.usage().then((days) => console.table(days)));
 */
export async function openMeter(options: MeterOptions = {}): Promise<Meter> {
  let report: (error: ScanError) => void = warnOnce;
  const store = options.store ?? (await openStore(options.databaseName, (error) => report(error)));
  const meter = new Meter(store, options);
  report = (error) => meter.report(error);
  await meter.load();
  return meter;
}

async function openStore(name: string | undefined, onError: (error: ScanError) => void): Promise<Store> {
  try {
    return await openIndexedDbStore({ onError, ...(name === undefined ? {} : { name }) });
  } catch (error) {
    const isBrowser = globalThis.isSecureContext !== undefined || globalThis.indexedDB !== undefined;
    if (isBrowser) warnOnce(error as ScanError);
    return new MemoryStore();
  }
}

const warned = new Set<string>();

function warnOnce(error: ScanError): void {
  if (warned.has(error.code)) return;
  warned.add(error.code);
  console.warn(`tallymark: ${error.message}`);
}

interface MeterEventMap {
  /** Counts have changed, in this tab or another; `detail` is today's usage. */
  usage: CustomEvent<DayUsage>;
  /** Counts could not be stored or read; they are kept in memory and the meter tries again. */
  error: CustomEvent<ScanError>;
}

/** Counts scans by UTC day and symbology, exactly and across tabs. Made by {@link openMeter}. */
export class Meter extends EventTarget {
  readonly #store: Store;
  readonly #organisation: string;
  readonly #now: () => number;
  readonly #retainMs: number;
  readonly #channel: BroadcastChannel | undefined;
  #ledger: Ledger;
  #batch: Increment[] = [];
  #touched: number[] = [];
  #touchedUntil = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** True while a write is to come as soon as the one before it is done. */
  #isQueued = false;
  /** The writes of the current second, and when it began. */
  #writes = 0;
  #writesSince = Number.NEGATIVE_INFINITY;
  #retryMs = 0;
  /** The tail of the queue: operations on the store run one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** True from when the store has held our ledger. */
  #isKept = false;
  #isClosed = false;

  /** @internal */
  constructor(store: Store, { organisation = "", now = Date.now, retainMs = RETAIN_MS, databaseName }: MeterOptions) {
    super();
    this.#store = store;
    this.#organisation = organisation;
    this.#now = now;
    this.#retainMs = retainMs;
    this.#ledger = newLedger(mintDeviceId());
    if (store.kind === "indexeddb") this.#channel = openChannel(databaseName, () => this.#refresh());
    globalThis.addEventListener?.("pagehide", this.#onHide);
    globalThis.document?.addEventListener("visibilitychange", this.#onHide);
  }

  /** UUID of this browser on this origin: random, and another one after its storage was deleted (R11, R44–R47). */
  get deviceId(): string {
    return this.#ledger.device;
  }

  /** Where counts are kept: `memory` means until the page closes. */
  get storage(): "indexeddb" | "memory" {
    return this.#store.kind;
  }

  /** Adds scans to the count. Never waits and never throws. */
  record(scans: readonly Scan[]): void {
    if (this.#isClosed || scans.length === 0) return;
    for (const { format, at } of scans) {
      const time = this.#timeOf(at);
      const last = this.#batch.find((other) => other.metric === format && slotEnd(other.at) === slotEnd(time));
      if (last === undefined) this.#batch.push({ metric: format, at: time, count: 1 });
      else this.#batch[this.#batch.indexOf(last)] = { ...last, count: last.count + 1 };
    }
    this.#schedule();
  }

  /** Marks the three-minute slot of `at` as one in which the device was in use (R60). Cheap to call for every frame. */
  touch(at: number): void {
    const time = this.#timeOf(at);
    const isKnown = time < this.#touchedUntil && slotEnd(time) === this.#touchedUntil;
    if (this.#isClosed || isKnown) return;
    this.#touchedUntil = slotEnd(time);
    this.#touched.push(time);
    this.#schedule();
  }

  /** Counts by UTC day and symbology, oldest day first, of all tabs and including what is not written yet. */
  async usage({ from, to }: UsageOptions = {}): Promise<DayUsage[]> {
    return usageByDay(await this.#latest(), from, to);
  }

  /** Exactly what the next report to a licence server contains: the counts that it has not acknowledged (R77). */
  async pending(): Promise<PendingUsage> {
    return pendingUsage(await this.#latest(), this.#organisation);
  }

  /** Takes over what the server has stored; counts are purged after that and never before (R13). */
  async acknowledge(ack: Acknowledgement): Promise<void> {
    await this.#enqueue(() => this.#change((ledger) => applyAck(ledger, ack, this.#now())));
  }

  /** Writes what is not written yet. Resolves also where that fails: the counts are kept and tried again. */
  async flush(): Promise<void> {
    await this.#enqueue(() => this.#write());
  }

  /** Writes everything and lets go of the store. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return this.#queue.then(() => {});
    this.#isClosed = true;
    globalThis.removeEventListener?.("pagehide", this.#onHide);
    globalThis.document?.removeEventListener("visibilitychange", this.#onHide);
    await this.#enqueue(() => this.#write());
    clearTimeout(this.#timer);
    this.#channel?.close();
    this.#store.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  override addEventListener<K extends keyof MeterEventMap>(
    type: K,
    listener: (event: MeterEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(type: string, listener: any, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener, options);
  }

  /** @internal Reads or makes the device's ledger. */
  async load(): Promise<void> {
    await this.#enqueue(() => this.#change((ledger) => ledger).catch((error) => this.report(error)));
  }

  /** @internal */
  report(error: ScanError): void {
    warnOnce(error);
    this.dispatchEvent(new CustomEvent("error", { detail: error }));
  }

  readonly #onHide = (event: Event): void => {
    if (event.type === "pagehide" || document.visibilityState === "hidden") void this.flush();
  };

  #timeOf(at: number): number {
    return Math.abs(at) <= MAX_TIME ? at : this.#now();
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  #schedule(): void {
    const isFull = this.#retryMs === 0 && this.#batch.reduce((sum, { count }) => sum + count, 0) >= BATCH_SCANS;
    const waitMs = isFull ? 0 : Math.max(this.#retryMs, this.#pause());
    if (waitMs === 0 && !this.#isQueued) {
      this.#isQueued = true;
      void this.flush();
    } else if (waitMs > 0 && this.#timer === undefined) {
      this.#timer = setTimeout(() => void this.flush(), waitMs);
      (this.#timer as { unref?: () => void }).unref?.();
    }
  }

  /** How long the next write waits; a clock that was set back makes it wait no longer than usual. */
  #pause(): number {
    const rest = BATCH_MS - Math.abs(this.#now() - this.#writesSince);
    if (rest <= 0) this.#writes = 0;
    return this.#writes < WRITES_PER_BATCH_TIME ? 0 : rest;
  }

  async #write(): Promise<void> {
    this.#isQueued = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#batch;
    const touched = this.#touched;
    if (batch.length === 0 && touched.length === 0) return;
    this.#batch = [];
    this.#touched = [];
    if (this.#writes++ === 0) this.#writesSince = this.#now();
    try {
      await this.#change((ledger) => this.#withBatch(ledger, batch, touched));
      this.#retryMs = 0;
    } catch (error) {
      this.#batch = [...batch, ...this.#batch];
      this.#touched = [...touched, ...this.#touched];
      this.#retryMs = Math.min(Math.max(this.#retryMs * 2, RETRY_MS), MAX_RETRY_MS);
      if (!this.#isClosed) this.#schedule();
      this.report(error as ScanError);
    }
  }

  #withBatch(ledger: Ledger, batch: readonly Increment[], touched: readonly number[]): Ledger {
    const used = touched.reduce((next, at) => touchSlot(next, this.#organisation, at, mintEpoch), ledger);
    return addScans(used, this.#organisation, batch, mintEpoch);
  }

  /** One change of the stored ledger, exactly once; tells this tab and the others. */
  async #change(change: (ledger: Ledger) => Ledger): Promise<void> {
    // Once kept and then gone means deleted by the user: another device (R46, R47).
    const spare = this.#isKept ? newLedger(mintDeviceId()) : this.#ledger;
    const ledger = await this.#store.update<Ledger>(BOX.ledger, (current) =>
      purgeUsage(change(current ?? spare), this.#now(), this.#retainMs),
    );
    this.#isKept = true;
    if (this.#adopt(ledger)) this.#channel?.postMessage(null);
  }

  /** Takes over a ledger; true where it is another. Says so where its counts are others. */
  #adopt(ledger: Ledger): boolean {
    if (ledger === this.#ledger) return false;
    const before = JSON.stringify(usageByDay(this.#ledger));
    this.#ledger = ledger;
    if (JSON.stringify(usageByDay(ledger)) !== before) {
      const day = utcDay(this.#now());
      const today = usageByDay(ledger, day, day)[0] ?? { day, total: 0, formats: {} };
      this.dispatchEvent(new CustomEvent("usage", { detail: today }));
    }
    return true;
  }

  /** Another tab has written: read again. A hint carries nothing, the store does. */
  #refresh(): void {
    if (this.#isClosed) return;
    void this.#enqueue(async () => {
      const ledger = await this.#store.read<Ledger>(BOX.ledger);
      if (ledger !== undefined) this.#adopt(ledger);
    }).catch((error) => this.report(error));
  }

  /** The stored ledger with what could not be written yet added to it. */
  #latest(): Promise<Ledger> {
    return this.#enqueue(async () => {
      if (this.#isClosed) throw new ScanError("closed");
      await this.#write();
      await this.#change((ledger) => ledger).catch((error) => this.report(error));
      return this.#withBatch(this.#ledger, this.#batch, this.#touched);
    });
  }
}

/** The channel over which tabs tell one another that something was written; it never keeps a Node process alive. */
function openChannel(name = "tallymark", onHint: () => void): BroadcastChannel | undefined {
  if (globalThis.BroadcastChannel === undefined) return undefined;
  const channel = new BroadcastChannel(`${name}:usage`);
  channel.addEventListener("message", onHint);
  (channel as { unref?: () => void }).unref?.();
  return channel;
}
