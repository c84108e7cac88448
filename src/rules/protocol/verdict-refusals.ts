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
  license_not_activated: no("The licence has not been activated.", "Activate the order by hand."),
  license_not_yet_effective: no("The licence has not begun.", "Wait for it, or attach another licence item."),
  license_expired: no("The licence has expired.", "Renew it; the key stays the same."),
  domain_not_bound: no("The licence is not bound to this domain.", "Add the domain to the handshake code."),
  authorisation_expired: no("The device was offline too long.", "Connect it to the network."),
  quota_exceeded: no("The quota is used up.", "Increase the quota."),
  seats_taken: no("All seats are taken.", "Increase the quota, unregister devices, or wait."),
} as const satisfies Record<VerdictRefusal, unknown>;

/** The refusal that follows from a verdict. */
export const verdictRefusal = (code: VerdictRefusal, until?: number) => ({
  code,
  isFinal: true as const,
  ...VERDICT_REFUSALS[code],
  ...(until === undefined ? {} : { until }),
});
