/**
 * How much larger than its own size a vector image is drawn. Pure.
 */
import { MAX_PIXELS, MAX_SIDE } from "../../assembly/abi/layout.js";

/**
 * A vector image has no pixels of its own; drawn with this many on its longer side, a dense symbol that fills it
 * (QR Code version 40: 177 modules and the quiet zone) still has five per module.
 */
const LONG_SIDE = 1024;

/** A whole number, 1 for images that are large enough. */
export function vectorScale(width: number, height: number): number {
  const wanted = Math.ceil(LONG_SIDE / Math.max(width, height));
  const most = Math.min(MAX_SIDE / Math.max(width, height), Math.sqrt(MAX_PIXELS / (width * height)));
  return Math.max(1, Math.floor(Math.min(wanted, most)));
}
