/**
 * The server's key set: the public keys that a client seals requests with and checks authorisations with. Signed by the root
 * key, which the licence key pins. Reading only: it must not know signatures, nor how keys are fetched.
 */
import { type Check, type Checked, checked, exactly, list, optional, record, text, wholeNumber } from "./check.js";
import type { DeviceKey } from "./messages.js";
import { PROTOCOL_VERSION } from "./messages.js";
import * as NAMES from "./name-checks.js";

/** A public key of the server: `sig` signs authorisations, `enc` is what requests to authorise are sealed for. */
export interface PublicKey extends DeviceKey {
  readonly kid: string;
  readonly use: "sig" | "enc";
  readonly alg: "ES256" | "ECDH-ES";
  /**
   * From then on it makes nothing new, in milliseconds since the epoch: a client seals nothing for it, and takes no
   * authorisation that was issued by it later.
   */
  readonly until?: number;
}

/** Content of the key set's JWS. Its header has the root key as `jwk`. */
export interface KeySet {
  readonly v: typeof PROTOCOL_VERSION;
  /** When the newest of its keys was made. A client that holds a later set keeps that one. */
  readonly issuedAt: number;
  /** From then on it is fetched again. */
  readonly expiresAt: number;
  readonly keys: readonly PublicKey[];
}

const USE = text(/^(sig|enc)$/, "sig or enc") as Check<PublicKey["use"]>;
const ALGORITHM = text(/^(ES256|ECDH-ES)$/, "ES256 or ECDH-ES") as Check<PublicKey["alg"]>;

const TIME = wholeNumber(0, Number.MAX_SAFE_INTEGER);

const KEY_SET = record({
  v: exactly(PROTOCOL_VERSION),
  issuedAt: TIME,
  expiresAt: TIME,
  keys: list(
    record({
      kid: text(/^[A-Za-z0-9_-]{1,64}$/, "the name of a key"),
      use: USE,
      alg: ALGORITHM,
      kty: exactly("EC"),
      crv: exactly("P-256"),
      x: NAMES.bits256,
      y: NAMES.bits256,
      until: optional(TIME),
    }),
    64,
  ),
});

/** Reads the content of a key set whose signature has been checked. */
export const parseKeySet = (value: unknown): Checked<KeySet> => checked(value, KEY_SET, "key set");

const isInUse = ({ use, until = Number.POSITIVE_INFINITY }: PublicKey, wanted: PublicKey["use"], at: number): boolean =>
  use === wanted && at < until;

/** The key to seal a request for now; undefined where the set has none any more and must be fetched again. */
export const sealingKey = ({ keys }: KeySet, now: number): PublicKey | undefined =>
  keys.find((key) => key.alg === "ECDH-ES" && isInUse(key, "enc", now));

/** The key that an authorisation issued at a time may be signed with; undefined for a stranger's, or one that had retired. */
export const signingKey = ({ keys }: KeySet, kid: string, issuedAt: number): PublicKey | undefined =>
  keys.find((key) => key.alg === "ES256" && key.kid === kid && isInUse(key, "sig", issuedAt));
