/** Tabs of one browser: meters on one database, closed after each test. */
import "fake-indexeddb/auto";
import { afterEach, beforeEach, vi } from "vitest";
import type { ScanError } from "../../../src/errors.js";
import { type Meter, type MeterOptions, openMeter } from "../../../src/metering/meter.js";
import type { DayUsage } from "../../../src/rules/usage.js";

export const NOON = Date.UTC(2026, 4, 1, 12);
const meters: Meter[] = [];
let databases = 0;
export let name = "";

/** Opens one "tab": a meter with its own connection to the database. */
export async function tab(options: MeterOptions = {}): Promise<Meter> {
  const meter = await openMeter({ databaseName: name, now: () => NOON, ...options });
  meters.push(meter);
  return meter;
}

export const scan = (format = "ean_13", at = NOON) => ({ format, at });
export const scans = (count: number, format?: string) => Array.from({ length: count }, () => scan(format));
export const totalOf = (days: readonly DayUsage[]) => days.reduce((sum, day) => sum + day.total, 0);
export const heard = (meter: Meter, type: "usage" | "error") =>
  new Promise<unknown>((resolve) => meter.addEventListener(type, (event) => resolve(event.detail), { once: true }));

/** Another database from now on. */
export function nextDatabase(): void {
  name = `meter-${++databases}`;
}

/** What a store throws that has no room left. */
export const full = () => Object.assign(new Error("full"), { code: "storage_full" }) as unknown as ScanError;

beforeEach(() => {
  nextDatabase();
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(meters.splice(0).map((meter) => meter.close()));
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
