/**
 * Waits for a part of the library that lies in a file of its own, because not every page needs it. Knows no part.
 */
import { ScanError } from "./errors.js";

/** @throws ScanError `network` where the file cannot be had */
export async function loadPart<Part>(part: Promise<Part>): Promise<Part> {
  try {
    return await part;
  } catch (cause) {
    throw new ScanError(
      "network",
      'A part of the library could not be loaded. Serve all .js files of the package side by side, or import "tallymark/inline".',
      { cause },
    );
  }
}
