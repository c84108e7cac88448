/**
 * What pages have in the place of src/rules/protocol/base64url.ts, which is made for a server's speed: the same with what jose
 * brings anyway. scripts/build.mjs puts it there. It must not know what the bytes mean.
 */
import { base64url } from "jose";

export const encodeBase64url = (bytes: Uint8Array): string => base64url.encode(bytes);

/** Undefined for what is not exactly what {@link encodeBase64url} would write. */
export function decodeBase64url(text: string): Uint8Array | undefined {
  try {
    const bytes = base64url.decode(text);
    return base64url.encode(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}
