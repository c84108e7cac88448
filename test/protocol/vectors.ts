/**
 * Protocol messages as fixed bytes, so that client and server are tested against the same ones, with the keys that open them.
 * Read from vectors.json; `TALLYMARK_VECTORS=write npx vitest run test/protocol` makes them anew. It must not know who opens
 * them.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JWK } from "jose";
import type { KeySet } from "../../src/rules/protocol/key-set.js";
import type { ServerKey } from "../../src/rules/protocol/license-key.js";
import type {
  Authorisation,
  AuthorizeRequest,
  Denial,
  Grant,
  ReportReply,
  ReportRequest,
} from "../../src/rules/protocol/messages.js";

export interface ProtocolVectors {
  /** The server's time in all of them. */
  readonly now: number;
  /** Private keys of the server, as JWK. */
  readonly keys: { readonly root: JWK; readonly signing: JWK; readonly encryption: JWK };
  readonly ticketKey: { readonly id: string; readonly secret: string };
  readonly licenseKey: { readonly text: string; readonly content: ServerKey };
  readonly keySet: { readonly text: string; readonly content: KeySet };
  readonly authorisation: { readonly text: string; readonly content: Authorisation };
  /** An offline licence: its authorisation brings the proof of its signing key along. */
  readonly offlineKey: { readonly text: string; readonly content: Authorisation };
  readonly authorize: { readonly body: string; readonly content: AuthorizeRequest };
  readonly grant: { readonly body: string; readonly content: Grant };
  readonly denial: { readonly body: string; readonly content: Denial };
  readonly report: { readonly body: string; readonly content: ReportRequest };
  readonly reportReply: { readonly body: string; readonly content: ReportReply };
}

export const VECTORS_FILE = fileURLToPath(new URL("./vectors.json", import.meta.url));

export const readVectors = (): ProtocolVectors => JSON.parse(readFileSync(VECTORS_FILE, "utf8")) as ProtocolVectors;
