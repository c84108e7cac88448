/**
 * A device that knows its own truth and talks over real http: the library's ledger and envelopes, a network that loses
 * answers, repeats requests and holds some back, any number of tabs. It must not know any single test, nor the server.
 */
import { randomBytes } from "node:crypto";
import { PATHS } from "../../../src/rules/protocol/envelopes.js";
import type { AuthorizeReply, DeviceKey, Grant } from "../../../src/rules/protocol/messages.js";
import { toAcknowledgement, toReports } from "../../../src/rules/protocol/usage-report.js";
import { applyAck, pendingUsage } from "../../../src/rules/reporting.js";
import { addScans, type Ledger, newLedger } from "../../../src/rules/usage.js";
import { post } from "../http/site.js";
import {
  newDeviceKey,
  nonce,
  openAuthorizeReply,
  openKeySet,
  openReportAnswer,
  sealAuthorize,
  sealReport,
  secret,
} from "../http/wire.js";
import { deviceId, SHOP } from "../lab.js";

const ORGANISATION = "100";
const CODE = "100-shop";

/** Shares of what goes wrong; the rest arrives once and is answered. */
export interface Network {
  readonly random: () => number;
  /** Answers that are lost. */
  readonly lost: number;
  /** Requests that arrive twice. */
  readonly doubled: number;
  /** Requests that arrive after later ones. */
  readonly late: number;
}

export const GOOD_NETWORK: Network = { random: () => 1, lost: 0, doubled: 0, late: 0 };

export class RoamingDevice {
  readonly id: string;
  /** Scans ever counted on it, by symbology. */
  readonly truth = new Map<string, number>();
  #ledger: Ledger;
  #grant: Grant | undefined;
  #late: { url: string; body: string }[] = [];
  #acks = 0;

  private constructor(
    n: number,
    private readonly key: DeviceKey,
    private readonly root: string,
  ) {
    this.id = deviceId(n);
    this.#ledger = newLedger(this.id);
  }

  static async open(n: number, root: string): Promise<RoamingDevice> {
    return new RoamingDevice(n, await newDeviceKey(), root);
  }

  /** Answers that it has heard. */
  get acks(): number {
    return this.#acks;
  }

  get counted(): number {
    return [...this.truth.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The scans that the server said it has stored. */
  get acknowledged(): number {
    return this.counted - this.pending;
  }

  /** Scans that wait to be acknowledged. */
  get pending(): number {
    let sum = 0;
    for (const { counts, acked } of this.#ledger.entries) {
      for (const [metric, count] of Object.entries(counts)) sum += Math.max(count - (acked[metric] ?? 0), 0);
    }
    return sum;
  }

  get generation(): string | undefined {
    return this.#ledger.generation;
  }

  scan(metric: string, count = 1): void {
    const increments = [{ metric, at: Date.now(), count }];
    this.#ledger = addScans(this.#ledger, ORGANISATION, increments, () => randomBytes(8).toString("hex"));
    this.truth.set(metric, (this.truth.get(metric) ?? 0) + count);
  }

  /** Asks to be let in; "ok" or the code of the refusal. Throws where the server does not answer. */
  async authorize(url: string): Promise<string> {
    const set = await fetch(url + PATHS.keys);
    const keys = await openKeySet(await set.text(), this.root);
    const names = { organisation: ORGANISATION, code: CODE, origin: SHOP, device: this.id, key: this.key };
    const request = { v: 1, ...names, library: "0.1.0", nonce: nonce(), replyKey: secret() } as const;
    const { status, body } = await post(url + PATHS.authorize, await sealAuthorize(request, keys, Date.now()));
    if (status >= 500) throw new Error(`answered ${status}`);
    const reply: AuthorizeReply = await openAuthorizeReply(body, request.replyKey);
    if (reply.ok) this.#grant = reply;
    return reply.ok ? "ok" : reply.refusal.code;
  }

  /** One tab sends all that is pending. Throws where the server does not answer; what was counted stays. */
  async report(url: string, network: Network = GOOD_NETWORK): Promise<void> {
    if (this.#grant === undefined) throw new Error("not authorised");
    const { ticket, sessionKey } = this.#grant;
    const late = this.#late;
    this.#late = [];
    for (const request of toReports(pendingUsage(this.#ledger, ORGANISATION), ORGANISATION, nonce)) {
      const body = await sealReport(request, ticket, sessionKey);
      const chance = network.random();
      if (chance < network.late) {
        this.#late.push({ url, body });
        continue;
      }
      const copies = chance < network.late + network.doubled ? 2 : 1;
      const answers = await Promise.all(Array.from({ length: copies }, () => post(url + PATHS.report, body)));
      if (network.random() < network.lost) continue;
      for (const answer of answers) await this.#hear(answer.status, answer.body, sessionKey);
    }
    // What was held back arrives now, after what is newer; nobody waits for its answer any more.
    for (const held of late) await post(held.url + PATHS.report, held.body);
  }

  async #hear(status: number, body: string, sessionKey: string): Promise<void> {
    if (status !== 200) throw new Error(`answered ${status}: ${body}`);
    const answer = await openReportAnswer(body, sessionKey);
    if (!answer.ok) throw new Error(`refused: ${answer.refusal.code}`);
    this.#ledger = applyAck(this.#ledger, toAcknowledgement(answer, ORGANISATION, this.id), Date.now());
    this.#acks++;
  }
}

/** Reports until nothing waits; a restored server is noticed by the first answer and healed by the next report. */
export async function settle(device: RoamingDevice, url: string): Promise<void> {
  device.scan("ean_13");
  for (let round = 0; round < 5 && device.pending > 0; round++) await device.report(url);
  if (device.pending > 0) throw new Error(`${device.pending} scans are never acknowledged`);
  // Bodies that were held back arrive at last.
  await device.report(url);
}
