/**
 * Linear components (ISO/IEC 24723 clause 4): which symbols may carry a 2D component, of how many columns, and what they
 * contribute to the message. Knows no image.
 */
import {
  FORMAT_CODE_128,
  FORMAT_DATABAR,
  FORMAT_DATABAR_EXPANDED,
  FORMAT_DATABAR_LIMITED,
  FORMAT_EAN_13,
  FORMAT_EAN_8,
  FORMAT_UPC_A,
  FORMAT_UPC_E,
} from "../../abi/formats";
import { SYMBOL_LINKED } from "../../abi/layout";
import { GS } from "../../content/general-purpose";
import { Symbol, putByte } from "../../io/symbol";

/** Modules between the widths of DataBar Stacked and of DataBar in one row. */
const NARROW: f32 = 73;
/** Digits of a GTIN. */
const GTIN_DIGITS: i32 = 14;

export function isRetail(linear: Symbol): bool {
  const format = linear.format;
  return format == FORMAT_EAN_13 || format == FORMAT_EAN_8 || format == FORMAT_UPC_A || format == FORMAT_UPC_E;
}

/** True where a 2D component may stand above: those of EAN/UPC do not say whether one does, all others say that it does. */
export function isCarrier(linear: Symbol): bool {
  const format = linear.format;
  if (isRetail(linear)) return true;
  if ((linear.flags & SYMBOL_LINKED) == 0) return false;
  return (
    format == FORMAT_CODE_128 ||
    format == FORMAT_DATABAR ||
    format == FORMAT_DATABAR_LIMITED ||
    format == FORMAT_DATABAR_EXPANDED
  );
}

/** True for the one that may carry CC-C. */
export function carriesLarge(linear: Symbol): bool {
  return linear.format == FORMAT_CODE_128;
}

/** Columns of its CC-A or CC-B (clause 4.3, table 1); DataBar Stacked is as narrow as UPC-E. */
export function columnsOf(linear: Symbol): i32 {
  const format = linear.format;
  if (format == FORMAT_EAN_8 || format == FORMAT_DATABAR_LIMITED) return 3;
  return format == FORMAT_UPC_E || (format == FORMAT_DATABAR && isNarrow(linear)) ? 2 : 4;
}

/** True for two rows of 50 modules instead of one of 96. */
function isNarrow(linear: Symbol): bool {
  const dx = linear.x1 - linear.x0;
  const dy = linear.y1 - linear.y0;
  return Mathf.sqrt(dx * dx + dy * dy) < NARROW * linear.moduleSize;
}

/** Appends what the linear component says as element strings, with a separator where one is needed behind them. */
export function putLinear(linear: Symbol, symbol: Symbol): bool {
  const bytes = linear.bytes;
  const count = linear.byteCount;
  if (!isRetail(linear)) {
    for (let i = 0; i < count; i++) if (!putByte(symbol, <i32>load<u8>(bytes + <usize>i))) return false;
    return isComplete(bytes, count) || putByte(symbol, GS);
  }
  if (!putByte(symbol, 0x30) || !putByte(symbol, 0x31)) return false;
  if (linear.format == FORMAT_UPC_E) return putSuppressed(bytes, symbol);
  for (let i = count; i < GTIN_DIGITS; i++) if (!putByte(symbol, 0x30)) return false;
  for (let i = 0; i < count; i++) if (!putByte(symbol, <i32>load<u8>(bytes + <usize>i))) return false;
  return true;
}

/** A UPC-E's eight digits with the zeros that it leaves out (ISO/IEC 15420 clause 4.3.5). */
function putSuppressed(bytes: usize, symbol: Symbol): bool {
  const last = <i32>load<u8>(bytes, 6) - 0x30;
  // How many of the digits 1–5 stand before the zeros, and what comes first behind those.
  const before: i32 = last < 3 ? 2 : last < 5 ? last : 5;
  let isPut = putByte(symbol, 0x30) && putByte(symbol, 0x30) && putByte(symbol, <i32>load<u8>(bytes));
  for (let i = 1; i <= before; i++) isPut = isPut && putByte(symbol, <i32>load<u8>(bytes + <usize>i));
  if (last < 3) isPut = isPut && putByte(symbol, 0x30 + last);
  const zeros: i32 = last < 5 ? (last < 3 ? 4 : 5) : 4;
  for (let i = 0; i < zeros; i++) isPut = isPut && putByte(symbol, 0x30);
  for (let i = before + 1; i <= 5; i++) isPut = isPut && putByte(symbol, <i32>load<u8>(bytes + <usize>i));
  if (last >= 5) isPut = isPut && putByte(symbol, 0x30 + last);
  return isPut && putByte(symbol, <i32>load<u8>(bytes, 7));
}

/**
 * True where element strings end with one of predefined length, identifier included, so that another may follow at once
 * (GS1 General Specifications, 7.8.5.2).
 */
function isComplete(bytes: usize, count: i32): bool {
  let at: i32 = 0;
  for (let i = 0; i < count; i++) if (<i32>load<u8>(bytes + <usize>i) == GS) at = i + 1;
  while (at + 2 <= count) {
    const ai = (<i32>load<u8>(bytes + <usize>at) - 0x30) * 10 + <i32>load<u8>(bytes + <usize>at, 1) - 0x30;
    const length = predefinedLength(ai);
    if (length == 0) return false;
    at += length;
  }
  return at == count;
}

function predefinedLength(ai: i32): i32 {
  if (ai == 0) return 20;
  if (ai >= 1 && ai <= 3) return 16;
  if (ai == 4) return 18;
  if (ai >= 11 && ai <= 19) return 8;
  if (ai == 20) return 4;
  if (ai >= 31 && ai <= 36) return 10;
  return ai == 41 ? 16 : 0;
}
