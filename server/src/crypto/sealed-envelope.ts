/**
 * Compact JWE with `dir` and A256GCM (RFC 7516, RFC 7518 section 5.3) by Node's own cipher: what reports, answers, tickets
 * and kept keys are sealed with. Written here rather than taken from jose because each report passes three of them, and
 * the detour over Web Crypto costs five times as much. It must not know what is inside.
 */
import { type CipherKey, createCipheriv, createDecipheriv, randomFillSync } from "node:crypto";

/** What an envelope says of itself, in clear and authenticated. */
export interface EnvelopeHeader {
  readonly typ: string;
  readonly kid?: string;
}

const ALGORITHM = "aes-256-gcm";
const IV_LENGTH = 12;
const TAG_LENGTH = 16;
const OPTIONS = { authTagLength: TAG_LENGTH };
/** Five parts, of which the second, the encrypted key, is empty. */
const COMPACT = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]{22})$/;

/** A protected header as it is written, and as it is authenticated. */
interface HeaderText {
  readonly text: string;
  readonly bytes: Buffer;
}

/** Headers that are written or read again and again, at most: one for each type, and each day's ticket key. */
const KNOWN_HEADERS = 1024;
const written = new Map<string, HeaderText>();
const read = new Map<string, EnvelopeHeader>();

function headerText({ typ, kid }: EnvelopeHeader): HeaderText {
  const name = kid === undefined ? typ : `${typ}\0${kid}`;
  const known = written.get(name);
  if (known !== undefined) return known;
  const text = Buffer.from(JSON.stringify({ alg: "dir", enc: "A256GCM", typ, kid })).toString("base64url");
  const header = { text, bytes: Buffer.from(text, "ascii") };
  if (written.size < KNOWN_HEADERS) written.set(name, header);
  return header;
}

/** Random bytes in store: asking for few at a time costs as much as sealing. Each is used once. */
const pool = Buffer.alloc(IV_LENGTH * 256);
let used = pool.length;

function newIv(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += IV_LENGTH;
  return pool.subarray(used - IV_LENGTH, used);
}

/** Seals bytes under a 256-bit key. */
export function seal(content: string | Uint8Array, key: CipherKey, header: EnvelopeHeader): string {
  const { text, bytes } = headerText(header);
  const iv = newIv();
  const cipher = createCipheriv(ALGORITHM, key, iv, OPTIONS);
  cipher.setAAD(bytes);
  const sealed = typeof content === "string" ? cipher.update(content, "utf8") : cipher.update(content);
  // A stream cipher holds nothing back.
  cipher.final();
  return `${text}..${iv.toString("base64url")}.${sealed.toString("base64url")}.${cipher.getAuthTag().toString("base64url")}`;
}

/** What an envelope says of itself; undefined for what is none of ours. Not authenticated before {@link unseal}. */
export function headerOf(envelope: string): EnvelopeHeader | undefined {
  const end = envelope.indexOf(".");
  if (end < 1 || end > 1024) return undefined;
  const text = envelope.slice(0, end);
  return read.get(text) ?? parseHeader(text);
}

function parseHeader(text: string): EnvelopeHeader | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
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
export function unseal(envelope: string, key: CipherKey, expected: EnvelopeHeader): Buffer | undefined {
  const [, protectedText, iv, sealed, tag] = COMPACT.exec(envelope) ?? [];
  if (protectedText === undefined || iv === undefined || sealed === undefined || tag === undefined) return undefined;
  const usual = headerText(expected);
  const isUsual = protectedText === usual.text;
  if (!isUsual) {
    const header = headerOf(envelope);
    if (header?.typ !== expected.typ || header.kid !== expected.kid) return undefined;
  }
  try {
    const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(iv, "base64url"), OPTIONS);
    decipher.setAAD(isUsual ? usual.bytes : Buffer.from(protectedText, "ascii"));
    decipher.setAuthTag(Buffer.from(tag, "base64url"));
    const content = decipher.update(sealed, "base64url");
    decipher.final();
    remember(protectedText, expected);
    return content;
  } catch {
    return undefined;
  }
}

/** Only headers of envelopes that were opened: strangers' would push them out. */
function remember(text: string, header: EnvelopeHeader): void {
  if (read.size < KNOWN_HEADERS && !read.has(text)) read.set(text, header);
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
