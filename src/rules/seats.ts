/**
 * When each licence type takes a unit of quota, what frees it and what happens at the limit: what only servers decide, so
 * pages never load it. Pure data and the few functions that read it; it must not know protocol or storage.
 */
import type { LicenseType } from "./license-types.js";
import { DAY_MS } from "./period.js";
import { slotEnd } from "./slots.js";

/** When a unit is taken. */
export type CountedAt = "scan" | "first-use" | "slot" | "never";

/** What makes a taken unit available again within the period. */
export type FreedBy = "nothing" | "disuse" | "slot-end";

/** Who is refused once the quota is used up. */
export type AtLimit = "refuse-all" | "refuse-new-device" | "unlimited";

/** When a kind of licence takes a unit, until when, and what happens when there is none. */
export interface SeatRow {
  readonly countedAt: CountedAt;
  readonly freedBy: FreedBy;
  readonly atLimit: AtLimit;
}

/** One row for each kind of licence. */
export const SEATS = {
  /** R49–R58. */
  "per-scan": { countedAt: "scan", freedBy: "nothing", atLimit: "refuse-all" },
  /** R40, R41, R48. */
  "per-device": { countedAt: "first-use", freedBy: "disuse", atLimit: "refuse-new-device" },
  /** R29: the disuse of the item's window, which is its device expiry. */
  "active-device": { countedAt: "first-use", freedBy: "disuse", atLimit: "refuse-new-device" },
  /** R60–R63. */
  "concurrent-device": { countedAt: "slot", freedBy: "slot-end", atLimit: "refuse-new-device" },
  /** R23. */
  "per-domain": { countedAt: "never", freedBy: "nothing", atLimit: "unlimited" },
} as const satisfies Record<LicenseType, SeatRow>;

/** Days after which an unused device is deleted (R41), unless the item sets fewer (R42). */
export const DEVICE_EXPIRY_DAYS = 365;

/** True for a device whose seat is to be freed: unused for more than the expiry, not for exactly as long (R41, R42). */
export const isDisused = (lastUsed: number, now: number, expiryDays: number = DEVICE_EXPIRY_DAYS): boolean =>
  now - lastUsed > expiryDays * DAY_MS;

/** When the unit that a device takes by use at `usedAt` is free again; undefined where nothing frees it in the period. */
export function seatFreeAt(type: LicenseType, usedAt: number, expiryDays: number = DEVICE_EXPIRY_DAYS) {
  const { freedBy } = SEATS[type];
  if (freedBy === "slot-end") return slotEnd(usedAt);
  return freedBy === "disuse" ? usedAt + expiryDays * DAY_MS + 1 : undefined;
}
