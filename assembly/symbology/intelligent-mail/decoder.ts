/**
 * Content of an Intelligent Mail barcode from its 130 bits (USPS-B-3200, 2.2 and 2.3 backwards): characters, codewords, a
 * number of 102 bits under an 11-bit frame check sequence, digits. Knows no image.
 */
import { BAD_CHECKSUM, BAD_FORMAT, OK } from "../../abi/status";
import { Symbol, putByte } from "../../io/symbol";
import { CHARACTERS, CODEWORDS, NO_CODEWORD, PATTERN_MASK, codewordOf } from "./tables";

/** The last codeword carries the symbol's direction in its lowest bit, the first one the check sequence's highest bit. */
const LAST_CODEWORDS: i32 = 636;
const CHECK_OFFSET: i32 = 659;
const HIGHEST_CHECK: i32 = 1 << 10;
const POLYNOMIAL: i32 = 0xf35;
const CHECK_MASK: i32 = 0x7ff;
const BYTES: i32 = 13;
const TRACKING: i32 = 20;
/** Routing codes of 5, 9 and 11 digits follow each other, after none at all. */
const ZIPS: u64 = 100000;
const ZIP_4S: u64 = 1000000000;
const DELIVERY_POINTS: u64 = 100000000000;

/** The number, big-endian. */
const number = memory.data(16);
const digits = memory.data(32);
const codewords = memory.data(16 * 4);

/** Writes the digits of ten characters (u16) to a symbol where they are one's. */
export function decodeCharacters(characters: usize, symbol: Symbol): i32 {
  let check: i32 = 0;
  for (let i = 0; i < CHARACTERS; i++) {
    const pattern = <i32>load<u16>(characters + ((<usize>i) << 1));
    let codeword = codewordOf(pattern);
    if (codeword == NO_CODEWORD) {
      // A set bit of the check sequence turns the character's bits over.
      codeword = codewordOf(pattern ^ PATTERN_MASK);
      if (codeword == NO_CODEWORD) return BAD_FORMAT;
      check |= 1 << i;
    }
    store<i32>(codewords + ((<usize>i) << 2), codeword);
  }
  const last = load<i32>(codewords + 36);
  if ((last & 1) != 0 || last >> 1 >= LAST_CODEWORDS) return BAD_FORMAT;
  let first = load<i32>(codewords);
  if (first >= CHECK_OFFSET) {
    first -= CHECK_OFFSET;
    check |= HIGHEST_CHECK;
  }
  if (first >= CHECK_OFFSET) return BAD_FORMAT;
  memory.fill(number, 0, 16);
  multiplyAdd(1, first);
  for (let i = 1; i < CHARACTERS - 1; i++) multiplyAdd(CODEWORDS, load<i32>(codewords + ((<usize>i) << 2)));
  multiplyAdd(LAST_CODEWORDS, last >> 1);
  if (checkOf() != check) return BAD_CHECKSUM;
  return putDigits(symbol);
}

/** number · factor + term; what goes beyond 13 bytes is beyond 102 bits too and fails the check. */
function multiplyAdd(factor: i32, term: i32): void {
  let carry = term;
  for (let i = BYTES - 1; i >= 0; i--) {
    carry += <i32>load<u8>(number + <usize>i) * factor;
    store<u8>(number + <usize>i, <u8>carry);
    carry >>= 8;
  }
}

/** Divides the number and returns the remainder. */
function divide(divisor: i32): i32 {
  let rest: i32 = 0;
  for (let i = 0; i < BYTES; i++) {
    rest = (rest << 8) | <i32>load<u8>(number + <usize>i);
    store<u8>(number + <usize>i, <u8>(rest / divisor));
    rest %= divisor;
  }
  return rest;
}

/** Frame check sequence of the number's 102 bits. */
function checkOf(): i32 {
  let check = CHECK_MASK;
  for (let bit = 8 * BYTES - 102; bit < 8 * BYTES; bit++) {
    const data = (<i32>load<u8>(number + <usize>(bit >> 3)) >> (7 - (bit & 7))) & 1;
    const isOut = ((check >> 10) & 1) != data;
    check = ((check << 1) ^ (isOut ? POLYNOMIAL : 0)) & CHECK_MASK;
  }
  return check;
}

function putDigits(symbol: Symbol): i32 {
  for (let i = TRACKING - 1; i >= 2; i--) store<u8>(digits + <usize>i, <u8>divide(10));
  // The second digit of the barcode identifier is 0 to 4.
  store<u8>(digits + 1, <u8>divide(5));
  store<u8>(digits, <u8>divide(10));
  let routing: u64 = 0;
  for (let i = 0; i < BYTES - 8; i++) if (load<u8>(number + <usize>i) != 0) return BAD_FORMAT;
  for (let i = BYTES - 8; i < BYTES; i++) routing = (routing << 8) | <u64>load<u8>(number + <usize>i);
  let length: i32 = 0;
  if (routing > 0) {
    routing--;
    length = 5;
    if (routing >= ZIPS) {
      routing -= ZIPS;
      length = 9;
      if (routing >= ZIP_4S) {
        routing -= ZIP_4S;
        length = 11;
        if (routing >= DELIVERY_POINTS) return BAD_FORMAT;
      }
    }
  }
  for (let i = TRACKING + length - 1; i >= TRACKING; i--) {
    store<u8>(digits + <usize>i, <u8>(routing % 10));
    routing /= 10;
  }
  for (let i = 0; i < TRACKING + length; i++) putByte(symbol, 48 + <i32>load<u8>(digits + <usize>i));
  return OK;
}
