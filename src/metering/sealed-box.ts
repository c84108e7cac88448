/**
 * Seals plain data with AES-GCM under a key that scripts cannot read out (R12). It must not know what it seals or where
 * the box is kept.
 *
 *   box = | initialisation vector, 12 bytes | ciphertext and tag |
 *
 * The vector is random at every sealing and so is the box's revision too: equal vectors mean the same box.
 */

const ALGORITHM = "AES-GCM";
/** NIST SP 800-38D section 8.2.2: 96 random bits, good for 2^32 sealings under one key. */
const VECTOR_BYTES = 12;
/** Boxes grow in steps, so that their length does not tell how much is inside. */
const PAD_BYTES = 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/** A new key; not extractable, so a dump of the store shows a handle and no key. */
export const makeKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: ALGORITHM, length: 256 }, false, ["encrypt", "decrypt"]);

export const isKey = (value: unknown): value is CryptoKey =>
  typeof value === "object" && (value as Partial<CryptoKey> | null)?.algorithm?.name === ALGORITHM;

/** The revision of a stored box, or undefined for what is none. */
export const revisionOf = (box: unknown): string | undefined =>
  box instanceof Uint8Array && box.length > VECTOR_BYTES ? String(box.subarray(0, VECTOR_BYTES)) : undefined;

/** Seals JSON data; `name` is bound into the seal, so a box opens under its own name only. */
export async function seal(key: CryptoKey, name: number, value: unknown): Promise<Bytes> {
  const text = JSON.stringify(value);
  const plain = new TextEncoder().encode(text);
  // JSON ignores trailing spaces, so the padding needs no length field.
  const padded = new Uint8Array(Math.ceil((plain.length + 1) / PAD_BYTES) * PAD_BYTES).fill(0x20);
  padded.set(plain);
  const vector = crypto.getRandomValues(new Uint8Array(VECTOR_BYTES));
  const sealed = await crypto.subtle.encrypt(parameters(vector, name), key, padded);
  const box = new Uint8Array(VECTOR_BYTES + sealed.byteLength);
  box.set(vector);
  box.set(new Uint8Array(sealed), VECTOR_BYTES);
  return box;
}

/** Opens a box; rejects where it is corrupt, another box or sealed under another key. */
export async function unseal(key: CryptoKey, name: number, box: Bytes): Promise<unknown> {
  const vector = box.slice(0, VECTOR_BYTES);
  const plain = await crypto.subtle.decrypt(parameters(vector, name), key, box.slice(VECTOR_BYTES));
  return JSON.parse(new TextDecoder().decode(plain));
}

const parameters = (iv: Bytes, name: number): AesGcmParams => ({
  name: ALGORITHM,
  iv,
  additionalData: Uint8Array.of(name),
});
