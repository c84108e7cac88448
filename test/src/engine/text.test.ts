/** Bytes and ECI assignments to text: every character set, and the guess where a symbol names none. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ECI_ASCII, ECI_KANJI, ECI_NONE } from "../../../assembly/abi/layout.js";
import { NODE_CHARSETS } from "../../../src/engine/node-charsets.js";
import { addCharsets, textOf, textOfSegments } from "../../../src/engine/text.js";

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.split(" "), (pair) => Number.parseInt(pair, 16));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

// As createEngine() does it in Node.
addCharsets(NODE_CHARSETS);

describe("text under an ECI", () => {
  // Bytes by hand from the code charts of the character sets.
  const CASES: readonly (readonly [eci: number, hex: string, text: string])[] = [
    [0, "80 E1 9B", "Çß¢"],
    [2, "FF DB B0", "\u00a0█░"],
    [1, "E9 A4 80", "é¤\u0080"],
    [3, "FC DF 9F", "üß\u009f"],
    [4, "B1 E6", "ąć"],
    [5, "A1 B1", "Ħħ"],
    [6, "BD", "Ŋ"],
    [7, "BF E0", "Пр"],
    [8, "C7", "ا"],
    [9, "E1 DF", "αί"],
    [10, "E0", "א"],
    [11, "FD", "ı"],
    [12, "BD", "―"],
    [13, "A1", "ก"],
    [15, "FF", "’"],
    [16, "A1", "Ḃ"],
    [17, "A4", "€"],
    [18, "A4", "€"],
    [20, "93 FA 96 7B B1", "日本ｱ"],
    [21, "8C", "Ś"],
    [22, "CF", "П"],
    [23, "80 93", "€“"],
    [24, "C7", "ا"],
    [25, "4E 2D D8 3D DE 00", "中😀"],
    [26, "E4 B8 AD F0 9F 98 80", "中😀"],
    [27, "41 7E", "A~"],
    [28, "A4 A4", "中"],
    [29, "D6 D0", "中"],
    [30, "B0 A1", "가"],
    [31, "D6 D0", "中"],
    [32, "D6 D0 81 30 81 30", "中\u0080"],
    [33, "2D 4E", "中"],
    [34, "00 01 F6 00 00 00 00 41", "😀A"],
    [35, "00 F6 01 00", "😀"],
    [170, "41", "A"],
    [899, "00 FF", "\u0000ÿ"],
    [777_777, "E9 41", "éA"],
    [ECI_KANJI, "8A BF 8E 9A", "漢字"],
    [ECI_ASCII, "41 1D 42", "A\u001dB"],
    [ECI_ASCII, "E9", "é"],
  ];
  test.each(CASES)("ECI %i: %s", (eci, hex, text) => {
    expect(textOf(bytes(hex), eci)).toBe(text);
  });

  test("broken UTF-32 is marked, not dropped and not thrown", () => {
    expect(textOf(bytes("00 11 00 00 00 00 D8 00 41"), 34)).toBe("\ufffd\ufffd\ufffd");
  });

  test("Latin-1 keeps every byte", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        const text = textOf(data, 3);
        expect(Uint8Array.from(text, (char) => char.charCodeAt(0))).toEqual(data);
      }),
      { seed: 1 },
    );
  });
});

describe("text without an ECI", () => {
  test("what is valid UTF-8 is UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!text.startsWith("\ufeff"));
        expect(textOf(utf8(text), ECI_NONE)).toBe(text);
      }),
      { seed: 2 },
    );
  });

  const GUESSES: readonly (readonly [what: string, hex: string, text: string])[] = [
    ["German Latin-1", "47 72 FC DF 65 20 61 75 73 20 4B F6 6C 6E", "Grüße aus Köln"],
    ["French Latin-1", "63 61 66 E9 20 63 72 E8 6D 65", "café crème"],
    ["one accent at the end", "63 61 66 E9", "café"],
    ["windows-1252 quotes and euro", "93 31 30 20 80 94", "“10 €”"],
    ["Shift JIS kanji and kana", "93 FA 96 7B 8C EA 82 CC 83 65 83 58 83 67", "日本語のテスト"],
    ["Shift JIS among ASCII", "41 42 43 20 93 8C 8B 9E 20 31 32 33", "ABC 東京 123"],
    ["half-width katakana", "C3 BD C4 B6 C0 B6 C5", "ﾃｽﾄｶﾀｶﾅ"],
    ["UTF-16 with a byte order mark", "FE FF 00 41 4E 2D", "A中"],
    ["UTF-8 with a byte order mark", "EF BB BF 41", "A"],
  ];
  test.each(GUESSES)("%s", (_, hex, text) => {
    expect(textOf(bytes(hex), ECI_NONE)).toBe(text);
  });

  test("kanji mode in the same symbol speaks for Shift JIS", () => {
    const segments = [
      { eci: ECI_NONE, bytes: bytes("B1 20 B2") },
      { eci: ECI_KANJI, bytes: bytes("8A BF") },
    ];
    expect(textOfSegments(segments)).toEqual(["ｱ ｲ", "漢"]);
    expect(textOfSegments(segments.slice(0, 1))).toEqual(["± ²"]);
  });

  test("all unnamed segments of a symbol are read alike", () => {
    const [first, second] = [bytes("8C EA 82 CC"), bytes("E9")];
    const texts = textOfSegments([
      { eci: ECI_NONE, bytes: first },
      { eci: ECI_ASCII, bytes: bytes("31") },
      { eci: ECI_NONE, bytes: second },
    ]);
    expect(texts).toEqual(["Œê‚Ì", "1", "é"]);
  });
});
