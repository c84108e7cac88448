/**
 * The one list of barcode formats. Everything that names a format (the core's registry, the type union, the README
 * table, the fuzz list) is made from these rows; it must know nothing of decoding.
 *
 * Ids are append-only: they cross the ABI, the usage store and the licence.
 */
export const FORMATS = [
  { name: "qr_code", id: 0, folder: "qr-code", kind: "matrix", aim: "Q", family: "QR", standard: "ISO/IEC 18004" },
  { name: "ean_13", id: 1, folder: "ean-upc", kind: "linear", aim: "E", family: "EAN/UPC", standard: "ISO/IEC 15420" },
  { name: "ean_8", id: 2, folder: "ean-upc", kind: "linear", aim: "E", family: "EAN/UPC", standard: "ISO/IEC 15420" },
  { name: "upc_a", id: 3, folder: "ean-upc", kind: "linear", aim: "E", family: "EAN/UPC", standard: "ISO/IEC 15420" },
  { name: "upc_e", id: 4, folder: "ean-upc", kind: "linear", aim: "E", family: "EAN/UPC", standard: "ISO/IEC 15420" },
  {
    name: "code_128",
    id: 5,
    folder: "code-128",
    kind: "linear",
    aim: "C",
    family: "Code 128",
    standard: "ISO/IEC 15417",
  },
  { name: "pdf417", id: 8, folder: "pdf417", kind: "stacked", aim: "L", family: "PDF417", standard: "ISO/IEC 15438" },
  {
    name: "micro_pdf417",
    id: 9,
    folder: "micro-pdf417",
    kind: "stacked",
    aim: "L",
    family: "MicroPDF417",
    standard: "ISO/IEC 24728",
  },
] as const;

/** Name of a barcode format, spelled as the web platform's `BarcodeDetector` spells it. */
export type BarcodeFormat = (typeof FORMATS)[number]["name"];

/** A row of the format table. */
export interface FormatRow {
  readonly name: BarcodeFormat;
  /** 0–63, append-only. */
  readonly id: number;
  /** Folder under assembly/symbology. */
  readonly folder: string;
  /**
   * How its folder reads: `linear` ones are offered strips (profiles across bars), all others look at the frame
   * themselves. `postal` codes tell their bars by height.
   */
  readonly kind: "linear" | "matrix" | "stacked" | "postal";
  /** Letter of its AIM symbology identifier. */
  readonly aim: string;
  readonly family: string;
  readonly standard: string;
  /** Looked for only when it is asked for by name: too little tells it from texture or from a part of another code. */
  readonly onRequest?: boolean;
}

const rows: readonly FormatRow[] = FORMATS;

/** All format names, in the order of the table. */
export const FORMAT_NAMES: readonly BarcodeFormat[] = rows.map((row) => row.name);

/** The formats looked for where none are named. */
export const DEFAULT_FORMATS: readonly BarcodeFormat[] = rows.filter((row) => !row.onRequest).map((row) => row.name);

const byName = new Map<string, FormatRow>(rows.map((row) => [row.name, row]));
const byId = new Map<number, FormatRow>(rows.map((row) => [row.id, row]));

/** The row of a format name, or undefined for a name that is not in the list. */
export const formatByName = (name: string): FormatRow | undefined => byName.get(name);

/** The row of a format id, or undefined for an id that is not in the list. */
export const formatById = (id: number): FormatRow | undefined => byId.get(id);
