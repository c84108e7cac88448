/**
 * Symbols of the linear codes that are read character by character, with what must be read from them: every variant that
 * a writer makes, as fast-check arbitraries. Knows nothing of pictures.
 */
import fc from "fast-check";
import { type BarcodeFormat, formatByName } from "../../src/formats.js";
import { type Bars, bwipBars } from "../symbols/index.js";

export interface CodeCase {
  readonly bars: Bars;
  /** Bytes as Latin-1. */
  readonly text: string;
  readonly aim: string;
}

export interface CodeVariant {
  readonly name: string;
  readonly format: BarcodeFormat;
  readonly cases: fc.Arbitrary<CodeCase>;
}

const QUIET = 10;
export const CODE_39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

const textOf = (alphabet: string, least: number, most: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...alphabet), { minLength: least, maxLength: most }).map((all) => all.join(""));

const digits = (least: number, most: number): fc.Arbitrary<string> => textOf("0123456789", least, most);
const ascii = (from: number, to: number, most: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: most })
    .map((all) => String.fromCharCode(...all));

const bars = (bcid: string, text: string, options: Record<string, unknown> = {}): Bars =>
  bwipBars(bcid, text, QUIET, Number.POSITIVE_INFINITY, options);

/** Any ASCII text as the writer's escapes. */
const escaped = (text: string): string =>
  Array.from(text, (char) => `^${String(char.charCodeAt(0)).padStart(3, "0")}`).join("");

const mod = (text: string, alphabet: string, modulus: number): number =>
  Array.from(text).reduce((sum, char) => sum + alphabet.indexOf(char), 0) % modulus;

/** Wide over narrow as writers print it. */
const ratio = fc.constantFrom(2, 2.5, 3);
const inRatio = (widths: readonly number[], wide: number): number[] => widths.map((w) => (w === 3 ? wide : w) * 2);
const scaled = (drawn: Bars, wide: number): Bars => ({ ...drawn, widths: inRatio(drawn.widths, wide), quiet: 20 });

export const VARIANTS: readonly CodeVariant[] = [
  {
    name: "Code 39",
    format: "code_39",
    cases: fc.tuple(textOf(CODE_39.slice(0, 39), 1, 14), ratio).map(([text, wide]) => ({
      bars: scaled(bars("code39", text), wide),
      text,
      aim: "]A0",
    })),
  },
  {
    name: "Code 39 with a check character",
    format: "code_39",
    cases: textOf(CODE_39, 2, 12).map((text) => ({
      bars: bars("code39", text, { includecheck: true }),
      text: text + CODE_39[mod(text, CODE_39, 43)],
      aim: "]A0",
    })),
  },
  {
    name: "Code 39 full ASCII",
    format: "code_39",
    cases: ascii(0, 127, 8)
      // One in 43 ends as if in a check character, which full ASCII symbols are not taken to have.
      .map((text) => ({ text, bars: bars("code39ext", escaped(text), { parse: true }) }))
      .map(({ text, bars }) => ({ bars, text, aim: /[^0-9A-Z\-. ]/.test(text) ? "]A4" : "]A0" })),
  },
  {
    name: "Code 32",
    format: "code_32",
    cases: digits(8, 8).map((text) => ({
      bars: bars("code32", text),
      text: `A${text}${code32Check(text)}`,
      aim: "]A0",
    })),
  },
  {
    name: "PZN of seven digits",
    format: "pzn",
    cases: digits(6, 6)
      .filter((text) => pznCheck(text, 2) < 10)
      .map((text) => ({ bars: bars("pzn", text), text: text + pznCheck(text, 2), aim: "]A0" })),
  },
  {
    name: "PZN of eight digits",
    format: "pzn",
    cases: digits(7, 7)
      .filter((text) => pznCheck(text, 1) < 10)
      .map((text) => ({ bars: bars("pzn", text, { pzn8: true }), text: text + pznCheck(text, 1), aim: "]A0" })),
  },
  {
    name: "Code 93",
    format: "code_93",
    cases: textOf(CODE_39, 1, 14).map((text) => ({
      bars: bars("code93", text, { includecheck: true }),
      text,
      aim: "]G0",
    })),
  },
  {
    name: "Code 93 full ASCII",
    format: "code_93",
    cases: ascii(0, 127, 10).map((text) => ({
      bars: bars("code93ext", escaped(text), { parse: true, includecheck: true }),
      text,
      aim: "]G0",
    })),
  },
  {
    name: "Codabar",
    format: "codabar",
    cases: fc
      .tuple(fc.constantFrom(..."ABCD"), textOf("0123456789-$:/.+", 3, 14), fc.constantFrom(..."ABCD"), ratio)
      .map(([start, text, stop, wide]) => ({
        bars: scaled(bars("rationalizedCodabar", start + text + stop), wide),
        text: start + text + stop,
        aim: "]F0",
      })),
  },
  {
    name: "ITF",
    format: "itf",
    cases: fc
      .tuple(
        fc.integer({ min: 2, max: 10 }).chain((pairs) => digits(2 * pairs, 2 * pairs)),
        ratio,
      )
      .filter(([text]) => text.length !== 14)
      .map(([text, wide]) => ({ bars: scaled(bars("interleaved2of5", text), wide), text, aim: "]I0" })),
  },
  {
    name: "ITF-14",
    format: "itf",
    cases: digits(13, 13).map((text) => {
      const whole = text + gtinCheck(text);
      return { bars: bars("interleaved2of5", whole), text: whole, aim: "]I1" };
    }),
  },
  {
    name: "Industrial 2 of 5",
    format: "industrial_2_of_5",
    cases: digits(2, 12).map((text) => ({ bars: bars("industrial2of5", text), text, aim: "]S0" })),
  },
  {
    name: "Matrix 2 of 5",
    format: "matrix_2_of_5",
    cases: digits(3, 14).map((text) => ({ bars: bars("matrix2of5", text), text, aim: "]X0" })),
  },
  {
    name: "Code 11 with one or two check characters",
    format: "code_11",
    cases: textOf("0123456789-", 3, 14).map((text) => {
      const checks = code11Checks(text);
      const hasTwo = text.length >= 10;
      return {
        bars: bars("code11", text, { includecheck: true }),
        text: text + (hasTwo ? checks : checks[0]),
        aim: hasTwo ? "]H1" : "",
      };
    }),
  },
  {
    name: "MSI",
    format: "msi",
    cases: digits(3, 14).map((text) => ({ bars: bars("msi", text), text, aim: "]M0" })),
  },
  {
    name: "MSI with a check digit mod 10",
    format: "msi",
    cases: digits(3, 12).map((text) => ({
      bars: bars("msi", text, { includecheck: true }),
      text: text + luhn(text),
      aim: "]M0",
    })),
  },
  {
    name: "Telepen",
    format: "telepen",
    // Texts: what control characters are in a symbol makes it a numeric one.
    cases: ascii(32, 126, 14).map((text) => ({
      bars: bars("telepen", escaped(text), { parse: true }),
      text,
      aim: "]B0",
    })),
  },
  {
    name: "Telepen numeric",
    format: "telepen",
    cases: fc.integer({ min: 0, max: 7 }).chain((pairs) =>
      fc.tuple(fc.integer({ min: 0, max: 4 }), digits(2 * pairs, 2 * pairs)).map(([first, rest]) => {
        const text = `0${first}${rest}`;
        return { bars: bars("telepennumeric", text), text, aim: "]B1" };
      }),
    ),
  },
];

/** Pharmacode reads as another number from the other side: it is drawn upright alone. */
export const PHARMACODES: fc.Arbitrary<CodeCase> = fc.integer({ min: 7, max: 131_070 }).map((value) => ({
  bars: bars("pharmacode", String(value)),
  text: String(value),
  aim: "]X0",
}));

/** Ids of all formats that these cases and their neighbours need. */
export const idsOf = (...names: readonly BarcodeFormat[]): number[] =>
  names.map((name) => formatByName(name)?.id as number);

function gtinCheck(number: string): string {
  const sum = Array.from(number)
    .reverse()
    .reduce((total, digit, k) => total + Number(digit) * (k % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

function luhn(number: string): string {
  const sum = Array.from(number)
    .reverse()
    .reduce((total, digit, k) => {
      const twice = 2 * Number(digit);
      return total + (k % 2 === 1 ? Number(digit) : twice > 9 ? twice - 9 : twice);
    }, 0);
  return String((10 - (sum % 10)) % 10);
}

function code32Check(number: string): string {
  const sum = Array.from(number).reduce((total, digit, k) => {
    const twice = 2 * Number(digit);
    return total + (k % 2 === 0 ? Number(digit) : Math.floor(twice / 10) + (twice % 10));
  }, 0);
  return String(sum % 10);
}

const pznCheck = (number: string, first: number): number =>
  Array.from(number).reduce((total, digit, k) => total + (first + k) * Number(digit), 0) % 11;

function code11Checks(text: string): string {
  const alphabet = "0123456789-";
  const check = (chars: string, weights: number): string => {
    const sum = Array.from(chars)
      .reverse()
      .reduce((total, char, k) => total + ((k % weights) + 1) * alphabet.indexOf(char), 0);
    return alphabet[sum % 11] as string;
  };
  const c = check(text, 10);
  return c + check(text + c, 9);
}
