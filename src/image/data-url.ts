/**
 * Bytes of a `data:` URL (RFC 2397). Not fetched, because pages with a strict `connect-src` may not fetch them.
 */
import { ScanError } from "../errors.js";

/** @throws ScanError `invalid_image` for a URL that is malformed */
export function decodeDataUrl(url: string): { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string } {
  const comma = url.indexOf(",");
  if (comma < 0) throw new ScanError("invalid_image", "The data URL has no comma, so it holds no data.");
  const head = url.slice("data:".length, comma);
  const isBase64 = /;\s*base64\s*$/i.test(head);
  try {
    const text = percentDecoded(url.slice(comma + 1));
    return { bytes: isBase64 ? toBytes(atob(text)) : toBytes(text), type: (head.split(";")[0] ?? "").trim() };
  } catch (cause) {
    throw new ScanError("invalid_image", "The data URL is not well formed: its base64 cannot be decoded.", { cause });
  }
}

/** Every escape as one byte; a character beyond ASCII that was not escaped, as its UTF-8 bytes. */
function percentDecoded(text: string): string {
  return text
    .replace(/[^\0-\x7f]+/g, (wide) => encodeURIComponent(wide))
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
