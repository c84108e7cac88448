/**
 * Writes grey images as PNG files. Knows nothing of where they come from.
 */
import type { DecodedImage } from "../frame.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Filter type 0 at the head of each row (PNG, third edition, 9.2). */
const FILTER_BYTES = 1;

/** The bytes of a PNG file of eight bits of grey. */
export async function greyPng({ data, width, height }: DecodedImage): Promise<Uint8Array<ArrayBuffer>> {
  const rows = new Uint8Array((width + FILTER_BYTES) * height);
  for (let y = 0; y < height; y++)
    rows.set(data.subarray(y * width, (y + 1) * width), y * (width + FILTER_BYTES) + FILTER_BYTES);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8; // bits per sample; colour type 0 (grey), compression 0, filter 0, no interlace follow
  const zlib = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const packed = new Uint8Array(await new Response(zlib).arrayBuffer());
  const chunks = [
    new Uint8Array(SIGNATURE),
    chunk("IHDR", header),
    chunk("IDAT", packed),
    chunk("IEND", new Uint8Array(0)),
  ];
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/**
 *   +--------+------+---------+---------------------+
 *   | length | type | content | CRC of type+content |
 *   +--------+------+---------+---------------------+
 */
function chunk(type: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

/** CRC-32 of ISO 3309 as PNG uses it (PNG, annex D), a bit at a time: this is no hot path. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
