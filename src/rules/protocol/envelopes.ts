/**
 * The outside of the messages: where they are sent, and what their envelopes say of themselves. All are compact JWE or JWS
 * (RFC 7516, RFC 7515), each in a text/plain body, which browsers send to another origin without asking first. It must not
 * know how envelopes are opened or sealed.
 *
 *   authorize   → JWE ECDH-ES + A256GCM   to a key of the server's key set, named by its kid
 *               ← JWE dir + A256GCM       with the request's replyKey
 *   report      → ticket ~ JWE dir + A256GCM   with the session key that the ticket holds
 *               ← JWE dir + A256GCM       with the session key
 *   keys        ← JWS ES256               by the root key, which is in its header and whose thumbprint is pinned
 *   authorisation JWS ES256               by a signing key of the key set, named by its kid
 *
 * An answer that is no envelope is a {@link Refusal} as JSON; it is never final, so nobody on the way can stop a device.
 */

/** Where the client plane listens. */
export const PATHS = {
  authorize: "/c/v1/authorize",
  report: "/c/v1/report",
  status: "/c/v1/status",
  keys: "/.well-known/lts/keys",
} as const;

/** Media type of every sealed body. */
export const ENVELOPE_TYPE = "text/plain; charset=utf-8";

/** `typ` of each envelope: none can be taken for another, though some are sealed with the same key. */
export const ENVELOPES = {
  authorize: "tally-authorize",
  authorizeReply: "tally-authorize-reply",
  report: "tally-report",
  reportReply: "tally-report-reply",
  keySet: "tally-keys",
  authorisation: "tally-authorisation",
} as const;

/** Names an envelope. */
export type EnvelopeType = (typeof ENVELOPES)[keyof typeof ENVELOPES];

/** Longest body that a server reads, in bytes: what browsers let a page send while it closes (64 KiB). */
export const BODY_LENGTH = 65_536;

/** Lies between ticket and report, and occurs in neither. */
const SEPARATOR = "~";

/** A report's body. */
export const joinReport = (ticket: string, sealed: string): string => ticket + SEPARATOR + sealed;

/** A report's body taken apart; undefined for what is none. */
export function splitReport(body: string): { readonly ticket: string; readonly sealed: string } | undefined {
  const [ticket, sealed, more] = body.split(SEPARATOR, 3);
  return ticket && sealed && more === undefined ? { ticket, sealed } : undefined;
}
