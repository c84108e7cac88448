/**
 * The secrets of the server's keys: made, read, and made usable. P-256 pairs for signatures and key agreement, 256 random
 * bits for tickets. It must not know which key is used when, nor how they are kept.
 */
import { randomBytes, type webcrypto } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import type { DeviceKey } from "../../../src/rules/protocol/messages.js";
import type { KeyPurpose } from "../domain/server-key.js";

/** A key that can be used. */
export type KeyMaterial =
  | { readonly kind: "pair"; readonly secret: webcrypto.CryptoKey; readonly shown: DeviceKey }
  | { readonly kind: "secret"; readonly bytes: Uint8Array };

export interface NewSecret {
  /** Its `kid`: of a pair the thumbprint of the public half (RFC 7638). */
  readonly id: string;
  /** The secret as text. */
  readonly text: string;
}

const algorithmOf = (purpose: KeyPurpose): "ES256" | "ECDH-ES" => (purpose === "encryption" ? "ECDH-ES" : "ES256");

/** A fresh secret for a purpose. */
export async function newSecret(purpose: KeyPurpose): Promise<NewSecret> {
  if (purpose === "ticket") {
    return { id: `t-${randomBytes(12).toString("base64url")}`, text: randomBytes(32).toString("base64url") };
  }
  const pair = await generateKeyPair(algorithmOf(purpose), { crv: "P-256", extractable: true });
  const jwk = await exportJWK(pair.privateKey);
  return { id: await calculateJwkThumbprint(jwk), text: JSON.stringify(jwk) };
}

/** The public half, and nothing else, of a pair. */
function shownOf({ x, y }: JWK): DeviceKey {
  if (x === undefined || y === undefined) throw new Error("A key of the server is no P-256 key.");
  return { kty: "EC", crv: "P-256", x, y };
}

/** A secret made usable. */
export async function materialOf(purpose: KeyPurpose, text: string): Promise<KeyMaterial> {
  if (purpose === "ticket") return { kind: "secret", bytes: Buffer.from(text, "base64url") };
  const jwk = JSON.parse(text) as JWK;
  const secret = (await importJWK(jwk, algorithmOf(purpose))) as webcrypto.CryptoKey;
  return { kind: "pair", secret, shown: shownOf(jwk) };
}
