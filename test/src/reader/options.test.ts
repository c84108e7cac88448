/** Read options: defaults, every wrong value, and that the caller's object is left alone (R58, R59). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ScanError } from "../../../src/errors.js";
import { type BarcodeFormat, DEFAULT_FORMATS } from "../../../src/formats.js";
import { checkReadOptions, READ_OPTION_NAMES, refuseUnknownOptions } from "../../../src/read-options.js";
import { regionRects } from "../../../src/region.js";
import type { ReadOptions } from "../../../src/types.js";

const check = (options: unknown) => checkReadOptions(options as ReadOptions, "thorough");

function errorOf(work: () => unknown): ScanError {
  try {
    work();
  } catch (error) {
    if (error instanceof ScanError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("defaults", () => {
  test("R58 without options all formats of the table, confidence 30, no other filter", () => {
    expect(check(undefined)).toEqual({
      formats: DEFAULT_FORMATS,
      minConfidence: 30,
      minTextLength: 0,
      maxTextLength: Number.POSITIVE_INFINITY,
      maxSymbols: 0,
      effort: "thorough",
      inverted: true,
    });
    expect(checkReadOptions({}, "fast").effort).toBe("fast");
  });

  test("an undefined field is as good as an absent one", () => {
    const undefinedFields = Object.fromEntries(READ_OPTION_NAMES.map((name) => [name, undefined]));
    expect(check(undefinedFields)).toEqual(check({}));
  });

  test("the result is frozen, survives cloning, and checking it again changes nothing", () => {
    const checked = check({ formats: ["ean_13"], region: { left: 1, top: 2, right: 3, bottom: 4 }, textPattern: /a/g });
    expect(Object.isFrozen(checked) && Object.isFrozen(checked.formats) && Object.isFrozen(checked.region)).toBe(true);
    expect(structuredClone(checked)).toEqual(checked);
    expect(check(checked)).toBe(checked);
    expect(check({ ...checked })).toEqual(checked);
  });

  test("the caller's options are never changed", () => {
    const options = { formats: ["ean_8", "qr_code"] as BarcodeFormat[], textPattern: /^4/g, region: [] as never[] };
    options.textPattern.lastIndex = 3;
    const before = structuredClone({ ...options, region: undefined });
    check({ ...options, region: undefined });
    expect({ ...options, region: undefined }).toEqual(before);
    expect(options.textPattern.lastIndex).toBe(3);
  });
});

describe("formats", () => {
  test.each([
    ["EAN-13", "ean_13"],
    ["ean 13", "ean_13"],
    ["QRCode", "qr_code"],
    ["Code-128", "code_128"],
    ["UPC_A", "upc_a"],
  ])("%s is %s", (given, format) => {
    expect(check({ formats: [given] }).formats).toEqual([format]);
  });

  test("repeats are one, in the order of the table", () => {
    expect(check({ formats: ["code_128", "QR_CODE", "qr_code"] }).formats).toEqual(["qr_code", "code_128"]);
  });

  test.each([
    ["qr_cod", "qr_code"],
    ["ean31", "ean_13"],
    ["code12", "code_128"],
    ["upc_b", "upc_a"],
  ])("the error for %s names the nearest known name", (given, nearest) => {
    const error = errorOf(() => check({ formats: [given] }));
    expect(error.code).toBe("unknown_format");
    expect(error.message).toContain(`did you mean "${nearest}"?`);
  });

  test("a name like no other gets no suggestion but the list", () => {
    const { message } = errorOf(() => check({ formats: ["zzzzzzzzzz"] }));
    expect(message).not.toContain("did you mean");
    for (const name of DEFAULT_FORMATS) expect(message).toContain(name);
  });
});

describe("wrong values", () => {
  test.each<[unknown, string, RegExp]>([
    [null, "invalid_option", /not null/],
    [7, "invalid_option", /not 7/],
    [["qr_code"], "invalid_option", /not an array/],
    [{ formats: "qr_code" }, "invalid_option", /formats takes an array/],
    [{ formats: [] }, "invalid_option", /formats is empty/],
    [{ formats: [undefined] }, "invalid_option", /format names/],
    [{ formats: new Array(3) }, "invalid_option", /format names/],
    [{ formats: ["__proto__"] }, "unknown_format", /There is no format/],
    [{ minConfidence: Number.NaN }, "invalid_option", /minConfidence .* not NaN/],
    [{ minConfidence: 101 }, "invalid_option", /0 to 100/],
    [{ minConfidence: "50" }, "invalid_option", /not "50"/],
    [{ minTextLength: -1 }, "invalid_option", /minTextLength/],
    [{ minTextLength: 1.5 }, "invalid_option", /whole number/],
    [{ maxTextLength: Number.NEGATIVE_INFINITY }, "invalid_option", /maxTextLength/],
    [{ minTextLength: 5, maxTextLength: 4 }, "invalid_option", /no text would fit/],
    [{ maxSymbols: Number.POSITIVE_INFINITY }, "invalid_option", /maxSymbols/],
    [{ maxSymbols: 65536 }, "invalid_option", /maxSymbols/],
    [{ textPattern: "^4" }, "invalid_option", /RegExp/],
    [{ effort: "hard" }, "invalid_option", /"fast" or "thorough"/],
    [{ inverted: 1 }, "invalid_option", /true or false/],
    [{ region: null }, "invalid_region", /not null/],
    [{ region: [] }, "invalid_region", /empty array/],
    [{ region: "all" }, "invalid_region", /left, top/],
    [{ region: { left: 0, top: 0, right: 10 } }, "invalid_region", /bottom .* undefined/],
    [{ region: { left: Number.NaN, top: 0, right: 10, bottom: 10 } }, "invalid_region", /left .* NaN/],
    [{ region: { left: 0, top: 0, right: Number.POSITIVE_INFINITY, bottom: 1 } }, "invalid_region", /right/],
    [{ region: { left: 20, top: 0, right: 10, bottom: 10 } }, "invalid_region", /inverted/],
    [{ region: { left: 10, top: 5, right: 20, bottom: 5 } }, "invalid_region", /empty/],
    [{ region: { left: 0, top: 0, right: 10, bottom: 10, unit: "px" } }, "invalid_region", /"percent" or "pixel"/],
    [{ region: { left: 100, top: 0, right: 120, bottom: 10 } }, "invalid_region", /outside/],
    [{ region: { left: -20, top: 0, right: 0, bottom: 10, unit: "pixel" } }, "invalid_region", /outside/],
    [{ region: [{ left: 0, top: 0, right: 9, bottom: 9 }, 4] }, "invalid_region", /region\[1\]/],
  ])("%o is %s", (options, code, message) => {
    const error = errorOf(() => check(options));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  test("an object that only calls itself a RegExp is none", () => {
    expect(errorOf(() => check({ textPattern: { [Symbol.toStringTag]: "RegExp" } })).code).toBe("invalid_option");
  });

  test("a getter that throws and a revoked proxy are invalid_option with their cause", () => {
    const cause = new Error("no");
    const throwing = {
      get formats() {
        throw cause;
      },
    };
    expect(errorOf(() => check(throwing))).toMatchObject({ code: "invalid_option", cause });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(errorOf(() => check(proxy)).code).toBe("invalid_option");
  });

  test("R58 a slip of the pen in an option's name is refused with the right name", () => {
    const error = errorOf(() => refuseUnknownOptions({ minConfidance: 50 }, READ_OPTION_NAMES));
    expect([error.code, error.message]).toEqual(["invalid_option", expect.stringContaining('"minConfidence"')]);
    expect(() => refuseUnknownOptions({ minConfidence: 50 }, READ_OPTION_NAMES)).not.toThrow();
    expect(() => refuseUnknownOptions(undefined, READ_OPTION_NAMES)).not.toThrow();
  });

  test("whatever is handed over gives a ScanError or checked options", () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
    const junk = fc.record(Object.fromEntries(READ_OPTION_NAMES.map((name) => [name, anything])), { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(anything, junk), (options) => {
        try {
          const checked = check(options);
          expect(checked.formats.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ScanError);
        }
      }),
      { seed: 20261121, numRuns: 2000 },
    );
  });
});

describe("textPattern", () => {
  test.each<[RegExp, string, boolean]>([
    [/\d+/, "123", true],
    [/\d+/, "a123", false],
    [/a|ab/, "ab", true],
    [/4/g, "4", true],
    [/x/y, "x", true],
    [/^b$/m, "a\nb", false],
    [/a.b/s, "a\nb", true],
    [/ABC/i, "abc", true],
    [/\p{L}+/u, "äöü", true],
    [/(.)\1/, "aa", true],
  ])("%s on %j: %s", (pattern, text, matches) => {
    const { textPattern } = check({ textPattern: pattern });
    // Twice, because a pattern with the g or y flag would remember where it stopped.
    expect([textPattern?.test(text), textPattern?.test(text)]).toEqual([matches, matches]);
    expect(structuredClone(textPattern)?.test(text)).toBe(matches);
  });
});

describe("regions", () => {
  const rects = (region: unknown, width: number, height: number) =>
    regionRects(check({ region }).region, width, height);

  test.each<[string, unknown, number, number, unknown]>([
    ["the whole image", undefined, 640, 480, [{ x: 0, y: 0, width: 640, height: 480 }]],
    ["percent", { left: 10, top: 25, right: 90, bottom: 75 }, 640, 480, [{ x: 64, y: 120, width: 512, height: 240 }]],
    ["outwards", { left: 1, top: 1, right: 2, bottom: 2 }, 10, 10, [{ x: 0, y: 0, width: 1, height: 1 }]],
    [
      "pixels beyond the image are clipped",
      { left: -5, top: 470, right: 9999, bottom: 500, unit: "pixel" },
      640,
      480,
      [{ x: 0, y: 470, width: 640, height: 10 }],
    ],
    [
      "more than all is all",
      { left: -1, top: 0, right: 101, bottom: 100 },
      9,
      9,
      [{ x: 0, y: 0, width: 9, height: 9 }],
    ],
  ])("%s", (_, region, width, height, expected) => {
    expect(rects(region, width, height)).toEqual(expected);
  });

  test("a region in pixels that lies outside this image is refused", () => {
    const error = errorOf(() => rects({ left: 640, top: 0, right: 700, bottom: 10, unit: "pixel" }, 640, 480));
    expect([error.code, error.message]).toEqual(["invalid_region", expect.stringContaining("640 × 480")]);
  });

  test("whatever the region, its rectangle is never empty and lies within the image", () => {
    const side = fc.double({ min: -200, max: 400, noNaN: true });
    const size = fc.integer({ min: 1, max: 5000 });
    const unit = fc.constantFrom("percent", "pixel");
    fc.assert(
      fc.property(side, side, side, side, unit, size, size, (left, top, right, bottom, unit, width, height) => {
        let rect: { x: number; y: number; width: number; height: number } | undefined;
        try {
          [rect] = rects({ left, top, right, bottom, unit }, width, height);
        } catch (error) {
          expect((error as ScanError).code).toBe("invalid_region");
          return;
        }
        expect(rect && rect.x >= 0 && rect.y >= 0 && rect.width > 0 && rect.height > 0).toBe(true);
        expect(rect && rect.x + rect.width <= width && rect.y + rect.height <= height).toBe(true);
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});
