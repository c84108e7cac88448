/**
 * The licence types, one row each: what is counted, and how long a device works offline. When a unit is taken and freed, and
 * what happens at the limit, which only servers ask, is in seats.ts. Pure data and the few functions that read it; it must
 * not know protocol or storage.
 */
import { DAY_MS, type Period } from "./period.js";

/** What one unit of quota pays for; use on a domain takes none. */
export type Unit = "scan" | "device" | "domain";

/** What a kind of licence counts and allows. */
export interface LicenseTypeRow {
  readonly unit: Unit;
  /** Days that an authorised device works without the network (R27); Infinity means until the licence ends. */
  readonly offlineDays: { readonly min: number; readonly usual: number; readonly max: number };
}

const UNTIL_EXPIRY = Number.POSITIVE_INFINITY;
const AT_MOST_A_WEEK = { min: 0, usual: 7, max: 7 };
const WHOLE_PERIOD = { min: UNTIL_EXPIRY, usual: UNTIL_EXPIRY, max: UNTIL_EXPIRY };

/** All kinds of licences by name. */
export const LICENSE_TYPES = {
  /** R49–R58: each scan takes a unit; R30. */
  "per-scan": {
    unit: "scan",
    offlineDays: AT_MOST_A_WEEK,
  },
  /** R40, R48: each device that has used the library; R28, R41. */
  "per-device": {
    unit: "device",
    offlineDays: WHOLE_PERIOD,
  },
  /** Each device active within the item's window, which is its device expiry; R29. */
  "active-device": {
    unit: "device",
    offlineDays: { min: 7, usual: 7, max: UNTIL_EXPIRY },
  },
  /** R60–R63: the unique devices of each three-minute slot; R30. */
  "concurrent-device": {
    unit: "device",
    offlineDays: AT_MOST_A_WEEK,
  },
  /** R23: only the domain is checked, use is free; R28. */
  "per-domain": {
    unit: "domain",
    offlineDays: WHOLE_PERIOD,
  },
} as const satisfies Record<string, LicenseTypeRow>;

/** Name of a kind of licence. */
export type LicenseType = keyof typeof LICENSE_TYPES;

/** True for the name of a kind of licence. */
export const isLicenseType = (name: string): name is LicenseType => Object.hasOwn(LICENSE_TYPES, name);

/** The offline days that a setting of the item leaves in force: the type's usual ones, or the setting within its bounds. */
export function offlineDays(type: LicenseType, setting?: number): number {
  const { min, usual, max } = LICENSE_TYPES[type].offlineDays;
  if (setting === undefined || Number.isNaN(setting)) return usual;
  return Math.min(Math.max(setting, min), max);
}

/** Until when a device authorised at `authorisedAt` works offline; never beyond the licence itself (R27–R31). */
export const offlineUntil = (type: LicenseType, authorisedAt: number, licence: Period, setting?: number): number =>
  Math.min(authorisedAt + offlineDays(type, setting) * DAY_MS, licence.end);
