/**
 * The public data types: what goes in, what comes out. Plain, immutable, structured-cloneable data; no behaviour.
 */
import type { BarcodeFormat } from "./formats.js";

/** A point in image pixels; (0, 0) is the top left corner of the top left pixel. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An upright rectangle in image pixels, with the property names of the platform's DOMRectReadOnly. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** A stretch of a symbol's bytes under one ECI assignment. */
export interface Segment {
  /** ECI assignment number in force, or undefined where the symbol names none (the symbology's default applies). */
  readonly eci: number | undefined;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Where a symbol stands in a structured-append sequence. */
export interface StructuredAppend {
  /** Position in the sequence, from 0. */
  readonly index: number;
  /** Number of symbols in the sequence; 0 where the symbology does not say. */
  readonly count: number;
  /** What all symbols of one sequence have in common (QR Code: the parity byte). */
  readonly id: string;
}

/** One GS1 element: an application identifier and its value (GS1 General Specifications, 3). */
export interface Gs1Element {
  /** Two to four digits. */
  readonly ai: string;
  readonly value: string;
  /** Data title of the identifier, as `GTIN` or `BATCH/LOT`. */
  readonly title?: string;
  /** Measures, prices: how many of the value's last digits are decimals. */
  readonly decimalPlaces?: number;
}

/** GS1 data taken apart. Values are checked for length, characters, check digits, dates; not against lists of codes. */
export interface Gs1 {
  readonly form: "element_string" | "digital_link";
  readonly elements: readonly Gs1Element[];
}

/** What the symbology says of itself; only the fields that it has. */
export interface SymbolDetails {
  readonly version?: number;
  readonly rows?: number;
  readonly columns?: number;
  /** Error-correction level in the symbology's own name (QR Code: "L", "M", "Q", "H"). */
  readonly errorCorrectionLevel?: string;
  /** Part of the error-correction capacity that was needed, 0–1. */
  readonly errorCorrectionUsed?: number;
  /** Data mask pattern (QR Code). */
  readonly mask?: number;
  /** QR Code model, 1 or 2. */
  readonly model?: number;
  /** Number of scan lines that agree on the value (linear codes). */
  readonly scanLines?: number;
  /** Size of a module in image pixels. */
  readonly moduleSize?: number;
  /** True where the symbol begins with FNC1 and so carries GS1 element strings. */
  readonly isGs1?: boolean;
  /** True where the last character agrees as the check character that the symbology leaves to its user; it is not taken off. */
  readonly hasCheckCharacter?: boolean;
  /** True where the symbol says that a 2D component with more data belongs to it (GS1 Composite). */
  readonly isLinked?: boolean;
  /** Variant of the 2D component (GS1 Composite). */
  readonly component?: "CC-A" | "CC-B" | "CC-C";
  /** Format of the linear component (GS1 Composite). */
  readonly linearFormat?: BarcodeFormat;
  /** True where the content is meant to set up the reader that scans it (reader initialisation), not to be passed on as data. */
  readonly isReaderInit?: boolean;
}

/** One barcode read from an image: a superset of the platform's `DetectedBarcode`. */
export interface Barcode {
  readonly format: BarcodeFormat;
  /** The content as text. */
  readonly rawValue: string;
  readonly boundingBox: Rect;
  /** The corners, clockwise from the symbol's own top left. */
  readonly cornerPoints: readonly [Point, Point, Point, Point];
  /** The content as bytes, before any character set is applied. */
  readonly bytes: Uint8Array;
  /** AIM symbology identifier: `]`, a letter and a modifier. */
  readonly symbologyIdentifier: string;
  readonly segments: readonly Segment[];
  /** 0–100: how sure the decoder is, from check digits, agreement of scan lines and error-correction margin. */
  readonly confidence: number;
  /** Direction of reading in degrees clockwise from left-to-right, 0 ≤ orientation < 360. */
  readonly orientation: number;
  readonly isMirrored: boolean;
  readonly isInverted: boolean;
  readonly structuredAppend?: StructuredAppend;
  /** Digits of an EAN-2 or EAN-5 add-on. */
  readonly addOn?: string;
  /** GS1 application identifiers, where the symbol carries element strings or a GS1 Digital Link. */
  readonly gs1?: Gs1;
  /** Why `gs1` is missing although the symbol claims to carry such data. */
  readonly gs1Problem?: string;
  readonly details: SymbolDetails;
}

/** A part of the image to look in; everything outside is ignored. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** @default "percent" */
  readonly unit?: "percent" | "pixel";
}

/** How much work to spend: `fast` is for live video, `thorough` for still images. */
export type Effort = "fast" | "thorough";

/** What to look for and what to keep; filters that drop a symbol also keep it from being counted (R58). */
export interface ReadOptions {
  /**
   * Formats to look for. Where they are named, ITF of four digits and Codabar of two or three characters are read too,
   * which texture and parts of longer symbols may look like.
   * @default all but those looked for only when named (README: formats)
   */
  readonly formats?: readonly BarcodeFormat[];
  /** One or several parts of the image to look in. @default the whole image */
  readonly region?: Region | readonly Region[];
  /** Drop results below this confidence, 0–100. @default 30 */
  readonly minConfidence?: number;
  /** Drop results with a shorter text (UTF-16 units). @default 0 */
  readonly minTextLength?: number;
  /** Drop results with a longer text (UTF-16 units). @default no limit */
  readonly maxTextLength?: number;
  /** Keep only results whose whole text matches. @default any text */
  readonly textPattern?: RegExp;
  /** Stop after so many symbols; 0 for no limit. @default 0 */
  readonly maxSymbols?: number;
  /** @default "thorough" for stills, "fast" for video */
  readonly effort?: Effort;
  /** Also look for light symbols on a dark ground. @default true */
  readonly inverted?: boolean;
}

/** Raw pixels in memory, rows from the top. */
export interface RawPixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. @default width × bytes per pixel */
  readonly stride?: number;
  /** @default "rgba" */
  readonly layout?: PixelLayout;
}

/** Order of bytes in raw pixels; `grey` is one byte of luminance per pixel. */
export type PixelLayout = "rgba" | "bgra" | "grey";
