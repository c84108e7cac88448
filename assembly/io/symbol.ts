/**
 * A symbol as a decoder hands it over, before it becomes a record of the result block. The fields are those of the
 * record (abi/layout.ts), in the units given there.
 */
import { ECI_NONE, SEGMENT_WORDS } from "../abi/layout";
import { alloc } from "../memory/arena";

@unmanaged
export class Symbol {
  format: i32;
  /** Bit set of SYMBOL_*. */
  flags: i32;
  confidence: i32;
  orientation: f32;
  /** Clockwise from the symbol's own top left, in pixels of level 0. */
  x0: f32;
  y0: f32;
  x1: f32;
  y1: f32;
  x2: f32;
  y2: f32;
  x3: f32;
  y3: f32;
  bytes: usize;
  byteCount: i32;
  byteCapacity: i32;
  /** SEGMENT_WORDS words each. */
  segments: usize;
  segmentCount: i32;
  segmentCapacity: i32;
  aimModifier: i32;
  appendIndex: i32;
  appendCount: i32;
  appendId: i32;
  /** ASCII, what the symbols of a sequence have in common where a number does not hold it; room is the decoder's to give. */
  appendText: usize;
  appendTextLength: i32;
  appendTextCapacity: i32;
  /** Five ASCII digits at most. */
  addOn: usize;
  addOnLength: i32;
  version: i32;
  rows: i32;
  columns: i32;
  ecLevel: i32;
  ecUsed: f32;
  mask: i32;
  model: i32;
  scanLines: i32;
  moduleSize: f32;
}

/** An empty symbol with room for so many bytes and segments. Null where memory is exhausted. */
export function allocSymbol(format: i32, byteCapacity: i32, segmentCapacity: i32): Symbol | null {
  const at = alloc(offsetof<Symbol>());
  const bytes = alloc(<usize>byteCapacity);
  const segments = alloc((<usize>(segmentCapacity * SEGMENT_WORDS)) << 2);
  const addOn = alloc(8);
  if (at == 0 || bytes == 0 || segments == 0 || addOn == 0) return null;
  const symbol = changetype<Symbol>(at);
  memory.fill(at, 0, offsetof<Symbol>());
  symbol.format = format;
  symbol.bytes = bytes;
  symbol.byteCapacity = byteCapacity;
  symbol.segments = segments;
  symbol.segmentCapacity = segmentCapacity;
  symbol.addOn = addOn;
  symbol.aimModifier = 0x30;
  symbol.ecLevel = -1;
  symbol.ecUsed = -1;
  symbol.mask = -1;
  symbol.model = -1;
  return symbol;
}

/** Empties a symbol's content (bytes and segments) so that its room can be used again. */
export function clearContent(symbol: Symbol): void {
  symbol.byteCount = 0;
  symbol.segmentCount = 0;
}

/** Begins a segment under an ECI (an assignment number or ECI_*); a segment without bytes is replaced. False when full. */
export function beginSegment(symbol: Symbol, eci: i32): bool {
  if (symbol.segmentCount > 0) {
    const last = symbol.segments + ((<usize>((symbol.segmentCount - 1) * SEGMENT_WORDS)) << 2);
    if (load<i32>(last) == eci) return true;
    if (load<i32>(last + 8) == 0) {
      store<i32>(last, eci);
      return true;
    }
  }
  if (symbol.segmentCount >= symbol.segmentCapacity) return false;
  const at = symbol.segments + ((<usize>(symbol.segmentCount * SEGMENT_WORDS)) << 2);
  store<i32>(at, eci);
  store<i32>(at + 4, symbol.byteCount);
  store<i32>(at + 8, 0);
  symbol.segmentCount++;
  return true;
}

/** Appends a byte to the current segment (ECI_NONE where none was begun). False when full. */
export function putByte(symbol: Symbol, byte: i32): bool {
  if (symbol.segmentCount == 0 && !beginSegment(symbol, ECI_NONE)) return false;
  if (symbol.byteCount >= symbol.byteCapacity) return false;
  store<u8>(symbol.bytes + <usize>symbol.byteCount, <u8>byte);
  symbol.byteCount++;
  const length = symbol.segments + ((<usize>((symbol.segmentCount - 1) * SEGMENT_WORDS)) << 2) + 8;
  store<i32>(length, load<i32>(length) + 1);
  return true;
}
