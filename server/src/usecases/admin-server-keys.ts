/** The server's own keys, as operators may see them: never what is sealed. */
import { SERVER } from "../domain/organisation.js";
import type { ServerKey } from "../domain/server-key.js";
import type { Page, Paged } from "../ports.js";
import { type Admin, look, pageWithin } from "./admin.js";

/** A key as it is shown. */
export type ServerKeyView = Omit<ServerKey, "sealed">;

export const listServerKeys = (admin: Admin, page: Page): Promise<Paged<ServerKeyView>> =>
  look(admin, "server-key.read", SERVER, async (records) => {
    const keys = await records.keyring.list(SERVER, pageWithin(page));
    return { ...keys, rows: keys.rows.map(({ sealed: _, ...key }) => key) };
  });
