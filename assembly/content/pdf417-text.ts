/**
 * Text compaction of PDF417, ISO/IEC 15438 clause 5.4.1.5: values of 0–29 in four sub-modes to characters. Knows nothing
 * of the codewords around it.
 */
import { Symbol, putByte } from "../io/symbol";

const ALPHA: i32 = 0;
const LOWER: i32 = 1;
const MIXED: i32 = 2;
const PUNCTUATION: i32 = 3;
const NO_SHIFT: i32 = -1;

const SPACE: i32 = 0x20;
/** Values of the latches and shifts (table 5). */
const FIRST_FUNCTION: i32 = 25;
const PUNCTUATION_TO_ALPHA: i32 = 29;

/** ASCII of values 0–24 of the mixed sub-mode, and 0–28 of the punctuation sub-mode. */
const MIXED_CHARACTERS: StaticArray<u8> = [
  0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x26, 0x0d, 0x09, 0x2c, 0x3a, 0x23, 0x2d, 0x2e, 0x24,
  0x2f, 0x2b, 0x25, 0x2a, 0x3d, 0x5e,
];
const PUNCTUATION_CHARACTERS: StaticArray<u8> = [
  0x3b, 0x3c, 0x3e, 0x40, 0x5b, 0x5c, 0x5d, 0x5f, 0x60, 0x7e, 0x21, 0x0d, 0x09, 0x2c, 0x3a, 0x0a, 0x2d, 0x2e, 0x24,
  0x2f, 0x22, 0x7c, 0x2a, 0x28, 0x29, 0x3f, 0x7b, 0x7d, 0x27,
];

/** The sub-mode that is latched, and the one that holds for the next value only. */
@unmanaged
export class TextMode {
  latched: i32;
  shifted: i32;
}

/** Text compaction begins in the alpha sub-mode wherever it is latched. */
export function openText(mode: TextMode): void {
  mode.latched = ALPHA;
  mode.shifted = NO_SHIFT;
}

/** What a shift leaves behind at the end of a run of text is padding (clause 5.4.1.5.3). */
export function endText(mode: TextMode): void {
  mode.shifted = NO_SHIFT;
}

/** Reads one codeword, two values; false where the symbol has no room. */
export function readText(mode: TextMode, codeword: i32, symbol: Symbol): bool {
  return readValue(mode, codeword / 30, symbol) && readValue(mode, codeword % 30, symbol);
}

function readValue(mode: TextMode, value: i32, symbol: Symbol): bool {
  const current = mode.shifted != NO_SHIFT ? mode.shifted : mode.latched;
  mode.shifted = NO_SHIFT;
  if (current == PUNCTUATION) {
    if (value < PUNCTUATION_TO_ALPHA) return putByte(symbol, <i32>unchecked(PUNCTUATION_CHARACTERS[value]));
    mode.latched = ALPHA;
    return true;
  }
  if (value < FIRST_FUNCTION) {
    const base = current == ALPHA ? 0x41 : 0x61;
    return putByte(symbol, current == MIXED ? <i32>unchecked(MIXED_CHARACTERS[value]) : base + value);
  }
  if (value == FIRST_FUNCTION) {
    if (current != MIXED) return putByte(symbol, (current == ALPHA ? 0x41 : 0x61) + value);
    mode.latched = PUNCTUATION;
    return true;
  }
  switch (value) {
    case 26:
      return putByte(symbol, SPACE);
    case 27:
      // From lower case this is a shift, from the others a latch.
      if (current == LOWER) mode.shifted = ALPHA;
      else mode.latched = LOWER;
      return true;
    case 28:
      mode.latched = current == MIXED ? ALPHA : MIXED;
      return true;
    default:
      mode.shifted = PUNCTUATION;
      return true;
  }
}
