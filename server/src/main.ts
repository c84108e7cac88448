/** The command `lts`: finds the command, reads the configuration, says what went wrong and what to do about it. */
import { readFileSync } from "node:fs";
import { type Command, findCommand, readLine, textOption, UsageError, usageOf } from "./cli/command.js";
import { dataCommands } from "./cli/data.js";
import { init } from "./cli/init.js";
import { keyCommands } from "./cli/keys.js";
import { licenseCommands } from "./cli/license.js";
import { serve } from "./cli/serve.js";
import { nodeTerminal, type Terminal } from "./cli/terminal.js";
import { userCommands } from "./cli/user.js";
import { readConfig } from "./config.js";
import { SETTINGS, type Setting } from "./settings.js";

const COMMANDS: readonly Command[] = [
  init,
  serve,
  ...userCommands,
  ...licenseCommands,
  ...keyCommands,
  ...dataCommands,
];

const EXIT_FAILED = 1;
const EXIT_MISUSED = 2;

function help(): string {
  const width = Math.max(...COMMANDS.map(({ usage }) => usage.length));
  const rows = COMMANDS.map(({ usage, about }) => `  lts ${usage.padEnd(width)}  ${about}`);
  return [
    "The License Tracking Server of tallymark.",
    "",
    ...rows,
    "",
    "lts help settings lists the settings; every command takes --help, --config FILE and --json.",
  ].join("\n");
}

function settingsHelp(): string {
  const rows = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { variable, about, usual }]) =>
      `  ${name.padEnd(20)}  ${variable.padEnd(25)}  ${about}${usual === undefined || usual === "" ? "" : ` [${Array.isArray(usual) ? usual.join(",") || "none" : usual}]`}`,
  );
  return [
    "Settings: in lts.json (or the file of --config, LTS_CONFIG) and, going before it, in the environment.",
    "",
    ...rows,
  ].join("\n");
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Runs a command line; the number is the exit code. */
async function main(line: readonly string[], terminal: Terminal): Promise<number> {
  try {
    if (line[0] === "help" || line[0] === "--help" || line[0] === "-h") {
      terminal.out(line[1] === "settings" ? settingsHelp() : help());
      return 0;
    }
    const command = findCommand(COMMANDS, line);
    if (command === undefined) throw new UsageError(help());
    const { args, options } = readLine(command, line);
    if (options.help === true) {
      terminal.out(usageOf(command));
      return 0;
    }
    const file = textOption(options, "config");
    const { env, folder } = terminal;
    const config = readConfig({ env, folder, readFile, ...(file === undefined ? {} : { file }) });
    return (await command.run({ args, options, terminal, config })) ?? 0;
  } catch (error) {
    return tell(error, terminal);
  }
}

function tell(error: unknown, terminal: Terminal): number {
  terminal.err(error instanceof Error ? error.message : String(error));
  return error instanceof UsageError ? EXIT_MISUSED : EXIT_FAILED;
}

process.exitCode = await main(process.argv.slice(2), nodeTerminal());
