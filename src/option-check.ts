/**
 * Checks of option values, made from a few words each; a table of them checks a whole object of options and is the list
 * of its names. Knows no option.
 */
import { describe } from "./describe.js";
import { ScanError } from "./errors.js";

/** From what a caller gave for the option `name` to the value that holds. @throws ScanError `invalid_option` */
export type Check<Value> = (value: unknown, name: string) => Value;

/** A check for each option; the compiler complains about one that is missing. */
export type Checks<Options> = { readonly [Name in keyof Options]-?: Check<unknown> };

type Checked<Table> = { readonly [Name in keyof Table]: Table[Name] extends Check<infer Value> ? Value : never };

/** The values of all options of a table. @throws ScanError `invalid_option` */
export function checkAll<Table extends Readonly<Record<string, Check<unknown>>>>(
  options: object,
  table: Table,
): Checked<Table> {
  const given = options as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(table).map(([name, check]) => [name, check(given[name], name)]),
  ) as Checked<Table>;
}

/** The message gets its full stop here. @throws ScanError `invalid_option` */
export function refuseOption(message: string): never {
  throw new ScanError("invalid_option", `${message}${message.endsWith("?") ? "" : "."}`);
}

/** @throws ScanError `invalid_option` */
export function refuseValue(name: string, wanted: string, value: unknown): never {
  refuseOption(`${name} takes ${wanted}, not ${describe(value)}`);
}

/** @param wanted what the option takes, for the message */
export function takes<Value>(
  accepts: (value: unknown) => boolean,
  wanted: string,
): <Fallback>(fallback: Fallback) => Check<Value | Fallback> {
  return (fallback) => (value, name) => {
    if (value === undefined) return fallback;
    return accepts(value) ? (value as Value) : refuseValue(name, wanted, value);
  };
}

const isNumber = (value: unknown): value is number => typeof value === "number";

export const flag = takes<boolean>((value) => typeof value === "boolean", "true or false");

export const text = takes<string>((value) => typeof value === "string", "a string")(undefined);

/** A function, `what` it gives being said in the message. */
export const callback = <Value>(what: string) =>
  takes<Value>((value) => typeof value === "function", `a function${what}`);

/** A clock of the caller's own. */
export const clock = callback<() => number>(" that gives milliseconds");

/** A whole number from 0 to `most`. */
export const count = (fallback: number, most: number): Check<number> =>
  takes<number>(
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most,
    `a whole number from 0 to ${most}`,
  )(fallback);

/** A number above 0, at most `most`. */
export const positive = (
  fallback: number,
  most = Number.POSITIVE_INFINITY,
  wanted = "a number above 0",
): Check<number> => takes<number>((value) => isNumber(value) && value > 0 && value <= most, wanted)(fallback);

/** A number from `least` to `most`, which `wanted` says in words. */
export const between = (fallback: number, least: number, most: number, wanted: string): Check<number> =>
  takes<number>((value) => isNumber(value) && value >= least && value <= most, wanted)(fallback);

export const oneOf = <const Name extends string>(known: readonly Name[], fallback: Name): Check<Name> =>
  takes<Name>((value) => known.includes(value as Name), known.map((one) => `"${one}"`).join(" or "))(fallback);

/** An object of the platform, of any realm: told by one of its methods. */
export const having = <Value>(method: string, what: string): Check<Value | undefined> => {
  const check = takes<Value>(
    (value) => typeof (value as Record<string, unknown> | null)?.[method] === "function" && typeof value === "object",
    what,
  )(undefined);
  return (value, name) => check(value ?? undefined, name);
};
