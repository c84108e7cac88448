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
  type JWK,
} from "jose";
import { decodeBase64url, encodeBase64url } from "../rules/protocol/base64url.js";
import { ENVELOPES, type EnvelopeType } from "../rules/protocol/envelopes.js";
import { type KeySet, type PublicKey, signingKey } from "../rules/protocol/key-set.js";
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
export const sealForServer = (content: unknown, key: PublicKey): Promise<string> =>
  seal(content, { alg: "ECDH-ES", typ: ENVELOPES.authorize, kid: key.kid }, { ...key });

/** A message sealed with a shared key. */
export const sealWithKey = (content: unknown, key: string, typ: EnvelopeType): Promise<string> =>
  seal(content, { alg: "dir", typ }, bytesOf(key));

const seal = (content: unknown, header: { alg: string; typ: EnvelopeType; kid?: string }, key: JWK | Uint8Array) =>
  new CompactEncrypt(utf8.encode(JSON.stringify(content)))
    .setProtectedHeader({ ...header, enc: "A256GCM" })
    .encrypt(key);

/** Opens a message of a type that was sealed with a shared key. */
export const openWithKey = <T>(envelope: string, key: string, typ: EnvelopeType): Promise<T | undefined> =>
  orNothing(async () => {
    const { plaintext, protectedHeader } = await compactDecrypt(envelope, bytesOf(key), {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    return ofType<T>(typ, protectedHeader, plaintext);
  });

/** The key set, if the root key of this thumbprint has signed it: what it has signed is as the protocol says. */
export const openKeySet = (text: string, root: string): Promise<KeySet | undefined> =>
  orNothing(async () => {
    const { jwk } = decodeProtectedHeader(text) as { jwk: JWK };
    return (await calculateJwkThumbprint(jwk)) === root ? verified<KeySet>(text, jwk, ENVELOPES.keySet) : undefined;
  });

/** The authorisation, if a key of the set has signed it and was in use then. */
export const openAuthorisation = (text: string, keys: KeySet): Promise<Authorisation | undefined> =>
  orNothing(async () => {
    const { kid = "" } = decodeProtectedHeader(text);
    const key = signingKey(keys, kid, Number.NEGATIVE_INFINITY);
    const said = key && (await verified<Authorisation>(text, { ...key }, ENVELOPES.authorisation));
    return said && signingKey(keys, kid, said.issuedAt) ? said : undefined;
  });

/**
 * Whom an offline licence's authorisation counts for and the signed key set of its signing key, by its own word: not proven
 * before {@link openAuthorisation}.
 */
export function insideOffline(authorisation: string): { organisation?: unknown; keySet?: unknown } {
  try {
    const { organisation } = jsonOf<Authorisation>(bytesOf(authorisation.split(".")[1] as string));
    return { organisation, keySet: decodeProtectedHeader(authorisation).keys };
  } catch {
    return {};
  }
}

async function verified<T>(text: string, key: JWK, typ: EnvelopeType): Promise<T | undefined> {
  const { payload, protectedHeader } = await compactVerify(text, key, { algorithms: ["ES256"] });
  return ofType<T>(typ, protectedHeader, payload);
}

const ofType = <T>(typ: EnvelopeType, header: { readonly typ?: string }, content: Uint8Array): T | undefined =>
  header.typ === typ ? jsonOf<T>(content) : undefined;

const orNothing = <T>(work: () => Promise<T | undefined>): Promise<T | undefined> => work().catch(() => undefined);

const bytesOf = (key: string): Uint8Array => decodeBase64url(key) ?? new Uint8Array(0);

const jsonOf = <T>(bytes: Uint8Array): T => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
