/**
 * Random contents for every format as fast-check arbitraries: valid numbers, texts of every mode, whole segment lists.
 * Knows what may be written, not how.
 */
import fc from "fast-check";
import { isCanonicalUpcE, upcENumber, withCheckDigit } from "./check-digit.js";
import { type QrLevel, type QrSegment, qrCapacity } from "./qr-segments.js";

/** Exactly `length` digits. */
export const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(""));

export const ean13Number = digits(12).map(withCheckDigit);
export const ean8Number = digits(7).map(withCheckDigit);
export const upcANumber = digits(11).map(withCheckDigit);
export const upcENumbers = fc
  .tuple(fc.constantFrom("0", "1"), digits(6).filter(isCanonicalUpcE))
  .map(([system, six]) => upcENumber(system, six));
/** No add-on, two digits or five. */
export const addOn = fc.oneof(fc.constant(""), digits(2), digits(5));

const charsOf = (alphabet: string, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...alphabet), { minLength: 1, maxLength }).map((all) => all.join(""));

const range = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i)).join("");

/** Texts that need code set A, B, C, a mix of them, or FNC4. */
export const code128Text = fc.oneof(
  charsOf(range(0, 95), 12),
  charsOf(range(32, 127), 16),
  fc.integer({ min: 1, max: 12 }).chain((pairs) => digits(2 * pairs)),
  fc
    .array(fc.oneof(charsOf(range(0, 127), 6), digits(6)), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join("")),
  charsOf(range(160, 255), 6),
);

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const shiftJis = new TextDecoder("shift_jis", { fatal: true });

function isKanji(bytes: Uint8Array): boolean {
  try {
    return shiftJis.decode(bytes).length === 1;
  } catch {
    return false;
  }
}

/** A double byte of Shift JIS in the ranges of kanji mode (8140–9FFC, E040–EBBF) that stands for a character. */
const kanjiPair = fc
  .tuple(
    fc.oneof(fc.integer({ min: 0x81, max: 0x9f }), fc.integer({ min: 0xe0, max: 0xea })),
    fc.integer({ min: 0x40, max: 0xfc }),
  )
  .map((pair) => Uint8Array.from(pair))
  .filter(isKanji);

export const numericSegment = (maxLength: number): fc.Arbitrary<QrSegment> =>
  fc
    .integer({ min: 1, max: maxLength })
    .chain(digits)
    .map((text) => ({ mode: "numeric", text }));

export const alphanumericSegment = (maxLength: number): fc.Arbitrary<QrSegment> =>
  charsOf(ALPHANUMERIC, maxLength).map((text) => ({ mode: "alphanumeric", text }));

export const byteSegment = (maxLength: number): fc.Arbitrary<QrSegment> =>
  fc.uint8Array({ minLength: 1, maxLength }).map((bytes) => ({ mode: "byte", bytes: Uint8Array.from(bytes) }));

export const kanjiSegment = (maxPairs: number): fc.Arbitrary<QrSegment> =>
  fc.array(kanjiPair, { minLength: 1, maxLength: maxPairs }).map((pairs) => ({
    mode: "kanji",
    bytes: Uint8Array.from(pairs.flatMap((pair) => Array.from(pair))),
  }));

/** Any mix of one to four content segments. */
export const mixedSegments = (maxLength: number): fc.Arbitrary<QrSegment[]> =>
  fc.array(
    fc.oneof(
      numericSegment(maxLength),
      alphanumericSegment(maxLength),
      byteSegment(maxLength),
      kanjiSegment(Math.max(1, maxLength >> 1)),
    ),
    { minLength: 1, maxLength: 4 },
  );

export const qrLevel: fc.Arbitrary<QrLevel> = fc.constantFrom("L", "M", "Q", "H");
export const qrMask = fc.integer({ min: 0, max: 7 });
export const qrVersion = fc.integer({ min: 1, max: 40 });

/** Bytes that fill a version and level to the last codeword: the longest byte segment it holds. */
export function fullByteSegment(version: number, level: QrLevel): fc.Arbitrary<QrSegment> {
  const length = qrCapacity(version, level) - (version < 10 ? 2 : 3);
  return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ({
    mode: "byte",
    bytes: Uint8Array.from(bytes),
  }));
}
