/**
 * Tells whether an image file is there to its end. Browsers differ: some refuse a file that was cut off, others show the part
 * that has come. Pure; looks at the file's structure only, never at pixels.
 */
import type { ImageHeader } from "./image-header.js";

/** True where the first picture of the file is cut off; false also for types of which it is not known. */
export function isCutOff(type: ImageHeader["type"], bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hasEnd = ENDS[type];
  try {
    return hasEnd !== undefined && !hasEnd(view);
  } catch (error) {
    // Read past the last byte.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

const ENDS: Partial<Record<ImageHeader["type"], (view: DataView) => boolean>> = {
  png: hasPngEnd,
  jpeg: hasJpegEnd,
  gif: hasGifPicture,
  // RFC 9649, 2.3 and 2.4: the size of all that follows.
  webp: (view) => view.getUint32(4, true) + 8 <= view.byteLength,
};

/** ISO/IEC 15948, 5.3: length, type, content and check of each chunk; IEND is the last. */
function hasPngEnd(view: DataView): boolean {
  const IEND = 0x49454e44;
  for (let at = 8; ; at += 12 + view.getUint32(at)) if (view.getUint32(at + 4) === IEND) return true;
}

/** ITU-T T.81, B.1: segments, and after a start of scan entropy-coded data up to the next marker that is no restart. */
function hasJpegEnd(view: DataView): boolean {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) {
      at++;
      continue;
    }
    const marker = view.getUint8(at + 1);
    if (marker === 0xd9) return true;
    const standsAlone = marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8);
    if (marker === 0xff) at += 1;
    else at += standsAlone ? 2 : 2 + Math.max(2, view.getUint16(at + 2));
  }
}

/** GIF89a, 18–24: header, colour table, blocks; the first picture ends with an empty sub-block. */
function hasGifPicture(view: DataView): boolean {
  const colours = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  const afterSubBlocks = (from: number) => {
    let at = from;
    for (let size = view.getUint8(at); size > 0; size = view.getUint8(at)) at += 1 + size;
    return at + 1;
  };
  for (let at = 13 + colours(view.getUint8(10)); ; ) {
    const block = view.getUint8(at);
    if (block === 0x2c) return afterSubBlocks(at + 10 + colours(view.getUint8(at + 9)) + 1) <= view.byteLength;
    if (block !== 0x21) return block === 0x3b;
    at = afterSubBlocks(at + 2);
  }
}
