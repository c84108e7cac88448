/**
 * The codes of the errors that licences bring with their texts, beside those of ERROR_CODES: the documentation's table. No page
 * loads it; the texts of a licence server's refusals come with them. Plain data.
 */
import { LICENSE_FAULTS, type LicenseErrorCode } from "./license-faults.js";
import { REFUSALS } from "./rules/protocol/refusals.js";

/** Every code with what it means and what to do about it. */
export const LICENSE_ERROR_CODES = {
  ...LICENSE_FAULTS,
  ...Object.fromEntries(
    Object.entries(REFUSALS)
      .filter(([, { isFinal }]) => isFinal)
      .map(([code, { message, remedy }]) => [code, `${message} ${remedy}`]),
  ),
} as Readonly<Record<LicenseErrorCode, string>>;
