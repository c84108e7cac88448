/**
 * A page of a shop with a licence, over a server with real keys and real http: its store survives it, its network can be
 * cut, answers can be lost. It must not know any single test.
 */
import { type Account, closeAccount } from "../../../src/account.js";
import type { DecodeOutcome, DecodeRequest, Engine } from "../../../src/engine/engine.js";
import type { ScanError } from "../../../src/errors.js";
import type { LicenseOptions } from "../../../src/licensing/license-options.js";
import type { LicenseRecord } from "../../../src/licensing/license-record.js";
import { openLicense, readLicenseKey } from "../../../src/licensing/open-license.js";
import type { Fetch } from "../../../src/licensing/transport.js";
import { openMeter } from "../../../src/metering/meter.js";
import { MeteredEngine } from "../../../src/metering/metered-engine.js";
import { BOX, MemoryStore, type Store } from "../../../src/metering/store.js";
import { encodeLicenseKey, type ServerKey } from "../../../src/rules/protocol/license-key.js";
import type { Barcode } from "../../../src/types.js";
import type { Site } from "../../server/http/site.js";
import { SHOP } from "../../server/lab.js";

/** What may happen to one request; `next` sends it. */
export type Weather = (next: () => Promise<Response>, url: string, body: string) => Promise<Response>;

export const CLEAR: Weather = (next) => next();
export const CUT: Weather = async () => {
  throw new TypeError("Failed to fetch");
};

/** An engine that finds what a test says. */
export class Finder implements Engine {
  readonly kind = "direct";
  found: readonly string[] = [];
  isClosed = false;

  async decode({ source }: DecodeRequest): Promise<DecodeOutcome> {
    const barcodes = this.found.map(
      (rawValue) => ({ format: "qr_code", rawValue, bytes: new TextEncoder().encode(rawValue) }) as unknown as Barcode,
    );
    return { barcodes, width: source.width, height: source.height, elapsedMs: 0 };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

export interface PageOptions extends LicenseOptions {
  readonly store?: Store;
  /** What the licence key says beside the site's own. */
  readonly key?: Partial<ServerKey>;
  readonly origin?: string;
  /** What the device's clock is ahead of the server's, in milliseconds. */
  readonly clockAhead?: () => number;
  readonly weather?: Weather;
}

export type Page = Awaited<ReturnType<typeof openPage>>;

/** The licence key of the site's shop. */
export const keyOf = (site: Pick<Site, "url" | "ports">, change: Partial<ServerKey> = {}): string =>
  encodeLicenseKey({
    organisation: "100",
    code: "100-shop",
    servers: [site.url],
    root: site.ports.keys.rootThumbprint(),
    ...change,
  });

/** Opens a page; rejects as `create()` does. */
export async function openPage(site: Pick<Site, "url" | "ports" | "clock">, options: PageOptions = {}) {
  const { store = new MemoryStore(), key, origin = SHOP, clockAhead = () => 0, ...rest } = options;
  const page = { weather: options.weather ?? CLEAR, requests: [] as { url: string; body: string }[] };
  const send: Fetch = (url, init) => {
    const body = String(init.body ?? "");
    page.requests.push({ url, body });
    // Browsers set the origin themselves, and nobody else can.
    const headers = { ...(init.headers as Record<string, string>), origin };
    return page.weather(() => fetch(url, { ...init, headers }), url, body);
  };
  const license = options.license ?? keyOf(site, key);
  const known = readLicenseKey(license);
  const clock = () => site.clock.at + clockAhead();
  const meter = await openMeter({ store, organisation: known.organisation, now: clock });
  const opened = await openLicense({ ...rest, license }, known, {
    usage: meter,
    box: {
      read: () => store.read<LicenseRecord>(BOX.license),
      update: (change) => store.update<LicenseRecord>(BOX.license, (current) => change(current)),
    },
    clock,
    // Nobody can set it: it runs with the server's.
    steady: () => site.clock.at,
    origin,
    fetch: send,
    around: { random: () => 0 },
  });
  const account: Account = { meter, ...opened };
  const finder = new Finder();
  const engine = new MeteredEngine(finder, meter, opened.license);
  let scans = 0;
  return Object.assign(page, {
    store,
    meter,
    ...opened,
    /** Shows an image with these values; what comes back, or the code of the refusal. */
    async show(...values: readonly string[]): Promise<readonly string[] | string> {
      finder.found = values;
      const source = {
        kind: "pixels",
        data: new Uint8Array(1),
        width: 1,
        height: 1,
        stride: 1,
        layout: "grey",
      } as const;
      const sighting = { stream: "video", at: clock(), forgetMs: 3000 };
      try {
        const { barcodes } = await engine.decode({ source, options: {}, sighting });
        return barcodes.map(({ rawValue }) => rawValue);
      } catch (error) {
        return (error as ScanError).code;
      }
    },
    /** Scans so many new values. */
    async scan(count = 1): Promise<string> {
      for (let i = 0; i < count; i++) {
        const value = `value ${scans++}`;
        const shown = await this.show(value);
        if (shown[0] !== value) return String(shown);
      }
      return "ok";
    },
    /** Leaves as a crash does: nothing more is sent, what was appended stays in the store. */
    async crash(): Promise<void> {
      page.weather = CUT;
      await closeAccount(account);
    },
    close: () => closeAccount(account),
  });
}

/** The code of the error that opening a page ends with. */
export const refusalOf = (opening: Promise<Page>): Promise<string> =>
  opening.then(
    async (page) => {
      await page.close();
      return "ok";
    },
    (error: ScanError) => error.code,
  );
