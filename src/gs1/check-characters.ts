/** Check digits and check character pairs of GS1 keys (GS1 General Specifications, 7.9). */

/** Standard check digit: digits weigh 3 and 1 in turn from the right, the check digit itself 1; the sum ends in 0. */
export function isCheckDigitRight(digits: string): boolean {
  let total = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    total += i % 2 === 1 ? 3 * digit : digit;
  }
  return total % 10 === 0;
}

/** The 82 characters in the order of their values. */
const CHARACTERS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
/** The 32 characters that check pairs are made of: none that looks like another. */
const PAIR_CHARACTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/** Weights from the right: the first primes. */
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83];
const MODULUS = 1021;

/** Check character pair of a Global Model Number: weighted sum modulo 1021, written with 32 characters. */
export function isAlphanumericChecked(text: string): boolean {
  const body = text.slice(0, -2);
  if (body.length === 0 || body.length > PRIMES.length) return false;
  let total = 0;
  for (let i = 0; i < body.length; i++) {
    const value = CHARACTERS.indexOf(body.charAt(body.length - 1 - i));
    if (value < 0) return false;
    total += value * (PRIMES[i] as number);
  }
  const check = total % MODULUS;
  return text.slice(-2) === PAIR_CHARACTERS.charAt(check >> 5) + PAIR_CHARACTERS.charAt(check & 31);
}
