/**
 * Check digits of retail numbers (GS1 General Specifications 7.9) and the expansion of UPC-E. Knows no bars.
 */

/** The digit that completes a GTIN: weights 3 and 1 from the right. */
export function gtinCheckDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return String((10 - (sum % 10)) % 10);
}

/** Digits with their check digit appended. */
export const withCheckDigit = (digits: string): string => digits + gtinCheckDigit(digits);

/** The 11 digits (no check digit) that a UPC-E number of system digit and six digits stands for. */
export function expandUpcE(system: string, six: string): string {
  const last = Number(six[5]);
  const [a, b, c, d, e] = [six[0], six[1], six[2], six[3], six[4]];
  if (last <= 2) return `${system}${a}${b}${last}0000${c}${d}${e}`;
  if (last === 3) return `${system}${a}${b}${c}00000${d}${e}`;
  if (last === 4) return `${system}${a}${b}${c}${d}00000${e}`;
  return `${system}${a}${b}${c}${d}${e}0000${last}`;
}

/** Whether six digits are the only way to shorten their number by the rules of zero suppression. */
export function isCanonicalUpcE(six: string): boolean {
  const last = Number(six[5]);
  if (last === 3) return Number(six[2]) > 2;
  if (last === 4) return six[3] !== "0";
  return last < 3 || six[4] !== "0";
}

/** The eight digits of a UPC-E symbol: number system, six digits, check digit. */
export const upcENumber = (system: string, six: string): string =>
  `${system}${six}${gtinCheckDigit(expandUpcE(system, six))}`;

/** The 13-digit GTIN that an EAN-13, UPC-A or UPC-E number (8 digits) stands for. */
export function gtin13(format: "ean_13" | "upc_a" | "upc_e", digits: string): string {
  if (format === "ean_13") return digits;
  if (format === "upc_a") return `0${digits}`;
  return `0${withCheckDigit(expandUpcE(digits.slice(0, 1), digits.slice(1, 7)))}`;
}
