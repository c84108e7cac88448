/**
 * The one list of barcode formats. Everything that names a format (the core's registry, the type union, the README
 * table, the fuzz list) is made from these rows; it must know nothing of decoding.
 *
 * Ids are append-only: they cross the ABI, the usage store and the licence.
 */

/** What a row says of a format beside its name. */
interface Row {
  /** 0–63, append-only. */
  readonly id: number;
  /** Folder under assembly/symbology. @default the name with hyphens */
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

/** What only some rows say. */
type More = Partial<Omit<Row, "id" | "kind" | "aim" | "family" | "standard">>;

const row = <const Name extends string>(
  name: Name,
  id: number,
  kind: Row["kind"],
  aim: string,
  family: string,
  standard: string,
  more?: More,
): Row & { readonly name: Name } => ({
  name,
  id,
  folder: name.replaceAll("_", "-"),
  kind,
  aim,
  family,
  standard,
  ...more,
});

/** Name, id, kind, AIM letter, family and standard of every format. */
export const FORMATS = [
  row("qr_code", 0, "matrix", "Q", "QR", "ISO/IEC 18004"),
  row("ean_13", 1, "linear", "E", "EAN/UPC", "ISO/IEC 15420", { folder: "ean-upc" }),
  row("ean_8", 2, "linear", "E", "EAN/UPC", "ISO/IEC 15420", { folder: "ean-upc" }),
  row("upc_a", 3, "linear", "E", "EAN/UPC", "ISO/IEC 15420", { folder: "ean-upc" }),
  row("upc_e", 4, "linear", "E", "EAN/UPC", "ISO/IEC 15420", { folder: "ean-upc" }),
  row("code_128", 5, "linear", "C", "Code 128", "ISO/IEC 15417"),
  row("data_matrix", 6, "matrix", "d", "Data Matrix", "ISO/IEC 16022"),
  row("aztec", 7, "matrix", "z", "Aztec", "ISO/IEC 24778"),
  row("pdf417", 8, "stacked", "L", "PDF417", "ISO/IEC 15438"),
  row("micro_pdf417", 9, "stacked", "L", "MicroPDF417", "ISO/IEC 24728"),
  row("micro_qr_code", 10, "matrix", "Q", "QR", "ISO/IEC 18004"),
  row("rm_qr_code", 11, "matrix", "Q", "QR", "ISO/IEC 23941"),
  row("maxi_code", 12, "matrix", "U", "MaxiCode", "ISO/IEC 16023"),
  row("dot_code", 13, "matrix", "J", "DotCode", "AIM DotCode"),
  row("code_39", 14, "linear", "A", "Code 39", "ISO/IEC 16388", { mayTouchEdge: true }),
  row("code_93", 15, "linear", "G", "Code 93", "AIM BC5", { mayTouchEdge: true }),
  row("codabar", 16, "linear", "F", "Codabar", "EN 798", { mayTouchEdge: true }),
  row("itf", 17, "linear", "I", "2 of 5", "ISO/IEC 16390", { mayTouchEdge: true }),
  row("industrial_2_of_5", 18, "linear", "S", "2 of 5", "AIM USS-2/5", { onRequest: true, mayTouchEdge: true }),
  row("matrix_2_of_5", 19, "linear", "X", "2 of 5", "Nieaf Matrix 2 of 5", { onRequest: true, mayTouchEdge: true }),
  row("code_11", 20, "linear", "H", "Code 11", "AIM USS-11", { onRequest: true, mayTouchEdge: true }),
  row("msi", 21, "linear", "M", "MSI", "MSI Plessey", { onRequest: true, mayTouchEdge: true }),
  row("telepen", 22, "linear", "B", "Telepen", "AIM USS Telepen", { mayTouchEdge: true }),
  row("dx_film_edge", 23, "linear", "X", "DX", "ANSI/NAPM IT1.14", { onRequest: true, leastEdges: 18 }),
  row("pharmacode", 24, "linear", "X", "Pharmacode", "Laetus", { onRequest: true, leastEdges: 6 }),
  row("databar", 25, "linear", "e", "GS1 DataBar", "ISO/IEC 24724", { leastEdges: 24, wideElements: true }),
  row("databar_limited", 26, "linear", "e", "GS1 DataBar", "ISO/IEC 24724"),
  row("databar_expanded", 27, "linear", "e", "GS1 DataBar", "ISO/IEC 24724", {
    folder: "databar",
    leastEdges: 24,
    wideElements: true,
  }),
  row("usps_intelligent_mail", 28, "postal", "X", "USPS", "USPS-B-3200", {
    folder: "intelligent-mail",
    onRequest: true,
  }),
  row("postnet", 29, "postal", "X", "USPS", "USPS DMM 708.4", { onRequest: true }),
  row("planet", 30, "postal", "X", "USPS", "USPS DMM 708.4", { folder: "postnet", onRequest: true }),
  row("royal_mail_4_state", 31, "postal", "X", "Royal Mail", "RM4SCC", { folder: "royal-mail", onRequest: true }),
  row("kix", 32, "postal", "X", "Royal Mail", "PostNL KIX", { folder: "royal-mail", onRequest: true }),
  row("australia_post", 33, "postal", "X", "Australia Post", "Australia Post 4-State", { onRequest: true }),
  row("code_32", 34, "linear", "A", "Code 39", "Decree 30 May 1983", {
    folder: "code-39",
    onRequest: true,
    mayTouchEdge: true,
  }),
  row("pzn", 35, "linear", "A", "Code 39", "IFA PZN", { folder: "code-39", onRequest: true, mayTouchEdge: true }),
  row("gs1_composite", 36, "composite", "e", "GS1 Composite", "ISO/IEC 24723", {
    onRequest: true,
    parts: ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "databar", "databar_limited", "databar_expanded"],
  }),
] as const;

/** Name of a barcode format, spelled as the web platform's `BarcodeDetector` spells it. */
export type BarcodeFormat = (typeof FORMATS)[number]["name"];

/** A row of the format table. */
export interface FormatRow extends Row {
  readonly name: BarcodeFormat;
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
