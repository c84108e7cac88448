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
  Denial,
  ReportAnswer,
  ReportRequest,
} from "../rules/protocol/messages.js";
import { PROTOCOL_VERSION } from "../rules/protocol/messages.js";
import { openAuthorisation, openKeySet, openWithKey, randomKey, sealForServer, sealWithKey } from "./envelopes.js";
import type { Session } from "./license-record.js";
import { TROUBLE, type Transport, type Trouble } from "./transport.js";

/** The device may work. */
export interface Granted {
  readonly ok: true;
  readonly serverTime: number;
  readonly authorisation: Authorisation;
  readonly reply: Extract<AuthorizeReply, { readonly ok: true }>;
  /** As it came, to be kept. */
  readonly keySet: string;
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
  async authorize(asker: Asker, now: number): Promise<Granted | Denial | Trouble> {
    const outcome = await this.#authorize(asker, now, false);
    // Keys that the server has exchanged meanwhile are fetched again, once.
    const isStale = "kind" in outcome && outcome.code === "key_unknown";
    return isStale ? this.#authorize(asker, now, true) : outcome;
  }

  async #authorize(asker: Asker, now: number, isFresh: boolean): Promise<Granted | Denial | Trouble> {
    const keys = await this.#serverKeys(now, isFresh);
    if ("kind" in keys) return keys;
    const sealing = sealingKey(keys.set, now);
    if (!sealing) return STALE_KEYS;
    const { organisation, code, password } = this.#license;
    const replyKey = randomKey();
    const nonce = randomKey();
    const request = { v: PROTOCOL_VERSION, organisation, code, password, ...asker, nonce, replyKey };
    const body = await sealForServer(request, sealing);
    const reply = await this.#ask<AuthorizeReply | Denial>("authorize", body, replyKey, nonce);
    if ("kind" in reply || !reply.ok) return reply;
    const authorisation = await openAuthorisation(reply.authorisation, keys.set);
    // It may be signed by a key that is newer than the set we hold.
    if (!authorisation) return STALE_KEYS;
    if (authorisation.device !== asker.device) return TROUBLE;
    return {
      ok: true,
      serverTime: reply.serverTime,
      authorisation,
      reply,
      keySet: keys.text,
    };
  }

  /** One question; only an answer that is sealed with `key` and repeats `nonce` counts. */
  async #ask<R extends { readonly nonce: string }>(
    what: "authorize" | "report",
    body: string,
    key: string,
    nonce: string,
  ): Promise<R | Trouble> {
    const text = await this.#transport.ask(PATHS[what], body);
    if (typeof text !== "string") return text;
    const reply = await openWithKey<R>(text, key, ENVELOPES[`${what}Reply`]);
    return reply?.nonce === nonce ? reply : TROUBLE;
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

  async report(request: ReportRequest, session: Session): Promise<ReportAnswer | Trouble> {
    return this.#ask<ReportAnswer>("report", await Exchange.seal(request, session), session.sessionKey, request.nonce);
  }
}
