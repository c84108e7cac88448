/**
 * The device's meter: takes scans, keeps their counts, tells them. Counting never waits for storage and never fails because
 * of it. It must not know barcodes (only symbology and time reach it, R9), nor networks.
 */

import { ScanError } from "../errors.js";
import { later, type Timer } from "../later.js";
import { checkAll } from "../option-check.js";
import { LatePart } from "../part.js";
import type { Scan } from "../rules/counting.js";
import { utcDay } from "../rules/period.js";
import type { Acknowledgement, PendingUsage } from "../rules/reporting.js";
import { slotEnd } from "../rules/slots.js";
import {
  addScans,
  countedFor,
  type DayUsage,
  type Increment,
  type Ledger,
  newLedger,
  purgeUsage,
  RETAIN_MS,
  touchSlot,
  unreportedFor,
  usageByDay,
} from "../rules/usage.js";
import { mintDeviceId, mintEpoch } from "./device.js";
import { METER_CHECKS, type MeterOptions } from "./meter-options.js";
import { openStore, warnOnce } from "./open-store.js";
import { BOX, type Store } from "./store.js";

export type { MeterOptions } from "./meter-options.js";

/** What is told to licence servers: loaded where one is asked, or where the application looks at it. */
export const REPORTING = new LatePart(() => import("../rules/reporting.js"));

/** Scans are appended at once and worked into the ledger after so long or so many at most. */
const GATHER_MS = 1000;
const GATHER_SCANS = 20;
/** Pause after a failed write, doubled each time up to the second figure. */
const RETRY_MS = 2000;
const MAX_RETRY_MS = 60_000;
/** Times that a Date can hold (ECMA-262, time values). */
const MAX_TIME = 8.64e15;

/** What is appended to the ledger's box for each batch of scans. */
interface Entry {
  readonly organisation: string;
  readonly increments: readonly Increment[];
  /** Times of use without a scan. */
  readonly touched: readonly number[];
}

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
 * @throws ScanError `invalid_option`
 */
export async function openMeter(options: MeterOptions = {}): Promise<Meter> {
  checkAll(options, METER_CHECKS);
  let report: (error: ScanError) => void = warnOnce;
  const store = options.store ?? (await openStore(options.databaseName, (error) => report(error)));
  const meter = new Meter(store, options);
  report = (error) => meter.report(error);
  await meter.flush();
  return meter;
}

interface MeterEventMap {
  /** Counts have changed, in this tab or another; `detail` is today's usage. */
  usage: CustomEvent<DayUsage>;
  /** Counts could not be stored or read; they are kept in memory and the meter tries again. */
  error: CustomEvent<ScanError>;
}

type Listen = boolean | AddEventListenerOptions;

/** An EventTarget that knows its events. */
interface MeterEvents extends EventTarget {
  addEventListener<K extends keyof MeterEventMap>(
    type: K,
    listener: (event: MeterEventMap[K]) => void,
    options?: Listen,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: Listen): void;
  removeEventListener<K extends keyof MeterEventMap>(
    type: K,
    listener: (event: MeterEventMap[K]) => void,
    options?: Listen,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: Listen): void;
}

const MeterEvents = EventTarget as new () => MeterEvents;

/** Counts scans by UTC day and symbology, exactly and across tabs. Made by {@link openMeter}. */
export class Meter extends MeterEvents {
  readonly #store: Store;
  readonly #organisation: string;
  readonly #now: () => number;
  readonly #retainMs: number;
  readonly #channel: BroadcastChannel | undefined;
  #ledger: Ledger;
  /** What is counted and not appended yet. */
  #increments: Increment[] = [];
  #touched: number[] = [];
  #touchedUntil = Number.NEGATIVE_INFINITY;
  #isAppending = false;
  #appended: Promise<void> = Promise.resolve();
  #retryTimer: Timer | undefined;
  #retryMs = 0;
  /** Scans of this tab: recorded, of them appended, and of those in the ledger that it holds. */
  #recorded = 0;
  #appendedScans = 0;
  #inLedger = 0;
  /** How many scans are appended and not worked into the ledger by this tab yet, and when it last did that. */
  #gathered = 0;
  #gatherTimer: Timer | undefined;
  #gatheredAt = Number.NEGATIVE_INFINITY;
  /** The tail of the queue: updates of the ledger run one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** True from when the store has held our ledger. */
  #isKept = false;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(store: Store, { organisation = "", now = Date.now, retainMs = RETAIN_MS, databaseName }: MeterOptions) {
    super();
    this.#store = store;
    this.#organisation = organisation;
    this.#now = now;
    this.#retainMs = retainMs;
    this.#ledger = newLedger(mintDeviceId());
    if (store.kind === "indexeddb") this.#channel = openChannel(databaseName, () => this.#refresh());
  }

  /** UUID of this browser on this origin: random, and another one after its storage was deleted (R11, R44–R47). */
  get deviceId(): string {
    return this.#ledger.device;
  }

  /** Where counts are kept: `memory` means until the page closes. */
  get storage(): "indexeddb" | "memory" {
    return this.#store.kind;
  }

  /** Scans ever counted for the meter's organisation on this device, in all tabs; what is not written yet included. */
  get counted(): number {
    return countedFor(this.#ledger, this.#organisation) + this.#recorded - this.#inLedger;
  }

  /** Those of them that no licence server has acknowledged. */
  get unreported(): number {
    return unreportedFor(this.#ledger, this.#organisation) + this.#recorded - this.#inLedger;
  }

  /** Adds scans to the count. Never waits and never throws. */
  record(scans: readonly Scan[]): void {
    if (this.#isClosed || scans.length === 0) return;
    for (const { format, at } of scans) this.#add({ metric: format, at: this.#timeOf(at), count: 1 });
    this.#recorded += scans.length;
    this.#appendSoon();
  }

  /** Marks the three-minute slot of `at` as one in which the device was in use (R60). Cheap to call for every frame. */
  touch(at: number): void {
    const time = this.#timeOf(at);
    if (this.#isClosed || slotEnd(time) === this.#touchedUntil) return;
    this.#touchedUntil = slotEnd(time);
    this.#touched.push(time);
    this.#appendSoon();
  }

  /** Counts by UTC day and symbology, oldest day first, of all tabs and including what is not written yet. */
  async usage({ from, to }: UsageOptions = {}): Promise<DayUsage[]> {
    await this.#settled();
    return usageByDay(withEntry(this.#ledger, this.#unwritten()), from, to);
  }

  /**
   * Exactly what the next report to a licence server contains: the counts that it has not acknowledged (R77). Only stored
   * ones: another tab may work in what is not, and that would be told a second time, under another epoch.
   */
  async pending(): Promise<PendingUsage> {
    const { pendingUsage } = await REPORTING.load();
    await this.#settled();
    return pendingUsage(this.#ledger, this.#organisation);
  }

  /** Takes over what the server has stored; counts are purged after that and never before (R13). */
  async acknowledge(ack: Acknowledgement): Promise<void> {
    const { applyAck } = await REPORTING.load();
    await this.#append();
    await this.#change((ledger) => applyAck(ledger, ack, this.#now()));
  }

  /** Writes what is not written yet. Resolves also where that fails: the counts are kept and tried again. */
  async flush(): Promise<void> {
    await this.#append();
    await this.#change((ledger) => ledger).catch((error) => this.report(error));
  }

  /** Writes everything and lets go of the store. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#gatherTimer);
    this.#channel?.close();
    this.#store.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal */
  report(error: ScanError): void {
    warnOnce(error);
    this.dispatchEvent(new CustomEvent("error", { detail: error }));
  }

  #timeOf(at: number): number {
    return Math.abs(at) <= MAX_TIME ? at : this.#now();
  }

  #add(increment: Increment): void {
    const { metric, at, count } = increment;
    const index = this.#increments.findIndex((other) => other.metric === metric && slotEnd(other.at) === slotEnd(at));
    const same = this.#increments[index];
    if (same === undefined) this.#increments.push(increment);
    else this.#increments[index] = { ...same, count: same.count + count };
  }

  #appendSoon(): void {
    if (this.#retryTimer === undefined) void this.#append();
  }

  /** Appends what is counted; what comes meanwhile goes with the next entry. Never rejects. */
  #append(): Promise<void> {
    if (!this.#isAppending && this.#hasUnwritten()) this.#appended = this.#appendAll();
    return this.#appended;
  }

  async #appendAll(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#isAppending = true;
    while (this.#hasUnwritten()) {
      const entry = this.#unwritten();
      this.#increments = [];
      this.#touched = [];
      try {
        await this.#store.append(BOX.ledger, entry);
        this.#retryMs = 0;
        const scans = entry.increments.reduce((sum, { count }) => sum + count, 0);
        this.#appendedScans += scans;
        this.#gather(scans);
      } catch (error) {
        this.#takeBack(entry);
        this.#isAppending = false;
        this.report(error as ScanError);
        return;
      }
    }
    this.#isAppending = false;
  }

  #takeBack({ increments, touched }: Entry): void {
    for (const increment of increments) this.#add(increment);
    this.#touched.push(...touched);
    this.#retryMs = Math.min(Math.max(this.#retryMs * 2, RETRY_MS), MAX_RETRY_MS);
    if (!this.#isClosed) this.#retryTimer = later(this.#retryMs, () => this.#append());
  }

  #hasUnwritten(): boolean {
    return this.#increments.length > 0 || this.#touched.length > 0;
  }

  #unwritten(): Entry {
    return { organisation: this.#organisation, increments: this.#increments, touched: this.#touched };
  }

  /** Works entries into the ledger: at once after a quiet time, else at its end, or when there are many. */
  #gather(scans: number): void {
    if (this.#isClosed) return;
    this.#gathered += scans;
    // A clock that was set back makes it wait no longer than usual.
    const rest = Math.max(GATHER_MS - Math.abs(this.#now() - this.#gatheredAt), 0);
    if (this.#gathered >= GATHER_SCANS) clearTimeout(this.#gatherTimer);
    else if (this.#gatherTimer !== undefined) return;
    this.#gatherTimer = later(this.#gathered >= GATHER_SCANS ? 0 : rest, () => this.flush());
  }

  /** One change of the stored ledger, exactly once; tells this tab and the others. */
  async #change(change: (ledger: Ledger) => Ledger): Promise<void> {
    const updating = this.#queue.then(async () => {
      clearTimeout(this.#gatherTimer);
      this.#gatherTimer = undefined;
      this.#gathered = 0;
      this.#gatheredAt = this.#now();
      // Once kept and then gone means deleted by the user: another device (R46, R47).
      const appended = this.#appendedScans;
      const spare = this.#isKept ? newLedger(mintDeviceId()) : this.#ledger;
      const ledger = await this.#store.update<Ledger, Entry>(BOX.ledger, (current, entries) =>
        purgeUsage(change(entries.reduce(withEntry, current ?? spare)), this.#now(), this.#retainMs),
      );
      this.#isKept = true;
      this.#inLedger = appended;
      if (this.#adopt(ledger)) this.#channel?.postMessage(null);
    });
    this.#queue = updating.catch(() => {});
    await updating;
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
    this.#queue = this.#queue.then(async () => {
      const ledger = this.#isClosed ? undefined : await this.#store.read<Ledger>(BOX.ledger).catch(() => undefined);
      if (ledger !== undefined) this.#adopt(ledger);
    });
  }

  /** After the writing of what can be written. */
  async #settled(): Promise<void> {
    if (this.#isClosed) throw new ScanError("closed");
    await this.flush();
  }
}

function withEntry(ledger: Ledger, { organisation, increments, touched }: Entry): Ledger {
  const used = touched.reduce((next, at) => touchSlot(next, organisation, at, mintEpoch), ledger);
  return addScans(used, organisation, increments, mintEpoch);
}

/** The channel over which tabs tell one another that something was written; it never keeps a Node process alive. */
function openChannel(name = "tallymark", onHint: () => void): BroadcastChannel | undefined {
  if (globalThis.BroadcastChannel === undefined) return undefined;
  const channel = new BroadcastChannel(`${name}:usage`);
  channel.addEventListener("message", onHint);
  (channel as { unref?: () => void }).unref?.();
  return channel;
}
