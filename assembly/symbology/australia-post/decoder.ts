/**
 * Content of an Australia Post barcode from its bars (Customer Barcoding Technical Specifications): Reed–Solomon words of
 * three bars, format control code and sorting code by the N table, customer information by the N or the C table. Knows no
 * image.
 *
 *     start 2 bars | format control code 4 | sorting code 16 | customer information, filler | check words 12 | stop 2
 */
import { BAD_CHECKSUM, BAD_FORMAT, OK } from "../../abi/status";
import { Symbol, putByte } from "../../io/symbol";
import { GaloisField, buildField, fieldBytes } from "../../math/galois-field";
import { UNCORRECTABLE, correct } from "../../math/reed-solomon";
import { alloc, mark, release } from "../../memory/arena";
import { CHARACTERS, NO_DIGIT, digitOf } from "./tables";

/** x^6 + x + 1, four check words, roots from α on. */
const POLYNOMIAL: i32 = 0x43;
const FIELD_BITS: i32 = 6;
const CHECKS: i32 = 4;
const FIRST_ROOT: i32 = 1;
/** Check words that only detect. */
const SPARE: i32 = 1;
const BARS_PER_WORD: i32 = 3;
const FRAME_BARS: i32 = 4;
/** Digits of format control code and sorting code. */
const DIGITS: i32 = 10;
const FILLER: i32 = 3;

/** Bars of a whole symbol by its format control code; 0 for one that is none. */
function barsOf(control: i32): i32 {
  // Standard customer, reply paid, routing, redirection; customer barcodes 2 and 3.
  if (control == 11 || control == 45 || control == 87 || control == 92) return 37;
  if (control == 59) return 52;
  return control == 62 ? 67 : 0;
}

/** Part of the correction capacity that the last symbol took. */
export let used: f32 = 0;

/**
 * Corrects the `count` states (u8, 0–3) of a symbol and writes its text. `doubts` are u16 words of which a bar is not
 * sure.
 */
export function decodeBars(states: usize, count: i32, doubts: usize, doubtCount: i32, symbol: Symbol): i32 {
  const scratch = mark();
  const words = (count - FRAME_BARS) / BARS_PER_WORD;
  const list = alloc((<usize>words) << 1);
  const room = alloc(fieldBytes(FIELD_BITS));
  let status = BAD_CHECKSUM;
  if (list != 0 && room != 0) {
    status = correctStates(states + 2, list, words, buildField(room, POLYNOMIAL, FIELD_BITS), doubts, doubtCount);
  }
  release(scratch);
  return status == OK ? putText(states + 2, count, symbol) : status;
}

function correctStates(
  states: usize,
  list: usize,
  words: i32,
  field: GaloisField,
  doubts: usize,
  doubtCount: i32,
): i32 {
  for (let i = 0; i < words; i++) {
    const at = <usize>(BARS_PER_WORD * i);
    store<u16>(
      list + ((<usize>i) << 1),
      <u16>(16 * stateAt(states + at) + 4 * stateAt(states + at + 1) + stateAt(states + at + 2)),
    );
  }
  const changed = correct(field, list, words, CHECKS, FIRST_ROOT, doubts, doubtCount, SPARE);
  if (changed == UNCORRECTABLE) return BAD_CHECKSUM;
  used = <f32>min(CHECKS, doubtCount + 2 * max(0, changed - doubtCount)) / <f32>CHECKS;
  for (let i = 0; i < words; i++) {
    const word = <i32>load<u16>(list + ((<usize>i) << 1));
    for (let b = 0; b < BARS_PER_WORD; b++) {
      store<u8>(states + <usize>(BARS_PER_WORD * i + b), <u8>((word >> (4 - 2 * b)) & 3));
    }
  }
  return OK;
}

function stateAt(at: usize): i32 {
  return <i32>load<u8>(at);
}

/** `states` begins behind the start bars. */
function putText(states: usize, count: i32, symbol: Symbol): i32 {
  for (let i = 0; i < DIGITS; i++) {
    const digit = pairAt(states, i);
    if (digit == NO_DIGIT) return BAD_FORMAT;
    putByte(symbol, 48 + digit);
  }
  if (barsOf(10 * pairAt(states, 0) + pairAt(states, 1)) != count) return BAD_FORMAT;
  const customer = states + <usize>(2 * DIGITS);
  const bars = count - FRAME_BARS - 2 * DIGITS - BARS_PER_WORD * CHECKS;
  return bars == 1 || putNumbers(customer, bars >> 1, symbol) || putCharacters(customer, bars, symbol)
    ? OK
    : BAD_FORMAT;
}

function pairAt(states: usize, index: i32): i32 {
  return digitOf(4 * stateAt(states + <usize>(2 * index)) + stateAt(states + <usize>(2 * index + 1)));
}

/** Customer information that is all digits of the N table; where some are left out, nothing tells them from characters. */
function putNumbers(customer: usize, digits: i32, symbol: Symbol): bool {
  for (let i = 0; i < digits; i++) if (pairAt(customer, i) == NO_DIGIT) return false;
  for (let i = 0; i < digits; i++) putByte(symbol, 48 + pairAt(customer, i));
  return true;
}

/** Characters of the C table up to the trackers that fill the field; those after the last word have to be fillers. */
function putCharacters(customer: usize, bars: i32, symbol: Symbol): bool {
  const most = bars / BARS_PER_WORD;
  for (let i = most * BARS_PER_WORD; i < bars; i++) if (stateAt(customer + <usize>i) != FILLER) return false;
  let length = most;
  while (length > 0 && characterAt(customer, length - 1) == 63) length--;
  for (let i = 0; i < length; i++) putByte(symbol, <i32>load<u8>(CHARACTERS + <usize>characterAt(customer, i)));
  return true;
}

function characterAt(customer: usize, index: i32): i32 {
  const at = customer + <usize>(BARS_PER_WORD * index);
  return 16 * stateAt(at) + 4 * stateAt(at + 1) + stateAt(at + 2);
}
