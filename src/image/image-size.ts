/**
 * The size an image may have. Knows only the core's limits.
 */
import { MAX_PIXELS, MAX_SIDE } from "../../assembly/abi/layout.js";
import { ScanError } from "../errors.js";

/**
 * @param what names the image in the message
 * @throws ScanError `empty_image`, `image_too_large`
 */
export function checkImageSize(what: string, width: number, height: number): void {
  if (!(width > 0 && height > 0))
    throw new ScanError("empty_image", `${what} has no pixels: its size is ${width} × ${height}.`);
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS)
    throw new ScanError(
      "image_too_large",
      `${what} has ${width} × ${height} pixels; at most ${MAX_PIXELS} in all and ${MAX_SIDE} on a side can be read. ` +
        "Scale it down or cut out the part that matters.",
    );
}
