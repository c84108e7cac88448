/**
 * What the server does by itself every now and then: devices and seats out of use go (R41, R42), sessions that have
 * ended, and counts of attempts whose span is over. Each chore is apart, so that one that fails holds up no other; what is left is done the next time. Two nodes may do
 * it at once. It must not know when it is called.
 */
import type { Ports } from "../ports.js";
import { sweepDevices } from "./admin-devices.js";
import { sweepSessions } from "./admin-sessions.js";
import { sweepAttempts } from "./attempt-limit.js";

/** Every chore by its name; each gives what it did, in numbers. */
export const CHORES: Readonly<Record<string, (ports: Ports) => Promise<Readonly<Record<string, number>>>>> = {
  devices: sweepDevices,
  sessions: async (ports) => ({ sessions: await sweepSessions(ports) }),
  attempts: async (ports) => ({ attempts: await sweepAttempts(ports) }),
};

/** How often is enough: expiry is counted in days, and what has ended is refused before it is swept. */
export const CHORES_EVERY_MS = 3_600_000;

export interface HouseReport {
  /** What was removed, by kind. */
  readonly removed: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly chore: string; readonly error: unknown }[];
}

/** Does all chores, one after the other. Never throws. */
export async function keepHouse(ports: Ports, chores = CHORES): Promise<HouseReport> {
  const removed: Record<string, number> = {};
  const failures: { readonly chore: string; readonly error: unknown }[] = [];
  for (const [chore, work] of Object.entries(chores)) {
    try {
      Object.assign(removed, await work(ports));
    } catch (error) {
      failures.push({ chore, error });
    }
  }
  return { removed, failures };
}
