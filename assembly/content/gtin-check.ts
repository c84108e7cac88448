/** The check digit of GTINs and of those who followed them (GS1 General Specifications, 7.9). Knows no symbology. */

/** Sum mod 10 of so many digits (bytes 0–9), weighed 1 and 3 in turn from the last: 0 where the last one checks. */
export function gtinSum(digits: usize, count: i32): i32 {
  let sum: i32 = 0;
  for (let k = 0; k < count; k++) {
    const digit = <i32>load<u8>(digits + <usize>(count - 1 - k));
    sum += (k & 1) != 0 ? 3 * digit : digit;
  }
  return sum % 10;
}
