/**
 * The command line as settings. Checks everything before the first file is opened; prints and opens nothing itself.
 */
import { parseArgs } from "node:util";
import { nearestName } from "../describe.js";
import { ScanError } from "../errors.js";
import { type CheckedReadOptions, checkReadOptions } from "../read-options.js";
import type { ReadOptions, Region } from "../types.js";

export interface Settings {
  readonly inputs: readonly string[];
  readonly options: CheckedReadOptions;
  readonly isRecursive: boolean;
  /** Undefined: one for each processor. */
  readonly jobs: number | undefined;
  readonly timeoutMs: number;
  readonly output: "lines" | "json" | "raw" | "none";
  readonly withFileName: boolean;
  readonly withMessages: boolean;
  readonly withProgress: boolean;
  readonly saveDecoded: string | undefined;
}

/** What the command line asks for. */
export type Command =
  | { readonly do: "help" | "version" | "list-formats" }
  | { readonly do: "read"; settings: Settings };

/** A mistake on the command line; the message says which. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const OPTIONS = {
  formats: { type: "string", short: "f", multiple: true },
  "list-formats": { type: "boolean" },
  effort: { type: "string", short: "e" },
  region: { type: "string", multiple: true },
  "no-inverted": { type: "boolean" },
  first: { type: "boolean", short: "1" },
  all: { type: "boolean" },
  "max-symbols": { type: "string", short: "m" },
  "min-confidence": { type: "string" },
  "min-length": { type: "string" },
  "max-length": { type: "string" },
  pattern: { type: "string" },
  recursive: { type: "boolean", short: "r" },
  jobs: { type: "string", short: "j" },
  timeout: { type: "string" },
  json: { type: "boolean" },
  raw: { type: "boolean" },
  "no-filename": { type: "boolean", short: "h" },
  quiet: { type: "boolean", short: "q" },
  "no-messages": { type: "boolean" },
  "no-progress": { type: "boolean" },
  "save-decoded": { type: "string" },
  help: { type: "boolean" },
  version: { type: "boolean" },
} as const;

type Values = ReturnType<typeof parse>["values"];

/** @throws UsageError */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  for (const name of ["help", "version", "list-formats"] as const) if (values[name]) return { do: name };
  if (positionals.length === 0) throw new UsageError("no image was named");
  if (positionals.filter((input) => input === "-").length > 1)
    throw new UsageError("standard input (-) can be read only once");
  return { do: "read", settings: settingsOf(values, positionals) };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(explain(error as Error & { code?: string }));
  }
}

/** Node's message, cut to what is wrong, and the option that was perhaps meant. */
function explain({ message, code }: Error & { code?: string }): string {
  const unknown = /^Unknown option '(--?([^'=]+))/.exec(message);
  if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION" || !unknown) return message.split(/\n|\. /)[0] ?? message;
  const nearest = (unknown[1] ?? "").startsWith("--") ? nearestName(unknown[2] ?? "", Object.keys(OPTIONS)) : undefined;
  return `there is no option ${unknown[1]}${nearest ? `; did you mean --${nearest}?` : ""}`;
}

function settingsOf(values: Values, inputs: readonly string[]): Settings {
  const outputs = (["json", "raw", "quiet"] as const).filter((name) => values[name]);
  if (outputs.length > 1) throw new UsageError(`--${outputs[0]} and --${outputs[1]} exclude each other`);
  const output = outputs[0] === "quiet" ? "none" : (outputs[0] ?? "lines");
  return {
    inputs,
    options: readOptionsOf(values),
    isRecursive: values.recursive ?? false,
    jobs: values.jobs === undefined ? undefined : numberOf("jobs", values.jobs, 1, 256),
    timeoutMs: numberOf("timeout", values.timeout ?? "20", 0.001, 86_400) * 1000,
    output,
    withFileName: !values["no-filename"],
    withMessages: !values["no-messages"],
    withProgress: !values["no-progress"],
    saveDecoded: values["save-decoded"],
  };
}

function readOptionsOf(values: Values): CheckedReadOptions {
  const wanted = [values.first && "first", values.all && "all", values["max-symbols"] && "max-symbols"].filter(Boolean);
  if (wanted.length > 1) throw new UsageError(`--${wanted[0]} and --${wanted[1]} exclude each other`);
  const formats = values.formats?.flatMap((list) => list.split(",")).filter((name) => name.trim() !== "");
  const number = (name: "max-symbols" | "min-confidence" | "min-length" | "max-length") =>
    values[name] === undefined ? undefined : numberOf(name, values[name]);
  const options = {
    formats,
    effort: values.effort,
    region: values.region?.map(regionOf),
    inverted: values["no-inverted"] ? false : undefined,
    maxSymbols: values.first ? 1 : number("max-symbols"),
    minConfidence: number("min-confidence"),
    minTextLength: number("min-length"),
    maxTextLength: number("max-length"),
    textPattern: values.pattern === undefined ? undefined : patternOf(values.pattern),
  };
  try {
    return checkReadOptions(options as ReadOptions, "thorough");
  } catch (error) {
    if (error instanceof ScanError) throw new UsageError(error.message.replace(/\.$/, ""));
    throw error;
  }
}

function numberOf(
  name: string,
  text: string,
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
): number {
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new UsageError(`--${name} takes a number, not "${text}"`);
  if (value < least || value > most)
    throw new UsageError(`--${name} takes a number from ${least} to ${most}, not ${text}`);
  return value;
}

function regionOf(text: string): Region {
  const [, sides = "", unit = ""] = /^(.*?)(px|%)?$/s.exec(text.trim()) ?? [];
  const numbers = sides.split(",").map((side) => numberOf("region", side));
  const [left, top, right, bottom] = numbers;
  if (numbers.length !== 4 || left === undefined || top === undefined || right === undefined || bottom === undefined)
    throw new UsageError(`--region takes left,top,right,bottom as in 10,20,90,80 or 0,0,640,480px, not "${text}"`);
  return { left, top, right, bottom, unit: unit === "px" ? "pixel" : "percent" };
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw new UsageError(`--pattern: ${(error as Error).message}`);
  }
}
