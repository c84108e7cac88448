/**
 * The one list of barcode formats: what runs, and beside it what the core and the README are made from. Everything that names
 * a format (the core's registry, the type union, the README table, the fuzz list) is made from these two tables; it must
 * know nothing of decoding.
 *
 * Ids are append-only: they cross the ABI, the usage store and the licence.
 */

/** What a row says of a format beside its name. */
interface Row {
  /** 0–63, append-only. */
  readonly id: number;
  /**
   * How its folder reads: `linear` ones are offered strips (profiles across bars), all others look at the frame
   * themselves. `postal` codes tell their bars by height. A `composite` one is put together from linear symbols that the
   * frame has given and what belongs to them.
   */
  readonly kind: "linear" | "matrix" | "stacked" | "postal" | "composite";
  /** Letter of its AIM symbology identifier. */
  readonly aim: string;
  /** Looked for only when it is asked for by name: too little tells it from texture or from a part of another code. */
  readonly onRequest?: boolean;
  /** Formats that it is put together from (composite), which are looked for with it. */
  readonly parts?: readonly string[];
}

const row = <const Name extends string>(
  name: Name,
  id: number,
  kind: Row["kind"],
  aim: string,
  more?: Pick<Row, "onRequest" | "parts">,
): Row & { readonly name: Name } => ({ name, id, kind, aim, ...more });

/** Name, id, kind and AIM letter of every format. */
export const FORMATS = [
  row("qr_code", 0, "matrix", "Q"),
  row("ean_13", 1, "linear", "E"),
  row("ean_8", 2, "linear", "E"),
  row("upc_a", 3, "linear", "E"),
  row("upc_e", 4, "linear", "E"),
  row("code_128", 5, "linear", "C"),
  row("data_matrix", 6, "matrix", "d"),
  row("aztec", 7, "matrix", "z"),
  row("pdf417", 8, "stacked", "L"),
  row("micro_pdf417", 9, "stacked", "L"),
  row("micro_qr_code", 10, "matrix", "Q"),
  row("rm_qr_code", 11, "matrix", "Q"),
  row("maxi_code", 12, "matrix", "U"),
  row("dot_code", 13, "matrix", "J"),
  row("code_39", 14, "linear", "A"),
  row("code_93", 15, "linear", "G"),
  row("codabar", 16, "linear", "F"),
  row("itf", 17, "linear", "I"),
  row("industrial_2_of_5", 18, "linear", "S", { onRequest: true }),
  row("matrix_2_of_5", 19, "linear", "X", { onRequest: true }),
  row("code_11", 20, "linear", "H", { onRequest: true }),
  row("msi", 21, "linear", "M", { onRequest: true }),
  row("telepen", 22, "linear", "B"),
  row("dx_film_edge", 23, "linear", "X", { onRequest: true }),
  row("pharmacode", 24, "linear", "X", { onRequest: true }),
  row("databar", 25, "linear", "e"),
  row("databar_limited", 26, "linear", "e"),
  row("databar_expanded", 27, "linear", "e"),
  row("usps_intelligent_mail", 28, "postal", "X", { onRequest: true }),
  row("postnet", 29, "postal", "X", { onRequest: true }),
  row("planet", 30, "postal", "X", { onRequest: true }),
  row("royal_mail_4_state", 31, "postal", "X", { onRequest: true }),
  row("kix", 32, "postal", "X", { onRequest: true }),
  row("australia_post", 33, "postal", "X", { onRequest: true }),
  row("code_32", 34, "linear", "A", { onRequest: true }),
  row("pzn", 35, "linear", "A", { onRequest: true }),
  row("gs1_composite", 36, "composite", "e", {
    onRequest: true,
    parts: ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "databar", "databar_limited", "databar_expanded"],
  }),
] as const;

/** Name of a barcode format, spelled as the web platform's `BarcodeDetector` spells it. */
export type BarcodeFormat = (typeof FORMATS)[number]["name"];

/** What the core's registry and the README's table say of a format. */
interface Making {
  readonly family: string;
  readonly standard: string;
  /** Folder under assembly/symbology. @default the name with hyphens */
  readonly folder?: string;
  /** Edges of its shortest symbol (linear), where they are fewer than those of a UPC-E. */
  readonly leastEdges?: number;
  /** Has bars and spaces so wide that blocks of pixels within are calm, which part its regions (linear). */
  readonly wideElements?: boolean;
  /**
   * Needs light before its first bar and behind its last, where a still may end (linear): what lies outside of the frame
   * is then made light for another look.
   */
  readonly mayTouchEdge?: boolean;
}

/** Of every format, what scripts/generate.mjs and the command line read. Nothing of the library may, so that no page loads it. */
export const MAKINGS: Readonly<Record<BarcodeFormat, Making>> = {
  qr_code: { family: "QR", standard: "ISO/IEC 18004" },
  ean_13: { family: "EAN/UPC", standard: "ISO/IEC 15420", folder: "ean-upc" },
  ean_8: { family: "EAN/UPC", standard: "ISO/IEC 15420", folder: "ean-upc" },
  upc_a: { family: "EAN/UPC", standard: "ISO/IEC 15420", folder: "ean-upc" },
  upc_e: { family: "EAN/UPC", standard: "ISO/IEC 15420", folder: "ean-upc" },
  code_128: { family: "Code 128", standard: "ISO/IEC 15417" },
  data_matrix: { family: "Data Matrix", standard: "ISO/IEC 16022" },
  aztec: { family: "Aztec", standard: "ISO/IEC 24778" },
  pdf417: { family: "PDF417", standard: "ISO/IEC 15438" },
  micro_pdf417: { family: "MicroPDF417", standard: "ISO/IEC 24728" },
  micro_qr_code: { family: "QR", standard: "ISO/IEC 18004" },
  rm_qr_code: { family: "QR", standard: "ISO/IEC 23941" },
  maxi_code: { family: "MaxiCode", standard: "ISO/IEC 16023" },
  dot_code: { family: "DotCode", standard: "AIM DotCode" },
  code_39: { family: "Code 39", standard: "ISO/IEC 16388", mayTouchEdge: true },
  code_93: { family: "Code 93", standard: "AIM BC5", mayTouchEdge: true },
  codabar: { family: "Codabar", standard: "EN 798", mayTouchEdge: true },
  itf: { family: "2 of 5", standard: "ISO/IEC 16390", mayTouchEdge: true },
  industrial_2_of_5: { family: "2 of 5", standard: "AIM USS-2/5", mayTouchEdge: true },
  matrix_2_of_5: { family: "2 of 5", standard: "Nieaf Matrix 2 of 5", mayTouchEdge: true },
  code_11: { family: "Code 11", standard: "AIM USS-11", mayTouchEdge: true },
  msi: { family: "MSI", standard: "MSI Plessey", mayTouchEdge: true },
  telepen: { family: "Telepen", standard: "AIM USS Telepen", mayTouchEdge: true },
  dx_film_edge: { family: "DX", standard: "ANSI/NAPM IT1.14", leastEdges: 18 },
  pharmacode: { family: "Pharmacode", standard: "Laetus", leastEdges: 6 },
  databar: { family: "GS1 DataBar", standard: "ISO/IEC 24724", leastEdges: 24, wideElements: true },
  databar_limited: { family: "GS1 DataBar", standard: "ISO/IEC 24724" },
  databar_expanded: {
    family: "GS1 DataBar",
    standard: "ISO/IEC 24724",
    folder: "databar",
    leastEdges: 24,
    wideElements: true,
  },
  usps_intelligent_mail: { family: "USPS", standard: "USPS-B-3200", folder: "intelligent-mail" },
  postnet: { family: "USPS", standard: "USPS DMM 708.4" },
  planet: { family: "USPS", standard: "USPS DMM 708.4", folder: "postnet" },
  royal_mail_4_state: { family: "Royal Mail", standard: "RM4SCC", folder: "royal-mail" },
  kix: { family: "Royal Mail", standard: "PostNL KIX", folder: "royal-mail" },
  australia_post: { family: "Australia Post", standard: "Australia Post 4-State" },
  code_32: { family: "Code 39", standard: "Decree 30 May 1983", folder: "code-39", mayTouchEdge: true },
  pzn: { family: "Code 39", standard: "IFA PZN", folder: "code-39", mayTouchEdge: true },
  gs1_composite: { family: "GS1 Composite", standard: "ISO/IEC 24723" },
};

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
