/**
 * The licence key: one string that an application is given. `tally1.` + base64url JSON leads to a server;
 * `tally1-offline.` + a signed authorisation works with no server at all (R15, R35). Spelling only: it must not know
 * signatures, networks or what the names stand for.
 */
import { decodeBase64url, encodeBase64url } from "./base64url.js";
import { type Checked, checked, list, optional, record, text, that } from "./check.js";
import * as NAMES from "./name-checks.js";
import { parseCode } from "./names.js";

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

const CONTENT = record({
  organisation: NAMES.organisation,
  code: optional(NAMES.code),
  servers: that(
    list(that(text(/^.{1,512}$/, "a URL"), isServerUrl, "an https URL"), 8),
    (servers) => servers.length > 0,
    "one URL or more",
  ),
  root: NAMES.bits256,
  password: optional(NAMES.password),
});

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
  if (trimmed.length > KEY_LENGTH) return { ok: false, problem: `licence key is longer than ${KEY_LENGTH} characters` };
  if (trimmed.startsWith(OFFLINE_KEY_PREFIX)) return parseOffline(trimmed.slice(OFFLINE_KEY_PREFIX.length));
  if (!trimmed.startsWith(KEY_PREFIX)) return { ok: false, problem: `licence key does not begin with ${KEY_PREFIX}` };
  const content = checked(jsonOf(trimmed.slice(KEY_PREFIX.length)), CONTENT, "licence key");
  if (!content.ok) return content;
  const { organisation, code } = content.value;
  if (code !== undefined && parseCode(code)?.organisation !== organisation) {
    return { ok: false, problem: "licence key.code must belong to its organisation" };
  }
  return { ok: true, value: { kind: "server", ...content.value } };
}

function parseOffline(authorisation: string): Checked<LicenseKey> {
  if (!/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(authorisation)) {
    return { ok: false, problem: "licence key does not hold a signed authorisation; it may have been cut" };
  }
  return { ok: true, value: { kind: "offline", authorisation } };
}

function jsonOf(text: string): unknown {
  const bytes = decodeBase64url(text);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
