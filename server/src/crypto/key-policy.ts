/**
 * Which of the server's keys makes, which only opens, and how long each stays. Pure; the clock is passed in. It must not
 * know secrets or the store.
 */
import { DAY_MS, MINUTE_MS, utcDay } from "../../../src/rules/period.js";
import type { KeyPurpose, RotatedPurpose, ServerKey } from "../domain/server-key.js";

/**
 * A new key is known to every node before any makes something with it: nodes read the keyring each minute, so the old key
 * goes on for two.
 */
export const SETTLE_MS = 2 * MINUTE_MS;

/**
 * Days for which a retired key stays good. Tickets and authorisations last as long as a device may stay away (a year, and
 * some); clients fetch the key set anew each day, so that a month is ample for requests.
 */
export const KEEP_DAYS: Readonly<Record<RotatedPurpose, number>> = {
  signing: 400,
  encryption: 30,
  ticket: 400,
};

/** Keys that can be replaced; licence keys name the root key, so it stays. */
export const ROTATED: readonly RotatedPurpose[] = ["signing", "encryption", "ticket"];

type Dated = Pick<ServerKey, "id" | "purpose" | "createdAt" | "retiredAt" | "expiresAt">;

export const isRetired = ({ retiredAt }: Dated, now: number): boolean => retiredAt !== undefined && retiredAt <= now;
export const isExpired = ({ expiresAt }: Dated, now: number): boolean => expiresAt !== undefined && expiresAt <= now;

const STAYS = Number.MAX_SAFE_INTEGER;
/** Those that go first, then the older ones. */
const bySeniority = (a: Dated, b: Dated): number =>
  (a.retiredAt ?? STAYS) - (b.retiredAt ?? STAYS) || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);

/** Keys of a purpose that are still good; those that are to go come first. */
export const goodKeys = <K extends Dated>(keys: readonly K[], purpose: KeyPurpose, now: number): readonly K[] =>
  keys.filter((key) => key.purpose === purpose && !isExpired(key, now)).sort(bySeniority);

/**
 * The key that makes now. Of signing and encryption keys the first to go of those that have not retired, so that a new one is
 * published before it is used; of ticket keys the newest, for only the server itself reads what they make.
 */
export function makingKey<K extends Dated>(keys: readonly K[], purpose: KeyPurpose, now: number): K | undefined {
  const good = goodKeys(keys, purpose, now);
  if (purpose === "ticket") return good.at(-1);
  return good.find((key) => !isRetired(key, now)) ?? good.at(-1);
}

/** What is to be made now: a key of each purpose that has none that makes, and each day a ticket key. */
export function missingPurposes(keys: readonly Dated[], now: number): readonly KeyPurpose[] {
  const missing: KeyPurpose[] = [];
  for (const purpose of ["root", "signing", "encryption"] as const) {
    if (!goodKeys(keys, purpose, now).some((key) => !isRetired(key, now))) missing.push(purpose);
  }
  const newest = makingKey(keys, "ticket", now);
  if (newest === undefined || utcDay(newest.createdAt) < utcDay(now)) missing.push("ticket");
  return missing;
}

/** The times of a new key. A ticket key ends by itself: the next day has another. */
export const timesOfNew = (purpose: KeyPurpose, now: number): Pick<ServerKey, "createdAt" | "expiresAt"> =>
  purpose === "ticket" ? { createdAt: now, expiresAt: now + KEEP_DAYS.ticket * DAY_MS } : { createdAt: now };

/** An old key as it stands after it was replaced; where it was stolen it is good for nothing from now on. */
export function replaced<K extends ServerKey>(key: K, purpose: RotatedPurpose, now: number, isStolen: boolean): K {
  if (isStolen) return { ...key, retiredAt: Math.min(key.retiredAt ?? now, now), expiresAt: now };
  if (key.retiredAt !== undefined) return key;
  const retiredAt = now + SETTLE_MS;
  return { ...key, retiredAt, expiresAt: retiredAt + KEEP_DAYS[purpose] * DAY_MS };
}
