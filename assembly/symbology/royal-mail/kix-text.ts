/**
 * What the text of a KIX has to be: a Dutch postcode, a house, box or reply number and, where there is one, an X and an
 * addition to the number. A code without check character shows itself by that alone. Knows no bars.
 *
 *     2500 GG  30250        2500GG30250
 *     1231 FZ  13  hs       1231FZ13XHS
 */

const POSTCODE_DIGITS: i32 = 4;
const POSTCODE: i32 = 6;
const MOST_NUMBER: i32 = 5;
const MOST_ADDITION: i32 = 6;
const X: i32 = 88;
const ZERO: i32 = 48;

/** True if `length` ASCII characters are the text of a KIX. */
export function isKix(text: usize, length: i32): bool {
  if (length <= POSTCODE) return false;
  for (let i = 0; i < POSTCODE; i++) if (isDigit(text, i) != i < POSTCODE_DIGITS) return false;
  // Postcodes run from 1000 on.
  if (<i32>load<u8>(text) == ZERO) return false;
  let at = POSTCODE;
  while (at < length && isDigit(text, at)) at++;
  const number = at - POSTCODE;
  if (number < 1 || number > MOST_NUMBER) return false;
  if (at == length) return true;
  const addition = length - at - 1;
  return <i32>load<u8>(text + <usize>at) == X && addition >= 1 && addition <= MOST_ADDITION;
}

function isDigit(text: usize, index: i32): bool {
  return <i32>load<u8>(text + <usize>index) < ZERO + 10;
}
