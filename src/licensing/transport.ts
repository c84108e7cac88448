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

/** What came back: a sealed answer, or what was said in clear, which is never final. */
export type Answer =
  | { readonly kind: "sealed"; readonly text: string }
  | { readonly kind: "clear"; readonly code: RefusalCode | undefined; readonly retryAfterMs: number };

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

  /** One request; a body makes it a POST. Trouble on the way is an answer in clear without a code. */
  async ask(path: string, body?: string): Promise<Answer> {
    const answer = await this.#askOnce(path, body);
    const isDown = answer.kind === "clear" && (answer.code === undefined || answer.code === "server_busy");
    this.#failures = isDown ? this.#failures + 1 : 0;
    if (this.#failures >= TRIES) {
      this.#failures = 0;
      this.#current = (this.#current + 1) % this.#servers.length;
    }
    return answer;
  }

  async #askOnce(path: string, body: string | undefined): Promise<Answer> {
    const post = body === undefined ? {} : { method: "POST", body, headers: { "content-type": ENVELOPE_TYPE } };
    try {
      const response = await this.#fetch(this.urlOf(path), {
        ...post,
        credentials: "omit",
        referrerPolicy: "origin",
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (response.headers.get("content-type")?.startsWith("text/plain")) return { kind: "sealed", text };
      return { kind: "clear", code: codeIn(text), retryAfterMs: waitOf(response.headers.get("retry-after")) };
    } catch {
      return { kind: "clear", code: undefined, retryAfterMs: 0 };
    }
  }
}

function codeIn(text: string): RefusalCode | undefined {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return CLEAR_CODES.find((known) => known === code);
  } catch {
    return undefined;
  }
}

/** Retry-After in seconds (RFC 9110, 10.2.3); dates are not sent by our servers. */
function waitOf(header: string | null): number {
  const seconds = Number(header);
  return seconds > 0 ? Math.min(seconds * 1000, MOST_WAIT_MS) : 0;
}
