/**
 * What a licence can fail with on the device: texts of the errors that no refusal of a server is behind, and which refusals are
 * errors. Plain data.
 */
import { VERDICT_REFUSALS } from "./rules/protocol/verdict-refusals.js";

export const LICENSE_FAULTS = {
  license_invalid:
    "The licence key cannot be read, or its root has not signed it. Copy all of it; an offline licence also needs " +
    "`licenseRoot`.",
  license_unreachable: "No licence server was reached. The first use needs the network.",
} as const;

/** Final refusals that only a server can say. */
export const SERVER_REFUSALS = [
  "organisation_unknown",
  "code_unknown",
  "password_wrong",
  "device_key_mismatch",
  "license_missing",
] as const;

/** Code of an error that a licence brings. */
export type LicenseErrorCode =
  | keyof typeof LICENSE_FAULTS
  | keyof typeof VERDICT_REFUSALS
  | (typeof SERVER_REFUSALS)[number];

/** A newer server may say what this library has no code for. */
export const isLicenseErrorCode = (code: string): code is LicenseErrorCode =>
  Object.hasOwn(VERDICT_REFUSALS, code) || SERVER_REFUSALS.includes(code as (typeof SERVER_REFUSALS)[number]);
