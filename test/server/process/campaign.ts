/** Devices at work against servers that may go away at any time, and what must hold then. It must not know any store's kind. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { BusyError } from "../../../server/src/domain/domain-error.js";
import { openStorage, type Storage } from "../../../server/src/storage/open.js";
import { seededRandom } from "../../symbols/random.js";
import type { Shop } from "./lts-process.js";
import { GOOD_NETWORK, type Network, RoamingDevice, settle } from "./roaming-device.js";

const METRICS = ["ean_13", "qr_code"] as const;
const RANGE = { from: "2020-01-01", to: "2099-12-31" };

/** Between two reports of a tab; they must leave the server some of the machine. */
const THINKING_MS = 5;
/** After a report that failed. */
const AWAY_MS = 50;

/** A network as bad as the design asks for. */
export const badNetwork = (seed: number): Network => ({
  random: seededRandom(seed).next,
  lost: 0.1,
  doubled: 0.1,
  late: 0.05,
});

export class Campaign {
  #isOver = false;
  readonly #work: Promise<unknown>[] = [];

  /** Devices that are in already. */
  constructor(
    readonly shop: Shop,
    readonly devices: readonly RoamingDevice[],
  ) {}

  /** Devices that are let in; `url` is asked for before each request. */
  static async open(shop: Shop, size: number, url: string): Promise<Campaign> {
    const devices = await Promise.all(Array.from({ length: size }, (_, n) => RoamingDevice.open(n + 1, shop.root)));
    for (const device of devices) expect(await device.authorize(url)).toBe("ok");
    return new Campaign(shop, devices);
  }

  get acks(): number {
    return this.devices.reduce((sum, { acks }) => sum + acks, 0);
  }

  /** Lives of the store that devices have last heard of. */
  get generations(): Set<string | undefined> {
    return new Set(this.devices.map(({ generation }) => generation));
  }

  /** Lets each device count and report in so many tabs, to servers that are picked anew each time. */
  begin(
    urls: readonly string[],
    { tabs = 1, network = GOOD_NETWORK }: { tabs?: number; network?: Network } = {},
  ): void {
    const { pick } = seededRandom(urls.length);
    const tab = async (device: RoamingDevice, n: number) => {
      for (let round = n; !this.#isOver; round++) {
        device.scan(METRICS[round % METRICS.length] as string, 1 + (round % 3));
        const url = pick(urls);
        // Whatever was wrong: the count stays and goes with the next report.
        const pause = await device.report(url, network).then(
          () => THINKING_MS,
          () => AWAY_MS,
        );
        await sleep(pause);
      }
    };
    this.#isOver = false;
    for (const device of this.devices) for (let n = 0; n < tabs; n++) this.#work.push(tab(device, n));
  }

  /** Waits until so many more answers were heard. */
  async hear(more: number): Promise<void> {
    const wanted = this.acks + more;
    const until = Date.now() + 30_000;
    while (this.acks < wanted) {
      if (Date.now() > until) throw new Error(`only ${this.acks} of ${wanted} answers in 30 s`);
      await sleep(2);
    }
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#work.splice(0));
  }

  /** Nothing that was acknowledged is missing, nothing is there that was not counted. */
  async expectNothingLost(): Promise<void> {
    const least = this.devices.map(({ acknowledged }) => acknowledged);
    const stored = await this.#stored();
    this.devices.forEach((device, n) => {
      const count = stored.get(device.id) ?? 0;
      expect(count, device.id).toBeGreaterThanOrEqual(least[n] as number);
      expect(count, device.id).toBeLessThanOrEqual(device.counted);
    });
  }

  /** After everybody has called once more, all totals are exactly what the devices have counted. */
  async expectExact(url: string): Promise<void> {
    for (const device of this.devices) await settle(device, url);
    const truth = new Map<string, number>();
    for (const { truth: own } of this.devices) {
      for (const [metric, count] of own) truth.set(metric, (truth.get(metric) ?? 0) + count);
    }
    const all = this.devices.reduce((sum, { counted }) => sum + counted, 0);
    const stored = await this.#stored();
    expect(this.devices.map(({ id }) => stored.get(id))).toEqual(this.devices.map(({ counted }) => counted));
    const storage = await openStorage(this.shop.database);
    try {
      const rows = await storage.usage({ organisation: "100", ...RANGE, groupBy: ["metric"] });
      expect(new Map(rows.map(({ metric, count }) => [metric, count]))).toEqual(truth);
      const { period } = await storage.read(async ({ items }) => {
        const [grant] = (await items.get("100", this.shop.item))?.grants ?? [];
        return grant as NonNullable<typeof grant>;
      });
      expect(await storage.charged("100", [{ item: this.shop.item, period: period.start }])).toEqual([all]);
      expect(await storage.verify()).toEqual([]);
    } finally {
      await storage.close();
    }
  }

  async #stored(): Promise<Map<string | undefined, number>> {
    const storage = await openWhenReady(this.shop.database);
    try {
      const rows = await storage.usage({ organisation: "100", ...RANGE, groupBy: ["device"] });
      return new Map(rows.map(({ device, count }) => [device, count]));
    } finally {
      await storage.close();
    }
  }
}

/** Opens a store that may still be recovering. */
async function openWhenReady(location: string): Promise<Storage> {
  for (const until = Date.now() + 30_000; ; await sleep(50)) {
    try {
      return await openStorage(location);
    } catch (error) {
      if (!(error instanceof BusyError) || Date.now() > until) throw error;
    }
  }
}

/** How many devices of a crowd that comes at once are let in, spread over servers. */
export async function race(shop: Shop, size: number, urls: readonly string[]): Promise<string[]> {
  const devices = await Promise.all(Array.from({ length: size }, (_, n) => RoamingDevice.open(n + 1, shop.root)));
  // Each knocks twice at once, as two tabs would.
  const knock = (device: RoamingDevice, n: number) => device.authorize(urls[n % urls.length] as string);
  const answers = await Promise.all(devices.flatMap((device, n) => [knock(device, n), knock(device, n + 1)]));
  return devices.map((_, n) => (answers.slice(2 * n, 2 * n + 2).includes("ok") ? "ok" : (answers[2 * n] as string)));
}
