/**
 * From symbol characters to bytes: code sets, shift, function characters (ISO/IEC 15417). Knows no image.
 */
import { ECI_ASCII, SYMBOL_GS1, SYMBOL_LINKED, SYMBOL_READER_INIT } from "../../abi/layout";
import { BAD_FORMAT, OK } from "../../abi/status";
import { Symbol, clearContent, putByte } from "../../io/symbol";
import { CODE_A, CODE_B, CODE_C, FNC_1, FNC_2, FNC_3, SHIFT, START_A, START_C } from "./tables";

const GS: i32 = 0x1d;
/** ECI assignment number of ISO/IEC 8859-1: the upper half that FNC4 reaches. */
const LATIN_1: i32 = 3;
const SET_A: i32 = 0;
const SET_B: i32 = 1;
const SET_C: i32 = 2;

/**
 * Decodes `count` characters, start character first, check and stop characters left out. Fills bytes, GS1 flag and
 * AIM modifier.
 */
export function decodeContent(characters: usize, count: i32, symbol: Symbol): i32 {
  clearContent(symbol);
  symbol.flags &= ~(SYMBOL_GS1 | SYMBOL_LINKED | SYMBOL_READER_INIT);
  symbol.aimModifier = 0x30;
  const start = <i32>load<u8>(characters);
  if (start < START_A || start > START_C) return BAD_FORMAT;
  let set = start - START_A;
  // A shift or FNC4 holds for one character; FNC4 twice in a row turns the upper half on or off for good.
  let shifted = false;
  let upperLatched = false;
  let upperOnce = false;
  let data: i32 = 0;
  let charset = ECI_ASCII;
  for (let i = 1; i < count; i++) {
    const value = <i32>load<u8>(characters + <usize>i);
    if (value >= START_A) return BAD_FORMAT;
    const wasShifted = shifted;
    shifted = false;
    if (value == FNC_1) {
      // First position: GS1-128. Second position, after one letter or two digits: an application's own standard.
      if (data == 0) {
        symbol.flags |= SYMBOL_GS1;
        symbol.aimModifier = 0x31;
      } else if (isSecondPosition(characters, i, symbol) && symbol.aimModifier == 0x30) {
        symbol.aimModifier = 0x32;
      } else if (!putByte(symbol, GS)) {
        return BAD_FORMAT;
      }
      data++;
      continue;
    }
    data++;
    if (set == SET_C) {
      if (value < 100) {
        if (!putByte(symbol, 48 + value / 10) || !putByte(symbol, 48 + (value % 10))) return BAD_FORMAT;
      } else {
        set = value == CODE_B ? SET_B : SET_A;
        data--;
      }
      continue;
    }
    const current = wasShifted ? 1 - set : set;
    if (value < FNC_3) {
      const low = current == SET_B ? value + 32 : value < 64 ? value + 32 : value - 64;
      const upper = upperLatched != upperOnce;
      upperOnce = false;
      if (upper) charset = LATIN_1;
      if (!putByte(symbol, low + (upper ? 128 : 0))) return BAD_FORMAT;
      continue;
    }
    if (wasShifted) return BAD_FORMAT;
    if (value == FNC_3 || value == FNC_2) {
      // Reader programming and message append: a message to the reader, not data.
      if (value == FNC_3) symbol.flags |= SYMBOL_READER_INIT;
      continue;
    }
    if (value == SHIFT) {
      shifted = true;
      data--;
    } else if (value == CODE_C) {
      set = SET_C;
      data--;
    } else if (value == (set == SET_A ? CODE_A : CODE_B)) {
      if (upperOnce) {
        upperOnce = false;
        upperLatched = !upperLatched;
      } else {
        upperOnce = true;
      }
    } else {
      set = value == CODE_A ? SET_A : SET_B;
      data--;
    }
  }
  if (symbol.byteCount == 0) return BAD_FORMAT;
  // A change of code set before the check character changes nothing: it is GS1-128's linkage flag (ISO/IEC 24723 clause 4.4).
  if ((symbol.flags & SYMBOL_GS1) != 0 && isCodeSet(<i32>load<u8>(characters + <usize>(count - 1)), set)) {
    symbol.flags |= SYMBOL_LINKED;
  }
  store<i32>(symbol.segments, charset);
  return OK;
}

/** True where a character has changed the code set to the one that holds behind it. */
function isCodeSet(value: i32, set: i32): bool {
  return value == (set == SET_A ? CODE_A : set == SET_B ? CODE_B : CODE_C);
}

/** True where an FNC1 follows a single letter or a pair of digits. */
function isSecondPosition(characters: usize, index: i32, symbol: Symbol): bool {
  if ((symbol.flags & SYMBOL_GS1) != 0) return false;
  const first = <i32>load<u8>(symbol.bytes);
  if (symbol.byteCount == 1) return (first >= 65 && first <= 90) || (first >= 97 && first <= 122);
  return symbol.byteCount == 2 && <i32>load<u8>(characters) == START_C && index == 2 && first >= 48 && first <= 57;
}

/** Weighted sum of the characters mod 103: the check character (ISO/IEC 15417, annex A). */
export function checkSum(characters: usize, count: i32): i32 {
  let sum = <i32>load<u8>(characters);
  for (let i = 1; i < count; i++) sum = (sum + i * <i32>load<u8>(characters + <usize>i)) % 103;
  return sum % 103;
}
