/**
 * Writes result blocks as the core does, for tests of what reads them.
 */
import * as abi from "../../../assembly/abi/layout.js";

export interface SymbolFields {
  readonly format?: number;
  readonly flags?: number;
  readonly confidence?: number;
  readonly orientation?: number;
  /** Eight numbers. */
  readonly corners?: readonly number[];
  readonly bytes?: readonly number[];
  /** [eci, offset, length]. */
  readonly segments?: readonly (readonly [number, number, number])[];
  readonly modifier?: string;
  readonly append?: readonly [index: number, count: number, id: number];
  readonly addOn?: string;
  /** Other words by their index; ecUsed and moduleSize are floats. */
  readonly words?: Readonly<Record<number, number>>;
}

const FLOATS = new Set<number>([abi.RECORD_ORIENTATION, abi.RECORD_EC_USED, abi.RECORD_MODULE_SIZE]);

export function writeBlock(symbols: readonly SymbolFields[]): ArrayBuffer {
  const records = (abi.HEADER_WORDS + symbols.length * abi.RECORD_WORDS) * 4;
  const block = new ArrayBuffer(records + 4096);
  const view = new DataView(block);
  const bytes = new Uint8Array(block);
  let end = records;
  const append = (data: ArrayLike<number>): number => {
    const at = end;
    bytes.set(data, at);
    end += (data.length + 3) & ~3;
    return at;
  };
  symbols.forEach((symbol, index) => {
    const at = (abi.HEADER_WORDS + index * abi.RECORD_WORDS) * 4;
    const put = (word: number, value: number) =>
      FLOATS.has(word) ? view.setFloat32(at + word * 4, value, true) : view.setInt32(at + word * 4, value, true);
    const content = symbol.bytes ?? [];
    const segments = symbol.segments ?? [[abi.ECI_NONE, 0, content.length] as const];
    put(abi.RECORD_FORMAT, symbol.format ?? 0);
    put(abi.RECORD_FLAGS, symbol.flags ?? 0);
    put(abi.RECORD_CONFIDENCE, symbol.confidence ?? 90);
    put(abi.RECORD_ORIENTATION, symbol.orientation ?? 0);
    (symbol.corners ?? [0, 0, 10, 0, 10, 10, 0, 10]).forEach((value, k) => {
      view.setFloat32(at + (abi.RECORD_CORNERS + k) * 4, value, true);
    });
    put(abi.RECORD_AIM_MODIFIER, (symbol.modifier ?? "1").charCodeAt(0));
    put(abi.RECORD_EC_LEVEL, -1);
    put(abi.RECORD_EC_USED, -1);
    put(abi.RECORD_MASK, -1);
    put(abi.RECORD_MODEL, -1);
    const words = Int32Array.from(segments.flat());
    put(abi.RECORD_SEGMENTS_OFFSET, append(new Uint8Array(words.buffer)));
    put(abi.RECORD_SEGMENTS_COUNT, segments.length);
    put(abi.RECORD_BYTES_OFFSET, append(content));
    put(abi.RECORD_BYTES_LENGTH, content.length);
    const [appendIndex, appendCount, appendId] = symbol.append ?? [0, 0, 0];
    put(abi.RECORD_APPEND_INDEX, appendIndex);
    put(abi.RECORD_APPEND_COUNT, appendCount);
    put(abi.RECORD_APPEND_ID, appendId);
    const addOn = Array.from(symbol.addOn ?? "", (char) => char.charCodeAt(0));
    put(abi.RECORD_ADD_ON_OFFSET, append(addOn));
    put(abi.RECORD_ADD_ON_LENGTH, addOn.length);
    for (const [word, value] of Object.entries(symbol.words ?? {})) put(Number(word), value);
  });
  view.setInt32(abi.HEADER_ABI_VERSION * 4, abi.ABI_VERSION, true);
  view.setInt32(abi.HEADER_BYTES * 4, end, true);
  view.setInt32(abi.HEADER_SYMBOLS * 4, symbols.length, true);
  return block.slice(0, end);
}
