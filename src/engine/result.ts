/**
 * The core's result block as barcodes: a pure function of bytes. Knows the layout of the block and nothing of how it
 * came here.
 */
import * as abi from "../../assembly/abi/layout.js";
import { ScanError } from "../errors.js";
import { type FormatRow, formatById } from "../formats.js";
import type { Barcode, Segment, StructuredAppend, SymbolDetails } from "../types.js";
import { boundsOf, type Corners } from "./geometry.js";
import { textOf, textOfSegments } from "./text.js";

/** Where the image part that was read begins in the whole image. */
export interface Origin {
  readonly x: number;
  readonly y: number;
}

const QR_LEVELS = ["L", "M", "Q", "H"] as const;
/** By the record's model. */
const COMPONENTS = [undefined, "CC-A", "CC-B", "CC-C"] as const;

/** @throws ScanError `wasm_mismatch` for a block of another version, `decode_failed` for one that contradicts itself */
export function parseResult(block: ArrayBuffer, origin: Origin = { x: 0, y: 0 }): readonly Barcode[] {
  const view = new DataView(block);
  const headerBytes = abi.HEADER_WORDS * 4;
  if (block.byteLength < headerBytes) throw corrupt("is too short");
  const version = word(view, 0, abi.HEADER_ABI_VERSION);
  if (version !== abi.ABI_VERSION)
    throw new ScanError(
      "wasm_mismatch",
      `The core wrote a result of version ${version}, this library reads version ${abi.ABI_VERSION}. ` +
        "Take the .wasm file and the JavaScript from the same release.",
    );
  const count = word(view, 0, abi.HEADER_SYMBOLS);
  if (word(view, 0, abi.HEADER_BYTES) !== block.byteLength) throw corrupt("has another length than it says");
  if (count < 0 || headerBytes + count * abi.RECORD_WORDS * 4 > block.byteLength)
    throw corrupt("has no room for its records");
  const barcodes: Barcode[] = [];
  for (let i = 0; i < count; i++) barcodes.push(parseRecord(view, headerBytes + i * abi.RECORD_WORDS * 4, origin));
  return barcodes;
}

function parseRecord(view: DataView, at: number, origin: Origin): Barcode {
  const format = formatById(word(view, at, abi.RECORD_FORMAT));
  if (!format) throw corrupt("names a format that is not in the list");
  const flags = word(view, at, abi.RECORD_FLAGS);
  const bytes = slice(view, word(view, at, abi.RECORD_BYTES_OFFSET), word(view, at, abi.RECORD_BYTES_LENGTH));
  const segments = parseSegments(view, at, bytes);
  const cornerPoints = parseCorners(view, at, origin);
  const addOn = parseAddOn(view, at, flags);
  return {
    format: format.name,
    rawValue: segments.map(({ text }) => text).join(""),
    boundingBox: boundsOf(cornerPoints),
    cornerPoints,
    bytes,
    symbologyIdentifier: `]${format.aim}${String.fromCharCode(word(view, at, abi.RECORD_AIM_MODIFIER) & 0xff)}`,
    segments,
    confidence: word(view, at, abi.RECORD_CONFIDENCE),
    orientation: float(view, at, abi.RECORD_ORIENTATION),
    isMirrored: (flags & abi.SYMBOL_MIRRORED) !== 0,
    isInverted: (flags & abi.SYMBOL_INVERTED) !== 0,
    ...((flags & abi.SYMBOL_HAS_APPEND) !== 0 && { structuredAppend: parseAppend(view, at) }),
    ...(addOn !== undefined && { addOn }),
    details: parseDetails(view, at, format, flags),
  };
}

function parseCorners(view: DataView, at: number, { x, y }: Origin): Corners {
  const corner = (index: number) => ({
    x: x + float(view, at, abi.RECORD_CORNERS + index * 2),
    y: y + float(view, at, abi.RECORD_CORNERS + index * 2 + 1),
  });
  return [corner(0), corner(1), corner(2), corner(3)];
}

function parseSegments(view: DataView, at: number, bytes: Uint8Array): readonly Segment[] {
  const offset = word(view, at, abi.RECORD_SEGMENTS_OFFSET);
  const count = word(view, at, abi.RECORD_SEGMENTS_COUNT);
  if (count < 0 || offset < 0 || offset + count * abi.SEGMENT_WORDS * 4 > view.byteLength)
    throw corrupt("points to segments outside itself");
  const raw: { eci: number; bytes: Uint8Array }[] = [];
  for (let i = 0; i < count; i++) {
    const segment = offset + i * abi.SEGMENT_WORDS * 4;
    const from = word(view, segment, 1);
    const length = word(view, segment, 2);
    if (from < 0 || length < 0 || from + length > bytes.length)
      throw corrupt("has a segment outside the symbol's bytes");
    raw.push({ eci: word(view, segment, 0), bytes: bytes.subarray(from, from + length) });
  }
  if (raw.length === 0 && bytes.length > 0) raw.push({ eci: abi.ECI_NONE, bytes });
  const texts = textOfSegments(raw);
  return raw.map((segment, index) => ({
    eci: segment.eci < 0 ? undefined : segment.eci,
    bytes: segment.bytes,
    text: texts[index] as string,
  }));
}

function parseAddOn(view: DataView, at: number, flags: number): string | undefined {
  if ((flags & abi.SYMBOL_HAS_ADD_ON) === 0) return undefined;
  const bytes = slice(view, word(view, at, abi.RECORD_ADD_ON_OFFSET), word(view, at, abi.RECORD_ADD_ON_LENGTH));
  return textOf(bytes, abi.ECI_ASCII);
}

function parseAppend(view: DataView, at: number): StructuredAppend {
  return {
    index: word(view, at, abi.RECORD_APPEND_INDEX),
    count: word(view, at, abi.RECORD_APPEND_COUNT),
    id: parseAppendText(view, at) ?? String(word(view, at, abi.RECORD_APPEND_ID)),
  };
}

function parseAppendText(view: DataView, at: number): string | undefined {
  const offset = word(view, at, abi.RECORD_APPEND_TEXT);
  if (offset === 0) return undefined;
  if (offset < 0 || offset + 4 > view.byteLength) throw corrupt("points outside itself");
  return textOf(slice(view, offset + 4, view.getInt32(offset, true)), abi.ECI_ASCII);
}

function parseDetails(view: DataView, at: number, format: FormatRow, flags: number): SymbolDetails {
  const level = word(view, at, abi.RECORD_EC_LEVEL);
  const isQr = format.aim === "Q";
  const isComposite = format.kind === "composite";
  // The standard's own numbers begin at 1 for sizes and versions and at 0 for masks; what a symbology lacks is 0 or -1.
  const details: Record<string, unknown> = {
    version: above(0, word(view, at, abi.RECORD_VERSION)),
    rows: above(0, word(view, at, abi.RECORD_ROWS)),
    columns: above(0, word(view, at, abi.RECORD_COLUMNS)),
    errorCorrectionLevel: level < 0 ? undefined : isQr ? QR_LEVELS[level] : String(level),
    errorCorrectionUsed: above(-1, float(view, at, abi.RECORD_EC_USED), 0),
    mask: isQr ? above(-1, word(view, at, abi.RECORD_MASK)) : undefined,
    model: isComposite ? undefined : above(0, word(view, at, abi.RECORD_MODEL)),
    scanLines: above(0, word(view, at, abi.RECORD_SCAN_LINES)),
    moduleSize: above(0, float(view, at, abi.RECORD_MODULE_SIZE)),
    isGs1: (flags & abi.SYMBOL_GS1) !== 0 ? true : undefined,
    hasCheckCharacter: (flags & abi.SYMBOL_CHECKED) !== 0 ? true : undefined,
    component: isComposite ? COMPONENTS[word(view, at, abi.RECORD_MODEL)] : undefined,
    linearFormat: isComposite ? formatById(word(view, at, abi.RECORD_MASK))?.name : undefined,
    isLinked: (flags & abi.SYMBOL_LINKED) !== 0 ? true : undefined,
    isReaderInit: (flags & abi.SYMBOL_READER_INIT) !== 0 ? true : undefined,
  };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)) as SymbolDetails;
}

const above = (limit: number, value: number, least = limit): number | undefined =>
  value > limit && value >= least ? value : undefined;

const word = (view: DataView, at: number, index: number): number => view.getInt32(at + index * 4, true);
const float = (view: DataView, at: number, index: number): number => view.getFloat32(at + index * 4, true);

function slice(view: DataView, offset: number, length: number): Uint8Array {
  if (offset < 0 || length < 0 || offset + length > view.byteLength) throw corrupt("points outside itself");
  return new Uint8Array(view.buffer.slice(view.byteOffset + offset, view.byteOffset + offset + length) as ArrayBuffer);
}

const corrupt = (what: string): ScanError =>
  new ScanError("decode_failed", `The core's result block ${what}. Please report the image.`);
