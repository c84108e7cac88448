/**
 * The codes of the errors that licences bring, beside those of ERROR_CODES. A table of its own, because pages without a
 * licence do not load it; the texts of a licence server's refusals come with them. Plain data.
 */
import { REFUSALS } from "./rules/protocol/refusals.js";

type Refused = {
  [Code in keyof typeof REFUSALS]: (typeof REFUSALS)[Code]["isFinal"] extends true ? Code : never;
}[keyof typeof REFUSALS];

const OWN = {
  license_invalid:
    "The licence key cannot be read, or is not signed by the root that was given. Copy it again, as a whole; an offline " +
    "licence also needs `licenseRoot`.",
  license_unreachable:
    "No licence server could be reached, and the device has no authorisation yet. The first use needs the network.",
} as const;

/** Code of an error that a licence brings. */
export type LicenseErrorCode = keyof typeof OWN | Refused;

/** Every code with what it means and what to do about it. */
export const LICENSE_ERROR_CODES: Readonly<Record<LicenseErrorCode, string>> = {
  ...OWN,
  ...(Object.fromEntries(
    Object.entries(REFUSALS)
      .filter(([, { isFinal }]) => isFinal)
      .map(([code, { message, remedy }]) => [code, `${message} ${remedy}`]),
  ) as Record<Refused, string>),
};
