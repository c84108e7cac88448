/**
 * Slows down who tries passwords. Counts are kept in the store, so that all nodes hold together; who is held is remembered
 * here, so that trying on costs nothing. It must not know what is tried.
 */
import { ATTEMPT_SPAN_MS, type Attempts, heldUntil, oneMore } from "../domain/attempts.js";
import { BusyError } from "../domain/domain-error.js";
import { SERVER } from "../domain/organisation.js";
import type { Ports, Records } from "../ports.js";

/** Attempts under one name within a span. */
export interface AttemptRule {
  readonly name: string;
  readonly limit: number;
}

/** Names that are remembered at most; the oldest are forgotten first, and then looked up again. */
const NAMES_AT_MOST = 50_000;
/** Attempts that are being counted at once: a flood must not hold up what else is written. */
const AT_ONCE = 32;
const RETRY_SECONDS = 2;

type Held = readonly { readonly name: string; readonly until: number }[];

export class AttemptLimit {
  /** Until when attempts under a name are held; the shared count cannot free it sooner, since nobody gets in to do so. */
  readonly #held = new Map<string, number>();
  #counting = 0;

  constructor(private readonly ports: Pick<Ports, "store" | "clock" | "keys">) {}

  /**
   * Takes an attempt under every name. Undefined where it may be made, else the seconds until the next may; one that may not
   * be made counts nowhere. It counts before its outcome is known, so that many at once gain nothing.
   */
  async take(rules: readonly AttemptRule[]): Promise<number | undefined> {
    const now = this.ports.clock.now();
    const known = rules.flatMap(({ name }) => {
      const until = this.#held.get(name) ?? 0;
      return until > now && until <= now + ATTEMPT_SPAN_MS ? [{ name, until }] : [];
    });
    const held = known.length > 0 ? known : await this.#count(rules, now);
    if (held.length === 0) return undefined;
    for (const { name, until } of held) this.#remember(name, until);
    return Math.ceil((Math.max(...held.map(({ until }) => until)) - now) / 1000);
  }

  /** Forgets the attempts under a name: one succeeded. */
  async forget(name: string): Promise<void> {
    const id = this.#idOf(name);
    await this.ports.store.transaction(({ attempts }) => attempts.remove(SERVER, id));
  }

  async #count(rules: readonly AttemptRule[], now: number): Promise<Held> {
    if (this.#counting >= AT_ONCE) {
      throw new BusyError("queue_full", "Too many people are signing in just now.", RETRY_SECONDS);
    }
    this.#counting++;
    try {
      return await this.ports.store.transaction((records) => this.#countIn(records, rules, now));
    } finally {
      this.#counting--;
    }
  }

  async #countIn({ attempts }: Records, rules: readonly AttemptRule[], now: number): Promise<Held> {
    const made: { readonly before: Attempts | undefined; readonly after: Attempts }[] = [];
    const held: { readonly name: string; readonly until: number }[] = [];
    for (const { name, limit } of rules) {
      const id = this.#idOf(name);
      const before = await attempts.get(SERVER, id);
      const until = heldUntil(before, limit, now);
      if (until !== undefined) held.push({ name, until });
      made.push({ before, after: oneMore(before ?? { organisation: SERVER, id, since: now, count: 0 }, now) });
    }
    if (held.length > 0) return held;
    for (const { before, after } of made) {
      if (before === undefined) await attempts.insert(after);
      else await attempts.update(after);
    }
    return [];
  }

  #idOf(name: string): string {
    return this.ports.keys.sha256(`attempt ${name}`);
  }

  #remember(name: string, until: number): void {
    this.#held.delete(name);
    this.#held.set(name, until);
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= NAMES_AT_MOST) break;
      this.#held.delete(oldest);
    }
  }
}

/** Deletes counts whose span is over; returns how many. */
export const sweepAttempts = ({ store, clock }: Ports): Promise<number> =>
  store.transaction(({ attempts }) => attempts.removeExpired(clock.now() - ATTEMPT_SPAN_MS));
