/** Records of a reading transaction: the same, but their writing verbs throw. It must not know what they are stored in. */
import { DomainError } from "../domain/domain-error.js";
import type { Records } from "../ports.js";

const WRITES = new Set([
  "insert",
  "update",
  "remove",
  "removeUnseen",
  "removeUnused",
  "removeOfUser",
  "removeExpired",
  "append",
]);

const refuseWrite = async (): Promise<never> => {
  throw new DomainError("invalid", "This is a reading transaction.");
};

export function readOnly(records: Records): Records {
  const guarded = Object.entries(records).map(([name, table]) => {
    const verbs = Object.entries(table).map(([verb, run]) => [verb, WRITES.has(verb) ? refuseWrite : run]);
    return [name, Object.fromEntries(verbs)];
  });
  return Object.fromEntries(guarded) as Records;
}
