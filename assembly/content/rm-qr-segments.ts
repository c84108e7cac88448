/**
 * The bit stream of Rectangular Micro QR Code, ISO/IEC 23941 clause 7.4: QR Code's modes under indicators of three bits,
 * with counts by version. Knows nothing of modules or error correction.
 */
import { ECI_NONE, SYMBOL_GS1 } from "../abi/layout";
import { BAD_FORMAT, OK } from "../abi/status";
import { Symbol } from "../io/symbol";
import { BitReader, bitsLeft, readBits } from "../math/bit-reader";
import {
  MODE_ALPHANUMERIC,
  MODE_BYTE,
  MODE_KANJI,
  MODE_NUMERIC,
  StreamEnd,
  checkPads,
  readCounted,
  readEci,
  readIndicator,
} from "./qr-segments";

/** Mode indicators, table 2. */
const TERMINATOR: i32 = 0;
const NUMERIC: i32 = 1;
const ALPHANUMERIC: i32 = 2;
const BYTE: i32 = 3;
const _KANJI: i32 = 4;
const FNC1_FIRST: i32 = 5;
const FNC1_SECOND: i32 = 6;
const INDICATOR_BITS: i32 = 3;

/** Bits of a character count, table 3: numeric, alphanumeric, byte, kanji of each version indicator 0–31 in turn. */
const COUNT_BITS: StaticArray<u8> = [
  4, 3, 3, 2, 5, 5, 4, 3, 6, 5, 5, 4, 7, 6, 5, 5, 7, 6, 6, 5, 5, 5, 4, 3, 6, 5, 5, 4, 7, 6, 5, 5, 7, 6, 6, 5, 8, 7, 6,
  6, 4, 4, 3, 2, 6, 5, 5, 4, 7, 6, 5, 5, 7, 6, 6, 5, 8, 7, 6, 6, 8, 7, 7, 6, 5, 5, 4, 3, 6, 6, 5, 5, 7, 6, 6, 5, 7, 7,
  6, 6, 8, 7, 7, 6, 8, 8, 7, 7, 7, 6, 6, 5, 7, 7, 6, 5, 8, 7, 7, 6, 8, 7, 7, 6, 9, 8, 7, 7, 7, 6, 6, 5, 8, 7, 6, 6, 8,
  7, 7, 6, 8, 8, 7, 6, 9, 8, 8, 7,
];

function qrModeOf(mode: i32): i32 {
  return mode == NUMERIC
    ? MODE_NUMERIC
    : mode == ALPHANUMERIC
      ? MODE_ALPHANUMERIC
      : mode == BYTE
        ? MODE_BYTE
        : MODE_KANJI;
}

/**
 * Reads the whole stream of a symbol with a version indicator 0–31 into its content and flags. Returns OK, or BAD_FORMAT
 * for what no encoder writes.
 */
export function readRmQrSegments(reader: BitReader, indicator: i32, symbol: Symbol, end: StreamEnd): i32 {
  end.badPads = 0;
  end.pads = 0;
  end.hasEci = false;
  end.fnc1 = 0;
  let eci: i32 = ECI_NONE;
  while (bitsLeft(reader) >= INDICATOR_BITS) {
    const mode = readBits(reader, INDICATOR_BITS);
    if (mode == TERMINATOR) {
      checkPads(reader, end);
      break;
    }
    let status: i32 = OK;
    if (mode == FNC1_FIRST) {
      end.fnc1 = 1;
      symbol.flags |= SYMBOL_GS1;
    } else if (mode == FNC1_SECOND) {
      end.fnc1 = 2;
      status = readIndicator(reader, symbol);
    } else if (mode > FNC1_SECOND) {
      eci = readEci(reader);
      if (eci < 0) return BAD_FORMAT;
      end.hasEci = true;
    } else {
      const count = readBits(reader, <i32>unchecked(COUNT_BITS[indicator * 4 + mode - NUMERIC]));
      status = readCounted(reader, qrModeOf(mode), count, eci, end.fnc1, symbol);
    }
    if (status != OK || reader.isPastEnd) return BAD_FORMAT;
  }
  return symbol.byteCount > 0 ? OK : BAD_FORMAT;
}
