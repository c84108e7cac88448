/**
 * The account on which an engine's results are counted: the meter, and the licence where one is given. It must not know
 * cameras or images, nor what a licence takes: that is licensed-account.ts.
 */
import type { Engine } from "./engine/engine.js";
import type { License } from "./licensing/license.js";
import { LICENSE_CHECKS, type LicenseOptions } from "./licensing/license-options.js";
import type { LicenseRoutine } from "./licensing/routine.js";
import { type Meter, openMeter } from "./metering/meter.js";
import { METER_CHECKS, type MeterOptions } from "./metering/meter-options.js";
import { MeteredEngine } from "./metering/metered-engine.js";
import { checkAll } from "./option-check.js";
import { loadPart } from "./part.js";

/** Whom to count for and under which licence. */
export type AccountOptions = MeterOptions & LicenseOptions;

const CHECKS = { ...METER_CHECKS, ...LICENSE_CHECKS };

/** Names of all options of an account. */
export const ACCOUNT_OPTION_NAMES: readonly string[] = Object.keys(CHECKS);

/** Fields that are no option of an account are ignored. @throws ScanError `invalid_option` */
export const checkAccountOptions = (options: AccountOptions): unknown => checkAll(options, CHECKS);

/** A meter, and what watches over its licence. */
export interface Account {
  readonly meter: Meter;
  readonly license?: License;
  readonly routine?: LicenseRoutine;
}

/** An account, and what puts an engine on it. */
export interface OpenAccount extends Account {
  /** The engine, counted and under the licence if there is one. */
  readonly on: (engine: Engine) => Engine;
}

/**
 * Opens the meter and, where a licence is given, asks for it.
 * @throws ScanError `license_invalid`, `license_unreachable`, and the licence server's refusals
 */
export async function openAccount(options: AccountOptions): Promise<OpenAccount> {
  if (options.license !== undefined) {
    const { openLicensedAccount } = await loadPart(import("./licensed-account.js"));
    return openLicensedAccount(options, options.license);
  }
  const meter = await openMeter(options);
  return { meter, on: (engine) => new MeteredEngine(engine, meter) };
}

/** Reports what is left as far as the network allows at once, and lets go of everything. */
export async function closeAccount({ meter, routine }: Account): Promise<void> {
  await routine?.end();
  await meter.close();
}
