/**
 * May this device scan now? (licence state, effective time, usage) → verdict, the same for client and server. It must not
 * know where the state comes from, and it never reads a clock.
 */
import { isBound } from "./domains.js";
import { LICENSE_TYPES, type LicenseType, offlineUntil } from "./license-types.js";
import type { Period } from "./period.js";

/** One licence item as it stands, with the device's authorisation for it. */
export interface LicenseState {
  readonly type: LicenseType;
  /** R64: an initial order does nothing before it is activated. */
  readonly status: "active" | "not-activated" | "revoked";
  readonly period: Period;
  /** Units that the period holds; per-domain licences have no use for it. */
  readonly quota: number;
  /** Units tolerated beyond the quota. @default 0 (strict) */
  readonly overage?: number;
  /** Time tolerated after the period's end. @default 0 (strict) */
  readonly graceMs?: number;
  /** Domains that it is bound to (R23). @default every domain */
  readonly domains?: readonly string[];
  /** When the server last authorised this device; undefined for an offline licence, which needs no server (R15, R35). */
  readonly authorisedAt?: number;
  /** Offline days set on the item. @default the type's usual ones */
  readonly offlineDays?: number;
}

/** How much of the quota is taken, in the type's unit. */
export interface QuotaUse {
  /** Units taken: scans of the period, seats held, or devices seen in the current slot. */
  readonly used: number;
  /** True where this device is one of those counted in `used`. */
  readonly holdsSeat: boolean;
}

/** Why a licence lets a device go on or not. */
export type VerdictCode =
  | "ok"
  | "license_revoked"
  | "license_not_activated"
  | "license_not_yet_effective"
  | "license_expired"
  | "domain_not_bound"
  | "authorisation_expired"
  | "quota_exceeded"
  | "seats_taken";

/** Whether a licence lets a device go on, and why. */
export interface Verdict {
  readonly allowed: boolean;
  readonly code: VerdictCode;
  /** When time alone changes this verdict; undefined where only the server can. */
  readonly until: number | undefined;
  /** Units left, Infinity where use is free. */
  readonly remaining: number;
}

/** First and last of a licence's time: its period, and the grace of the item. */
const endOf = (state: LicenseState): number => state.period.end + (state.graceMs ?? 0);

/** Until when the device works without another word from the server. */
const authorisedUntil = (state: LicenseState): number =>
  state.authorisedAt === undefined
    ? endOf(state)
    : offlineUntil(state.type, state.authorisedAt, { ...state.period, end: endOf(state) }, state.offlineDays);

/** Units left: within the limit means count ≤ quota + overage, the next one is excess. */
export function remainingUnits(state: LicenseState, use: QuotaUse): number {
  if (LICENSE_TYPES[state.type].unit === "domain") return Number.POSITIVE_INFINITY;
  return Math.max(state.quota + (state.overage ?? 0) - use.used, 0);
}

/** In the order in which a person would want to hear of them: what is wrong for good comes first. */
function codeOf(
  state: LicenseState,
  now: number,
  { holdsSeat }: QuotaUse,
  remaining: number,
  origin?: string,
): VerdictCode {
  const { unit } = LICENSE_TYPES[state.type];
  // One more scan, or this device, would be excess; who holds a seat keeps it.
  const isFull = !(remaining > 0);
  if (state.status === "revoked") return "license_revoked";
  if (state.status === "not-activated") return "license_not_activated";
  if (now < state.period.start) return "license_not_yet_effective";
  if (now >= endOf(state)) return "license_expired";
  if (origin !== undefined && !isBound(origin, state.domains ?? [])) return "domain_not_bound";
  if (now >= authorisedUntil(state)) return "authorisation_expired";
  if (isFull && unit === "scan") return "quota_exceeded";
  return isFull && unit === "device" && !holdsSeat ? "seats_taken" : "ok";
}

/** Whether the device may scan at the effective time `now`, on the page's `origin` where there is one. */
export function judge(state: LicenseState, now: number, use: QuotaUse, origin?: string): Verdict {
  const remaining = remainingUnits(state, use);
  const code = codeOf(state, now, use, remaining, origin);
  return { allowed: code === "ok", code, until: changesAt(code, state), remaining };
}

function changesAt(code: VerdictCode, state: LicenseState): number | undefined {
  if (code === "ok") return authorisedUntil(state);
  return code === "license_not_yet_effective" ? state.period.start : undefined;
}

/** What the clocks say that a verdict depends on. */
export interface Clocks {
  /** The device's own clock. */
  readonly clock: number;
  /** Latest time the store has seen. */
  readonly highWaterMark?: number;
  /** Time in the server's last bound answer. */
  readonly serverTime?: number;
  /** Time that has passed on a steady clock since that answer, while the page was alive. */
  readonly activeMs?: number;
}

/** The time that rules go by: the latest of all that is known, so that turning the clock back gains nothing. */
export const effectiveTime = ({ clock, highWaterMark, serverTime = Number.NaN, activeMs = 0 }: Clocks): number =>
  Math.max(...([clock, highWaterMark, serverTime + activeMs].filter(Number.isFinite) as number[]));
