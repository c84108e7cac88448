/** GTINs as digits with their check digit (GS1 General Specifications, 7.9). Knows no symbology. */
import { Symbol, putByte } from "../io/symbol";

/** Appends a GTIN-14 from its first 13 digits, a whole number; false where there is no room. */
export function putGtin(symbol: Symbol, number: f64): bool {
  let divisor: f64 = 1000000000000;
  let rest = number;
  let sum: i32 = 0;
  for (let k = 0; k < 13; k++) {
    const digit = <i32>floor<f64>(rest / divisor);
    rest -= <f64>digit * divisor;
    divisor /= 10;
    if (!putByte(symbol, 48 + digit)) return false;
    sum += (k & 1) == 0 ? 3 * digit : digit;
  }
  return putByte(symbol, 48 + ((10 - (sum % 10)) % 10));
}
