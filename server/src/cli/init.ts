/** `lts init`: folder, master key, database, server keys and the first operator. Running it again changes nothing. */
import { SERVER } from "../domain/organisation.js";
import { createUser, listUsers } from "../usecases/admin-users.js";
import { type Command, show, textOption } from "./command.js";
import { newPassword, PASSWORD_OPTIONS } from "./password.js";
import { withWorkbench } from "./workbench.js";

export const init: Command = {
  usage: "init",
  optionText: "[--login NAME] [--name TEXT] [--password-stdin]",
  about: "Sets the server up: master key, database, keys, first operator. Prints the root key's thumbprint.",
  options: { login: { type: "string" }, name: { type: "string" }, ...PASSWORD_OPTIONS },
  async run(invocation) {
    const { config, options, terminal } = invocation;
    await withWorkbench(
      config,
      async ({ admin, ports }) => {
        const login = textOption(options, "login") ?? "operator";
        const { rows } = await listUsers(admin, SERVER, { limit: 1 });
        const [present] = rows;
        if (present === undefined) {
          const password = await newPassword(terminal, options, login);
          const name = textOption(options, "name") ?? login;
          await createUser(admin, SERVER, { login, name, role: "operator", password });
        }
        show(invocation, {
          root: ports.keys.rootThumbprint(),
          operator: present?.login ?? login,
          database: config.database.replace(/(:\/\/[^:@/]*):[^@]*@/, "$1:…@"),
          masterKey: config.masterKey === undefined ? config.masterKeyFile : "LTS_MASTER_KEY",
        });
        if (config.masterKey === undefined) {
          terminal.err("Keep a copy of the master key apart from the database: without it no key opens any more.");
        }
      },
      { isNew: true },
    );
    return undefined;
  },
};
