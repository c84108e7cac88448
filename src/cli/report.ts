/**
 * What is printed for an image: lines for people and pipes, JSON, or bare bytes. Pure.
 */
import type { ReadResult } from "../engine/read-image.js";
import type { ScanError } from "../errors.js";
import type { Barcode } from "../types.js";

/** One image with what became of it. */
export interface Report {
  readonly name: string;
  readonly result?: ReadResult;
  readonly error?: ScanError;
}

/**
 * `FILE:FORMAT:VALUE`, one line for each barcode. The value comes last, so colons in it need no escape; back slashes
 * and line ends are escaped always, other control characters where a terminal would obey them.
 */
export function toLines({ name, result }: Report, withFileName: boolean, isTerminal: boolean): string {
  const prefix = withFileName ? `${escape(name, isTerminal)}:` : "";
  return (result?.barcodes ?? [])
    .map(({ format, rawValue }) => `${prefix}${format}:${escape(rawValue, isTerminal)}\n`)
    .join("");
}

/** One line of JSON for an image, also for one that failed. */
export function toJson({ name, result, error }: Report): string {
  const report = error
    ? { file: name, error: error.toJSON() }
    : {
        file: name,
        width: result?.width,
        height: result?.height,
        elapsedMs: Math.round((result?.elapsedMs ?? 0) * 100) / 100,
        barcodes: result?.barcodes.map(plain),
      };
  return `${JSON.stringify(report).replace(CONTROLS, (character) => `\\u${hex(character, 4)}`)}\n`;
}

/** The bytes of each value and a line feed. */
export function toRaw({ result }: Report): Uint8Array {
  return Buffer.concat((result?.barcodes ?? []).flatMap(({ bytes }) => [bytes, Buffer.from("\n")]));
}

const plain = (barcode: Barcode) => ({
  ...barcode,
  bytes: base64(barcode.bytes),
  segments: barcode.segments.map((segment) => ({ ...segment, bytes: base64(segment.bytes) })),
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** C0 and C1 controls, DEL, and the marks that turn the direction of text and so could make a line look like another. */
const CONTROLS = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text that stays on its line. */
export function escape(text: string, isTerminal: boolean): string {
  const oneLine = text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r");
  return isTerminal ? oneLine.replace(CONTROLS, codeOf) : oneLine;
}

const codeOf = (character: string): string =>
  character < "\u0100" ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;

const hex = (character: string, digits: number): string => character.charCodeAt(0).toString(16).padStart(digits, "0");
