/**
 * The account of who has a licence: a part of its own, which pages without one never load. Wires meter and licence, which do
 * not know each other. It must not know cameras or images.
 */
import type { Engine } from "./engine/engine.js";
import type { LicenseOptions } from "./licensing/license-options.js";
import type { LicenseRecord, RecordBox } from "./licensing/license-record.js";
import { openLicense, readLicenseKey } from "./licensing/open-license.js";
import { openMeter, REPORTING } from "./metering/meter.js";
import type { MeterOptions } from "./metering/meter-options.js";
import { MeteredEngine } from "./metering/metered-engine.js";
import { openStore, warnOnce } from "./metering/open-store.js";
import { BOX, type Store } from "./metering/store.js";

/** @throws ScanError `license_invalid`, `license_unreachable`, and the licence server's refusals */
export async function openLicensedAccount(options: MeterOptions & LicenseOptions, license: string) {
  const known = readLicenseKey(license);
  await REPORTING.load();
  const store = options.store ?? (await openStore(options.databaseName, warnOnce));
  const meter = await openMeter({ ...options, store, organisation: known.organisation });
  try {
    const opened = await openLicense(options, known, {
      usage: meter,
      box: boxIn(store),
      clock: options.now ?? Date.now,
      steady: () => performance.now(),
      origin: globalThis.document && globalThis.location?.origin,
      fetch: (url, init) => fetch(url, init),
      around: surroundings(),
    });
    return { meter, ...opened, on: (engine: Engine) => new MeteredEngine(engine, meter, opened.license) };
  } catch (error) {
    await meter.close();
    throw error;
  }
}

const boxIn = (store: Store): RecordBox => ({
  read: () => store.read<LicenseRecord>(BOX.license),
  update: (change) => store.update<LicenseRecord>(BOX.license, change),
});

/** What of the page a licence's routine needs; little of it outside of pages. */
function surroundings() {
  const page = globalThis.window as Window | undefined;
  return {
    random: Math.random,
    ...(page && {
      page,
      document: page.document,
      locks: page.navigator.locks,
      sendBeacon: (url: string, body: Blob) => page.navigator.sendBeacon(url, body),
    }),
  };
}
