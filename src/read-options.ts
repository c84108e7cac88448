/**
 * Checks what a caller says about reading and fills in the defaults. Everything below this point trusts the result.
 * Knows nothing of images, engines or cameras.
 */
import { bareName, brandOf, describe, nearestName } from "./describe.js";
import { ScanError } from "./errors.js";
import { type BarcodeFormat, DEFAULT_FORMATS, FORMAT_NAMES } from "./formats.js";
import { between, type Checks, checkAll, count, flag, oneOf, refuseOption, refuseValue } from "./option-check.js";
import { type CheckedRegion, checkRegions } from "./region.js";
import type { Effort, ReadOptions } from "./types.js";

/** {@link ReadOptions} with every default filled in: frozen, structured-cloneable, and unchanged by another check. */
export interface CheckedReadOptions extends ReadOptions {
  /** Never empty, without repeats, in the order of the format table. */
  readonly formats: readonly BarcodeFormat[];
  /** Absent for the whole image, otherwise one region or more. */
  readonly region?: readonly CheckedRegion[];
  readonly minConfidence: number;
  readonly minTextLength: number;
  /** Infinity for no limit. */
  readonly maxTextLength: number;
  /** Rewritten so that a plain `test(text)` matches the whole text and keeps no state. */
  readonly textPattern?: RegExp;
  readonly maxSymbols: number;
  readonly effort: Effort;
  readonly inverted: boolean;
}

/** Results below this are dropped unless the caller says otherwise: the check digits and scan lines hardly agree. */
const DEFAULT_MIN_CONFIDENCE = 30;
/** More than the result block of a 64-megapixel image can hold. */
const MOST_SYMBOLS = 65535;

const formatByBareName = new Map<string, BarcodeFormat>(FORMAT_NAMES.map((name) => [bareName(name), name]));

/**
 * Checks options and fills in defaults; the caller's object is only read. Fields that are no read options are
 * ignored here: see {@link refuseUnknownOptions}.
 * @param effort what to use where the options do not say
 * @throws ScanError `invalid_option`, `unknown_format`, `invalid_region`
 */
export function checkReadOptions(options: ReadOptions | undefined, effort: Effort): CheckedReadOptions {
  if (isChecked(options)) return options;
  try {
    const result = check(optionBag(options), effort);
    checkedOptions.add(result);
    return result;
  } catch (cause) {
    if (cause instanceof ScanError) throw cause;
    throw new ScanError("invalid_option", "The options cannot be read: a getter or a revoked proxy threw.", { cause });
  }
}

const checkedOptions = new WeakSet<object>();

const isChecked = (options: unknown): options is CheckedReadOptions =>
  typeof options === "object" && options !== null && checkedOptions.has(options);

const effortOr = (fallback: Effort) => oneOf(["fast", "thorough"], fallback);

const CHECKS = {
  formats: checkFormats,
  region: checkRegions,
  minConfidence: between(DEFAULT_MIN_CONFIDENCE, 0, 100, "a number from 0 to 100"),
  minTextLength: count(0, Number.MAX_SAFE_INTEGER),
  maxTextLength: (value: unknown, name: string) =>
    value === Number.POSITIVE_INFINITY ? value : count(Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER)(value, name),
  textPattern: checkTextPattern,
  maxSymbols: count(0, MOST_SYMBOLS),
  effort: effortOr("thorough"),
  inverted: flag(true),
} satisfies Checks<ReadOptions>;

/** The names of all read options. */
export const READ_OPTION_NAMES = Object.keys(CHECKS) as readonly (keyof ReadOptions)[];

function check(given: Record<string, unknown>, effort: Effort): CheckedReadOptions {
  const { region, textPattern, ...rest } = checkAll(given, { ...CHECKS, effort: effortOr(effort) });
  const { minTextLength, maxTextLength } = rest;
  if (minTextLength > maxTextLength)
    refuseOption(
      `minTextLength (${minTextLength}) is greater than maxTextLength (${maxTextLength}), so no text would fit`,
    );
  return Object.freeze({ ...rest, ...(region && { region }), ...(textPattern && { textPattern }) });
}

/**
 * Refuses fields that are no option of the one who calls: a slip of the pen in a filter would otherwise be ignored,
 * and what it should have kept out would be counted (R58).
 * @throws ScanError `invalid_option`, with the nearest known name
 */
export function refuseUnknownOptions(options: unknown, known: readonly string[]): void {
  for (const name of Object.keys(optionBag(options))) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    refuseOption(`There is no option ${describe(name)}${nearest ? `; did you mean "${nearest}"?` : ""}`);
  }
}

/**
 * The list of formats in canonical names; undefined stands for those looked for by default. Case, `-`, `_` and spaces do not matter.
 * @throws ScanError `invalid_option`, `unknown_format` with the nearest known name
 */
export function checkFormats(value: unknown): readonly BarcodeFormat[] {
  if (value === undefined) return DEFAULT_FORMATS;
  if (!Array.isArray(value)) refuseValue("formats", "an array of format names", value);
  if (value.length === 0) refuseOption("formats is empty; leave it out to look for all formats");
  const wanted = new Set(Array.from(value, checkFormat));
  return Object.freeze(FORMAT_NAMES.filter((name) => wanted.has(name)));
}

function checkFormat(value: unknown): BarcodeFormat {
  if (typeof value !== "string") refuseValue("formats", "format names", value);
  const format = formatByBareName.get(bareName(value));
  if (format) return format;
  const nearest = nearestName(value, FORMAT_NAMES);
  throw new ScanError(
    "unknown_format",
    `There is no format ${describe(value)}${nearest ? `; did you mean "${nearest}"?` : ""} ` +
      `(known: ${FORMAT_NAMES.join(", ")}).`,
  );
}

/** Patterns that were rewritten already, so that checking merged options does not wrap them again. */
const wholeTextPatterns = new WeakSet<RegExp>();

function checkTextPattern(value: unknown): RegExp | undefined {
  if (value === undefined) return undefined;
  if (brandOf(value) !== "RegExp") refuseValue("textPattern", "a RegExp", value);
  if (wholeTextPatterns.has(value as RegExp)) return value as RegExp;
  const { source, flags } = value as RegExp;
  if (typeof source !== "string" || typeof flags !== "string") refuseOption("textPattern takes a RegExp");
  const stateless = flags.replace(/[gy]/g, "");
  // `^` and `$` mean lines under the m flag; these two mean the ends of the text under any flag.
  const whole = flags.includes("m") ? `(?<![^])(?:${source})(?![^])` : `^(?:${source})$`;
  try {
    const pattern = Object.freeze(new RegExp(whole, stateless));
    wholeTextPatterns.add(pattern);
    return pattern;
  } catch (cause) {
    throw new ScanError("invalid_option", "textPattern takes a RegExp that this engine understands.", { cause });
  }
}

function optionBag(options: unknown): Record<string, unknown> {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null || Array.isArray(options))
    refuseOption(`Options are an object such as { formats: ["qr_code"] }, not ${describe(options)}`);
  return options as Record<string, unknown>;
}
