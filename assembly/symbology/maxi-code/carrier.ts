/**
 * The structured carrier message in MaxiCode's primary message (modes 2 and 3, ISO/IEC 16023 clause 4.6): postal code,
 * country and class of service. Knows codewords alone; its fields lie across them, lowest bits first.
 */

const GROUP_SEPARATOR: i32 = 0x1d;
const MOST_POSTAL_DIGITS: i32 = 9;
const POSTAL_LETTERS: i32 = 6;
/** Country codes (ISO 3166) and classes of service have three digits. */
const MOST_CODE: i32 = 999;
const CODE_UNIT: i32 = 100;

/** `count` bits from bit `from` on; bit 0 is the lowest of the first codeword. */
function field(codewords: usize, from: i32, count: i32): i32 {
  let value: i32 = 0;
  for (let i = count - 1; i >= 0; i--) {
    const bit = from + i;
    value = (value << 1) | ((<i32>load<u8>(codewords + <usize>(bit / 6)) >> (bit % 6)) & 1);
  }
  return value;
}

/**
 * Writes postal code, country and class, each with a group separator behind it, to `out` (24 bytes); returns how many
 * bytes, or 0 where a field is out of range.
 */
export function writeCarrier(codewords: usize, isNumeric: bool, out: usize): i32 {
  const country = field(codewords, 40, 10);
  const service = field(codewords, 50, 10);
  if (country > MOST_CODE || service > MOST_CODE) return 0;
  const length = isNumeric ? writeDigits(codewords, out) : writeLetters(codewords, out);
  if (length == 0) return 0;
  const end = writeCode(out + <usize>length, country);
  return <i32>(writeCode(end, service) - out);
}

/** Postal code of mode 2: a number, and how many digits it has. */
function writeDigits(codewords: usize, out: usize): i32 {
  let value = field(codewords, 4, 30);
  const digits = field(codewords, 34, 6);
  if (digits == 0 || digits > MOST_POSTAL_DIGITS) return 0;
  for (let i = digits - 1; i >= 0; i--) {
    store<u8>(out + <usize>i, <u8>(0x30 + (value % 10)));
    value /= 10;
  }
  if (value > 0) return 0;
  store<u8>(out + <usize>digits, <u8>GROUP_SEPARATOR);
  return digits + 1;
}

/** Postal code of mode 3: six characters of code set A, the last one lowest. */
function writeLetters(codewords: usize, out: usize): i32 {
  for (let i = 0; i < POSTAL_LETTERS; i++) {
    const value = field(codewords, 4 + 6 * (POSTAL_LETTERS - 1 - i), 6);
    const isLetter = value >= 1 && value <= 26;
    // Space, signs and digits are their own character numbers in code set A.
    if (!isLetter && value != 32 && (value < 34 || value > 58)) return 0;
    store<u8>(out + <usize>i, <u8>(isLetter ? 0x40 + value : value));
  }
  store<u8>(out + <usize>POSTAL_LETTERS, <u8>GROUP_SEPARATOR);
  return POSTAL_LETTERS + 1;
}

function writeCode(at: usize, code: i32): usize {
  let rest = code;
  for (let unit = CODE_UNIT; unit > 0; unit /= 10) {
    store<u8>(at, <u8>(0x30 + rest / unit));
    rest %= unit;
    at++;
  }
  store<u8>(at, <u8>GROUP_SEPARATOR);
  return at + 1;
}
