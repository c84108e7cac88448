/**
 * The master key of the configuration: 256 bits that never enter the database. Seals the server's keys, so that a copy of
 * the database alone signs and opens nothing. It must not know where the configuration keeps it.
 */
import { randomBytes } from "node:crypto";
import type { KeyPurpose, ServerKey } from "../domain/server-key.js";
import { seal, unseal } from "./sealed-envelope.js";

const BYTES = 32;

/** A fresh master key as text: 43 characters of base64url. */
export const newMasterKey = (): string => randomBytes(BYTES).toString("base64url");

/** The bytes of a master key; undefined for a text that is none. */
export function parseMasterKey(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  const bytes = Buffer.from(trimmed, "base64url");
  return bytes.length === BYTES && bytes.toString("base64url") === trimmed ? bytes : undefined;
}

/** Purpose and name are authenticated: a key put in another's place does not open. */
const headerFor = (purpose: KeyPurpose, id: string) => ({ typ: `lts-key-${purpose}`, kid: id });

/** The secret of a key as it is kept. */
export const sealSecret = (master: Uint8Array, { purpose, id }: Pick<ServerKey, "purpose" | "id">, secret: string) =>
  seal(secret, master, headerFor(purpose, id));

/** The secret of a kept key; throws where the master key is another one. */
export function openSecret(master: Uint8Array, { purpose, id, sealed }: ServerKey): string {
  const secret = unseal(sealed, master, headerFor(purpose, id));
  if (secret === undefined) {
    throw new Error(
      `The server's ${purpose} key is sealed under another master key. Give the server the master key that it was set up with.`,
    );
  }
  return secret.toString();
}
