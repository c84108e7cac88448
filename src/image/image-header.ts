/**
 * Recognises an image file by its first bytes and reads its size without decoding it, so that a picture that is none
 * or is far too large is refused before it costs memory. Pure; a truncated header is simply not recognised further.
 */

export interface ImageHeader {
  readonly type: "png" | "jpeg" | "gif" | "webp" | "bmp" | "tiff" | "ico" | "avif" | "svg";
  /** Size in pixels before any orientation is applied; absent where the header does not say it in these bytes. */
  readonly width?: number;
  readonly height?: number;
}

/** The bytes to hand to {@link readHeader}: JPEG may carry several 64 kB segments of metadata before its size. */
export const HEADER_BYTES = 262_144;

/** The header of an image file, or undefined where the bytes are no image of a known kind. */
export function readHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, length: number) => latin1(bytes, from, length);
  if (text(0, 4) === "\x89PNG") return sized("png", view, 24, () => [view.getUint32(16), view.getUint32(20)]);
  if (text(0, 3) === "\xff\xd8\xff") return readJpeg(view);
  if (text(0, 4) === "GIF8") return sized("gif", view, 10, () => [view.getUint16(6, true), view.getUint16(8, true)]);
  if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP") return readWebp(view, text(12, 4));
  if (text(0, 2) === "BM" && bytes.length > 14)
    return sized("bmp", view, 26, () => [view.getInt32(18, true), Math.abs(view.getInt32(22, true))]);
  if (text(0, 4) === "II*\0" || text(0, 4) === "MM\0*") return { type: "tiff" };
  if (text(0, 4) === "\0\0\x01\0") return { type: "ico" };
  if (text(4, 4) === "ftyp" && /avi[fs]|mif1|hei[cx]/.test(text(8, 32))) return { type: "avif" };
  return isSvg(bytes) ? { type: "svg" } : undefined;
}

function sized(type: ImageHeader["type"], view: DataView, needed: number, size: () => [number, number]): ImageHeader {
  if (view.byteLength < needed) return { type };
  const [width, height] = size();
  return { type, width, height };
}

/** ITU-T T.81, B.1 and B.2.2: markers up to the frame header SOFn, which holds the size. */
function readJpeg(view: DataView): ImageHeader {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) break;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2; // markers without a segment
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { type: "jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    } else {
      at += 2 + Math.max(2, view.getUint16(at + 2));
    }
  }
  return { type: "jpeg" };
}

/** RFC 9649: the first chunk is VP8X (extended), VP8L (lossless) or VP8 (lossy). */
function readWebp(view: DataView, chunk: string): ImageHeader {
  if (chunk === "VP8X")
    return sized("webp", view, 30, () => {
      const size = (at: number) => 1 + (view.getUint16(at, true) | (view.getUint8(at + 2) << 16));
      return [size(24), size(27)];
    });
  if (chunk === "VP8L")
    return sized("webp", view, 25, () => {
      const bits = view.getUint32(21, true);
      return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
    });
  return sized("webp", view, 30, () => [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]);
}

/** An `<svg` element near the start, after a byte order mark, XML declaration, doctype or comments. */
function isSvg(bytes: Uint8Array): boolean {
  const start = latin1(bytes, 0, 4096).replace(/^\xef\xbb\xbf/, "");
  return /^\s*(?:<[?!]|<svg[\s>])/i.test(start) && /<svg[\s>]/i.test(start) && !/^\s*<!doctype html/i.test(start);
}

function latin1(bytes: Uint8Array, from: number, length: number): string {
  let text = "";
  const end = Math.min(bytes.length, from + length);
  for (let i = from; i < end; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}
