/**
 * The client's side of the envelopes, by jose and Web Crypto as a browser does it: nothing here is the server's code. It must
 * not know any single test.
 */
import { randomBytes } from "node:crypto";
import {
  CompactEncrypt,
  type CryptoKey,
  calculateJwkThumbprint,
  compactDecrypt,
  compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from "jose";
import { ENVELOPES, type EnvelopeType, joinReport } from "../../../src/rules/protocol/envelopes.js";
import {
  type KeySet,
  type PublicKey,
  parseKeySet,
  sealingKey,
  signingKey,
} from "../../../src/rules/protocol/key-set.js";
import type {
  Authorisation,
  AuthorizeReply,
  AuthorizeRequest,
  DeviceKey,
  ReportAnswer,
  ReportRequest,
} from "../../../src/rules/protocol/messages.js";

export const secret = (): string => randomBytes(32).toString("base64url");
export const nonce = (): string => randomBytes(16).toString("base64url");

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const json = <T>(content: Uint8Array): T => JSON.parse(new TextDecoder().decode(content)) as T;
const raw = (key: string): Uint8Array => new Uint8Array(Buffer.from(key, "base64url"));

/** A device's key as it is shown. */
export async function newDeviceKey(): Promise<DeviceKey> {
  const { publicKey } = await generateKeyPair("ES256", { extractable: true });
  const { x = "", y = "" } = await exportJWK(publicKey);
  return { kty: "EC", crv: "P-256", x, y };
}

/** Checks a key set against a pinned thumbprint, as a client must. */
export async function openKeySet(text: string, root: string): Promise<KeySet> {
  let shown: JWK | undefined;
  const { payload, protectedHeader } = await compactVerify(
    text,
    (header) => {
      shown = header.jwk;
      return importJWK(header.jwk as JWK, "ES256");
    },
    { algorithms: ["ES256"] },
  );
  if (protectedHeader.typ !== ENVELOPES.keySet) throw new Error("no key set");
  if ((await calculateJwkThumbprint(shown as JWK)) !== root) throw new Error("another root key");
  const set = parseKeySet(json(payload));
  if (!set.ok) throw new Error(set.problem);
  return set.value;
}

/** Seals a request for the key that the set offers now. */
export function sealAuthorize(request: AuthorizeRequest, keys: KeySet, now: number): Promise<string> {
  const key = sealingKey(keys, now);
  if (key === undefined) throw new Error("no key to seal for");
  return sealFor(bytes(request), key);
}

/** Seals anything for a key, with whatever header. */
export async function sealFor(content: Uint8Array, key: PublicKey, header: object = {}): Promise<string> {
  const { kty, crv, x, y } = key;
  return new CompactEncrypt(content)
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", typ: ENVELOPES.authorize, kid: key.kid, ...header })
    .encrypt(await importJWK({ kty, crv, x, y }, "ECDH-ES"));
}

/** Seals anything with a 256-bit key. */
export const sealWith = (content: Uint8Array, key: string, typ: EnvelopeType): Promise<string> =>
  new CompactEncrypt(content).setProtectedHeader({ alg: "dir", enc: "A256GCM", typ }).encrypt(raw(key));

/** The content of an envelope of this type. */
export async function openWith<T>(envelope: string, key: string, typ: EnvelopeType): Promise<T> {
  const { plaintext, protectedHeader } = await compactDecrypt(envelope, raw(key), {
    keyManagementAlgorithms: ["dir"],
    contentEncryptionAlgorithms: ["A256GCM"],
  });
  if (protectedHeader.typ !== typ) throw new Error(`another envelope: ${protectedHeader.typ}`);
  return json<T>(plaintext);
}

export const openAuthorizeReply = (body: string, replyKey: string): Promise<AuthorizeReply> =>
  openWith(body, replyKey, ENVELOPES.authorizeReply);

export const sealReport = async (request: ReportRequest, ticket: string, sessionKey: string): Promise<string> =>
  joinReport(ticket, await sealWith(bytes(request), sessionKey, ENVELOPES.report));

export const openReportAnswer = (body: string, sessionKey: string): Promise<ReportAnswer> =>
  openWith(body, sessionKey, ENVELOPES.reportReply);

/** Checks an authorisation against a key set. */
export async function openAuthorisation(token: string, keys: KeySet): Promise<Authorisation> {
  const { payload, protectedHeader } = await compactVerify(
    token,
    ({ kid = "" }): Promise<CryptoKey | Uint8Array> => {
      const key = keys.keys.find((it) => it.kid === kid && it.use === "sig");
      if (key === undefined) throw new Error("signed by a stranger");
      const { kty, crv, x, y } = key;
      return importJWK({ kty, crv, x, y }, "ES256");
    },
    { algorithms: ["ES256"] },
  );
  if (protectedHeader.typ !== ENVELOPES.authorisation) throw new Error("no authorisation");
  const authorisation = json<Authorisation>(payload);
  if (signingKey(keys, protectedHeader.kid ?? "", authorisation.issuedAt) === undefined) {
    throw new Error("signed by a key that had retired");
  }
  return authorisation;
}
