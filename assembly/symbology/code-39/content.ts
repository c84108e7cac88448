/**
 * What Code 39 characters say: full ASCII pairs and the mod 43 check character (ISO/IEC 16388, annexes A and B), Code 32
 * (Italian Pharmacode) and PZN. Knows no image.
 */
import { Symbol, putByte } from "../../io/symbol";
import { ASCII } from "./tables";

const DOLLAR: i32 = 39;
const SLASH: i32 = 40;
const PLUS: i32 = 41;
const HYPHEN: i32 = 36;
const LETTER_A: i32 = 10;
const LETTER_Z: i32 = 35;

function valueAt(values: usize, index: i32): i32 {
  return <i32>load<u8>(values + <usize>index);
}

/** True if the last of at least three characters is the sum of all others mod 43. */
export function hasCheckCharacter(values: usize, count: i32): bool {
  if (count < 3) return false;
  let sum: i32 = 0;
  for (let k = 0; k < count - 1; k++) sum += valueAt(values, k);
  return sum % 43 == valueAt(values, count - 1);
}

/**
 * True if the characters are full ASCII: every one of $ / + % is the first of a pair that stands for a character which
 * could not have been written plainly. A lone one, or a pair for a letter or digit, is a plain symbol's.
 */
export function isFullAscii(values: usize, count: i32): bool {
  let pairs: i32 = 0;
  for (let k = 0; k < count; k++) {
    const value = valueAt(values, k);
    if (value < DOLLAR) continue;
    if (k + 1 >= count || pairOf(value, valueAt(values, k + 1)) < 0) return false;
    pairs++;
    k++;
  }
  return pairs > 0;
}

/** ASCII of a pair, −1 for one that full ASCII does not have. */
function pairOf(shift: i32, letter: i32): i32 {
  const n = letter - LETTER_A;
  if (n < 0 || letter > LETTER_Z) return -1;
  // $A–$Z: SOH to SUB.
  if (shift == DOLLAR) return 1 + n;
  if (shift == PLUS) return 97 + n;
  if (shift == SLASH) {
    // /A–/L: ! to , and /O, /Z: / and : ; the others would stand for characters that have their own.
    return n <= 11 ? 33 + n : n == 14 ? 47 : n == 25 ? 58 : -1;
  }
  // %A–%E: ESC to US, %F–%J: ; to ?, %K–%O: [ to _, %P–%T: { to DEL, %U NUL, %V @, %W `, %X–%Z DEL.
  if (n < 5) return 27 + n;
  if (n < 10) return 59 + n - 5;
  if (n < 15) return 91 + n - 10;
  if (n < 20) return 123 + n - 15;
  return n == 20 ? 0 : n == 21 ? 64 : n == 22 ? 96 : 127;
}

/** Appends the characters that pairs and plain characters stand for. */
export function putFullAscii(values: usize, count: i32, symbol: Symbol): void {
  for (let k = 0; k < count; k++) {
    const value = valueAt(values, k);
    if (value < DOLLAR) {
      putByte(symbol, <i32>load<u8>(ASCII + <usize>value));
      continue;
    }
    k++;
    putByte(symbol, pairOf(value, valueAt(values, k)));
  }
}

/** Value of a character in base 32 (digits and consonants, 0–31), −1 for one that Code 32 does not have. */
function base32(value: i32): i32 {
  if (value < 10) return value;
  if (value > LETTER_Z) return -1;
  // Vowels A, E, I, O are left out.
  const n = value - LETTER_A;
  if (n == 0 || n == 4 || n == 8 || n == 14) return -1;
  return value - 1 - (n > 4 ? 1 : 0) - (n > 8 ? 1 : 0) - (n > 14 ? 1 : 0);
}

/** True if six characters are a Code 32 number; writes the letter A and its nine digits, check digit last. */
export function code32Digits(values: usize, count: i32, out: usize): bool {
  if (count != 6) return false;
  let number: i64 = 0;
  for (let k = 0; k < 6; k++) {
    const digit = base32(valueAt(values, k));
    if (digit < 0) return false;
    number = number * 32 + digit;
  }
  if (number > 999999999) return false;
  store<u8>(out, 65);
  let rest = <i32>number;
  for (let k = 9; k >= 1; k--) {
    store<u8>(out + <usize>k, <u8>(48 + (rest % 10)));
    rest /= 10;
  }
  // Even places count twice, their digits added up (decree of 10 June 1983, annex).
  let sum: i32 = 0;
  for (let k = 1; k <= 8; k++) {
    const digit = <i32>load<u8>(out + <usize>k) - 48;
    const weighed = (k & 1) == 0 ? 2 * digit : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 == <i32>load<u8>(out + 9) - 48;
}

/** True if the characters are a hyphen and a PZN of seven or eight digits with its check digit mod 11. */
export function isPzn(values: usize, count: i32): bool {
  if ((count != 8 && count != 9) || valueAt(values, 0) != HYPHEN) return false;
  const digits = count - 1;
  // Weights 2 to 7 for seven digits, 1 to 7 for eight (IFA, technical information on PZN-Code).
  const first = digits == 7 ? 2 : 1;
  let sum: i32 = 0;
  for (let k = 0; k < digits; k++) {
    const digit = valueAt(values, 1 + k);
    if (digit > 9) return false;
    if (k < digits - 1) sum += (first + k) * digit;
  }
  return sum % 11 == valueAt(values, count - 1);
}
