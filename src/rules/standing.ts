/**
 * How a licence stands at one time: the verdict of the rules over what the server last said and what was counted since. Pure.
 * It must not know where that comes from.
 */

import { isBound } from "./domains.js";
import { LICENSE_TYPES, type LicenseType } from "./license-types.js";
import type { Authorisation } from "./protocol/messages.js";
import type { Refusal } from "./protocol/refusals.js";
import { verdictRefusal } from "./protocol/verdict-refusals.js";
import { judge } from "./verdict.js";

/** A licence as an application sees it. Times are milliseconds since the epoch. */
export interface LicenseStanding {
  /** May this device scan now? */
  readonly isAllowed: boolean;
  /** Why not, with the remedy. */
  readonly refusal?: Refusal;
  readonly organisation: string;
  readonly type?: LicenseType;
  readonly isTrial?: boolean;
  /** End of the licence's period. */
  readonly until?: number;
  /** Until when the device works without another word from the server. */
  readonly offlineUntil?: number;
  /** Units left of the quota (scans, or seats for further devices); Infinity where use is free. */
  readonly remaining?: number;
}

/** What is known of the licence. */
export interface Known {
  readonly organisation: string;
  readonly authorisation?: Authorisation | undefined;
  /** Scans counted since the authorisation's use of the quota was read. */
  readonly countedSince: number;
  /** The server's last word, where it was a no. */
  readonly refusal?: Refusal | undefined;
  readonly origin?: string | undefined;
}

/** How the licence stands at the effective time `now`. */
export function standingAt(known: Known, now: number): LicenseStanding {
  const { organisation, authorisation, countedSince, origin } = known;
  if (!authorisation) {
    const why = known.refusal ?? verdictRefusal("authorisation_expired");
    return { isAllowed: false, refusal: why, organisation };
  }
  const { license, use, domains, isTrial, expiresAt } = authorisation;
  const countsScans = LICENSE_TYPES[license.type].unit === "scan";
  const used = countsScans ? { ...use, used: use.used + countedSince } : use;
  const verdict = judge(license, now, used, origin);
  const isElsewhere = origin !== undefined && !isBound(origin, domains);
  const code = isElsewhere ? "domain_not_bound" : verdict.code;
  const told = code === "ok" ? known.refusal : verdictRefusal(code, verdict.until);
  return {
    isAllowed: told === undefined,
    ...(told && { refusal: told }),
    organisation,
    type: license.type,
    isTrial,
    until: license.period.end,
    offlineUntil: Math.min(expiresAt, verdict.until ?? expiresAt),
    remaining: verdict.remaining,
  };
}
