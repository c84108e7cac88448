/** Where a new password comes from: typed twice, piped in, or from the environment. There is no default. */

import type { Options } from "./command.js";
import { UsageError } from "./command.js";
import type { Terminal } from "./terminal.js";

/** Options of commands that take a password. */
export const PASSWORD_OPTIONS = { "password-stdin": { type: "boolean" } } as const;

/** A new password; throws where nobody gives one. */
export async function newPassword(terminal: Terminal, options: Options, login: string): Promise<string> {
  if (options["password-stdin"] === true) return terminal.readInput();
  const given = terminal.env.LTS_PASSWORD;
  if (given !== undefined && given !== "") return given;
  const typed = await terminal.askSecret(`Password for ${login} (12 characters or more): `);
  if (typed === undefined) {
    throw new UsageError(
      "A password is needed. Type it at a terminal, pipe it to --password-stdin, or set LTS_PASSWORD.",
    );
  }
  if ((await terminal.askSecret("The same again: ")) !== typed) throw new UsageError("The two passwords differ.");
  return typed;
}
