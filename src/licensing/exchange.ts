/**
 * The conversations with a licence server: fetch its keys, ask for an authorisation, report use. Each gives what the server
 * said, once proven, or trouble, which is never taken for a refusal. It must not know when it is done or what follows.
 */
import { ENVELOPES, joinReport, PATHS } from "../rules/protocol/envelopes.js";
import { type KeySet, sealingKey } from "../rules/protocol/key-set.js";
import type { ServerKey } from "../rules/protocol/license-key.js";
import type {
  Authorisation,
  AuthorizeReply,
  AuthorizeRequest,
  ReportAnswer,
  ReportReply,
  ReportRequest,
} from "../rules/protocol/messages.js";
import { PROTOCOL_VERSION } from "../rules/protocol/messages.js";
import type { Refusal } from "../rules/protocol/refusals.js";
import { openAuthorisation, openKeySet, openWithKey, randomKey, sealForServer, sealWithKey } from "./envelopes.js";
import type { Session } from "./license-record.js";
import { TROUBLE, type Transport, type Trouble } from "./transport.js";

/** The device may work. */
export interface Granted {
  readonly kind: "granted";
  readonly serverTime: number;
  readonly authorisation: Authorisation;
  readonly reply: Extract<AuthorizeReply, { readonly ok: true }>;
  /** As it came, to be kept. */
  readonly keySet: string;
}

export interface Refused {
  readonly kind: "refused";
  readonly serverTime: number;
  readonly refusal: Refusal;
}

/** What the server said, proven. */
export interface Accepted<R> {
  readonly kind: "accepted";
  readonly serverTime: number;
  readonly reply: R;
}

/** Who asks, in the request's words. */
export type Asker = Pick<AuthorizeRequest, "device" | "key" | "library"> & {
  readonly friendlyName?: string | undefined;
  readonly origin?: string | undefined;
};

interface Keys {
  readonly text: string;
  readonly set: KeySet;
}

/** Other keys are needed. */
const STALE_KEYS: Trouble = { ...TROUBLE, code: "key_unknown" };

export class Exchange {
  readonly #transport: Transport;
  readonly #license: ServerKey;
  #keys: Keys | undefined;

  constructor(transport: Transport, license: ServerKey) {
    this.#transport = transport;
    this.#license = license;
  }

  /** Where a report goes when the page closes and nobody waits for the answer. */
  get reportUrl(): string {
    return this.#transport.urlOf(PATHS.report);
  }

  /** Asks for an authorisation. `now` decides whether the known keys are still good. */
  async authorize(asker: Asker, now: number): Promise<Granted | Refused | Trouble> {
    const outcome = await this.#authorize(asker, now, false);
    // Keys that the server has exchanged meanwhile are fetched again, once.
    const isStale = outcome.kind === "trouble" && outcome.code === "key_unknown";
    return isStale ? this.#authorize(asker, now, true) : outcome;
  }

  async #authorize(asker: Asker, now: number, isFresh: boolean): Promise<Granted | Refused | Trouble> {
    const keys = await this.#serverKeys(now, isFresh);
    if ("kind" in keys) return keys;
    const sealing = sealingKey(keys.set, now);
    if (!sealing) return STALE_KEYS;
    const { organisation, code, password } = this.#license;
    const replyKey = randomKey();
    const nonce = randomKey();
    const request = { v: PROTOCOL_VERSION, organisation, code, password, ...asker, nonce, replyKey };
    const body = await sealForServer(request, sealing);
    const outcome = await this.#ask<AuthorizeReply>("authorize", body, replyKey, nonce);
    if (outcome.kind !== "accepted") return outcome;
    const { reply, serverTime } = outcome;
    const authorisation = await openAuthorisation(reply.authorisation, keys.set);
    // It may be signed by a key that is newer than the set we hold.
    if (!authorisation) return STALE_KEYS;
    if (authorisation.device !== asker.device) return TROUBLE;
    return {
      kind: "granted",
      serverTime,
      authorisation,
      reply,
      keySet: keys.text,
    };
  }

  /** One question; only an answer that is sealed with `key` and repeats `nonce` counts. */
  async #ask<R extends { readonly ok: boolean }>(
    what: "authorize" | "report",
    body: string,
    key: string,
    nonce: string,
  ): Promise<Accepted<Extract<R, { readonly ok: true }>> | Refused | Trouble> {
    const text = await this.#transport.ask(PATHS[what], body);
    if (typeof text !== "string") return text;
    const reply = await openWithKey<AuthorizeReply | ReportAnswer>(text, key, ENVELOPES[`${what}Reply`]);
    if (reply?.nonce !== nonce) return TROUBLE;
    const { serverTime } = reply;
    return reply.ok
      ? { kind: "accepted", serverTime, reply: reply as never }
      : { kind: "refused", serverTime, refusal: reply.refusal };
  }

  async #serverKeys(now: number, isFresh: boolean): Promise<Keys | Trouble> {
    if (!isFresh && this.#keys && now < this.#keys.set.expiresAt) return this.#keys;
    const text = await this.#transport.ask(PATHS.keys);
    if (typeof text !== "string") return text;
    const set = await openKeySet(text, this.#license.root);
    // A set that is older than the one we hold is somebody's who kept it.
    if (!set || set.issuedAt < (this.#keys?.set.issuedAt ?? 0)) return TROUBLE;
    this.#keys = { text, set };
    return this.#keys;
  }

  /** A report's body, ready to be sent by whatever means. */
  static async seal(request: ReportRequest, { ticket, sessionKey }: Session): Promise<string> {
    return joinReport(ticket, await sealWithKey(request, sessionKey, ENVELOPES.report));
  }

  async report(request: ReportRequest, session: Session): Promise<Accepted<ReportReply> | Refused | Trouble> {
    return this.#ask<ReportAnswer>("report", await Exchange.seal(request, session), session.sessionKey, request.nonce);
  }
}
