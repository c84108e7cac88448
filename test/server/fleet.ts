/**
 * Simulated devices that know their own truth: each counts, reports absolute values, and notes what was acknowledged. What the
 * store says at the end must equal what they counted.
 */
import { expect } from "vitest";
import type { Store, UsageWrite } from "../../server/src/ports.js";
import { START } from "./lab.js";

export const FLEET_DAY = "2026-05-01";
export const FLEET_ACCOUNT = { item: "item1", period: START, quota: 1e9, overage: 0 };

export class FleetDevice {
  /** What it has counted. */
  count = 0;
  /** The highest value that the store has acknowledged. */
  acked = 0;

  constructor(
    readonly organisation: string,
    readonly id: string,
  ) {}

  report(): UsageWrite {
    const { organisation, id: device, count } = this;
    const cell = { epoch: `e-${device}`, day: FLEET_DAY, metric: "ean_13", bookedDay: FLEET_DAY, count };
    return {
      organisation,
      device,
      code: `${organisation}-shop`,
      receivedAt: START,
      cells: [cell],
      slots: [{ account: `${organisation}-shop`, day: FLEET_DAY, slots: [count % 480] }],
      accounts: [FLEET_ACCOUNT],
    };
  }

  /** Counts once more and reports; a failure leaves the count for the next report. */
  async work(store: Store): Promise<boolean> {
    this.count++;
    return this.deliver(store);
  }

  async deliver(store: Store): Promise<boolean> {
    const write = this.report();
    try {
      const { results } = await store.mergeUsage([write]);
      const stored = results[0]?.cells[0]?.count ?? 0;
      expect(stored).toBeGreaterThanOrEqual(write.cells[0]?.count ?? 0);
      this.acked = Math.max(this.acked, stored);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: "busy" });
      return false;
    }
  }
}

export const fleetOf = (organisation: string, size: number): FleetDevice[] =>
  Array.from({ length: size }, (_, n) => new FleetDevice(organisation, `d${n}`));

export async function sumOf(store: Store, organisation: string): Promise<number> {
  const [row] = await store.usage({ organisation, from: FLEET_DAY, to: FLEET_DAY, groupBy: [] });
  return row?.count ?? 0;
}

/** Nothing that was acknowledged is missing, nothing is there twice. */
export async function expectNothingLost(store: Store, fleet: readonly FleetDevice[]): Promise<void> {
  const organisation = fleet[0]?.organisation ?? "";
  const rows = await store.usage({ organisation, from: FLEET_DAY, to: FLEET_DAY, groupBy: ["device"] });
  const stored = new Map(rows.map((row) => [row.device, row.count]));
  for (const device of fleet) {
    const count = stored.get(device.id) ?? 0;
    expect([device.id, count >= device.acked, count <= device.count]).toEqual([device.id, true, true]);
  }
  expect(await store.verify()).toEqual([]);
}

/** After everybody has reported once more, the store holds exactly what the devices counted. */
export async function expectExact(store: Store, fleet: readonly FleetDevice[]): Promise<void> {
  for (const device of fleet) expect(await device.deliver(store)).toBe(true);
  const truth = fleet.reduce((sum, { count }) => sum + count, 0);
  const organisation = fleet[0]?.organisation ?? "";
  expect(await sumOf(store, organisation)).toBe(truth);
  expect(await store.charged(organisation, [FLEET_ACCOUNT])).toEqual([truth]);
  expect(await store.verify()).toEqual([]);
}
