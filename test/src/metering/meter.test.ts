import "fake-indexeddb/auto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Meter, type MeterOptions, openMeter } from "../../../src/metering/meter.js";

const NOON = Date.UTC(2026, 4, 1, 12);
const meters: Meter[] = [];
let database = 0;

/** Opens one "tab": a meter with its own connection to the database. */
async function tab(options: MeterOptions = {}): Promise<Meter> {
  const meter = await openMeter({ databaseName: `meter-${database}`, now: () => NOON, ...options });
  meters.push(meter);
  return meter;
}

const scan = (format = "ean_13", at = NOON) => ({ format, at });

beforeEach(() => {
  database++;
});

afterEach(async () => {
  await Promise.all(meters.splice(0).map((meter) => meter.close()));
  vi.restoreAllMocks();
});

describe("counting", () => {
  test("R8 counts by UTC day and symbology, oldest day first", async () => {
    const meter = await tab();
    meter.record([scan("ean_13"), scan("ean_13"), scan("qr_code"), scan("qr_code", NOON - 86_400_000)]);
    expect(await meter.usage()).toEqual([
      { day: "2026-04-30", total: 1, formats: { qr_code: 1 } },
      { day: "2026-05-01", total: 3, formats: { ean_13: 2, qr_code: 1 } },
    ]);
    expect(await meter.usage({ from: "2026-05-01" })).toHaveLength(1);
    expect(await meter.usage({ to: "2026-04-29" })).toEqual([]);
  });

  test("counts and device survive a reload (R11)", async () => {
    const before = await tab();
    before.record([scan()]);
    await before.close();
    const after = await tab();
    expect(after.deviceId).toBe(before.deviceId);
    expect((await after.usage())[0]?.total).toBe(1);
    expect(after.storage).toBe("indexeddb");
  });

  test("two tabs that open at once are one device", async () => {
    const tabs = await Promise.all([tab(), tab(), tab()]);
    expect(new Set(tabs.map((meter) => meter.deviceId)).size).toBe(1);
  });
});
