/** The server's own keys, as operators may see and replace them: never what is sealed. */
import { demandMay } from "../domain/access.js";
import { DomainError } from "../domain/domain-error.js";
import { SERVER } from "../domain/organisation.js";
import type { RotatedPurpose, ServerKey } from "../domain/server-key.js";
import type { KeyRotation, Page, Paged } from "../ports.js";
import { type Admin, look, pageWithin } from "./admin.js";

/** A key as it is shown. */
export type ServerKeyView = Omit<ServerKey, "sealed">;

export const listServerKeys = (admin: Admin, page: Page): Promise<Paged<ServerKeyView>> =>
  look(admin, "keys.read", SERVER, async (records) => {
    const keys = await records.keyring.list(SERVER, pageWithin(page));
    return { ...keys, rows: keys.rows.map(({ sealed: _, ...key }) => key) };
  });

/** Replaces keys of these purposes; devices go on working unless the old ones were stolen. */
export async function rotateKeys(
  { actor }: Admin,
  rotation: KeyRotation | undefined,
  purposes: readonly RotatedPurpose[],
  isStolen: boolean,
): Promise<void> {
  demandMay(actor, "keys.rotate", SERVER);
  if (rotation === undefined) throw new DomainError("conflict", "Rotate the keys by the server's command line.");
  await rotation.rotate(purposes, actor.id, isStolen);
}
