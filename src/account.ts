/**
 * The account on which an engine's results are counted: the meter, and the licence where one is given. Wires the two, which
 * do not know each other. It must not know cameras or images.
 */
import type { Engine } from "./engine/engine.js";
import type { License } from "./licensing/license.js";
import { checkLicenseOptions, LICENSE_OPTION_NAMES, type LicenseOptions } from "./licensing/license-options.js";
import type { LicenseRecord, RecordBox } from "./licensing/license-record.js";
import { LicensedEngine } from "./licensing/licensed-engine.js";
import type { LicenseRoutine } from "./licensing/routine.js";
import { type Meter, openMeter } from "./metering/meter.js";
import { checkMeterOptions, METER_OPTION_NAMES, type MeterOptions } from "./metering/meter-options.js";
import { MeteredEngine } from "./metering/metered-engine.js";
import { openStore, warnOnce } from "./metering/open-store.js";
import { BOX, type Store } from "./metering/store.js";
import { loadPart } from "./part.js";

/** Whom to count for and under which licence. */
export type AccountOptions = MeterOptions & LicenseOptions;

/** Names of all options of an account. */
export const ACCOUNT_OPTION_NAMES: readonly string[] = [...METER_OPTION_NAMES, ...LICENSE_OPTION_NAMES];

/** @throws ScanError `invalid_option` */
export function checkAccountOptions(options: AccountOptions): void {
  checkMeterOptions(options);
  checkLicenseOptions(options);
}

/** A meter, and what watches over its licence. */
export interface Account {
  readonly meter: Meter;
  readonly license?: License;
  readonly routine?: LicenseRoutine;
}

/**
 * Opens the meter and, where a licence is given, asks for it.
 * @throws ScanError `license_invalid`, `license_unreachable`, and the licence server's refusals
 */
export async function openAccount(options: AccountOptions): Promise<Account> {
  if (options.license === undefined) return { meter: await openMeter(options) };
  const { openLicense, readLicenseKey } = await loadPart(import("./licensing/open-license.js"));
  const known = readLicenseKey(options.license);
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
    return { meter, ...opened };
  } catch (error) {
    await meter.close();
    throw error;
  }
}

/** The engine, counted and under its licence. */
export function onAccount(engine: Engine, { meter, license }: Account): Engine {
  if (!license) return new MeteredEngine(engine, meter);
  const allowance = {
    get scansLeft() {
      return license.scansLeft;
    },
    refusal: () => license.quotaError(),
  };
  return new LicensedEngine(new MeteredEngine(engine, meter, allowance), license);
}

/** Reports what is left as far as the network allows at once, and lets go of everything. */
export async function closeAccount({ meter, routine }: Account): Promise<void> {
  await routine?.end();
  await meter.close();
}

const boxIn = (store: Store): RecordBox => ({
  read: () => store.read<LicenseRecord>(BOX.license),
  update: (change) => store.update<LicenseRecord>(BOX.license, (current) => change(current)),
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
