import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Session } from "../../server/src/domain/session.js";
import { MemoryStore } from "../../server/src/storage/memory/memory-store.js";
import { report } from "../../server/src/usecases/report.js";
import { DAY_MS } from "../../src/rules/period.js";
import type { ReportReply, ReportRequest } from "../../src/rules/protocol/messages.js";
import { toAcknowledgement, toReports } from "../../src/rules/protocol/usage-report.js";
import { applyAck, pendingUsage } from "../../src/rules/reporting.js";
import { addScans, type Ledger, newLedger, purgeUsage } from "../../src/rules/usage.js";
import { ask, deviceId, granted, type Lab, labWith, START } from "./lab.js";

/** What may happen, one after the other, to one of three devices. */
const EVENTS = [
  "scan",
  "report",
  "lose-ack",
  "duplicate",
  "late-copy",
  "next-day",
  "purge",
  "backup",
  "restore",
] as const;
const event = fc.record({
  what: fc.constantFrom(...EVENTS),
  device: fc.integer({ min: 0, max: 2 }),
  metric: fc.constantFrom("ean_13", "qr_code"),
  count: fc.integer({ min: 1, max: 9 }),
});

const NONCE = "n".repeat(22);

/** Devices with their own ledgers, a server, and a network that loses, repeats and delays. */
class World {
  readonly truth = new Map<string, number>();
  readonly #late: { session: Session; sent: ReportRequest }[] = [];
  #ledgers: Ledger[] = [];
  #backup = new MemoryStore("g0").backup();
  #epochs = 0;
  #generations = 1;

  constructor(
    private lab: Lab,
    private readonly sessions: readonly Session[],
  ) {
    this.#ledgers = sessions.map(({ device }) => newLedger(device));
    this.#backup = this.#store.backup();
  }

  get #store(): MemoryStore {
    return this.lab.store as MemoryStore;
  }

  readonly #mint = () => (++this.#epochs).toString(16).padStart(16, "0");

  scan(device: number, metric: string, count: number): void {
    const at = this.lab.clock.now();
    this.#ledgers[device] = addScans(this.#ledgers[device] as Ledger, "100", [{ metric, at, count }], this.#mint);
    this.truth.set(metric, (this.truth.get(metric) ?? 0) + count);
  }

  async #deliver(session: Session, sent: ReportRequest): Promise<ReportReply> {
    const answer = await report(this.lab.ports, session, sent);
    if (!answer.ok) throw new Error(answer.refusal.code);
    return answer;
  }

  /** Sends what is pending `times` times; the device hears the last answer, unless it is lost. */
  async sync(device: number, times = 1, isAcked = true): Promise<void> {
    const session = this.sessions[device] as Session;
    for (const sent of toReports(pendingUsage(this.#ledgers[device] as Ledger), "100", () => NONCE)) {
      this.#late.push({ session, sent });
      let answer: ReportReply | undefined;
      for (let time = 0; time < times; time++) answer = await this.#deliver(session, sent);
      if (answer === undefined || !isAcked) continue;
      const ack = toAcknowledgement(answer, "100", session.device);
      this.#ledgers[device] = applyAck(this.#ledgers[device] as Ledger, ack, this.lab.clock.now());
    }
  }

  /** A copy of any report so far arrives again; nobody listens to its answer. */
  async late(which: number): Promise<void> {
    const copy = this.#late[which % Math.max(this.#late.length, 1)];
    if (copy !== undefined) await this.#deliver(copy.session, copy.sent);
  }

  purge(device: number): void {
    this.#ledgers[device] = purgeUsage(this.#ledgers[device] as Ledger, this.lab.clock.now());
  }

  backup(): void {
    this.#backup = this.#store.backup();
  }

  restore(): void {
    const store = new MemoryStore(`g${++this.#generations}`, this.#backup);
    const ports = { ...this.lab.ports, store };
    this.lab = { ...this.lab, store, ports, operator: { ...this.lab.operator, ports } };
  }

  /** What the server has when every device has called, twice: a restored server is noticed by the first answer. */
  async settle() {
    for (const device of this.#ledgers.keys()) {
      this.scan(device, "ean_13", 1);
      await this.sync(device);
      await this.sync(device);
    }
    const rows = await this.#store.usage({
      organisation: "100",
      from: "2026-01-01",
      to: "2027-12-31",
      groupBy: ["metric"],
    });
    const pending = this.#ledgers.flatMap((ledger) => pendingUsage(ledger).cells);
    const charged = await this.#store.charged("100", [{ item: this.sessions[0]?.item ?? "", period: START }]);
    return { rows, pending, charged, discrepancies: await this.#store.verify() };
  }
}

describe("devices, a bad network and a restored server", () => {
  test("the server's totals are the devices' own truth (10,000 runs)", async () => {
    const base = new MemoryStore("g1");
    const first = await labWith({ units: 1_000_000, type: "per-scan" }, base);
    const sessions = await Promise.all([1, 2, 3].map(async (n) => granted(await ask(first, n)).session));
    expect(sessions.map(({ device }) => device)).toEqual([1, 2, 3].map(deviceId));
    const start = base.backup();
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 14 }), async (events) => {
        const store = new MemoryStore("g1", start);
        const clock = { at: START, now: () => clock.at, pass: (days: number) => void (clock.at += days * DAY_MS) };
        const ports = { ...first.ports, store, clock };
        const world = new World({ ...first, store, clock, ports }, sessions);
        for (const { what, device, metric, count } of events) {
          if (what === "scan") world.scan(device, metric, count);
          else if (what === "report") await world.sync(device);
          else if (what === "lose-ack") await world.sync(device, 1, false);
          else if (what === "duplicate") await world.sync(device, 2);
          else if (what === "late-copy") await world.late(count);
          else if (what === "next-day") clock.pass(1);
          else if (what === "purge") world.purge(device);
          else if (what === "backup") world.backup();
          else world.restore();
        }
        const { rows, pending, charged, discrepancies } = await world.settle();
        const truth = [...world.truth].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(rows.map(({ metric, count }) => [metric, count])).toEqual(truth);
        expect(charged).toEqual([truth.reduce((sum, [, count]) => sum + count, 0)]);
        expect([pending, discrepancies]).toEqual([[], []]);
      }),
      { numRuns: 10_000, seed: 77 },
    );
  });
});
