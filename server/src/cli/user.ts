/** `lts user`: people who sign in to the admin API. Also the way back for an operator who has lost the password. */
import { ROLES, type Role } from "../domain/access.js";
import { found } from "../domain/domain-error.js";
import { SERVER } from "../domain/organisation.js";
import type { User } from "../domain/user.js";
import { changeUser, createUser, listUsers } from "../usecases/admin-users.js";
import { type Command, type Invocation, show, textOption, timeText, UsageError } from "./command.js";
import { newPassword, PASSWORD_OPTIONS } from "./password.js";
import { type Workbench, withWorkbench } from "./workbench.js";

const viewOf = ({ login, name, role, organisation, createdAt, disabledAt }: Omit<User, "passwordHash">) => ({
  login,
  name,
  role,
  organisation: organisation === SERVER ? undefined : organisation,
  createdAt: timeText(createdAt),
  disabledAt: timeText(disabledAt),
});

function roleOption(options: Invocation["options"]): Role {
  const given = textOption(options, "role") ?? "operator";
  const role = ROLES.find((it) => it === given);
  if (role === undefined) throw new UsageError(`--role takes ${ROLES.join(", ")}, not ${JSON.stringify(given)}.`);
  return role;
}

const add: Command = {
  usage: "user add <login>",
  optionText: "[--role operator|owner|viewer] [--organisation ID] [--name TEXT] [--password-stdin]",
  about: "Adds a user; owners and viewers belong to an organisation.",
  options: {
    role: { type: "string" },
    organisation: { type: "string" },
    name: { type: "string" },
    ...PASSWORD_OPTIONS,
  },
  async run(invocation) {
    const { args, options, terminal, config } = invocation;
    const [login = ""] = args;
    const role = roleOption(options);
    const password = await newPassword(terminal, options, login);
    const name = textOption(options, "name") ?? login;
    const organisation = textOption(options, "organisation") ?? SERVER;
    const user = await withWorkbench(config, ({ admin }) =>
      createUser(admin, organisation, { login, name, role, password }),
    );
    show(invocation, viewOf(user));
    return undefined;
  },
};

const list: Command = {
  usage: "user list",
  optionText: "[--organisation ID]",
  about: "Lists users: the operators, or those of an organisation.",
  options: { organisation: { type: "string" } },
  async run(invocation) {
    const organisation = textOption(invocation.options, "organisation") ?? SERVER;
    const users: ReturnType<typeof viewOf>[] = [];
    await withWorkbench(invocation.config, async ({ admin }) => {
      let after: string | undefined;
      do {
        const page = { limit: 500, ...(after === undefined ? {} : { after }) };
        const { rows, next } = await listUsers(admin, organisation, page);
        users.push(...rows.map(viewOf));
        after = next;
      } while (after !== undefined);
    });
    show(invocation, users);
    return undefined;
  },
};

const byLogin = ({ store }: Workbench, login: string): Promise<User> =>
  store.read(async (records) => found(await records.users.byLogin(login.trim().toLowerCase()), "such user"));

const change = (
  word: string,
  about: string,
  to: (invocation: Invocation) => Promise<{ password?: string; isDisabled?: boolean }>,
  more: Pick<Command, "options" | "optionText"> = {},
): Command => ({
  usage: `user ${word} <login>`,
  about,
  ...more,
  async run(invocation) {
    const changes = await to(invocation);
    const user = await withWorkbench(invocation.config, async (bench) => {
      const { organisation, id } = await byLogin(bench, invocation.args[0] ?? "");
      return changeUser(bench.admin, organisation, id, changes);
    });
    show(invocation, viewOf(user));
    return undefined;
  },
});

export const userCommands: readonly Command[] = [
  add,
  list,
  change(
    "password",
    "Gives a user another password.",
    async ({ terminal, options, args }) => ({ password: await newPassword(terminal, options, args[0] ?? "") }),
    { options: PASSWORD_OPTIONS, optionText: "[--password-stdin]" },
  ),
  change("disable", "Shuts a user out.", async () => ({ isDisabled: true })),
  change("enable", "Lets a user in again.", async () => ({ isDisabled: false })),
];
