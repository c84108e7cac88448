/**
 * Bytes and ECI assignments to text. Pure; knows character sets and nothing of symbols. Browsers and Node have most
 * character sets in TextDecoder; the few that no page has are here.
 */
import { ECI_KANJI, ECI_NONE } from "../../assembly/abi/layout.js";
import { guessCharset } from "./charset-guess.js";

/** A stretch of bytes under an ECI assignment number or one of ECI_NONE, ECI_KANJI, ECI_ASCII. */
export interface RawSegment {
  readonly eci: number;
  readonly bytes: Uint8Array;
}

/** Names of character sets: labels of the Encoding standard, and some of our own in capitals. */
type Charset = string;

const LATIN_1 = "LATIN-1";
const CP_437 = "cp437";
const UTF_32_BE = "UTF-32BE";
const UTF_32_LE = "UTF-32LE";

/**
 * AIM ECI assignments of character sets (AIM ITS/04-001; those of ISO/IEC 8859 are in ISO/IEC 15438 too), but for Latin-1 (1 and
 * 3) and its parts: ISO/IEC 646 (27, 170), bytes (899), and ECI_ASCII, where it shows what Code 128's FNC4 puts above ASCII.
 */
const CHARSET_BY_ECI: ReadonlyMap<number, Charset> = new Map([
  [0, CP_437],
  [2, CP_437],
  [20, "shift_jis"],
  [21, "windows-1250"],
  [22, "windows-1251"],
  [23, "windows-1252"],
  [24, "windows-1256"],
  [25, "utf-16be"],
  [26, "utf-8"],
  [28, "big5"],
  [29, "gb18030"],
  [30, "euc-kr"],
  [31, "gbk"],
  [32, "gb18030"],
  [33, "utf-16le"],
  [34, UTF_32_BE],
  [35, UTF_32_LE],
  [ECI_KANJI, "shift_jis"],
]);

/** Assignments 4 to 18 are parts 2 to 16 of ISO/IEC 8859, of which there is no part 12. */
const charsetOf = (eci: number): Charset =>
  CHARSET_BY_ECI.get(eci) ?? (eci > 3 && eci < 19 && eci !== 14 ? `iso-8859-${eci - 2}` : LATIN_1);

/** A character set of one byte: the characters from some byte on; all others are those of Latin-1. */
export type CharsetTable = readonly [first: number, characters: string];

/** Character sets in our own words. */
const TABLES = new Map<Charset, CharsetTable>([
  [LATIN_1, [0x100, ""]],
  [
    CP_437,
    [
      0x80,
      "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴" +
        "┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
    ],
  ],
]);

/** Character sets that the platform's TextDecoder mistakes, or lacks beside those that none has. */
export function addCharsets(tables: Readonly<Record<Charset, CharsetTable>>): void {
  for (const [charset, table] of Object.entries(tables)) TABLES.set(charset, table);
}

/** Text of bytes under one ECI assignment; an unknown one is read as Latin-1, which loses nothing. */
export function textOf(bytes: Uint8Array, eci: number): string {
  return decode(bytes, eci === ECI_NONE ? guessCharset(bytes, false) : charsetOf(eci));
}

/**
 * Texts of a symbol's segments. Where the symbol names no character set, one is guessed for all such segments
 * together: a character set does not change within a message unless the message says so.
 */
export function textOfSegments(segments: readonly RawSegment[]): readonly string[] {
  const unnamed = segments.filter(({ eci }) => eci === ECI_NONE).map(({ bytes }) => bytes);
  const guess =
    unnamed.length > 0
      ? guessCharset(
          joinBytes(unnamed),
          segments.some(({ eci }) => eci === ECI_KANJI),
        )
      : "";
  return segments.map(({ bytes, eci }) => (eci === ECI_NONE ? decode(bytes, guess) : textOf(bytes, eci)));
}

function decode(bytes: Uint8Array, charset: Charset): string {
  if (charset === UTF_32_BE || charset === UTF_32_LE) return utf32(bytes, charset === UTF_32_LE);
  const table = TABLES.get(charset);
  return table ? singleByte(bytes, ...table) : new TextDecoder(charset).decode(bytes);
}

function singleByte(bytes: Uint8Array, first: number, characters: string): string {
  let text = "";
  for (const byte of bytes) text += characters[byte - first] ?? String.fromCharCode(byte);
  return text;
}

function utf32(bytes: Uint8Array, isLittleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = view.getUint32(at, isLittleEndian);
    const isScalar = point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
    text += isScalar ? String.fromCodePoint(point) : "\ufffd";
  }
  return bytes.length % 4 === 0 ? text : `${text}\ufffd`;
}

/** The bytes of all parts, one after the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
