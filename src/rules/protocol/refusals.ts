/**
 * Every reason for which a server says no: a stable code, whether the device must stop at once, and the remedy. Client and
 * server show the same words. It must not know who decides, nor transports.
 */
import type { CLEAR_CODES } from "./clear-codes.js";
import { VERDICT_REFUSALS, type VerdictRefusal } from "./verdict-refusals.js";

/** What a refusal code means. */
export interface RefusalRow {
  /** HTTP status of the answer. */
  readonly status: 400 | 401 | 403 | 429 | 503;
  /** True where the device drops its authorisation at once; network errors and a busy server never do that. */
  readonly isFinal: boolean;
  readonly message: string;
  /** What to do about it, said to the developer or the licensee. */
  readonly remedy: string;
}

const no = (status: RefusalRow["status"], isFinal: boolean, message: string, remedy: string): RefusalRow => ({
  status,
  isFinal,
  message,
  remedy,
});

/** What a device says by itself, and a server in the same words. */
const ours = (code: VerdictRefusal) => ({ status: 403, isFinal: true, ...VERDICT_REFUSALS[code] }) as const;

/** From the furthest from success to the nearest: of several items' refusals the last one in this order is told. */
export const REFUSALS = {
  malformed_request: no(400, false, "The request is malformed.", "Use the library's version that fits the server's."),
  https_required: no(400, false, "The server is asked over plain http.", "Use the server's https address."),
  key_unknown: no(
    401,
    false,
    "The request is sealed for a key that the server does not have, or no longer.",
    "Fetch the server's key set again.",
  ),
  session_unknown: no(401, false, "The session is unknown or has ended.", "Authorise again; no count is lost."),
  rate_limited: no(429, false, "Too many requests from here.", "Try again after the time it names; no count is lost."),
  server_busy: no(503, false, "The server is busy.", "Try again after the time it names; no count is lost."),
  organisation_unknown: no(403, true, "The organisation is unknown.", "Copy the licence key again, as a whole."),
  code_unknown: no(
    403,
    true,
    "The handshake code is unknown to this organisation.",
    "Copy the licence key again, or create the code on the server.",
  ),
  password_wrong: no(
    403,
    true,
    "The session password is missing or wrong.",
    "Use a licence key that was copied after the password was last changed.",
  ),
  domain_not_bound: ours("domain_not_bound"),
  device_key_mismatch: no(
    403,
    true,
    "The device's UUID is known with another key.",
    "Clear this site's data in the browser; it then counts as a new device.",
  ),
  license_missing: no(
    403,
    true,
    "No licence item stands behind the handshake code.",
    "Attach a licence item to the code.",
  ),
  license_revoked: ours("license_revoked"),
  license_not_activated: ours("license_not_activated"),
  license_not_yet_effective: ours("license_not_yet_effective"),
  license_expired: ours("license_expired"),
  authorisation_expired: ours("authorisation_expired"),
  quota_exceeded: ours("quota_exceeded"),
  seats_taken: ours("seats_taken"),
} as const satisfies Record<string, RefusalRow> & Record<VerdictRefusal | (typeof CLEAR_CODES)[number], RefusalRow>;

/** The stable code of a refusal. */
export type RefusalCode = keyof typeof REFUSALS;

/** A refusal as it is sent. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly isFinal: boolean;
  readonly message: string;
  readonly remedy: string;
  /** When time alone changes it, in milliseconds since the epoch; absent where only a person can. */
  readonly until?: number;
}

/** A code made into what is sent. */
export function refusal(code: RefusalCode, until?: number): Refusal {
  const { isFinal, message, remedy } = REFUSALS[code];
  return { code, isFinal, message, remedy, ...(until === undefined ? {} : { until }) };
}

const ORDER = Object.keys(REFUSALS) as RefusalCode[];

/** True for a code of the table. */
export const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(REFUSALS, code);

/** Of the refusals of several items, the one that says most about what is missing; undefined for none. */
export function nearestRefusal(refusals: readonly Refusal[]): Refusal | undefined {
  return refusals.reduce<Refusal | undefined>(
    (best, next) => (best === undefined || ORDER.indexOf(next.code) > ORDER.indexOf(best.code) ? next : best),
    undefined,
  );
}
