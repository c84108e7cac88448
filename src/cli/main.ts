#!/usr/bin/env node
/**
 * Entry of the `tallymark` command. Leaves by the exit code, never by process.exit, so that all output is written.
 */
import { readFile } from "node:fs/promises";
import { parseCommand, UsageError } from "./arguments.js";
import { FAILED, FOUND, readAll } from "./command.js";
import { Printer } from "./printer.js";
import { formatList, USAGE } from "./usage.js";

async function main(argv: readonly string[], printer: Printer): Promise<number> {
  try {
    const command = parseCommand(argv);
    if (command.do === "read") return await readAll(command.settings, printer);
    await printer.out(await textOf(command.do));
    return FOUND;
  } catch (error) {
    const hint = error instanceof UsageError ? "\nTry 'tallymark --help'." : "";
    printer.complain(`${error instanceof Error ? error.message : error}${hint}`);
    return FAILED;
  }
}

async function textOf(topic: "help" | "version" | "list-formats"): Promise<string> {
  if (topic === "help") return USAGE;
  if (topic === "list-formats") return formatList();
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return `tallymark ${JSON.parse(manifest).version}\n`;
}

const printer = new Printer();
const status = await main(process.argv.slice(2), printer);
// What went wrong with the last lines is known only now.
process.on("exit", () => {
  if (printer.hasFailed) process.exitCode = FAILED;
});
process.exitCode = status;
