/**
 * Devices: browsers on an origin, by UUID (R39, R44–R48). The list is of those in use; what was counted stays when one is
 * deleted. It must not know how requests come in.
 */

import { MINUTE_MS } from "../../../src/rules/period.js";
import type { DeviceKey } from "../../../src/rules/protocol/messages.js";
import { DEVICE_EXPIRY_DAYS, SEATS } from "../../../src/rules/seats.js";
import type { LicenseItem } from "./license-item.js";

const CONTACT_GRAIN_MS = 15 * MINUTE_MS;

export interface Device {
  readonly organisation: string;
  /** UUID in lower case. */
  readonly id: string;
  /** Handshake code that it last used. */
  readonly code: string;
  readonly origin?: string;
  readonly friendlyName?: string;
  readonly library: string;
  /** The key that it showed first; nobody else may use its UUID. */
  readonly key: DeviceKey;
  readonly firstSeen: number;
  /** Last contact, by the server's clock; of reports as {@link contactAt} says. */
  readonly lastSeen: number;
}

export const isSameKey = (a: DeviceKey, b: DeviceKey): boolean => a.x === b.x && a.y === b.y;

/** Days without contact after which a device leaves the list: the longest that any item of its organisation sets (R41, R42). */
export function listExpiryDays(items: readonly LicenseItem[]): number {
  const days = items
    .filter((item) => SEATS[item.type].freedBy === "disuse" && item.revokedAt === undefined)
    .map((item) => item.settings.deviceExpiryDays);
  return days.length === 0 ? DEVICE_EXPIRY_DAYS : Math.max(...days);
}

/**
 * A contact as it is kept: to the quarter of an hour. A device that is used reports every three minutes, and what reads the
 * times counts in days; so most reports leave the device's row, and the index over it, as they are.
 */
export const contactAt = (now: number): number => Math.floor(now / CONTACT_GRAIN_MS) * CONTACT_GRAIN_MS;
