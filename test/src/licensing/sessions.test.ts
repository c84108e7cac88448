/** Many devices with bad luck: what they know they counted is what the server has, exactly. TALLYMARK_FIRST_SEED: other luck. */
import { expect, test } from "vitest";
import { MemoryStore, type Store } from "../../../src/metering/store.js";
import { MINUTE_MS } from "../../../src/rules/period.js";
import { openSite, type Site } from "../../server/http/site.js";
import { seededRandom } from "../../symbols/random.js";
import { CLEAR, CUT, openPage, type Page, type Weather } from "./page.js";

const SESSIONS = process.env.TALLYMARK_LONG ? 1000 : 300;

type Random = () => number;

/** Lost requests, lost answers, repeated and late ones. */
const badWeather =
  (random: Random, late: Promise<unknown>[]): Weather =>
  async (next) => {
    const luck = random();
    if (luck < 0.1) throw new TypeError("the request was lost");
    if (luck < 0.2) {
      await next();
      throw new TypeError("the answer was lost");
    }
    if (luck < 0.3) late.push(next().catch(() => undefined));
    return next();
  };

/** A disk that takes its time: what is being written and what is counted meanwhile meet in every order. */
function slowStore(random: Random): Store {
  const store = new MemoryStore();
  const pause = async () => {
    while (random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    kind: store.kind,
    read: (box) => pause().then(() => store.read(box)),
    append: (box, entry) => pause().then(() => store.append(box, entry)),
    update: (box, change) => pause().then(() => store.update(box, change)),
    close: () => store.close(),
  };
}

/** One device over several visits; gives the scans that it has seen counted. */
async function live(site: Site, store: Store, visits: number, random: Random, late: Promise<unknown>[]) {
  let truth = 0;
  const use = async (page: Page, scans: number) => {
    for (let i = 0; i < scans; i++) if ((await page.scan()) === "ok") truth++;
  };
  for (let visit = 0; visit < visits; visit++) {
    const page = await openPage(site, { store, weather: badWeather(random, late) }).catch(() => undefined);
    if (!page) continue;
    const other = random() < 0.3 ? await openPage(site, { store }).catch(() => undefined) : undefined;
    await use(page, Math.floor(random() * 8));
    if (other) await use(other, Math.floor(random() * 4));
    if (random() < 0.4) page.weather = CUT;
    if (random() < 0.5) await page.license.refresh();
    await use(page, Math.floor(random() * 8));
    // Some pages end, some are killed: those never say another word.
    if (random() < 0.5) await page.close();
    else await page.crash();
    await other?.crash();
  }
  return truth;
}

test(
  `R13 R32 R33 ${SESSIONS} sessions with faults: the server's total is the sum of the devices' own truth`,
  async () => {
    // All devices share one address, and the server's limits go by real time.
    const limits = { authorizePerAddress: 0, reportPerAddress: 0 };
    await using site = await openSite({ order: { units: 1_000_000 }, limits });
    const source = seededRandom(Number(process.env.TALLYMARK_FIRST_SEED ?? 4));
    const random = () => source.next();
    const late: Promise<unknown>[] = [];
    const devices: Store[] = [];
    let truth = 0;
    for (let session = 0; session < SESSIONS; ) {
      const visits = 1 + Math.floor(random() * 4);
      const store = slowStore(random);
      devices.push(store);
      truth += await live(site, store, visits, random, late);
      site.clock.at += Math.floor(random() * 10 * MINUTE_MS);
      session += visits;
    }
    for (const store of devices) {
      const page = await openPage(site, { store, weather: CLEAR });
      await page.license.refresh();
      expect(page.meter.unreported).toBe(0);
      await page.close();
    }
    await Promise.all(late);
    const [total] = await site.store.usage({ organisation: "100", from: "2026-01-01", to: "2027-12-31", groupBy: [] });
    expect(truth).toBeGreaterThan(SESSIONS);
    expect(total?.count).toBe(truth);
    expect(await site.store.verify()).toEqual([]);
  },
  process.env.TALLYMARK_LONG ? 1_800_000 : 240_000,
);
