/**
 * Licence items: what they permit, for which time and how much of it, as pure functions of the item and the time. All
 * credits are grants with a period of their own, so nothing ever rolls over (R75). It must not know orders or usage.
 */
import { LICENSE_TYPES, type LicenseType, offlineDays } from "../../../src/rules/license-types.js";
import { DAY_MS, isWithin, type Period } from "../../../src/rules/period.js";
import { DEVICE_EXPIRY_DAYS } from "../../../src/rules/seats.js";
import type { LicenseState } from "../../../src/rules/verdict.js";
import { demand } from "./domain-error.js";
import { checkedDomains } from "./handshake-code.js";

/** What can be set on an item; strict where nothing is said. */
export interface ItemSettings {
  /** Units tolerated beyond the quota. @default 0 */
  readonly overage: number;
  /** Days tolerated after the period's end. @default 0 */
  readonly graceDays: number;
  /** Days that a device works offline, within the bounds of the type. @default the type's usual ones */
  readonly offlineDays?: number;
  /** Days without use after which a device is deleted and its seat is free (R41, R42). @default 365 */
  readonly deviceExpiryDays: number;
  /** What a special configuration costs, in words for people (R43). */
  readonly feeNote?: string;
  /** Domains that the item itself is bound to; a per-domain licence has as many as its quota says, or fewer. */
  readonly domains: readonly string[];
}

/** Credits: so many units for one period. */
export interface Grant {
  /** Id of the order that paid for it; a trial's own id. */
  readonly order: string;
  readonly kind: "initial" | "increase" | "renewal" | "trial";
  readonly period: Period;
  readonly units: number;
}

/** An indivisible permit. */
export interface LicenseItem {
  readonly organisation: string;
  readonly id: string;
  readonly type: LicenseType;
  readonly name: string;
  readonly settings: ItemSettings;
  /** None before the initial order is activated (R64). */
  readonly grants: readonly Grant[];
  readonly isTrial: boolean;
  /** Works with no licence traffic at all: it is exported as a signed key (R15, R35). */
  readonly isOffline: boolean;
  readonly createdAt: number;
  readonly revokedAt?: number;
}

const isDays = (days: number, min: number): boolean => Number.isSafeInteger(days) && days >= min && days <= 3660;

/** Settings with the defaults filled in; throws for what the type does not allow. */
export function checkedSettings(type: LicenseType, settings: Partial<ItemSettings> = {}): ItemSettings {
  const { overage = 0, graceDays = 0, deviceExpiryDays = DEVICE_EXPIRY_DAYS } = settings;
  demand(Number.isSafeInteger(overage) && overage >= 0, "Overage is a whole number of units.");
  demand(isDays(graceDays, 0), "Grace takes 0–3660 whole days.");
  demand(isDays(deviceExpiryDays, 1), "Device expiry takes 1–3660 whole days.");
  const offline = settings.offlineDays;
  demand(
    offline === undefined || (isDays(offline, 0) && offlineDays(type, offline) === offline),
    `Offline days are not within what ${type} allows.`,
  );
  const note = settings.feeNote?.trim();
  demand(
    note === undefined || /^[^\p{Cc}\p{Cs}]{0,200}$/u.test(note),
    "A fee note takes 200 characters, none of control.",
  );
  return {
    overage,
    graceDays,
    deviceExpiryDays,
    domains: checkedDomains(settings.domains ?? []),
    ...(offline === undefined ? {} : { offlineDays: offline }),
    ...(note ? { feeNote: note } : {}),
  };
}

/** Throws unless the units suit the type: a per-domain licence names its domains, and no more than it has units. */
export function demandUnits(type: LicenseType, units: number, settings: ItemSettings): void {
  demand(Number.isSafeInteger(units) && units >= 1 && units <= 1e12, "Units are a whole number from 1 to 10^12.");
  if (LICENSE_TYPES[type].unit !== "domain") return;
  demand(settings.domains.length >= 1, "A per-domain licence names its domains.");
  demand(settings.domains.length <= units, `The licence has ${units} units and cannot name more domains than that.`);
}

/** What {@link openers} has found: each report asks several times for the same items, and items never change. */
const opened = new WeakMap<LicenseItem, readonly Grant[]>();

/** Grants that open a period, in their order; an increase only adds to one. */
function openers(item: LicenseItem): readonly Grant[] {
  const known = opened.get(item);
  if (known !== undefined) return known;
  const found = item.grants
    .filter((grant) => grant.kind !== "increase")
    .sort((a, b) => a.period.start - b.period.start);
  opened.set(item, found);
  return found;
}

/** The period in force; before the first one that, between and after them the last that has begun; undefined for none. */
export function termAt(item: LicenseItem, now: number): Period | undefined {
  const terms = openers(item);
  return (terms.findLast(({ period }) => period.start <= now) ?? terms[0])?.period;
}

/** The last period that is paid for: where the next renewal begins. */
export const lastTerm = (item: LicenseItem): Period | undefined => openers(item).at(-1)?.period;

/** Units of the period in force: its own and those of increases bought by now; none of any other period (R69, R70, R75). */
export function quotaAt(item: LicenseItem, now: number): number {
  const term = termAt(item, now);
  if (term === undefined) return 0;
  const begun = Math.max(now, term.start);
  let sum = 0;
  for (const { period, units } of item.grants) if (period.end === term.end && period.start <= begun) sum += units;
  return sum;
}

const statusOf = (item: LicenseItem): LicenseState["status"] => {
  if (item.revokedAt !== undefined) return "revoked";
  return item.grants.length === 0 ? "not-activated" : "active";
};

/** The item as the verdict's rules take it. `authorisedAt` is when a device is being authorised; absent offline. */
export function stateAt(item: LicenseItem, now: number, authorisedAt?: number): LicenseState {
  const { overage, graceDays, domains, offlineDays: days } = item.settings;
  const state: LicenseState = {
    type: item.type,
    status: statusOf(item),
    period: termAt(item, now) ?? { start: 0, end: 0 },
    quota: quotaAt(item, now),
    overage,
    graceMs: graceDays * DAY_MS,
    domains,
  };
  // Reports say neither, usually.
  if (authorisedAt === undefined && days === undefined) return state;
  return {
    ...state,
    ...(authorisedAt === undefined ? {} : { authorisedAt }),
    ...(days === undefined ? {} : { offlineDays: days }),
  };
}

/** True while a grant of the item is in force. */
export const isInForce = (item: LicenseItem, now: number): boolean =>
  statusOf(item) === "active" && isWithin(now, termAt(item, now) ?? { start: 0, end: 0 });

/** A trial: active at once, for so many days, never renewed. */
export function newTrial(
  item: Omit<LicenseItem, "grants" | "isTrial" | "isOffline" | "revokedAt">,
  days: number,
  units: number,
): LicenseItem {
  demand(isDays(days, 1) && days <= 366, "A trial takes 1–366 days.");
  demandUnits(item.type, units, item.settings);
  const period = { start: item.createdAt, end: item.createdAt + days * DAY_MS };
  return { ...item, grants: [{ order: item.id, kind: "trial", period, units }], isTrial: true, isOffline: false };
}
