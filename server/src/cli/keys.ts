/** `lts keys`: the server's own keys. What was made by a key that is replaced stays good. */
import { ROTATED } from "../crypto/key-policy.js";
import { PAGE_LIMIT } from "../usecases/admin.js";
import { listServerKeys, rotateKeys } from "../usecases/admin-server-keys.js";
import { type Command, show, timeText, UsageError } from "./command.js";
import { withWorkbench } from "./workbench.js";

export const keyCommands: readonly Command[] = [
  {
    usage: "keys list",
    about: "Lists the server's keys; the first is the root key, whose thumbprint licence keys name.",
    async run(invocation) {
      const { rows: keys } = await withWorkbench(invocation.config, ({ admin }) =>
        listServerKeys(admin, { limit: PAGE_LIMIT }),
      );
      const ordered = [...keys].sort((a, b) => Number(b.purpose === "root") - Number(a.purpose === "root"));
      const rows = ordered.map(({ id, purpose, createdAt, retiredAt, expiresAt }) => ({
        id,
        purpose,
        createdAt: timeText(createdAt),
        retiredAt: timeText(retiredAt),
        expiresAt: timeText(expiresAt),
      }));
      show(invocation, rows);
      return undefined;
    },
  },
  {
    usage: "keys rotate [purpose…]",
    optionText: "[--stolen]",
    about: `Replaces keys (${ROTATED.join(", ")}; all where none is named). Old ones stay good until they expire; --stolen ends them now, and every device authorises again.`,
    options: { stolen: { type: "boolean" } },
    async run(invocation) {
      const { args, options, terminal } = invocation;
      const wrong = args.find((arg) => !ROTATED.some((purpose) => purpose === arg));
      if (wrong !== undefined) throw new UsageError(`Keys are ${ROTATED.join(", ")}, not ${JSON.stringify(wrong)}.`);
      const purposes = ROTATED.filter((purpose) => args.length === 0 || args.includes(purpose));
      await withWorkbench(invocation.config, ({ ring, admin }) =>
        rotateKeys(admin, ring, purposes, options.stolen === true),
      );
      terminal.out(`Replaced: ${purposes.join(", ")}. Running servers take the new keys within two minutes.`);
      return undefined;
    },
  },
];
