/**
 * Compact JWE with `dir` and A256GCM (RFC 7516, RFC 7518 section 5.3) by Node's own cipher: what reports, answers, tickets
 * and kept keys are sealed with. Written here rather than taken from jose because each report passes three of them, and
 * the detour over Web Crypto costs five times as much. It must not know what is inside.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** What an envelope says of itself, in clear and authenticated. */
export interface EnvelopeHeader {
  readonly typ: string;
  readonly kid?: string;
}

const IV_LENGTH = 12;
const TAG_LENGTH = 16;
/** Five parts, of which the second, the encrypted key, is empty. */
const COMPACT = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]{22})$/;

const headers = new Map<string, string>();

/** The protected header as text; the same few are written again and again. */
function headerText({ typ, kid }: EnvelopeHeader): string {
  const json = JSON.stringify({ alg: "dir", enc: "A256GCM", typ, kid });
  const known = headers.get(json);
  if (known !== undefined) return known;
  const text = Buffer.from(json).toString("base64url");
  if (headers.size < 1024) headers.set(json, text);
  return text;
}

/** Seals bytes under a 256-bit key. */
export function seal(content: string | Uint8Array, key: Uint8Array, header: EnvelopeHeader): string {
  const protectedText = headerText(header);
  const iv = randomBytes(IV_LENGTH);
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_LENGTH });
  cipher.setAAD(Buffer.from(protectedText, "ascii"));
  const sealed = Buffer.concat([cipher.update(content as string, "utf8"), cipher.final()]);
  return `${protectedText}..${iv.toString("base64url")}.${sealed.toString("base64url")}.${cipher.getAuthTag().toString("base64url")}`;
}

/** What an envelope says of itself; undefined for what is none of ours. Not authenticated before {@link unseal}. */
export function headerOf(envelope: string): EnvelopeHeader | undefined {
  const end = envelope.indexOf(".");
  if (end < 1 || end > 1024) return undefined;
  try {
    const header: unknown = JSON.parse(Buffer.from(envelope.slice(0, end), "base64url").toString());
    if (typeof header !== "object" || header === null) return undefined;
    const { alg, enc, typ, kid, ...rest } = header as Record<string, unknown>;
    // Anything else in a header, such as compression or `crit`, would have to be understood; nothing of it is.
    if (alg !== "dir" || enc !== "A256GCM" || typeof typ !== "string" || Object.keys(rest).length > 0) return undefined;
    if (kid === undefined) return { typ };
    return typeof kid === "string" ? { typ, kid } : undefined;
  } catch {
    return undefined;
  }
}

/** The content of an envelope of this type; undefined where it is none, was changed, or is sealed with another key. */
export function unseal(envelope: string, key: Uint8Array, expected: EnvelopeHeader): Buffer | undefined {
  const [, protectedText, iv, sealed, tag] = COMPACT.exec(envelope) ?? [];
  if (protectedText === undefined || iv === undefined || sealed === undefined || tag === undefined) return undefined;
  if (protectedText !== headerText(expected)) {
    const header = headerOf(envelope);
    if (header?.typ !== expected.typ || header.kid !== expected.kid) return undefined;
  }
  try {
    const options = { authTagLength: TAG_LENGTH };
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(iv, "base64url"), options);
    decipher.setAAD(Buffer.from(protectedText, "ascii"));
    decipher.setAuthTag(Buffer.from(tag, "base64url"));
    return Buffer.concat([decipher.update(Buffer.from(sealed, "base64url")), decipher.final()]);
  } catch {
    return undefined;
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** JSON of opened bytes; undefined where they are none. */
export function jsonOf(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(UTF8.decode(bytes));
  } catch {
    return undefined;
  }
}
