/**
 * What a command of `lts` is: its words, its options, and what it does. Reads the command line; it must not know any single
 * command.
 */
import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Config } from "../config.js";
import type { Terminal } from "./terminal.js";

type OptionTable = NonNullable<ParseArgsConfig["options"]>;

/** A command that cannot be understood; the message says what was expected. */
export class UsageError extends Error {}

export type Options = Readonly<Record<string, string | boolean | undefined>>;

export interface Invocation {
  /** What stands after the command's words, as many as its usage names. */
  readonly args: readonly string[];
  readonly options: Options;
  readonly terminal: Terminal;
  /** The configuration; throws where it is wrong. */
  readonly config: Config;
}

export interface Command {
  /** Words, then arguments: `user add <login>`; `[…]` may be left out, `…` repeats. */
  readonly usage: string;
  readonly about: string;
  readonly options?: OptionTable;
  /** Names options in the usage line. */
  readonly optionText?: string;
  /** Resolves when it is done; the number is the exit code where it is not 0. */
  readonly run: (invocation: Invocation) => Promise<number | undefined>;
}

/** Options that every command takes. */
export const COMMON_OPTIONS = {
  config: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const satisfies OptionTable;

const partsOf = (command: Command): readonly string[] => command.usage.split(" ");
const wordsOf = (command: Command): readonly string[] => partsOf(command).filter((part) => /^[a-z]/.test(part));

/** The command that the first words name. */
export function findCommand(commands: readonly Command[], line: readonly string[]): Command | undefined {
  return commands
    .filter((command) => wordsOf(command).every((word, index) => line[index] === word))
    .sort((a, b) => wordsOf(b).length - wordsOf(a).length)[0];
}

/** Arguments and options of a command; throws {@link UsageError}. */
export function readLine(command: Command, line: readonly string[]): { args: readonly string[]; options: Options } {
  const words = wordsOf(command);
  let read: { values: object; positionals: string[] };
  try {
    read = parseArgs({
      args: line.slice(words.length),
      options: { ...COMMON_OPTIONS, ...command.options },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usageOf(command)}`);
  }
  const options = read.values as Options;
  const args = read.positionals;
  const wanted = partsOf(command).slice(words.length);
  const least = wanted.filter((part) => part.startsWith("<")).length;
  const most = wanted.some((part) => part.includes("…")) ? Number.POSITIVE_INFINITY : wanted.length;
  if (options.help !== true && (args.length < least || args.length > most)) throw new UsageError(usageOf(command));
  return { args, options };
}

export const usageOf = ({ usage, optionText, about }: Command): string =>
  `Usage: lts ${usage}${optionText === undefined ? "" : ` ${optionText}`}\n${about}`;

/** An option that is a text. */
export const textOption = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
};

/** An option that is a whole number. */
export function numberOption(options: Options, name: string): number | undefined {
  const value = textOption(options, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw new UsageError(`--${name} takes a whole number, not ${JSON.stringify(value)}.`);
  return Number(value);
}

/** An option that is a list: `--domains a,b`. */
export const listOption = (options: Options, name: string): readonly string[] | undefined =>
  textOption(options, name)
    ?.split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

/** Prints rows, each as aligned lines or, where asked for, all as JSON. */
export function show(
  { terminal, options }: Pick<Invocation, "terminal" | "options">,
  rows: readonly object[] | object,
): void {
  if (options.json === true) {
    terminal.out(JSON.stringify(rows, undefined, 2));
    return;
  }
  const list = Array.isArray(rows) ? (rows as object[]) : [rows];
  list.forEach((row, index) => {
    if (index > 0) terminal.out("");
    const entries = Object.entries(row).filter(([, value]) => value !== undefined);
    const width = Math.max(...entries.map(([name]) => name.length));
    for (const [name, value] of entries) terminal.out(`${name.padEnd(width)}  ${asText(value)}`);
  });
}

const asText = (value: unknown): string =>
  typeof value === "string" ? value : Array.isArray(value) ? value.map(asText).join(" ") : JSON.stringify(value);

/** A time as it is printed. */
export const timeText = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();
