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
  DeviceKey,
  ReportAnswer,
  ReportReply,
  ReportRequest,
} from "../rules/protocol/messages.js";
import { PROTOCOL_VERSION } from "../rules/protocol/messages.js";
import type { Refusal, RefusalCode } from "../rules/protocol/refusals.js";
import { openAuthorisation, openKeySet, openWithKey, randomKey, sealForServer, sealWithKey } from "./envelopes.js";
import type { Session } from "./license-record.js";
import type { Answer, Transport } from "./transport.js";

/** Nothing came of it, for now; `code` where the server said why. */
export interface Trouble {
  readonly kind: "trouble";
  readonly code?: RefusalCode;
  readonly retryAfterMs: number;
}

/** The device may work. */
export interface Granted {
  readonly kind: "granted";
  readonly serverTime: number;
  readonly authorisation: Authorisation;
  /** As they came, to be kept. */
  readonly proof: { readonly authorisation: string; readonly keySet: string };
  readonly session: Session;
}

export interface Refused {
  readonly kind: "refused";
  readonly serverTime: number;
  readonly refusal: Refusal;
}

export interface Reported {
  readonly kind: "reported";
  readonly serverTime: number;
  readonly reply: ReportReply;
}

/** Who asks. */
export interface Asker {
  readonly device: string;
  readonly deviceKey: DeviceKey;
  readonly deviceName?: string;
  readonly origin?: string;
  readonly library: string;
}

const troubleOf = (answer: Answer): Trouble =>
  answer.kind === "clear"
    ? { kind: "trouble", retryAfterMs: answer.retryAfterMs, ...(answer.code && { code: answer.code }) }
    : { kind: "trouble", retryAfterMs: 0 };

interface Keys {
  readonly text: string;
  readonly set: KeySet;
}

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
    let outcome: Granted | Refused | Trouble = { kind: "trouble", retryAfterMs: 0 };
    // Keys that the server has exchanged meanwhile are fetched again, once.
    for (const isFresh of [false, true]) {
      const keys = await this.#serverKeys(now, isFresh);
      if ("kind" in keys) return keys;
      outcome = await this.#authorize(asker, keys, now);
      if (outcome.kind !== "trouble" || outcome.code !== "key_unknown") return outcome;
    }
    return outcome;
  }

  async #authorize(asker: Asker, keys: Keys, now: number): Promise<Granted | Refused | Trouble> {
    const sealing = sealingKey(keys.set, now);
    if (!sealing) return { kind: "trouble", code: "key_unknown", retryAfterMs: 0 };
    const { organisation, code, password } = this.#license;
    const { device, deviceKey, deviceName, origin, library } = asker;
    const replyKey = randomKey();
    const nonce = randomKey();
    const request: AuthorizeRequest = {
      v: PROTOCOL_VERSION,
      organisation,
      ...(code !== undefined && { code }),
      ...(password !== undefined && { password }),
      ...(origin !== undefined && { origin }),
      device,
      key: deviceKey,
      ...(deviceName !== undefined && { friendlyName: deviceName }),
      library,
      nonce,
      replyKey,
    };
    const answer = await this.#transport.ask(PATHS.authorize, await sealForServer(request, sealing));
    if (answer.kind === "clear") return troubleOf(answer);
    const reply = (await openWithKey(answer.text, replyKey, ENVELOPES.authorizeReply)) as AuthorizeReply | undefined;
    if (reply?.nonce !== nonce) return troubleOf(answer);
    if (!reply.ok) return { kind: "refused", serverTime: reply.serverTime, refusal: reply.refusal };
    const known = await this.#proven(reply.authorisation, keys, now);
    if (known?.authorisation.device !== device) return troubleOf(answer);
    const { ticket, sessionKey, serverTime } = reply;
    return {
      kind: "granted",
      serverTime,
      authorisation: known.authorisation,
      proof: { authorisation: reply.authorisation, keySet: known.keys.text },
      session: { ticket, sessionKey },
    };
  }

  /** An authorisation may be signed by a key that is newer than the set we hold. */
  async #proven(text: string, keys: Keys, now: number) {
    const authorisation = await openAuthorisation(text, keys.set);
    if (authorisation) return { authorisation, keys };
    const fresh = await this.#serverKeys(now, true);
    if ("kind" in fresh) return undefined;
    const again = await openAuthorisation(text, fresh.set);
    return again && { authorisation: again, keys: fresh };
  }

  async #serverKeys(now: number, isFresh: boolean): Promise<Keys | Trouble> {
    if (!isFresh && this.#keys && now < this.#keys.set.expiresAt) return this.#keys;
    const answer = await this.#transport.ask(PATHS.keys);
    if (answer.kind === "clear") return troubleOf(answer);
    const set = await openKeySet(answer.text, this.#license.root);
    // A set that is older than the one we hold is somebody's who kept it.
    if (!set || set.issuedAt < (this.#keys?.set.issuedAt ?? 0)) return troubleOf(answer);
    this.#keys = { text: answer.text, set };
    return this.#keys;
  }

  /** A report's body, ready to be sent by whatever means. */
  static async seal(request: ReportRequest, { ticket, sessionKey }: Session): Promise<string> {
    return joinReport(ticket, await sealWithKey(request, sessionKey, ENVELOPES.report));
  }

  async report(request: ReportRequest, session: Session): Promise<Reported | Refused | Trouble> {
    const answer = await this.#transport.ask(PATHS.report, await Exchange.seal(request, session));
    if (answer.kind === "clear") return troubleOf(answer);
    const said = await openWithKey(answer.text, session.sessionKey, ENVELOPES.reportReply);
    const reply = said as ReportAnswer | undefined;
    if (reply?.nonce !== request.nonce) return troubleOf(answer);
    const { serverTime } = reply;
    return reply.ok ? { kind: "reported", serverTime, reply } : { kind: "refused", serverTime, refusal: reply.refusal };
  }
}
