/**
 * The refusals that a device says by itself, in the words of its server: those of the verdict. Apart from all others, because
 * nobody else's words are loaded by a page. It must not know who decides.
 */
import type { VerdictCode } from "../verdict.js";

/** Code of a verdict that is no yes. */
export type VerdictRefusal = Exclude<VerdictCode, "ok">;

const no = (message: string, remedy: string) => ({ message, remedy });

/** What each of them means, and the remedy. */
export const VERDICT_REFUSALS = {
  license_revoked: no("The licence has been revoked.", "Ask the seller, or attach another licence item."),
  license_not_activated: no("The licence has not been activated.", "Activate the order once, by hand."),
  license_not_yet_effective: no(
    "The licence's period has not begun.",
    "Wait for its start, or attach another licence item.",
  ),
  license_expired: no("The licence has expired.", "Renew it; licence key and code stay the same."),
  domain_not_bound: no(
    "The licence is not bound to this page's domain.",
    "Add the domain to the handshake code, or open the page on a listed one.",
  ),
  authorisation_expired: no(
    "The device was offline longer than its licence allows.",
    "Connect it to the network once.",
  ),
  quota_exceeded: no("The quota of scans is used up.", "Increase the quota; it is active at once."),
  seats_taken: no(
    "All seats of the licence are taken.",
    "Increase the quota, unregister unused devices, or wait for a free seat.",
  ),
} as const satisfies Record<VerdictRefusal, unknown>;

/** The refusal that follows from a verdict. */
export const verdictRefusal = (code: VerdictRefusal, until?: number) => ({
  code,
  isFinal: true as const,
  ...VERDICT_REFUSALS[code],
  ...(until === undefined ? {} : { until }),
});
