/**
 * The licence of this device: asks for the authorisation, keeps it, tells how it stands, and hands over what was counted
 * under it. When that is done is the routine's business. It must not know cameras, images or where its record is stored.
 */
import { ScanError } from "../errors.js";
import { isLicenseErrorCode } from "../license-faults.js";
import { LICENSE_TYPES } from "../rules/license-types.js";
import type { Authorisation, ReportReply, ReportRequest } from "../rules/protocol/messages.js";
import type { Refusal } from "../rules/protocol/refusals.js";
import { toAcknowledgement, toReports } from "../rules/protocol/usage-report.js";
import { verdictRefusal } from "../rules/protocol/verdict-refusals.js";
import { type LicenseStanding, standingAt } from "../rules/standing.js";
import { newDeviceKey, openAuthorisation, openKeySet, randomKey } from "./envelopes.js";
import { type Asker, Exchange, type Granted } from "./exchange.js";
import type { LicenseRecord, RecordBox } from "./license-record.js";
import type { Trouble } from "./transport.js";
import { NO_MARKS, TrustedClock } from "./trusted-clock.js";
import type { UsageSource } from "./usage-source.js";

/** What a licence is made of. */
export interface LicenseParts {
  /** Names the licence in the record: another one begins anew. */
  readonly name: string;
  readonly organisation: string;
  /** Thumbprint of the root key. */
  readonly root: string;
  /** Undefined for an offline licence, which asks nobody. */
  readonly exchange: Exchange | undefined;
  readonly box: RecordBox;
  readonly usage: UsageSource;
  readonly who: Omit<Asker, "device" | "key">;
  /** The device's clock, and one that nobody can set, both in milliseconds. */
  readonly clock: () => number;
  readonly steady: () => number;
}

/** What came of asking the server. */
export type Outcome = "done" | Trouble;

const DONE = "done";

/** A licence on this device. Made by `create()` of a reader or scanner that is given a key. */
export class License extends EventTarget {
  readonly #parts: LicenseParts;
  readonly #clock: TrustedClock;
  #record: LicenseRecord;
  #authorisation: Authorisation | undefined;
  #refusal: Refusal | undefined;
  #generation: string | undefined;
  /** Conversations run one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #told = "";

  private constructor(parts: LicenseParts, record: LicenseRecord, authorisation: Authorisation | undefined) {
    super();
    this.#parts = parts;
    this.#record = record;
    this.#authorisation = authorisation;
    this.#clock = new TrustedClock(parts.clock, parts.steady, record.marks);
    this.#told = tellable(this.standing);
  }

  /**
   * The licence as it was left, without asking anybody.
   * @param offline the signed authorisation of an offline licence and its key set
   */
  static async open(parts: LicenseParts, offline?: LicenseRecord["grant"]): Promise<License> {
    const record = await ownRecord(parts);
    const grant = offline ?? record.grant;
    const authorisation = await proven({ ...record, ...(grant && { grant }) }, parts);
    return new License(parts, record, authorisation);
  }

  /** How it stands now. */
  get standing(): LicenseStanding {
    const { organisation, usage, who } = this.#parts;
    return standingAt(
      {
        organisation,
        authorisation: this.#authorisation,
        refusal: this.#refusal,
        origin: who.origin,
        countedSince: usage.counted - (this.#record.grant?.baseline ?? 0),
      },
      this.#clock.now(),
    );
  }

  /** Effective time: see {@link TrustedClock}. */
  get now(): number {
    return this.#clock.now();
  }

  /** When the authorisation is to be renewed; undefined where nobody is asked, at once where there is none. */
  get refreshAt(): number | undefined {
    if (!this.#parts.exchange) return undefined;
    return this.#authorisation?.refreshAt ?? 0;
  }

  /** Scans that may still be counted. */
  get scansLeft(): number {
    const { type, remaining = 0 } = this.standing;
    return type && LICENSE_TYPES[type].unit === "scan" ? remaining : Number.POSITIVE_INFINITY;
  }

  /** @throws ScanError with the code and the remedy, where the device may not scan now */
  check(): void {
    const { refusal } = this.standing;
    if (refusal) {
      this.#tell();
      throw errorOf(refusal);
    }
  }

  /** The error of an image that needs more scans than are left. */
  quotaError(): ScanError {
    return errorOf(this.standing.refusal ?? verdictRefusal("quota_exceeded"));
  }

  /**
   * Reports what was counted and asks the server how the licence stands; resolves when it has answered or could not be
   * reached, which `standing` tells.
   */
  async refresh(): Promise<void> {
    await this.report();
    await this.#inTurn(() => this.#authorize());
  }

  /** Asks the server for another authorisation, unless another tab has one that is newer. */
  renew(): Promise<Outcome> {
    return this.#inTurn(() => this.#renew());
  }

  /** Reports what was counted and not acknowledged. */
  report(): Promise<Outcome> {
    return this.#inTurn(() => this.#report());
  }

  /** A report that is ready to be sent when nobody can wait for an answer; undefined where there is nothing to tell. */
  async sealedReport(): Promise<{ readonly url: string; readonly body: string } | undefined> {
    const { exchange } = this.#parts;
    const { session } = this.#record;
    if (!exchange || !session) return undefined;
    const [request] = await this.#reports();
    return request && { url: exchange.reportUrl, body: await Exchange.seal(request, session) };
  }

  /** Keeps what is known of the time. */
  save(): Promise<void> {
    return this.#keep({});
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #renew(): Promise<Outcome> {
    return (await this.#adoptNewer()) ? DONE : this.#authorize();
  }

  async #authorize(): Promise<Outcome> {
    const { exchange, usage, who } = this.#parts;
    if (!exchange) return DONE;
    const { device, deviceKey } = await this.#ownRecord();
    const baseline = usage.counted - usage.unreported;
    const outcome = await exchange.authorize({ ...who, device, key: deviceKey }, this.#clock.now());
    if ("kind" in outcome) return outcome;
    this.#clock.heard(outcome.serverTime);
    if (outcome.ok) await this.#grant(outcome, baseline);
    else await this.#refuse(outcome.refusal);
    return DONE;
  }

  /** The record of the device that the meter is now: after its store was deleted it is another one (R46, R47). */
  async #ownRecord(): Promise<LicenseRecord> {
    if (this.#record.device !== this.#parts.usage.deviceId) this.#record = await ownRecord(this.#parts);
    return this.#record;
  }

  async #grant({ authorisation, reply, keySet }: Granted, baseline: number): Promise<void> {
    this.#authorisation = authorisation;
    this.#refusal = undefined;
    const { ticket, sessionKey } = reply;
    await this.#keep({
      grant: { authorisation: reply.authorisation, keySet, baseline },
      session: { ticket, sessionKey },
    });
    this.#tell();
  }

  /** A definitive no drops the authorisation at once; what was counted may still be told. */
  async #refuse(why: Refusal): Promise<void> {
    this.#refusal = why;
    if (why.isFinal) {
      this.#authorisation = undefined;
      const { grant: _, ...record } = this.#record;
      this.#record = record;
    }
    await this.#keep({});
    this.#tell();
  }

  /** Takes over what another tab was granted since; true where that is so. */
  async #adoptNewer(): Promise<boolean> {
    const kept = await this.#parts.box.read().catch(() => undefined);
    if (kept?.license !== this.#parts.name || kept.device !== this.#parts.usage.deviceId) return false;
    const authorisation = await proven(kept, this.#parts);
    if (!authorisation || authorisation.issuedAt <= (this.#authorisation?.issuedAt ?? 0)) return false;
    if (this.#clock.now() >= authorisation.refreshAt) return false;
    this.#record = kept;
    this.#authorisation = authorisation;
    this.#refusal = undefined;
    this.#tell();
    return this.standing.isAllowed;
  }

  async #reports(): Promise<readonly ReportRequest[]> {
    const { usage, organisation } = this.#parts;
    return toReports(await usage.pending(), organisation, randomKey);
  }

  async #report(): Promise<Outcome> {
    const { exchange } = this.#parts;
    if (!exchange) return DONE;
    // A session that has ended is opened again once, and the same is told under the new one.
    let mayReopen = true;
    for (let requests = await this.#reports(); requests.length > 0; ) {
      const [request, ...rest] = requests as [ReportRequest, ...ReportRequest[]];
      const { session } = this.#record;
      const outcome = session && (await exchange.report(request, session));
      const isTrouble = outcome && "kind" in outcome;
      if (isTrouble && outcome.code !== "session_unknown") return outcome;
      if (!outcome || isTrouble || !outcome.ok) {
        if (!mayReopen) return DONE;
        mayReopen = false;
        const reopened = await this.#authorize();
        if (reopened !== DONE || this.#record.session === session) return reopened;
        continue;
      }
      requests = rest;
      await this.#reported(outcome);
    }
    await this.#keep({});
    return DONE;
  }

  async #reported(reply: ReportReply): Promise<void> {
    const { usage, organisation } = this.#parts;
    this.#clock.heard(reply.serverTime);
    await usage.acknowledge(toAcknowledgement(reply, organisation, this.#record.device));
    // A server that was restored knows another use of the quota.
    const isRestored = this.#generation !== undefined && this.#generation !== reply.generation;
    this.#generation = reply.generation;
    if (reply.next === "continue" && !isRestored) return;
    if (reply.refusal) await this.#refuse(reply.refusal);
    await this.#authorize();
  }

  async #keep(change: Partial<LicenseRecord>): Promise<void> {
    const record = { ...this.#record, ...change, marks: this.#clock.marks };
    this.#record = record;
    // What cannot be kept is asked for again at the next visit.
    await this.#parts.box.update(() => record).catch(() => {});
  }

  /** Says so where it stands otherwise than when it last said so. */
  #tell(): void {
    const standing = this.standing;
    const text = tellable(standing);
    if (text === this.#told) return;
    this.#told = text;
    this.dispatchEvent(new CustomEvent("change", { detail: standing }));
  }
}

/** What makes a standing another one: units that run down are no news. */
const tellable = ({ refusal, type, until, offlineUntil }: LicenseStanding): string =>
  JSON.stringify([refusal?.code, type, until, offlineUntil]);

/** The error of a refusal, with the remedy in its message. */
export function errorOf({ code, message, remedy }: Refusal): ScanError {
  return new ScanError(isLicenseErrorCode(code) ? code : "license_unreachable", `${message} ${remedy}`);
}

/**
 * The record of this licence on this device, made and kept where there is none: before the server hears of the device's key,
 * so that a lost answer does not make the device a stranger, and one for all tabs.
 */
async function ownRecord({ box, name, usage }: LicenseParts): Promise<LicenseRecord> {
  const { deviceId } = usage;
  const fresh = await newDeviceKey();
  const change = (kept: LicenseRecord | undefined): LicenseRecord => {
    const isSameDevice = kept?.device === deviceId;
    if (isSameDevice && kept.license === name) return kept;
    // What is known of the time holds for every licence, the key for every licence of this device.
    return {
      license: name,
      device: deviceId,
      deviceKey: isSameDevice ? kept.deviceKey : fresh,
      marks: kept?.marks ?? NO_MARKS,
    };
  };
  return box.update(change).catch(() => change(undefined));
}

/** The record's authorisation, if it is proven by the root and names this device. */
async function proven({ grant, device }: LicenseRecord, { root, organisation }: LicenseParts) {
  const keys = grant && (await openKeySet(grant.keySet, root));
  const authorisation = keys && (await openAuthorisation(grant.authorisation, keys));
  const isOurs =
    authorisation?.organisation === organisation &&
    (authorisation.device === undefined || authorisation.device === device);
  return isOurs ? authorisation : undefined;
}
