/** `lts migrate`, `lts verify`, `lts backup`, `lts restored`, `lts move`: what is done to the data as a whole. */
import { resolve } from "node:path";
import { SERVER } from "../domain/organisation.js";
import { moveStorage } from "../storage/move.js";
import { migrateStorage, openStorage, placeOf } from "../storage/open.js";
import type { Admin } from "../usecases/admin.js";
import { checkAudit } from "../usecases/admin-usage.js";
import { type Command, show, textOption, UsageError } from "./command.js";
import { withWorkbench } from "./workbench.js";

const migrate: Command = {
  usage: "migrate",
  optionText: "[--plan]",
  about: "Brings the database to this version's schema; --plan only says what would be done. Make a backup first.",
  options: { plan: { type: "boolean" } },
  async run({ config, options, terminal }) {
    const isPlan = options.plan === true;
    const names = await migrateStorage(config.database, isPlan);
    if (options.json === true) terminal.out(JSON.stringify(names));
    else if (names.length === 0) terminal.out("The database is up to date.");
    for (const name of options.json === true ? [] : names) terminal.out(`${isPlan ? "needed" : "applied"}  ${name}`);
    return undefined;
  },
};

/** Organisations whose audit chain is broken, with the first record that does not fit. */
async function brokenChains(admin: Admin): Promise<{ organisation: string; record: number }[]> {
  const ids = [SERVER];
  let after: string | undefined;
  do {
    const page = { limit: 500, ...(after === undefined ? {} : { after }) };
    const { rows, next } = await admin.ports.store.read(({ organisations }) => organisations.list(page));
    ids.push(...rows.map(({ id }) => id));
    after = next;
  } while (after !== undefined);
  const broken: { organisation: string; record: number }[] = [];
  for (const organisation of ids) {
    const { firstBreak } = await checkAudit(admin, organisation);
    if (firstBreak !== undefined) broken.push({ organisation, record: firstBreak });
  }
  return broken;
}

const verify: Command = {
  usage: "verify",
  about:
    "Recomputes all totals from what devices reported, and checks the audit chains. Exit code 1 where one differs.",
  async run(invocation) {
    const { totals, audit } = await withWorkbench(invocation.config, async ({ store, admin }) => ({
      totals: await store.verify(),
      audit: await brokenChains(admin),
    }));
    if (invocation.options.json === true) show(invocation, { totals, audit });
    else if (totals.length + audit.length === 0)
      invocation.terminal.out("All totals are right, and no record of the audit was changed.");
    else
      show(invocation, [
        ...totals,
        ...audit.map(({ organisation, record }) => ({ organisation, audit: "broken", record })),
      ]);
    return totals.length + audit.length === 0 ? undefined : 1;
  },
};

const backup: Command = {
  usage: "backup <file>",
  about:
    "Copies the database to a new file, also while the server runs. The master key is not in it: keep a copy apart.",
  async run({ config, args, terminal }) {
    const target = resolve(terminal.folder, args[0] ?? "");
    const storage = await openStorage(config.database);
    try {
      await storage.backup(target);
    } finally {
      await storage.close();
    }
    terminal.out(target);
    return undefined;
  },
};

const restored: Command = {
  usage: "restored",
  about:
    "Says that an older state was put back in a way the database cannot notice, such as a machine's snapshot: devices send again what they have kept.",
  async run({ config, terminal }) {
    const storage = await openStorage(config.database);
    try {
      await storage.renewGeneration();
      terminal.out((await storage.commit()).generation);
    } finally {
      await storage.close();
    }
    return undefined;
  },
};

const move: Command = {
  usage: "move",
  optionText: "--to postgres://… [--from FILE]",
  about:
    "Copies everything from SQLite to an empty PostgreSQL in one transaction, and compares each row. Stop the server first; the source stays as it is.",
  options: { to: { type: "string" }, from: { type: "string" } },
  async run(invocation) {
    const { config, options, terminal } = invocation;
    const to = textOption(options, "to");
    if (to === undefined || placeOf(to).kind !== "postgres") {
      throw new UsageError("--to takes the URL of an empty PostgreSQL: postgres://user@host/database");
    }
    const from = placeOf(textOption(options, "from") ?? config.database);
    if (from.kind !== "sqlite") throw new UsageError("--from takes the path of an SQLite file.");
    const moved = await moveStorage(resolve(terminal.folder, from.path), to);
    // With the keys, so that a master key that does not fit shows now.
    const audit = await withWorkbench({ ...config, database: to }, ({ admin }) => brokenChains(admin));
    show(invocation, options.json === true ? { moved, audit } : moved);
    for (const { organisation, record } of audit) {
      terminal.err(`The audit log of ${organisation || "the server"} is broken at record ${record}, as it was before.`);
    }
    terminal.err("Everything is there. Now set LTS_DATABASE to the new database, and start the server.");
    return audit.length === 0 ? undefined : 1;
  },
};

export const dataCommands: readonly Command[] = [migrate, verify, backup, restored, move];
