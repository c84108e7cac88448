/**
 * Attempts to guess a password: so many in a span of time under each of several names, such as a login and an address. It
 * must not know what is tried, nor where counts are kept.
 */
import type { SERVER } from "./organisation.js";

/** Span in which attempts are counted. */
export const ATTEMPT_SPAN_MS = 900_000;

/** Attempts under one name. */
export interface Attempts {
  /** They are the server's own, whoever is tried. */
  readonly organisation: typeof SERVER;
  /** Hash of the name: logins and addresses are nobody's business. */
  readonly id: string;
  /** When the span began. */
  readonly since: number;
  readonly count: number;
}

/** A span that is not over. The clocks of nodes differ, so one that begins a little later counts too. */
const isOpen = ({ since }: Attempts, now: number): boolean => Math.abs(now - since) < ATTEMPT_SPAN_MS;

/** When the next attempt may be made; undefined where it may be made now. */
export const heldUntil = (attempts: Attempts | undefined, limit: number, now: number): number | undefined =>
  attempts !== undefined && isOpen(attempts, now) && attempts.count >= limit
    ? Math.min(attempts.since, now) + ATTEMPT_SPAN_MS
    : undefined;

/** The count after one more. */
export const oneMore = (attempts: Attempts, now: number): Attempts =>
  isOpen(attempts, now) ? { ...attempts, count: attempts.count + 1 } : { ...attempts, since: now, count: 1 };
