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
  {
    name: "data_matrix",
    id: 6,
    folder: "data-matrix",
    kind: "matrix",
    aim: "d",
    family: "Data Matrix",
    standard: "ISO/IEC 16022",
  },
  { name: "aztec", id: 7, folder: "aztec", kind: "matrix", aim: "z", family: "Aztec", standard: "ISO/IEC 24778" },
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
  {
    name: "micro_qr_code",
    id: 10,
    folder: "micro-qr-code",
    kind: "matrix",
    aim: "Q",
    family: "QR",
    standard: "ISO/IEC 18004",
  },
  {
    name: "rm_qr_code",
    id: 11,
    folder: "rm-qr-code",
    kind: "matrix",
    aim: "Q",
    family: "QR",
    standard: "ISO/IEC 23941",
  },
  {
    name: "maxi_code",
    id: 12,
    folder: "maxi-code",
    kind: "matrix",
    aim: "U",
    family: "MaxiCode",
    standard: "ISO/IEC 16023",
  },
  {
    name: "code_39",
    id: 14,
    folder: "code-39",
    kind: "linear",
    aim: "A",
    family: "Code 39",
    standard: "ISO/IEC 16388",
    mayTouchEdge: true,
  },
  {
    name: "code_93",
    id: 15,
    folder: "code-93",
    kind: "linear",
    aim: "G",
    family: "Code 93",
    standard: "AIM BC5",
    mayTouchEdge: true,
  },
  {
    name: "codabar",
    id: 16,
    folder: "codabar",
    kind: "linear",
    aim: "F",
    family: "Codabar",
    standard: "EN 798",
    mayTouchEdge: true,
  },
  {
    name: "itf",
    id: 17,
    folder: "itf",
    kind: "linear",
    aim: "I",
    family: "2 of 5",
    standard: "ISO/IEC 16390",
    mayTouchEdge: true,
  },
  {
    name: "industrial_2_of_5",
    id: 18,
    folder: "industrial-2-of-5",
    kind: "linear",
    aim: "S",
    family: "2 of 5",
    standard: "AIM USS-2/5",
    onRequest: true,
    mayTouchEdge: true,
  },
  {
    name: "matrix_2_of_5",
    id: 19,
    folder: "matrix-2-of-5",
    kind: "linear",
    aim: "X",
    family: "2 of 5",
    standard: "Nieaf Matrix 2 of 5",
    onRequest: true,
    mayTouchEdge: true,
  },
  {
    name: "code_11",
    id: 20,
    folder: "code-11",
    kind: "linear",
    aim: "H",
    family: "Code 11",
    standard: "AIM USS-11",
    onRequest: true,
    mayTouchEdge: true,
  },
  {
    name: "msi",
    id: 21,
    folder: "msi",
    kind: "linear",
    aim: "M",
    family: "MSI",
    standard: "MSI Plessey",
    onRequest: true,
    mayTouchEdge: true,
  },
  {
    name: "telepen",
    id: 22,
    folder: "telepen",
    kind: "linear",
    aim: "B",
    family: "Telepen",
    standard: "AIM USS Telepen",
    mayTouchEdge: true,
  },
  {
    name: "dx_film_edge",
    id: 23,
    folder: "dx-film-edge",
    kind: "linear",
    aim: "X",
    family: "DX",
    standard: "ANSI/NAPM IT1.14",
    onRequest: true,
    leastEdges: 18,
  },
  {
    name: "pharmacode",
    id: 24,
    folder: "pharmacode",
    kind: "linear",
    aim: "X",
    family: "Pharmacode",
    standard: "Laetus",
    onRequest: true,
    leastEdges: 6,
  },
  {
    name: "databar",
    id: 25,
    folder: "databar",
    kind: "linear",
    aim: "e",
    family: "GS1 DataBar",
    standard: "ISO/IEC 24724",
    leastEdges: 24,
    wideElements: true,
  },
  {
    name: "databar_limited",
    id: 26,
    folder: "databar-limited",
    kind: "linear",
    aim: "e",
    family: "GS1 DataBar",
    standard: "ISO/IEC 24724",
  },
  {
    name: "databar_expanded",
    id: 27,
    folder: "databar",
    kind: "linear",
    aim: "e",
    family: "GS1 DataBar",
    standard: "ISO/IEC 24724",
    leastEdges: 24,
    wideElements: true,
  },
  {
    name: "usps_intelligent_mail",
    id: 28,
    folder: "intelligent-mail",
    kind: "postal",
    aim: "X",
    family: "USPS",
    standard: "USPS-B-3200",
    onRequest: true,
  },
  {
    name: "postnet",
    id: 29,
    folder: "postnet",
    kind: "postal",
    aim: "X",
    family: "USPS",
    standard: "USPS DMM 708.4",
    onRequest: true,
  },
  {
    name: "planet",
    id: 30,
    folder: "postnet",
    kind: "postal",
    aim: "X",
    family: "USPS",
    standard: "USPS DMM 708.4",
    onRequest: true,
  },
  {
    name: "royal_mail_4_state",
    id: 31,
    folder: "royal-mail",
    kind: "postal",
    aim: "X",
    family: "Royal Mail",
    standard: "RM4SCC",
    onRequest: true,
  },
  {
    name: "kix",
    id: 32,
    folder: "royal-mail",
    kind: "postal",
    aim: "X",
    family: "Royal Mail",
    standard: "PostNL KIX",
    onRequest: true,
  },
  {
    name: "australia_post",
    id: 33,
    folder: "australia-post",
    kind: "postal",
    aim: "X",
    family: "Australia Post",
    standard: "Australia Post 4-State",
    onRequest: true,
  },
  {
    name: "code_32",
    id: 34,
    folder: "code-39",
    kind: "linear",
    aim: "A",
    family: "Code 39",
    standard: "Decree 30 May 1983",
    onRequest: true,
    mayTouchEdge: true,
  },
  {
    name: "pzn",
    id: 35,
    folder: "code-39",
    kind: "linear",
    aim: "A",
    family: "Code 39",
    standard: "IFA PZN",
    onRequest: true,
    mayTouchEdge: true,
  },
  {
    name: "gs1_composite",
    id: 36,
    folder: "gs1-composite",
    kind: "composite",
    aim: "e",
    family: "GS1 Composite",
    standard: "ISO/IEC 24723",
    onRequest: true,
    parts: ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "databar", "databar_limited", "databar_expanded"],
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
   * themselves. `postal` codes tell their bars by height. A `composite` one is put together from linear symbols that the
   * frame has given and what belongs to them.
   */
  readonly kind: "linear" | "matrix" | "stacked" | "postal" | "composite";
  /** Letter of its AIM symbology identifier. */
  readonly aim: string;
  readonly family: string;
  readonly standard: string;
  /** Looked for only when it is asked for by name: too little tells it from texture or from a part of another code. */
  readonly onRequest?: boolean;
  /** Edges of its shortest symbol (linear), where they are fewer than those of a UPC-E. */
  readonly leastEdges?: number;
  /** Has bars and spaces so wide that blocks of pixels within are calm, which part its regions (linear). */
  readonly wideElements?: boolean;
  /**
   * Needs light before its first bar and behind its last, where a still may end (linear): what lies outside of the frame
   * is then made light for another look.
   */
  readonly mayTouchEdge?: boolean;
  /** Formats that it is put together from (composite), which are looked for with it. */
  readonly parts?: readonly string[];
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
