/**
 * Symbols from bwip-js, the first of the two independent writers. Each function gives modules or bars, never pixels.
 */
import bwipjs from "bwip-js/node";
import { type Bars, barsToModules, type Modules, modulesFrom } from "./modules.js";

/** bwip-js' raw output: `sbs` for linear symbols, `pixs` for matrix symbols. */
interface RawSymbol {
  readonly sbs?: readonly number[];
  readonly pixs?: readonly number[];
  readonly pixx?: number;
  readonly pixy?: number;
}

/** Any symbol that bwip-js writes, by its own name and options. */
export function bwipRaw(bcid: string, text: string, options: Record<string, unknown> = {}): RawSymbol {
  const raw = bwipjs.raw as unknown as (options: Record<string, unknown>) => RawSymbol[];
  const [symbol] = raw({ bcid, text, ...options });
  if (symbol === undefined) throw new Error(`bwip-js wrote nothing for ${bcid}`);
  return symbol;
}

/** Bars of any linear symbol. */
export function bwipBars(
  bcid: string,
  text: string,
  quiet: number,
  mainElements = Number.POSITIVE_INFINITY,
  options: Record<string, unknown> = {},
): Bars {
  const widths = bwipRaw(bcid, text, options).sbs;
  if (widths === undefined) throw new Error(`${bcid} is no linear symbol`);
  // Some writers end in a space; a linear symbol ends with a bar.
  return { widths: widths.length % 2 === 0 ? widths.slice(0, -1) : widths, mainElements, quiet };
}

/** Modules of any matrix symbol. */
export function bwipMatrix(bcid: string, text: string, quiet: number, options: Record<string, unknown> = {}): Modules {
  const { pixs, pixx, pixy } = bwipRaw(bcid, text, options);
  if (pixs === undefined || pixx === undefined || pixy === undefined) throw new Error(`${bcid} is no matrix symbol`);
  return modulesFrom(pixx, pixy, quiet, (x, y) => pixs[y * pixx + x] === 1);
}

/** Elements of the main EAN/UPC symbols: guards and digits, without gap and add-on. */
const EAN_13_ELEMENTS = 59;
const EAN_8_ELEMENTS = 43;
const UPC_E_ELEMENTS = 33;

/** Modules between main symbol and add-on: the standard allows 7 to 12. */
const ADD_ON_GAP = 9;

function eanUpc(bcid: string, digits: string, addOn: string, addOnGap: number, quiet: number, elements: number): Bars {
  const text = addOn === "" ? digits : `${digits} ${addOn}`;
  return bwipBars(bcid, text, quiet, elements, { addongap: addOnGap });
}

/** EAN-13 from 12 or 13 digits; `addOn` of two or five digits, or "". Quiet zones as in ISO/IEC 15420. */
export const ean13 = (digits: string, addOn = "", addOnGap = ADD_ON_GAP): Bars =>
  eanUpc("ean13", digits, addOn, addOnGap, 11, EAN_13_ELEMENTS);

/** EAN-8 from 7 or 8 digits. */
export const ean8 = (digits: string, addOn = "", addOnGap = ADD_ON_GAP): Bars =>
  eanUpc("ean8", digits, addOn, addOnGap, 7, EAN_8_ELEMENTS);

/** UPC-A from 11 or 12 digits. */
export const upcA = (digits: string, addOn = "", addOnGap = ADD_ON_GAP): Bars =>
  eanUpc("upca", digits, addOn, addOnGap, 9, EAN_13_ELEMENTS);

/** UPC-E from 8 digits: number system 0 or 1, six digits, check digit. */
export const upcE = (digits: string, addOn = "", addOnGap = ADD_ON_GAP): Bars =>
  eanUpc("upce", digits, addOn, addOnGap, 9, UPC_E_ELEMENTS);

const CODE_128 = { mainElements: Number.POSITIVE_INFINITY, quiet: 10 };

/** Code 128 of any Latin-1 text in the writer's own choice of code sets. Characters above 127 become FNC4 sequences. */
export function code128(text: string): Bars {
  const escaped = Array.from(text, (char) => `^${String(char.charCodeAt(0)).padStart(3, "0")}`).join("");
  return { widths: bwipRaw("code128", escaped, { parse: true }).sbs ?? [], ...CODE_128 };
}

/** Code 128 from text with `^FNC1` … `^FNC4` escapes; `^^` is a caret. */
export const code128WithFunctions = (text: string): Bars => ({
  widths: bwipRaw("code128", text, { parsefnc: true }).sbs ?? [],
  ...CODE_128,
});

/** GS1-128 from element strings with bracketed identifiers, `(01)09521234543213(10)ABC`. */
export const gs1Code128 = (elements: string): Bars => bwipBars("gs1-128", elements, 10);

/** QR Code options; what is left out is the writer's choice. */
export interface QrOptions {
  /** 1–40. */
  readonly version?: number;
  readonly level?: "L" | "M" | "Q" | "H";
  /** Data mask pattern reference, 0–7. */
  readonly mask?: number;
}

/** QR Code of a Latin-1 text (bytes as they are, no ECI) in the writer's own choice of modes. */
export function qrCode(text: string, { version, level = "M", mask }: QrOptions = {}): Modules {
  return bwipMatrix("qrcode", text, 4, {
    binarytext: true,
    eclevel: level,
    // Without this the writer raises the level where the version has room.
    fixedeclevel: true,
    ...(version === undefined ? {} : { version }),
    ...(mask === undefined ? {} : { mask: mask + 1 }),
  });
}

/** GS1 QR Code from element strings with bracketed identifiers. */
export const gs1QrCode = (elements: string, level: "L" | "M" | "Q" | "H" = "M"): Modules =>
  bwipMatrix("gs1qrcode", elements, 4, { eclevel: level });

/** Micro QR Code versions and levels; M1 has none. */
export interface MicroQrOptions {
  /** 1–4. */
  readonly version?: number;
  readonly level?: "L" | "M" | "Q";
  /** Data mask pattern reference, 0–3. */
  readonly mask?: number;
}

/** Micro QR Code of a Latin-1 text, in which pairs of Shift JIS bytes become kanji mode. */
export function microQrCode(text: string, { version, level, mask }: MicroQrOptions = {}): Modules {
  return bwipMatrix("microqrcode", text, 2, {
    binarytext: true,
    suppresskanjimode: false,
    fixedeclevel: true,
    ...(version === undefined ? {} : { version: `M${version}` }),
    ...(level === undefined ? {} : { eclevel: level }),
    ...(mask === undefined ? {} : { mask: mask + 1 }),
  });
}

/** Rows and columns of the rMQR versions, in the order of their indicators 0–31. */
export const RMQR_SIZES: readonly (readonly [rows: number, columns: number])[] = [7, 9, 11, 13, 15, 17].flatMap(
  (rows) =>
    [27, 43, 59, 77, 99, 139]
      .filter((columns) => columns > 27 || rows === 11 || rows === 13)
      .map((columns) => [rows, columns] as const),
);

/** rMQR of a Latin-1 text in a version by its indicator, in which pairs of Shift JIS bytes become kanji mode. */
export function rmQrCode(text: string, indicator: number, level: "M" | "H" = "M", escapes = false): Modules {
  const [rows, columns] = RMQR_SIZES[indicator] as readonly [number, number];
  return bwipMatrix("rectangularmicroqrcode", text, 2, {
    version: `R${rows}x${columns}`,
    eclevel: level,
    fixedeclevel: true,
    ...(escapes ? { parse: true, parsefnc: true } : { binarytext: true, suppresskanjimode: false }),
  });
}

/** Rows of modules that a linear symbol is drawn with when nothing else is said: EAN-13's nominal height. */
export const NOMINAL_HEIGHT = 69;

/** Draws a linear symbol in its nominal height, or another. */
export const drawn = (bars: Bars, height = NOMINAL_HEIGHT): Modules => barsToModules(bars, height);

/** Data Matrix options; what is left out is the writer's choice. */
export interface DataMatrixOptions {
  /** Rows × columns, `"26x26"`; sizes of DMRE are known too. */
  readonly size?: string;
  /** Structured append, reader programming, macros, FNC1 and ECI as the writer's own options or `^` escapes. */
  readonly options?: Record<string, unknown>;
}

/** Data Matrix of a Latin-1 text in the writer's own choice of encodations. */
export function dataMatrix(text: string, { size, options = {} }: DataMatrixOptions = {}): Modules {
  const isRectangle = size !== undefined && new Set(size.split("x")).size === 2;
  return bwipMatrix(isRectangle ? "datamatrixrectangularextension" : "datamatrix", text, 1, {
    ...(size === undefined ? {} : { version: size }),
    ...options,
  });
}

/** GS1 DataMatrix from element strings with bracketed identifiers. */
export const gs1DataMatrix = (elements: string): Modules => bwipMatrix("gs1datamatrix", elements, 1);
