/**
 * The client's side of the sealed messages (src/rules/protocol/envelopes.ts), with jose. Whatever it is given, opening
 * never throws: what is not right is undefined. It must not know what messages mean.
 */
import {
  CompactEncrypt,
  calculateJwkThumbprint,
  compactDecrypt,
  compactVerify,
  decodeProtectedHeader,
  importJWK,
  type JWK,
} from "jose";
import { decodeBase64url, encodeBase64url } from "../rules/protocol/base64url.js";
import { ENVELOPES, type EnvelopeType } from "../rules/protocol/envelopes.js";
import { type KeySet, type PublicKey, parseKeySet, signingKey } from "../rules/protocol/key-set.js";
import type { Authorisation, DeviceKey } from "../rules/protocol/messages.js";

const utf8 = new TextEncoder();

/** 256 random bits in base64url. */
export const randomKey = (): string => encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));

/**
 * The public half of a new P-256 key, which names the device beside its UUID. Version 1 of the protocol asks for no
 * signature of the device, so the private half is not kept.
 */
export async function newDeviceKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { kty: "EC", crv: "P-256", x, y };
}

/** A request to authorise, sealed for a key of the server's. */
export async function sealForServer(content: unknown, key: PublicKey): Promise<string> {
  const { kty, crv, x, y } = key;
  return new CompactEncrypt(utf8.encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", typ: ENVELOPES.authorize, kid: key.kid })
    .encrypt(await importJWK({ kty, crv, x, y }, "ECDH-ES"));
}

/** A message sealed with a shared key. */
export const sealWithKey = (content: unknown, key: string, typ: EnvelopeType): Promise<string> =>
  new CompactEncrypt(utf8.encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", typ })
    .encrypt(bytesOf(key));

/** Opens a message of a type that was sealed with a shared key. */
export async function openWithKey(envelope: string, key: string, typ: EnvelopeType): Promise<unknown> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(envelope, bytesOf(key), {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    return protectedHeader.typ === typ ? jsonOf(plaintext) : undefined;
  } catch {
    return undefined;
  }
}

/** The key set, if the root key of this thumbprint has signed it. */
export async function openKeySet(text: string, root: string): Promise<KeySet | undefined> {
  try {
    const { jwk } = decodeProtectedHeader(text) as { jwk?: JWK };
    if (!jwk || (await calculateJwkThumbprint(jwk)) !== root) return undefined;
    const read = parseKeySet(await verified(text, jwk, ENVELOPES.keySet));
    return read.ok ? read.value : undefined;
  } catch {
    return undefined;
  }
}

/** The authorisation, if a key of the set has signed it and was in use then. */
export async function openAuthorisation(text: string, keys: KeySet): Promise<Authorisation | undefined> {
  try {
    const { kid } = decodeProtectedHeader(text);
    const key = keys.keys.find((one) => one.kid === kid && one.use === "sig");
    if (!key) return undefined;
    const { kty, crv, x, y } = key;
    const content = await verified(text, { kty, crv, x, y }, ENVELOPES.authorisation);
    // Signed by the server itself: it says what it means.
    const authorisation = content as Authorisation;
    return signingKey(keys, key.kid, authorisation.issuedAt) ? authorisation : undefined;
  } catch {
    return undefined;
  }
}

/** Whom an authorisation counts for, by its own word: not proven before {@link openAuthorisation}. */
export function organisationInside(authorisation: string): string | undefined {
  try {
    const { organisation } = jsonOf(bytesOf(authorisation.split(".")[1] ?? "")) as { organisation?: unknown };
    return typeof organisation === "string" ? organisation : undefined;
  } catch {
    return undefined;
  }
}

/** An offline licence brings the signed key set of its signing key in its header. */
export function keySetInside(authorisation: string): string | undefined {
  try {
    const { keys } = decodeProtectedHeader(authorisation) as { keys?: unknown };
    return typeof keys === "string" ? keys : undefined;
  } catch {
    return undefined;
  }
}

async function verified(text: string, jwk: JWK, typ: EnvelopeType): Promise<unknown> {
  const key = await importJWK(jwk, "ES256");
  const { payload, protectedHeader } = await compactVerify(text, key, { algorithms: ["ES256"] });
  return protectedHeader.typ === typ ? jsonOf(payload) : undefined;
}

const bytesOf = (key: string): Uint8Array => decodeBase64url(key) ?? new Uint8Array(0);

const jsonOf = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
