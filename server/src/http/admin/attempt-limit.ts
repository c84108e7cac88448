/**
 * Slows down who tries passwords: so many attempts in a span of time for each of several names, such as a login and an
 * address. Kept in memory of one process; it must not know what is tried.
 */
import type { Clock } from "../../ports.js";
import { ProblemError } from "./problem.js";

/** Attempts under one name within a span. */
export interface AttemptRule {
  readonly name: string;
  readonly limit: number;
}

/** Span in which attempts are counted. */
export const ATTEMPT_SPAN_MS = 900_000;
/** Names that are remembered at most; the oldest are forgotten first. */
const NAMES_AT_MOST = 50_000;

interface Tries {
  readonly since: number;
  readonly count: number;
}

/** Takes an attempt; throws `too_many_attempts` where it may not be made. */
export function demandAttempt(attempts: AttemptLimit, rules: readonly AttemptRule[]): void {
  const wait = attempts.take(rules);
  if (wait !== undefined) throw new ProblemError("too_many_attempts", undefined, wait);
}

export class AttemptLimit {
  readonly #clock: Clock;
  readonly #tries = new Map<string, Tries>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Takes an attempt under every name. Undefined where it may be made, else the seconds until the next may; one that may not
   * be made counts nowhere. It counts before its outcome is known, so that many at once gain nothing.
   */
  take(rules: readonly AttemptRule[]): number | undefined {
    const now = this.#clock.now();
    const waits = rules.flatMap(({ name, limit }) => {
      const { since, count } = this.#at(name, now);
      return count >= limit ? [since + ATTEMPT_SPAN_MS - now] : [];
    });
    if (waits.length > 0) return Math.ceil(Math.max(...waits) / 1000);
    for (const { name } of rules) {
      const { since, count } = this.#at(name, now);
      this.#tries.delete(name);
      this.#tries.set(name, { since, count: count + 1 });
    }
    for (const name of this.#tries.keys()) {
      if (this.#tries.size <= NAMES_AT_MOST) break;
      this.#tries.delete(name);
    }
    return undefined;
  }

  /** Forgets the attempts under a name: one succeeded. */
  forget(name: string): void {
    this.#tries.delete(name);
  }

  #at(name: string, now: number): Tries {
    const tries = this.#tries.get(name);
    return tries !== undefined && now >= tries.since && now < tries.since + ATTEMPT_SPAN_MS
      ? tries
      : { since: now, count: 0 };
  }
}
