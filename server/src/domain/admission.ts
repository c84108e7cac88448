/**
 * Whether a device may work, and by which item of its code: the rules' verdict on each item in the order of consumption.
 * What races are about (seats and slots) is only listed here; the store settles it. Pure.
 */
import { LICENSE_TYPES } from "../../../src/rules/license-types.js";
import { DAY_MS } from "../../../src/rules/period.js";
import { nearestRefusal, type Refusal, refusal } from "../../../src/rules/protocol/refusals.js";
import { SEATS } from "../../../src/rules/seats.js";
import { slotEnd } from "../../../src/rules/slots.js";
import { judge, type QuotaUse } from "../../../src/rules/verdict.js";
import { type LicenseItem, quotaAt, stateAt, termAt } from "./license-item.js";

/** What has to be taken before a device may work by an item. */
export type ClaimKind = "none" | "seat" | "slot";

export function claimKindOf({ type }: LicenseItem): ClaimKind {
  const { countedAt } = SEATS[type];
  if (countedAt === "slot") return "slot";
  return countedAt === "first-use" ? "seat" : "none";
}

/** Items by which the device may work if the claim succeeds, and the refusals of the others. */
export interface Screening {
  readonly open: readonly LicenseItem[];
  readonly refusals: readonly Refusal[];
}

/** Units of scans already charged to an item in its period. */
export type ScansUsed = (item: LicenseItem) => number;

/** Judges each item, in the given order. An origin that the browser did not name is bound to nothing. */
export function screen(
  items: readonly LicenseItem[],
  now: number,
  origin: string | undefined,
  used: ScansUsed,
): Screening {
  const open: LicenseItem[] = [];
  const refusals: Refusal[] = [];
  for (const item of items) {
    // Seats are settled by the claim: here the device is taken for one that has its seat.
    const use: QuotaUse = { used: LICENSE_TYPES[item.type].unit === "scan" ? used(item) : 0, holdsSeat: true };
    const { allowed, code, until } = judge(stateAt(item, now), now, use, origin ?? "null");
    if (allowed) open.push(item);
    else if (code !== "ok") refusals.push(refusal(code, until));
  }
  return { open, refusals };
}

/** One thing to try: to work by one item that needs no claim, or to claim one unit of any of several. */
export interface Attempt {
  readonly kind: ClaimKind;
  readonly items: readonly LicenseItem[];
}

/**
 * What to try, in order. Items that need the same kind of claim are claimed together, so that a device that holds a unit of
 * any of them keeps it and two tabs never take two.
 */
export function attempts(open: readonly LicenseItem[]): Attempt[] {
  const tried: Attempt[] = [];
  for (const item of open) {
    const kind = claimKindOf(item);
    if (kind === "none") tried.push({ kind, items: [item] });
    else if (!tried.some((attempt) => attempt.kind === kind)) {
      tried.push({ kind, items: open.filter((it) => claimKindOf(it) === kind) });
    }
  }
  return tried;
}

/** A claim's candidate: an item in its period, with its limit and from when on unused seats are free. */
export interface Candidate {
  readonly item: string;
  readonly period: number;
  readonly limit: number;
  readonly freedBefore: number;
}

export const candidateOf = (item: LicenseItem, now: number): Candidate => ({
  item: item.id,
  period: termAt(item, now)?.start ?? 0,
  limit: quotaAt(item, now) + item.settings.overage,
  freedBefore: now - item.settings.deviceExpiryDays * DAY_MS,
});

/** Why a claim failed: for slots with the time at which the next one begins. */
export const seatsTaken = (kind: ClaimKind, now: number): Refusal =>
  refusal("seats_taken", kind === "slot" ? slotEnd(now) : undefined);

/** What a refused device is told: of all its items, what comes nearest to success. */
export const toldRefusal = (refusals: readonly Refusal[]): Refusal =>
  nearestRefusal(refusals) ?? refusal("license_missing");
