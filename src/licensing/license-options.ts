/**
 * What a caller may say about the licence, checked before anything is opened. Knows nothing of how it is used: this much is
 * loaded by pages without a licence too.
 */
import { type Checks, takes } from "../option-check.js";

/** Under which licence to work. Without `license` scans are counted on the device only. */
export interface LicenseOptions {
  /** The licence key, as the licence server's operator gives it. @default none */
  readonly license?: string;
  /**
   * For an offline licence: thumbprint of the root key that must have signed it, 43 characters. Keys that lead to a server
   * bring their own.
   */
  readonly licenseRoot?: string;
  /** A name that the operator sees beside the device's UUID, 1–255 characters. @default none */
  readonly deviceName?: string;
}

/** A check for each licence option. */
export const LICENSE_CHECKS = {
  license: takes<string>((value) => typeof value === "string" && value.trim() !== "", "a licence key")(undefined),
  licenseRoot: takes<string>(
    (value) => typeof value === "string" && /^[\w-]{43}$/.test(value),
    "a thumbprint of 43 characters",
  )(undefined),
  deviceName: takes<string>(
    (value) => typeof value === "string" && /^[^\p{Cc}]{1,255}$/u.test(value),
    "1–255 characters, none of control",
  )(undefined),
} satisfies Checks<LicenseOptions>;
