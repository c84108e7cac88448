/** The ports of keys and envelopes over the keyring. It must not know use cases, headers or the store. */
import { createHash, type webcrypto } from "node:crypto";
import { type CompactJWSHeaderParameters, CompactSign, compactDecrypt, decodeProtectedHeader } from "jose";
import { DAY_MS, MINUTE_MS } from "../../../src/rules/period.js";
import { ENVELOPES } from "../../../src/rules/protocol/envelopes.js";
import type { KeySet, PublicKey } from "../../../src/rules/protocol/key-set.js";
import type { DeviceKey } from "../../../src/rules/protocol/messages.js";
import { PROTOCOL_VERSION } from "../../../src/rules/protocol/messages.js";
import type { Session } from "../domain/session.js";
import type { Clock, Envelopes, Keys, Opened } from "../ports.js";
import { isRetired } from "./key-policy.js";
import type { Keyring, RingKey } from "./keyring.js";
import { OpenedTickets } from "./opened-tickets.js";
import { Passwords } from "./passwords.js";
import { headerOf, jsonOf, seal, unseal } from "./sealed-envelope.js";

/** Type of a ticket; only the server reads it. */
const TICKET = "lts-ticket";
const MALFORMED: Opened = { ok: false, reason: "malformed" };
const KEY_UNKNOWN: Opened = { ok: false, reason: "key-unknown" };

/** Clients fetch the key set again after a day. */
const KEY_SET_LIFE_MS = DAY_MS;

interface Pair {
  readonly id: string;
  readonly secret: webcrypto.CryptoKey;
  readonly shown: DeviceKey;
}

function pairOf(key: RingKey | undefined): Pair {
  if (key?.material.kind !== "pair") throw new Error("The keyring lacks a key pair.");
  const { secret, shown } = key.material;
  return { id: key.record.id, secret, shown };
}

const signed = (content: unknown, { id, secret }: Pair, header: Omit<CompactJWSHeaderParameters, "alg">) =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: "ES256", kid: id, ...header })
    .sign(secret);

const secretBytes = (key: string): Uint8Array => Buffer.from(key, "base64url");

const opened = (bytes: Uint8Array | undefined): Opened => {
  const content = jsonOf(bytes);
  return content === undefined ? MALFORMED : { ok: true, content };
};

/** Keys and envelopes of a running server. */
export function serverKeys(ring: Keyring, clock: Clock): Keys & Envelopes {
  const passwords = new Passwords();
  let published: { readonly version: number; readonly at: number; readonly text: Promise<string> } | undefined;

  const tickets = new OpenedTickets();
  // A key that has expired, or was stolen and replaced, is no longer in the ring.
  const isGoodTicketKey = (id: string) => ring.known("ticket", id) !== undefined;
  const openTicket = async (ticket: string): Promise<Session | undefined> => {
    const header = headerOf(ticket);
    if (header?.typ !== TICKET || header.kid === undefined) return undefined;
    const key = await ring.find("ticket", header.kid);
    if (key?.material.kind !== "secret") return undefined;
    // Sealed by this server itself, so its content needs no check.
    const session = jsonOf(unseal(ticket, key.material.bytes, header)) as Session | undefined;
    if (session !== undefined) tickets.keep(ticket, header.kid, session);
    return session;
  };

  const signKeySet = (keys: readonly PublicKey[], expiresAt: number): Promise<string> => {
    const root = pairOf(ring.making("root"));
    // The same for all nodes, whatever their clocks say; a client refuses a set that is older than one that it has seen.
    const issuedAt = Math.max(
      ...[...ring.good("signing"), ...ring.good("encryption")].map((key) => key.record.createdAt),
    );
    const content: KeySet = { v: PROTOCOL_VERSION, issuedAt, expiresAt, keys };
    return signed(content, root, { typ: ENVELOPES.keySet, jwk: root.shown });
  };

  const publicKeys = (now: number): PublicKey[] => [
    ...ring.good("signing").map((key) => publicKey(key, "sig", "ES256")),
    ...ring
      .good("encryption")
      .filter(({ record }) => !isRetired(record, now))
      .map((key) => publicKey(key, "enc", "ECDH-ES")),
  ];

  return {
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
    hashPassword: (password) => passwords.hash(password),
    verifyPassword: (hash, password) => passwords.verify(hash, password),
    rootThumbprint: () => pairOf(ring.making("root")).id,

    async sign(authorisation) {
      const key = ring.making("signing");
      const pair = pairOf(key);
      if (authorisation.device !== undefined) return signed(authorisation, pair, { typ: ENVELOPES.authorisation });
      // An offline licence meets no server, so it brings the proof of its signing key along.
      const { until: _, ...shown } = publicKey(key as RingKey, "sig", "ES256");
      const keys = await signKeySet([shown], authorisation.expiresAt);
      return signed(authorisation, pair, { typ: ENVELOPES.authorisation, keys });
    },

    async sealTicket(session) {
      const key = ring.making("ticket");
      if (key?.material.kind !== "secret") throw new Error("The keyring lacks a ticket key.");
      return seal(JSON.stringify(session), key.material.bytes, { typ: TICKET, kid: key.record.id });
    },

    openTicket: (ticket) => tickets.find(ticket, isGoodTicketKey) ?? openTicket(ticket),

    async openAuthorize(body) {
      const kid = authorizeKid(body);
      if (kid === undefined) return MALFORMED;
      const key = await ring.find("encryption", kid);
      if (key === undefined) return KEY_UNKNOWN;
      try {
        const { plaintext } = await compactDecrypt(body, pairOf(key).secret, {
          keyManagementAlgorithms: ["ECDH-ES"],
          contentEncryptionAlgorithms: ["A256GCM"],
          maxDecompressedLength: 0,
        });
        return opened(plaintext);
      } catch {
        return MALFORMED;
      }
    },

    sealAuthorizeReply: (reply, replyKey) =>
      seal(JSON.stringify(reply), secretBytes(replyKey), { typ: ENVELOPES.authorizeReply }),
    openReport: (sealed, sessionKey) => opened(unseal(sealed, secretBytes(sessionKey), { typ: ENVELOPES.report })),
    sealReportReply: (answer, sessionKey) =>
      seal(JSON.stringify(answer), secretBytes(sessionKey), { typ: ENVELOPES.reportReply }),

    keySet() {
      const now = clock.now();
      const isFresh = published?.version === ring.version && Math.abs(now - published.at) < MINUTE_MS;
      if (published === undefined || !isFresh) {
        published = { version: ring.version, at: now, text: signKeySet(publicKeys(now), now + KEY_SET_LIFE_MS) };
      }
      return published.text;
    },
  };
}

function publicKey(key: RingKey, use: PublicKey["use"], alg: PublicKey["alg"]): PublicKey {
  const { id, shown } = pairOf(key);
  const { retiredAt } = key.record;
  return { kid: id, use, alg, ...shown, ...(retiredAt === undefined ? {} : { until: retiredAt }) };
}

/** The key that a request says it is sealed for; undefined where it is no request. */
function authorizeKid(body: string): string | undefined {
  try {
    const { alg, typ, kid } = decodeProtectedHeader(body);
    return alg === "ECDH-ES" && typ === ENVELOPES.authorize && typeof kid === "string" ? kid : undefined;
  } catch {
    return undefined;
  }
}
