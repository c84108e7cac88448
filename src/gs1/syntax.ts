/**
 * What a value of an application identifier must look like (GS1 General Specifications, 3.2, 7.11). Must not know how
 * identifiers and values are written one after the other.
 *
 * A format is a list of parts: a character set (N digits, X the 82 characters of ISO/IEC 646, Y those of component part
 * numbers, Z base64url), a length or a range of lengths, letters of checks, and `?` where the part may be missing. `*` in
 * front: the length is fixed by the standard, and no separator has to follow.
 */
import { IDENTIFIER_ROWS } from "./application-identifiers.js";
import { isAlphanumericChecked, isCheckDigitRight } from "./check-characters.js";
import { isDate, isTime } from "./date-time.js";

interface Part {
  readonly charset: RegExp;
  readonly min: number;
  readonly max: number;
  readonly checks: string;
  readonly isOptional: boolean;
}

/** One application identifier. */
export interface Identifier {
  readonly ai: string;
  readonly title: string;
  readonly parts: readonly Part[];
  /** Fewest and most characters of a value. */
  readonly min: number;
  readonly max: number;
  /** Its length is fixed by its first two digits: no separator has to follow (GS1 General Specifications, 7.8.5). */
  readonly hasFixedLength: boolean;
  /** Digital Link: a primary key and the sequences of qualifiers that may follow it, in order; else undefined. */
  readonly qualifiers?: readonly (readonly string[])[];
}

const CHARSETS: Readonly<Record<string, RegExp>> = {
  N: /^\d*$/,
  X: /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/,
  Y: /^[#\-/0-9A-Z]*$/,
  Z: /^[A-Za-z0-9_=-]*$/,
};

const PART = /^([NXYZ])(\d+)(?:-(\d+))?([a-zA-Z]*)(\??)$/;

function parsePart(text: string): Part {
  const [, charset = "", least = "", most = least, checks = "", optional] = PART.exec(text) ?? [];
  return {
    charset: CHARSETS[charset] as RegExp,
    min: Number(least),
    max: Number(most),
    checks,
    isOptional: optional === "?",
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

let known: ReadonlyMap<string, Identifier> | undefined;

function readTable(): ReadonlyMap<string, Identifier> {
  const table = new Map<string, Identifier>();
  for (const [range, format, title, qualifiers] of IDENTIFIER_ROWS) {
    const [from = "", to = from] = range.split("-");
    const parts = format.replace("*", "").split(" ").map(parsePart);
    for (let number = Number(from); number <= Number(to); number++) {
      const ai = String(number).padStart(from.length, "0");
      table.set(ai, {
        ai,
        title,
        parts,
        min: sum(parts.map((part) => (part.isOptional ? 0 : part.min))),
        max: sum(parts.map((part) => part.max)),
        hasFixedLength: format.startsWith("*"),
        ...(qualifiers !== undefined && { qualifiers: qualifiers.split("|").map((list) => list.split(",")) }),
      });
    }
  }
  return table;
}

/** The identifier of this name, or undefined. */
export function identifierOf(ai: string): Identifier | undefined {
  known ??= readTable();
  return known.get(ai);
}

/** The identifier that a text begins with: none is the beginning of another. */
export function identifierAt(text: string): Identifier | undefined {
  for (let length = 2; length <= 4; length++) {
    const found = identifierOf(text.slice(0, length));
    if (found) return found;
  }
  return undefined;
}

const CHECKS: Readonly<Record<string, readonly [isRight: (value: string) => boolean, wanted: string]>> = {
  c: [isCheckDigitRight, "a right check digit"],
  a: [isAlphanumericChecked, "right check characters"],
  d: [(value) => isDate(value, true), "a date YYMMDD"],
  D: [(value) => isDate(value, false), "a date YYMMDD"],
  Y: [(value) => isDate(value, false), "a date YYYYMMDD"],
  t: [isTime, "a time hhmm"],
  h: [(value) => Number(value) < 24, "an hour"],
  m: [(value) => Number(value) < 60, "minutes or seconds up to 59"],
  z: [(value) => /^0+$/.test(value), "zeros"],
  n: [(value) => !/^0+$/.test(value), "a number above zero"],
  b: [(value) => /^[01]$/.test(value), "0 or 1"],
  p: [isPiece, "a piece and a total that it does not exceed"],
  e: [(value) => !/%(?![0-9A-Fa-f]{2})/.test(value), "percent signs with two hexadecimal digits"],
};

/** Piece and total, two digits each, both counted from 1. */
function isPiece(value: string): boolean {
  const [piece, total] = [Number(value.slice(0, 2)), Number(value.slice(2))];
  return piece > 0 && piece <= total;
}

/** Why the value is none of this identifier; undefined where it is one. */
export function problemOf({ ai, parts, min, max }: Identifier, value: string): string | undefined {
  const length = value.length;
  if (length < min || length > max) {
    return `(${ai}) takes ${min === max ? min : `${min}–${max}`} characters, not ${length}`;
  }
  let at = 0;
  for (const part of parts) {
    const rest = value.length - at;
    if (part.isOptional && rest === 0) break;
    const text = value.slice(at, at + part.max);
    if (text.length < part.min) return `(${ai}) ends within one of its parts`;
    if (!part.charset.test(text)) return `(${ai}) holds a character that it cannot`;
    for (const letter of part.checks) {
      const [isRight, wanted] = CHECKS[letter] as (typeof CHECKS)[string];
      if (!isRight(text)) return `(${ai}) lacks ${wanted}`;
    }
    at += text.length;
  }
  return at < value.length ? `(${ai}) is too long` : undefined;
}
