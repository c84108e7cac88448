/**
 * The image that was decoded as a PNG file, for saving it while looking for the cause of a miss (R16). Lossless: what
 * is saved is what was read, pixel for pixel. Knows nothing of how it was read.
 */
import type { DecodedImage } from "../frame.js";
import { loadPart } from "../part.js";

/**
 * The bytes of a grey PNG file. Wrap them in a Blob to offer them for download, or write them to a file.
 *
 * @example
 * const { decodedImage } = await reader.readDetailed(photo, { keepDecodedImage: true });
 * if (decodedImage) await writeFile("decoded.png", await encodePng(decodedImage));
 */
export async function encodePng(image: DecodedImage): Promise<Uint8Array<ArrayBuffer>> {
  const { greyPng } = await loadPart(import("./png.js"));
  return greyPng(image);
}
