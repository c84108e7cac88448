/**
 * When a licence is renewed and use is reported: at the start, every three minutes or twenty scans, when the network is back,
 * and by beacon when the page hides; after trouble later and later. One tab of a device does it. It must not know what is
 * said.
 */
import { later, type Timer } from "../later.js";
import { SLOT_MS } from "../rules/slots.js";
import { backOffMs } from "./back-off.js";
import type { License, Outcome } from "./license.js";
import type { UsageSource } from "./usage-source.js";

/** Scans that are reported before the three minutes are over. */
const REPORT_SCANS = 20;
/** How long after a change a report is sealed for the beacon. */
const SEAL_MS = 200;
/** How long closing waits for a last report; what does not arrive goes with the first of the next visit. */
const END_MS = 2000;
/** Longest that a timer is set for; browsers take 2^31 − 1 milliseconds. */
const MOST_TIMER_MS = 3_600_000;

/** What the routine needs of its surroundings; all but the dice may be missing. */
export interface Surroundings {
  /** `window` of a page: `online`, `pagehide`. */
  readonly page?: EventTarget;
  /** `document` of a page: `visibilitychange`. */
  readonly document?: EventTarget & { readonly visibilityState: string };
  readonly locks?: Pick<LockManager, "request">;
  readonly sendBeacon?: (url: string, body: Blob) => boolean;
  /** Random number, 0 ≤ n < 1. */
  readonly random: () => number;
}

export class LicenseRoutine {
  readonly #license: License;
  readonly #usage: UsageSource;
  readonly #around: Surroundings;
  readonly #ending = new AbortController();
  #isLeader = false;
  #yieldLead: (() => void) | undefined;
  #timer: Timer | undefined;
  #sealTimer: Timer | undefined;
  #sealed: { readonly url: string; readonly body: string } | undefined;
  #failures = 0;
  #work: Promise<void> | undefined;

  constructor(license: License, usage: UsageSource, around: Surroundings) {
    this.#license = license;
    this.#usage = usage;
    this.#around = around;
  }

  /** @param name of the licence on this device, which tabs share */
  begin(name: string): void {
    const { page, document } = this.#around;
    const { signal } = this.#ending;
    this.#usage.addEventListener("usage", () => this.#counted(), { signal });
    page?.addEventListener("online", () => this.#atOnce(), { signal });
    page?.addEventListener("pagehide", () => this.#hide(), { signal });
    document?.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "hidden") this.#hide();
      },
      { signal },
    );
    this.#elect(name);
    this.#atOnce();
  }

  /** Reports what is left, if that can be done at once, and ends. */
  async end(): Promise<void> {
    this.#ending.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#sealTimer);
    this.#yieldLead?.();
    await this.#work;
    if (this.#usage.unreported > 0) {
      await Promise.race([this.#license.report(), new Promise((resolve) => later(END_MS, resolve as () => void))]);
    }
    await this.#license.save();
  }

  /** The tab that holds the lock leads until it goes; without locks every tab does, which costs requests and no count. */
  #elect(name: string): void {
    const { locks } = this.#around;
    if (!locks) {
      this.#isLeader = true;
      return;
    }
    const led = locks.request(`tallymark:${name}`, { signal: this.#ending.signal }, () => {
      this.#isLeader = true;
      this.#atOnce();
      return new Promise<void>((resolve) => {
        this.#yieldLead = resolve;
      });
    });
    led.catch(() => {});
  }

  #counted(): void {
    if (this.#isLeader && this.#usage.unreported >= REPORT_SCANS && this.#failures === 0) this.#atOnce();
    this.#sealTimer ??= later(SEAL_MS, () => {
      this.#sealTimer = undefined;
      void this.#sealAhead();
    });
  }

  /** A page that goes away cannot wait for a seal, so one is ready. */
  async #sealAhead(): Promise<void> {
    if (!this.#around.sendBeacon || this.#ending.signal.aborted) return;
    this.#sealed = await this.#license.sealedReport().catch(() => undefined);
  }

  #hide(): void {
    const sealed = this.#sealed;
    this.#sealed = undefined;
    if (sealed) this.#around.sendBeacon?.(sealed.url, new Blob([sealed.body], { type: "text/plain;charset=UTF-8" }));
  }

  #atOnce(): void {
    if (this.#ending.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#work ??= this.#run().finally(() => {
      this.#work = undefined;
    });
  }

  async #run(): Promise<void> {
    const outcome = await this.#round();
    let wait: number;
    if (outcome === "done") {
      this.#failures = 0;
      await this.#sealAhead();
      wait = this.#pause();
    } else wait = backOffMs(++this.#failures, this.#around.random(), outcome.retryAfterMs);
    if (!this.#ending.signal.aborted) this.#timer = later(Math.min(wait, MOST_TIMER_MS), () => this.#atOnce());
  }

  async #round(): Promise<Outcome> {
    const { refreshAt, standing, now } = this.#license;
    const isDue = refreshAt !== undefined && (now >= refreshAt || !standing.isAllowed);
    const renewed = isDue ? await this.#license.renew() : "done";
    if (renewed !== "done" || !this.#isLeader) return renewed;
    return this.#license.report();
  }

  /** Until the next slot's report, or an authorisation's renewal if that is sooner. */
  #pause(): number {
    const { refreshAt, now, standing } = this.#license;
    const renewal = refreshAt !== undefined && standing.isAllowed ? Math.max(refreshAt - now, 1000) : SLOT_MS;
    // Spread within a tenth, so that devices that began together do not stay together.
    return Math.min(SLOT_MS, renewal) * (1 + this.#around.random() / 10);
  }
}
