import { toSVG } from "bwip-js";
import { describe, expect, it } from "vitest";
import { readGs1 } from "../../../src/engine/gs1-part.js";
import { IDENTIFIER_ROWS } from "../../../src/gs1/application-identifiers.js";
import { isAlphanumericChecked, isCheckDigitRight } from "../../../src/gs1/check-characters.js";
import { isDate } from "../../../src/gs1/date-time.js";
import { readDigitalLink } from "../../../src/gs1/digital-link.js";
import { readElementString } from "../../../src/gs1/element-string.js";
import { withGs1 } from "../../../src/gs1/gs1.js";
import { identifierAt, identifierOf, problemOf } from "../../../src/gs1/syntax.js";
import type { Barcode } from "../../../src/types.js";

const GTIN = "09521234543213";
const elements = (text: string) => {
  const reading = readElementString(text);
  return "problem" in reading ? reading.problem : reading.elements.map(({ ai, value }) => `(${ai})${value}`).join("");
};
const link = (text: string) => {
  const reading = readDigitalLink(text);
  if (!reading) return undefined;
  return "problem" in reading ? reading.problem : reading.elements.map(({ ai, value }) => `(${ai})${value}`).join("");
};

describe("the table of application identifiers", () => {
  const all = IDENTIFIER_ROWS.flatMap(([range]) => {
    const [from = "", to = from] = range.split("-");
    const count = Number(to) - Number(from) + 1;
    return Array.from({ length: count }, (_, i) => String(Number(from) + i).padStart(from.length, "0"));
  });

  it("has some 540 identifiers, each once, none the beginning of another", () => {
    expect(all.length).toBeGreaterThan(500);
    expect(new Set(all).size).toBe(all.length);
    for (const ai of all) {
      expect(all.filter((other) => other !== ai && other.startsWith(ai))).toEqual([]);
      expect(identifierAt(`${ai}123`)?.ai).toBe(ai);
    }
  });

  it("fixes the same length for all identifiers of the same two digits where it fixes one", () => {
    for (const ai of all) {
      const identifier = identifierOf(ai);
      if (!identifier?.hasFixedLength) continue;
      expect(identifier.min, ai).toBe(identifier.max);
      for (const other of all.filter((name) => name.slice(0, 2) === ai.slice(0, 2))) {
        expect(ai.length + identifier.max, other).toBe(other.length + (identifierOf(other)?.max ?? 0));
      }
    }
  });

  it("reads every format", () => {
    for (const ai of all) {
      const { parts, min, max } = identifierOf(ai) as NonNullable<ReturnType<typeof identifierOf>>;
      expect(min, ai).toBeGreaterThan(0);
      expect(max, ai).toBeGreaterThanOrEqual(min);
      for (const part of parts) expect(part.charset, ai).toBeInstanceOf(RegExp);
    }
  });
});

describe("element strings", () => {
  it.each([
    [`01${GTIN}`, `(01)${GTIN}`],
    [`01${GTIN}10ABC-1\x1d17261231`, `(01)${GTIN}(10)ABC-1(17)261231`],
    [`01${GTIN}\x1d10ABC\x1d`, `(01)${GTIN}(10)ABC`],
    ["3103000125390312345\x1d21x", "(3103)000125(3903)12345(21)x"],
    ["00095212345432100003", "(00)095212345432100003"],
    ["800309521234543213SER", "(8003)09521234543213SER"],
    ["421276A1\x1d7007260101260131", "(421)276A1(7007)260101260131"],
    ["80131987654Ad4X4bL5ttr2310c2K", "(8013)1987654Ad4X4bL5ttr2310c2K"],
  ])("reads %j", (text, expected) => {
    expect(elements(text)).toBe(expected);
  });

  it("tells titles and decimals", () => {
    expect(readElementString("3103000125")).toEqual({
      elements: [{ ai: "3103", value: "000125", title: "NET WEIGHT (kg)", decimalPlaces: 3 }],
    });
  });

  it.each([
    ["", /no element string/],
    ["0109521234543214", /\(01\) lacks a right check digit/],
    ["010952123454321", /\(01\) takes 14 characters, not 13/],
    [`01${GTIN}05x`, /No application identifier begins with "05x"/],
    ["17261301", /\(17\) lacks a date/],
    ["17260230", /\(17\) lacks a date/],
    ["10", /\(10\) takes 1–20 characters, not 0/],
    [`10${"A".repeat(21)}`, /\(10\) takes 1–20 characters, not 21/],
    ["10a b", /\(10\) holds a character/],
    ["4309123", /\(4309\) takes 20 characters/],
    ["80131987654Ad4X4bL5ttr2310c2L", /check characters/],
    ["80060952123454321303\x1d02", /./],
  ])("says why %j is none", (text, problem) => {
    expect(elements(text)).toMatch(problem);
  });

  it("takes the 29th of February in leap years only, and day 00 where a month is meant", () => {
    expect(isDate("240229", false)).toBe(true);
    expect(isDate("250229", false)).toBe(false);
    expect(isDate("250200", true)).toBe(true);
    expect(isDate("250200", false)).toBe(false);
    expect(isDate("20240229", false)).toBe(true);
    expect(isDate("19000229", false)).toBe(false);
  });

  it("finds one wrong digit in every check digit, and one wrong character in a pair", () => {
    for (let i = 0; i < GTIN.length; i++) {
      const digit = (Number(GTIN[i]) + 1) % 10;
      expect(isCheckDigitRight(`${GTIN.slice(0, i)}${digit}${GTIN.slice(i + 1)}`)).toBe(false);
    }
    const model = "1987654Ad4X4bL5ttr2310c2K";
    expect(isAlphanumericChecked(model)).toBe(true);
    for (let i = 0; i < model.length; i++) {
      const other = model[i] === "Z" ? "Y" : "Z";
      expect(isAlphanumericChecked(`${model.slice(0, i)}${other}${model.slice(i + 1)}`)).toBe(false);
    }
  });

  it("says of every part of a value whether it fits", () => {
    const identifier = identifierOf("8006") as NonNullable<ReturnType<typeof identifierOf>>;
    expect(problemOf(identifier, `${GTIN}0102`)).toBeUndefined();
    expect(problemOf(identifier, `${GTIN}0302`)).toMatch(/piece/);
  });
});

describe("Digital Links", () => {
  it.each([
    [`https://id.gs1.org/01/${GTIN}`, `(01)${GTIN}`],
    [`https://example.com/some/path/01/${GTIN}/10/AB%2F1/21/x?17=261231&x=1`, `(01)${GTIN}(10)AB/1(21)x(17)261231`],
    ["https://example.com/01/9521234543213/", `(01)${GTIN}`],
    ["http://example.com/414/9521234000006/254/32a", "(414)9521234000006(254)32a"],
    ["HTTPS://EXAMPLE.COM/8004/9521234ABC", "(8004)9521234ABC"],
  ])("reads %s", (text, expected) => {
    expect(link(text)).toBe(expected);
  });

  it.each([
    "https://example.com/",
    "https://example.com/2024/01/15/news",
    "https://example.com/10/ABC",
    "https://example.com/01",
    "01/09521234543213",
    "ftp://example.com/01/09521234543213",
    "https://example.com/01/%zz",
    `https://example.com/01/${GTIN}/name/x`,
  ])("leaves %s alone", (text) => {
    expect(link(text)).toBeUndefined();
  });

  it("says what is wrong with one", () => {
    expect(link("https://example.com/01/09521234543214")).toMatch(/check digit/);
    expect(link(`https://example.com/01/${GTIN}/21/x/10/y`)).toMatch(/order/);
    expect(link(`https://example.com/01/${GTIN}?17=269999`)).toMatch(/date/);
  });
});

describe("barcodes with GS1 data", () => {
  const barcode = (rawValue: string, isGs1: boolean) =>
    ({ rawValue, details: isGs1 ? { isGs1 } : {} }) as unknown as Barcode;

  it("get it, or the reason why not, and are never refused", () => {
    expect(withGs1(barcode(`01${GTIN}`, true)).gs1).toEqual({
      form: "element_string",
      elements: [{ ai: "01", value: GTIN, title: "GTIN" }],
    });
    expect(withGs1(barcode("xx", true))).toMatchObject({ rawValue: "xx", gs1Problem: expect.stringMatching(/begins/) });
    expect(withGs1(barcode(`https://example.com/01/${GTIN}`, false)).gs1?.form).toBe("digital_link");
    expect(withGs1(barcode("plain", false))).toEqual(barcode("plain", false));
  });
});

describe("a reader of a symbol with FNC1", () => {
  it("hands over what the symbol says, by the part that is loaded then", async () => {
    const [read] = await readGs1([{ rawValue: `01${GTIN}10A`, details: { isGs1: true } } as unknown as Barcode]);
    expect(read?.gs1?.elements.map(({ ai }) => ai)).toEqual(["01", "10"]);
  });

  it("agrees with the writer on what is good data", () => {
    const accepts = (text: string) => {
      try {
        return toSVG({ bcid: "gs1-128", text }).length > 0;
      } catch {
        return false;
      }
    };
    const samples = [
      ["01", GTIN],
      ["01", "09521234543214"],
      ["00", "095212345432100003"],
      ["11", "261100"],
      ["11", "261131"],
      ["8003", "09521234543213SER"],
      ["8003", "19521234543213SER"],
      ["8008", "26112123"],
      ["8008", "26112124"],
      ["7003", "2611212359"],
      ["4321", "2"],
      ["8013", "1987654Ad4X4bL5ttr2310c2K"],
      ["8013", "1987654Ad4X4bL5ttr2310c2L"],
    ] as const;
    for (const [ai, value] of samples) {
      expect("elements" in readElementString(ai + value), `(${ai})${value}`).toBe(accepts(`(${ai})${value}`));
    }
  });
});
