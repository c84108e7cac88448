/**
 * Sends sealed texts to a licence server, the next one where one does not answer. A request that no preflight and no cookie
 * goes with. It must not know what is inside.
 */

import { CLEAR_CODES } from "../rules/protocol/clear-codes.js";
import { ENVELOPE_TYPE } from "../rules/protocol/envelopes.js";
import type { RefusalCode } from "../rules/protocol/refusals.js";

const TIMEOUT_MS = 10_000;
/** Failures in a row before the next server is asked (LTS protocol). */
const TRIES = 2;
/** A Retry-After beyond a day is no promise to keep. */
const MOST_WAIT_MS = 86_400_000;

/** Nothing came of it, for now; `code` where the server said why, in clear, which is never final. */
export interface Trouble {
  readonly kind: "trouble";
  readonly code?: RefusalCode | undefined;
  readonly retryAfterMs: number;
}

/** Trouble on the way. */
export const TROUBLE: Trouble = { kind: "trouble", retryAfterMs: 0 };

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export class Transport {
  readonly #servers: readonly string[];
  readonly #fetch: Fetch;
  #current = 0;
  #failures = 0;

  /** @param servers URLs, the main one first */
  constructor(servers: readonly string[], fetch: Fetch) {
    this.#servers = servers.map((url) => url.replace(/\/+$/, ""));
    this.#fetch = fetch;
  }

  /** How many requests it takes to have asked every server. */
  get patience(): number {
    return this.#servers.length * TRIES;
  }

  /** Where a path lies on the server that is asked now. */
  urlOf(path: string): string {
    return `${this.#servers[this.#current]}${path}`;
  }

  /** One request; a body makes it a POST. The sealed answer, or trouble. */
  async ask(path: string, body?: string): Promise<string | Trouble> {
    const answer = await this.#askOnce(path, body).catch(() => TROUBLE);
    const isDown = typeof answer !== "string" && (answer.code ?? "server_busy") === "server_busy";
    this.#failures = isDown ? this.#failures + 1 : 0;
    if (this.#failures >= TRIES) {
      this.#failures = 0;
      this.#current = (this.#current + 1) % this.#servers.length;
    }
    return answer;
  }

  async #askOnce(path: string, body: string | undefined): Promise<string | Trouble> {
    const response = await this.#fetch(this.urlOf(path), {
      ...(body !== undefined && { method: "POST", body, headers: { "content-type": ENVELOPE_TYPE } }),
      credentials: "omit",
      referrerPolicy: "origin",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const { headers } = response;
    if (headers.get("content-type")?.startsWith("text/plain")) return text;
    return { ...TROUBLE, code: codeIn(text), retryAfterMs: waitOf(headers.get("retry-after")) };
  }
}

/** Only what is known is a server's word, and not that of something on the way. */
function codeIn(text: string): RefusalCode | undefined {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return CLEAR_CODES.find((known) => known === code);
  } catch {
    return undefined;
  }
}

/** Retry-After in seconds (RFC 9110, 10.2.3); dates are not sent by our servers. */
const waitOf = (header: string | null): number => Math.min(Math.max(Number(header) * 1000 || 0, 0), MOST_WAIT_MS);
