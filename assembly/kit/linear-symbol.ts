/** Makes the record of the symbol that was read character by character: place, size, evidence. Knows no symbology. */
import { ECI_ASCII } from "../abi/layout";
import { Symbol, allocSymbol, beginSegment } from "../io/symbol";
import { symbolFrom, symbolModule, symbolTo } from "./character-reader";
import { outline } from "./outline";
import { Strip, linesOf } from "./strip";

/** A record with room for so many ASCII bytes; null where memory is exhausted. */
export function openSymbol(format: i32, strip: Strip, bytes: i32, confidence: i32): Symbol | null {
  const symbol = allocSymbol(format, bytes, 1);
  if (symbol == null) return null;
  beginSegment(symbol, ECI_ASCII);
  symbol.confidence = confidence;
  symbol.scanLines = linesOf(strip, strip.band);
  outline(strip, symbolFrom, symbolTo, max(1, <i32>nearest<f32>((symbolTo - symbolFrom) / symbolModule)), symbol);
  return symbol;
}
