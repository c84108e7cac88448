/**
 * Opens the licence that the options name: a part of its own, which pages without a licence never load. It must not know
 * who asks or where things are stored.
 */
import { ScanError } from "../errors.js";
import { LICENSE_FAULTS } from "../license-faults.js";
import { type LicenseKey, parseLicenseKey } from "../rules/protocol/license-key.js";
import { insideOffline } from "./envelopes.js";
import { Exchange } from "./exchange.js";
import { errorOf, License, type LicenseParts } from "./license.js";
import type { LicenseOptions } from "./license-options.js";
import type { RecordBox } from "./license-record.js";
import { LicenseRoutine, type Surroundings } from "./routine.js";
import { type Fetch, Transport } from "./transport.js";
import type { UsageSource } from "./usage-source.js";

/** Told to the server beside each request to authorise. */
const LIBRARY = "tallymark-0.1";

/** What a licence is opened with beside the caller's options. */
export interface LicenseWorld {
  readonly usage: UsageSource;
  readonly box: RecordBox;
  readonly clock: () => number;
  readonly steady: () => number;
  /** Origin of the page; undefined outside of pages. */
  readonly origin: string | undefined;
  readonly fetch: Fetch;
  readonly around: Surroundings;
}

/** A licence at work. */
export interface OpenedLicense {
  readonly license: License;
  readonly routine: LicenseRoutine;
}

/** A licence key, read, whom it counts for, and the signed key set that an offline one brings along. */
export interface KnownKey {
  readonly key: LicenseKey;
  readonly organisation: string;
  readonly keySet?: unknown;
}

/** @throws ScanError `license_invalid` */
export function readLicenseKey(text: string): KnownKey {
  const read = parseLicenseKey(text);
  if (!read.ok) throw invalid(read.problem);
  const key = read.value;
  const { organisation, keySet } =
    key.kind === "server" ? { ...key, keySet: undefined } : insideOffline(key.authorisation);
  if (typeof organisation !== "string") throw invalid();
  return { key, organisation, keySet };
}

/**
 * The licence, allowing this device to work: as it was left where that is good, else after asking the server.
 * @throws ScanError `license_invalid`, `license_unreachable`, and the server's refusals
 */
export async function openLicense(
  { licenseRoot, deviceName }: LicenseOptions,
  { key, organisation, keySet }: KnownKey,
  world: LicenseWorld,
): Promise<OpenedLicense> {
  const { usage, origin, around } = world;
  const who = { library: LIBRARY, friendlyName: deviceName, origin };
  const shared = { ...world, who, organisation };
  if (key.kind === "offline") {
    const { authorisation } = key;
    if (licenseRoot === undefined || typeof keySet !== "string") throw invalid();
    const parts: LicenseParts = { ...shared, name: authorisation, root: licenseRoot, exchange: undefined };
    const license = await License.open(parts, { authorisation, keySet, baseline: 0 });
    if (!license.standing.type) throw invalid();
    license.check();
    return { license, routine: new LicenseRoutine(license, usage, around) };
  }
  const { root } = key;
  const transport = new Transport(key.servers, world.fetch);
  const name = JSON.stringify([organisation, key.code, root]);
  const license = await License.open({ ...shared, name, root, exchange: new Exchange(transport, key) });
  if (!license.standing.isAllowed) await authoriseNow(license, usage, transport.patience);
  const routine = new LicenseRoutine(license, usage, around);
  routine.begin(name);
  return { license, routine };
}

/** The first word of the server is waited for; where it cannot be had, what is known of the licence says why not. */
async function authoriseNow(license: License, usage: UsageSource, tries: number): Promise<void> {
  const before = license.standing;
  for (let attempt = 0; attempt < tries; attempt++) {
    // What was counted before is told in any case, and first: the use of the quota that comes back then holds all of it.
    const told = usage.unreported > 0 ? await license.report() : "done";
    if (told !== "done" || (await license.renew()) !== "done") continue;
    license.check();
    return;
  }
  throw before.type && before.refusal
    ? errorOf(before.refusal)
    : new ScanError("license_unreachable", LICENSE_FAULTS.license_unreachable);
}

/** What is wrong beside the spelling, the text of the code names. */
const invalid = (problem = "signed authorisation"): ScanError =>
  new ScanError("license_invalid", `${LICENSE_FAULTS.license_invalid} (${problem})`);
