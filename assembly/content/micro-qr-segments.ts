/**
 * The bit stream of Micro QR Code, ISO/IEC 18004 clause 7.4: shorter mode indicators and counts, no ECI, no FNC1. Knows
 * nothing of modules or error correction.
 */
import { ECI_NONE } from "../abi/layout";
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
} from "./qr-segments";

/** Mode indicators, table 2: numbers of version − 1 bits. */
const NUMERIC: i32 = 0;
const ALPHANUMERIC: i32 = 1;
const BYTE: i32 = 2;
const KANJI: i32 = 3;

/** Bits of a character count, table 3; 0 for a mode that the version has not. */
function countBits(mode: i32, version: i32): i32 {
  switch (mode) {
    case NUMERIC:
      return version + 2;
    case ALPHANUMERIC:
      return version < 2 ? 0 : version + 1;
    case BYTE:
      return version < 3 ? 0 : version + 1;
    case KANJI:
      return version < 3 ? 0 : version;
    default:
      return 0;
  }
}

function qrModeOf(mode: i32): i32 {
  return mode == NUMERIC
    ? MODE_NUMERIC
    : mode == ALPHANUMERIC
      ? MODE_ALPHANUMERIC
      : mode == BYTE
        ? MODE_BYTE
        : MODE_KANJI;
}

/** Reads the whole stream of a symbol M1 … M4 into its content. Returns OK, or BAD_FORMAT for what no encoder writes. */
export function readMicroQrSegments(reader: BitReader, version: i32, symbol: Symbol, end: StreamEnd): i32 {
  end.badPads = 0;
  end.pads = 0;
  end.hasEci = false;
  end.fnc1 = 0;
  // The terminator is a count of no digits; what is shorter is its beginning, cut off by the end (clause 7.4.9).
  const terminator = 2 * version + 1;
  while (bitsLeft(reader) > 0) {
    if (bitsLeft(reader) < terminator) {
      if (readBits(reader, bitsLeft(reader)) != 0) end.badPads++;
      break;
    }
    const mode = readBits(reader, version - 1);
    const width = countBits(mode, version);
    if (width == 0) return BAD_FORMAT;
    const count = readBits(reader, width);
    if (count == 0) {
      if (mode != NUMERIC) return BAD_FORMAT;
      checkPads(reader, end);
      // The last pad of M1 and M3 is a codeword of four zeros.
      if (readBits(reader, bitsLeft(reader)) != 0) end.badPads++;
      break;
    }
    if (readCounted(reader, qrModeOf(mode), count, ECI_NONE, 0, symbol) != OK || reader.isPastEnd) return BAD_FORMAT;
  }
  return symbol.byteCount > 0 ? OK : BAD_FORMAT;
}
