/**
 * The symbols of the frame and the result block made from them. Symbols with the same content in the same place are
 * one symbol; the surer one stays.
 */
import {
  ABI_VERSION,
  HEADER_ABI_VERSION,
  HEADER_BYTES,
  HEADER_CANDIDATES,
  HEADER_FLAGS,
  HEADER_SYMBOLS,
  HEADER_WORDS,
  HEADER_WORK,
  RECORD_ADD_ON_LENGTH,
  RECORD_ADD_ON_OFFSET,
  RECORD_AIM_MODIFIER,
  RECORD_APPEND_COUNT,
  RECORD_APPEND_ID,
  RECORD_APPEND_INDEX,
  RECORD_APPEND_TEXT,
  RECORD_BYTES_LENGTH,
  RECORD_BYTES_OFFSET,
  RECORD_COLUMNS,
  RECORD_CONFIDENCE,
  RECORD_CORNERS,
  RECORD_EC_LEVEL,
  RECORD_EC_USED,
  RECORD_FLAGS,
  RECORD_FORMAT,
  RECORD_MASK,
  RECORD_MODEL,
  RECORD_MODULE_SIZE,
  RECORD_ORIENTATION,
  RECORD_ROWS,
  RECORD_SCAN_LINES,
  RECORD_SEGMENTS_COUNT,
  RECORD_SEGMENTS_OFFSET,
  RECORD_VERSION,
  RECORD_WORDS,
  SEGMENT_WORDS,
} from "../abi/layout";
import { alloc } from "../memory/arena";
import { isWanted, maxSymbols, minConfidence } from "./options";
import { Symbol } from "./symbol";

/** Most symbols that one frame may report. */
export const CAPACITY: i32 = 512;

let symbols: usize = 0;
let count: i32 = 0;
let changes: i32 = 0;
let serial: i32 = 0;

/** Empties the list. Where memory is exhausted it has no room, and decode() fails when it writes the block. */
export function clearResults(): void {
  count = 0;
  serial++;
  symbols = alloc((<usize>CAPACITY) << 2);
}

/** Another number for every frame: what is kept within a frame knows by it when to forget. */
export function frameSerial(): i32 {
  return serial;
}

/** Grows whenever a symbol enters the list, in place of another or not: memory allocated before may then be needed. */
export function changeCount(): i32 {
  return changes;
}

/** Number of symbols reported so far. */
export function resultCount(): i32 {
  return count;
}

/** A reported symbol, 0 ≤ index < resultCount(). */
export function resultAt(index: i32): Symbol {
  return changetype<Symbol>(<usize>load<u32>(symbols + ((<usize>index) << 2)));
}

/** True once as many symbols are reported as were asked for. */
export function isFull(): bool {
  const most = maxSymbols();
  return symbols == 0 || count >= CAPACITY || (most > 0 && count >= most);
}

/**
 * Reports a symbol; its memory must stay allocated for the frame. Dropped where its format was not asked for, where
 * it is less sure than asked for, and where the same symbol stands already (the surer of the two stays).
 * Returns true if it is in the list afterwards.
 */
export function report(symbol: Symbol): bool {
  if (!isWanted(symbol.format) || symbol.confidence < minConfidence()) return false;
  for (let i = 0; i < count; i++) {
    const other = resultAt(i);
    if (!isSame(other, symbol)) continue;
    if (other.confidence >= symbol.confidence) return false;
    changes++;
    store<u32>(symbols + ((<usize>i) << 2), <u32>changetype<usize>(symbol));
    return true;
  }
  if (isFull()) return false;
  changes++;
  store<u32>(symbols + ((<usize>count) << 2), <u32>changetype<usize>(symbol));
  count++;
  return true;
}

/**
 * Reports a symbol where its code knows that a place holds but one of its symbols: of those that are rivals the surest
 * stays, whatever they say. Returns true if it is in the list afterwards.
 */
export function reportAlone(symbol: Symbol, isRival: (a: Symbol, b: Symbol) => bool): bool {
  for (let i = 0; i < count; i++) {
    const other = resultAt(i);
    if (!isSame(other, symbol) && isRival(other, symbol) && other.confidence >= symbol.confidence) return false;
  }
  for (let i = count - 1; i >= 0; i--) {
    const other = resultAt(i);
    if (isSame(other, symbol) || !isRival(other, symbol)) continue;
    const at = symbols + ((<usize>i) << 2);
    count--;
    changes++;
    memory.copy(at, at + 4, (<usize>(count - i)) << 2);
  }
  return report(symbol);
}

/** Puts another symbol in the place of a reported one; its memory must stay allocated for the frame. */
export function replaceResult(index: i32, symbol: Symbol): void {
  changes++;
  store<u32>(symbols + ((<usize>index) << 2), <u32>changetype<usize>(symbol));
}

/** Same format, same content, overlapping place. */
function isSame(a: Symbol, b: Symbol): bool {
  if (a.format != b.format || a.byteCount != b.byteCount) return false;
  if (memory.compare(a.bytes, b.bytes, <usize>a.byteCount) != 0) return false;
  return isWithin(a, centreX(b), centreY(b)) || isWithin(b, centreX(a), centreY(a));
}

/** Halves all places and sizes: those of an image that was looked at at twice its size. */
export function halveResults(): void {
  for (let i = 0; i < count; i++) {
    const s = resultAt(i);
    s.x0 *= 0.5;
    s.y0 *= 0.5;
    s.x1 *= 0.5;
    s.y1 *= 0.5;
    s.x2 *= 0.5;
    s.y2 *= 0.5;
    s.x3 *= 0.5;
    s.y3 *= 0.5;
    s.moduleSize *= 0.5;
  }
}

export function centreX(s: Symbol): f32 {
  return (s.x0 + s.x1 + s.x2 + s.x3) * 0.25;
}

export function centreY(s: Symbol): f32 {
  return (s.y0 + s.y1 + s.y2 + s.y3) * 0.25;
}

/** True if the point lies within the symbol's upright bounding box, widened by a module. */
export function isWithin(s: Symbol, x: f32, y: f32): bool {
  const margin = max<f32>(s.moduleSize, 1);
  return (
    x >= min(min(s.x0, s.x1), min(s.x2, s.x3)) - margin &&
    x <= max(max(s.x0, s.x1), max(s.x2, s.x3)) + margin &&
    y >= min(min(s.y0, s.y1), min(s.y2, s.y3)) - margin &&
    y <= max(max(s.y0, s.y1), max(s.y2, s.y3)) + margin
  );
}

/** Writes the result block and returns its address; 0 where memory is exhausted. */
export function writeResults(flags: i32, candidates: i32, work: i32): usize {
  let size = (HEADER_WORDS + count * RECORD_WORDS) << 2;
  for (let i = 0; i < count; i++) {
    const s = resultAt(i);
    size += ((s.segmentCount * SEGMENT_WORDS) << 2) + ((s.byteCount + 3) & ~3) + ((s.addOnLength + 3) & ~3);
    if (s.appendTextLength > 0) size += 4 + ((s.appendTextLength + 3) & ~3);
  }
  const block = alloc(<usize>size);
  if (block == 0) return 0;
  memory.fill(block, 0, <usize>size);
  put(block, HEADER_ABI_VERSION, ABI_VERSION);
  put(block, HEADER_BYTES, size);
  put(block, HEADER_SYMBOLS, count);
  put(block, HEADER_FLAGS, flags);
  put(block, HEADER_CANDIDATES, candidates);
  put(block, HEADER_WORK, work);
  let payload = (HEADER_WORDS + count * RECORD_WORDS) << 2;
  for (let i = 0; i < count; i++) {
    payload = writeRecord(block, i, resultAt(i), payload);
  }
  return block;
}

function writeRecord(block: usize, index: i32, s: Symbol, payload: i32): i32 {
  const at = block + ((<usize>(HEADER_WORDS + index * RECORD_WORDS)) << 2);
  put(at, RECORD_FORMAT, s.format);
  put(at, RECORD_FLAGS, s.flags);
  put(at, RECORD_CONFIDENCE, s.confidence);
  putFloat(at, RECORD_ORIENTATION, s.orientation);
  putFloat(at, RECORD_CORNERS, s.x0);
  putFloat(at, RECORD_CORNERS + 1, s.y0);
  putFloat(at, RECORD_CORNERS + 2, s.x1);
  putFloat(at, RECORD_CORNERS + 3, s.y1);
  putFloat(at, RECORD_CORNERS + 4, s.x2);
  putFloat(at, RECORD_CORNERS + 5, s.y2);
  putFloat(at, RECORD_CORNERS + 6, s.x3);
  putFloat(at, RECORD_CORNERS + 7, s.y3);
  put(at, RECORD_AIM_MODIFIER, s.aimModifier);
  put(at, RECORD_APPEND_INDEX, s.appendIndex);
  put(at, RECORD_APPEND_COUNT, s.appendCount);
  put(at, RECORD_APPEND_ID, s.appendId);
  put(at, RECORD_VERSION, s.version);
  put(at, RECORD_ROWS, s.rows);
  put(at, RECORD_COLUMNS, s.columns);
  put(at, RECORD_EC_LEVEL, s.ecLevel);
  putFloat(at, RECORD_EC_USED, s.ecUsed);
  put(at, RECORD_MASK, s.mask);
  put(at, RECORD_MODEL, s.model);
  put(at, RECORD_SCAN_LINES, s.scanLines);
  putFloat(at, RECORD_MODULE_SIZE, s.moduleSize);

  const segmentBytes = (s.segmentCount * SEGMENT_WORDS) << 2;
  put(at, RECORD_SEGMENTS_OFFSET, payload);
  put(at, RECORD_SEGMENTS_COUNT, s.segmentCount);
  memory.copy(block + <usize>payload, s.segments, <usize>segmentBytes);
  payload += segmentBytes;
  put(at, RECORD_BYTES_OFFSET, payload);
  put(at, RECORD_BYTES_LENGTH, s.byteCount);
  memory.copy(block + <usize>payload, s.bytes, <usize>s.byteCount);
  payload += (s.byteCount + 3) & ~3;
  put(at, RECORD_ADD_ON_OFFSET, payload);
  put(at, RECORD_ADD_ON_LENGTH, s.addOnLength);
  memory.copy(block + <usize>payload, s.addOn, <usize>s.addOnLength);
  payload += (s.addOnLength + 3) & ~3;
  if (s.appendTextLength == 0) return payload;
  put(at, RECORD_APPEND_TEXT, payload);
  store<i32>(block + <usize>payload, s.appendTextLength);
  memory.copy(block + <usize>(payload + 4), s.appendText, <usize>s.appendTextLength);
  return payload + 4 + ((s.appendTextLength + 3) & ~3);
}

function put(at: usize, index: i32, value: i32): void {
  store<i32>(at + ((<usize>index) << 2), value);
}

function putFloat(at: usize, index: i32, value: f32): void {
  store<f32>(at + ((<usize>index) << 2), value);
}
