/**
 * The licence key: one string that an application is given. `tally1.` + base64url JSON leads to a server;
 * `tally1-offline.` + a signed authorisation works with no server at all (R15, R35). Spelling only: it must not know
 * signatures, networks or what the names stand for.
 */
import { decodeBase64url, encodeBase64url } from "./base64url.js";
import type { Checked } from "./check.js";
import { CODE, ORGANISATION } from "./names.js";

/** Begins a key that leads to a server. */
export const KEY_PREFIX = "tally1.";
/** Begins a key that carries its own authorisation. */
export const OFFLINE_KEY_PREFIX = "tally1-offline.";
/** Longest key that is looked at, in characters. */
export const KEY_LENGTH = 8192;

/** What a key that leads to a server says; an increase or a renewal changes nothing of it (R67). */
export interface ServerKey {
  readonly organisation: string;
  /** Handshake code. @default the organisation's default code */
  readonly code?: string;
  /** Server URLs, the main one first, then those to turn to when it does not answer. */
  readonly servers: readonly string[];
  /** SHA-256 thumbprint of the root key that the servers' keys are signed with (RFC 7638), base64url. */
  readonly root: string;
  /** A gate against strangers, not a secret: it ships in the page (R26). */
  readonly password?: string;
}

/** A licence key, read. */
export type LicenseKey =
  | ({ readonly kind: "server" } & ServerKey)
  | {
      readonly kind: "offline";
      /** The authorisation, a compact JWS. */
      readonly authorisation: string;
    };

/** True for https, and for http on this machine, which browsers hold to be secure (R22). */
export function isServerUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(url);
  const isLocal = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
  return (protocol === "https:" || (protocol === "http:" && isLocal)) && !(username || password || search || hash);
}

/** Texts in a key, and whether one may be missing. */
const TEXTS: readonly (readonly [name: string, pattern: RegExp, isOptional?: boolean])[] = [
  ["organisation", /* @__PURE__ */ new RegExp(`^${ORGANISATION}$`)],
  ["root", /^[\w-]{43}$/],
  ["code", CODE, true],
  ["password", /^[^\0]{1,128}$/, true],
];
/** Most servers that a key names. */
const SERVERS = 8;
const URL_LENGTH = 512;

/** The key that an application is given. The same content always gives the same key. */
export function encodeLicenseKey({ organisation, code, servers, root, password }: ServerKey): string {
  const json = JSON.stringify({ organisation, code, servers, root, password });
  return KEY_PREFIX + encodeBase64url(new TextEncoder().encode(json));
}

/** The key of an offline licence. */
export const encodeOfflineKey = (authorisation: string): string => OFFLINE_KEY_PREFIX + authorisation;

/** What a key says, or what is wrong with it. White space around it is forgiven. */
export function parseLicenseKey(key: string): Checked<LicenseKey> {
  const trimmed = key.trim();
  if (trimmed.length > KEY_LENGTH) return no(` is longer than ${KEY_LENGTH} characters`);
  if (trimmed.startsWith(OFFLINE_KEY_PREFIX)) {
    const authorisation = trimmed.slice(OFFLINE_KEY_PREFIX.length);
    return /^[\w-]+(\.[\w-]+){2}$/.test(authorisation)
      ? { ok: true, value: { kind: "offline", authorisation } }
      : no(CUT);
  }
  if (!trimmed.startsWith(KEY_PREFIX)) return no(` does not begin with ${KEY_PREFIX}`);
  const content = jsonOf(trimmed.slice(KEY_PREFIX.length));
  return content ? readContent(content) : no(CUT);
}

const CUT = " may have been cut";

/** What is not asked for is dropped. */
function readContent(content: Readonly<Record<string, unknown>>): Checked<LicenseKey> {
  const { servers, code } = content;
  const found: Record<string, unknown> = { kind: "server", servers };
  for (const [name, pattern, isOptional] of TEXTS) {
    const value = content[name];
    if (value === undefined && isOptional) continue;
    if (typeof value !== "string" || !pattern.test(value)) return odd(name);
    found[name] = value;
  }
  if (code !== undefined && !`${code}`.startsWith(`${found.organisation}-`)) return odd("code");
  if (!Array.isArray(servers) || !servers.length || servers.length > SERVERS) return odd("servers");
  const bad = servers.findIndex((url) => typeof url !== "string" || url.length > URL_LENGTH || !isServerUrl(url));
  return bad < 0 ? { ok: true, value: found as unknown as LicenseKey } : no(`.servers[${bad}] must be an https URL`);
}

const odd = (name: string) => no(`.${name} must be as it was given`);

const no = (problem: string) => ({ ok: false, problem: `licence key${problem}` }) as const;

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(decodeBase64url(text)));
  } catch {
    return undefined;
  }
}
