/**
 * Random names: the UUID of a device and the epochs of its cells (R11). Random only: nothing of the machine, the browser
 * or the person goes into them.
 */

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/**
 * A random UUID, version 4 (RFC 9562 section 5.4). Made from `getRandomValues` because `crypto.randomUUID` is missing on
 * insecure pages.
 */
export function mintDeviceId(): string {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A random 64-bit epoch. */
export const mintEpoch = (): string => hex(randomBytes(8));
